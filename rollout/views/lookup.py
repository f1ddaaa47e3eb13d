"""Finds what an address names, for somebody who may know that it exists; anything else is a 404."""

from dataclasses import dataclass
from typing import cast

from django.http import Http404, HttpRequest

from people.api import Refused, User
from rollout.models import ChecklistItem, Program, Step, Wave
from rollout.queries.boards import WaveFacts, wave_facts
from rollout.queries.holders import WORKS_COUNCIL, Holders, holders_in
from rollout.rules.access import may_see_program, not_for_the_works_council, sees_no_individuals


@dataclass(frozen=True)
class Place:
    """A program as the signed-in person sees it."""

    program: Program
    holders: Holders
    actor: User


@dataclass(frozen=True)
class WavePlace(Place):
    """A wave of it, with all its steps."""

    facts: WaveFacts

    @property
    def wave(self) -> Wave:
        return self.facts.wave


@dataclass(frozen=True)
class StepPlace(WavePlace):
    """A step of it."""

    step: Step

    @property
    def previous(self) -> Step | None:
        return self.facts.before(self.step)


def program_place(request: HttpRequest, slug: str, *, names_people: bool = True) -> Place:
    """Return the program with its role holders; 404 when there is none or this person may not know of it.

    Pages that name what people have learned or owe (``names_people``) are refused to the works council, with the way
    to its own page.
    """
    programs = Program.objects.select_related("playbook_version__playbook", "area")
    program = programs.filter(slug=slug).first()
    actor = cast(User, request.user)
    if program is None:
        raise Http404
    holders = holders_in(program.pk)
    if not may_see_program(actor, program, holders=holders):
        raise Http404
    if names_people and sees_no_individuals(actor, program, holders=holders):
        raise Refused(not_for_the_works_council(program))
    return Place(program, holders, actor)


def wave_place(request: HttpRequest, slug: str, number: int, *, names_people: bool = True) -> WavePlace:
    """Return the wave with its steps; 404 as ``program_place``."""
    place = program_place(request, slug, names_people=names_people)
    wave = Wave.objects.filter(program=place.program, number=number).first()
    if wave is None:
        raise Http404
    wave.program = place.program
    return WavePlace(place.program, place.holders, place.actor, wave_facts(wave))


def step_place(request: HttpRequest, slug: str, number: int, key: str, *, names_people: bool = True) -> StepPlace:
    """Return the step; 404 as ``program_place``."""
    place = wave_place(request, slug, number, names_people=names_people)
    step = next((step for step in place.facts.steps if step.key == key), None)
    if step is None:
        raise Http404
    return StepPlace(place.program, place.holders, place.actor, place.facts, step)


def item_of(place: StepPlace, item_key: str) -> ChecklistItem:
    """Return the step's item; 404 when there is none."""
    item = ChecklistItem.objects.filter(step=place.step, key=item_key).first()
    if item is None:
        raise Http404
    item.step = place.step
    return item


def item_place(
    request: HttpRequest, slug: str, number: int, key: str, item_key: str
) -> tuple[StepPlace, ChecklistItem]:
    """Return the step and its item; the works council sees the questions that name it, and is refused the others."""
    place = step_place(request, slug, number, key, names_people=False)
    item = item_of(place, item_key)
    is_own = WORKS_COUNCIL in (item.responsible, item.confirmed_by)
    if not is_own and sees_no_individuals(place.actor, place.program, holders=place.holders):
        raise Refused(not_for_the_works_council(place.program))
    return place, item

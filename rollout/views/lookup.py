"""Finds what an address names, for somebody who may know that it exists; anything else is a 404."""

from dataclasses import dataclass
from typing import cast

from django.http import Http404, HttpRequest

from people.api import User
from rollout.models import ChecklistItem, Program, Step, Wave
from rollout.queries.boards import WaveFacts, wave_facts
from rollout.queries.holders import Holders, holders_in
from rollout.rules.access import may_see_program


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


def program_place(request: HttpRequest, slug: str) -> Place:
    """Return the program with its role holders; 404 when there is none or this person may not know of it."""
    programs = Program.objects.select_related("playbook_version__playbook", "area")
    program = programs.filter(slug=slug).first()
    actor = cast(User, request.user)
    if program is None:
        raise Http404
    holders = holders_in(program.pk)
    if not may_see_program(actor, program, holders=holders):
        raise Http404
    return Place(program, holders, actor)


def wave_place(request: HttpRequest, slug: str, number: int) -> WavePlace:
    """Return the wave with its steps; 404 as ``program_place``."""
    place = program_place(request, slug)
    wave = Wave.objects.filter(program=place.program, number=number).first()
    if wave is None:
        raise Http404
    wave.program = place.program
    return WavePlace(place.program, place.holders, place.actor, wave_facts(wave))


def step_place(request: HttpRequest, slug: str, number: int, key: str) -> StepPlace:
    """Return the step; 404 as ``program_place``."""
    place = wave_place(request, slug, number)
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

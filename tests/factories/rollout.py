"""Programs for tests: the default playbook, published, and a started pilot with roster and roles."""

import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from people.api import now, today
from people.models import Membership, Unit, User
from rollout.models import (
    CharterAcceptance,
    CharterText,
    ChecklistItem,
    ExternalHolder,
    Finding,
    Playbook,
    PlaybookVersion,
    Program,
    RoleAssignment,
    RoleSlot,
    RosterMember,
    Statement,
    Step,
    Wave,
)
from rollout.services.playbooks import content_sha256, read_playbook
from rollout.services.programs import start_program
from tests.factories.courses import make_course
from tests.factories.people import UnitFactory, UserFactory

EIGHT_STEPS = Path(__file__).parents[2] / "rollout" / "playbooks" / "eight_steps.yaml"
COURSE_KEYS = (
    "okr-foundations",
    "okr-leading",
    "okr-key-results",
    "okr-rhythm",
    "okr-alignment",
    "okr-coach-training",
)
ROLES = ("sponsor", "project_lead", "people_lead", "coach", "works_council")


@cache
def eight_steps_text() -> str:
    return EIGHT_STEPS.read_text(encoding="utf-8")


@cache
def eight_steps_content() -> tuple[str, str]:
    """Return the default playbook as JSON and its hash; reading the file takes a while, so it is done once."""
    content = read_playbook(eight_steps_text())
    return content.model_dump_json(), content_sha256(content)


def make_playbook_version() -> PlaybookVersion:
    """Return the published default playbook, made once per test."""
    text, sha256 = eight_steps_content()
    content = json.loads(text)
    playbook, _ = Playbook.objects.get_or_create(
        key=content["key"], defaults={"title": content["title"], "summary": content["summary"]}
    )
    version, _ = PlaybookVersion.objects.get_or_create(
        playbook=playbook,
        number=1,
        defaults={
            "state": PlaybookVersion.State.PUBLISHED,
            "content": content,
            "sha256": sha256,
            "published_at": now(),
        },
    )
    return version


@dataclass
class StartedProgram:
    """A running program and the people in it."""

    program: Program
    wave: Wave
    administrator: User
    people: dict[str, User]
    """The holder of each role, by role key."""
    teams: list[Unit] = field(default_factory=list)
    members: list[User] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        """``started.sponsor``, ``started.project_lead`` …: who holds the role."""
        people = self.__dict__.get("people", {})
        if name in people:
            return people[name]
        raise AttributeError(name)

    def step(self, key: str) -> Step:
        """Return the step fresh, with everything that an evaluation needs."""
        return Step.objects.select_related("wave__program__playbook_version").get(wave=self.wave, key=key)

    def item(self, key: str) -> ChecklistItem:
        return ChecklistItem.objects.select_related("step__wave__program__playbook_version").get(
            step__wave=self.wave, key=key
        )

    def slot(self, key: str) -> RoleSlot:
        return self.program.role_slots.get(key=key)

    def fresh_wave(self) -> Wave:
        return Wave.objects.select_related("program__playbook_version").get(pk=self.wave.pk)


def make_program(
    *,
    title: str = "OKR rollout",
    members: int = 6,
    teams: int = 2,
    roles: tuple[str, ...] = ROLES,
    courses: bool = False,
    frozen: bool = True,
    starts_in_weeks: int | None = 8,
    open_step: str | None = None,
) -> StartedProgram:
    """Return a started program of the default playbook with its pilot.

    The pilot has ``members`` people spread over ``teams`` teams (the first member manages everybody else) and one
    holder for each of ``roles``, who are not on the roster. ``courses`` makes the playbook's courses.
    ``open_step`` marks every step before it as passed and that one as open, without decisions.
    """
    administrator = UserFactory(is_superuser=True, is_staff=True)
    if courses:
        for key in COURSE_KEYS:
            make_course(key, lessons=1)
    program = start_program(title=title, playbook_version=make_playbook_version(), actor=administrator)
    wave = program.waves.get(number=0)
    started = StartedProgram(program=program, wave=wave, administrator=administrator, people={})
    fill_roles(started, roles)
    add_members(started, members=members, teams=teams)
    if frozen:
        wave.roster_frozen_on, wave.roster_frozen_by = today(), administrator
    if starts_in_weeks is not None:
        wave.starts_on = today() + timedelta(weeks=starts_in_weeks)
        wave.ends_on = wave.starts_on + timedelta(weeks=13)
    wave.save()
    if open_step is not None:
        open_until(started, open_step)
    return started


def fill_roles(started: StartedProgram, roles: tuple[str, ...]) -> None:
    """Give each role to somebody new, all at once."""
    slots = {slot.key: slot for slot in started.program.role_slots.all()}
    people = User.objects.bulk_create(UserFactory.build(last_name=key.replace("_", " ").title()) for key in roles)
    RoleAssignment.objects.bulk_create(
        RoleAssignment(slot=slots[key], person=person, started_on=date(2026, 1, 1), assigned_by=started.administrator)
        for key, person in zip(roles, people, strict=True)
    )
    started.people |= dict(zip(roles, people, strict=True))


def hold_role(started: StartedProgram, key: str, *, person: User | None = None, is_deputy: bool = False) -> User:
    """Give somebody (default: somebody new) a role, past the services and their rules."""
    person = person or UserFactory(last_name=key.replace("_", " ").title())
    RoleAssignment.objects.create(
        slot=started.slot(key),
        person=person,
        is_deputy=is_deputy,
        started_on=date(2026, 1, 1),
        assigned_by=started.administrator,
    )
    return person


def accept_charters(started: StartedProgram) -> None:
    """Let everybody who holds a role accept its charter, past the services."""
    for assignment in RoleAssignment.objects.unended().filter(slot__program=started.program).select_related("slot"):
        text = CharterText.objects.get(slot=assignment.slot, number=assignment.slot.charter_number)
        CharterAcceptance.objects.get_or_create(
            text=text, person=assignment.person, defaults={"recorded_by": assignment.person}
        )


def name_outsider(started: StartedProgram, key: str, **fields: Any) -> ExternalHolder:
    """Let somebody from outside hold a role for another 90 days, past the services."""
    return ExternalHolder.objects.create(
        **{
            "slot": started.slot(key),
            "name": "Mara Lindt",
            "company": "Fernblick",
            "contact": started.people.get("project_lead", started.administrator),
            "started_on": today(),
            "until": today() + timedelta(days=90),
            "named_by": started.administrator,
            **fields,
        }
    )


def add_members(started: StartedProgram, *, members: int, teams: int) -> None:
    """Put new people onto the roster in bulk: cheap for thousands."""
    if not members:
        return
    started.teams = [UnitFactory() for _ in range(teams)]
    number = User.objects.count()
    people = User.objects.bulk_create(
        User(email=f"member{number + i}@example.com", first_name=f"Member{i}", last_name=f"Roster{number + i:05}")
        for i in range(members)
    )
    units = [started.teams[i % teams] for i in range(members)]
    Membership.objects.bulk_create(
        Membership(
            person=person,
            unit=unit,
            manager=people[0] if person is not people[0] else None,
            job_title="Engineer",
            hired_on=date(2020, 1, 1),
            started_on=date(2020, 1, 1),
        )
        for person, unit in zip(people, units, strict=True)
    )
    RosterMember.objects.bulk_create(
        RosterMember(wave=started.wave, person=person, team=unit, joined_on=today(), counts_from=today())
        for person, unit in zip(people, units, strict=True)
    )
    started.members += people


def open_until(started: StartedProgram, key: str) -> Step:
    """Mark the steps before ``key`` as passed and the step itself as open."""
    target = started.wave.steps.get(key=key)
    started.wave.steps.filter(number__lt=target.number).update(state=Step.State.PASSED, passed_at=now())
    started.wave.steps.filter(pk=target.pk).update(state=Step.State.OPEN, opened_at=now())
    return started.step(key)


def answer_item(started: StartedProgram, key: str, *, text: str = "Yes.") -> ChecklistItem:
    """Make an attested, documented or four-eyes item met by the people who are responsible for it."""
    item = started.item(key)
    kinds, verification = Statement.Kind, ChecklistItem.Verification
    first = {
        verification.ATTEST: kinds.ATTESTED,
        verification.DOCUMENT: kinds.DOCUMENTED,
        verification.FOUR_EYES: kinds.CLAIMED,
    }.get(verification(item.verification))
    if first is None:
        raise ValueError(f"{key} is read from data")
    by = started.people.get(item.responsible) or hold_role(started, item.responsible)
    Statement.objects.create(
        item=item, kind=first, by=by, text=text, link="https://example.com/proof" if first == kinds.DOCUMENTED else ""
    )
    if first == kinds.CLAIMED:
        other = started.people.get(item.confirmed_by) or hold_role(started, item.confirmed_by)
        Statement.objects.create(item=item, kind=kinds.CONFIRMED, by=other)
    return item


def answer_step(started: StartedProgram, key: str) -> None:
    """Make every item of a step met that people answer (not those read from data, except accepted charters)."""
    for item in started.step(key).items.all():
        if not item.checks:
            answer_item(started, item.key)
    if key == "key_people":
        accept_charters(started)


def make_finding(item: ChecklistItem, *, status: str = Finding.Status.MET, **fields: Any) -> Finding:
    """Return an unsaved finding of the item's first check."""
    return Finding(
        item=item,
        check_number=0,
        source=item.checks[0]["source"] if item.checks else "source",
        strength=item.strength,
        status=status,
        summary="As it stands",
        **fields,
    )

"""What random walks share: a small playbook in which gates need different quorums, and a world that can be undone."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine

from people.api import Refused, User, clock_at, now, today
from rollout.models import ChecklistItem, GateSubmission, Playbook, PlaybookVersion, Statement, Step
from rollout.models.playbook_content import PlaybookContent
from rollout.services.playbooks import content_sha256
from rollout.services.programs import start_program
from tests.factories.people import UserFactory
from tests.factories.rollout import StartedProgram, hold_role

WALKS = int(os.environ.get("WALKS", "25"))
"""How many random walks each machine takes: 25 in the suite, 200 with `make walks`."""
DEEDS_OF_A_WALK = 12
BEGINNING = datetime(2026, 3, 2, 9, tzinfo=UTC)
STEPS = ("first", "second", "third")
ROLES = ("sponsor", "project_lead", "people_lead", "coach")


def item(key: str, strength: str = "must", **more: Any) -> dict[str, Any]:
    return {
        "key": key,
        "question": f"Is {key} done?",
        "strength": strength,
        "verification": "attest",
        "responsible": "project_lead",
        **more,
    }


CONTENT = {
    "format": 1,
    "key": "small",
    "title": "Small playbook",
    "summary": "Three gates.",
    "phases": [{"key": "pilot", "title": "Pilot"}],
    "parameters": [],
    "roles": [
        {"key": key, "title": key.replace("_", " ").capitalize(), "summary": "s", "charter": "c", "minimum": 1}
        for key in ROLES
    ],
    "meetings": [],
    "steps": [
        {
            "key": "first", "number": 0, "phase": "pilot", "title": "First", "purpose": "p",
            "submitted_by": ["project_lead"], "decided_by": ["sponsor"],
            "items": [
                item("purpose"),
                item("law", waivable=False),
                item("wish", "should"),
                item("hope", "should", responsible="people_lead"),
                item("dream", "may", not_applicable=True),
            ],
        },
        {
            "key": "second", "number": 1, "phase": "pilot", "title": "Second", "purpose": "p",
            "submitted_by": ["project_lead"], "decided_by": ["sponsor", "people_lead"], "quorum": "all",
            "items": [item("plan"), item("wind", "should")],
        },
        {
            "key": "third", "number": 2, "phase": "pilot", "title": "Third", "purpose": "p",
            "submitted_by": ["project_lead"], "decided_by": ["sponsor", "people_lead", "coach"], "quorum": 2,
            "items": [item("proof")],
        },
    ],
}  # fmt: skip


def small_world() -> StartedProgram:
    """Start a program of the small playbook. The project lead is a second sponsor, so that duties have to be kept
    apart; ``outsider`` holds nothing until somebody delegates."""
    content = PlaybookContent.model_validate(CONTENT)
    playbook = Playbook.objects.create(key="small", title="Small playbook", summary="Three gates.")
    version = PlaybookVersion.objects.create(
        playbook=playbook,
        number=1,
        state=PlaybookVersion.State.PUBLISHED,
        content=content.model_dump(mode="json"),
        sha256=content_sha256(content),
        published_at=now(),
    )
    administrator = UserFactory(is_superuser=True, is_staff=True)
    program = start_program(title="Small", playbook_version=version, actor=administrator)
    started = StartedProgram(program=program, wave=program.waves.get(), administrator=administrator, people={})
    for key in ROLES:
        started.people[key] = hold_role(started, key)
    hold_role(started, "sponsor", person=started.project_lead)
    started.people["deputy"] = hold_role(started, "sponsor", is_deputy=True)
    started.people["outsider"] = UserFactory()
    with clock_at(BEGINNING):
        for key in STEPS:
            answer(started, key)
    return started


def answer(started: StartedProgram, key: str) -> None:
    """Let every question of a step be answered, in one query more than reading them."""
    Statement.objects.bulk_create(
        Statement(item=one, kind=Statement.Kind.ATTESTED, by=started.people[one.responsible], text="Yes.", at=now())
        for one in ChecklistItem.objects.filter(step__wave=started.wave, step__key=key)
    )


class Walk(RuleBasedStateMachine):
    """Every walk begins in the same world, at a time of its own, and leaves nothing behind.

    A subclass gets ``world`` from its test. Refusals are fine as long as they speak; broken promises are not.
    """

    world: StartedProgram

    def __init__(self) -> None:
        super().__init__()
        self.started = self.world
        self.point = transaction.savepoint()
        self.moment = BEGINNING
        self.done: list[str] = []
        self.changes = 0

    def teardown(self) -> None:
        transaction.savepoint_rollback(self.point)

    @contextmanager
    def later(self) -> Iterator[None]:
        """A minute passes with everything that happens."""
        self.moment += timedelta(minutes=1)
        with clock_at(self.moment):
            yield

    def attempt(self, deed: Callable[..., Any], **named: Any) -> Any:
        """Do it, or be refused in a sentence."""
        with self.later():
            try:
                result = deed(**named)
            except Refused as refused:
                reason = refused.refusal.reason
                assert reason.endswith((".", "”")), f"not a sentence: {reason}"
                return None
        self.done.append(deed.__name__)
        self.changes += 1
        return result

    def who(self, key: str) -> User:
        return self.started.people[key]

    def item(self, key: str) -> ChecklistItem:
        return self.started.item(key)

    def step(self, key: str) -> Step:
        return self.started.step(key)

    def current(self) -> str:
        """The key of the first step whose gate is not passed."""
        rows = Step.objects.filter(wave=self.started.wave).exclude(state__in=Step.PASSED_STATES)
        return rows.order_by("number").values_list("key", flat=True).first() or STEPS[-1]

    def latest_submission(self, key: str) -> GateSubmission | None:
        return GateSubmission.objects.filter(step__wave=self.started.wave, step__key=key).order_by("-pk").first()

    def answer_all(self, key: str) -> None:
        """Make every item of the step met that is not."""
        with self.later():
            answer(self.started, key)
        self.changes += 1

    def take_answer(self, key: str) -> None:
        with self.later():
            Statement.objects.create(
                item=self.item(key), kind=Statement.Kind.WITHDRAWN, by=self.started.project_lead, text="No.", at=now()
            )
        self.changes += 1

    def today(self):
        with clock_at(self.moment):
            return today()


def walks() -> settings:
    """The walks of one machine, the same ones each time."""
    return settings(
        max_examples=WALKS,
        stateful_step_count=DEEDS_OF_A_WALK,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )

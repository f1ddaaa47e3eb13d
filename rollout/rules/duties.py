"""Who owes what now: the open questions of a gate, decisions, waivers and conditions, grouped by person. Pure.

Says what is owed, never how well somebody does (product.md, rule 15).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from enum import Enum

from django.urls import reverse

from people.api import User, in_words, today
from rollout.models import Condition, Program, Step, Waiver
from rollout.queries.holders import Holders, gate_roles
from rollout.queries.programs import today_of
from rollout.rules.evaluation import GateEvaluation, ItemEvaluation, Strength
from rollout.rules.standing import ProgramStanding
from rollout.rules.waivers import open_seats
from rollout.rules.words import gate_url, item_url

FAR_OFF = date.max


class DutyKind(str, Enum):  # noqa: UP042 - StrEnum's members print differently inside templates
    """What somebody is asked to do."""

    ANSWER = "answer"
    CONFIRM = "confirm"
    SUBMIT = "submit"
    DECIDE = "decide"
    WAIVER = "waiver"
    CONDITION = "condition"
    CHARTER = "charter"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True)
class Duty:
    """One thing that somebody owes, with the page on which to do it. ``strength`` is must, should or may."""

    text: str
    url: str
    label: str
    strength: str
    due_on: date | None = None
    kind: DutyKind = DutyKind.ANSWER
    item_id: int | None = None
    as_of: date | None = None
    """Today on the program's own clock."""

    @property
    def is_overdue(self) -> bool:
        return self.due_on is not None and self.due_on < (self.as_of or today())


@dataclass
class Chase:
    """Somebody who owes something. ``person_id`` is None for a vacant role or a team."""

    name: str
    person_id: int | None
    role: str = ""
    duties: list[Duty] = field(default_factory=list)

    @property
    def is_blocking(self) -> bool:
        return any(duty.strength == Strength.MUST for duty in self.duties)

    @property
    def first_due_on(self) -> date:
        return min((duty.due_on for duty in self.duties if duty.due_on), default=FAR_OFF)


class Ledger:
    """Collects duties person by person; the same duty is noted once."""

    def __init__(self, holders: Holders, program: Program) -> None:
        self.holders = holders
        self.day = today_of(program)
        self.notes: list[str] = []
        self._chases: dict[tuple[int | None, str], Chase] = {}

    def owe(self, person_id: int | None, name: str, duty: Duty, role: str = "") -> None:
        """Note that the person owes ``duty``; ``role`` is the title under which they do."""
        duty = replace(duty, as_of=self.day)
        chase = self._chases.setdefault((person_id, name if person_id is None else ""), Chase(name, person_id, role))
        if duty not in chase.duties:
            chase.duties.append(duty)

    def owe_deciders(self, keys: Iterable[str], duty: Duty, *, except_for: int | None = None) -> None:
        """As ``owe_roles`` for what is decided: who has delegated is spared, the delegate owes it in their name."""
        keys = tuple(keys)
        given = [one for key in keys if key in self.holders.roles for one in self.holders.roles[key].delegations]
        given = [one for one in given if except_for not in (one.from_person_id, one.to_person_id)]
        for one in given:
            role = f"{self.holders.title(*keys)} for {one.from_person.get_full_name()}"
            self.owe(one.to_person_id, one.to_person.get_full_name(), duty, role)
        spared = {one.from_person_id for one in given} | {except_for}
        people = [person for person in self.holders.people(*keys) if person.pk not in spared]
        for person in people:
            self.owe(person.pk, person.get_full_name(), duty, self.holders.title(*keys))
        if not people and not given:
            self.owe(None, f"{self.holders.title(*keys)} (vacant)", duty)

    def owe_roles(self, keys: Iterable[str], duty: Duty, *, except_for: int | None = None) -> None:
        """Note that the holders of the roles (or their deputies) owe ``duty``, or that the roles are vacant."""
        keys = tuple(keys)
        people = [person for person in self.holders.people(*keys) if person.pk != except_for]
        for person in people:
            self.owe(person.pk, person.get_full_name(), duty, self.holders.title(*keys))
        if not people:
            self.owe(None, f"{self.holders.title(*keys)} (vacant)", duty)

    def chases(self) -> list[Chase]:
        """Return everybody who owes something: who blocks first, then by date, then by name; no ranking by amount."""
        return sorted(self._chases.values(), key=lambda one: (not one.is_blocking, one.first_due_on, one.name))


def people_to_chase(evaluation: GateEvaluation, holders: Holders) -> tuple[list[Chase], list[str]]:
    """Return who owes what for one gate, and notes about what names nobody any more.

    Live findings name the people who are missing (at most 50 a finding; a note counts the rest); other open
    questions are owed by whoever has the next move: the confirmer of a claim, else the responsible role.
    """
    ledger = Ledger(holders, evaluation.step.wave.program)
    _owe_gate(evaluation, ledger)
    return ledger.chases(), ledger.notes


def program_duties(standing: ProgramStanding) -> tuple[list[Chase], list[str]]:
    """Return who owes what in the whole program: the current gate's questions, decisions, waivers, conditions.

    Notes as in ``people_to_chase``. No query; a stopped or paused program is owed nothing.
    """
    ledger = Ledger(standing.holders, standing.program)
    if standing.program.state != standing.program.State.RUNNING:
        return [], []
    _owe_decisions(standing, ledger)
    if standing.evaluation:
        _owe_gate(standing.evaluation, ledger)
        _owe_submission(standing, standing.evaluation, ledger)
    _owe_charters(standing, ledger)
    return ledger.chases(), ledger.notes


def duties_of(chases: Iterable[Chase], person: User) -> list[Duty]:
    """Return what one person owes."""
    return [duty for chase in chases if chase.person_id == person.pk for duty in chase.duties]


def _owe_decisions(standing: ProgramStanding, ledger: Ledger) -> None:
    for submission in standing.facts.submissions.values():
        step = submission.step
        duty = Duty(
            f"Decide the gate of step {step.number}, {step.title}",
            gate_url(step) + "#decision",
            "Decide",
            Strength.MUST.value,
            step.target_on,
            DutyKind.DECIDE,
        )
        ledger.owe_deciders(gate_roles(step).decided_by, duty, except_for=submission.submitted_by_id)
    for waiver in standing.facts.waivers:
        if waiver.state == Waiver.State.REQUESTED:
            duty = Duty(
                f"Decide the waiver until {in_words(waiver.expires_on)}: {waiver.item.question}",
                item_url(waiver.item) + "#waiver",
                "Decide",
                waiver.item.strength,
                None,
                DutyKind.WAIVER,
                waiver.item_id,
            )
            for seat in open_seats(waiver):
                ledger.owe_deciders(seat, duty, except_for=waiver.requested_by_id)
    for condition in standing.facts.conditions:
        _owe_condition(condition, ledger)


def _owe_condition(condition: Condition, ledger: Ledger) -> None:
    item = condition.item
    duty = Duty(
        item.question,
        item_url(item),
        "Meet the condition",
        Strength.MUST.value,
        condition.due_on,
        DutyKind.CONDITION,
        item.pk,
    )
    ledger.owe(condition.owner_id, condition.owner.get_full_name(), duty)


def _owe_charters(standing: ProgramStanding, ledger: Ledger) -> None:
    """Charters are owed from the gate on that asks for them; at that gate itself its finding names who is missing."""
    step = next(
        (
            part["key"]
            for part in standing.program.playbook_version.content["steps"]
            for item in part["items"]
            for check in item.get("checks") or ()
            if check["source"] == "charters_accepted"
        ),
        None,
    )
    asked = [one for wave in standing.facts.waves for one in wave.steps if one.key == step]
    if not any(one.state in Step.PASSED_STATES for one in asked):
        return
    for role in standing.holders.roles.values():
        url = reverse("rollout:charter", args=[standing.program.slug, role.slot.key])
        duty = Duty(
            f"Read and accept the charter “{role.slot.title}”",
            url,
            "Accept the charter",
            Strength.MUST.value,
            kind=DutyKind.CHARTER,
        )
        for assignment in role.assignments:
            if not assignment.has_accepted:
                ledger.owe(assignment.person_id, assignment.person.get_full_name(), duty, role.slot.title)


def _owe_submission(standing: ProgramStanding, evaluation: GateEvaluation, ledger: Ledger) -> None:
    step = evaluation.step
    if evaluation.verdict == "blocked" or step.pk in standing.facts.submissions:
        return
    text = f"Submit the gate of step {step.number}, {step.title}"
    duty = Duty(text, gate_url(step) + "#decision", "Submit", Strength.MUST.value, step.target_on, DutyKind.SUBMIT)
    ledger.owe_roles(gate_roles(step).submitted_by, duty)


def _owe_gate(evaluation: GateEvaluation, ledger: Ledger) -> None:
    for one in evaluation.open_conditions:
        _owe_condition(one.condition, ledger)
    for e in evaluation.items:
        if e.is_open and not _owe_findings(e, ledger):
            _owe_answer(e, ledger)


def _owe_findings(e: ItemEvaluation, ledger: Ledger) -> bool:
    named = False
    for finding in e.findings:
        if finding.status == "met":
            continue
        people = [row for row in finding.missing if row.get("person_id")]
        for row in people:
            named = True
            what = row.get("what") or finding.summary
            duty = Duty(
                _sentence(what),
                finding.fix_url or item_url(e.item),
                finding.fix_label,
                finding.strength,
                e.item.due_on,
                item_id=e.item.pk,
            )
            ledger.owe(row["person_id"], row["name"], duty)
        if people and finding.missing_count > len(people):
            ledger.notes.append(f"{finding.summary.rstrip('.')}: the first {len(people)} are listed.")
    return named


def waits_for_confirmation(e: ItemEvaluation) -> bool:
    """Whether the next move is the confirmer's: a claim stands, or the data of a question to confirm is met."""
    return bool(e.item.confirmed_by) and (
        e.standing.claim is not None or (bool(e.findings) and all(f.status == "met" for f in e.findings))
    )


def _owe_answer(e: ItemEvaluation, ledger: Ledger) -> None:
    confirms = waits_for_confirmation(e)
    fix = next((f for f in e.findings if f.status != "met" and f.fix_url), None)
    text = next((f.summary for f in e.findings if f.status != "met"), e.item.question)
    duty = Duty(
        e.item.question if confirms else _sentence(text),
        fix.fix_url if fix and not confirms else item_url(e.item),
        "Confirm" if confirms else (fix.fix_label if fix else "Answer"),
        e.open_strength.value if e.open_strength else "",
        e.item.due_on,
        DutyKind.CONFIRM if confirms else DutyKind.ANSWER,
        e.item.pk,
    )
    claimed_by = e.standing.claim.by_id if confirms and e.standing.claim else None
    ledger.owe_roles([e.item.confirmed_by if confirms else e.item.responsible], duty, except_for=claimed_by)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:].rstrip(".")

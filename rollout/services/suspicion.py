"""When is a passed gate in doubt? A table of finders looks at each gate; what they find is added, never taken back.

Causes of one gate are looked for at that gate. Causes of the whole program (a role is vacant, the roster changed) call
the latest passed gate into question: it is the decision on which the present work stands, and it saw the people of
its time.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import Max, Q

from people.api import User, announce, log, now
from rollout.models import (
    Condition,
    DossierEntry,
    GateDecision,
    Reconfirmation,
    RoleAssignment,
    RosterMember,
    Step,
    Suspicion,
    Waiver,
    Wave,
)
from rollout.queries.holders import PROJECT_LEAD, SPONSOR, Holders
from rollout.queries.programs import today_of
from rollout.rules.evaluation import GateEvaluation, ItemState, day_of
from rollout.rules.regression import (
    Cause,
    Kind,
    causes_in_evidence,
    differences,
    joined_words,
    overdue,
    roster_change,
    vacancy,
)
from rollout.services.dossiers import record_in_dossier
from rollout.services.evaluation import wave_context
from rollout.signals import step_became_suspect

PASSING = (GateDecision.Outcome.GO, GateDecision.Outcome.CONDITIONAL_GO)
STANDING_STATES = (*Step.PASSED_STATES, Step.State.SUSPECT)
CARRYING_ROLES = (SPONSOR, PROJECT_LEAD)
LASTING = (Kind.ROLE_VACANT, Kind.CONDITION_OVERDUE)
"""Causes that a new look at the same facts does not remove: they have to be mended first."""


@dataclass(frozen=True)
class Basis:
    """What a passed gate rests on: its decision, and the facts people last looked at, on ``day``."""

    decision: GateDecision
    snapshot: Mapping[str, Any]
    day: date


@dataclass(frozen=True)
class GateFacts:
    """Everything a finder may look at for one gate."""

    step: Step
    evaluation: GateEvaluation
    basis: Basis
    today: date
    waivers_gone: Mapping[int, Waiver] = field(default_factory=dict)
    overdue: Sequence[Condition] = ()
    vacancies: Sequence[Cause] = ()
    joined: int = 0
    left: int = 0


def _evidence(facts: GateFacts) -> list[Cause]:
    return causes_in_evidence(facts.evaluation, facts.basis.snapshot, facts.waivers_gone)


def _vacancies(facts: GateFacts) -> list[Cause]:
    return list(facts.vacancies)


def _roster(facts: GateFacts) -> list[Cause]:
    size = int(facts.basis.snapshot.get("roster_size") or 0)
    return roster_change(size, facts.joined, facts.left, facts.basis.day, facts.today)


def _conditions(facts: GateFacts) -> list[Cause]:
    return [overdue(condition) for condition in facts.overdue]


FINDERS: dict[str, Callable[[GateFacts], list[Cause]]] = {
    "evidence": _evidence,
    "conditions": _conditions,
    "vacancies": _vacancies,
    "roster": _roster,
}
"""Every way in which a gate comes into doubt by itself. A person reopens it with ``services.reopening``."""


def find_causes(wave: Wave, evaluations: Iterable[GateEvaluation]) -> dict[int, list[Cause]]:
    """Return the causes for doubt in each passed (or suspect) gate of ``evaluations``, by step id.

    At most 7 queries for any number of gates and people, none when no gate has passed.
    """
    return {
        step_id: [cause for find in FINDERS.values() for cause in find(facts)]
        for step_id, facts in _gather(wave, evaluations).items()
    }


def _gather(wave: Wave, evaluations: Iterable[GateEvaluation], holders: Holders | None = None) -> dict[int, GateFacts]:
    standing = {e.step.pk: e for e in evaluations if e.step.state in STANDING_STATES}
    bases = bases_of(standing)
    if not bases:
        return {}
    day = today_of(wave.program)
    latest = max(bases, key=lambda pk: standing[pk].step.number)
    gone = _waivers_gone(bases.values(), day)
    late: dict[int, list[Condition]] = {}
    conditions = Condition.objects.filter(
        decision__in=[basis.decision for basis in bases.values()], met_at__isnull=True, due_on__lt=day
    )
    for condition in conditions.select_related("item", "owner", "decision").order_by("due_on", "pk"):
        late.setdefault(condition.decision.step_id, []).append(condition)
    joined, left = _roster_moves(wave, bases[latest].day, day)
    vacancies = _vacant(wave.program_id, holders or wave_context(wave).holders, day)
    return {
        pk: GateFacts(
            step=standing[pk].step,
            evaluation=standing[pk],
            basis=basis,
            waivers_gone=gone,
            overdue=late.get(pk, ()),
            vacancies=vacancies if pk == latest else (),
            joined=joined if pk == latest else 0,
            left=left if pk == latest else 0,
            today=day,
        )
        for pk, basis in bases.items()
    }


def bases_of(step_ids: Iterable[int]) -> dict[int, Basis]:
    """Return what each gate rests on: its latest passing decision, or the reconfirmation after it. 2 queries."""
    ids = list(step_ids)
    if not ids:
        return {}
    bases: dict[int, Basis] = {}
    decisions = GateDecision.objects.filter(step__in=ids, outcome__in=PASSING).select_related("submission")
    for decision in decisions.defer("submission__snapshot").order_by("decided_at", "pk"):
        bases[decision.step_id] = Basis(decision, decision.snapshot, day_of(decision.decided_at))
    again = Reconfirmation.objects.filter(
        decision__in=[basis.decision for basis in bases.values()], is_final=True
    ).order_by("confirmed_at", "pk")
    for confirmed in again:
        decision = bases[confirmed.step_id].decision
        bases[confirmed.step_id] = Basis(decision, confirmed.snapshot, day_of(confirmed.confirmed_at))
    return bases


def _waivers_gone(bases: Iterable[Basis], day: date) -> dict[int, Waiver]:
    """Waivers that decisions leaned on and that work no more, by item id."""
    leaned_on = [
        item["waiver"]["id"]
        for basis in bases
        for item in basis.snapshot.get("items", ())
        if item["state"] == ItemState.WAIVED
    ]
    if not leaned_on:
        return {}
    gone = Waiver.objects.filter(pk__in=leaned_on).filter(~Q(state=Waiver.State.ACTIVE) | Q(expires_on__lt=day))
    return {waiver.item_id: waiver for waiver in gone}


def _roster_moves(wave: Wave, since: date, day: date) -> tuple[int, int]:
    """How many people came into the wave's figures, and left them, after ``since``. A roster that was not frozen then
    was still being put together."""
    if wave.roster_frozen_on is None or wave.roster_frozen_on > since:
        return 0, 0
    rows = list(
        RosterMember.objects.filter(wave=wave)
        .filter(Q(counts_from__gt=since) | Q(left_on__gt=since))
        .order_by()
        .values_list("counts_from", "left_on")
    )
    joined = sum(since < counts_from <= day and (left is None or left > day) for counts_from, left in rows)
    left = sum(counts_from <= since and left is not None and since < left <= day for counts_from, left in rows)
    return joined, left


def _vacant(program_id: int, holders: Holders, day: date) -> list[Cause]:
    vacant = [holders.roles[key] for key in CARRYING_ROLES if key in holders.roles and holders.roles[key].is_vacant]
    if not vacant:
        return []
    ended = dict(
        RoleAssignment.objects.filter(slot__program_id=program_id, slot__key__in=[role.slot.key for role in vacant])
        .order_by()
        .values_list("slot__key")
        .annotate(last=Max("ended_on"))
    )
    return [vacancy(role, ended.get(role.slot.key) or day) for role in vacant]


def call_into_question(step: Step, causes: Iterable[Cause], *, by: User | None = None) -> bool:
    """Add causes to a passed or suspect gate; return whether it became suspect by this.

    For callers that hold the step's lock. A cause that stands already is not said again. Everything that was
    answered, decided and handed in stays.
    """
    causes = list(causes)
    if not causes or step.state not in STANDING_STATES:
        return False
    standing = list(step.suspicions.open())
    known = {(one.kind, one.about) for one in standing}
    fresh = list({(c.kind, c.about): c for c in causes if (c.kind, c.about) not in known}.values())
    if not fresh:
        return False
    became, moment = step.state != Step.State.SUSPECT, now()
    added = Suspicion.objects.bulk_create(
        Suspicion(
            step=step,
            kind=cause.kind,
            about=cause.about[:100],
            because=joined_words([cause.because]),
            since=cause.since,
            found_at=moment,
            # One mail when the gate turns; what joins later stands on the page.
            told_at=None if became else moment,
        )
        for cause in fresh
    )
    earlier = [one.because for one in standing] or ([step.suspect_because] if step.suspect_because else [])
    step.state = Step.State.SUSPECT
    step.suspect_because = joined_words([*(earlier if not became else []), *(one.because for one in added)])
    step.save(update_fields=["state", "suspect_because"])
    data = {"because": joined_words([one.because for one in added])}
    deed = "rollout.step_became_suspect" if became else "rollout.doubt_added"
    log(step, deed, user=by, data=data)
    program = step.wave.program
    record_in_dossier(program=program, kind=DossierEntry.Kind.SUSPICION, action=deed, facts=data, step=step, by=by)
    if became:
        announce(step_became_suspect, step_id=step.pk)
    return became


def settle(step: Step) -> list[str]:
    """Close every cause for doubt in a gate that people decided or confirmed again; return them in words."""
    causes = list(step.suspicions.open().values_list("because", flat=True))
    step.suspicions.open().update(settled_at=now())
    return causes


@dataclass(frozen=True)
class Doubt:
    """A suspect gate as its page shows it: why, what differs from the facts it rests on, and what has to be mended
    before it can be confirmed again."""

    causes: Sequence[Suspicion]
    basis: Basis | None
    differences: Sequence[str] = ()
    lasting: Sequence[Cause] = ()
    given: Sequence[Reconfirmation] = ()
    """Words of deciders that it still holds, where several are needed and some are missing."""


def read_doubt(*, step: Step, evaluation: GateEvaluation, holders: Holders) -> Doubt | None:
    """Return the doubt in a suspect gate; None when it is not suspect."""
    if step.state != Step.State.SUSPECT:
        return None
    causes = list(step.suspicions.open())
    facts = _gather(step.wave, [evaluation], holders).get(step.pk)
    if facts is None:
        return Doubt(causes, None)
    # Roles and conditions that are the matter with this gate, not those of a later one.
    about = {one.about for one in causes if one.kind == Kind.ROLE_VACANT}
    found = [cause for find in (_conditions, _vacancies) for cause in find(facts)]
    lasting = [c for c in found if c.kind in LASTING and (c.kind != Kind.ROLE_VACANT or c.about in about)]
    since = max((one.found_at for one in causes), default=facts.basis.decision.decided_at)
    given = Reconfirmation.objects.filter(
        decision=facts.basis.decision, is_final=False, confirmed_at__gte=since
    ).select_related("confirmed_by", "acting_for")
    return Doubt(causes, facts.basis, differences(facts.basis.snapshot, evaluation), lasting, list(given))

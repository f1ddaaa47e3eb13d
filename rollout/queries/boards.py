"""What the program screens show, read in a fixed number of queries whatever the number of people, steps and waves."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from people.api import User, today
from rollout.models import (
    Condition,
    DecisionVote,
    Delegation,
    GateDecision,
    GateSubmission,
    Program,
    Reconfirmation,
    Reopening,
    RoleAssignment,
    RosterMember,
    Step,
    Waiver,
    Wave,
)
from rollout.queries.conditions import PASSING
from rollout.queries.decisions import is_standing_hold
from rollout.queries.holders import Holders, gate_roles, holders_in
from rollout.queries.programs import today_of
from rollout.queries.waivers import with_approvals


@dataclass
class WaveFacts:
    """A wave with its steps in order; ``members`` and ``teams`` count who belongs to its denominators today."""

    wave: Wave
    steps: list[Step]
    members: int = 0
    teams: int = 0

    @property
    def current(self) -> Step | None:
        """The first step whose gate is not passed; None when all are, or when the wave has no steps."""
        return next((step for step in self.steps if step.state not in Step.PASSED_STATES), None)

    def before(self, step: Step) -> Step | None:
        return next((one for one in reversed(self.steps) if one.number < step.number), None)


@dataclass
class BoardFacts:
    """Everything the program board needs besides the evaluation."""

    program: Program
    holders: Holders
    waves: list[WaveFacts]
    submissions: dict[int, GateSubmission] = field(default_factory=dict)
    """Open submissions by step id."""
    decisions: dict[int, GateDecision] = field(default_factory=dict)
    """The latest decision by step id."""
    waivers: list[Waiver] = field(default_factory=list)
    """Requested and active waivers."""
    conditions: list[Condition] = field(default_factory=list)
    """Open conditions of the latest decisions, soonest first."""


def programs_of(person: User) -> QuerySet[Program]:
    """Return the programs in which ``person`` holds a role or decides in somebody's name, or that they started; by
    title."""
    mine = Q(created_by=person) | _holds_a_role(person) | _decides_for_somebody(person)
    return Program.objects.filter(mine).order_by("title", "pk")


def _holds_a_role(person: User) -> Exists:
    held = RoleAssignment.objects.open().of(person.pk).filter(slot__program=OuterRef("pk"))
    return Exists(held)


def _decides_for_somebody(person: User) -> Exists:
    return Exists(Delegation.objects.standing(today()).filter(program=OuterRef("pk"), to_person=person))


def program_lines(programs: QuerySet[Program]) -> list[tuple[Program, list[WaveFacts]]]:
    """Return each program with its waves and steps. 3 queries for any number of programs."""
    chosen = list(programs.select_related("area"))
    by_program: dict[int, list[WaveFacts]] = defaultdict(list)
    for facts in _waves(Wave.objects.filter(program__in=[program.pk for program in chosen])):
        by_program[facts.wave.program_id].append(facts)
    for program in chosen:
        for facts in by_program[program.pk]:
            facts.wave.program = program
    return [(program, by_program[program.pk]) for program in chosen]


def _waves(waves: QuerySet[Wave]) -> list[WaveFacts]:
    found = [WaveFacts(wave, []) for wave in waves.order_by("number", "pk")]
    by_id = {facts.wave.pk: facts for facts in found}
    for step in Step.objects.filter(wave__in=list(by_id)).order_by("number"):
        step.wave = by_id[step.wave_id].wave
        by_id[step.wave_id].steps.append(step)
    return found


def wave_facts(wave: Wave) -> WaveFacts:
    """Return a wave with its steps, without counts. 1 query."""
    steps = list(wave.steps.order_by("number"))
    for step in steps:
        step.wave = wave
    return WaveFacts(wave, steps)


def _counted(day: date, what: str, *, distinct: bool = False) -> Coalesce:
    """How many ``what`` of its counted members a wave has: part of the query for the wave."""
    members = RosterMember.objects.filter(wave=OuterRef("pk")).counted(day).order_by().values("wave")
    return Coalesce(Subquery(members.annotate(number=Count(what, distinct=distinct)).values("number")), 0)


def board_facts(program: Program, holders: Holders | None = None) -> BoardFacts:
    """Return the facts of one program's board. 5 queries, 2 more for the holders when they
    are not given, and 1 more for the approvals where there are waivers."""
    day = today_of(program)
    waves = _waves(
        Wave.objects.filter(program=program).annotate(
            counted_members=_counted(day, "pk"), counted_teams=_counted(day, "team_id", distinct=True)
        )
    )
    for facts in waves:
        facts.wave.program = program
        facts.members, facts.teams = getattr(facts.wave, "counted_members", 0), getattr(facts.wave, "counted_teams", 0)
    steps = {step.pk: step for facts in waves for step in facts.steps}
    board = BoardFacts(program, holders or holders_in(program.pk), waves)
    settled = GateSubmission.objects.filter(step__in=list(steps)).exclude(state=GateSubmission.State.WITHDRAWN)
    settled = settled.select_related(
        "submitted_by", "decision__decided_by", "decision__acting_for", "decision__lift", "decision__shift"
    )
    # Decisions come with their submissions: one query for both.
    for submission in settled.defer("snapshot", "decision__snapshot").order_by("decision__decided_at", "pk"):
        submission.step = steps[submission.step_id]
        if submission.state == GateSubmission.State.OPEN:
            board.submissions[submission.step_id] = submission
        else:
            submission.decision.step = submission.step
            board.decisions[submission.step_id] = submission.decision
    live = Waiver.objects.filter(
        item__step__in=list(steps),
        state__in=(Waiver.State.REQUESTED, Waiver.State.ACTIVE),
        expires_on__gte=today_of(program),
    )
    live = live.select_related("item", "requested_by", "decided_by").prefetch_related(with_approvals())
    for waiver in live.order_by("requested_at", "pk"):
        waiver.item.step = steps[waiver.item.step_id]
        board.waivers.append(waiver)
    open_ones = Condition.objects.filter(decision__step__in=list(steps), met_at__isnull=True)
    latest = {decision.pk for decision in board.decisions.values()}
    for condition in open_ones.select_related("item", "owner").order_by("due_on", "pk"):
        if condition.decision_id in latest:
            condition.item.step = steps[condition.item.step_id]
            board.conditions.append(condition)
    return board


@dataclass
class GateHistory:
    """What happened at one gate, and the waivers of its items."""

    submissions: list[GateSubmission]
    decisions: list[GateDecision]
    waivers: dict[int, list[Waiver]]
    """By item id, newest first."""
    conditions: list[Condition]
    """Conditions of the latest decision."""
    day: date
    """Today on the program's own clock."""
    returned: GateDecision | None = None
    """The return to this step whose list is still to be done."""
    reopenings: list[Reopening] = field(default_factory=list)
    reconfirmations: list[Reconfirmation] = field(default_factory=list)

    @property
    def hold(self) -> GateDecision | None:
        """The hold that the gate rests on today."""
        latest = self.decisions[0] if self.decisions else None
        return latest if latest is not None and is_standing_hold(latest) else None

    @property
    def open_submission(self) -> GateSubmission | None:
        return next((one for one in self.submissions if one.state == GateSubmission.State.OPEN), None)

    def live_waiver(self, item_id: int) -> Waiver | None:
        """The item's waiver that is requested or active and not over."""
        live = (Waiver.State.REQUESTED, Waiver.State.ACTIVE)
        waivers = self.waivers.get(item_id, ())
        return next((one for one in waivers if one.state in live and one.expires_on >= self.day), None)


def gate_history(step: Step) -> GateHistory:
    """Return the gate's submissions, decisions, waivers and conditions, newest first.

    4 queries, 1 more for the approvals where there are waivers, and 2 more once the gate has passed.
    """
    submissions = list(step.submissions.select_related("submitted_by", "closed_by").order_by("-submitted_at", "-pk"))
    rows = (
        GateDecision.objects.filter(Q(step=step) | Q(return_to=step))
        .select_related("step", "decided_by", "acting_for", "return_to", "lift__lifted_by", "lift__acting_for", "shift")
        .defer("snapshot")
        .order_by("-decided_at", "-pk")
    )
    for decision in rows:
        decision.step.wave = step.wave
    decisions = [decision for decision in rows if decision.step_id == step.pk]
    by_submission = {decision.submission_id: decision for decision in decisions}
    for submission in submissions:
        submission.step = step
    for decision in decisions:
        decision.step = step
    for submission in submissions:
        if submission.pk in by_submission:
            submission.decision = by_submission[submission.pk]
    waivers: dict[int, list[Waiver]] = defaultdict(list)
    for waiver in (
        Waiver.objects.filter(item__step=step)
        .select_related("requested_by", "decided_by", "closed_by")
        .prefetch_related(with_approvals())
        .order_by("-requested_at", "-pk")
    ):
        waivers[waiver.item_id].append(waiver)
    conditions: list[Condition] = []
    if decisions and decisions[0].outcome == GateDecision.Outcome.CONDITIONAL_GO:
        conditions = list(decisions[0].conditions.select_related("item", "owner"))
    returned = _asked_again(step, list(rows))
    history = GateHistory(submissions, decisions, waivers, conditions, today_of(step.wave.program), returned)
    if any(decision.outcome in PASSING for decision in decisions):
        # Only a gate that has passed can have been in doubt; 2 queries.
        history.reopenings = list(step.reopenings.select_related("reopened_by", "acting_for"))
        history.reconfirmations = list(
            step.reconfirmations.select_related("confirmed_by", "acting_for").defer("snapshot")
        )
    return history


def _asked_again(step: Step, decisions: list[GateDecision]) -> GateDecision | None:
    """The return whose list is still to be done at ``step``: the latest one to it, unless the gate passed since."""
    for decision in decisions:
        if decision.step_id == step.pk and decision.outcome in PASSING:
            return None
        if decision.return_to_id == step.pk:
            return decision
    return None


@dataclass(frozen=True, slots=True)
class ActingRole:
    """A role that somebody holds, or (``principal``) in which they decide for somebody today."""

    program_id: int
    key: str
    principal_id: int | None = None
    principal: str = ""


def acting_roles(person: User) -> list[ActingRole]:
    """Return the roles in which ``person`` decides, their own before those of others. 2 queries."""
    mine = RoleAssignment.objects.open().of(person.pk).order_by("slot_id")
    own = [ActingRole(*row) for row in mine.values_list("slot__program_id", "slot__key")]
    held = {(role.program_id, role.key) for role in own}
    given = (
        RoleAssignment.objects.open()
        .filter(
            Q(person__delegations_given__role_key="") | Q(person__delegations_given__role_key=F("slot__key")),
            person__is_active=True,
            person__delegations_given__in=Delegation.objects.standing(today()).filter(to_person=person),
            person__delegations_given__program=F("slot__program"),
        )
        .order_by("slot_id", "pk")
        .values_list("slot__program_id", "slot__key", "person_id", "person__first_name", "person__last_name")
    )
    return own + [
        ActingRole(program_id, key, person_id, f"{first} {last}")
        for program_id, key, person_id, first, last in given
        if (program_id, key) not in held
    ]


@dataclass(frozen=True, slots=True)
class WaitingSubmission:
    """A gate that waits for somebody; ``principal`` names in whose name they decide it, empty in their own right.
    ``voted`` is the outcome for which their voice was given, where several decide and the others are still to."""

    submission: GateSubmission
    principal: str = ""
    voted: str = ""


def submissions_waiting_for(person: User, roles: Iterable[ActingRole] | None = None) -> list[WaitingSubmission]:
    """Return the open submissions that ``person`` may decide, in their own right or for somebody; neither of the two
    submitted it.

    Oldest first, with step, wave and program. 1 query for any number of programs, 1 more when gates are among them
    that several decide together, and 2 for the ``roles`` (``acting_roles``) when they are not given.
    """
    acting: dict[int, list[ActingRole]] = defaultdict(list)
    for role in acting_roles(person) if roles is None else roles:
        acting[role.program_id].append(role)
    waiting = (
        GateSubmission.objects.filter(
            state=GateSubmission.State.OPEN,
            step__wave__program__in=list(acting),
            step__wave__program__state=Program.State.RUNNING,
        )
        .exclude(submitted_by=person)
        .select_related("submitted_by", "step__wave__program__playbook_version")
        .defer("snapshot")
        .order_by("submitted_at", "pk")
    )
    found = []
    voted = _voted(list(waiting))
    for submission in waiting:
        deciding = gate_roles(submission.step).decided_by
        for one in acting[submission.step.wave.program_id]:
            if one.key in deciding and one.principal_id != submission.submitted_by_id:
                said = voted.get((submission.pk, one.principal_id or person.pk), "")
                found.append(WaitingSubmission(submission, one.principal, said))
                break
    return found


def _voted(submissions: Iterable[GateSubmission]) -> dict[tuple[int, int], str]:
    """The outcome each voice was last given for, by submission and person."""
    shared = [one.pk for one in submissions if gate_roles(one.step).quorum != "any"]
    if not shared:
        return {}
    votes = DecisionVote.objects.filter(submission__in=shared).order_by("at", "pk")
    return {(vote.submission_id, vote.voice_id): vote.get_outcome_display().lower() for vote in votes}

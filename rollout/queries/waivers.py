"""Reads about waivers: their approvals, and the register of a program."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, CharField, Count, IntegerField, Prefetch, Q, QuerySet, Value, When

from people.api import User
from rollout.models import Program, Waiver, WaiverApproval

State, Risk = Waiver.State, Waiver.Risk
SOON = timedelta(days=14)

NEWEST, ENDING, RISKIEST, BY_STEP = "newest", "ending", "risk", "step"
SORTS = {
    NEWEST: ("-requested_at", "-pk"),
    ENDING: ("expires_on", "pk"),
    RISKIEST: ("-weight", "expires_on", "pk"),
    BY_STEP: ("item__step__wave__number", "item__step__number", "item__position", "-pk"),
}


def with_approvals() -> "Prefetch[str]":
    """Return the prefetch that ``rules.waivers`` wants of waivers: their approvals with the people behind them.

    One query, and none when there are no waivers.
    """
    return Prefetch("approvals", queryset=WaiverApproval.objects.select_related("approved_by", "acting_for"))


@dataclass(frozen=True)
class WaiverFilter:
    """What somebody wants to see of a register; empty means everything. ``who`` asked for, approved or rejected it."""

    state: str = ""
    risk: str = ""
    step_id: int | None = None
    who_id: int | None = None
    sort: str = NEWEST

    @property
    def is_empty(self) -> bool:
        return not (self.state or self.risk or self.step_id or self.who_id)


@dataclass(frozen=True)
class WaiverSums:
    """How many waivers of a program stand how, on ``day``; ``ending`` are active and end within two weeks."""

    total: int
    active: int
    active_high: int
    requested: int
    ending: int
    closed: int
    day: date


def _shown_state(day: date) -> Case:
    """A waiver that is past its last day has expired, swept or not."""
    over = When(state__in=Waiver.LIVE, expires_on__lt=day, then=Value(State.EXPIRED.value))
    return Case(over, default="state", output_field=CharField())


def waiver_register(program: Program, wanted: WaiverFilter, day: date) -> QuerySet[Waiver]:
    """Return the waivers of ``program`` as ``wanted``, with everything that a row shows. 2 queries, however many.

    ``day`` is today on the program's clock.
    """
    weight = Case(
        When(risk=Risk.HIGH, then=Value(3)),
        When(risk=Risk.MEDIUM, then=Value(2)),
        default=Value(1),
        output_field=IntegerField(),
    )
    rows = Waiver.objects.filter(item__step__wave__program=program)
    rows = rows.annotate(weight=weight, shown_state=_shown_state(day))
    if wanted.state:
        rows = rows.filter(shown_state=wanted.state)
    if wanted.risk:
        rows = rows.filter(risk=wanted.risk)
    if wanted.step_id:
        rows = rows.filter(item__step=wanted.step_id)
    if wanted.who_id:
        given = WaiverApproval.objects.filter(Q(approved_by=wanted.who_id) | Q(acting_for=wanted.who_id))
        rows = rows.filter(
            Q(requested_by=wanted.who_id) | Q(decided_by=wanted.who_id) | Q(pk__in=given.values("waiver_id"))
        )
    return (
        rows.select_related("item__step__wave", "requested_by", "decided_by", "closed_by")
        .prefetch_related(with_approvals())
        .order_by(*SORTS.get(wanted.sort, SORTS[NEWEST]))
    )


def waiver_sums(program: Program, day: date) -> WaiverSums:
    """Count the program's waivers. 1 query."""
    active = Q(shown_state=State.ACTIVE)
    rows = Waiver.objects.filter(item__step__wave__program=program).annotate(shown_state=_shown_state(day))
    found = rows.aggregate(
        total=Count("pk"),
        active=Count("pk", filter=active),
        active_high=Count("pk", filter=active & Q(risk=Risk.HIGH)),
        requested=Count("pk", filter=Q(shown_state=State.REQUESTED)),
        ending=Count("pk", filter=active & Q(expires_on__lte=day + SOON)),
    )
    return WaiverSums(**found, closed=found["total"] - found["active"] - found["requested"], day=day)


def people_in_waivers(program: Program) -> QuerySet[User]:
    """Return who asked for, approved or rejected waivers of the program, by name."""
    waivers = Waiver.objects.filter(item__step__wave__program=program)
    approvals = WaiverApproval.objects.filter(waiver__in=waivers)
    return User.objects.filter(
        Q(pk__in=waivers.values("requested_by"))
        | Q(pk__in=waivers.values("decided_by"))
        | Q(pk__in=approvals.values("approved_by"))
        | Q(pk__in=approvals.values("acting_for"))
    ).order_by("last_name", "first_name", "pk")

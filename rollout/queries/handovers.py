"""What is open with somebody in a role, before it is handed over."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Max, OuterRef, Subquery

from courses.api import my_sessions
from people.api import today
from rollout.models import (
    ChecklistItem,
    Condition,
    Delegation,
    ExternalHolder,
    GateSubmission,
    Program,
    RoleAssignment,
    Statement,
    Waiver,
)
from rollout.queries.holders import gate_roles


@dataclass(frozen=True)
class OpenDuties:
    """What somebody leaves behind. Conditions and contacts move to the successor, what is addressed to the role
    follows it, and the rest stays with the person."""

    conditions: tuple[Condition, ...]
    contacts: tuple[ExternalHolder, ...]
    decisions: tuple[GateSubmission, ...]
    """Open submissions that the role decides."""
    claims: tuple[ChecklistItem, ...]
    """Claims that the role has to confirm."""
    submitted: tuple[GateSubmission, ...]
    """Open submissions of the person."""
    waivers: tuple[Waiver, ...]
    """Waivers the person asked for that nobody has decided."""
    delegations: tuple[Delegation, ...]
    sessions: tuple[str, ...]
    """Titles of training sessions ahead that the person leads."""

    @property
    def count(self) -> int:
        """How many things the successor takes over, or gets with the role."""
        return len(self.conditions) + len(self.contacts) + len(self.decisions) + len(self.claims)


def conditions_of(program: Program, person_id: int) -> list[Condition]:
    """Return the open conditions of the program that the person owns, soonest first. One query."""
    rows = Condition.objects.filter(decision__step__wave__program=program, owner_id=person_id, met_at__isnull=True)
    return list(rows.select_related("item__step__wave", "owner").order_by("due_on", "pk"))


def open_duties(assignment: RoleAssignment) -> OpenDuties:
    """Return what is open with the assignment's person in this program. Seven queries, fetch the slot's program with
    its playbook version to save two."""
    program, person, key = assignment.slot.program, assignment.person, assignment.slot.key
    waiting = list(
        GateSubmission.objects.filter(step__wave__program=program, state=GateSubmission.State.OPEN)
        .select_related("submitted_by", "step__wave__program__playbook_version")
        .defer("snapshot")
        .order_by("submitted_at", "pk")
    )
    latest = Statement.objects.filter(item=OuterRef("pk")).order_by("-at", "-pk")
    claimed = ChecklistItem.objects.filter(step__wave__program=program, confirmed_by=key).annotate(
        last_kind=Subquery(latest.values("kind")[:1])
    )
    waivers = Waiver.objects.filter(
        item__step__wave__program=program, requested_by=person, state=Waiver.State.REQUESTED
    )
    delegations = Delegation.objects.unrevoked().filter(program=program, from_person=person, ends_on__gte=today())
    contacts = ExternalHolder.objects.filter(slot__program=program, contact=person, ended_on__isnull=True)
    return OpenDuties(
        conditions=tuple(conditions_of(program, person.pk)),
        contacts=tuple(contacts.filter(until__gte=today()).select_related("slot")),
        decisions=tuple(one for one in waiting if key in gate_roles(one.step).decided_by),
        claims=tuple(
            claimed.filter(last_kind=Statement.Kind.CLAIMED).select_related("step__wave").order_by("step", "position")
        ),
        submitted=tuple(one for one in waiting if one.submitted_by_id == person.pk),
        waivers=tuple(waivers.select_related("item__step__wave").order_by("requested_at", "pk")),
        delegations=tuple(delegations.select_related("to_person")),
        sessions=tuple(session.title for session in my_sessions(person) if session.is_leading),
    )


def left_behind(program: Program) -> list[tuple[RoleAssignment, int]]:
    """Return whose conditions are still open although they have left, as their last role here, with the number of
    conditions. Two queries at most."""
    owners: dict[int, int] = {}
    rows = Condition.objects.filter(decision__step__wave__program=program, met_at__isnull=True, owner__is_active=False)
    for owner_id in rows.order_by().values_list("owner_id", flat=True):
        owners[owner_id] = owners.get(owner_id, 0) + 1
    if not owners:
        return []
    return [(assignment, owners[assignment.person_id]) for assignment in _last_roles(program, owners)]


def _last_roles(program: Program, person_ids: Iterable[int]) -> list[RoleAssignment]:
    held = RoleAssignment.objects.filter(slot__program=program, person__in=list(person_ids))
    newest = held.order_by().values("person").annotate(newest=Max("pk")).values("newest")
    return list(RoleAssignment.objects.filter(pk__in=newest).select_related("person", "slot"))

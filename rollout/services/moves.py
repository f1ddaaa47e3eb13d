"""Rosters and roles follow the organization: who left drops out, who came into a team of the wave joins."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from people.api import Membership
from rollout.models import Program, RoleAssignment, RosterMember, Wave
from rollout.queries.programs import running_waves
from rollout.services.roles import end_role_assignment, end_roles_past_their_last_day
from rollout.services.rosters import add_joiner, record_leaver

REASON = "No longer in the organization."


@dataclass(frozen=True)
class Moves:
    """How many rows followed the organization."""

    leavers: int = 0
    joiners: int = 0
    roles_ended: int = 0


def follow_moves(*, person_ids: Iterable[int] | None = None) -> Moves:
    """Bring frozen rosters and roles in line with who works where; ``person_ids`` None looks at everybody.

    Leaver: no open membership any more, or no longer active; out of the figures from the day after their last.
    Joiner: came after the roster date into a team that the roster has. A role ends with the person's last membership;
    people who never had one (consultants) keep theirs while they are active. With ``person_ids`` None, roles whose
    agreed last day is over are closed too. Each row is a
    deed of its own, so one that fails keeps nobody else back; running it twice changes nothing.
    """
    people = None if person_ids is None else sorted(set(person_ids))
    leavers, joiners = _record_leavers(people), _add_joiners(people)
    over = end_roles_past_their_last_day() if people is None else 0
    return Moves(leavers=leavers, joiners=joiners, roles_ended=_end_roles(people) + over)


def _open_place() -> Exists:
    return Exists(Membership.objects.open().filter(person=OuterRef("person")))


def _among(people: list[int] | None) -> Q:
    return Q() if people is None else Q(person__in=people)


def _record_leavers(people: list[int] | None) -> int:
    gone: QuerySet[RosterMember] = (
        RosterMember.objects.filter(
            _among(people),
            left_on__isnull=True,
            wave__roster_frozen_on__isnull=False,
            wave__program__state=Program.State.RUNNING,
        )
        .filter(~_open_place() | Q(person__is_active=False))
        .annotate(last_day=Max("person__memberships__ended_on"))
        .order_by("wave_id", "person_id")
    )
    count = 0
    for member in gone:
        last_day = getattr(member, "last_day", None)
        left_on = last_day + timedelta(days=1) if last_day is not None else None
        record_leaver(member=member, actor=None, left_on=left_on, reason=REASON)
        count += 1
    return count


def _add_joiners(people: list[int] | None) -> int:
    count = 0
    for wave in running_waves().filter(roster_frozen_on__isnull=False).order_by("pk"):
        count += _add_joiners_of(wave, people)
    return count


def _add_joiners_of(wave: Wave, people: list[int] | None) -> int:
    # On it already, or recorded as a leaver after they came: they stay as they are.
    settled = wave.roster.filter(person=OuterRef("person")).filter(
        Q(left_on__isnull=True) | Q(left_on__gt=OuterRef("started_on"))
    )
    newcomers = (
        Membership.objects.open()
        .filter(
            _among(people),
            unit__in=wave.roster.filter(left_on__isnull=True).order_by().values("team_id"),
            started_on__gt=wave.roster_frozen_on,
            person__is_active=True,
        )
        .filter(~Exists(settled))
        .select_related("person")
        .order_by("person_id")
    )
    count = 0
    for membership in newcomers:
        add_joiner(wave=wave, person=membership.person, actor=None, joined_on=membership.started_on)
        count += 1
    return count


def _end_roles(people: list[int] | None) -> int:
    had_place = Exists(Membership.objects.filter(person=OuterRef("person")))
    gone = (
        RoleAssignment.objects.unended()
        .filter(_among(people), slot__program__state=Program.State.RUNNING)
        .filter(Q(person__is_active=False) | (Q(had_place) & ~Q(_open_place())))
        .select_related("slot")
        .order_by("pk")
    )
    count = 0
    for assignment in gone:
        end_role_assignment(assignment=assignment, actor=None, reason=REASON)
        count += 1
    return count

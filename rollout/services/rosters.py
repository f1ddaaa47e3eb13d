"""Who belongs to a wave. Frozen at the roster date; later joiners count after a grace period, leavers no longer."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from courses import api as courses
from people.api import Membership, Refused, User, announce, log, require, today
from rollout.models import RosterMember, Wave
from rollout.models.programs import GRACE_DAYS
from rollout.queries.programs import content_of
from rollout.rules.programs import may_change_roster, may_record_moves
from rollout.services.locks import lock_wave
from rollout.signals import wave_changed

NAMED_AT_MOST = 10


@dataclass(frozen=True)
class AddedMembers:
    """How many people came onto the roster, and how many were on it before."""

    added: int
    already: int


@transaction.atomic
def add_roster_members(*, wave: Wave, person_ids: Iterable[int], actor: User) -> AddedMembers:
    """Put people onto a roster that is not frozen yet; their team is the unit they work in today.

    People who are on it already stay as they are. Refused, with nothing changed, when somebody has no unit (their
    names are said) and once the roster is frozen. A fixed number of queries for any number of people.
    """
    wave = lock_wave(wave.pk)
    require(may_change_roster(actor, wave))
    wanted = set(person_ids)
    present = set(wave.roster.values_list("person_id", flat=True))
    units = dict(
        Membership.objects.open()
        .filter(person__in=wanted - present, person__is_active=True)
        .values_list("person_id", "unit_id")
    )
    if without := wanted - present - units.keys():
        people = User.objects.filter(pk__in=without).order_by("last_name", "first_name")[:NAMED_AT_MOST]
        names = ", ".join(str(person) for person in people) or "Somebody on the list"
        more = f" and {len(without) - NAMED_AT_MOST} more" if len(without) > NAMED_AT_MOST else ""
        raise Refused(f"{names}{more} cannot be added: a member of the roster works in a unit of the company.")
    day = today()
    RosterMember.objects.bulk_create(
        (
            RosterMember(wave=wave, person_id=person_id, team_id=unit_id, joined_on=day, counts_from=day)
            for person_id, unit_id in sorted(units.items())
        ),
        batch_size=1000,
    )
    if units:
        log(wave, "rollout.roster_changed", user=actor, data={"added": sorted(units)})
        announce(wave_changed, wave_id=wave.pk)
    return AddedMembers(added=len(units), already=len(wanted & present))


@transaction.atomic
def remove_roster_member(*, member: RosterMember, actor: User) -> None:
    """Take somebody off a roster that is not frozen yet. Refused afterwards: then they are recorded as a leaver."""
    wave = lock_wave(member.wave_id)
    require(may_change_roster(actor, wave))
    removed, _ = RosterMember.objects.filter(pk=member.pk).delete()
    if removed:
        log(wave, "rollout.roster_changed", user=actor, data={"removed": [member.person_id]}, people=[member.person])
        announce(wave_changed, wave_id=wave.pk)


@transaction.atomic
def freeze_roster(*, wave: Wave, actor: User) -> Wave:
    """Fix today who belongs to the wave. Refused while the roster is empty, and a second time."""
    wave = lock_wave(wave.pk)
    require(may_change_roster(actor, wave))
    size = wave.roster.counted(today()).count()
    if size == 0:
        raise Refused("The roster is empty. Add the people of the wave before you freeze it.")
    wave.roster_frozen_on, wave.roster_frozen_by = today(), actor
    wave.save(update_fields=["roster_frozen_on", "roster_frozen_by"])
    log(wave, "rollout.roster_frozen", user=actor, data={"size": size})
    announce(wave_changed, wave_id=wave.pk)
    return wave


@transaction.atomic
def add_joiner(*, wave: Wave, person: User, actor: User | None, joined_on: date | None = None) -> RosterMember:
    """Add somebody who comes after the roster date; figures include them 30 days after ``joined_on`` (default: today).

    Somebody who is on the roster stays as they are; somebody who had left comes back as a joiner. When enrollment
    has been opened they are enrolled too. ``actor`` None is the product itself. Refused while the roster is not
    frozen, and for people without a unit.
    """
    wave = lock_wave(wave.pk)
    require(may_record_moves(actor, wave))
    membership = Membership.objects.open().of(person.pk).first()
    if membership is None:
        raise Refused(f"{person} cannot be added: a member of the roster works in a unit of the company.")
    joined_on = joined_on or today()
    member = wave.roster.filter(person=person).first()
    if member is not None and member.left_on is None:
        return member
    member = member or RosterMember(wave=wave, person=person)
    member.team_id = membership.unit_id
    member.joined_on, member.counts_from, member.left_on = joined_on, joined_on + timedelta(days=GRACE_DAYS), None
    member.save()
    _enroll_joiner(wave, person, actor)
    data = {"person": person.pk, "joined_on": joined_on.isoformat(), "counts_from": member.counts_from.isoformat()}
    log(wave, "rollout.joiner_added", user=actor, data=data, people=[person])
    announce(wave_changed, wave_id=wave.pk)
    return member


def _enroll_joiner(wave: Wave, person: User, actor: User | None) -> None:
    """Once enrollment is open, it is open for joiners too."""
    if wave.enrollment_opened_at is None:
        return
    keys = content_of(wave.program.playbook_version).learning.roster
    for course in courses.courses_by_key(keys).values():
        courses.assign_course(person_ids=[person.pk], course=course, actor=actor)


@transaction.atomic
def record_leaver(
    *, member: RosterMember, actor: User | None, left_on: date | None = None, reason: str = ""
) -> RosterMember:
    """Record that somebody no longer belongs to the wave from ``left_on`` (default: today) on. What they did stays.

    Recording it twice changes nothing. ``actor`` None is the product itself. Refused while the roster is not frozen.
    """
    wave = lock_wave(member.wave_id)
    require(may_record_moves(actor, wave))
    member = RosterMember.objects.select_related("person").get(pk=member.pk)
    if member.left_on is not None:
        return member
    member.left_on = left_on or today()
    member.save(update_fields=["left_on"])
    data = {"person": member.person_id, "left_on": member.left_on.isoformat(), "reason": reason}
    log(wave, "rollout.leaver_recorded", user=actor, data=data, people=[member.person])
    announce(wave_changed, wave_id=wave.pk)
    return member

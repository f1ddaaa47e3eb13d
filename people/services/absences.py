"""Recording long leaves, and their end."""

from datetime import date

from django.db import transaction
from django.db.models import Q

from people.audit import log
from people.clock import in_words, now
from people.models import Absence, User
from people.news import announce
from people.refusals import Refused, require
from people.rules import SHORTEST_LEAVE_DAYS, may_look_after_people
from people.signals import absences_changed


def record_absence(
    *, person: User, started_on: date, actor: User, ends_on: date | None = None, kind: str = Absence.Kind.OTHER
) -> Absence:
    """Record that ``person`` is away from ``started_on`` through ``ends_on`` (None: the end is not known yet).

    The same leave again returns the one there is. Refused for leaves shorter than four weeks, ones that overlap
    another, people who have left, and to actors who are no people lead.
    """
    with transaction.atomic():
        person = User.objects.select_for_update().get(pk=person.pk)
        require(may_look_after_people(actor))
        if not person.is_active:
            raise Refused(f"{person} has left, so there is no leave to record.")
        if kind not in Absence.Kind.values:
            raise Refused("Choose one of the kinds of leave.")
        if ends_on is not None and (ends_on - started_on).days + 1 < SHORTEST_LEAVE_DAYS:
            raise Refused("Only leaves of four weeks or more are recorded. A vacation is nobody's business here.")
        known = Absence.objects.filter(person=person, started_on=started_on, ends_on=ends_on).first()
        if known is not None:
            return known
        others = Absence.objects.filter(person=person).filter(Q(ends_on__isnull=True) | Q(ends_on__gte=started_on))
        other = (others if ends_on is None else others.filter(started_on__lte=ends_on)).first()
        if other is not None:
            raise Refused(f"{person} has a leave recorded already that began on {in_words(other.started_on)}.")
        absence = Absence.objects.create(
            person=person, kind=kind, started_on=started_on, ends_on=ends_on, recorded_by=actor, recorded_at=now()
        )
        data = {"started_on": started_on.isoformat(), "ends_on": ends_on.isoformat() if ends_on else None}
        log(person, "people.record_absence", user=actor, data=data)
        announce(absences_changed, person_ids=[person.pk])
    return absence


def end_absence(*, absence: Absence, ends_on: date, actor: User) -> Absence:
    """Set the last day of a leave, earlier or later than was thought. Refused before its first day, when it would
    overlap another leave, and to actors who are no people lead."""
    with transaction.atomic():
        User.objects.select_for_update().get(pk=absence.person_id)
        require(may_look_after_people(actor))
        absence = Absence.objects.select_related("person").get(pk=absence.pk)
        if ends_on < absence.started_on:
            raise Refused(f"This leave began on {in_words(absence.started_on)}; it cannot end before that.")
        others = Absence.objects.filter(person=absence.person).exclude(pk=absence.pk)
        if others.filter(started_on__gt=absence.started_on, started_on__lte=ends_on).exists():
            raise Refused(f"{absence.person} has another leave that begins before that day.")
        if absence.ends_on == ends_on:
            return absence
        data = {"from": absence.ends_on.isoformat() if absence.ends_on else None, "to": ends_on.isoformat()}
        absence.ends_on = ends_on
        absence.save(update_fields=["ends_on"])
        log(absence.person, "people.end_absence", user=actor, data=data)
        announce(absences_changed, person_ids=[absence.person_id])
    return absence

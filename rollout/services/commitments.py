"""What a program commits people to. Locked until the gates before are passed (product.md, rule 8)."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from courses import api as courses
from people.api import Refusal, Refused, User, announce, log, now, require, today
from rollout.models import ChecklistItem, RoleAssignment, Wave
from rollout.models.playbook_content import PlaybookContent
from rollout.queries.programs import content_of
from rollout.rules.programs import may_open_enrollment, may_start_cycle
from rollout.services.locks import lock_wave
from rollout.signals import wave_changed

LATE_NOTICE = timedelta(weeks=2)


@dataclass(frozen=True)
class EnrollmentOpened:
    """How many enrollments are new and how many stood before, and by when the courses are due."""

    enrolled: int
    already: int
    due_on: date | None


@transaction.atomic
def open_enrollment(*, wave: Wave, actor: User, due_on: date | None = None) -> EnrollmentOpened:
    """Enroll the roster in its learning and every role holder and deputy in theirs.

    Due on ``due_on``; without it on the day the playbook wants training finished, else the day before the first
    cycle, and two weeks from today when both have passed. Doing it again enrolls whoever has come since. Refused
    until the step that carries the commitment is open, while the roster is not frozen, and when a course of the
    playbook does not exist.
    """
    wave = lock_wave(wave.pk)
    require(may_open_enrollment(actor, wave))
    content = content_of(wave.program.playbook_version)
    due_on = due_on or _due_on(wave)
    people = _people_by_course(wave, content)
    found = courses.courses_by_key(sorted(people))
    if lacking := [key for key in people if key not in found]:
        raise Refused(
            Refusal(
                f"The playbook asks for courses that do not exist yet: {', '.join(sorted(lacking))}.",
                owed_by="the editors of the catalog",
            )
        )
    enrolled = already = 0
    for key in sorted(people):
        result = courses.assign_course(person_ids=sorted(people[key]), course=found[key], actor=actor, due_on=due_on)
        enrolled, already = enrolled + result.enrolled, already + result.already
    if wave.enrollment_opened_at is None:
        wave.enrollment_opened_at = now()
        wave.save(update_fields=["enrollment_opened_at"])
    data = {"enrolled": enrolled, "already": already, "due_on": due_on.isoformat() if due_on else None}
    log(wave, "rollout.enrollment_opened", user=actor, data=data)
    announce(wave_changed, wave_id=wave.pk)
    return EnrollmentOpened(enrolled=enrolled, already=already, due_on=due_on)


def _due_on(wave: Wave) -> date | None:
    items = ChecklistItem.objects.filter(step__wave=wave, due_on__isnull=False)
    days = [item.due_on for item in items if any(check["source"] == "training_completed" for check in item.checks)]
    if wave.starts_on is not None:
        days.append(wave.starts_on - timedelta(days=1))
    known = [day for day in days if day is not None]
    day = today()
    return min((one for one in known if one >= day), default=day + LATE_NOTICE if known else None)


def _people_by_course(wave: Wave, content: PlaybookContent) -> dict[str, set[int]]:
    # Joiners learn from their first day, though figures include them only after their grace period.
    members = set(wave.roster.filter(left_on__isnull=True).values_list("person_id", flat=True))
    people = {key: set(members) for key in content.learning.roster}
    holders = RoleAssignment.objects.open().filter(slot__program=wave.program, person__is_active=True)
    for learning, person_id in holders.order_by().values_list("slot__learning", "person_id"):
        for key in learning:
            people.setdefault(key, set()).add(person_id)
    return people


@transaction.atomic
def start_cycle(*, wave: Wave, actor: User) -> Wave:
    """Start the wave's first cycle. Refused until the step that carries the commitment is open, without dates, and a
    second time."""
    wave = lock_wave(wave.pk)
    require(may_start_cycle(actor, wave))
    wave.cycle_started_at = now()
    wave.save(update_fields=["cycle_started_at"])
    log(
        wave,
        "rollout.cycle_started",
        user=actor,
        data={"starts_on": wave.starts_on.isoformat() if wave.starts_on else ""},
    )
    announce(wave_changed, wave_id=wave.pk)
    return wave

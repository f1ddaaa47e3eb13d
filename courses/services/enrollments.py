"""Enrolling: one cycle of one person through one pinned version. Cycles end or are archived, never deleted."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from courses.models import CoursePage, CourseVersion, Enrollment
from courses.queries.content import newest_version
from courses.queries.progress import latest_enrollment
from courses.rules import may_archive_enrollment, may_enroll, may_start_over
from courses.services.versions import pin_course_version
from courses.signals import enrollment_opened
from people.api import Refused, User, announce, log, now, require

CHUNK = 5000
"""How many people one statement names."""


@dataclass(frozen=True, slots=True)
class AssignmentResult:
    """How many people were newly enrolled, and how many had the course open or completed before."""

    enrolled: int
    already: int


def enroll(*, person: User, course: CoursePage, actor: User, renew: bool = False) -> Enrollment:
    """Enroll ``person`` and return the open enrollment; an existing one is returned unchanged.

    Somebody who has completed the course gets that completed enrollment back, unless ``renew`` asks for a new
    cycle. Refused when the course is not published or has no lessons, and when ``actor`` may not enroll ``person``.
    """
    for _ in range(3):
        try:
            with transaction.atomic():
                return _enroll(person, course, actor, renew)
        except IntegrityError:
            # Somebody was faster: the constraint decided, and the next look finds their row.
            continue
    raise Refused("Enrolling did not work out because somebody else was changing the same enrollment. Try again.")


def _enroll(person: User, course: CoursePage, actor: User, renew: bool) -> Enrollment:
    existing = latest_enrollment(person.pk, course.pk)
    if existing is not None and (existing.state == Enrollment.State.OPEN or not renew):
        return existing
    require(may_enroll(actor, course, person))
    version = _version_to_learn(course, actor)
    last = Enrollment.objects.filter(person=person, course=course).order_by("-cycle").first()
    enrollment = Enrollment.objects.create(
        person=person,
        course=course,
        version=version,
        cycle=last.cycle + 1 if last else 1,
        source=Enrollment.Source.SELF if actor.pk == person.pk else Enrollment.Source.ASSIGNED,
        enrolled_by=actor,
        enrolled_at=now(),
    )
    log(enrollment, "courses.enroll", user=actor, title=f"{person}: {version}"[:255], data={"person": person.pk})
    announce(enrollment_opened, enrollment_ids=[enrollment.pk])
    return enrollment


def _version_to_learn(course: CoursePage, actor: User | None) -> CourseVersion:
    version = newest_version(course.pk) or pin_course_version(course=course, actor=actor)
    if not version.lessons:
        raise Refused(f"“{course.title}” has no published lessons yet, so there is nothing to enroll in.")
    return version


def assign_course(
    *, person_ids: Iterable[int], course: CoursePage, actor: User | None, due_on: date | None = None
) -> AssignmentResult:
    """Enroll all these people who have the course neither open nor completed; announced as one piece of news.

    People who have left are passed over. An open enrollment without a due date gets ``due_on``, a calendar day in
    the organization's time zone. Whom ``actor`` may assign to is the caller's rule (a program's lead for the
    roster, ``may_assign_courses`` in general). Refused when the course is not published or has no lessons.
    """
    wanted = list(dict.fromkeys(person_ids))
    for _ in range(3):
        try:
            with transaction.atomic():
                return _assign(wanted, course, actor, due_on)
        except IntegrityError:
            continue
    raise Refused("Assigning did not work out because others were enrolling at the same time. Try again.")


def _assign(wanted: Sequence[int], course: CoursePage, actor: User | None, due_on: date | None) -> AssignmentResult:
    if not course.live:
        raise Refused(f"“{course.title}” is not published, so it cannot be assigned yet.")
    version = _version_to_learn(course, actor)
    moment = now()
    new: list[Enrollment] = []
    already = 0
    for start in range(0, len(wanted), CHUNK):
        ids = wanted[start : start + CHUNK]
        active = set(User.objects.filter(pk__in=ids, is_active=True).values_list("pk", flat=True))
        cycles: dict[int, int] = {}
        has_it: set[int] = set()
        rows = Enrollment.objects.filter(course=course, person_id__in=ids).values_list("person_id", "cycle", "state")
        for person_id, cycle, state in rows:
            cycles[person_id] = max(cycle, cycles.get(person_id, 0))
            if state != Enrollment.State.ARCHIVED:
                has_it.add(person_id)
        already += len(has_it)
        if due_on is not None:
            Enrollment.objects.open().filter(course=course, person_id__in=ids, due_on=None).update(due_on=due_on)
        new += [
            Enrollment(
                person_id=person_id,
                course=course,
                version=version,
                cycle=cycles.get(person_id, 0) + 1,
                source=Enrollment.Source.ASSIGNED,
                enrolled_by=actor,
                enrolled_at=moment,
                due_on=due_on,
            )
            for person_id in ids
            if person_id in active and person_id not in has_it
        ]
    if new:
        Enrollment.objects.bulk_create(new)
        log(course, "courses.assign", user=actor, data={"enrolled": len(new), "already": already})
        announce(enrollment_opened, enrollment_ids=[enrollment.pk for enrollment in new])
    return AssignmentResult(len(new), already)


@transaction.atomic
def archive_enrollment(*, enrollment: Enrollment, actor: User) -> Enrollment:
    """Close an open cycle without completing it; what was finished in it stays on record. Idempotent.

    Refused for completed enrollments, and to people who may neither assign courses nor withdraw themselves.
    """
    locked = Enrollment.objects.select_for_update(of=("self",)).select_related("course").get(pk=enrollment.pk)
    if locked.state == Enrollment.State.ARCHIVED:
        return locked
    require(may_archive_enrollment(actor, locked))
    locked.state, locked.archived_at = Enrollment.State.ARCHIVED, now()
    locked.save(update_fields=["state", "archived_at"])
    log(locked, "courses.archive_enrollment", user=actor)
    return locked


def start_over(*, enrollment: Enrollment, actor: User) -> Enrollment:
    """Archive an open enrollment and open the next cycle of the same course, with the same due date.

    For somebody who has used up the attempts of a quiz. All lessons are to be finished again; what was finished
    stays on record in the archived cycle. Refused to people who may not assign courses, unless the enrollment is
    open, and when the course is not published any more. Returns the new enrollment.
    """
    with transaction.atomic():
        require(may_start_over(actor, enrollment))
        archived = archive_enrollment(enrollment=enrollment, actor=actor)
        fresh = _enroll(archived.person, archived.course, actor, renew=True)
        if fresh.due_on is None and archived.due_on is not None:
            fresh.due_on = archived.due_on
            fresh.save(update_fields=["due_on"])
    return fresh

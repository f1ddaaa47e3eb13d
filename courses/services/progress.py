"""Finishing lessons and, with the last one, the course. Nothing that was finished is ever taken back."""

from uuid import UUID

from django.db import transaction

from courses.models import CourseVersion, Enrollment, LessonCompletion
from courses.queries.progress import finished_but_open, finished_keys
from courses.rules import may_complete_lesson, may_learn
from courses.signals import course_completed, lesson_completed
from people.api import User, announce, log, now, require


def lock_enrollment(enrollment_id: int) -> Enrollment:
    """Return the enrollment with its version, locked until the surrounding transaction ends.

    The course's page is left to refusals, which link to it: joining it would double the cost of every lesson.
    """
    return Enrollment.objects.select_for_update(of=("self",)).select_related("version").get(pk=enrollment_id)


def _lock_again(enrollment: Enrollment) -> Enrollment:
    """Return the enrollment locked and as it is now. Its version is taken over: an enrollment never changes it."""
    kept = ("person_id", "version_id", "state", "last_lesson_key")
    locked = Enrollment.objects.select_for_update().only(*kept).get(pk=enrollment.pk)
    if locked.version_id == enrollment.version_id:
        locked.version = enrollment.version
    return locked


def complete_lesson(*, enrollment: Enrollment, lesson_key: UUID | str, actor: User) -> Enrollment:
    """Record that the learner finished the lesson; completes the course with the last required one. Idempotent.

    Refused to anybody but the learner, for lessons outside the pinned version, and for a lesson whose quiz has not
    been passed in this enrollment. Later courses, locks or edits take nothing back.
    """
    return complete_lesson_and_list(enrollment=enrollment, lesson_key=lesson_key, actor=actor)[0]


@transaction.atomic
def complete_lesson_and_list(
    *, enrollment: Enrollment, lesson_key: UUID | str, actor: User
) -> tuple[Enrollment, set[str]]:
    """Do what ``complete_lesson`` does; return the keys of all finished lessons besides, which it knows anyway."""
    locked = _lock_again(enrollment)
    require(may_learn(actor, locked))
    finished = finished_keys(locked.pk)
    if str(lesson_key) not in finished:
        require(may_complete_lesson(actor, locked, lesson_key))
        finish_lesson(enrollment=locked, lesson_key=str(lesson_key), finished=finished, actor=actor)
    elif locked.state == Enrollment.State.OPEN and str(locked.last_lesson_key) != str(lesson_key):
        locked.last_lesson_key = UUID(str(lesson_key))
        locked.save(update_fields=["last_lesson_key"])
    return locked, finished | {str(lesson_key)}


def finish_lesson(*, enrollment: Enrollment, lesson_key: str, finished: set[str], actor: User | None) -> None:
    """Write the completion of a lesson whose rule said yes. The caller holds the lock on ``enrollment``.

    ``finished`` is what was finished before. The completion row is its own audit record; only completing the
    course is logged besides.
    """
    LessonCompletion.objects.create(enrollment=enrollment, lesson_key=lesson_key, completed_at=now())
    announce(lesson_completed, enrollment_id=enrollment.pk, lesson_key=lesson_key)
    enrollment.last_lesson_key = UUID(lesson_key)
    if not _complete_if_finished(enrollment, finished | {lesson_key}, actor):
        enrollment.save(update_fields=["last_lesson_key"])


def _complete_if_finished(enrollment: Enrollment, finished: set[str], actor: User | None) -> bool:
    required = enrollment.version.required_keys
    if enrollment.state != Enrollment.State.OPEN or not required or not finished.issuperset(required):
        return False
    enrollment.state, enrollment.completed_at = Enrollment.State.COMPLETED, now()
    enrollment.save(update_fields=["state", "completed_at", "last_lesson_key"])
    log(
        enrollment,
        "courses.complete_course",
        user=actor,
        title=str(enrollment.version)[:255],
        data={"person": enrollment.person_id, "version": enrollment.version_id},
    )
    announce(course_completed, enrollment_id=enrollment.pk)
    return True


@transaction.atomic
def complete_if_finished(*, enrollment_id: int) -> bool:
    """Complete the course when all required lessons are finished and it is still open; say whether it was needed."""
    locked = lock_enrollment(enrollment_id)
    return _complete_if_finished(locked, finished_keys(locked.pk), None)


def complete_finished_enrollments() -> int:
    """Complete every open enrollment whose completion was lost; return how many there were. The sweep's question."""
    healed = 0
    for version in CourseVersion.objects.filter(enrollments__state=Enrollment.State.OPEN).distinct().order_by("pk"):
        for enrollment_id in finished_but_open(version):
            healed += complete_if_finished(enrollment_id=enrollment_id)
    return healed

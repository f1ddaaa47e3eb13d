"""Doorways for background work: ids in, one service call each. What the queue loses, the sweep finds again."""

from celery import Task, shared_task

from courses.models import CoursePage
from courses.services.progress import complete_finished_enrollments
from courses.services.session_news import tell_of_changed_sessions, tell_of_session
from courses.services.versions import pin_course_version, pin_outdated_courses

RETRY_SECONDS = 5


@shared_task(name="courses.pin_course", bind=True, max_retries=3)
def pin_course(self: Task, course_id: int) -> None:
    """Pin what the course requires now. A course that is not there yet is tried again."""
    course = CoursePage.objects.filter(pk=course_id).first()
    if course is None:
        raise self.retry(countdown=RETRY_SECONDS)
    if course.live:
        pin_course_version(course=course)


@shared_task(name="courses.tell_of_session")
def tell_of_session_change(session_id: int) -> None:
    """Mail who has a seat in a session that was moved or cancelled; whom it does not reach the sweep tries again."""
    tell_of_session(session_id=session_id)


@shared_task(name="courses.sweep")
def sweep() -> None:
    """Complete enrollments whose completion was lost, pin courses whose news was, and send mail that is still due."""
    complete_finished_enrollments()
    pin_outdated_courses()
    tell_of_changed_sessions()

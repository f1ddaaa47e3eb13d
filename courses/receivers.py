"""Two-line receivers: after the commit they queue a task, and the task looks again for itself.

Wagtail tells of published, unpublished and moved pages; a deleted page is unpublished first.
"""

from functools import partial
from typing import Any

from django.db import transaction
from django.dispatch import receiver
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished, post_page_move

from courses.models import CoursePage, LessonPage
from courses.signals import workshop_session_changed
from courses.tasks import pin_course, tell_of_session_change


def _pin_later(course_id: int) -> None:
    transaction.on_commit(partial(_pin, course_id))


def _pin(course_id: int) -> None:
    # Deleting a course unpublishes its lessons first; then there is nothing left to pin.
    if CoursePage.objects.filter(pk=course_id).exists():
        pin_course.delay(course_id)


def _pin_parent_later(parent: Page | None) -> None:
    if parent is not None:
        _pin_later(parent.pk)


@receiver(page_published, sender=CoursePage, dispatch_uid="courses.pin_on_course_published")
def pin_version_on_course_published(instance: CoursePage, **kwargs: Any) -> None:
    _pin_later(instance.pk)


@receiver(page_published, sender=LessonPage, dispatch_uid="courses.pin_on_lesson_published")
@receiver(page_unpublished, sender=LessonPage, dispatch_uid="courses.pin_on_lesson_unpublished")
def pin_version_on_lesson_published(instance: LessonPage, **kwargs: Any) -> None:
    _pin_parent_later(instance.get_parent())


@receiver(post_page_move, sender=LessonPage, dispatch_uid="courses.pin_on_lesson_moved")
def pin_version_on_lesson_moved(parent_page_before: Page, parent_page_after: Page, **kwargs: Any) -> None:
    for course_id in {parent_page_before.pk, parent_page_after.pk}:
        _pin_later(course_id)


@receiver(workshop_session_changed, dispatch_uid="courses.tell_on_session_changed")
def tell_on_workshop_session_changed(session_id: int, **kwargs: Any) -> None:
    tell_of_session_change.delay(session_id)

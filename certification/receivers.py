"""Two-line receivers: they queue a task, the task looks again for itself."""

from typing import Any

from django.dispatch import receiver

from certification import tasks
from certification.signals import candidacy_opened, credential_issued, observation_recorded
from courses.signals import course_completed


@receiver(course_completed)
def issue_on_course_completed(enrollment_id: int, **kwargs: Any) -> None:
    tasks.issue_after_course.delay(enrollment_id)


@receiver(candidacy_opened)
def issue_on_candidacy_opened(candidacy_id: int, **kwargs: Any) -> None:
    """Somebody may have shown everything before they applied."""
    tasks.issue_if_due.delay(candidacy_id)


@receiver(observation_recorded)
def issue_on_observation_recorded(observation_id: int, **kwargs: Any) -> None:
    tasks.issue_after_observation.delay(observation_id)


@receiver(credential_issued)
def render_on_credential_issued(credential_id: int, **kwargs: Any) -> None:
    tasks.render_certificate.delay(credential_id)


@receiver(credential_issued)
def mail_on_credential_issued(credential_id: int, **kwargs: Any) -> None:
    tasks.mail_credential.delay(credential_id)

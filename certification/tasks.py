"""Doorways for background work: ids in, one service call each. What the queue loses, the sweep finds again."""

from celery import Task, shared_task
from django.core.exceptions import ObjectDoesNotExist

from certification.services import certificates, credentials

RETRY_SECONDS = 5


@shared_task(name="certification.issue_after_course", bind=True, max_retries=5)
def issue_after_course(self: Task, enrollment_id: int) -> None:
    """Issue what a completed course made due. An enrollment that is not there yet is tried again."""
    try:
        credentials.issue_after_course(enrollment_id=enrollment_id)
    except ObjectDoesNotExist as error:
        raise self.retry(exc=error, countdown=RETRY_SECONDS) from error


@shared_task(name="certification.issue_after_observation", bind=True, max_retries=5)
def issue_after_observation(self: Task, observation_id: int) -> None:
    """Issue what a recorded observation made due."""
    try:
        credentials.issue_after_observation(observation_id=observation_id)
    except ObjectDoesNotExist as error:
        raise self.retry(exc=error, countdown=RETRY_SECONDS) from error


@shared_task(name="certification.issue_if_due", bind=True, max_retries=5)
def issue_if_due(self: Task, candidacy_id: int) -> None:
    """Issue one candidacy's credential if everything has been shown."""
    try:
        credentials.issue_if_due(candidacy_id=candidacy_id)
    except ObjectDoesNotExist as error:
        raise self.retry(exc=error, countdown=RETRY_SECONDS) from error


@shared_task(name="certification.render_certificate", bind=True, max_retries=5)
def render_certificate(self: Task, credential_id: int) -> None:
    """Render the PDF of a credential."""
    try:
        certificates.render_certificate(credential_id=credential_id)
    except ObjectDoesNotExist as error:
        raise self.retry(exc=error, countdown=RETRY_SECONDS) from error


@shared_task(name="certification.mail_credential", bind=True, max_retries=5)
def mail_credential(self: Task, credential_id: int) -> None:
    """Tell the holder. A mail server that is away is tried again, later also by the sweep."""
    try:
        certificates.mail_credential(credential_id=credential_id)
    except (ObjectDoesNotExist, OSError) as error:
        raise self.retry(exc=error, countdown=RETRY_SECONDS) from error


@shared_task(name="certification.sweep")
def sweep() -> None:
    """Do everything that is due and was not done: issue, render, tell."""
    credentials.issue_due()
    certificates.render_missing()
    certificates.mail_missing()

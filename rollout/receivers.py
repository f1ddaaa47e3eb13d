"""Two-line receivers: they queue a task, the task looks again for itself."""

from typing import Any

from django.dispatch import receiver

from certification.signals import credential_issued, credential_revoked
from courses.signals import course_completed, course_version_pinned, enrollment_opened, workshop_session_changed
from people.signals import absences_changed, memberships_changed
from rollout import tasks
from rollout.signals import (
    digest_issued,
    gate_question_answered,
    gate_question_asked,
    invitations_requested,
    remark_written,
    reminders_queued,
    step_became_suspect,
    submission_withdrawn,
    wave_changed,
)


@receiver(course_completed)
def refresh_on_course_completed(enrollment_id: int, **kwargs: Any) -> None:
    tasks.refresh_for_enrollments.delay([enrollment_id])


@receiver(enrollment_opened)
def refresh_on_enrollment_opened(enrollment_ids: list[int], **kwargs: Any) -> None:
    tasks.refresh_for_enrollments.delay(enrollment_ids)


@receiver(workshop_session_changed)
def refresh_on_workshop_session_changed(session_id: int, **kwargs: Any) -> None:
    tasks.refresh_for_session.delay(session_id)


@receiver(credential_issued)
def refresh_on_credential_issued(credential_id: int, **kwargs: Any) -> None:
    tasks.refresh_for_credential.delay(credential_id)


@receiver(credential_revoked)
def refresh_on_credential_revoked(credential_id: int, **kwargs: Any) -> None:
    tasks.refresh_for_credential.delay(credential_id)


@receiver(digest_issued)
def deliver_on_digest_issued(issue_id: int, **kwargs: Any) -> None:
    tasks.deliver_digest.delay(issue_id)


@receiver(memberships_changed)
def follow_on_memberships_changed(person_ids: list[int], **kwargs: Any) -> None:
    tasks.follow_moves.delay(person_ids)


@receiver(absences_changed)
def refresh_on_absences_changed(person_ids: list[int], **kwargs: Any) -> None:
    tasks.refresh_for_people.delay(person_ids)


@receiver(course_version_pinned)
def refresh_on_course_version_pinned(version_id: int, **kwargs: Any) -> None:
    tasks.refresh_for_course.delay(version_id)


@receiver(wave_changed)
def refresh_on_wave_changed(wave_id: int, **kwargs: Any) -> None:
    tasks.refresh_wave.delay(wave_id)


@receiver(reminders_queued)
def deliver_on_reminders_queued(round_id: int, **kwargs: Any) -> None:
    tasks.deliver_reminders.delay(round_id)


@receiver(invitations_requested)
def mail_on_invitations_requested(invitation_ids: list[int], **kwargs: Any) -> None:
    for invitation_id in invitation_ids:
        tasks.mail_invitation.delay(invitation_id)


@receiver(gate_question_asked)
def mail_on_gate_question_asked(question_id: int, **kwargs: Any) -> None:
    tasks.mail_gate_question.delay(question_id)


@receiver(gate_question_answered)
def mail_on_gate_question_answered(question_id: int, **kwargs: Any) -> None:
    tasks.mail_gate_answer.delay(question_id)


@receiver(step_became_suspect)
def mail_on_step_became_suspect(step_id: int, **kwargs: Any) -> None:
    tasks.mail_doubt.delay(step_id)


@receiver(submission_withdrawn)
def tell_on_submission_withdrawn(submission_id: int, **kwargs: Any) -> None:
    tasks.tell_submitter.delay(submission_id)


@receiver(remark_written)
def mail_on_remark_written(remark_id: int, **kwargs: Any) -> None:
    tasks.mail_mentions.delay(remark_id)

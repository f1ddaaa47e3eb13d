"""Doorways for background work: ids in, one service call. A row that is not there yet is asked for again."""

from typing import Any

from celery import Task, shared_task

from certification.api import Credential
from courses.api import CourseVersion, Enrollment, WorkshopSession
from rollout.models import DigestIssue, GateQuestion, GateSubmission, Invitation, ReminderRound, Step, Wave
from rollout.models.remarks import Remark
from rollout.notifications.submissions import send_submission_withdrawn
from rollout.queries.programs import waves_of_courses, waves_of_people
from rollout.services import (
    digests,
    invitations,
    moves,
    questions,
    refresh,
    reminders,
    retrospectives,
    suspicion_letters,
)
from rollout.services.remarks import mail_mentions as mail_named_people
from rollout.services.remarks import mail_missing_mentions

RETRY: dict[str, Any] = {"bind": True, "max_retries": 5, "default_retry_delay": 10}


@shared_task(name="rollout.refresh_wave", **RETRY)
def refresh_wave(self: "Task[Any, Any]", wave_id: int) -> None:
    """Evaluate one wave anew."""
    try:
        refresh.refresh_wave(wave_id=wave_id)
    except Wave.DoesNotExist as error:
        raise self.retry(exc=error) from error


@shared_task(name="rollout.refresh_for_enrollments", **RETRY)
def refresh_for_enrollments(self: "Task[Any, Any]", enrollment_ids: list[int]) -> None:
    """Evaluate the waves of the people enrolled."""
    enrollments = Enrollment.objects.filter(pk__in=enrollment_ids)
    if enrollment_ids and not enrollments.exists():
        raise self.retry()
    refresh.refresh_waves(wave_ids=waves_of_people(enrollments.order_by().values_list("person_id", flat=True)))


@shared_task(name="rollout.refresh_for_session", **RETRY)
def refresh_for_session(self: "Task[Any, Any]", session_id: int) -> None:
    """Evaluate the waves whose playbook asks for the session's course."""
    keys = list(WorkshopSession.objects.filter(pk=session_id).values_list("course__key", flat=True))
    if not keys:
        raise self.retry()
    refresh.refresh_waves(wave_ids=waves_of_courses(keys))


@shared_task(name="rollout.refresh_for_people")
def refresh_for_people(person_ids: list[int]) -> None:
    """Evaluate the waves of people whose leave was recorded or ended."""
    refresh.refresh_waves(wave_ids=waves_of_people(person_ids))


@shared_task(name="rollout.refresh_for_course", **RETRY)
def refresh_for_course(self: "Task[Any, Any]", version_id: int) -> None:
    """Evaluate the waves that ask for a course that was published."""
    keys = list(CourseVersion.objects.filter(pk=version_id).values_list("course__key", flat=True))
    if not keys:
        raise self.retry()
    refresh.refresh_waves(wave_ids=waves_of_courses(keys))


@shared_task(name="rollout.refresh_for_credential", **RETRY)
def refresh_for_credential(self: "Task[Any, Any]", credential_id: int) -> None:
    """Evaluate the waves of the credential's holder."""
    holders = list(Credential.objects.filter(pk=credential_id).values_list("holder_id", flat=True))
    if not holders:
        raise self.retry()
    refresh.refresh_waves(wave_ids=waves_of_people(holders))


@shared_task(name="rollout.issue_digests")
def issue_digests() -> None:
    """Issue the weekly letters that are due by the organization's clock: often asked, done once a week."""
    digests.issue_digests()


@shared_task(name="rollout.deliver_digest", **RETRY)
def deliver_digest(self: "Task[Any, Any]", issue_id: int) -> None:
    """Hand over the letters of one program and week."""
    try:
        digests.deliver_digest(issue_id=issue_id)
    except (DigestIssue.DoesNotExist, OSError) as error:
        raise self.retry(exc=error) from error


@shared_task(name="rollout.follow_moves")
def follow_moves(person_ids: list[int]) -> None:
    """Let rosters and roles follow people who joined, moved or left, then evaluate their waves."""
    concerned = waves_of_people(person_ids)
    moves.follow_moves(person_ids=person_ids)
    refresh.refresh_waves(wave_ids=sorted({*concerned, *waves_of_people(person_ids)}))


@shared_task(name="rollout.mail_invitation", **RETRY)
def mail_invitation(self: "Task[Any, Any]", invitation_id: int) -> None:
    """Mail one invitation. A mail server that is away is tried again, later also by the sweep."""
    try:
        invitations.mail_invitation(invitation_id=invitation_id)
    except (Invitation.DoesNotExist, OSError) as error:
        raise self.retry(exc=error) from error


@shared_task(name="rollout.tell_submitter", **RETRY)
def tell_submitter(self: "Task[Any, Any]", submission_id: int) -> None:
    """Tell whoever submitted a gate that the submission was taken back."""
    rows = GateSubmission.objects.select_related("submitted_by", "closed_by", "step__wave__program")
    submission = rows.filter(pk=submission_id).first()
    if submission is None:
        raise self.retry()
    if submission.closed_by_id != submission.submitted_by_id:
        try:
            send_submission_withdrawn(submission)
        except OSError as error:
            raise self.retry(exc=error) from error


@shared_task(name="rollout.sweep")
def sweep() -> None:
    """Find whatever news was lost."""
    refresh.sweep()


@shared_task(name="rollout.deliver_reminders", **RETRY)
def deliver_reminders(self: "Task[Any, Any]", round_id: int) -> None:
    """Hand over the mails of one round. A mail server that is away is tried again, later also by the sweep."""
    try:
        reminders.deliver_round(round_id=round_id)
    except (ReminderRound.DoesNotExist, OSError) as error:
        raise self.retry(exc=error) from error


@shared_task(name="rollout.mail_gate_question", **RETRY)
def mail_gate_question(self: "Task[Any, Any]", question_id: int) -> None:
    """Send a decider's question to whoever submitted the gate."""
    try:
        questions.mail_question(question_id=question_id)
    except (GateQuestion.DoesNotExist, OSError) as error:
        raise self.retry(exc=error) from error


@shared_task(name="rollout.mail_gate_answer", **RETRY)
def mail_gate_answer(self: "Task[Any, Any]", question_id: int) -> None:
    """Send the answer to whoever asked."""
    try:
        questions.mail_answer(question_id=question_id)
    except (GateQuestion.DoesNotExist, OSError) as error:
        raise self.retry(exc=error) from error


@shared_task(name="rollout.mail_mentions", **RETRY)
def mail_mentions(self: "Task[Any, Any]", remark_id: int) -> None:
    """Tell the people whom a comment names."""
    try:
        mail_named_people(remark_id=remark_id)
    except (Remark.DoesNotExist, OSError) as error:
        raise self.retry(exc=error) from error


@shared_task(name="rollout.mail_doubt", **RETRY)
def mail_doubt(self: "Task[Any, Any]", step_id: int) -> None:
    """Tell those who decide that gates of the step's wave came into doubt."""
    try:
        suspicion_letters.mail_doubt(wave_id=Step.objects.values_list("wave_id", flat=True).get(pk=step_id))
    except (Step.DoesNotExist, OSError) as error:
        raise self.retry(exc=error) from error


@shared_task(name="rollout.remind_of_retrospectives")
def remind_of_retrospectives() -> None:
    """Remind teams of the retrospectives of the next two weeks."""
    retrospectives.remind_of_retrospectives()


@shared_task(name="rollout.sweep_letters")
def sweep_letters() -> None:
    """Find the mails that the queue lost."""
    digests.deliver_waiting()
    reminders.deliver_waiting()
    invitations.mail_missing_invitations()
    questions.mail_missing()
    mail_missing_mentions()
    suspicion_letters.mail_missing_doubt()

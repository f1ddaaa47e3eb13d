"""News, tasks and the sweep: it must hold when messages come twice, too early, or never."""

import pytest
from celery import Task
from celery.exceptions import Retry
from django.core import mail
from kombu.exceptions import OperationalError

from certification import tasks
from certification.models import Candidacy, CertificateFile, Credential
from config.celery import HealingTask
from courses.models import Enrollment
from courses.signals import course_completed
from tests.factories.certification import complete_course, make_candidacy, make_credential, make_observation, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def broker_down(monkeypatch):
    def refuse(*args, **kwargs):
        raise OperationalError("broker unreachable")

    with monkeypatch.context() as patch:
        patch.setattr(Task, "apply_async", refuse)
        patch.setattr(HealingTask, "away_until", 0.0)  # restored afterwards: the pause must not reach other tests
        yield patch


def test_the_last_observation_leads_to_certificate_and_mail(django_capture_on_commit_callbacks):
    candidacy = make_candidacy()
    complete_course(candidacy.person)
    with django_capture_on_commit_callbacks(execute=True):
        record(make_observation(candidacy))
    credential = Credential.objects.get()
    with credential.certificate_file.file.open("rb") as file:
        assert file.read() == b"%PDF"
    assert [message.to for message in mail.outbox] == [[credential.holder.email]]


def test_the_last_course_leads_to_the_credential(django_capture_on_commit_callbacks):
    candidacy = make_candidacy()
    record(make_observation(candidacy))
    enrollment = complete_course(candidacy.person)
    with django_capture_on_commit_callbacks(execute=True):
        course_completed.send_robust(sender=None, enrollment_id=enrollment.pk)
    assert Credential.objects.get().holder == candidacy.person
    assert len(mail.outbox) == 1


def test_whoever_showed_everything_before_applying_is_certified_at_once(django_capture_on_commit_callbacks):
    from tests.factories.certification import make_certification
    from tests.factories.people import UserFactory

    certification, person = make_certification(observations=0), UserFactory()
    complete_course(person)
    with django_capture_on_commit_callbacks(execute=True):
        make_candidacy(certification, person=person)
    assert Credential.objects.get().holder == person


def test_messages_that_come_twice_change_nothing(django_capture_on_commit_callbacks):
    candidacy = make_candidacy()
    enrollment = complete_course(candidacy.person)
    observation = record(make_observation(candidacy))
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            tasks.issue_after_course.delay(enrollment.pk)
            tasks.issue_after_observation.delay(observation.pk)
            tasks.issue_if_due.delay(candidacy.pk)
            tasks.sweep.delay()
    credential = Credential.objects.get()
    for _ in range(2):
        tasks.render_certificate.delay(credential.pk)
        tasks.mail_credential.delay(credential.pk)
    assert (Credential.objects.count(), CertificateFile.objects.count(), len(mail.outbox)) == (1, 1, 1)


@pytest.mark.parametrize(
    ("task", "missing"),
    [
        (tasks.issue_after_course, Enrollment.DoesNotExist),
        (tasks.issue_if_due, Candidacy.DoesNotExist),
        (tasks.render_certificate, Credential.DoesNotExist),
        (tasks.mail_credential, Credential.DoesNotExist),
    ],
)
def test_a_missing_row_is_tried_again(task, missing):
    with pytest.raises(Retry) as retry:
        task.apply(args=[0]).get()
    assert isinstance(retry.value.exc, missing)
    assert task.max_retries == 5


def test_what_the_broker_lost_the_sweep_finds(broker_down, django_capture_on_commit_callbacks):
    candidacy = make_candidacy()
    complete_course(candidacy.person)
    with django_capture_on_commit_callbacks(execute=True):
        record(make_observation(candidacy))
    assert not Credential.objects.exists()
    with django_capture_on_commit_callbacks(execute=True):
        tasks.sweep()
    credential = Credential.objects.get()
    assert CertificateFile.objects.get().credential == credential
    assert len(mail.outbox) == 1
    tasks.sweep()
    assert len(mail.outbox) == 1


def test_the_sweep_renders_what_was_issued_while_nobody_listened():
    credential = make_credential()
    assert not CertificateFile.objects.exists()
    tasks.sweep()
    assert CertificateFile.objects.get().credential == credential


def test_task_names_are_fixed():
    assert {
        task.name for task in (tasks.sweep, tasks.issue_if_due, tasks.render_certificate, tasks.mail_credential)
    } == {
        "certification.sweep",
        "certification.issue_if_due",
        "certification.render_certificate",
        "certification.mail_credential",
    }

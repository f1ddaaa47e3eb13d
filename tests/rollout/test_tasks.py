"""News finds its waves, comes twice without harm, and a row that is not there yet is asked for again."""

from unittest.mock import patch

import pytest
from celery.exceptions import Retry
from django.conf import settings
from kombu.exceptions import OperationalError

from certification.models import Candidacy, Certification, Credential
from certification.signals import credential_issued, credential_revoked
from config.celery import HealingTask
from courses.api import WorkshopSession, course_by_key
from courses.signals import course_completed, enrollment_opened, workshop_session_changed
from people.api import now, today
from people.models import Membership
from people.signals import memberships_changed
from rollout import receivers, tasks
from rollout.models import Finding
from rollout.signals import wave_changed
from tests.factories.courses import EnrollmentFactory
from tests.factories.people import MembershipFactory, UserFactory
from tests.factories.rollout import make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def refreshed():
    """The ids of the waves that were refreshed, in order."""
    with patch("rollout.services.refresh.refresh_wave") as service:
        ids: list[int] = []
        service.side_effect = lambda wave_id: ids.append(wave_id)
        yield ids


def test_completed_course_refreshes_the_waves_of_the_person(refreshed):
    started, other = make_program(courses=True), make_program(title="Other")
    enrollment = EnrollmentFactory(person=started.members[0], course=course_by_key("okr-foundations"))
    course_completed.send(sender=None, enrollment_id=enrollment.pk)
    assert refreshed == [started.wave.pk]
    course_completed.send(sender=None, enrollment_id=EnrollmentFactory(course=enrollment.course).pk)
    assert refreshed == [started.wave.pk]
    holder = EnrollmentFactory(person=other.sponsor, course=enrollment.course)
    course_completed.send(sender=None, enrollment_id=holder.pk)
    assert refreshed == [started.wave.pk, other.wave.pk]


def test_finding_turns_when_the_last_person_finishes_and_twice_is_once():
    started = make_program(courses=True, members=1, teams=1)
    enrollment = EnrollmentFactory(
        person=started.members[0], course=course_by_key("okr-foundations"), state="completed", completed_at=now()
    )
    for _ in range(2):
        course_completed.send(sender=None, enrollment_id=enrollment.pk)
    finding = Finding.objects.get(item__key="training_finished", check_number=1)
    assert (finding.status, finding.summary) == ("met", "1 of 1 people on the roster trained")


def test_enrollment_of_many_is_one_refresh(refreshed):
    started = make_program(courses=True)
    course = course_by_key("okr-foundations")
    ids = [EnrollmentFactory(person=person, course=course).pk for person in started.members]
    enrollment_opened.send(sender=None, enrollment_ids=ids)
    assert refreshed == [started.wave.pk]
    enrollment_opened.send(sender=None, enrollment_ids=[])
    assert refreshed == [started.wave.pk]


def test_session_refreshes_the_waves_that_ask_for_its_course(refreshed):
    started = make_program(courses=True)
    session = WorkshopSession.objects.create(
        course=course_by_key("okr-foundations"), title="W", starts_at=now(), ends_at=now().replace(year=2999),
        place="Room", seats=3,
    )  # fmt: skip
    workshop_session_changed.send(sender=None, session_id=session.pk)
    assert refreshed == [started.wave.pk]


def test_credential_refreshes_the_waves_of_its_holder(refreshed):
    started = make_program()
    scheme = Certification.objects.create(key="okr-coach", title="C", statement="S")
    candidacy = Candidacy.objects.create(person=started.coach, certification=scheme, requirements=[])
    credential = Credential.objects.create(
        number="1", candidacy=candidacy, holder=started.coach, holder_name="C", certification=scheme, title="T",
        statement="S", issuer="I", evidence=[], evidence_sha256="x", valid_from=today(), valid_until=today(),
    )  # fmt: skip
    # Called by name: certification listens too, and would render a certificate.
    receivers.refresh_on_credential_issued(credential_id=credential.pk)
    receivers.refresh_on_credential_revoked(credential_id=credential.pk)
    assert refreshed == [started.wave.pk] * 2
    assert receivers.refresh_on_credential_issued in credential_issued._live_receivers(None)[0]
    assert receivers.refresh_on_credential_revoked in credential_revoked._live_receivers(None)[0]


def test_leaver_drops_out_of_the_roster_and_the_wave_is_refreshed(refreshed):
    started = make_program()
    person = started.members[0]
    Membership.objects.filter(person=person).update(ended_on=today())
    memberships_changed.send(sender=None, person_ids=[person.pk])
    assert started.wave.roster.get(person=person).left_on is not None
    assert refreshed == [started.wave.pk]


def test_stranger_who_moves_concerns_no_wave(refreshed):
    make_program()
    memberships_changed.send(sender=None, person_ids=[MembershipFactory().person_id])
    assert refreshed == []


def test_changed_wave_is_refreshed():
    started = make_program()
    wave_changed.send(sender=None, wave_id=started.wave.pk)
    assert Finding.objects.filter(item__step__wave=started.wave).exists()


@pytest.mark.parametrize(
    ("task", "argument"),
    [
        (tasks.refresh_wave, 0),
        (tasks.refresh_for_enrollments, [0]),
        (tasks.refresh_for_session, 0),
        (tasks.refresh_for_credential, 0),
    ],
)
def test_row_that_is_not_there_yet_is_asked_for_again(task, argument):
    with patch.object(task, "retry", side_effect=Retry()) as retry, pytest.raises(Retry):
        task.run(argument)
    retry.assert_called_once()


def test_broker_that_is_away_fails_no_request_and_the_sweep_heals(monkeypatch):
    # The pause that follows a failure must not outlive this test.
    monkeypatch.setattr(HealingTask, "away_until", 0.0)
    started = make_program()
    with patch("celery.app.task.Task.apply_async", side_effect=OperationalError("away")):
        wave_changed.send(sender=None, wave_id=started.wave.pk)
    assert not Finding.objects.exists()
    tasks.sweep()
    assert Finding.objects.filter(item__step__wave=started.wave).exists()


def test_finding_the_waves_of_many_people_costs_one_query(django_assert_num_queries):
    from rollout.queries.programs import waves_of_people

    started = make_program(members=40)
    with django_assert_num_queries(1):
        assert waves_of_people(UserFactory._meta.model.objects.values_list("pk", flat=True)) == [started.wave.pk]
    with django_assert_num_queries(1):
        assert waves_of_people([person.pk for person in started.members]) == [started.wave.pk]


def test_tasks_have_the_names_that_the_schedule_and_the_queue_know():
    from django.conf import settings

    assert settings.CELERY_BEAT_SCHEDULE["rollout-sweep"]["task"] == tasks.sweep.name
    assert tasks.refresh_wave.name == "rollout.refresh_wave"


def test_every_wave_is_looked_at_again_at_least_every_night():
    seconds = settings.CELERY_BEAT_SCHEDULE["rollout-sweep"]
    assert (seconds["task"], seconds["schedule"] <= 24 * 3600) == ("rollout.sweep", True)

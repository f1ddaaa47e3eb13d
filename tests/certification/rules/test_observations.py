from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Group

from certification.rules import may_book_observation, may_observe, may_see_observation, observer_choices
from courses.models import Booking, CoursePage, WorkshopSession
from people.api import PEOPLE_LEADS, PROJECT_LEADS
from tests.factories.certification import (
    make_candidacy,
    make_certification,
    make_credential,
    make_observation,
    make_trainer,
)
from tests.factories.people import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def certification():
    return make_certification()


def train(trainer, person):
    session = WorkshopSession.objects.create(
        course=CoursePage.objects.get(key="coach-training"),
        title="Practice day",
        starts_at=datetime(2026, 1, 5, 8, tzinfo=UTC),
        ends_at=datetime(2026, 1, 5, 16, tzinfo=UTC),
        place="Room 1",
        seats=11,
        lead_trainer=trainer,
        state="held",
    )
    Booking.objects.create(session=session, person=person, state="attended")


def test_a_trainer_may_observe(certification):
    assert may_observe(make_trainer(), UserFactory(), certification) is True


def test_nobody_observes_themselves(certification):
    trainer = make_trainer()
    answer = may_observe(trainer, trainer, certification)
    assert not answer
    assert "Nobody observes themselves" in answer.reason


@pytest.mark.parametrize("levels", [1, 2, 3])
def test_line_managers_anywhere_above_may_not_observe(certification, levels):
    candidate = person = UserFactory()
    for _ in range(levels):
        manager = make_trainer()
        MembershipFactory(person=person, manager=manager)
        person = manager
    answer = may_observe(person, candidate, certification)
    assert not answer
    assert "line managers do not certify" in answer.reason


def test_a_former_line_manager_may_observe(certification):
    candidate, manager = UserFactory(), make_trainer()
    membership = MembershipFactory(person=candidate, manager=manager)
    membership.ended_on = membership.started_on
    membership.save()
    assert may_observe(manager, candidate, certification) is True


def test_the_trainer_of_the_candidate_may_not_observe(certification):
    trainer, candidate = make_trainer(), UserFactory()
    train(trainer, candidate)
    answer = may_observe(trainer, candidate, certification)
    assert not answer
    assert "do not assess the people they trained" in answer.reason
    assert may_observe(trainer, UserFactory(), certification) is True


def test_observers_must_be_qualified(certification):
    answer = may_observe(UserFactory(), UserFactory(), certification)
    assert not answer
    assert "only as a trainer or with a valid certificate “OKR Coach”" in answer.reason


def test_holders_of_the_same_credential_may_observe(certification):
    holder = make_credential(certification).holder
    assert may_observe(holder, UserFactory(), certification) is True
    other = make_certification("other", title="Other", with_course=False)
    assert not may_observe(holder, UserFactory(), other)


def test_somebody_who_left_may_not_observe(certification):
    answer = may_observe(make_trainer(is_active=False), UserFactory(), certification)
    assert not answer
    assert "has left the company" in answer.reason


def test_choices_agree_with_the_rule_and_say_why_not(certification):
    candidate = UserFactory()
    free, manager, trained, boss = make_trainer(), make_trainer(), make_trainer(), make_trainer()
    make_trainer(is_active=False)
    MembershipFactory(person=candidate, manager=manager)
    MembershipFactory(person=manager, manager=boss)
    train(trained, candidate)
    holder = make_credential(certification, observer=free).holder
    choices = observer_choices(candidate, certification)
    assert {c.person for c in choices} == {free, manager, trained, boss, holder}
    assert {c.person for c in choices if c.answer is True} == {free, holder}
    assert [c.answer is True for c in choices] == [True, True, False, False, False]
    for choice in choices:
        assert choice.answer == may_observe(choice.person, candidate, certification)


@pytest.mark.parametrize("trainers", [1, 15])
def test_choices_take_the_same_queries_for_one_and_many(certification, trainers, django_assert_num_queries):
    candidate = UserFactory()
    for _ in range(trainers):
        make_trainer()
    with django_assert_num_queries(6):
        assert len(observer_choices(candidate, certification)) == trainers


def test_booking_is_open_to_those_concerned(certification):
    candidacy, trainer = make_candidacy(certification), make_trainer()
    lead, project_lead, stranger = UserFactory(), UserFactory(), UserFactory()
    lead.groups.add(Group.objects.get_or_create(name=PEOPLE_LEADS)[0])
    project_lead.groups.add(Group.objects.get_or_create(name=PROJECT_LEADS)[0])
    observer = make_credential(certification).holder
    for actor in (candidacy.person, trainer, lead, project_lead, observer):
        assert may_book_observation(actor, candidacy, "seen", observer) is True
    answer = may_book_observation(stranger, candidacy, "seen", observer)
    assert not answer
    assert "cannot book an observation for this candidate" in answer.reason


def test_refused_observers_lead_to_the_choice_of_another(certification):
    candidacy = make_candidacy(certification)
    answer = may_book_observation(candidacy.person, candidacy, "seen", candidacy.person)
    assert answer.fix_url == f"/coaching/candidacies/{candidacy.pk}/observations/new/"


def test_an_observation_is_seen_by_those_concerned_only(certification):
    candidacy = make_candidacy(certification)
    manager = UserFactory()
    MembershipFactory(person=candidacy.person, manager=manager)
    observation = make_observation(candidacy)
    assert may_see_observation(candidacy.person, observation)
    assert may_see_observation(observation.observer, observation)
    assert not may_see_observation(manager, observation)
    assert not may_see_observation(UserFactory(), observation)

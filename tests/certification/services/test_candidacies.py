from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from wagtail.models import ModelLogEntry

from certification.models import Candidacy
from certification.services import issue_if_due, open_candidacy, withdraw_candidacy
from certification.signals import candidacy_opened
from courses.models import Enrollment
from people.api import PEOPLE_LEADS, Refused, clock_at, today
from tests.factories.certification import (
    NOON,
    complete_course,
    make_candidacy,
    make_certification,
    make_credential,
    make_observation,
    record,
)
from tests.factories.people import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def news():
    heard = []

    def hear(**ids):
        heard.append(ids)

    candidacy_opened.connect(hear)
    yield heard
    candidacy_opened.disconnect(hear)


def test_opening_pins_the_requirements_and_announces(news, django_capture_on_commit_callbacks):
    person, certification = UserFactory(), make_certification()
    with django_capture_on_commit_callbacks(execute=True):
        candidacy = open_candidacy(person=person, certification=certification, actor=person)
    assert candidacy.state == "open"
    assert candidacy.opened_by == person
    assert [(r["key"], r["kind"], r["quantity"]) for r in candidacy.requirements] == [
        ("course", "course", 1),
        ("seen", "observation", 1),
    ]
    assert [entry["candidacy_id"] for entry in news] == [candidacy.pk]
    assert ModelLogEntry.objects.filter(action="certification.open_candidacy", user=person).count() == 1


def test_opening_twice_returns_the_open_one(news, django_capture_on_commit_callbacks):
    candidacy = make_candidacy()
    with django_capture_on_commit_callbacks(execute=True):
        again = open_candidacy(person=candidacy.person, certification=candidacy.certification, actor=candidacy.person)
    assert again == candidacy
    assert news == []


def test_an_open_candidacy_outlives_the_closing_of_the_certification():
    candidacy = make_candidacy()
    closed = make_certification(is_open=False)
    assert open_candidacy(person=candidacy.person, certification=closed, actor=candidacy.person) == candidacy


def test_managers_and_people_leads_may_open_for_others():
    person, manager, lead, certification = UserFactory(), UserFactory(), UserFactory(), make_certification()
    MembershipFactory(person=person, manager=manager)
    lead.groups.add(Group.objects.get_or_create(name=PEOPLE_LEADS)[0])
    assert open_candidacy(person=person, certification=certification, actor=manager).opened_by == manager
    other = UserFactory()
    assert open_candidacy(person=other, certification=certification, actor=lead).person == other


def test_strangers_may_not_open_for_others():
    person = UserFactory(first_name="Ada", last_name="Ek")
    with pytest.raises(Refused, match="cannot start the certification of Ada Ek"):
        open_candidacy(person=person, certification=make_certification(), actor=UserFactory())


def test_closed_certifications_take_nobody():
    person = UserFactory()
    with pytest.raises(Refused, match="does not take new candidates"):
        open_candidacy(person=person, certification=make_certification(is_open=False), actor=person)


def test_certifications_without_requirements_take_nobody():
    person = UserFactory()
    empty = make_certification(with_course=False, observations=0)
    with pytest.raises(Refused, match="does not say yet what must be shown"):
        open_candidacy(person=person, certification=empty, actor=person)


def test_people_who_left_are_refused():
    with pytest.raises(Refused, match="has left the company"):
        open_candidacy(
            person=UserFactory(is_active=False),
            certification=make_certification(),
            actor=UserFactory(is_superuser=True),
        )


def test_holders_wait_until_half_a_year_before_the_end():
    with clock_at(NOON):
        credential = make_credential()
    holder, certification = credential.holder, credential.certification
    with clock_at(NOON + timedelta(days=500)), pytest.raises(Refused, match="Renewal can begin on September 1, 2027"):
        open_candidacy(person=holder, certification=certification, actor=holder)
    with clock_at(NOON + timedelta(days=600)):
        renewal = open_candidacy(person=holder, certification=certification, actor=holder)
    assert renewal.period == 2
    assert Candidacy.objects.of(holder.pk).count() == 2


def test_renewal_asks_for_fresh_evidence_and_enrolls_again():
    with clock_at(NOON):
        credential = make_credential()
    holder = credential.holder
    with clock_at(NOON + timedelta(days=700)):
        renewal = open_candidacy(person=holder, certification=credential.certification, actor=holder)
        again = Enrollment.objects.get(person=holder, state="open")
        assert (again.course.key, again.cycle) == ("coach-training", 2)
        record(make_observation(renewal))
        assert issue_if_due(candidacy_id=renewal.pk) is None
        again.delete()
        complete_course(holder)
        complete_course(holder)
        renewed = issue_if_due(candidacy_id=renewal.pk)
    assert renewed.number != credential.number
    assert not {e["source"] for e in renewed.evidence} & {e["source"] for e in credential.evidence}


def test_withdrawing_keeps_everything_and_allows_a_new_start():
    candidacy = make_candidacy()
    observation = make_observation(candidacy)
    withdraw_candidacy(candidacy=candidacy, actor=candidacy.person)
    candidacy.refresh_from_db()
    assert candidacy.state == "withdrawn"
    assert candidacy.closed_at is not None
    observation.refresh_from_db()
    again = open_candidacy(person=candidacy.person, certification=candidacy.certification, actor=candidacy.person)
    assert (again.period, again.pk != candidacy.pk) == (2, True)


def test_only_the_candidate_or_a_people_lead_withdraws_and_only_once():
    candidacy = make_candidacy()
    with pytest.raises(Refused, match="Only the candidate or a people lead"):
        withdraw_candidacy(candidacy=candidacy, actor=UserFactory())
    withdraw_candidacy(candidacy=candidacy, actor=UserFactory(is_superuser=True))
    with pytest.raises(Refused, match="closed already"):
        withdraw_candidacy(candidacy=candidacy, actor=candidacy.person)


def test_a_withdrawn_candidacy_is_never_certified():
    candidacy = make_candidacy()
    record(make_observation(candidacy, on=today()))
    withdraw_candidacy(candidacy=candidacy, actor=candidacy.person)
    complete_course(candidacy.person)
    assert issue_if_due(candidacy_id=candidacy.pk) is None

import hashlib
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from django.contrib.auth.models import Group

from certification.models import Candidacy, Credential
from certification.numbers import typing_mistake
from certification.services import issue_due, issue_if_due, open_candidacy, revoke_credential
from certification.services.credentials import evidence_hash, issue_after_course, issue_after_observation
from certification.signals import credential_issued, credential_revoked
from courses.models import Enrollment
from people.api import PEOPLE_LEADS, OrganizationSettings, Refused, clock_at, forget_organization
from tests.factories.certification import (
    NOON,
    complete_course,
    make_candidacy,
    make_certification,
    make_credential,
    make_observation,
    make_trainer,
    record,
)
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def news():
    heard = []

    def issued(credential_id, **kwargs):
        heard.append(("issued", credential_id))

    def revoked(credential_id, **kwargs):
        heard.append(("revoked", credential_id))

    credential_issued.connect(issued)
    credential_revoked.connect(revoked)
    yield heard
    credential_issued.disconnect(issued)
    credential_revoked.disconnect(revoked)


def ready(**fields):
    """A candidacy with everything shown, nothing issued yet."""
    candidacy = make_candidacy(**fields)
    complete_course(candidacy.person)
    record(make_observation(candidacy, observer=make_trainer(first_name="Jana", last_name="Vogt")))
    return candidacy


# --- issuing --------------------------------------------------------------------------------------


def test_the_credential_freezes_what_was_shown():
    OrganizationSettings.objects.create(company_name="Nordwind Heat Systems")
    with clock_at(NOON):
        candidacy = ready(person=UserFactory(first_name="Maren", last_name="Lindqvist"))
        credential = issue_if_due(candidacy_id=candidacy.pk)
    enrollment = Enrollment.objects.get()
    observation = candidacy.observations.get()
    assert credential.holder_name == "Maren Lindqvist"
    assert (credential.title, credential.issuer) == ("OKR Coach", "Nordwind Heat Systems")
    assert credential.statement == "has learned to coach and was seen coaching."
    assert (credential.valid_from, credential.valid_until) == (date(2026, 3, 2), date(2028, 3, 1))
    assert typing_mistake(credential.number) == ""
    assert credential.evidence == [
        {
            "requirement": "course",
            "kind": "course",
            "title": "Course coach-training",
            "on": "2026-03-02",
            "by": "",
            "minutes": sum(lesson["minutes"] for lesson in enrollment.version.lessons),
            "source": f"enrollment:{enrollment.pk}",
        },
        {
            "requirement": "seen",
            "kind": "observation",
            "title": "Seen at work",
            "on": "2026-03-02",
            "by": "Jana Vogt",
            "minutes": None,
            "source": f"observation:{observation.pk}",
        },
    ]
    assert credential.evidence_sha256 == evidence_hash(credential.evidence)
    candidacy.refresh_from_db()
    assert (candidacy.state, candidacy.closed_at) == ("certified", NOON)
    assert [(e.kind, e.at) for e in credential.events.all()] == [("issued", NOON)]


def test_the_hash_is_over_canonical_json():
    evidence = [{"b": "Ä", "a": 1}]
    assert evidence_hash(evidence) == hashlib.sha256('[{"a":1,"b":"Ä"}]'.encode()).hexdigest()
    assert evidence_hash(json.loads(json.dumps(evidence))) == evidence_hash(evidence)


def test_the_credential_does_not_follow_later_changes():
    credential = make_credential()
    make_certification(title="Renamed", statement="something else", validity_months=1)
    holder = credential.holder
    holder.last_name = "Married"
    holder.save()
    stored = Credential.objects.get()
    assert (stored.title, stored.holder_name) == ("OKR Coach", credential.holder_name)


@pytest.mark.parametrize(
    ("months", "moment", "zone", "valid_from", "valid_until"),
    [
        (24, datetime(2026, 10, 14, 12, tzinfo=UTC), "UTC", date(2026, 10, 14), date(2028, 10, 13)),
        (1, datetime(2026, 1, 31, 12, tzinfo=UTC), "UTC", date(2026, 1, 31), date(2026, 2, 27)),
        (12, datetime(2028, 2, 29, 12, tzinfo=UTC), "UTC", date(2028, 2, 29), date(2029, 2, 27)),
        (12, datetime(2026, 3, 28, 23, 30, tzinfo=UTC), "Europe/Berlin", date(2026, 3, 29), date(2027, 3, 28)),
        (12, datetime(2026, 12, 31, 20, tzinfo=UTC), "Asia/Tokyo", date(2027, 1, 1), date(2027, 12, 31)),
    ],
)
def test_validity_is_calendar_arithmetic_in_the_organizations_zone(months, moment, zone, valid_from, valid_until):
    OrganizationSettings.objects.create(time_zone=zone)
    forget_organization()
    with clock_at(moment):
        credential = make_credential(make_certification(validity_months=months))
    assert (credential.valid_from, credential.valid_until) == (valid_from, valid_until)


def test_nothing_is_issued_with_something_outstanding():
    candidacy = make_candidacy()
    assert issue_if_due(candidacy_id=candidacy.pk) is None
    complete_course(candidacy.person)
    assert issue_if_due(candidacy_id=candidacy.pk) is None
    record(make_observation(candidacy), 1, 1, 1, outcome="repeat")
    assert issue_if_due(candidacy_id=candidacy.pk) is None
    record(make_observation(candidacy))
    assert issue_if_due(candidacy_id=candidacy.pk) is not None


def test_nothing_is_issued_for_nothing():
    candidacy = make_candidacy()
    Candidacy.objects.update(requirements=[])
    assert issue_if_due(candidacy_id=candidacy.pk) is None


def test_issuing_twice_is_once(news, django_capture_on_commit_callbacks):
    candidacy = ready()
    with django_capture_on_commit_callbacks(execute=True):
        first = issue_if_due(candidacy_id=candidacy.pk)
        second = issue_if_due(candidacy_id=candidacy.pk)
    assert first == second
    assert Credential.objects.count() == 1
    assert news == [("issued", first.pk)]
    assert first.events.count() == 1


def test_unknown_candidacies_raise():
    with pytest.raises(Candidacy.DoesNotExist):
        issue_if_due(candidacy_id=0)


def test_a_completed_course_issues_for_its_learner_only():
    certification = make_certification(observations=0)
    one, other = make_candidacy(certification), make_candidacy(certification)
    enrollment = complete_course(one.person)
    complete_course(other.person)
    assert issue_after_course(enrollment_id=enrollment.pk) == 1
    assert Credential.objects.get().holder == one.person


def test_a_recorded_observation_issues():
    candidacy = ready()
    assert issue_after_observation(observation_id=candidacy.observations.get().pk).candidacy == candidacy


def test_the_sweep_issues_whatever_is_due(django_assert_num_queries):
    certification = make_certification()
    due = [ready(certification=certification) for _ in range(3)]
    make_candidacy(certification)
    assert issue_due() == 3
    assert {c.candidacy for c in Credential.objects.all()} == set(due)
    with django_assert_num_queries(5):
        assert issue_due() == 0


def test_one_failing_candidacy_does_not_stop_the_sweep(monkeypatch, caplog):
    certification = make_certification()
    first, second = ready(certification=certification), ready(certification=certification)
    from certification.services import credentials

    real = credentials.issue_if_due

    def fails_for_first(*, candidacy_id):
        if candidacy_id == first.pk:
            raise RuntimeError("broken")
        return real(candidacy_id=candidacy_id)

    monkeypatch.setattr(credentials, "issue_if_due", fails_for_first)
    assert issue_due() == 1
    assert Credential.objects.get().candidacy == second
    assert f"candidacy {first.pk} failed" in caplog.text


def test_a_revoked_holder_may_start_anew():
    credential = make_credential()
    revoke_credential(credential=credential, reason="A mistake.", actor=UserFactory(is_superuser=True))
    again = open_candidacy(person=credential.holder, certification=credential.certification, actor=credential.holder)
    assert again.period == 2
    assert issue_if_due(candidacy_id=again.pk) is None


# --- revoking -------------------------------------------------------------------------------------


def test_people_leads_revoke_with_a_reason(news, django_capture_on_commit_callbacks):
    credential, lead = make_credential(), UserFactory()
    lead.groups.add(Group.objects.get_or_create(name=PEOPLE_LEADS)[0])
    with django_capture_on_commit_callbacks(execute=True):
        event = revoke_credential(credential=credential, reason=" Observed the wrong person. ", actor=lead)
    assert (event.kind, event.actor, event.reason) == ("revoked", lead, "Observed the wrong person.")
    assert ("revoked", credential.pk) in news
    assert [e.kind for e in credential.events.all()] == ["issued", "revoked"]


@pytest.mark.parametrize("kind", ["holder", "trainer", "stranger"])
def test_others_may_not_revoke(kind):
    credential = make_credential()
    actor = {"holder": credential.holder, "trainer": make_trainer(), "stranger": UserFactory()}[kind]
    with pytest.raises(Refused, match="Only people leads"):
        revoke_credential(credential=credential, reason="x", actor=actor)
    assert credential.events.count() == 1


def test_revoking_needs_a_reason():
    credential = make_credential()
    with pytest.raises(Refused, match="Give the reason"):
        revoke_credential(credential=credential, reason="  ", actor=UserFactory(is_superuser=True))


def test_nothing_is_revoked_twice():
    credential, admin = make_credential(), UserFactory(is_superuser=True)
    with clock_at(NOON):
        revoke_credential(credential=credential, reason="One.", actor=admin)
    with clock_at(NOON + timedelta(days=1)), pytest.raises(Refused, match="revoked already on March 2, 2026"):
        revoke_credential(credential=credential, reason="Two.", actor=admin)
    assert credential.events.filter(kind="revoked").get().reason == "One."

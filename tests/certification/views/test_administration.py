import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from certification.api import grant_certification_permissions
from certification.models import Certification, Rubric
from certification.services import revoke_credential
from people.api import EDITORS, PEOPLE_LEADS
from people.services.groups import ensure_groups
from tests.factories.certification import make_candidacy, make_certification, make_credential, make_observation
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def member(group):
    ensure_groups()
    grant_certification_permissions()
    person = UserFactory()
    person.groups.add(Group.objects.get(name=group))
    return person


@pytest.fixture
def lead(client):
    lead = member(PEOPLE_LEADS)
    client.force_login(lead)
    return lead


def text_of(response):
    return " ".join(response.content.decode().split())


def test_people_leads_list_certificates_with_status_and_revoke(client, lead):
    valid, revoked = make_credential(), make_credential()
    revoke_credential(credential=revoked, reason="x", actor=lead)
    text = text_of(client.get(reverse("credentials:index")))
    assert valid.number in text
    assert "Revoked" in text
    assert reverse("certification_revoke", args=[valid.pk]) in text
    assert reverse("certification_revoke", args=[revoked.pk]) not in text


@pytest.mark.parametrize("many", [1, 10])
def test_the_list_takes_the_same_queries_for_one_and_many(client, lead, many, django_assert_num_queries):
    certification = make_certification(with_course=False)
    for _ in range(many):
        make_credential(certification)
    client.get(reverse("credentials:index"))
    with django_assert_num_queries(LIST_QUERIES):
        client.get(reverse("credentials:index"))


LIST_QUERIES = 16


def test_certificates_can_only_be_looked_at(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    credential = make_credential()
    observation = make_observation(make_candidacy())
    for name, row in (("credentials", credential), ("observations", observation)):
        assert client.get(reverse(f"{name}:index")).status_code == 200
        for deed in ("edit", "delete"):
            assert client.post(reverse(f"{name}:{deed}", args=[row.pk])).status_code in {302, 403}
        assert client.post(reverse(f"{name}:add")).status_code in {302, 403}
    credential.refresh_from_db()


def test_revoking_asks_for_a_reason_and_happens_once(client, lead):
    credential = make_credential()
    url = reverse("certification_revoke", args=[credential.pk])
    assert credential.number in text_of(client.get(url))
    assert "Say why it is revoked." in text_of(client.post(url, {"reason": " "}))
    assert credential.events.count() == 1
    response = client.post(url, {"reason": "Observed the wrong person."}, follow=True)
    assert f"The certificate {credential.number} is revoked" in text_of(response)
    assert credential.events.get(kind="revoked").actor == lead
    assert "revoked already" in text_of(client.post(url, {"reason": "Again."}, follow=True))
    assert credential.events.filter(kind="revoked").count() == 1


def test_revoking_is_closed_to_others(client):
    credential = make_credential()
    url = reverse("certification_revoke", args=[credential.pk])
    assert client.post(url, {"reason": "x"}).status_code == 302
    for person in (credential.holder, member(EDITORS)):
        client.force_login(person)
        response = client.post(url, {"reason": "x"})
        assert response.status_code in {302, 403}
    assert credential.events.count() == 1


def test_people_leads_define_certifications_in_the_admin(client, lead):
    certification = make_certification()
    assert "Seen at work" in text_of(
        client.get(reverse("wagtailsnippets_certification_certification:edit", args=[certification.pk]))
    )
    seen = certification.requirements.get(key="seen")
    course = certification.requirements.get(key="course")
    data = {
        "title": "Master Coach",
        "key": "okr-coach",
        "description": "",
        "statement": "has done it all.",
        "validity_months": "12",
        "is_open": "on",
        "requirements-TOTAL_FORMS": "2",
        "requirements-INITIAL_FORMS": "2",
        "requirements-MIN_NUM_FORMS": "0",
        "requirements-MAX_NUM_FORMS": "1000",
    }
    for number, (row, extra) in enumerate(
        [(course, {"course": course.course_id, "quantity": "1"}), (seen, {"rubric": seen.rubric_id, "quantity": "2"})]
    ):
        for name, value in {
            "id": row.pk,
            "ORDER": number + 1,
            "DELETE": "",
            "kind": row.kind,
            "title": row.title,
            "key": row.key,
            **extra,
        }.items():
            data[f"requirements-{number}-{name}"] = value
    url = reverse("wagtailsnippets_certification_certification:edit", args=[certification.pk])
    response = client.post(url, data)
    assert response.status_code == 302, response.context["form"].errors
    stored = Certification.objects.get()
    assert (stored.title, stored.requirements.get(key="seen").quantity) == ("Master Coach", 2)


def test_rubrics_are_edited_without_code(client, lead):
    make_certification()
    url = reverse("wagtailsnippets_certification_rubric:edit", args=[Rubric.objects.get().pk])
    text = text_of(client.get(url))
    assert "drafting at 4" in text
    assert "When an observation passes" in text

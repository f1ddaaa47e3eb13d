from datetime import timedelta

import pytest
from django.urls import reverse

from certification.services import revoke_credential
from certification.views.limits import LOOKUPS_PER_MINUTE
from people.api import OrganizationSettings, clock_at
from tests.factories.certification import NOON, make_credential
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def credential():
    OrganizationSettings.objects.create(company_name="Nordwind Heat Systems")
    with clock_at(NOON):
        return make_credential(person=UserFactory(first_name="Maren", last_name="Lindqvist", email="maren@example.com"))


def page(client, number, status=200):
    response = client.get(reverse("certification:verify", args=[number]))
    assert response.status_code == status
    return " ".join(response.content.decode().replace("\xa0", " ").split())


def test_every_printed_field_is_shown(client, credential):
    with clock_at(NOON):
        text = page(client, credential.number)
    for words in (
        "Maren Lindqvist",
        "OKR Coach",
        "has learned to coach and was seen coaching.",
        "Course coach-training",
        "completed March 2, 2026",
        "Seen at work",
        "passed March 2, 2026",
        credential.number,
        "Nordwind Heat Systems",
        "March 2, 2026",
        "March 1, 2028",
        credential.evidence_sha256[:8],
        "genuine and valid until March 1, 2028",
    ):
        assert words in text


def test_nothing_else_about_people_is_shown(client, credential):
    text = page(client, credential.number)
    observer = credential.candidacy.observations.get().observer
    assert "maren@example.com" not in text
    assert observer.get_full_name() not in text


def test_the_status_of_today_is_said(client, credential):
    with clock_at(NOON + timedelta(days=800)):
        assert "genuine, but it expired: its last day was March 1, 2028" in page(client, credential.number)
    with clock_at(NOON - timedelta(days=2)):
        assert "validity has not begun yet" in page(client, credential.number)


def test_a_revoked_certificate_shows_the_date_and_keeps_the_reason(client, credential):
    with clock_at(NOON + timedelta(days=9)):
        revoke_credential(
            credential=credential, reason="Observed the wrong person.", actor=UserFactory(is_superuser=True)
        )
        text = page(client, credential.number)
        assert "later revoked" in text
        assert "Revoked on March 11, 2026." in text
        assert "wrong person" not in text
        client.force_login(UserFactory())
        assert "wrong person" not in page(client, credential.number)
        client.force_login(credential.holder)
        assert "Observed the wrong person." in page(client, credential.number)


def test_a_leaver_stays_verifiable(client, credential):
    credential.holder.is_active = False
    credential.holder.save()
    with clock_at(NOON):
        assert "genuine and valid" in page(client, credential.number)


@pytest.mark.parametrize("change", [str.lower, lambda n: n.replace("-", ""), lambda n: n.replace("-", " ").lower()])
def test_typed_forms_are_understood(client, credential, change):
    assert "Maren Lindqvist" in page(client, change(credential.number))


def test_an_unknown_number_is_told_with_404(client):
    text = page(client, "K7QW-3MHX-R9TC", 404)
    assert "No certificate has this number" in text
    assert "K7QW-3MHX-R9TC" in text


def test_typing_mistakes_are_explained(client, credential):
    wrong = credential.number[:-1] + ("3" if credential.number[-1] == "2" else "2")
    assert "at least one character is mistyped" in page(client, wrong, 404)
    assert "never contain 0 or O" in page(client, "K7QO-3MH0-R9TC", 404)
    assert "this one has 3" in page(client, "abc", 404)


@pytest.mark.parametrize("number", ["<script>alert(1)<", "x" * 500, "%F0%9F%98%80", "..", "'; DROP TABLE"])
def test_nonsense_is_a_404_that_repeats_no_markup(client, number):
    response = client.get(f"/verify/{number}/")
    assert response.status_code == 404
    assert b"<script>alert" not in response.content


def test_known_and_unknown_numbers_cost_the_same_look(client, credential, django_assert_max_num_queries):
    for number in (credential.number, "K7QW-3MHX-R9TC", "abc"):
        client.get(reverse("certification:verify", args=[number]))
    with django_assert_max_num_queries(12):
        page(client, credential.number)
    with django_assert_max_num_queries(12):
        page(client, "K7QW-3MHX-R9TC", 404)


@pytest.mark.parametrize("path", ["/verify/", "/verify/abc/"])
def test_pages_stay_out_of_indexes_and_caches(client, path):
    response = client.get(path)
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in response["Cache-Control"]
    assert b'<meta name="robots" content="noindex' in response.content


def test_too_many_checks_are_asked_to_wait(client, credential):
    for _ in range(LOOKUPS_PER_MINUTE):
        assert client.get("/verify/abc/").status_code == 404
    response = client.get(reverse("certification:verify", args=[credential.number]))
    assert response.status_code == 429
    assert response["Retry-After"] == "60"
    assert b"wait a minute" in response.content
    assert client.get("/verify/abc/", REMOTE_ADDR="10.1.2.3").status_code == 404


def test_the_form_leads_to_the_number(client):
    response = client.get("/verify/", {"number": " k7qw 3mhx r9tc "})
    assert response.status_code == 302
    assert response["Location"] == "/verify/K7QW-3MHX-R9TC/"


@pytest.mark.parametrize("typed", ["", "   ", "---", "x" * 65])
def test_the_form_says_what_is_wrong(client, typed):
    response = client.get("/verify/", {"number": typed})
    assert response.status_code == 200
    assert response.context["form"].errors["number"]


def test_only_reading_is_possible(client):
    assert client.post("/verify/").status_code == 405
    assert client.post("/verify/abc/").status_code == 405

"""allauth as configured: people of the import set a password by mail and sign in by e-mail, in one place."""

import re

import pytest
from allauth.account.models import EmailAddress
from django.conf import settings as django_settings
from django.test import override_settings

from config.settings import base
from people.api import apply_people_file
from people.models import User
from tests.factories.people import UserFactory
from tests.people.files import people_file, row

pytestmark = pytest.mark.django_db
PASSWORD = "a-long-enough-passphrase"


def test_imported_people_sign_in_after_a_password_reset(client, mailoutbox):
    apply_people_file(content=people_file(row()), actor=None)
    assert client.post("/accounts/login/", {"login": "ada@example.com", "password": ""}).status_code == 200
    client.post("/accounts/password/reset/", {"email": "Ada@Example.com"})
    (mail,) = mailoutbox
    assert mail.to == ["ada@example.com"]
    link = re.search(r"http://testserver(/accounts/password/reset/key/\S+)", mail.body)
    assert link
    form = client.get(link[1], follow=True)
    url = form.redirect_chain[-1][0]
    done = client.post(url, {"password1": PASSWORD, "password2": PASSWORD})
    assert done.status_code == 302
    response = client.post("/accounts/login/", {"login": "ADA@example.com", "password": PASSWORD})
    assert response.status_code == 302
    assert client.get("/people/me/").status_code == 200


def test_people_who_left_do_not_sign_in_and_their_session_ends(client):
    apply_people_file(content=people_file(row()), actor=None)
    ada = User.objects.get()
    ada.set_password(PASSWORD)
    ada.save()
    client.post("/accounts/login/", {"login": "ada@example.com", "password": PASSWORD})
    assert client.get("/people/me/").status_code == 200
    apply_people_file(content=people_file(row(left_on="2024-01-01")), actor=None)
    assert client.get("/people/me/").status_code == 302
    client.post("/accounts/login/", {"login": "ada@example.com", "password": PASSWORD})
    assert client.get("/people/me/").status_code == 302


def test_nobody_signs_up_by_themselves(client):
    client.post("/accounts/signup/", {"email": "x@example.com", "password1": PASSWORD, "password2": PASSWORD})
    assert not User.objects.exists()


def test_nobody_adds_another_sign_in_address(client):
    person = UserFactory()
    client.force_login(person)
    page = client.post("/accounts/email/", {"action_add": "", "email": "x@example.com"}).content.decode()
    assert "A people lead can change it" in page
    assert not EmailAddress.objects.filter(email="x@example.com").exists()


def test_rate_limits_are_only_off_in_tests():
    assert not hasattr(base, "ACCOUNT_RATE_LIMITS")
    assert django_settings.ACCOUNT_RATE_LIMITS is False


@override_settings(ACCOUNT_RATE_LIMITS={"login_failed": "2/m/key"})
def test_too_many_wrong_passwords_are_stopped(client):
    person = UserFactory()
    person.set_password(PASSWORD)
    person.save()
    for _ in range(2):
        client.post("/accounts/login/", {"login": person.email, "password": "wrong"})
    page = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD}).content.decode()
    assert "Too many failed login attempts" in page


# --- the admin's door -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "url", ["/admin/", "/admin/login/", "/admin/login/?next=/admin/", "/admin/login/?next=//evil.example"]
)
def test_visitors_of_the_admin_sign_in_where_everybody_does(client, url):
    response = client.get(url, follow=True)
    assert response.redirect_chain[-1][0] == "/accounts/login/?next=%2Fadmin%2F"


def test_posting_to_the_admins_own_login_signs_nobody_in(client):
    person = UserFactory(is_superuser=True)
    person.set_password(PASSWORD)
    person.save()
    response = client.post("/admin/login/", {"username": person.email, "password": PASSWORD})
    assert response["Location"].startswith("/accounts/login/")
    assert "_auth_user_id" not in client.session


def test_people_without_access_go_home_and_not_in_circles(client):
    client.force_login(UserFactory())
    response = client.get("/admin/")
    assert response["Location"] == "/admin/login/?next=/admin/"
    assert client.get(response["Location"])["Location"] == "/"


def test_people_with_access_go_on(client):
    client.force_login(UserFactory(is_superuser=True))
    assert client.get("/admin/login/?next=/admin/reports/locked/")["Location"] == "/admin/reports/locked/"


def test_admin_has_no_password_reset_of_its_own(client):
    assert client.get("/admin/password_reset/").status_code == 404

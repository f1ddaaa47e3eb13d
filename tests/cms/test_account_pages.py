"""Signing in, passwords, e-mail and the second factor, in our look."""

import re

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core import mail

from people.api import OrganizationSettings
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "a-short-sentence"


@pytest.fixture
def person():
    person = UserFactory(email="jana@example.com", first_name="Jana", last_name="Nováková")
    person.set_password(PASSWORD)
    person.save()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    return person


def page(client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200
    return response.content.decode()


def sign_in_and_confirm(client, person) -> None:
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/accounts/login/", "Sign in"),
        ("/accounts/signup/", "Nobody signs up here"),
        ("/accounts/inactive/", "This account is closed"),
        ("/accounts/password/reset/", "Set a new password"),
        ("/accounts/password/reset/done/", "Look into your mail"),
        ("/accounts/password/reset/key/1-used/", "This link has been used"),
        ("/accounts/password/reset/key/done/", "Your new password is saved"),
    ],
)
def test_entrance_pages_have_one_title_in_the_frame(client, path, title):
    html = page(client, path)
    assert re.findall(r"<h1[^>]*>([^<]*)</h1>", html) == [title]
    assert 'class="site-header"' in html
    assert 'class="stair"' in html


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/accounts/email/", "Your e-mail address"),
        ("/accounts/password/change/", "Change your password"),
        ("/accounts/2fa/", "Two-factor sign-in"),
        ("/accounts/2fa/totp/activate/", "Set up the authenticator app"),
    ],
)
def test_account_pages_have_one_title_and_the_account_tabs(client, person, path, title):
    sign_in_and_confirm(client, person)
    html = page(client, path)
    assert [t.strip() for t in re.findall(r"<h1[^>]*>([^<]*)</h1>", html)] == [title]
    assert 'aria-label="Your account"' in html
    assert not re.search(r"<script(?![^>]*\s(src|type=\"application/json\"))", html)
    assert "style=" not in html


def test_wrong_password_is_said_on_top(client, person):
    html = client.post("/accounts/login/", {"login": person.email, "password": "wrong"}).content.decode()
    assert 'role="alert"' in html
    assert "One thing needs another look" in html


def test_signing_in_leads_on(client, person):
    response = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD, "next": "/catalog/"})
    assert response.status_code == 302
    assert response.url == "/catalog/"


def test_signing_out_asks_first(client, person):
    client.force_login(person)
    assert "Sign out?" in page(client, "/accounts/logout/")
    client.post("/accounts/logout/")
    assert "_auth_user_id" not in client.session


def test_password_is_reset_by_mail_in_the_company_name(client, person):
    OrganizationSettings.objects.create(company_name="Nordwind")
    client.post("/accounts/password/reset/", {"email": person.email})
    (message,) = mail.outbox
    assert message.subject == "Choose a new password"
    assert message.body.startswith("Hello Jana,")
    assert message.body.rstrip().endswith("Nordwind")
    link = re.search(r"http://testserver(\S+)", message.body)[1]
    form = client.get(link, follow=True)
    assert "Choose a new password" in form.content.decode()
    saved = client.post(
        form.redirect_chain[-1][0], {"password1": "another-sentence", "password2": "another-sentence"}, follow=True
    )
    assert "Your new password is saved" in saved.content.decode()
    person.refresh_from_db()
    assert person.check_password("another-sentence")


def test_somebody_new_sets_the_first_password_by_mail(client):
    somebody = UserFactory(email="neu@example.com")
    somebody.set_unusable_password()
    somebody.save()
    EmailAddress.objects.create(user=somebody, email=somebody.email, verified=True, primary=True)
    entrance = page(client, "/accounts/login/")
    assert "here for the first time?" in entrance
    assert entrance.index('name="password"') < entrance.index("/accounts/password/reset/")
    client.post("/accounts/password/reset/", {"email": somebody.email})
    (message,) = mail.outbox
    form = client.get(re.search(r"http://testserver(\S+)", message.body)[1], follow=True)
    client.post(form.redirect_chain[-1][0], {"password1": "a-first-sentence", "password2": "a-first-sentence"})
    somebody.refresh_from_db()
    assert somebody.check_password("a-first-sentence")


def test_address_page_offers_nothing_that_would_be_refused(client, person):
    client.force_login(person)
    html = page(client, "/accounts/email/")
    assert person.email in html
    assert "people file" in html
    for deed in ("action_add", "action_remove", "action_primary", "action_send"):
        assert deed not in html
    EmailAddress.objects.update(verified=False)
    assert "action_send" in page(client, "/accounts/email/")


def test_adding_an_address_is_refused_with_the_reason(client, person):
    client.force_login(person)
    html = client.post("/accounts/email/", {"email": "other@example.com", "action_add": ""}).content.decode()
    assert "A people lead can change it." in html
    assert list(EmailAddress.objects.values_list("email", flat=True)) == [person.email]


def test_password_change_names_its_mistakes(client, person):
    client.force_login(person)
    html = client.post(
        "/accounts/password/change/", {"oldpassword": "wrong", "password1": "short", "password2": "other"}
    ).content.decode()
    assert 'aria-invalid="true"' in html
    assert 'href="#id_oldpassword"' in html


def test_changing_the_second_factor_asks_for_the_password_again(client, person):
    client.post("/accounts/login/", {"login": person.email, "password": PASSWORD})
    assert "Is it you?" in client.get("/accounts/2fa/totp/activate/", follow=True).content.decode()


def test_second_factor_is_set_up_used_and_given_up(client, person):
    sign_in_and_confirm(client, person)
    html = page(client, "/accounts/2fa/totp/activate/")
    secret = re.search(r'id="authenticator_secret" type="text" value="([A-Z2-7]+)"', html)[1]

    def code() -> str:
        return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))

    wrong = client.post("/accounts/2fa/totp/activate/", {"code": "000000"}).content.decode()
    assert 'href="#id_code"' in wrong
    client.post("/accounts/2fa/totp/activate/", {"code": code()})
    assert "Active" in page(client, "/accounts/2fa/")
    codes = re.findall(r"<li><code>(\d+)</code></li>", page(client, "/accounts/2fa/recovery-codes/"))
    assert len(codes) == 10
    assert "Make recovery codes" in page(client, "/accounts/2fa/recovery-codes/generate/")

    client.post("/accounts/logout/")
    asked = client.post("/accounts/login/", {"login": person.email, "password": PASSWORD}, follow=True)
    assert "One more thing" in asked.content.decode()
    client.post("/accounts/2fa/authenticate/", {"code": codes[0]})
    assert client.session["_auth_user_id"] == str(person.pk)

    client.get("/accounts/2fa/totp/deactivate/")
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert "Turn the authenticator app off?" in page(client, "/accounts/2fa/totp/deactivate/")
    client.post("/accounts/2fa/totp/deactivate/")
    assert "Not active" in page(client, "/accounts/2fa/")

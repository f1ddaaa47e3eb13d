"""From the last observation to a stranger who checks the certificate, in a real browser."""

import re

import pytest
from django.core import mail
from playwright.sync_api import expect

from certification.models import Credential
from courses.api import CoursePage
from people.api import OrganizationSettings
from tests.browser.conftest import DESK, PHONE
from tests.factories.certification import (
    complete_course,
    make_candidacy,
    make_certification,
    make_credential,
    make_observation,
    make_trainer,
    record,
)
from tests.factories.people import UserFactory


@pytest.fixture
def candidacy():
    OrganizationSettings.objects.update_or_create(pk=1, defaults={"company_name": "Nordwind Heat Systems"})
    candidacy = make_candidacy(person=UserFactory(first_name="Maren", last_name="Lindqvist"))
    complete_course(candidacy.person, CoursePage.objects.get(key="coach-training"))
    return candidacy


def test_an_observation_recorded_on_a_phone_becomes_a_certificate_anybody_can_check(
    candidacy, open_page, sign_in, assert_accessible, assert_fits
):
    observation = make_observation(candidacy, observer=make_trainer(first_name="Jana", last_name="Vogt"))

    phone = open_page(size=PHONE)
    sign_in(observation.observer.email, page=phone)
    phone.goto("/coaching/")
    assert_fits(phone)
    assert_accessible(phone)
    phone.get_by_role("link", name="Record the observation of Maren Lindqvist").click()
    assert_fits(phone)
    assert_accessible(phone)

    phone.get_by_label("What you heard or saw").first.fill("“Who would notice?” and waited.")
    phone.get_by_role("button", name="Record the observation").click()
    expect(phone.get_by_role("alert")).to_contain_text("need another look")
    expect(phone.get_by_label("What you heard or saw").first).to_have_value("“Who would notice?” and waited.")
    assert_accessible(phone)

    for anchor in ("drafting at 3", "spotting at 4", "alignment at 3"):
        phone.get_by_text(anchor).click()
    quotes = phone.get_by_label("What you heard or saw")
    for number in range(quotes.count()):
        quotes.nth(number).fill(f"Moment number {number + 1}.")
    phone.get_by_label("Feedback to the candidate").fill("Stay with your questions.")
    phone.get_by_label("Passed", exact=True).check()
    phone.get_by_role("button", name="Record the observation").click()
    expect(phone.get_by_text("can read your feedback now")).to_be_visible()

    credential = Credential.objects.get()
    assert [message.to for message in mail.outbox] == [[candidacy.person.email]]

    coach = open_page(size=DESK)
    sign_in(candidacy.person.email, page=coach)
    coach.goto("/coaching/")
    expect(coach.get_by_text("You are certified")).to_be_visible()
    expect(coach.get_by_text("Stay with your questions.")).to_be_visible()
    coach.get_by_text("Scores and quotes").click()
    expect(coach.get_by_text("Moment number 2.")).to_be_visible()
    assert_accessible(coach)
    pdf = coach.request.get(coach.get_by_role("link", name="as a PDF").get_attribute("href"))
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.body().startswith(b"%PDF")

    stranger = open_page(size=PHONE)
    stranger.goto("/verify/")
    assert_accessible(stranger)
    stranger.get_by_label("Number on the certificate").fill(credential.number.replace("-", "").lower())
    stranger.get_by_role("button", name="Check").click()
    expect(stranger).to_have_url(re.compile(credential.number))
    expect(stranger.get_by_text("This certificate is genuine and valid until")).to_be_visible()
    expect(stranger.get_by_role("heading", name="Maren Lindqvist")).to_be_visible()
    assert_fits(stranger)
    assert_accessible(stranger)
    stranger.goto("/verify/ABCD-0000/")
    expect(stranger.get_by_text("never contain 0")).to_be_visible()
    assert_accessible(stranger)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_other_pages_fit_and_are_accessible(candidacy, open_page, sign_in, assert_accessible, assert_fits, scheme):
    record(make_observation(candidacy), 3, 2, 3, outcome="repeat", feedback="Again, please.")
    booked = make_observation(candidacy, observer=make_trainer(first_name="Maximiliane", last_name="von Hohenstein"))
    holder = make_credential(make_certification("other", title="Other", with_course=False)).holder
    page = open_page(size=PHONE, scheme=scheme)
    for email, path in (
        (candidacy.person.email, "/coaching/"),
        (candidacy.person.email, f"/coaching/candidacies/{candidacy.pk}/"),
        (candidacy.person.email, f"/coaching/candidacies/{candidacy.pk}/observations/new/"),
        (candidacy.person.email, f"/coaching/observations/{booked.pk}/"),
        (holder.email, "/coaching/"),
        (UserFactory().email, "/coaching/"),
    ):
        sign_in(email, page=page)
        page.goto(path)
        assert_fits(page)
        assert_accessible(page)


def test_booking_works_without_scripts(candidacy, open_page, sign_in):
    trainer = make_trainer(first_name="Jana", last_name="Vogt")
    page = open_page(scripts=False)
    sign_in(candidacy.person.email, page=page)
    page.goto("/coaching/")
    page.get_by_role("link", name="Book an observation").click()
    page.get_by_label("Who will watch").select_option(str(trainer.pk))
    page.get_by_label("What they will see").fill("Planning of the service team")
    page.get_by_label("Day").fill("2030-01-15")
    page.get_by_role("button", name="Book").click()
    expect(page.get_by_text("Booked: Jana Vogt on January 15, 2030.")).to_be_visible()

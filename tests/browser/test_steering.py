"""Steering in a real browser, told as stories: a gate that does not go straight, a waiver, a doubt, a role, a Monday.

Lead, sponsor, the one who decides for her, coach and a stranger each see what is theirs.
"""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.urls import reverse
from playwright.sync_api import Page, expect

from people.api import today
from people.models import User
from rollout.models import Condition, GateDecision, Step, Waiver
from rollout.services.gates import decide_gate, submit_gate
from tests.browser.conftest import PHONE
from tests.factories.people import UserFactory
from tests.factories.rollout import StartedProgram, answer_item, answer_step, hold_role, make_program


@pytest.fixture
def started() -> StartedProgram:
    return make_program(title="Rechnungswesen und Unternehmensentwicklung", members=6, teams=2)


def room(started: StartedProgram, key: str = "prerequisites") -> str:
    return reverse("rollout:gate", args=[started.program.slug, 0, key])


def url(started: StartedProgram, name: str, *more: object) -> str:
    return reverse(f"rollout:{name}", args=[started.program.slug, *more])


def choose(page: Page, outcome: str) -> None:
    page.locator(f'input[name="outcome"][value="{outcome}"]').check()


def decide(page: Page) -> None:
    page.get_by_role("button", name="Decide", exact=True).click()


def test_a_gate_is_held_lifted_and_passed_with_a_condition_in_the_name_of_the_sponsor(
    open_page, sign_in, started, assert_accessible, assert_fits
):
    """The sponsor holds and lifts, goes on holiday, and somebody else decides for her on a phone."""
    answer_step(started, "prerequisites")
    started.wave.steps.get(key="prerequisites").items.filter(key="leaders_coach").update(strength="should")
    started.item("leaders_coach").statements.all().delete()
    sponsor, stand_in = started.sponsor, UserFactory(first_name="Roya", last_name="Ahmadi")
    submit_gate(step=started.step("prerequisites"), actor=started.project_lead)

    page = sign_in(sponsor.email, page=open_page())
    page.goto(room(started))
    choose(page, "hold")
    page.get_by_label("Look at it again on").fill((today() + timedelta(days=14)).isoformat())
    page.get_by_label("Reason").fill("Ask the two shift leads first.")
    decide(page)
    page.get_by_text("Lift the hold now").click()
    page.get_by_label("Why now").fill("Both were asked yesterday.")
    assert_accessible(page)
    page.get_by_role("button", name="Lift the hold").click()
    expect(page.get_by_role("main")).not_to_contain_text("Lift the hold now")

    page.goto(url(started, "delegations"))
    page.get_by_label("Who decides in your place").fill("Roya Ahmadi")
    page.get_by_label("From", exact=True).fill(today().isoformat())
    page.get_by_label("Through").fill((today() + timedelta(days=7)).isoformat())
    page.get_by_label(re.compile("^(Reason|Why)")).last.fill("Holiday.")
    assert_accessible(page)
    page.get_by_role("button", name="Delegate").click()
    expect(page.get_by_role("main")).to_contain_text(f"Roya Ahmadi decides for {sponsor.get_full_name()}")

    # Those who may not decide see the control, and why it is closed to them.
    deputy = hold_role(started, "project_lead", is_deputy=True)
    submit_gate(step=started.step("prerequisites"), actor=deputy)
    for person in (started.project_lead, started.coach):
        sign_in(person.email, page=page)
        page.goto(room(started))
        expect(page.locator(".outcomes--closed")).to_be_visible()
        expect(page.locator("#why-not-decide")).to_contain_text(sponsor.get_full_name())

    phone = sign_in(stand_in.email, page=open_page(size=PHONE))
    phone.goto(room(started))
    expect(phone.get_by_role("main")).to_contain_text(f"You decide for {sponsor.get_full_name()}")
    choose(phone, "conditional_go")
    terms = phone.locator(".outcome__terms:visible")
    terms.get_by_label("Owner").select_option(str(started.people_lead.pk))
    terms.get_by_label("Until").fill((today() + timedelta(days=21)).isoformat())
    assert_accessible(phone)
    assert_fits(phone)
    decide(phone)
    expect(phone.get_by_role("main")).to_contain_text("Conditional go")
    decision = GateDecision.objects.latest("pk")
    assert (decision.decided_by, decision.acting_for) == (stand_in, sponsor)
    assert Condition.objects.get().owner == started.people_lead


def test_a_waiver_is_asked_for_and_approved_by_somebody_else(sign_in, started, assert_accessible):
    item = reverse("rollout:item", args=[started.program.slug, 0, "prerequisites", "open_to_change"])
    page = sign_in(started.project_lead.email)
    page.goto(item)
    page.get_by_text("Ask for a waiver", exact=True).click()
    form = page.locator('form[action$="/waiver/"]')
    form.locator("[name=reason]").fill("The survey closes on Friday.")
    form.locator("input[name=risk][value=medium]").check()
    form.locator("[name=compensating_action]").fill("Eleven conversations until then.")
    form.locator("[name=expires_on]").fill((today() + timedelta(days=30)).isoformat())
    assert_accessible(page)
    form.get_by_role("button", name="Ask for the waiver").click()
    expect(page.locator("#waiver")).to_contain_text("Waits for approval")
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)

    sign_in(started.sponsor.email, page=page)
    page.goto(item)
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#waiver")).to_contain_text("Never counted as met")
    waiver = Waiver.objects.get()
    assert (waiver.state, waiver.decided_by) == ("active", started.sponsor)


def test_a_passed_gate_is_reopened_after_a_look_and_confirmed_again_in_one_click(
    sign_in, started, assert_accessible, assert_fits
):
    answer_step(started, "prerequisites")
    submission = submit_gate(step=started.step("prerequisites"), actor=started.project_lead)
    decide_gate(submission=submission, outcome="go", actor=started.sponsor)

    page = sign_in(started.project_lead.email)
    page.goto(room(started))
    page.get_by_role("link", name="Reopen this gate").click()
    expect(page.get_by_role("heading", name="What this affects")).to_be_visible()
    assert_accessible(page)
    assert_fits(page)
    page.get_by_label("Why is this gate reopened?").fill("Two teams say that they were never asked.")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Reopen the gate").click()
    expect(page.get_by_role("heading", name="Why this gate is in doubt")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Two teams say that they were never asked.")
    assert started.step("prerequisites").state == Step.State.SUSPECT

    sign_in(started.sponsor.email, page=page)
    page.goto(room(started))
    expect(page.get_by_role("main")).to_contain_text("The facts are the same")
    assert_accessible(page)
    page.get_by_role("button", name="It still holds").click()
    expect(page.get_by_role("button", name="It still holds")).to_have_count(0)
    assert started.step("prerequisites").state == Step.State.PASSED


def test_a_role_is_accepted_on_a_phone(open_page, sign_in, started, assert_accessible, assert_fits):
    page = sign_in(started.coach.email, page=open_page(size=PHONE))
    page.goto(url(started, "charter", "coach"))
    assert_accessible(page)
    assert_fits(page)
    page.get_by_role("button", name="I accept this charter").click()
    expect(page.get_by_role("main")).to_contain_text("You have accepted this charter")


def test_on_monday_the_lead_reminds_and_the_sponsor_reads_one_page(
    open_page, sign_in, started, assert_accessible, assert_fits
):
    answer_item(started, "open_to_change")
    page = sign_in(started.project_lead.email, page=open_page())
    page.goto(url(started, "board"))
    assert_accessible(page)
    page.get_by_role("link", name="Preview all mails").click()
    assert mail.outbox == []
    assert_accessible(page)
    page.get_by_role("button", name="Send to everybody ticked").click()
    expect(page.get_by_role("main")).to_contain_text(re.compile("sent|reminded", re.IGNORECASE))
    addressed = [message.to[0] for message in mail.outbox]
    assert len(addressed) == len(set(addressed)) > 0

    submit_ready(started)
    phone = sign_in(started.sponsor.email, page=open_page(size=PHONE))
    phone.goto(url(started, "sponsor"))
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    assert_accessible(phone)
    assert_fits(phone)
    pdf = phone.request.get(url(started, "sponsor_pdf"))
    assert (pdf.status, pdf.body()[:5]) == (200, b"%PDF-")


def submit_ready(started: StartedProgram) -> None:
    for item in started.step("prerequisites").items.exclude(key="open_to_change"):
        answer_item(started, item.key)
    submit_gate(step=started.step("prerequisites"), actor=started.project_lead)


def test_a_stranger_learns_nothing(sign_in, started):
    stranger: User = UserFactory()
    page = sign_in(stranger.email)
    for path in (
        url(started, "board"),
        room(started),
        url(started, "sponsor"),
        url(started, "charter", "coach"),
        url(started, "delegations"),
        url(started, "invitations"),
        reverse("rollout:gate_reopen", args=[started.program.slug, 0, "prerequisites"]),
    ):
        response = page.goto(path)
        assert response is not None
        assert response.status == 404, path
        assert started.program.title not in page.content()

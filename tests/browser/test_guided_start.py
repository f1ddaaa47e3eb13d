"""A new lead starts a program in the browser: six short pages, nothing lost on the way, nothing sent unseen."""

import re
from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core import mail
from playwright.sync_api import Page, expect

from people.api import PROJECT_LEADS, Persona, assign_persona, today
from people.models import User
from rollout.models import Invitation, Program
from tests.browser.conftest import PHONE
from tests.factories.people import MembershipFactory, UnitFactory, UserFactory
from tests.factories.rollout import make_playbook_version

PAGES_AT_MOST, REQUIRED_AT_MOST = 6, 15


@pytest.fixture
def lead(live_server) -> User:
    """A project lead in a company with an executive, a coach and a department of two teams."""
    make_playbook_version()
    lead = UserFactory(first_name="Lea", last_name="Neuhaus")
    lead.groups.add(Group.objects.get_or_create(name=PROJECT_LEADS)[0])
    admin = UserFactory(is_superuser=True)
    sponsor, coach = UserFactory(first_name="Eva", last_name="Sommer"), UserFactory(first_name="Ole", last_name="Kant")
    assign_persona(person=sponsor, persona=Persona.EXECUTIVE, actor=admin)
    assign_persona(person=coach, persona=Persona.COACH, actor=admin)
    service = UnitFactory(name="Service und Unternehmensentwicklung")
    for name in ("Kundendienst Nord", "Kundendienst Süd"):
        team = service.add_child(code=name, name=name, kind="team")
        for _ in range(3):
            MembershipFactory(unit=team)
    return lead


def required_inputs(page: Page) -> int:
    """Inputs of the form that have to be filled in; a group of radios is one."""
    return page.eval_on_selector_all("#draft [required]", "inputs => new Set(inputs.map(input => input.name)).size")


def go_on(page: Page) -> None:
    page.get_by_role("button", name="Continue").click()


def test_a_new_lead_starts_a_program_in_six_pages(sign_in, lead, assert_accessible, assert_fits):
    page = sign_in(lead.email)
    page.goto("/programs/")
    page.get_by_role("link", name="Start a program").click()
    seen, required = [], 0

    def look(title: str) -> None:
        nonlocal required
        expect(page.get_by_role("heading", level=1)).to_have_text(title)
        seen.append(title)
        required += required_inputs(page)
        assert_accessible(page)
        assert_fits(page)

    look("Charter")
    page.get_by_label("Title").fill("OKRs in Service")
    page.get_by_role("textbox", name="Goal").fill("Notice in week 3, not in month 5, that a goal is slipping.")
    page.get_by_role("radio", name=re.compile("Mixed model")).check()
    go_on(page)

    look("Parameters")
    with page.expect_response("**/programs/new/parameters/"):
        page.get_by_label("Pilot size").fill("40")
        page.get_by_label("Pilot size").blur()
    expect(page.locator("#draft-live")).to_contain_text("Pilots outside 100 to 250 people")
    go_on(page)

    look("Area and people")
    page.get_by_label("Area").select_option(label="Service und Unternehmensentwicklung")
    page.get_by_role("checkbox", name=re.compile("Kundendienst Nord")).check()
    expect(page.locator("#draft-live")).to_contain_text("3 people")
    page.get_by_role("checkbox", name=re.compile("Kundendienst Süd")).check()
    expect(page.locator("#draft-live")).to_contain_text("6 people")
    go_on(page)

    look("Roles")
    page.get_by_role("checkbox", name="Eva Sommer (Executive)").check()
    expect(page.get_by_role("checkbox", name="Lea Neuhaus (You)")).to_be_checked()
    page.get_by_role("checkbox", name=re.compile("Ole Kant")).check()
    expect(page.locator("#draft-live")).not_to_contain_text("Executive sponsor")
    go_on(page)

    look("Dates")
    page.get_by_label("First day of the first cycle").fill((today() + timedelta(weeks=10)).isoformat())
    page.get_by_label("First day of the first cycle").blur()
    expect(page.locator("#draft-live")).to_contain_text("Plan the rollout")
    page.get_by_role("button", name="Back").click()
    expect(page.get_by_role("checkbox", name="Eva Sommer (Executive)")).to_be_checked()
    page.get_by_role("button", name="Review").click()

    look("OKRs in Service")
    expect(page.get_by_role("main")).to_contain_text("Ready to start")
    page.get_by_role("button", name="Start the program").click()

    expect(page.get_by_role("heading", name="The checklist is open")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text("First invitations")
    assert mail.outbox == []
    assert len(seen) <= PAGES_AT_MOST
    assert required <= REQUIRED_AT_MOST
    assert_accessible(page)
    page.get_by_label("Opening").fill("It begins. Please read what your role asks of you.")
    page.get_by_role("checkbox", name="Ole Kant").uncheck()
    page.get_by_role("button", name="Send the invitations").click()
    expect(page.get_by_role("main")).to_contain_text("1 invitation sent.")
    assert [row.person.last_name for row in Invitation.objects.all()] == ["Sommer"]
    page.get_by_role("link", name="Open the checklist").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Check the ground")
    assert Program.objects.get().waves.get().roster.count() == 6


def test_on_a_phone_without_scripts_and_by_keyboard_nothing_is_lost(
    open_page, sign_in, lead, assert_accessible, assert_fits
):
    page = sign_in(lead.email, page=open_page(size=PHONE, scripts=False))
    page.goto("/programs/new/")
    page.get_by_label("Title").fill("OKRs in Service")
    page.get_by_label("Title").press("Enter")
    expect(page.get_by_role("main")).to_contain_text("This field is required")
    expect(page.get_by_label("Title")).to_have_value("OKRs in Service")
    page.get_by_role("textbox", name="Goal").fill("Notice early.")
    page.get_by_role("radio", name=re.compile("Fully agile")).press(" ")
    page.get_by_role("button", name="Area and people").click()
    page.get_by_label("Area").select_option(label="Service und Unternehmensentwicklung")
    page.get_by_role("button", name="Show them").click()
    page.get_by_role("checkbox", name=re.compile("Kundendienst Nord")).check()
    page.get_by_role("button", name="Count again").click()
    expect(page.get_by_role("main")).to_contain_text("3 people")
    assert_fits(page)
    page.get_by_role("button", name="Save and leave").click()
    page.get_by_role("link", name="Go on with it").click()
    page.get_by_role("button", name="Review").click()
    expect(page.get_by_role("main")).to_contain_text("The first day of the first cycle is not set yet.")
    expect(page.get_by_role("button", name="Start the program")).to_be_disabled()
    assert_fits(page)
    page.goto("/programs/new/discard/")
    assert_fits(page)
    page.get_by_role("button", name="Discard the draft").click()
    expect(page.get_by_role("main")).to_contain_text("The draft is gone.")

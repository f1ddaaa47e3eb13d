"""The demo company at `training`: three things block the gate; the people clear them, and the sponsor decides.

Nobody ticks anything: the people lead finishes a course, the project lead plans a session, the trainer records what
they saw, and the gate reads all of it from the data.
"""

import re
from datetime import timedelta

import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from certification.models import Credential
from courses.models import QuestionVersion
from people.api import today

DOMAIN = "nordwind.example"


@pytest.fixture
def demo_company(live_server, settings) -> None:
    call_command("set_up_site", verbosity=0)
    call_command("load_demo", stage="training", verbosity=0)


def open_gate_room(page: Page) -> None:
    page.goto("/programs/")
    page.get_by_role("main").get_by_role("link", name=re.compile("OKR", re.IGNORECASE)).first.click()
    page.get_by_role("link", name=re.compile("Open the gate of step 5|Decide now")).first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("coaching")


def answer_rightly(page: Page) -> None:
    """Choose the right answers on an attempt page and hand in."""
    right = {
        f"q-{version.pk}": [choice["id"] for choice in version.choices if choice["right"]]
        for version in QuestionVersion.objects.filter(is_current=True)
    }
    names = page.eval_on_selector_all("form.quiz fieldset input", "inputs => [...new Set(inputs.map(i => i.name))]")
    assert names
    for name in names:
        for choice in right[name]:
            with page.expect_response(re.compile("/answers/")):
                page.check(f'input[name="{name}"][value="{choice}"]')
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def finish_course(page: Page, slug: str) -> None:
    """Go on with the course until there is nothing left to do, as a learner would."""
    for _ in range(12):
        page.goto(f"/catalog/{slug}/")
        go_on = page.get_by_role("main").get_by_text(re.compile("^(Start|Continue)")).first
        if not go_on.is_visible():
            return
        go_on.click()
        expect(page.locator("#lesson-form")).to_be_visible()
        quiz = page.get_by_role("button", name=re.compile("quiz", re.IGNORECASE))
        if quiz.count():
            quiz.first.click()
            answer_rightly(page)
        else:
            page.get_by_role("button", name=re.compile("^Finish")).click()
    pytest.fail(f"{slug} is not finished after twelve lessons")


def test_the_gate_opens_because_people_were_trained_seen_and_seated(
    demo_company, open_page, sign_in, assert_accessible, assert_fits
):
    page = open_page()

    # The lead reads what blocks the gate.
    sign_in(f"lead@{DOMAIN}", page)
    open_gate_room(page)
    gate_room = page.url
    main = page.get_by_role("main")
    expect(main).to_contain_text("Go is not possible")
    expect(main).to_contain_text("5 of 6 role holders trained, 1 missing")
    expect(main).to_contain_text("14 seats are missing")
    expect(main).to_contain_text("2 certified coaches for 14 teams, 3 needed")
    expect(page.get_by_role("button", name="Submit the gate")).to_be_disabled()
    assert_accessible(page)
    assert_fits(page)

    # The untrained role holder finishes the course; the finding turns without anyone ticking it.
    sign_in(f"people-lead@{DOMAIN}", page)
    finish_course(page, "okr-leading")
    sign_in(f"lead@{DOMAIN}", page)
    page.goto(gate_room)
    expect(main).to_contain_text("6 of 6 role holders trained")

    # The missing seats are planned the way the page says.
    page.get_by_role("link", name="Plan a session").first.click()
    page.get_by_label("Title").fill("OKR foundations, late shift")
    page.get_by_label("Day").fill((today() + timedelta(days=10)).isoformat())
    page.get_by_label("Starts at").fill("14:00")
    page.get_by_label("Ends at").fill("17:00")
    page.get_by_label("Place").fill("Training room 2")
    page.get_by_label("Seats").fill("16")
    page.get_by_label(re.compile("^External trainer")).fill("Dr. Ruth Ahrens")
    assert_accessible(page)
    page.get_by_role("button", name="Plan the session").click()
    page.goto(gate_room)
    expect(main).to_contain_text("112 seats")

    # The trainer records what they saw, and the coach is certified by that alone.
    sign_in(f"trainer@{DOMAIN}", page)
    page.goto("/coaching/")
    page.get_by_role("link", name=re.compile("Record")).first.click()
    assert_accessible(page)
    for fieldset in page.locator("section.criterion").all():
        fieldset.locator('input[type="radio"][value="3"]').check()
        fieldset.locator("textarea").fill("“What would a customer notice?” – then waited until the team answered.")
    page.locator('input[name="outcome"][value="passed"]').check()
    page.get_by_role("button", name="Record the observation").click()
    expect(page.get_by_role("heading", level=1)).not_to_contain_text("Record what you saw")

    # The lead submits.
    sign_in(f"lead@{DOMAIN}", page)
    page.goto(gate_room)
    expect(main).to_contain_text("Go is possible")
    assert_accessible(page)
    page.get_by_role("button", name="Submit the gate").click()
    expect(page.get_by_role("main")).to_contain_text("Submitted by")

    # The sponsor finds the decision on Today, on a phone, and decides go.
    phone = open_page(size=(390, 844))
    sign_in(f"sponsor@{DOMAIN}", phone)
    phone.goto("/")
    assert_accessible(phone)
    assert_fits(phone)
    phone.get_by_role("main").get_by_role("link", name=re.compile("Decide|Provide coaching")).first.click()
    assert_accessible(phone)
    assert_fits(phone)
    phone.locator('input[name="outcome"][value="go"]').check()
    phone.get_by_label(re.compile("^Reason")).fill("Trained, staffed and dated. Let us start.")
    phone.get_by_role("button", name="Decide", exact=True).click()

    # The next step is open.
    sign_in(f"lead@{DOMAIN}", page)
    page.goto("/programs/")
    page.get_by_role("main").get_by_role("link", name=re.compile("OKR", re.IGNORECASE)).first.click()
    expect(page.get_by_role("main")).to_contain_text(re.compile("step 6", re.IGNORECASE))
    page.get_by_role("link", name=re.compile("Open the gate of step 6")).click()
    assert_accessible(page)

    # The coach has the certificate, and a stranger can verify it by its number.
    sign_in(f"coach@{DOMAIN}", page)
    page.goto("/coaching/")
    credential = Credential.objects.get(holder__email=f"coach@{DOMAIN}")
    expect(page.get_by_role("main")).to_contain_text(credential.number)
    assert_accessible(page)
    stranger = open_page()
    stranger.goto(f"/verify/{credential.number}/")
    expect(stranger.get_by_role("main")).to_contain_text(credential.holder_name)
    expect(stranger.get_by_role("main")).to_contain_text(re.compile("valid", re.IGNORECASE))
    assert_accessible(stranger)

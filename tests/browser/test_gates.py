"""The gate room in a real browser: read, submit and decide, on a phone, without scripts, and accessible."""

import pytest
from django.urls import reverse

from rollout.models import GateDecision, GateSubmission, Step
from rollout.services.gates import submit_gate
from tests.browser.conftest import PHONE, TABLET
from tests.factories.rollout import StartedProgram, answer_step, make_program


@pytest.fixture
def started() -> StartedProgram:
    return make_program(title="Rechnungswesen und Unternehmensentwicklung", members=30, teams=4)


def gate(started: StartedProgram, key: str = "prerequisites") -> str:
    return reverse("rollout:gate", args=[started.program.slug, 0, key])


def test_a_gate_is_submitted_and_decided_without_scripts(open_page, sign_in, started):
    """The lead submits on a desk, the sponsor decides on a phone; neither browser runs a script."""
    answer_step(started, "prerequisites")
    desk = sign_in(started.project_lead.email, page=open_page(scripts=False))
    desk.goto(gate(started))
    desk.get_by_label("Message to the person who decides").fill("Ready when you are.")
    desk.get_by_role("button", name="Submit the gate").click()
    desk.get_by_text(f"It waits for {started.sponsor.get_full_name()} to decide.").wait_for()

    phone = sign_in(started.sponsor.email, page=open_page(size=PHONE, scripts=False))
    phone.goto(reverse("rollout:board", args=[started.program.slug]))
    phone.get_by_role("link", name="Decide now").click()
    assert phone.get_by_role("radio", name="Conditional go").is_disabled()
    phone.get_by_role("radio", name="Go The next step opens.", exact=True).check()
    phone.get_by_label("Reason").fill("Honest answers, good to start.")
    phone.get_by_role("button", name="Decide").click()
    phone.get_by_text("Decided: Go.").first.wait_for()
    assert GateDecision.objects.get().decided_by == started.sponsor
    assert started.step("goal").state == Step.State.OPEN


def test_an_outcome_shows_what_it_needs(sign_in, started):
    answer_step(started, "prerequisites")
    submit_gate(step=started.step("prerequisites"), actor=started.project_lead)
    page = sign_in(started.sponsor.email)
    page.goto(gate(started))
    day = page.get_by_label("Look at it again on")
    assert not day.is_visible()
    page.get_by_role("radio", name="Hold").check()
    day.fill("2126-05-04")
    page.get_by_role("button", name="Decide").click()
    page.get_by_text("Decided: Hold.").first.wait_for()
    assert GateSubmission.objects.get().state == GateSubmission.State.DECIDED


def test_leaving_asks_before_words_are_lost(sign_in, started):
    page = sign_in(started.project_lead.email)
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(reverse("rollout:item", args=[started.program.slug, 0, "prerequisites", "open_to_change"]))
    page.get_by_label("What did you look at?").first.press_sequentially("We asked ten people")
    page.get_by_role("link", name="Programs").first.click()
    page.wait_for_url("**/programs/")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize(
    ("size", "scheme"),
    [(PHONE, "light"), (TABLET, "dark"), ((1440, 900), "light"), (PHONE, "dark")],
    ids=["phone", "tablet in the dark", "desk", "phone in the dark"],
)
def test_every_screen_is_accessible_and_fits(open_page, sign_in, assert_accessible, assert_fits, started, size, scheme):
    answer_step(started, "prerequisites")
    submit_gate(step=started.step("prerequisites"), actor=started.project_lead)
    slug = started.program.slug
    page = open_page(size=size, scheme=scheme)
    visits = [
        (started.project_lead, reverse("rollout:board", args=[slug])),
        (started.project_lead, gate(started, "coaching")),
        (started.sponsor, gate(started)),
        (started.project_lead, reverse("rollout:item", args=[slug, 0, "prerequisites", "apart_from_pay"])),
        (started.project_lead, reverse("rollout:roles", args=[slug])),
        (started.project_lead, reverse("rollout:parameters", args=[slug])),
        (started.project_lead, reverse("rollout:roster", args=[slug, 0])),
        (started.project_lead, reverse("rollout:meetings", args=[slug, 0])),
        (started.administrator, reverse("rollout:programs")),
        (started.administrator, reverse("rollout:program_new")),
    ]
    for person, path in visits:
        sign_in(person.email, page=page)
        page.goto(path)
        assert_accessible(page)
        assert_fits(page)

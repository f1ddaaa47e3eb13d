"""What stays on record, in a real browser: the lead takes the dossier and the history along, the works council reads
what is stored about whom."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from rollout.services.gates import decide_gate, submit_gate
from tests.browser.conftest import PHONE
from tests.factories.rollout import StartedProgram, answer_step, make_program


@pytest.fixture
def started() -> StartedProgram:
    started = make_program(title="Rechnungswesen und Unternehmensentwicklung", members=3, teams=1)
    answer_step(started, "prerequisites")
    submission = submit_gate(step=started.step("prerequisites"), actor=started.project_lead)
    decide_gate(submission=submission, outcome="go", actor=started.sponsor, reason="Honest answers.")
    return started


def test_the_lead_takes_the_dossier_and_the_history_along(open_page, sign_in, started, assert_accessible, assert_fits):
    page = sign_in(started.project_lead.email, page=open_page(size=PHONE))
    page.goto(reverse("rollout:dossier", args=[started.program.slug, 0, "prerequisites"]))
    expect(page.get_by_role("main")).to_contain_text("Honest answers.")
    assert_accessible(page)
    assert_fits(page)
    pdf = page.request.get(page.get_by_role("link", name="Download as PDF").get_attribute("href"))
    assert (pdf.status, pdf.body()[:5]) == (200, b"%PDF-")

    page.goto(reverse("rollout:history", args=[started.program.slug]))
    expect(page.get_by_role("main")).to_contain_text("decided the gate")
    assert_accessible(page)
    assert_fits(page)
    table = page.request.get(page.get_by_role("link", name="Download as a table").get_attribute("href"))
    assert table.status == 200
    assert started.sponsor.get_full_name() in table.text()


def test_the_works_council_reads_what_is_stored_and_nobodys_learning(
    open_page, sign_in, started, assert_accessible, assert_fits
):
    page = sign_in(started.works_council.email, page=open_page(size=PHONE))
    page.goto(reverse("rollout:works_council", args=[started.program.slug]))
    expect(page.get_by_role("heading", level=1)).to_have_text("What this program stores about people")
    expect(page.get_by_role("main")).to_contain_text(started.works_council.get_full_name())
    assert_accessible(page)
    assert_fits(page)
    response = page.goto(reverse("rollout:roster", args=[started.program.slug, 0]))
    assert response is not None
    assert response.status in {403, 404, 409}
    assert started.members[0].get_full_name() not in page.content()

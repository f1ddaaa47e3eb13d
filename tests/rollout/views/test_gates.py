"""What people see and post in the gate room."""

from datetime import timedelta
from html import unescape

import pytest
from django.urls import reverse

from people.api import today
from rollout.models import Condition, GateDecision, GateSubmission, Statement, Step
from rollout.rules.gates import facts_digest
from rollout.services.evaluation import evaluate_gate
from rollout.services.gates import decide_gate, submit_gate, withdraw_submission
from tests.factories.rollout import StartedProgram, answer_step, hold_role, make_program

pytestmark = pytest.mark.django_db
Outcome = GateDecision.Outcome


@pytest.fixture
def started() -> StartedProgram:
    started = make_program()
    answer_step(started, "prerequisites")
    return started


def url(started: StartedProgram, name: str = "gate", key: str = "prerequisites") -> str:
    return reverse(f"rollout:{name}", args=[started.program.slug, 0, key])


def submit(started: StartedProgram, key: str = "prerequisites") -> GateSubmission:
    return submit_gate(step=started.step(key), actor=started.project_lead)


def words(response) -> str:
    """The page's text, as somebody reads it."""
    return " ".join(unescape(response.content.decode()).split())


def post_decision(client, started, submission, key="prerequisites", **data):
    posted = {"submission": submission.pk, "outcome": "go", "reason": "", **data}
    return client.post(url(started, "gate_decide", key), posted)


class TestReading:
    def test_a_blocked_gate_says_why_and_who(self, client):
        started = make_program()
        client.force_login(started.project_lead)
        page = words(client.get(url(started)))
        assert "Go is not possible" in page
        assert "5 questions that must be met are still open" in page
        assert started.people_lead.get_full_name() in page
        assert "There is nothing to decide yet" in page

    def test_controls_are_shown_with_the_reason_to_people_without_the_role(self, client, started):
        submit(started)
        client.force_login(started.coach)
        page = words(client.get(url(started)))
        assert f"This gate is decided by {started.sponsor.get_full_name()}" in page
        assert '<fieldset class="outcomes outcomes--closed no-print" disabled' in page

    def test_the_sponsor_finds_the_form_and_what_is_not_possible(self, client, started):
        submit(started)
        client.force_login(started.sponsor)
        page = words(client.get(url(started)))
        assert "The decision is yours." in page
        assert 'value="go" required>' in page
        assert 'value="conditional_go" required disabled' in page
        assert "Nothing is open that could become a condition." in page

    def test_the_reason_against_go_stands_there_once(self, client, started):
        submit(started)
        item = started.item("open_to_change")
        Statement.objects.create(item=item, kind=Statement.Kind.WITHDRAWN, by=started.project_lead, text="No.")
        client.force_login(started.sponsor)
        page = words(client.get(url(started)))
        assert page.count("Go is not possible. 1 question that must be met is still open") == 1
        assert "Conditional go is not possible for the same reason." in page

    def test_a_locked_step_can_be_prepared(self, client, started):
        client.force_login(started.sponsor)
        page = words(client.get(url(started, key="goal")))
        assert "This step is not open yet; you can prepare it." in page
        assert "Yes, this is true" in page


class TestSubmitting:
    def test_leads_back_with_a_message(self, client, started):
        client.force_login(started.project_lead)
        response = client.post(url(started, "gate_submit"), {"message": "Please"}, follow=True)
        assert f"It waits for {started.sponsor.get_full_name()} to decide." in words(response)
        assert GateSubmission.objects.get().message == "Please"

    def test_a_refusal_keeps_what_was_typed(self, client):
        started = make_program()
        client.force_login(started.project_lead)
        response = client.post(url(started, "gate_submit"), {"message": "Please"})
        assert response.status_code == 409
        assert "still open" in words(response)
        assert not GateSubmission.objects.exists()

    def test_can_be_taken_back(self, client, started):
        submission = submit(started)
        client.force_login(started.project_lead)
        response = client.post(url(started, "gate_withdraw"), {"submission": submission.pk}, follow=True)
        assert "taken back" in words(response)
        response = client.post(url(started, "gate_withdraw"), {"submission": submission.pk})
        assert response.status_code == 409


class TestDeciding:
    def test_go_opens_the_next_step(self, client, started):
        submission = submit(started)
        client.force_login(started.sponsor)
        seen = facts_digest(evaluate_gate(step=started.step("prerequisites")))
        response = post_decision(client, started, submission, seen=seen, reason="Well done.")
        assert response.status_code == 302
        assert started.step("goal").state == Step.State.OPEN
        assert GateDecision.objects.get().reason == "Well done."

    @pytest.mark.parametrize(
        ("data", "field"),
        [
            ({"outcome": "hold"}, "revisit_on"),
            ({"outcome": "return", "reason": "Hm"}, "return_to"),
            ({"outcome": "return"}, "reason"),
            ({"outcome": "stop"}, "reason"),
            ({"outcome": ""}, "outcome"),
            ({"outcome": "maybe"}, "outcome"),
            ({"outcome": "hold", "revisit_on": "soon"}, "revisit_on"),
        ],
    )
    def test_what_is_missing_is_named_by_field(self, client, started, data, field):
        submission = submit(started)
        client.force_login(started.sponsor)
        response = post_decision(client, started, submission, **data)
        assert response.status_code == 200
        assert field in response.context["decision_form"].errors
        assert not GateDecision.objects.exists()

    @pytest.mark.parametrize(
        ("outcome", "data"),
        [
            ("hold", {"revisit_on": "2126-05-04"}),
            ("return", {"reason": "The second answer is thin."}),
            ("stop", {"reason": "No budget."}),
        ],
    )
    def test_the_other_outcomes(self, client, started, outcome, data):
        submission = submit(started)
        client.force_login(started.sponsor)
        if outcome == "return":
            data = {**data, "return_to": started.step("prerequisites").pk}
        assert post_decision(client, started, submission, outcome=outcome, **data).status_code == 302
        assert GateDecision.objects.get().outcome == outcome

    def test_conditional_go_takes_owner_and_date_for_each_open_question(self, client):
        started = make_program(open_step="first_cycle")
        answer_step(started, "first_cycle")
        item = started.item("worked_independently")
        Statement.objects.create(item=item, kind=Statement.Kind.WITHDRAWN, by=started.coach, text="No.")
        submission = submit(started, "first_cycle")
        client.force_login(started.sponsor)
        response = post_decision(client, started, submission, "first_cycle", outcome="conditional_go")
        assert f"owner_{item.pk}" in response.context["decision_form"].errors
        due = today() + timedelta(days=20)
        data = {f"owner_{item.pk}": started.coach.pk, f"due_{item.pk}": due.isoformat()}
        post_decision(client, started, submission, "first_cycle", outcome="conditional_go", **data)
        assert Condition.objects.get().due_on == due
        client.force_login(started.project_lead)
        board = words(client.get(reverse("rollout:board", args=[started.program.slug])))
        assert "Meet the condition" in board

    def test_posted_twice_names_the_first_and_keeps_the_words(self, client, started):
        submission = submit(started)
        decide_gate(submission=submission, outcome=Outcome.GO, actor=started.sponsor)
        deputy = hold_role(started, "sponsor", is_deputy=True)
        client.force_login(deputy)
        response = post_decision(client, started, submission, outcome="stop", reason="I think it is too early.")
        assert response.status_code == 409
        assert f"{started.sponsor.get_full_name()} has already decided this gate: Go" in words(response)
        assert "I think it is too early." in words(response)
        assert GateDecision.objects.count() == 1

    def test_a_stale_submission_is_refused_and_the_words_stay(self, client, started):
        first = submit(started)
        withdraw_submission(submission=first, actor=started.project_lead)
        submit(started)
        client.force_login(started.sponsor)
        response = post_decision(client, started, first, reason="Fine with me.")
        assert response.status_code == 409
        assert "was taken back" in words(response)
        assert "Fine with me." in words(response)

    def test_stale_facts_are_refused_the_words_stay_and_the_next_try_works(self, client, started):
        submission = submit(started)
        client.force_login(started.sponsor)
        response = post_decision(client, started, submission, seen="something else", reason="Fine with me.")
        assert response.status_code == 409
        assert "The evidence has changed since you opened this page" in words(response)
        assert "Fine with me." in words(response)
        fresh = response.context["digest"]
        assert post_decision(client, started, submission, seen=fresh, reason="Fine with me.").status_code == 302

    @pytest.mark.parametrize("submission", ["", "0", "nonsense", "999999"])
    def test_a_form_that_was_never_on_screen_is_not_found(self, client, started, submission):
        client.force_login(started.sponsor)
        response = client.post(url(started, "gate_decide"), {"submission": submission, "outcome": "go"})
        assert response.status_code == 404


class TestDossier:
    def test_shows_the_frozen_facts_after_they_changed(self, client, started):
        decision = decide_gate(submission=submit(started), outcome=Outcome.GO, actor=started.sponsor, reason="Good.")
        started.project_lead.last_name = "Renamed"
        started.project_lead.save()
        item = started.item("open_to_change")
        Statement.objects.create(item=item, kind=Statement.Kind.WITHDRAWN, by=started.project_lead, text="No.")
        client.force_login(started.sponsor)
        args = [started.program.slug, 0, "prerequisites", decision.pk]
        page = words(client.get(reverse("rollout:decision", args=args)))
        assert "5 of 5 questions were met" in page
        assert "Unchanged since the decision." in page
        assert decision.snapshot_sha256 in page

    def test_says_when_the_snapshot_was_touched(self, client, started):
        decision = decide_gate(submission=submit(started), outcome=Outcome.GO, actor=started.sponsor)
        GateDecision.objects.update(snapshot={**decision.snapshot, "met": 4})
        client.force_login(started.sponsor)
        args = [started.program.slug, 0, "prerequisites", decision.pk]
        assert "does not match its fingerprint" in words(client.get(reverse("rollout:decision", args=args)))

"""Gates that several people decide together: everybody, or some of them, on the same outcome and terms."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from people.api import Refused, today
from rollout.models import DecisionVote, GateDecision, GateSubmission, Step
from rollout.rules.gates import facts_digest
from rollout.rules.votes import tally_of
from rollout.services.delegations import delegate_decisions
from rollout.services.evaluation import evaluate_gate
from rollout.services.gates import decide_gate, submit_gate, vote_on_gate
from rollout.services.playbooks import PlaybookRefused, export_playbook, read_playbook
from rollout.services.waiting import decisions_waiting_for
from tests.factories.rollout import StartedProgram, eight_steps_text, hold_role, make_playbook_version
from tests.rollout.services.walks import STEPS, small_world

pytestmark = pytest.mark.django_db


def opened(key: str) -> StartedProgram:
    """The small playbook with ``key`` open, submitted by the project lead: second needs all, third two voices."""
    started = small_world()
    started.wave.steps.filter(key__in=STEPS[: STEPS.index(key)]).update(state=Step.State.PASSED)
    started.wave.steps.filter(key=key).update(state=Step.State.OPEN)
    submit_gate(step=started.step(key), actor=started.project_lead)
    return started


def submission(started: StartedProgram):
    return GateSubmission.objects.select_related("step").get(step__wave=started.wave)


def vote(started: StartedProgram, who: str, outcome: str = "go", **more):
    return vote_on_gate(submission=submission(started), outcome=outcome, actor=started.people[who], **more)


def tally(started: StartedProgram):
    one = submission(started)
    step = started.step(one.step.key)
    return tally_of(step, one, list(one.votes.all()), digest=facts_digest(evaluate_gate(step=step)))


class TestAll:
    def test_decides_once_every_role_agrees(self):
        started = opened("second")
        first = vote(started, "sponsor", reason="Fine with me.")
        assert (first.decision, started.step("second").state) == (None, Step.State.OPEN)
        assert tally(started).sentence == "2 voices have to agree; 1 is given: 1 for go."
        second = vote(started, "people_lead")
        assert second.decision is not None
        assert (second.decision.outcome, second.decision.decided_by) == ("go", started.people_lead)
        assert started.step("second").state == Step.State.PASSED
        assert DecisionVote.objects.count() == 2

    def test_nobody_decides_it_alone_but_the_sponsor_stops_it(self):
        started = opened("second")
        with pytest.raises(Refused, match=r"This gate is decided by all of .*, so nobody decides it alone"):
            decide_gate(submission=submission(started), outcome="go", actor=started.sponsor)
        assert vote(started, "sponsor", "stop", reason="No budget.").decision.outcome == "stop"

    def test_disagreement_is_shown_and_a_changed_mind_replaces_the_vote(self):
        started = opened("second")
        vote(started, "sponsor", "hold", revisit_on=today() + timedelta(days=3))
        vote(started, "people_lead", "go")
        assert tally(started).is_divided
        assert "They do not agree." in tally(started).sentence
        decision = vote(started, "sponsor", "go").decision
        assert decision is not None
        assert [one.outcome for one in DecisionVote.objects.order_by("pk")] == ["hold", "go", "go"]
        with pytest.raises(ValidationError, match="never changed"):
            DecisionVote.objects.first().save()

    def test_the_same_outcome_on_other_terms_is_no_agreement(self):
        started = opened("second")
        vote(started, "sponsor", "hold", revisit_on=today() + timedelta(days=3))
        vote(started, "people_lead", "hold", revisit_on=today() + timedelta(days=9))
        assert tally(started).differs_in_terms_only
        assert "not on its terms" in tally(started).sentence
        assert vote(started, "people_lead", "hold", revisit_on=today() + timedelta(days=3)).decision is not None

    def test_a_deputy_fills_the_seat_until_the_holder_speaks(self):
        started = opened("second")
        vote(started, "deputy", "go")
        vote(started, "sponsor", "return", reason="No.", return_to=started.step("second"))
        assert vote(started, "people_lead", "go").decision is None
        assert vote(started, "sponsor", "go").decision is not None

    def test_a_vote_on_older_facts_no_longer_counts(self):
        started = opened("second")
        vote(started, "sponsor", "go")
        item = started.item("wind")
        item.statements.create(kind="withdrawn", by=started.project_lead, text="No.")
        (stale,) = [voice for voice in tally(started).voices if voice.is_stale]
        assert stale.person == started.sponsor
        item.statements.create(kind="attested", by=started.project_lead, text="Yes.")
        assert vote(started, "people_lead", "go").decision is not None

    def test_when_nobody_is_left_for_a_role_the_refusal_names_whom_to_appoint(self):
        started = opened("second")
        started.slot("people_lead").assignments.update(ended_on=today())
        with pytest.raises(Refused, match="nobody can vote as People lead") as refused:
            vote(started, "sponsor", "go")
        assert refused.value.refusal.fix_url == reverse("rollout:roles", args=[started.program.slug])
        assert vote(started, "sponsor", "stop", reason="No.").decision is not None

    def test_a_delegate_votes_for_somebody_and_it_is_their_voice(self):
        started = opened("second")
        delegate_decisions(
            program=started.program,
            from_person=started.people_lead,
            to_person=started.people["outsider"],
            actor=started.people_lead,
            starts_on=today(),
            ends_on=today(),
            reason="Away.",
        )
        cast = vote(started, "outsider", "go")
        outsider, principal = started.people["outsider"].get_full_name(), started.people_lead.get_full_name()
        assert cast.vote.voters == f"{outsider} for {principal}"
        assert vote(started, "people_lead", "go").decision is None
        assert vote(started, "sponsor", "go").decision is not None

    def test_the_submitter_has_no_voice(self):
        started = opened("second")
        with pytest.raises(Refused, match="You submitted this gate yourself"):
            vote(started, "project_lead", "go")
        assert started.project_lead not in [voice.person for voice in tally(started).voices]


class TestSome:
    def test_two_of_three_decide(self):
        started = opened("third")
        assert vote(started, "coach", "go").decision is None
        assert vote(started, "people_lead", "return", reason="No.", return_to=started.step("third")).decision is None
        assert vote(started, "sponsor", "go").decision is not None
        assert GateDecision.objects.count() == 1

    def test_too_few_people_are_told_so(self):
        started = opened("third")
        for key in ("people_lead", "coach"):
            started.slot(key).assignments.update(ended_on=today())
        with pytest.raises(Refused, match="2 voices have to agree, and only 1 person is able to vote"):
            vote(started, "sponsor", "go")
        hold_role(started, "coach", person=started.coach)
        vote(started, "sponsor", "go")
        assert vote(started, "coach", "go").decision is not None


def test_those_who_have_voted_are_told_that_others_are_still_to_vote():
    started = opened("second")
    vote(started, "sponsor", "go")
    assert "You voted go; others are still to vote." in decisions_waiting_for(started.sponsor)[0].text
    assert "voted" not in decisions_waiting_for(started.people_lead)[0].text


def test_the_gate_room_shows_the_votes(client):
    started = opened("second")
    vote(started, "sponsor", "go", reason="Fine with me.")
    client.force_login(started.people_lead)
    url = reverse("rollout:gate", args=[started.program.slug, 0, "second"])
    page = client.get(url).content.decode()
    assert "2 voices have to agree; 1 is given: 1 for go." in page
    assert "Fine with me." in page
    assert "Your vote" in page
    posted = {"submission": submission(started).pk, "outcome": "go", "reason": ""}
    client.post(f"{url}decide/", posted)
    decision = GateDecision.objects.get()
    dossier = client.get(reverse("rollout:decision", args=[started.program.slug, 0, "second", decision.pk]))
    assert "Fine with me." in dossier.content.decode()


class TestPlaybook:
    def test_a_quorum_comes_in_and_goes_out(self):
        text = eight_steps_text().replace("    decided_by: [sponsor]", "    decided_by: [sponsor]\n    quorum: all", 1)
        assert read_playbook(text).steps[0].quorum == "all"
        version = make_playbook_version()
        assert "quorum" not in export_playbook(version=version)
        version.content["steps"][0]["quorum"] = "all"
        assert read_playbook(export_playbook(version=version)).steps[0].quorum == "all"

    @pytest.mark.parametrize(
        ("quorum", "reason"), [("7", "raise their minimum or lower the quorum"), ("most", "quorum")]
    )
    def test_a_quorum_that_cannot_be_is_refused(self, quorum, reason):
        text = eight_steps_text().replace(
            "    decided_by: [sponsor]", f"    decided_by: [sponsor]\n    quorum: {quorum}", 1
        )
        with pytest.raises(PlaybookRefused, match=reason):
            read_playbook(text)

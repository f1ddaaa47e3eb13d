"""Gates evaluated fresh from data, in a fixed number of queries."""

import pytest

from certification.models import Certification
from courses.api import Enrollment, assign_course, course_by_key, enroll
from people.api import now
from people.models import User
from rollout import evidence
from rollout.models import Finding, RosterMember, Waiver
from rollout.queries.holders import holders_in
from rollout.services.evaluation import ItemState, Strength, evaluate_gate, evaluate_steps
from tests.factories.rollout import add_members, answer_item, answer_step, hold_role, make_program

pytestmark = pytest.mark.django_db


def item_of(evaluation, key: str):
    return next(item for item in evaluation.items if item.item.key == key)


def test_gate_turns_clear_when_everything_is_answered():
    started = make_program()
    evaluation = evaluate_gate(step=started.step("goal"))
    assert (evaluation.verdict, evaluation.percent) == ("blocked", 0)
    assert evaluation.sentence.startswith("Go is not possible: 0 of 3 questions are answered; “Does the leadership")
    answer_step(started, "goal")
    evaluation = evaluate_gate(step=started.step("goal"))
    assert (evaluation.verdict, evaluation.percent) == ("clear", 100)
    assert evaluation.sentence == "Go is possible: all 3 questions are answered. Possible now: go, hold, return, stop."


def test_all_steps_are_evaluated_at_once_and_in_order():
    started = make_program()
    evaluations = evaluate_steps(wave=started.fresh_wave())
    assert [evaluation.step.number for evaluation in evaluations.values()] == list(range(9))
    alone = evaluate_gate(step=started.step("key_people"))
    together = evaluations[alone.step.pk]
    assert together.as_snapshot()["sha256"] == alone.as_snapshot()["sha256"]


def test_evaluation_writes_nothing():
    started = make_program()
    evaluate_steps(wave=started.fresh_wave())
    assert not Finding.objects.exists()


def test_waiver_lets_the_gate_pass_uncounted():
    started = make_program()
    answer_item(started, "purpose_agreed")
    answer_item(started, "extent_decided")
    Waiver.objects.create(
        item=started.item("goal_written"),
        state=Waiver.State.ACTIVE,
        reason="The page is being built",
        risk="low",
        compensating_action="It was said in the town hall",
        requested_by=started.project_lead,
        decided_by=started.sponsor,
        expires_on="2999-01-01",
    )
    evaluation = evaluate_gate(step=started.step("goal"))
    assert (evaluation.verdict, evaluation.met_count, evaluation.percent) == ("clear", 2, 66)
    assert item_of(evaluation, "goal_written").state is ItemState.WAIVED


def test_source_that_fails_is_unknown_and_takes_nobody_with_it(monkeypatch, caplog):
    started = make_program()

    def broken(context, checks):
        raise RuntimeError("the register is away")

    monkeypatch.setitem(evidence.SOURCES, "roster_frozen", broken)
    evaluation = evaluate_gate(step=started.step("pilot_group"))
    members = item_of(evaluation, "members_listed")
    assert (members.state, members.open_strength) == (ItemState.UNKNOWN, Strength.MUST)
    assert members.findings[0].summary == "Could not be read: the register is away"
    assert members in evaluation.unknowns
    assert evaluation.verdict == "blocked"
    assert item_of(evaluation, "hierarchy_levels").state is ItemState.OPEN
    assert "Evidence source roster_frozen failed" in caplog.text


def test_lower_floor_that_fails_makes_its_own_sources_unknown_only(monkeypatch):
    started = make_program(courses=True)

    def away(**kwargs):
        raise ConnectionError("no answer")

    monkeypatch.setattr("rollout.evidence.context.training_facts", away)
    evaluation = evaluate_gate(step=started.step("coaching"))
    finished = item_of(evaluation, "training_finished")
    assert [finding.status for finding in finished.findings] == ["unknown"] * 3
    assert finished.open_strength == Strength.MUST
    assert item_of(evaluation, "training_dates_agreed").state is ItemState.OPEN


@pytest.mark.parametrize("answer", [[], [Finding()], None])
def test_source_that_does_not_answer_every_check_is_unknown(monkeypatch, answer):
    started = make_program()
    monkeypatch.setitem(evidence.SOURCES, "roster_frozen", lambda context, checks: answer)
    evaluation = evaluate_gate(step=started.step("pilot_group"))
    assert item_of(evaluation, "members_listed").state is ItemState.UNKNOWN


def test_source_that_is_not_there_is_unknown(monkeypatch):
    started = make_program()
    monkeypatch.delitem(evidence.SOURCES, "roster_frozen")
    finding = item_of(evaluate_gate(step=started.step("pilot_group")), "members_listed").findings[0]
    assert (finding.status, finding.summary) == (
        "unknown",
        "Could not be read: there is no evidence source named “roster_frozen”",
    )


def test_two_sources_cannot_have_one_name():
    with pytest.raises(ValueError, match="two evidence sources named “roster_frozen”"):
        evidence.evidence_source("roster_frozen")(lambda context, checks: [])


def prepare(members: int, teams: int, coaches: int):
    Certification.objects.get_or_create(key="okr-coach", defaults={"title": "OKR coach", "statement": "Seen."})
    started = make_program(courses=True, members=0)
    add_members(started, members=members, teams=teams)
    people = User.objects.bulk_create(
        User(email=f"coach{i}@example.com", first_name="Coach", last_name=str(i)) for i in range(coaches)
    )
    for person in people:
        hold_role(started, "coach", person=person)
    for person in people[:1]:
        # A completion makes the way of a candidate as costly to read as it gets.
        enrollment = enroll(person=person, course=course_by_key("okr-rhythm"), actor=started.administrator)
        Enrollment.objects.filter(pk=enrollment.pk).update(state="completed", completed_at=now())
    half = [person.pk for person in started.members[::2]]
    assign_course(person_ids=half, course=course_by_key("okr-foundations"), actor=started.administrator)
    requirements = [
        {"key": key, "kind": "course", "title": key, "course_key": key, "rubric_key": "", "quantity": 1}
        for key in ("okr-rhythm", "okr-alignment")
    ]
    candidates = [{"person": person, "requirements": requirements} for person in people]
    certification = Certification.objects.get()
    certification.candidacies.bulk_create(
        certification.candidacies.model(certification=certification, **candidate) for candidate in candidates
    )
    Waiver.objects.create(
        item=started.item("needs_identified"), state="active", reason="r", risk="low", compensating_action="c",
        requested_by=started.project_lead, decided_by=started.sponsor, expires_on="2999-01-01",
    )  # fmt: skip
    return started


@pytest.mark.parametrize(("members", "teams", "coaches"), [(10, 2, 1), (2001, 150, 20)])
def test_gate_costs_15_queries_whatever_the_number_of_people(members, teams, coaches, django_assert_num_queries):
    started = prepare(members, teams, coaches)
    if members < 100:
        # One coach too few in both, so that what candidates still have to show is read too.
        add_members(started, members=10, teams=10)
    step = started.step("coaching")
    with django_assert_num_queries(15):
        evaluation = evaluate_gate(step=step)
    assert evaluation.verdict == "blocked"
    findings = item_of(evaluation, "training_finished").findings
    assert findings[1].missing_count == RosterMember.objects.filter(wave=started.wave).count()
    assert len(findings[1].missing) == min(50, findings[1].missing_count)
    assert all(row["name"] for row in findings[1].missing)
    assert item_of(evaluation, "trainers_settled").findings[0].missing[0]["what"].startswith("still has to show")


@pytest.mark.parametrize(("members", "teams", "coaches"), [(10, 4, 1), (2001, 150, 20)])
def test_all_nine_gates_cost_17_queries_whatever_the_number_of_people(
    members, teams, coaches, django_assert_num_queries
):
    started = prepare(members, teams, coaches)
    if members < 100:
        add_members(started, members=10, teams=10)
    wave, holders = started.fresh_wave(), holders_in(started.program.pk)
    with django_assert_num_queries(16):
        evaluate_steps(wave=wave, holders=holders)
    with django_assert_num_queries(17):
        evaluate_steps(wave=wave)

"""The stage that `make run` shows: three named things block the gate of step 5, and nothing else does."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from certification.models import Credential, Observation
from certification.services import issue_if_due, record_observation
from cms.demo.answers import QUOTES
from cms.demo.program import SLUG
from cms.models import ArticlePage, DemoCompany
from cms.queries.today import today_board
from courses.models import Enrollment, GlossaryTerm, LessonCompletion, QuestionVersion, WorkshopSession
from courses.services.progress import complete_lesson
from courses.services.quizzes import start_attempt, submit_attempt
from courses.services.workshops import plan_session
from people.api import now, personas_of, today
from people.models import Holiday, Membership, Unit, User
from rollout.models import (
    CharterAcceptance,
    Condition,
    Delegation,
    ExternalHolder,
    GateDecision,
    HoldLift,
    Program,
    Remark,
    RoleAssignment,
    Statement,
    Step,
    Waiver,
    Wave,
)
from rollout.services.evaluation import evaluate_gate
from rollout.services.gates import decide_gate, submit_gate
from rollout.services.refresh import refresh_wave
from tests.cms.demo.shared import loaded_demo, rolled_back


@pytest.fixture(scope="module")
def printed(django_db_setup, django_db_blocker):
    with loaded_demo(django_db_blocker, "training") as printed:
        yield printed


@pytest.fixture(autouse=True)
def demo(printed):
    with rolled_back():
        yield


def somebody(login: str) -> User:
    return User.objects.get(email=f"{login}@nordwind.example")


@pytest.fixture
def step() -> Step:
    return Step.objects.select_related("wave__program__playbook_version").get(wave__program__slug=SLUG, key="coaching")


class TestCompany:
    def test_240_people_work_in_five_departments(self):
        assert User.objects.filter(is_active=True).count() == 240
        assert User.objects.filter(is_active=False).count() == 3
        assert Unit.objects.filter(kind="department").count() == 5
        assert Membership.objects.open().count() == 240
        assert not Membership.objects.open().filter(hired_on__gt=today()).exists()

    def test_everybody_signs_in_with_the_printed_password(self, printed, client):
        for login in ("lead", "sponsor", "employee", "people-lead", "new-hire"):
            assert f"{login}@nordwind.example" in printed
            assert client.login(email=f"{login}@nordwind.example", password="pilotage-demo-2026")
        assert "Sign in with the password pilotage-demo-2026" in printed
        assert "People lead (owes the last lesson of Leading with OKRs)" in printed

    def test_logins_have_their_rights(self):
        assert somebody("admin").is_superuser
        assert {group.name for group in somebody("editor").groups.all()} == {"Editors"}
        assert {group.name for group in somebody("trainer").groups.all()} == {"Trainers"}
        assert {group.name for group in somebody("lead").groups.all()} == {"Project leads"}
        assert "people_lead" in personas_of(somebody("people-lead"))
        assert "coach" in personas_of(somebody("coach"))
        assert "manager" in personas_of(somebody("manager"))
        assert "new_hire" in personas_of(somebody("new-hire"))
        assert personas_of(somebody("employee")) == {"employee"}

    def test_the_school_stands(self):
        assert QuestionVersion.objects.filter(is_current=True).count() > 100
        assert GlossaryTerm.objects.count() >= 25
        assert ArticlePage.objects.live().count() == 6


class TestStory:
    def test_step_5_is_open_and_blocked_by_exactly_three_things(self, step):
        evaluation = evaluate_gate(step=step)
        assert step.state == Step.State.OPEN
        assert evaluation.verdict == "blocked"
        assert {item.item.key for item in evaluation.open_musts} == {
            "trainers_settled",
            "training_dates_agreed",
            "training_finished",
        }
        assert evaluation.open_shoulds == ()
        assert evaluation.sentence.startswith("Go is not possible: ")
        for words in (
            "5 of 6 role holders trained, 1 missing",
            "14 seats are missing",
            "2 certified coaches for 14 teams, 3 needed",
        ):
            assert words in evaluation.sentence

    def test_each_blocker_names_who_or_what_and_where_to_fix_it(self, step):
        findings = {
            finding.source: finding
            for item in evaluate_gate(step=step).open_musts
            for finding in item.findings
            if finding.status != "met"
        }
        assert [entry["name"] for entry in findings["training_completed"].missing] == [
            somebody("people-lead").get_full_name()
        ]
        assert [entry["name"] for entry in findings["certified_coaches"].missing] == [somebody("coach").get_full_name()]
        assert findings["sessions_planned"].fix_url == "/training/sessions/new/?course=okr-foundations"
        assert findings["training_completed"].fix_url == "/catalog/okr-leading/"

    def test_the_steps_before_were_passed_by_decisions(self):
        outcomes = dict(GateDecision.objects.order_by("step__number").values_list("step__key", "outcome"))
        assert outcomes == {
            "prerequisites": "go",
            "goal": "go",
            "scope": "go",
            "pilot_group": "conditional_go",
            "key_people": "go",
        }
        assert Condition.objects.get().met_at is not None
        for decision in GateDecision.objects.select_related("submission"):
            assert decision.decided_by_id != decision.submission.submitted_by_id
            assert decision.decided_at < now() - timedelta(days=14)

    def test_waivers_of_every_risk_are_open_three_approved_one_asked_for(self):
        assert dict(Waiver.objects.values_list("item__key", "state")) == {
            "on_the_job_dates": "active",
            "checkins_held": "requested",
            "both_directions": "active",
            "readiness_surveyed": "active",
        }

    def test_people_are_half_trained(self):
        wave = Wave.objects.get(program__slug=SLUG)
        roster = wave.roster.counted(today()).values("person_id")
        foundations = Enrollment.objects.filter(person__in=roster, course__key="okr-foundations")
        assert wave.roster.counted(today()).count() == 110
        assert foundations.count() == 110
        assert foundations.completed().count() == 95
        begun = LessonCompletion.objects.filter(enrollment__in=foundations.open()).values("enrollment").distinct()
        assert begun.count() == 9

    def test_a_joiner_is_on_the_roster_and_counts_later(self):
        joiner = Wave.objects.get(program__slug=SLUG).roster.get(person=somebody("new-hire"))
        assert joiner.counts_from > today()

    def test_nothing_lies_in_the_future_that_says_it_happened(self):
        assert not Enrollment.objects.filter(completed_at__gt=now()).exists()
        assert not LessonCompletion.objects.filter(completed_at__gt=now()).exists()
        assert not WorkshopSession.objects.filter(state="held", ends_at__gt=now()).exists()
        assert not GateDecision.objects.filter(decided_at__gt=now()).exists()
        assert not Observation.objects.filter(state="recorded", observed_on__gt=today()).exists()

    def test_sessions_lie_ahead_this_week(self):
        planned = WorkshopSession.objects.filter(state="planned")
        assert planned.count() == 3
        assert all(now() < session.starts_at < now() + timedelta(days=8) for session in planned)


class TestSteering:
    """What does not go straight: each feature has its episode."""

    def test_a_hold_was_lifted_before_its_day(self):
        lift = HoldLift.objects.select_related("decision").get()
        assert lift.decision.step.key == "goal"
        assert lift.decision.revisit_on > lift.at.date()

    def test_a_gate_was_decided_in_the_name_of_the_sponsor_on_holiday(self):
        decision = GateDecision.objects.get(step__key="scope")
        assert (decision.decided_by, decision.acting_for) == (somebody("stand-in"), somebody("sponsor"))

    def test_the_next_holiday_is_handed_over_already(self):
        ahead = Delegation.objects.order_by("starts_on").last()
        assert ahead.from_person == somebody("sponsor")
        assert ahead.starts_on > today()

    def test_waivers_of_every_risk_have_the_approvals_they_need(self):
        approved = Waiver.objects.filter(state="active")
        found = {waiver.risk: {row.role for row in waiver.approvals.all()} for waiver in approved}
        assert found == {"low": {"project_lead"}, "medium": {"sponsor"}, "high": {"sponsor", "people_lead"}}

    def test_a_second_program_waits(self):
        program = Program.objects.get(slug="okrs-in-sales")
        assert program.state == Program.State.PAUSED
        assert program.waves.get().roster.exists()
        assert program.waves.get().meetings.count() > 50, "the meetings of its first cycle are made already"
        accepted = CharterAcceptance.objects.filter(text__slot__program=program)
        held = RoleAssignment.objects.open().filter(slot__program=program)
        assert held.count() - accepted.count() == 1, "one charter is not accepted yet"

    def test_a_consultant_and_a_deputy_carry_with_the_others(self):
        assert ExternalHolder.objects.get().company == "Kompass Consulting"
        deputy = RoleAssignment.objects.get(person=somebody("deputy"))
        assert (deputy.slot.key, deputy.is_deputy) == ("project_lead", True)

    def test_a_coach_asked_under_a_question_and_was_answered(self):
        asked, answered = Remark.objects.order_by("at")
        assert [mention.person for mention in asked.mentions.all()] == [somebody("people-lead")]
        assert answered.parent == asked

    def test_a_page_was_handed_in_twice_and_both_versions_are_kept(self):
        files = Statement.objects.filter(item__key="goal_written", evidence__isnull=False)
        assert files.values("evidence").distinct().count() == 2

    def test_the_company_keeps_its_holidays(self):
        assert Holiday.objects.filter(is_yearly=True).count() == 6


class TestToday:
    @pytest.mark.parametrize(
        ("login", "words"),
        [
            ("sponsor", "One decision waits for you."),
            ("trainer", "One observation is to be recorded."),
            ("employee", "One course is overdue and one course is due soon."),
            ("people-lead", "One decision waits for you and one course is due soon."),
            ("lead", "Nothing is due for you. Pilot: step 5, Provide coaching, gate due"),
        ],
    )
    def test_everybody_reads_what_waits_for_them(self, login, words):
        assert today_board(somebody(login)).sentence.startswith(words)

    def test_the_manager_sees_who_is_behind(self):
        team = today_board(somebody("manager")).team
        assert team.size == 8
        assert somebody("employee").get_full_name() in [line.name for line in team.lines if line.is_overdue]

    def test_the_new_hire_sees_the_first_thirty_days(self):
        board = today_board(somebody("new-hire"))
        assert board.first_days.day == 13
        assert board.continue_with.course_title == "Your first 30 days"

    def test_the_coach_reads_what_the_certificate_waits_for(self):
        assert "the result is still to be recorded" in today_board(somebody("coach")).certificate.sentence


class TestWayOut:
    """What the journey does in the browser, through the same services."""

    def test_clearing_the_three_makes_go_possible_and_opens_the_next_step(self, step):
        self.finish_course(somebody("people-lead"), "okr-leading")
        self.plan_a_session(somebody("lead"))
        credential = self.record(somebody("trainer"))
        evaluation = evaluate_gate(step=step)
        assert evaluation.verdict == "clear", evaluation.sentence
        submission = submit_gate(step=step, actor=somebody("lead"))
        decide_gate(submission=submission, outcome="go", actor=somebody("sponsor"))
        refresh_wave(wave_id=step.wave_id)
        assert (
            dict(Step.objects.filter(wave__program__slug=SLUG).values_list("key", "state"))["first_cycle"]
            == Step.State.OPEN
        )
        assert not Step.objects.filter(state=Step.State.SUSPECT).exists()
        assert credential.holder == somebody("coach")

    def finish_course(self, person, key):
        enrollment = Enrollment.objects.select_related("version").get(person=person, course__key=key)
        finished = {str(done.lesson_key) for done in enrollment.lesson_completions.all()}
        missing = [lesson for lesson in enrollment.version.lessons if lesson["key"] not in finished]
        assert len(missing) == 1
        for lesson in missing:
            if not lesson["quiz"]:
                complete_lesson(enrollment=enrollment, lesson_key=lesson["key"], actor=person)
                continue
            attempt = start_attempt(enrollment=enrollment, lesson_key=lesson["key"], actor=person)
            questions = QuestionVersion.objects.in_bulk(attempt.question_ids)
            answers = {
                pk: [choice["id"] for choice in question.choices if choice["right"]]
                for pk, question in questions.items()
            }
            submit_attempt(attempt=attempt, answers=answers, actor=person)

    def plan_a_session(self, actor):
        course = WorkshopSession.objects.filter(course__key="okr-foundations").first().course
        starts_at = now() + timedelta(days=4)
        plan_session(
            course=course,
            title="",
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            place="Canteen",
            seats=14,
            lead_trainer=somebody("trainer"),
            actor=actor,
        )

    def record(self, trainer) -> Credential:
        observation = Observation.objects.get(state="booked", observer=trainer)
        requirement = observation.candidacy.requirement(observation.requirement_key)
        scores = [
            {"criterion": criterion["key"], "score": score, "quote": quote}
            for criterion, (score, quote) in zip(requirement["rubric"]["criteria"], QUOTES["coach"], strict=True)
        ]
        record_observation(observation=observation, scores=scores, outcome="passed", actor=trainer)
        credential = issue_if_due(candidacy_id=observation.candidacy_id)
        assert credential is not None
        return credential


class TestLoadingAgain:
    def test_at_the_same_stage_changes_nothing_and_says_so(self):
        before = (User.objects.count(), Enrollment.objects.count(), somebody("lead").password)
        out = StringIO()
        call_command("load_demo", stage="training", stdout=out)
        assert "is loaded already, at stage “training”; nothing was changed" in out.getvalue()
        assert "lead@nordwind.example" in out.getvalue()
        assert before == (User.objects.count(), Enrollment.objects.count(), somebody("lead").password)

    def test_does_not_print_a_password_that_would_not_work(self, monkeypatch):
        monkeypatch.setenv("DEMO_PASSWORD", "another-password-now")
        out = StringIO()
        call_command("load_demo", stage="training", stdout=out)
        assert "another-password-now" not in out.getvalue()
        assert "the password that was chosen when it was loaded" in out.getvalue()

    def test_at_another_stage_is_refused_with_the_way_out(self):
        with pytest.raises(CommandError, match=r"loaded at stage “training”.*VAR_DIR=") as refusal:
            call_command("load_demo", stage="rollout")
        assert "STAGE=rollout" in str(refusal.value)
        assert DemoCompany.objects.get().stage == "training"

    def test_is_refused_in_production_even_when_it_is_there(self, settings):
        settings.DEMO_ALLOWED = False
        with pytest.raises(CommandError, match="has no place in production"):
            call_command("load_demo", stage="training")

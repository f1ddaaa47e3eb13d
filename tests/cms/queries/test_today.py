from datetime import UTC, date, datetime, timedelta

import pytest

from cms.queries.today import due_in_words, today_board
from courses.api import book_seat, plan_session
from people.api import Persona, PersonaAssignment, clock_at, today
from rollout.models import Waiver
from rollout.services.remarks import write_remark
from rollout.services.waivers import request_waiver
from tests.factories.certification import make_candidacy, make_observation, make_trainer
from tests.factories.courses import EnrollmentFactory, make_course
from tests.factories.people import MembershipFactory, UnitFactory, UserFactory
from tests.factories.rollout import make_program

MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
DAY = MONDAY.date()

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def monday():
    with clock_at(MONDAY):
        yield


def enroll(person, key, *, due_in=None, **fields):
    due_on = DAY + timedelta(days=due_in) if due_in is not None else None
    return EnrollmentFactory(person=person, course=make_course(key), due_on=due_on, **fields)


class TestLearning:
    def test_shows_what_is_due_within_two_weeks_soonest_first(self):
        person = UserFactory()
        enroll(person, "late", due_in=-3)
        enroll(person, "soon", due_in=2)
        enroll(person, "in-two-weeks", due_in=14)
        enroll(person, "far", due_in=15)
        enroll(person, "free")
        board = today_board(person)
        assert [standing.slug for standing in board.due] == ["late", "soon", "in-two-weeks"]
        assert board.later == 2
        assert board.sentence == "One course is overdue and 2 courses are due soon."
        assert board.action.label == "Go on with “Course late”"

    def test_says_when_nothing_waits(self):
        board = today_board(UserFactory())
        assert board.sentence == "Nothing waits for you today."
        assert board.action.url == "/catalog/"
        assert not board.has_learning

    def test_goes_on_where_one_left_off(self):
        person = UserFactory()
        enroll(person, "free")
        board = today_board(person)
        assert board.sentence == "Nothing is due. You can go on with “Lesson 1” whenever you like."
        assert board.action.label == "Go on where you left off"
        assert board.action.url == board.continue_with.url

    def test_finished_courses_are_not_in_the_way(self):
        person = UserFactory()
        enroll(person, "done", due_in=-3, state="completed", completed_at=MONDAY)
        board = today_board(person)
        assert board.due == []
        assert board.has_learning


class TestSessions:
    @pytest.fixture
    def trainer(self):
        return make_trainer()

    def plan(self, trainer, *, days, title="Practice"):
        starts_at = MONDAY + timedelta(days=days, hours=4)
        return plan_session(
            course=make_course(f"course-{days}"),
            title=title,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=2),
            place="Room 1",
            seats=5,
            actor=trainer,
            lead_trainer=trainer,
        )

    def test_shows_seats_and_sessions_to_lead_of_the_next_seven_days(self, trainer):
        person = UserFactory()
        for days in (0, 6, 7):
            session = self.plan(trainer, days=days, title=f"In {days} days")
            book_seat(session=session, person=person, actor=person)
        assert [session.title for session in today_board(person).sessions] == ["In 0 days", "In 6 days"]
        led = today_board(trainer).sessions
        assert [session.title for session in led] == ["In 0 days", "In 6 days"]
        assert all(session.is_leading for session in led)
        assert today_board(person).sentence == "Nothing is due. 2 sessions are in your week."

    def test_other_peoples_sessions_stay_away(self, trainer):
        self.plan(trainer, days=1)
        assert today_board(UserFactory()).sessions == []


class TestDuties:
    def test_a_trainer_sees_whom_to_write_down(self):
        trainer, candidacy = make_trainer(), make_candidacy()
        observation = make_observation(candidacy, observer=trainer, on=DAY)
        board = today_board(trainer)
        assert board.observations == [observation]
        assert board.sentence == "One observation is to be recorded."
        assert board.action.url == f"/coaching/observations/{observation.pk}/"

    def test_an_observation_that_lies_ahead_is_no_duty_yet(self):
        trainer, candidacy = make_trainer(), make_candidacy()
        make_observation(candidacy, observer=trainer, on=DAY + timedelta(days=3))
        board = today_board(trainer)
        assert len(board.observations) == 1
        assert board.sentence == "Nothing waits for you today."

    def test_a_coach_sees_what_is_missing_for_the_certificate(self):
        candidacy = make_candidacy()
        PersonaAssignment.objects.create(person=candidacy.person, persona=Persona.COACH)
        assert today_board(candidacy.person).certificate.sentence.startswith("Complete the course")
        assert today_board(UserFactory()).certificate is None

    def test_the_sponsor_finds_the_decision(self):
        started = make_program(open_step="coaching")
        request_waiver(
            item=started.item("on_the_job_dates"),
            actor=started.coach,
            reason="The shift plan comes later.",
            risk=Waiver.Risk.MEDIUM,
            compensating_action="A phone number.",
            expires_on=DAY + timedelta(days=30),
        )
        board = today_board(started.sponsor)
        assert board.sentence == "One decision waits for you."
        assert board.action.label == "Look at the decision"
        assert board.action.url == board.decisions[0].url
        assert today_board(started.coach).decisions == []

    def test_who_carries_a_program_reads_where_it_stands(self):
        started = make_program(title="OKRs", open_step="coaching")
        started.step("coaching")
        started.wave.steps.filter(key="coaching").update(target_on=DAY + timedelta(days=9))
        board = today_board(started.project_lead)
        assert board.programs[0].sentences == ["Pilot: step 5, Provide coaching, gate due in 9 days"]
        assert board.sentence == "Nothing is due for you. Pilot: step 5, Provide coaching, gate due in 9 days."
        assert board.action.label == "Open the program board"
        assert today_board(started.members[0]).programs == []

    @pytest.mark.parametrize(
        ("days", "words"),
        [
            (9, "due in 9 days"),
            (1, "due tomorrow"),
            (0, "due today"),
            (-1, "overdue by 1 day"),
            (-2, "overdue by 2 days"),
        ],
    )
    def test_dates_in_words(self, days, words):
        assert due_in_words(DAY + timedelta(days=days), DAY) == words


class TestTeam:
    @pytest.fixture
    def manager(self):
        manager = UserFactory()
        MembershipFactory(person=manager)
        return manager

    def report(self, manager, name, **due):
        person = UserFactory(first_name=name, last_name="")
        MembershipFactory(person=person, manager=manager, unit=UnitFactory())
        for key, days in due.items():
            enroll(person, key.replace("_", "-"), due_in=days)
        return person

    def test_a_manager_sees_what_the_own_reports_owe_and_nothing_of_others(self, manager):
        self.report(manager, "Ada", first=-2, second=3)
        self.report(manager, "Ben", third=5)
        self.report(manager, "Cleo", fourth=40)
        enroll(UserFactory(), "somebody-elses", due_in=-9)
        team = today_board(manager).team
        assert team.size == 3
        assert [(line.name, line.courses, line.is_overdue) for line in team.lines] == [
            ("Ada", ["Course first", "Course second"], True),
            ("Ben", ["Course third"], False),
        ]
        assert team.sentence == "1 has something overdue."
        assert today_board(manager).sentence == "Nothing is due for you. Of your 3 people, 1 has something overdue."

    def test_reports_of_reports_are_not_shown(self, manager):
        lead = self.report(manager, "Lead")
        self.report(lead, "Ada", late=-2)
        assert today_board(manager).team.lines == []
        assert today_board(manager).team.sentence == "Nobody has anything due."

    def test_long_lists_are_cut_and_say_so(self, manager):
        for number in range(10):
            self.report(manager, f"Report {number}", **{f"course_{number}": -number - 1})
        team = today_board(manager).team
        assert (len(team.lines), team.more, team.overdue_people) == (8, 2, 10)

    def test_people_without_reports_have_no_team(self):
        assert today_board(UserFactory()).team is None


class TestFirstDays:
    def test_a_new_hire_sees_day_course_and_manager(self):
        make_course("first-30-days", title="Your first 30 days")
        boss = UserFactory(first_name="Per", last_name="Krämer")
        person = MembershipFactory(hired_on=date(2026, 2, 19), started_on=date(2026, 2, 19), manager=boss).person
        board = today_board(person)
        assert (board.first_days.day, board.first_days.manager) == (12, "Per Krämer")
        assert board.first_days.course_url == "/catalog/first-30-days/"
        assert board.sentence == "Welcome. This is day 12 of your first 30, and nothing is due yet."
        assert board.action.label == "Begin with your first 30 days"

    @pytest.mark.parametrize("hired_on", [date(2026, 1, 31), date(2020, 1, 1)])
    def test_the_card_goes_after_thirty_days(self, hired_on):
        person = MembershipFactory(hired_on=hired_on, started_on=hired_on).person
        assert today_board(person).first_days is None

    def test_works_before_the_course_exists(self):
        person = MembershipFactory(hired_on=today(), started_on=today()).person
        board = today_board(person)
        assert (board.first_days.day, board.first_days.course_url) == (1, "")
        assert board.action.url == "/catalog/"


class TestQueries:
    def busy(self, courses: int):
        """Somebody who is everything at once: new hire, manager, coach, trainer, sponsor."""
        started = make_program(open_step="coaching")
        person = started.sponsor
        PersonaAssignment.objects.create(person=person, persona=Persona.COACH)
        MembershipFactory(person=person, hired_on=today(), started_on=today(), manager=UserFactory())
        make_candidacy(person=person)
        for number in range(courses):
            enroll(person, f"course-{number}", due_in=number - 2)
            report = UserFactory()
            MembershipFactory(person=report, manager=person)
            enroll(report, f"their-{number}", due_in=-1)
            make_program(title=f"Program {number}", roles=())
        return person

    @pytest.mark.parametrize("courses", [1, 22])
    def test_the_number_of_queries_is_the_same_for_one_course_and_for_22(self, courses, django_assert_num_queries):
        person = self.busy(courses)
        today_board(person)
        with django_assert_num_queries(24):
            board = today_board(person)
        assert len(board.team.lines) == min(courses, 8)

    def test_the_whole_page_stays_within_its_bound_for_somebody_who_is_everything_at_once(
        self, client, django_assert_max_num_queries
    ):
        client.force_login(self.busy(22))
        client.get("/")
        with django_assert_max_num_queries(25):
            assert client.get("/").status_code == 200


def test_a_comment_that_names_somebody_stands_there_until_it_was_opened(client):
    started = make_program(members=0)
    item = started.item("direction_given")
    write_remark(item=item, actor=started.coach, text="Since when?", named_ids=[started.sponsor.pk])
    [line] = today_board(started.sponsor).mentions
    assert (line.by, line.question, line.text) == (started.coach.get_full_name(), item.question, "Since when?")
    client.force_login(started.sponsor)
    assert "Comments that name you" in client.get("/").content.decode()
    client.get(line.url)
    assert today_board(started.sponsor).mentions == []

"""Live training: list, planning, seats, roster, attendance."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group

from courses.models import Booking, WorkshopSession
from courses.services.workshops import book_seat, plan_session
from people.api import TRAINERS, OrganizationSettings, clock_at, now
from tests.factories.courses import make_course
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
SESSIONS, NEW = "/training/sessions/", "/training/sessions/new/"
FORM = {
    "course": "okr", "title": "First group", "day": "2026-03-28", "starts": "09:00", "ends": "15:00",
    "place": "Room 4", "seats": "8",
}  # fmt: skip


@pytest.fixture
def course():
    return make_course("okr", title="OKR foundations")


@pytest.fixture
def trainer():
    trainer = UserFactory(first_name="Tom", last_name="Trainer")
    trainer.groups.add(Group.objects.create(name=TRAINERS))
    return trainer


@pytest.fixture
def make_session(course, trainer):
    def make(days: int = 3, seats: int = 2, title: str = "First group") -> WorkshopSession:
        begin = now() + timedelta(days=days)
        return plan_session(
            course=course, title=title, starts_at=begin, ends_at=begin + timedelta(hours=2), place="Room 4",
            seats=seats, actor=trainer, lead_trainer=trainer,
        )  # fmt: skip

    return make


def url(session: WorkshopSession, deed: str = "") -> str:
    return f"{SESSIONS}{session.pk}/{deed}"


class TestList:
    def test_upcoming_and_past_stand_apart(self, client_of, make_session):
        make_session(title="To come")
        make_session(days=-3, title="Gone by")
        upcoming = client_of.get(SESSIONS).content.decode()
        assert "To come" in upcoming
        assert "Gone by" not in upcoming
        assert "2 of 2 seats free" in upcoming
        assert "1 session is coming up." in upcoming
        past = client_of.get(SESSIONS, {"when": "past"}).content.decode()
        assert "Gone by" in past
        assert "To come" not in past

    def test_empty_list_says_what_will_be_here(self, client_of):
        assert "No session is planned" in client_of.get(SESSIONS).content.decode()
        assert "No past sessions" in client_of.get(SESSIONS, {"when": "past"}).content.decode()

    def test_planning_is_offered_to_those_who_may(self, client_of, sign_in, trainer):
        assert NEW not in client_of.get(SESSIONS).content.decode()
        assert NEW in sign_in(trainer).get(SESSIONS).content.decode()

    @pytest.mark.parametrize("sessions", [1, 20])
    def test_reads_the_same_number_of_times_for_one_session_and_for_twenty(
        self, client_of, make_session, sessions, django_assert_num_queries
    ):
        for number in range(sessions):
            make_session(days=number + 1)
        client_of.get(SESSIONS)
        with django_assert_num_queries(7):
            client_of.get(SESSIONS)


class TestPlanning:
    def test_plans_in_the_time_zone_named_beside_the_field(self, sign_in, trainer, course):
        OrganizationSettings.objects.create(time_zone="Europe/Berlin")
        browser = sign_in(trainer)
        assert "Time in Europe/Berlin." in browser.get(NEW).content.decode()
        with clock_at(datetime(2026, 3, 1, tzinfo=UTC)):
            response = browser.post(NEW, {**FORM, "lead_trainer": trainer.pk}, follow=True)
        session = WorkshopSession.objects.get()
        assert session.starts_at == datetime(2026, 3, 28, 8, 0, tzinfo=UTC)
        assert session.lead_trainer == trainer
        assert response.redirect_chain == [(url(session), 302)]

    def test_own_time_zone_goes_before_the_organizations(self, sign_in, trainer, course):
        trainer.time_zone = "America/New_York"
        trainer.save()
        browser = sign_in(trainer)
        assert "Time in America/New York." in browser.get(NEW).content.decode()
        browser.post(NEW, {**FORM, "external_trainer": "Maren Voss"})
        assert WorkshopSession.objects.get().starts_at == datetime(2026, 3, 28, 13, 0, tzinfo=UTC)

    def test_course_in_the_address_is_chosen(self, sign_in, trainer, course):
        content = sign_in(trainer).get(NEW, {"course": "okr"}).content.decode()
        assert '<option value="okr" selected>' in content
        assert sign_in(trainer).get(NEW, {"course": "none"}).status_code == 200

    def test_others_are_told_who_plans(self, client_of, course):
        for response in (client_of.get(NEW), client_of.post(NEW, FORM)):
            assert response.status_code == 409
            assert "Only project leads, people leads and trainers plan sessions." in response.content.decode()
        assert not WorkshopSession.objects.exists()

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"ends": "08:00"}, "must end after it starts"),
            ({"day": ""}, "Choose the day."),
            ({"seats": "0"}, "greater than or equal to 1"),
            ({"course": "none"}, "Select a valid choice"),
            ({"day": "2026-03-29", "starts": "02:30"}, "The clocks change at this time"),
            ({"lead_trainer": "x", "external_trainer": "Maren"}, "Select a valid choice"),
        ],
    )
    def test_what_does_not_fit_is_named_beside_its_field(self, sign_in, trainer, course, change, words):
        OrganizationSettings.objects.create(time_zone="Europe/Berlin")
        response = sign_in(trainer).post(NEW, {**FORM, **change})
        assert response.status_code == 200
        assert words in response.content.decode()
        assert "First group" in response.content.decode()
        assert not WorkshopSession.objects.exists()

    def test_one_trainer_is_enough(self, sign_in, trainer, course):
        response = sign_in(trainer).post(NEW, {**FORM, "lead_trainer": trainer.pk, "external_trainer": "Maren"})
        assert "not both" in response.content.decode()


class TestSeats:
    def test_booking_and_giving_back(self, client_of, person, make_session):
        session = make_session()
        assert "Book a seat" in client_of.get(url(session)).content.decode()
        content = client_of.post(url(session, "book/"), follow=True).content.decode()
        assert "Your seat is booked." in content
        assert "Give my seat back" in content
        content = client_of.post(url(session, "cancel/"), follow=True).content.decode()
        assert "Your seat is free" in content
        assert Booking.objects.get().state == Booking.State.CANCELLED

    def test_second_click_books_once(self, client_of, make_session):
        session = make_session()
        client_of.post(url(session, "book/"))
        client_of.post(url(session, "book/"))
        assert Booking.objects.count() == 1
        client_of.post(url(session, "cancel/"))
        assert client_of.post(url(session, "cancel/")).status_code == 302

    def test_full_and_past_sessions_say_why_not(self, client_of, make_session):
        full = make_session(seats=1)
        other = UserFactory()
        book_seat(session=full, person=other, actor=other)
        assert "The only seat is taken" in client_of.get(url(full)).content.decode()
        response = client_of.post(url(full, "book/"))
        assert response.status_code == 409
        assert "The only seat is taken" in response.content.decode()
        assert client_of.post(url(make_session(days=-1), "book/")).status_code == 409

    def test_recorded_attendance_keeps_the_booking(self, client_of, person, make_session):
        session = make_session(days=-1)
        Booking.objects.create(session=session, person=person, state=Booking.State.ATTENDED)
        response = client_of.post(url(session, "cancel/"))
        assert response.status_code == 409
        assert "Attendance has been recorded" in response.content.decode()

    def test_only_posts_change(self, client_of, make_session):
        session = make_session()
        for deed in ("book/", "cancel/", "attendance/"):
            assert client_of.get(url(session, deed)).status_code == 405


class TestRoster:
    def test_trainers_see_it_and_strangers_do_not(self, client_of, sign_in, trainer, make_session):
        session = make_session()
        other = UserFactory(first_name="Nora", last_name="Nowak")
        book_seat(session=session, person=other, actor=other)
        assert "Nora Nowak" in sign_in(trainer).get(url(session)).content.decode()
        content = client_of.get(url(session)).content.decode()
        assert "Nora" not in content
        assert "Roster" not in content
        assert "1 of 2 taken" in content

    def test_attendance_is_recorded_from_the_start_on(self, sign_in, trainer, person, make_session):
        session, other = make_session(days=-1), UserFactory()
        for one in (person, other):
            Booking.objects.create(session=session, person=one)
        response = sign_in(trainer).post(url(session, "attendance/"), {"attended": [person.pk]}, follow=True)
        assert "Attendance is recorded: 1 came." in response.content.decode()
        assert Booking.objects.get(person=person).state == Booking.State.ATTENDED
        assert Booking.objects.get(person=other).state == Booking.State.ABSENT
        early = make_session()
        assert "has not started yet" in sign_in(trainer).post(url(early, "attendance/")).content.decode()

    def test_malformed_and_foreign_people_change_nothing(self, sign_in, trainer, person, make_session):
        session = make_session(days=-1)
        Booking.objects.create(session=session, person=person)
        browser = sign_in(trainer)
        assert browser.post(url(session, "attendance/"), {"attended": ["x"]}).status_code == 400
        assert browser.post(url(session, "attendance/"), {"attended": [UserFactory().pk]}).status_code == 409
        assert Booking.objects.get().state == Booking.State.BOOKED

    def test_participants_do_not_record(self, client_of, person, make_session):
        session = make_session(days=-1)
        Booking.objects.create(session=session, person=person)
        assert client_of.post(url(session, "attendance/"), {"attended": [person.pk]}).status_code == 409

    @pytest.mark.parametrize("people", [1, 12])
    def test_reads_the_same_number_of_times_for_one_person_and_for_twelve(
        self, sign_in, trainer, make_session, people, django_assert_num_queries
    ):
        session = make_session(seats=20)
        for _ in range(people):
            Booking.objects.create(session=session, person=UserFactory())
        browser = sign_in(trainer)
        browser.get(url(session))
        with django_assert_num_queries(3):
            browser.get(url(session))


class TestChanging:
    def form(self, session, **changes):
        begin = session.starts_at
        return {
            "title": session.title, "day": f"{begin:%Y-%m-%d}", "starts": "09:00", "ends": "11:30",
            "place": session.place, "seats": session.seats, "lead_trainer": session.lead_trainer_id, **changes,
        }  # fmt: skip

    def test_form_stands_as_planned_and_saves_the_change(self, sign_in, trainer, make_session):
        session = make_session()
        content = sign_in(trainer).get(url(session, "change/")).content.decode()
        assert "Nobody has booked a seat yet" in content
        assert 'value="Room 4"' in content
        response = sign_in(trainer).post(
            url(session, "change/"), self.form(session, place="Hall", seats=30), follow=True
        )
        assert "The session is changed." in response.content.decode()
        session.refresh_from_db()
        assert (session.place, session.seats, session.course.key) == ("Hall", 30, "okr")

    def test_says_how_many_get_a_mail_and_refuses_too_few_seats(self, sign_in, trainer, make_session):
        session = make_session()
        for _ in range(2):
            other = UserFactory()
            book_seat(session=session, person=other, actor=other)
        assert "2 people have a seat" in sign_in(trainer).get(url(session, "change/")).content.decode()
        response = sign_in(trainer).post(url(session, "change/"), self.form(session, seats=1))
        assert response.status_code == 409
        assert "2 seats are taken already" in response.content.decode()

    def test_what_is_missing_is_said_in_words_that_help(self, sign_in, trainer, make_session):
        session = make_session()
        response = sign_in(trainer).post(url(session, "change/"), self.form(session, place="", title=""))
        assert response.status_code == 422
        content = response.content.decode()
        assert "Say where it takes place" in content
        assert "Give it a title." in content
        assert "This field is required" not in content

    def test_others_neither_see_the_way_nor_get_through(self, client_of, make_session):
        session = make_session()
        content = client_of.get(url(session)).content.decode()
        assert "Cancel the session" not in content
        assert url(session, "change/") not in content
        assert client_of.get(url(session, "change/")).status_code == 409
        assert client_of.post(url(session, "change/"), self.form(session, place="Hall")).status_code == 409
        assert client_of.post(url(session, "call-off/")).status_code == 409
        session.refresh_from_db()
        assert (session.place, session.state) == ("Room 4", "planned")


class TestCallingOff:
    def test_tells_before_how_many_it_concerns_and_stays_in_the_list(
        self, client_of, person, sign_in, trainer, make_session
    ):
        session = make_session()
        book_seat(session=session, person=person, actor=person)
        assert "1 person has a seat and gets a mail." in sign_in(trainer).get(url(session)).content.decode()
        content = sign_in(trainer).post(url(session, "call-off/"), follow=True).content.decode()
        assert "The session is cancelled." in content
        assert "Cancel the session" not in content
        mine = client_of.get("/learning/").content.decode()
        assert "First group" in mine
        assert "Cancelled" in mine

    def test_a_held_session_stays_held(self, sign_in, trainer, make_session):
        session = make_session(days=-1)
        sign_in(trainer).post(url(session, "attendance/"))
        response = sign_in(trainer).post(url(session, "call-off/"))
        assert response.status_code == 409
        assert "was held" in response.content.decode()


class TestSeatsForOthers:
    def test_those_who_run_it_book_by_address(self, sign_in, trainer, make_session):
        session, other = make_session(), UserFactory(email="nora@example.com", first_name="Nora", last_name="Nowak")
        response = sign_in(trainer).post(url(session, "seats/"), {"email": " Nora@example.com "}, follow=True)
        assert "Nora Nowak has a seat." in response.content.decode()
        assert Booking.objects.get().person == other

    @pytest.mark.parametrize(
        ("email", "words"),
        [("", "whom the seat is for"), ("nobody@example.com", "Nobody here has this address"), ("x", "not an e-mail")],
    )
    def test_an_address_that_does_not_fit_is_named(self, sign_in, trainer, make_session, email, words):
        session = make_session()
        response = sign_in(trainer).post(url(session, "seats/"), {"email": email})
        assert response.status_code == 422
        assert words in response.content.decode()
        assert not Booking.objects.exists()

    def test_a_full_room_says_so(self, sign_in, trainer, make_session):
        session, (first, second) = make_session(seats=1), (UserFactory(), UserFactory())
        book_seat(session=session, person=first, actor=first)
        response = sign_in(trainer).post(url(session, "seats/"), {"email": second.email})
        assert response.status_code == 409
        assert "The only seat is taken" in response.content.decode()

    def test_strangers_learn_nothing_about_addresses(self, client_of, make_session):
        session = make_session()
        answers = {
            client_of.post(url(session, "seats/"), {"email": email}).content.decode().count("Nobody here has")
            for email in ("nobody@example.com", UserFactory().email)
        }
        assert answers == {0}
        assert not Booking.objects.exists()

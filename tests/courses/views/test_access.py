"""Every address of courses × every kind of person, in one table."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.urls import get_resolver, reverse

from courses.models import QuizAttempt
from courses.services.quizzes import start_attempt
from courses.services.workshops import plan_session
from people.api import EDITORS, TRAINERS, now
from tests.factories.courses import EnrollmentFactory, make_course, make_quiz
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
PERSONS = ("visitor", "employee", "learner", "trainer", "editor", "superuser")
IN = 302  # to the sign-in page

# name, method, status for each of PERSONS
TABLE = [
    ("catalog", "get", (200, 200, 200, 200, 200, 200)),
    ("course", "get", (200, 200, 200, 200, 200, 200)),
    ("lesson", "get", (200, 200, 200, 200, 200, 200)),
    ("enroll", "get", (IN, 302, 302, 302, 302, 302)),
    ("enroll", "post", (IN, 302, 302, 302, 302, 302)),
    ("complete", "post", (IN, 302, 409, 302, 302, 302)),
    ("responses", "post", (401, 409, 200, 409, 409, 409)),
    ("quiz_start", "post", (IN, 302, 302, 302, 302, 302)),
    ("quiz", "get", (IN, 404, 200, 404, 404, 404)),
    ("quiz_answer", "post", (401, 404, 200, 404, 404, 404)),
    ("quiz_submit", "post", (IN, 404, 200, 404, 404, 404)),
    ("learning", "get", (IN, 200, 200, 200, 200, 200)),
    ("resume", "get", (IN, 302, 302, 302, 302, 302)),
    ("sessions", "get", (IN, 200, 200, 200, 200, 200)),
    ("session_new", "get", (IN, 409, 409, 200, 409, 200)),
    ("session_new", "post", (IN, 409, 409, 200, 409, 200)),
    ("session", "get", (IN, 200, 200, 200, 200, 200)),
    ("session_book", "post", (IN, 302, 302, 302, 302, 302)),
    ("session_cancel", "post", (IN, 302, 302, 302, 302, 302)),
    ("session_change", "get", (IN, 409, 409, 200, 409, 200)),
    ("session_call_off", "post", (IN, 409, 409, 302, 409, 302)),
    ("session_seat", "post", (IN, 409, 409, 422, 409, 422)),
    ("session_attendance", "post", (IN, 409, 409, 409, 409, 409)),
]


@pytest.fixture
def world():
    """The six persons and, by name of the address, what it is about."""
    people = {name: UserFactory() for name in PERSONS[1:]}
    people["superuser"].is_superuser = True
    people["superuser"].save()
    people["trainer"].groups.add(Group.objects.create(name=TRAINERS))
    people["editor"].groups.add(Group.objects.create(name=EDITORS))
    course = make_course("okr", lessons=1, quiz=make_quiz())
    enrollment = EnrollmentFactory(person=people["learner"], course=course)
    key = enrollment.version.lessons[0]["key"]
    attempt = start_attempt(enrollment=enrollment, lesson_key=key, actor=people["learner"])
    begin = now() + timedelta(days=2)
    session = plan_session(
        course=course, title="Live", starts_at=begin, ends_at=begin + timedelta(hours=1), place="Room", seats=9,
        actor=people["trainer"],
    )  # fmt: skip
    arguments = {
        "catalog": [], "course": ["okr"], "enroll": ["okr"], "resume": ["okr"], "learning": [], "sessions": [],
        "session_new": [], "quiz": [attempt.pk], "quiz_submit": [attempt.pk],
        "quiz_answer": [attempt.pk, attempt.question_ids[0]],
        **{name: ["okr", "lesson-1"] for name in ("lesson", "complete", "responses", "quiz_start")},
        **{name: [session.pk] for name in ("session", "session_book", "session_cancel", "session_attendance")},
        **{name: [session.pk] for name in ("session_change", "session_call_off", "session_seat")},
    }  # fmt: skip
    return people, arguments


@pytest.mark.parametrize(("name", "method", "expected"), TABLE, ids=[f"{row[1]}-{row[0]}" for row in TABLE])
def test_who_gets_what(client, sign_in, world, name, method, expected):
    people, arguments = world
    address = reverse(f"courses:{name}", args=arguments[name])
    for person, status in zip(PERSONS, expected, strict=True):
        browser = client if person == "visitor" else sign_in(people[person])
        response = getattr(browser, method)(address)
        assert response.status_code == status, person
        if person == "visitor" and status == IN:
            assert response.url.startswith("/accounts/login/?next=/"), name


def test_table_names_every_address():
    named = {pattern.name for pattern in get_resolver("courses.urls").url_patterns}
    assert named == {row[0] for row in TABLE}


@pytest.mark.parametrize("name", ["lesson", "complete", "responses", "quiz_start", "course", "enroll", "resume"])
def test_what_is_not_there_does_not_exist(sign_in, world, name):
    people, arguments = world
    wrong = ["none", *arguments[name][1:]]
    browser = sign_in(people["superuser"])
    method = browser.post if name in {"complete", "responses", "quiz_start", "enroll"} else browser.get
    assert method(reverse(f"courses:{name}", args=wrong)).status_code == 404


def test_unknown_attempts_and_sessions_do_not_exist(sign_in, world):
    people, _ = world
    browser = sign_in(people["superuser"])
    assert not QuizAttempt.objects.filter(pk=999999).exists()
    for name in ("quiz", "session"):
        assert browser.get(reverse(f"courses:{name}", args=[999999])).status_code == 404

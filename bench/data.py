"""The data that is measured on: 1,000 learners, 25 courses of 8 lessons with 20 blocks each, one 10-question quiz."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.cached_db import SessionStore

from courses.api import (
    CatalogPage,
    CoursePage,
    LessonPage,
    Quiz,
    assign_course,
    pin_course_version,
    pin_question_versions,
)
from courses.models import Question
from people.api import Membership, Unit, User, today

LEARNERS = 1000
COURSES = 25
LESSONS = 8
BLOCKS = 20
ENROLLMENTS_PER_LEARNER = 22
QUIZ_KEY = "bench-quiz"

PARAGRAPH = (
    "<p>A key result measures an outcome: it has a baseline, a target and a rule for scoring. The service team wants "
    "<b>first-visit repairs</b> to rise from 60% to 80% by the end of the cycle, because every second visit costs a "
    "customer a cold evening. Writing <i>hold five workshops</i> instead would only prove that somebody was busy.</p>"
)


@dataclass(frozen=True)
class Data:
    learners: list[User]
    courses: list[CoursePage]
    quiz_lesson: LessonPage


def lesson_blocks(number: int, quiz: Quiz | None) -> list[tuple[str, object]]:
    """Return ``BLOCKS`` blocks of the kinds that lessons use; with ``quiz`` it takes the place of the last one."""
    kinds: list[tuple[str, object]] = [
        ("text", PARAGRAPH),
        ("callout", {"kind": "tip", "title": "Try it", "text": PARAGRAPH}),
        ("example", {"title": "", "bad": PARAGRAPH, "bad_why": "A task.", "good": PARAGRAPH, "good_why": "Measured."}),
        ("reflection", {"prompt": f"What would you change in lesson {number}?", "hint": "One sentence."}),
        ("checklist", {"title": "Before you go on", "items": ["Read it", "Said it aloud", "Tried it"]}),
    ]
    blocks = [kinds[index % len(kinds)] for index in range(BLOCKS)]
    return [*blocks[:-1], ("quiz", {"quiz": quiz})] if quiz else blocks


def make_quiz() -> Quiz:
    quiz = Quiz.objects.create(key=QUIZ_KEY, title="Ten questions", pass_percent=70)
    for number in range(10):
        Question.objects.create(
            quiz=quiz,
            key=f"q{number}",
            sort_order=number,
            kind="multiple" if number % 3 == 0 else "single",
            prompt=f"Which of these measures an outcome? ({number})",
            choices=[
                (
                    "choice",
                    {"text": "First-visit repairs from 60% to 80%", "right": True, "why": "It changes the world."},
                ),
                ("choice", {"text": "Hold five workshops", "right": False, "why": "A task."}),
                ("choice", {"text": "Launch the new page", "right": False, "why": "A task."}),
                ("choice", {"text": "Write a report", "right": False, "why": "A task."}),
            ],
            explanation="An outcome is a change that somebody else notices.",
        )
    pin_question_versions(quiz=quiz)
    return quiz


def make_courses() -> tuple[list[CoursePage], LessonPage]:
    catalog = CatalogPage.objects.get()
    quiz = make_quiz()
    courses, quiz_lesson = [], None
    for number in range(COURSES):
        course = catalog.add_child(
            instance=CoursePage(
                title=f"Course {number:02d}: measuring what matters in {number} steps",
                slug=f"bench-{number:02d}",
                key=f"bench-{number:02d}",
                summary="A course about outcomes, with examples from heat pumps and service calls.",
                outcomes="Tell a task from a key result\nWrite a baseline",
                personas=["employee", "manager"],
                minutes=45,
            )
        )
        for lesson_number in range(1, LESSONS + 1):
            with_quiz = number == 0 and lesson_number == LESSONS
            lesson = course.add_child(
                instance=LessonPage(
                    title=f"Lesson {lesson_number}",
                    slug=f"lesson-{lesson_number}",
                    module="First half" if lesson_number <= LESSONS // 2 else "Second half",
                    body=lesson_blocks(lesson_number, quiz if with_quiz else None),
                )
            )
            lesson.save_revision().publish()
            quiz_lesson = lesson if with_quiz else quiz_lesson
        course.save_revision().publish()
        pin_course_version(course=course)
        courses.append(course)
    assert quiz_lesson is not None
    return courses, quiz_lesson


def make_learners(count: int = LEARNERS) -> list[User]:
    company = Unit.add_root(code="bench", name="Bench company", kind=Unit.Kind.COMPANY)
    teams = [company.add_child(code=f"team-{n}", name=f"Team {n}", kind=Unit.Kind.TEAM) for n in range(count // 8 + 1)]
    password = make_password(None)
    learners = User.objects.bulk_create(
        User(email=f"learner{n}@bench.example", first_name=f"Given{n}", last_name=f"Family{n}", password=password)
        for n in range(count)
    )
    Membership.objects.bulk_create(
        Membership(
            person=person,
            unit=teams[n // 8],
            manager=learners[n - n % 8] if n % 8 else None,
            hired_on=date(2020, 1, 1),
            started_on=date(2020, 1, 1),
        )
        for n, person in enumerate(learners)
    )
    return learners


def build() -> Data:
    """Make everything; the caller has migrated and set up the site."""
    courses, quiz_lesson = make_courses()
    learners = make_learners()
    for course in courses[:ENROLLMENTS_PER_LEARNER]:
        assign_course(
            person_ids=[person.pk for person in learners],
            course=course,
            actor=None,
            due_on=today() + timedelta(days=30),
        )
    return Data(learners, courses, quiz_lesson)


def session_for(person: User) -> str:
    """Return the key of a signed-in session of ``person``."""
    session = SessionStore()
    session["_auth_user_id"] = str(person.pk)
    session["_auth_user_backend"] = "django.contrib.auth.backends.ModelBackend"
    session["_auth_user_hash"] = person.get_session_auth_hash()
    session.create()
    assert session.session_key
    return session.session_key

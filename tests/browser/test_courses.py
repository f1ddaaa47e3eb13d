"""An employee finds a course, enrolls, reads, writes, answers the quiz and finishes: as a person does it."""

from datetime import timedelta

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from courses.models import Enrollment, GlossaryTerm, LessonPage, LessonResponse
from courses.services.versions import pin_course_version
from courses.services.workshops import plan_session
from people.api import now
from tests.browser.conftest import DESK, PHONE
from tests.factories.courses import make_course, make_quiz
from tests.factories.people import UserFactory

LEA = "lea@example.com"
LONG_NAME = "Wärmepumpeninstallationsqualitätssicherung für Servicetechnikerinnen"


@pytest.fixture
def course():
    """Two lessons, the first with a reflection and a checklist, the last with a quiz of two questions."""
    UserFactory(email=LEA, first_name="Lea", last_name="Petersen")
    GlossaryTerm.objects.create(key="key-result", term="key result", definition="Says in numbers how we will know.")
    course = make_course("okr", title="OKR foundations", lessons=2, quiz=make_quiz(questions=2), minutes=12)
    first = LessonPage.objects.get(slug="lesson-1")
    first.body = LessonPage._meta.get_field("body").stream_block.to_python(
        [
            {"type": "text", "value": "<p>A key result has a baseline and a target.</p>"},
            {"type": "callout", "value": {"kind": "tip", "title": "Ask", "text": "<p>So that what?</p>"}},
            {"type": "example", "value": {"title": "", "bad": "<p>Do it.</p>", "good": "<p>60 to 80%.</p>"}},
            {"type": "reflection", "value": {"prompt": "What should change?", "hint": "Two lines."}},
            {
                "type": "checklist",
                "value": {
                    "title": "Today",
                    "items": [{"type": "item", "value": "I asked a colleague", "id": "item-1"}],
                },
            },
        ]
    )
    first.save_revision().publish()
    pin_course_version(course=course)
    boss, begin = UserFactory(is_superuser=True), now() + timedelta(days=3)
    plan_session(
        course=course, title=LONG_NAME, starts_at=begin, ends_at=begin + timedelta(hours=1), place="Room 4", seats=3,
        actor=boss, external_trainer="Maren Voss",
    )  # fmt: skip
    return course


def look(page: Page, assert_accessible, assert_fits) -> None:
    assert_accessible(page)
    assert_fits(page)


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "dark"), (DESK, "light")])
def test_employee_learns_a_course(course, open_page, sign_in, assert_accessible, assert_fits, size, scheme):
    page = sign_in(LEA, open_page(size=size, scheme=scheme))
    page.goto("/catalog/")
    look(page, assert_accessible, assert_fits)

    # Searching changes the results and the address without a new page.
    page.get_by_label("Search courses", exact=True).fill("nothing like this")
    expect(page.get_by_text("No course matches")).to_be_visible()
    page.get_by_label("Search courses", exact=True).fill("foundations")
    expect(page.get_by_role("heading", name="OKR foundations")).to_be_visible()
    page.get_by_role("heading", name="OKR foundations").get_by_role("link").click()

    look(page, assert_accessible, assert_fits)
    page.get_by_role("button", name="Enroll").click()
    expect(page.get_by_text("You are enrolled in")).to_be_visible()
    page.get_by_role("link", name="Start with “Lesson 1”").click()

    # A word of the glossary, by keyboard.
    term = page.get_by_role("button", name="key result")
    term.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text("Says in numbers how we will know.")).to_be_visible()
    look(page, assert_accessible, assert_fits)
    page.keyboard.press("Escape")
    expect(page.get_by_text("Says in numbers how we will know.")).to_be_hidden()

    # What is written and ticked is saved by itself.
    page.get_by_label("What should change?").fill("More pumps fixed on the first visit")
    expect(page.get_by_text("Saved. Only you can read this.").first).to_be_visible()
    page.get_by_label("I asked a colleague").check()
    expect(page.get_by_text("Saved. Only you can read this.")).to_have_count(2)
    page.reload()
    expect(page.get_by_label("What should change?")).to_have_value("More pumps fixed on the first visit")
    expect(page.get_by_label("I asked a colleague")).to_be_checked()
    page.get_by_role("button", name="Finish and go on").click()

    # The quiz: a forgotten question is named, then it is passed.
    expect(page.get_by_role("heading", name="Lesson 2", exact=True)).to_be_visible()
    look(page, assert_accessible, assert_fits)
    page.get_by_role("button", name="Start the quiz").click()
    look(page, assert_accessible, assert_fits)
    questions = page.locator("fieldset.question")
    questions.nth(0).get_by_label("Right").check()
    expect(questions.nth(0).get_by_text("Saved")).to_be_visible()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_text("One question is not answered yet")).to_be_visible()
    look(page, assert_accessible, assert_fits)
    questions.nth(1).get_by_label("Right").check()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", name="Passed with 100%")).to_be_visible()
    look(page, assert_accessible, assert_fits)
    page.get_by_role("link", name="Back to the course").click()
    expect(page.get_by_text("Done.")).to_be_visible()
    look(page, assert_accessible, assert_fits)
    assert Enrollment.objects.get().state == Enrollment.State.COMPLETED

    for address in ("/learning/", "/training/sessions/"):
        page.goto(address)
        look(page, assert_accessible, assert_fits)
    page.get_by_role("link", name=LONG_NAME).click()
    page.get_by_role("button", name="Book a seat").click()
    expect(page.get_by_text("Your seat is booked.")).to_be_visible()
    look(page, assert_accessible, assert_fits)


def test_everything_works_without_scripts(course, open_page, sign_in):
    page = sign_in(LEA, open_page(scripts=False))
    page.goto("/catalog/?level=foundations")
    page.get_by_role("heading", name="OKR foundations").get_by_role("link").click()
    page.get_by_role("button", name="Enroll").click()
    page.get_by_role("link", name="Start with “Lesson 1”").click()
    page.get_by_label("What should change?").fill("Written without a script")
    page.get_by_label("I asked a colleague").check()
    page.get_by_role("button", name="Finish and go on").click()
    page.get_by_role("button", name="Start the quiz").click()
    for number in range(2):
        page.locator("fieldset.question").nth(number).get_by_label("Right").check()
    page.get_by_role("button", name="Hand in").click()
    expect(page.get_by_role("heading", name="Passed with 100%")).to_be_visible()
    assert LessonResponse.objects.exclude(text="").get().text == "Written without a script"
    assert Enrollment.objects.get().state == Enrollment.State.COMPLETED


def test_text_survives_an_expired_session(course, page, sign_in):
    sign_in(LEA, page)
    page.goto("/catalog/okr/")
    page.get_by_role("button", name="Enroll").click()
    page.goto("/catalog/okr/lesson-1/")
    cookies = page.context.cookies()
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.get_by_label("What should change?").fill("Typed after the session had ended")
    expect(page.get_by_text("You are signed out")).to_be_visible()
    assert not LessonResponse.objects.exists()
    page.context.add_cookies(cookies)
    page.goto("/catalog/okr/lesson-1/")
    expect(page.get_by_label("What should change?")).to_have_value("Typed after the session had ended")
    expect(page.get_by_text("Saved. Only you can read this.")).to_be_visible()
    assert LessonResponse.objects.get().text == "Typed after the session had ended"


def test_trainer_plans_a_session(course, page, sign_in, assert_accessible, assert_fits):
    trainer = UserFactory(email="tom@example.com", is_superuser=True)
    sign_in(trainer.email, page)
    page.goto("/training/sessions/")
    page.get_by_role("link", name="Plan a session").click()
    look(page, assert_accessible, assert_fits)
    page.get_by_role("button", name="Plan the session").click()
    expect(page.get_by_text("things need another look")).to_be_visible()
    look(page, assert_accessible, assert_fits)
    page.get_by_label("Course", exact=True).select_option("okr")
    page.get_by_label("Title").fill("Second group")
    page.get_by_label("Day").fill("2031-05-06")
    page.get_by_label("Starts at").fill("09:00")
    page.get_by_label("Ends at").fill("12:00")
    page.get_by_label("Place").fill("Room 5")
    page.get_by_role("button", name="Plan the session").click()
    expect(page.get_by_text("The session is planned.")).to_be_visible()
    look(page, assert_accessible, assert_fits)

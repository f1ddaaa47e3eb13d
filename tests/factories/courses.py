"""Courses for tests: a catalog with published courses, pinned versions and quizzes."""

from typing import Any, TypeVar

import factory
from django.db.models import F
from factory.django import DjangoModelFactory
from wagtail.models import Page, Site

from cms.models import HomePage
from courses.models import (
    CatalogPage,
    CoursePage,
    CourseVersion,
    Enrollment,
    LessonPage,
    Question,
    QuestionVersion,
    Quiz,
)
from courses.queries.content import fingerprint
from tests.factories.people import UserFactory

PageType = TypeVar("PageType", bound=Page)


def plant(parent: Page, page: PageType) -> PageType:
    """Put a live page below ``parent`` as ``add_child`` does, without Wagtail's checks: they are half of its cost."""
    page.depth, page.locale_id = parent.depth + 1, parent.locale_id
    page.path = Page._get_path(parent.path, page.depth, parent.numchild + 1)
    page.draft_title = page.title
    page.set_url_path(parent)
    page._cached_parent_obj = parent
    page.save(clean=False)
    Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + 1)
    parent.numchild += 1
    return page


def make_catalog() -> CatalogPage:
    """Return the catalog page, made once per test with home page and site."""
    catalog = CatalogPage.objects.first()
    if catalog is not None:
        return catalog
    home = plant(
        Page.get_first_root_node(),
        HomePage(title="Home", slug="start", headline="Welcome", introduction="Hello."),
    )
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "testserver", "port": 80, "root_page": home, "site_name": "Test"}
    )
    return plant(home, CatalogPage(title="Catalog", slug="catalog"))


def make_quiz(
    key: str = "quiz", *, questions: int = 2, pass_percent: int = 70, attempts_limit: int | None = None
) -> Quiz:
    """Return a quiz of single-choice questions whose first choice is right, with current question versions."""
    quiz = Quiz.objects.create(key=key, title=f"Quiz {key}", pass_percent=pass_percent, attempts_limit=attempts_limit)
    for number in range(questions):
        choices = [
            {"id": f"{number}a", "text": "Right", "right": True, "why": "It is."},
            {"id": f"{number}b", "text": "Wrong", "right": False, "why": "It is not."},
        ]
        content = {
            "kind": "single",
            "prompt": f"Question {number}?",
            "choices": [[c["text"], c["right"], c["why"]] for c in choices],
            "explanation": "Because.",
        }
        Question.objects.create(
            quiz=quiz,
            key=f"q{number}",
            prompt=f"Question {number}?",
            choices=[
                {"type": "choice", "value": {"text": c["text"], "right": c["right"], "why": c["why"]}, "id": c["id"]}
                for c in choices
            ],
            explanation="Because.",
            sort_order=number,
        )
        QuestionVersion.objects.create(
            quiz=quiz,
            question_key=f"q{number}",
            number=1,
            kind="single",
            prompt=f"Question {number}?",
            choices=choices,
            explanation="Because.",
            position=number,
            sha256=fingerprint(content),
        )
    return quiz


def make_course(
    key: str = "okr-foundations", *, lessons: int = 2, quiz: Quiz | None = None, **fields: Any
) -> CoursePage:
    """Return a published course with ``lessons`` text lessons, the last one with ``quiz``, and its version 1."""
    course = plant(
        make_catalog(),
        CoursePage(**{"title": f"Course {key}", "slug": key, "key": key, "summary": "A course.", **fields}),
    )
    pinned = []
    for number in range(1, lessons + 1):
        blocks: list[tuple[str, Any]] = [("text", f"<p>Text of lesson {number}.</p>")]
        has_quiz = quiz is not None and number == lessons
        if has_quiz:
            blocks.append(("quiz", {"quiz": quiz}))
        lesson = plant(
            course, LessonPage(title=f"Lesson {number}", slug=f"lesson-{number}", module="Basics", body=blocks)
        )
        pinned.append(
            {
                "key": str(lesson.key),
                "title": lesson.title,
                "module": lesson.module,
                "minutes": lesson.minutes,
                "required": lesson.required,
                "quiz": {"key": quiz.key, "pass_percent": quiz.pass_percent} if has_quiz and quiz else None,
            }
        )
    CourseVersion.objects.create(
        course=course,
        number=1,
        title=course.title,
        lessons=pinned,
        sha256=fingerprint({"title": course.title, "lessons": pinned}),
    )
    return course


class EnrollmentFactory(DjangoModelFactory):
    """An open enrollment in the course's newest version; pass ``course``."""

    class Meta:
        model = Enrollment

    person = factory.SubFactory(UserFactory)
    version = factory.LazyAttribute(lambda o: o.course.versions.order_by("-number").first())

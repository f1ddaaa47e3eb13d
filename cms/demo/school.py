"""The school of the demo company: courses, glossary, guidance, the certification, and people who learn."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from django.core.files.images import ImageFile
from wagtail.images import get_image_model
from wagtail.models import ReferenceIndex

from certification.api import Certification, define_certification, load_rubric
from cms.models import ArticleIndexPage, ArticlePage
from courses.api import (
    CatalogPage,
    CourseContent,
    CoursePage,
    Enrollment,
    GlossaryTerm,
    LessonPage,
    QuestionVersion,
    Quiz,
    complete_lesson,
    courses_by_key,
    enroll,
    load_course,
    load_glossary,
    start_attempt,
    submit_attempt,
)
from people.api import User, clock_at

HERE = Path(__file__).parent
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same safe loader, ten times as fast where PyYAML was built with its C library."""

COURSE_KEYS = (
    "okr-foundations",
    "okr-leading",
    "okr-key-results",
    "okr-rhythm",
    "okr-alignment",
    "okr-coach-training",
    "first-30-days",
)
PAGES = (ArticlePage, CoursePage, LessonPage)
CERTIFICATION = "okr-coach"
OBSERVATION = "seen-at-work"


def read(name: str) -> Any:
    """Return the content of a YAML file beside this module."""
    return yaml.load((HERE / name).read_text(encoding="utf-8"), Loader=LOADER)  # noqa: S506 # nosec B506 - safe either way


def index_references() -> None:
    """Let the admin know what is used where: lessons their quizzes and pictures, terms each other."""
    for model in (*PAGES, Quiz, GlossaryTerm):
        for written in model.objects.all():
            ReferenceIndex.create_or_update_for_object(written)


def find_image(name: str) -> Any:
    """Return the uploaded picture called ``name``, uploading it from the demo's folder the first time."""
    pictures = get_image_model()
    title = Path(name).stem.replace("-", " ").capitalize()
    picture = pictures.objects.filter(title=title).first()
    if picture is None:
        with (HERE / "images" / name).open("rb") as file:
            picture = pictures(title=title, file=ImageFile(file, name=name))
            picture.save()
    return picture


def open_school(*, editor: User) -> "School":
    """Publish glossary, courses, articles and the certification, written by ``editor``."""
    load_glossary(read("glossary.yaml"))
    catalog = CatalogPage.objects.get()
    for key in COURSE_KEYS:
        content = CourseContent.model_validate(read(f"courses/{key}.yaml"))
        load_course(content=content, catalog=catalog, actor=editor, find_image=find_image)
    _publish_articles(editor)
    return School(_define_coach_certification(editor))


def _publish_articles(editor: User) -> None:
    index = ArticleIndexPage.objects.get()
    for entry in read("articles.yaml"):
        article = index.add_child(
            instance=ArticlePage(
                title=entry["title"],
                slug=entry["key"],
                summary=entry["summary"].strip(),
                body=entry["body"],
                owner=editor,
                live=False,
            )
        )
        article.save_revision(user=editor).publish(user=editor)


def _define_coach_certification(editor: User) -> Certification:
    rubric = load_rubric(read("coach_rubric.yaml"), actor=editor)
    return define_certification(
        key=CERTIFICATION,
        title="OKR Coach",
        description=(
            "For colleagues who accompany up to five teams: they have learned the method, and somebody saw them use it."
        ),
        statement=(
            "has completed the training of coaches at Nordwind Heat Systems and was observed at work: leading a "
            "drafting session, telling key results from tasks, guiding alignment, running a check-in and helping "
            "peers refine."
        ),
        requirements=[
            {"key": "foundations", "kind": "course", "title": "OKR foundations", "course": "okr-foundations"},
            {
                "key": "key-results",
                "kind": "course",
                "title": "Writing key results that measure",
                "course": "okr-key-results",
            },
            {
                "key": "coach-training",
                "kind": "course",
                "title": "OKR coach: train the trainer",
                "course": "okr-coach-training",
            },
            {
                "key": OBSERVATION,
                "kind": "observation",
                "title": "Seen at work with a team",
                "rubric": rubric.key,
                "quantity": 1,
            },
        ],
        validity_months=24,
        actor=editor,
    )


class School:
    """Lets people learn through the same services that the lesson pages call."""

    def __init__(self, certification: Certification) -> None:
        self.certification = certification
        self.courses: dict[str, CoursePage] = courses_by_key(COURSE_KEYS)
        self._right: dict[int, list[str]] = {
            question.pk: [choice["id"] for choice in question.choices if choice["right"]]
            for question in QuestionVersion.objects.filter(is_current=True)
        }
        self._lessons: dict[int, Sequence[dict[str, Any]]] = {}

    def lessons_of(self, enrollment: Enrollment) -> Sequence[dict[str, Any]]:
        """Return the pinned lessons, read once for each course version."""
        if enrollment.version_id not in self._lessons:
            self._lessons[enrollment.version_id] = enrollment.version.lessons
        return self._lessons[enrollment.version_id]

    def learn(
        self, person: User, key: str, *, begin: datetime, end: datetime, first: int = 0, last: int | None = None
    ) -> Enrollment:
        """Let ``person`` work through the lessons ``first`` to ``last`` (default: all) between two moments, answering
        every quiz rightly. Enrolls them when they are not enrolled."""
        with clock_at(begin):
            enrollment = enroll(person=person, course=self.courses[key], actor=person)
        lessons = self.lessons_of(enrollment)[first:last]
        pause = (end - begin) / max(1, len(lessons))
        for place, lesson in enumerate(lessons, start=1):
            with clock_at(begin + pause * place):
                self._finish(enrollment, lesson, person)
        return enrollment

    def learn_all(self, person: User, keys: Iterable[str], *, begin: datetime, end: datetime) -> None:
        """Let ``person`` finish several courses, one after the other."""
        keys = list(keys)
        each = (end - begin) / len(keys)
        for place, key in enumerate(keys):
            self.learn(person, key, begin=begin + each * place, end=begin + each * (place + 1))

    def _finish(self, enrollment: Enrollment, lesson: dict[str, Any], person: User) -> None:
        if not lesson["quiz"]:
            complete_lesson(enrollment=enrollment, lesson_key=lesson["key"], actor=person)
            return
        attempt = start_attempt(enrollment=enrollment, lesson_key=lesson["key"], actor=person)
        answers = {pk: self._right[pk] for pk in attempt.question_ids}
        submit_attempt(attempt=attempt, answers=answers, actor=person)

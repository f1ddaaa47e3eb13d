"""The seven real courses and the glossary load into pages, quizzes and terms; twice is once."""

from io import BytesIO
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.core.files.base import ContentFile
from PIL import Image as PillowImage
from wagtail.images import get_image_model
from wagtail.models import ModelLogEntry, Page, PageLogEntry, Revision

from courses.models import CoursePage, GlossaryTerm, LessonPage, Question, QuestionVersion, Quiz
from courses.queries.rendering import lesson_body
from courses.services.authoring import load_course, load_glossary
from courses.services.content import CourseContent
from people.api import Refused
from tests.factories.courses import make_catalog
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
DEMO = Path(settings.BASE_DIR) / "cms" / "demo"
FILES = sorted((DEMO / "courses").glob("*.yaml"))


def read(path: Path) -> CourseContent:
    return CourseContent.model_validate(yaml.safe_load(path.read_text()))


@pytest.fixture
def find_image():
    images = {}

    def find(name: str):
        if name not in images:
            picture = BytesIO()
            PillowImage.new("RGB", (8, 6), "teal").save(picture, "PNG")
            images[name] = get_image_model().objects.create(title=name, file=ContentFile(picture.getvalue(), name))
        return images[name]

    return find


def small(**changes) -> CourseContent:
    base = {
        "key": "small",
        "title": "Small",
        "summary": "A small course.",
        "minutes": 9,
        "lessons": [
            {"key": "one", "title": "One", "minutes": 4, "blocks": [{"text": "<p>Hello <b>there</b>.</p>"}]},
            {
                "key": "two",
                "title": "Two",
                "minutes": 5,
                "blocks": [
                    {"checklist": {"title": "Do", "items": ["This", "That"]}},
                    {"reflection": {"prompt": "Why?"}},
                    {
                        "quiz": {
                            "key": "small-quiz",
                            "title": "Check",
                            "questions": [
                                {
                                    "key": "q-one",
                                    "kind": "single",
                                    "prompt": "Which?",
                                    "choices": [{"text": "Yes", "right": True}, {"text": "No", "right": False}],
                                }
                            ],
                        }
                    },
                ],
            },
        ],
    }
    return CourseContent.model_validate(base | changes)


def state() -> tuple:
    """Everything that loading writes, counted."""
    models = (Page, LessonPage, Quiz, Question, QuestionVersion, Revision, PageLogEntry, ModelLogEntry)
    return (
        *(model.objects.count() for model in models),
        *CoursePage.objects.values_list("versions__pk", "last_published_at"),
    )


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_load_course_builds_every_demo_course_once(path, find_image):
    content = read(path)
    catalog = make_catalog()
    course = load_course(content=content, catalog=catalog, actor=UserFactory(), find_image=find_image)
    lessons = list(LessonPage.objects.child_of(course).live().order_by("path"))
    assert course.live
    assert course.key == content.key
    assert [lesson.slug for lesson in lessons] == [lesson.key for lesson in content.lessons]
    version = course.versions.get()
    assert [lesson["key"] for lesson in version.lessons] == [str(lesson.key) for lesson in lessons]
    pinned_quizzes = [lesson["quiz"]["key"] for lesson in version.lessons if lesson["quiz"]]
    assert pinned_quizzes == [quiz.key for quiz in content.quizzes]
    for quiz in content.quizzes:
        asked = QuestionVersion.objects.filter(quiz__key=quiz.key, is_current=True)
        assert [question.question_key for question in asked] == [question.key for question in quiz.questions]
    before = state()
    load_course(content=content, catalog=make_catalog(), find_image=find_image)
    assert state() == before


def test_demo_courses_are_seven():
    assert len(FILES) == 7


def test_demo_lessons_render_with_glossary_words(find_image):
    load_glossary(yaml.safe_load((DEMO / "glossary.yaml").read_text()))
    course = load_course(content=read(DEMO / "courses/okr-rhythm.yaml"), catalog=make_catalog(), find_image=find_image)
    for lesson in LessonPage.objects.child_of(course):
        body = lesson_body(lesson)
        html = "".join(part.html for part in body.parts)
        assert len(body.terms) <= 8
        assert html.count('class="term"') == len(body.terms)


def test_load_course_updates_what_changed_and_keeps_identities():
    actor = UserFactory()
    course = load_course(content=small(), catalog=make_catalog(), actor=actor)
    keys = dict(LessonPage.objects.values_list("slug", "key"))
    ids = {block["id"] for lesson in LessonPage.objects.all() for block in lesson.body.raw_data}
    lessons = small().model_dump(exclude_unset=True)["lessons"]
    lessons[0]["title"] = "One, revised"
    lessons[0]["blocks"].append({"reflection": {"prompt": "What now?"}})
    course = load_course(content=small(title="Smaller", lessons=lessons), catalog=make_catalog(), actor=actor)
    assert course.title == "Smaller"
    assert dict(LessonPage.objects.values_list("slug", "key")) == keys
    assert ids < {block["id"] for lesson in LessonPage.objects.all() for block in lesson.body.raw_data}
    assert [version.number for version in course.versions.order_by("number")] == [1, 2]
    assert course.versions.first().lessons[0]["title"] == "One, revised"


def test_load_course_unpublishes_lessons_that_the_file_dropped_and_keeps_them():
    load_course(content=small(), catalog=make_catalog())
    lessons = small().model_dump(exclude_unset=True)["lessons"][1:]
    course = load_course(content=small(lessons=lessons, minutes=5), catalog=make_catalog())
    assert dict(LessonPage.objects.values_list("slug", "live")) == {"one": False, "two": True}
    assert [lesson["title"] for lesson in course.versions.first().lessons] == ["Two"]


def test_load_course_puts_lessons_into_the_order_of_the_file():
    load_course(content=small(), catalog=make_catalog())
    lessons = small().model_dump(exclude_unset=True)["lessons"][::-1]
    course = load_course(content=small(lessons=lessons), catalog=make_catalog())
    assert [lesson.slug for lesson in LessonPage.objects.child_of(course).order_by("path")] == ["two", "one"]
    assert [lesson["title"] for lesson in course.versions.first().lessons] == ["Two", "One"]


def test_load_course_drops_questions_that_the_file_dropped_and_keeps_their_versions():
    load_course(content=small(), catalog=make_catalog())
    lessons = small().model_dump(exclude_unset=True)["lessons"]
    question = lessons[1]["blocks"][-1]["quiz"]["questions"][0]
    lessons[1]["blocks"][-1]["quiz"]["questions"] = [{**question, "key": "q-other"}]
    load_course(content=small(lessons=lessons), catalog=make_catalog())
    assert dict(QuestionVersion.objects.values_list("question_key", "is_current")) == {"q-one": False, "q-other": True}
    assert Question.objects.get().key == "q-other"


def test_load_course_refuses_pictures_that_nobody_can_find():
    lessons = small().model_dump(exclude_unset=True)["lessons"]
    lessons[0]["blocks"].append({"image": {"file": "a.png", "alt": "A."}})
    with pytest.raises(Refused, match=r"a\.png"):
        load_course(content=small(lessons=lessons), catalog=make_catalog())
    assert not CoursePage.objects.exists()


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ((), {"minutes": 10}, "the lessons take 9 minutes"),
        ((), {"lessons": []}, "at least 1 item"),
        (("lessons", 0), {"key": "two"}, "lesson key used twice: two"),
        (("lessons", 0), {"blocks": [{"text": "<script>x</script>"}]}, "<script> is not used"),
        (("lessons", 0), {"blocks": [{"text": "<p>open"}]}, "<p> is not closed"),
        (("lessons", 0), {"blocks": [{"text": "<p>a</b></p>"}]}, "closes nothing"),
        (("lessons", 0), {"blocks": [{"text": '<p onclick="x">a</p>'}]}, "is not allowed"),
        (("lessons", 0), {"blocks": [{"text": '<a href="javascript:x">a</a>'}]}, "is not allowed"),
        (("lessons", 0), {"blocks": [{"text": "<p>a</p>", "reflection": {"prompt": "b"}}]}, "exactly one of"),
        (("lessons", 0), {"colour": "red"}, "Extra inputs"),
        (
            ("lessons", 1, "blocks", 2, "quiz", "questions", 0),
            {"kind": "multiple", "choices": [{"text": "a", "right": True}, {"text": "b", "right": True}]},
            "one right and one wrong",
        ),
        (
            ("lessons", 1, "blocks", 2, "quiz", "questions", 0),
            {"choices": [{"text": "a", "right": False}, {"text": "b", "right": False}]},
            "exactly one choice must be right, not 0",
        ),
        (
            ("lessons", 1, "blocks", 2, "quiz", "questions", 0),
            {
                "kind": "true_false",
                "choices": [{"text": "a", "right": True}, {"text": "b", "right": False}, {"text": "c", "right": False}],
            },
            "exactly two choices",
        ),
    ],
)
def test_course_content_names_what_is_wrong(path, value, message):
    raw = small().model_dump(exclude_unset=True)
    place = raw
    for step in path:
        place = place[step]
    place.update(value)
    with pytest.raises(ValueError, match=message):
        CourseContent.model_validate(raw)


def test_course_content_wants_the_quiz_last():
    raw = small().model_dump(exclude_unset=True)
    raw["lessons"][1]["blocks"].reverse()
    with pytest.raises(ValueError, match="it comes last"):
        CourseContent.model_validate(raw)


def test_load_glossary_loads_the_demo_once():
    entries = yaml.safe_load((DEMO / "glossary.yaml").read_text())
    assert load_glossary(entries) == len(entries) == GlossaryTerm.objects.count() >= 25
    assert load_glossary(entries) == 0
    assert GlossaryTerm.objects.get(key="key-result").related.exists()


def test_load_glossary_refuses_relations_into_nothing():
    with pytest.raises(Refused, match="nowhere"):
        load_glossary([{"key": "a", "term": "A", "definition": "B", "related": ["nowhere"]}])
    assert not GlossaryTerm.objects.exists()

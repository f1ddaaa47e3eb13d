import pytest

from courses.models import LessonPage, LessonResponse
from courses.services.enrollments import archive_enrollment
from courses.services.responses import save_response
from people.api import Refused
from tests.factories.courses import EnrollmentFactory, make_course
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db

BODY = [
    {"type": "text", "value": "<p>Read.</p>", "id": "t"},
    {"type": "reflection", "value": {"prompt": "Why?", "hint": ""}, "id": "r"},
    {
        "type": "checklist",
        "value": {
            "title": "Do",
            "items": [{"type": "item", "value": "This", "id": "i1"}, {"type": "item", "value": "That", "id": "i2"}],
        },
        "id": "c",
    },
]


@pytest.fixture
def enrollment():
    course = make_course(lessons=1)
    lesson = LessonPage.objects.get()
    lesson.body = LessonPage._meta.get_field("body").stream_block.to_python(BODY)
    lesson.save()
    return EnrollmentFactory(course=course)


def save(enrollment, block_id, **what):
    key = enrollment.version.lessons[0]["key"]
    what.setdefault("actor", enrollment.person)
    return save_response(enrollment=enrollment, lesson_key=key, block_id=block_id, **what)


def test_save_response_keeps_the_last_text(enrollment):
    save(enrollment, "r", text="First.")
    save(enrollment, "r", text="Second,\r\nlonger.\x00")
    assert LessonResponse.objects.get().text == "Second,\nlonger."
    enrollment.refresh_from_db()
    assert str(enrollment.last_lesson_key) == enrollment.version.lessons[0]["key"]


def test_save_response_keeps_ticks_in_the_order_of_the_list(enrollment):
    save(enrollment, "c", ticked=["i2", "i1", "i2"])
    assert LessonResponse.objects.get().ticked == ["i1", "i2"]
    save(enrollment, "c", ticked=[])
    assert LessonResponse.objects.get().ticked == []


@pytest.mark.parametrize("block_id", ["t", "nothing", ""])
def test_save_response_is_refused_for_blocks_that_keep_nothing(enrollment, block_id):
    with pytest.raises(Refused, match="changed by its author"):
        save(enrollment, block_id, text="Hello")


def test_save_response_is_refused_for_unknown_items(enrollment):
    with pytest.raises(Refused, match="checklist has been changed"):
        save(enrollment, "c", ticked=["i1", "i9"])
    assert not LessonResponse.objects.exists()


def test_save_response_is_refused_when_too_long(enrollment):
    save(enrollment, "r", text="x" * 10_000)
    with pytest.raises(Refused, match="longer than 10,000 characters"):
        save(enrollment, "r", text="x" * 10_001)
    assert len(LessonResponse.objects.get().text) == 10_000


def test_save_response_is_refused_to_others_and_in_archived_enrollments(enrollment):
    with pytest.raises(Refused, match="Only the learner"):
        save(enrollment, "r", text="Mine", actor=UserFactory())
    archived = archive_enrollment(enrollment=enrollment, actor=enrollment.person)
    with pytest.raises(Refused, match="archived"):
        save(archived, "r", text="Late")


def test_save_response_is_refused_when_the_lesson_page_is_gone(enrollment):
    LessonPage.objects.get().delete()
    with pytest.raises(Refused, match="changed by its author"):
        save(enrollment, "r", text="Hello")

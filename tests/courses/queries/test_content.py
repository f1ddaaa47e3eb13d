import pytest

from courses.models import LessonPage
from courses.queries.content import course_by_key, courses_by_key, fingerprint, required_content
from tests.factories.courses import make_course, make_quiz

pytestmark = pytest.mark.django_db


def test_course_by_key_finds_it_or_nothing():
    course = make_course("one")
    assert course_by_key("one") == course
    assert course_by_key("two") is None


def test_courses_by_key_is_one_query(django_assert_num_queries):
    make_course("one")
    make_course("two")
    with django_assert_num_queries(1):
        assert set(courses_by_key(["one", "two", "three"])) == {"one", "two"}


def test_required_content_lists_published_lessons_in_tree_order():
    course = make_course(quiz=make_quiz(pass_percent=60), lessons=3)
    LessonPage.objects.filter(slug="lesson-1").update(live=False)
    content = required_content(course)
    assert [lesson["title"] for lesson in content] == ["Lesson 2", "Lesson 3"]
    assert [lesson["quiz"] for lesson in content] == [None, {"key": "quiz", "pass_percent": 60}]


def test_fingerprint_depends_on_content_only():
    assert fingerprint({"a": 1, "b": ["ü"]}) == fingerprint({"b": ["ü"], "a": 1})
    assert fingerprint([1, 2]) != fingerprint([2, 1])

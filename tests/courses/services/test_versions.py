import pytest
from wagtail.models import ModelLogEntry, PageLogEntry

from courses.models import CourseVersion, LessonPage, Question, QuestionVersion
from courses.queries.content import required_content
from courses.services.versions import pin_course_version, pin_outdated_courses, pin_question_versions, pin_quiz
from courses.signals import course_version_pinned
from tests.factories.courses import EnrollmentFactory, make_course, make_quiz
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def test_pin_course_version_of_unchanged_content_returns_the_newest():
    course = make_course(quiz=make_quiz())
    assert pin_course_version(course=course) == course.versions.get()
    assert not PageLogEntry.objects.filter(action="courses.pin_version").exists()


@pytest.mark.parametrize(
    "change",
    [{"title": "Other"}, {"module": "Other"}, {"minutes": 9}, {"required": False}, {"live": False}],
    ids=lambda change: next(iter(change)),
)
def test_pin_course_version_makes_a_version_for_what_a_lesson_requires(change, django_capture_on_commit_callbacks):
    course, editor, heard = make_course(), UserFactory(), []
    LessonPage.objects.filter(slug="lesson-1").update(**change)

    def hear(sender, version_id, **kwargs):
        heard.append(version_id)

    course_version_pinned.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        version = pin_course_version(course=course, actor=editor)
    course_version_pinned.disconnect(hear)
    assert (version.number, version.made_by) == (2, editor)
    assert version.lessons == required_content(course)
    assert heard == [version.pk]
    assert pin_course_version(course=course) == version


def test_pin_course_version_follows_title_order_and_pass_mark():
    quiz = make_quiz()
    course = make_course(quiz=quiz)
    course.title = "Renamed"
    course.save()
    assert pin_course_version(course=course).title == "Renamed"
    first, second = LessonPage.objects.child_of(course).order_by("path")
    second.move(first, pos="left")
    assert [lesson["title"] for lesson in pin_course_version(course=course).lessons] == ["Lesson 2", "Lesson 1"]
    quiz.pass_percent = 90
    quiz.save()
    assert pin_course_version(course=course).lessons[0]["quiz"] == {"key": "quiz", "pass_percent": 90}
    assert CourseVersion.objects.count() == 4


def test_pin_course_version_ignores_what_is_only_text():
    course = make_course()
    lesson = LessonPage.objects.first()
    lesson.body = [("text", "<p>Rewritten.</p>")]
    lesson.save()
    assert pin_course_version(course=course).number == 1


def test_pin_course_version_leaves_enrollments_where_they_are():
    course = make_course()
    enrollment = EnrollmentFactory(course=course)
    LessonPage.objects.update(minutes=9)
    pin_course_version(course=course)
    enrollment.refresh_from_db()
    assert enrollment.version.number == 1


def test_pin_course_version_asks_the_same_for_one_lesson_and_for_many(django_assert_num_queries):
    for key, lessons in (("one", 1), ("many", 9)):
        course = make_course(key, lessons=lessons, quiz=make_quiz(key))
        with django_assert_num_queries(6):
            pin_course_version(course=course)


def test_pin_outdated_courses_pins_only_what_lags_behind():
    behind, draft = make_course("behind"), make_course("draft")
    make_course("current")
    draft.unpublish()
    LessonPage.objects.filter(url_path__contains="/behind/").update(minutes=9)
    LessonPage.objects.filter(url_path__contains="/draft/").update(minutes=9)
    assert pin_outdated_courses() == 1
    assert behind.versions.count() == 2
    assert pin_outdated_courses() == 0


def test_pin_outdated_courses_makes_missing_first_versions():
    make_course()
    CourseVersion.objects.all().delete()
    assert pin_outdated_courses() == 1


def test_pin_question_versions_keeps_unchanged_questions():
    quiz = make_quiz()
    before = list(QuestionVersion.objects.values())
    assert [version.pk for version in pin_question_versions(quiz=quiz)] == [row["id"] for row in before]
    assert list(QuestionVersion.objects.values()) == before
    assert not ModelLogEntry.objects.exists()


def test_pin_question_versions_makes_a_version_of_what_changed_with_the_author():
    quiz, editor = make_quiz(), UserFactory()
    question = Question.objects.first()
    question.prompt = "Changed?"
    question.save()
    first, second = pin_question_versions(quiz=quiz, actor=editor)
    assert (first.number, first.prompt, second.number) == (2, "Changed?", 1)
    assert [choice["right"] for choice in first.choices] == [True, False]
    assert list(QuestionVersion.objects.filter(question_key="q0").values_list("number", "is_current")) == [
        (1, False),
        (2, True),
    ]
    assert ModelLogEntry.objects.get(action="courses.pin_questions").user == editor


def test_pin_question_versions_stops_asking_removed_questions_and_takes_them_back_unchanged():
    quiz = make_quiz(questions=3)
    kept = Question.objects.get(key="q1")
    values = {"quiz": quiz, "key": "q1", "prompt": kept.prompt, "choices": kept.choices, "explanation": "Because."}
    kept.delete()
    assert [version.question_key for version in pin_question_versions(quiz=quiz)] == ["q0", "q2"]
    Question.objects.create(**values, sort_order=9)
    assert [version.question_key for version in pin_question_versions(quiz=quiz)] == ["q0", "q2", "q1"]
    assert QuestionVersion.objects.count() == 3
    assert QuestionVersion.objects.filter(is_current=True).count() == 3


def test_pin_quiz_also_pins_the_courses_that_show_it():
    quiz = make_quiz()
    course, other = make_course(quiz=quiz), make_course("other")
    quiz.pass_percent = 80
    quiz.save()
    pin_quiz(quiz=quiz)
    assert course.versions.count() == 2
    assert other.versions.count() == 1

"""Queries put together once answer like the ORM's own, on every thread, and refuse what they cannot bind."""

from threading import Thread

import pytest
from django.db import connection

from courses.models import CourseVersion, Enrollment, LessonPage
from courses.queries.prepared import PreparedQuery, columns_of, from_columns
from tests.factories.courses import EnrollmentFactory, make_course

pytestmark = pytest.mark.django_db

COLUMNS = columns_of(Enrollment, ["id", "state", "person", "completed_at"])


def in_state(person_id, state):
    return Enrollment.objects.filter(person_id=person_id, state=state).order_by("pk").values_list(*COLUMNS)


def test_answers_like_the_queryset_for_every_argument(django_assert_num_queries):
    course = make_course("okr", lessons=1)
    first, second = EnrollmentFactory(course=course), EnrollmentFactory(course=course)
    query = PreparedQuery(in_state)
    for person_id, state in [(first.person_id, "open"), (second.person_id, "open"), (first.person_id, "archived")]:
        expected = list(in_state(person_id, state))
        with django_assert_num_queries(1):
            assert list(query.rows(person_id, state)) == expected
    assert [row[0] for row in query.rows(second.person_id, "open")] == [second.pk]


def test_converts_values_as_fields_do():
    course = make_course("okr", lessons=2)
    version = CourseVersion.objects.latest("pk")
    lessons = PreparedQuery(lambda pk: CourseVersion.objects.filter(pk=pk).values_list("lessons"))
    assert list(lessons.rows(version.pk)) == [(version.lessons,)]
    keys = PreparedQuery(lambda slug: LessonPage.objects.filter(slug=slug).values_list("key"))
    lesson = LessonPage.objects.child_of(course).first()
    assert list(keys.rows(lesson.slug)) == [(lesson.key,)]


def test_values_are_bound_never_written_into_the_statement():
    EnrollmentFactory(course=make_course("okr", lessons=1))
    query = PreparedQuery(lambda state: Enrollment.objects.filter(state=state).values_list("pk"))
    assert list(query.rows("open' OR '1'='1")) == []


@pytest.mark.parametrize(
    "build",
    [
        lambda state: Enrollment.objects.filter(state__startswith=state).values_list("pk"),
        lambda state: Enrollment.objects.values_list("pk"),
        lambda state: Enrollment.objects.filter(state=state, source=state).values_list("pk"),
    ],
    ids=["changed on the way", "not used", "used twice"],
)
def test_arguments_that_are_not_exactly_one_parameter_are_refused(build):
    with pytest.raises(ValueError, match="exactly one of its parameters"):
        list(PreparedQuery(build).rows("open"))


@pytest.mark.django_db(transaction=True)
def test_every_thread_keeps_its_own():
    enrollment = EnrollmentFactory(course=make_course("okr", lessons=1))
    query = PreparedQuery(in_state)
    found = []

    def read():
        found.append(list(query.rows(enrollment.person_id, "open")))
        connection.close()

    threads = [Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [list(in_state(enrollment.person_id, "open"))] * 4


def test_objects_from_columns_read_the_rest_when_asked(django_assert_num_queries):
    enrollment = EnrollmentFactory(course=make_course("okr", lessons=1))
    row = in_state(enrollment.person_id, "open").get()
    read = from_columns(Enrollment, COLUMNS, row)
    with django_assert_num_queries(0):
        assert (read.pk, read.state, read.person_id) == (enrollment.pk, "open", enrollment.person_id)
    with django_assert_num_queries(1):
        assert read.cycle == enrollment.cycle

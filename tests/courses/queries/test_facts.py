from datetime import UTC, date, datetime

import pytest

from courses.models import Enrollment
from courses.queries.facts import completions, training_facts
from people.api import OrganizationSettings, User
from tests.factories.courses import EnrollmentFactory, make_course
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
DONE = {"state": "completed", "completed_at": datetime(2026, 3, 1, 23, 30, tzinfo=UTC)}


def test_training_facts_tells_enrolled_from_completed():
    course, other = make_course("one"), make_course("two")
    running, done, archived, elsewhere, stranger = (UserFactory() for _ in range(5))
    EnrollmentFactory(person=running, course=course)
    EnrollmentFactory(person=done, course=course, **DONE)
    EnrollmentFactory(person=done, course=course, cycle=2)
    EnrollmentFactory(person=archived, course=course, state="archived")
    EnrollmentFactory(person=elsewhere, course=other)
    EnrollmentFactory(person=stranger, course=course, **DONE)
    people = [running.pk, done.pk, archived.pk, elsewhere.pk]
    facts = training_facts(course_keys=["one", "two", "none"], person_ids=people)
    assert facts["one"].enrolled == {running.pk, done.pk}
    assert facts["one"].completed == {done.pk}
    assert facts["two"].enrolled == {elsewhere.pk}
    assert facts["none"].enrolled == facts["none"].completed == frozenset()


def test_training_facts_keeps_an_archived_cycle_from_hiding_a_completed_one():
    enrollment = EnrollmentFactory(course=make_course(), **DONE)
    EnrollmentFactory(person=enrollment.person, course=enrollment.course, cycle=2, state="archived")
    facts = training_facts(course_keys=["okr-foundations"], person_ids=[enrollment.person_id])
    assert facts["okr-foundations"].completed == {enrollment.person_id}


def test_training_facts_takes_a_queryset_as_a_subquery(django_assert_num_queries):
    enrollment = EnrollmentFactory(course=make_course())
    people = User.objects.filter(is_active=True).order_by("email").values_list("pk", flat=True)
    with django_assert_num_queries(1):
        facts = training_facts(course_keys=["okr-foundations"], person_ids=people)
    assert facts["okr-foundations"].enrolled == {enrollment.person_id}


def test_training_facts_of_nobody_and_nothing():
    assert training_facts(course_keys=[], person_ids=[1]) == {}
    assert training_facts(course_keys=["one"], person_ids=[])["one"].enrolled == frozenset()


def test_training_facts_of_five_thousand_people_is_one_query(django_assert_num_queries):
    courses = [make_course(f"course-{number}") for number in range(3)]
    User.objects.bulk_create(User(email=f"many{number}@example.com") for number in range(5000))
    ids = list(User.objects.values_list("pk", flat=True))
    for course in courses:
        version = course.versions.get()
        Enrollment.objects.bulk_create(
            Enrollment(person_id=pk, course=course, version=version, **(DONE if pk % 2 else {})) for pk in ids
        )
    keys = [course.key for course in courses]
    with django_assert_num_queries(1):
        facts = training_facts(course_keys=keys, person_ids=ids)
    assert {len(facts[key].enrolled) for key in keys} == {5000}
    assert {len(facts[key].completed) for key in keys} == {2500}
    with django_assert_num_queries(1):
        training_facts(course_keys=keys, person_ids=User.objects.values_list("pk", flat=True))


def test_completions_gives_the_newest_cycle_in_the_calendar_of_the_organization(django_assert_num_queries):
    OrganizationSettings.objects.create(time_zone="Europe/Berlin")
    course = make_course(lessons=3)
    person, other = UserFactory(), UserFactory()
    EnrollmentFactory(person=person, course=course, state="completed", completed_at=datetime(2025, 1, 1, tzinfo=UTC))
    newest = EnrollmentFactory(person=person, course=course, cycle=2, **DONE)
    EnrollmentFactory(person=person, course=course, cycle=3)
    EnrollmentFactory(person=other, course=course)
    with django_assert_num_queries(3):  # the third reads the organization's time zone, cached afterwards
        facts = completions(person_ids=[person.pk, other.pk], course_keys=["okr-foundations"])
    fact = facts.pop((person.pk, "okr-foundations"))
    assert facts == {}
    assert (fact.enrollment_id, fact.completed_on, fact.minutes) == (newest.pk, date(2026, 3, 2), 15)
    assert fact.title == "Course okr-foundations"


def test_completions_of_many_people_need_no_more_queries(django_assert_num_queries):
    course = make_course()
    people = [EnrollmentFactory(course=course, **DONE).person_id for _ in range(5)]
    completions(person_ids=[], course_keys=[])
    with django_assert_num_queries(2):
        assert len(
            completions(person_ids=[*people, *range(10**9, 10**9 + 3000)], course_keys=["okr-foundations"])
        ) == len(people)

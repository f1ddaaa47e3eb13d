from datetime import UTC, date, datetime

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from wagtail.models import ModelLogEntry, PageLogEntry

from courses.models import CoursePage, CourseVersion, Enrollment
from courses.services.enrollments import archive_enrollment, assign_course, enroll, start_over
from courses.services.progress import complete_lesson
from courses.signals import enrollment_opened
from people.api import PEOPLE_LEADS, PROJECT_LEADS, TRAINERS, Refused, User, clock_at
from tests.factories.courses import EnrollmentFactory, make_catalog, make_course
from tests.factories.people import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def news():
    """What ``enrollment_opened`` announced."""
    heard = []

    def hear(sender, enrollment_ids, **kwargs):
        heard.append(enrollment_ids)

    enrollment_opened.connect(hear)
    yield heard
    enrollment_opened.disconnect(hear)


def member_of(name: str) -> User:
    person = UserFactory()
    person.groups.add(Group.objects.get_or_create(name=name)[0])
    return person


def complete(enrollment: Enrollment) -> Enrollment:
    for key in enrollment.version.required_keys:
        enrollment = complete_lesson(enrollment=enrollment, lesson_key=key, actor=enrollment.person)
    return enrollment


# --- enroll ---------------------------------------------------------------------------------------


def test_enroll_opens_one_cycle_in_the_newest_version(news, django_capture_on_commit_callbacks):
    person, course = UserFactory(), make_course()
    moment = datetime(2026, 3, 2, 8, tzinfo=UTC)
    with clock_at(moment), django_capture_on_commit_callbacks(execute=True):
        enrollment = enroll(person=person, course=course, actor=person)
    assert (enrollment.cycle, enrollment.state, enrollment.source) == (1, "open", "self")
    assert enrollment.version == course.versions.get()
    assert enrollment.enrolled_at == moment
    assert news == [[enrollment.pk]]
    assert ModelLogEntry.objects.get(action="courses.enroll").user == person


def test_enroll_twice_is_once(news, django_capture_on_commit_callbacks):
    person, course = UserFactory(), make_course()
    first = enroll(person=person, course=course, actor=person)
    with django_capture_on_commit_callbacks(execute=True):
        assert enroll(person=person, course=course, actor=person) == first
    assert news == []
    assert Enrollment.objects.count() == 1


def test_enroll_returns_what_was_completed_unless_a_renewal_is_asked_for():
    person, course = UserFactory(), make_course()
    first = complete(enroll(person=person, course=course, actor=person))
    assert enroll(person=person, course=course, actor=person) == first
    renewed = enroll(person=person, course=course, actor=person, renew=True)
    assert (renewed.cycle, renewed.state) == (2, "open")
    assert enroll(person=person, course=course, actor=person, renew=True) == renewed
    first.refresh_from_db()
    assert first.state == "completed"


def test_enroll_after_archiving_opens_the_next_cycle():
    person, course = UserFactory(), make_course()
    first = enroll(person=person, course=course, actor=person)
    archive_enrollment(enrollment=first, actor=person)
    assert enroll(person=person, course=course, actor=person).cycle == 2


def test_enroll_loses_the_race_and_returns_the_other_row(monkeypatch):
    person, course = UserFactory(), make_course()
    from courses.services import enrollments

    real, winner = enrollments.latest_enrollment, []

    def too_early(person_id, course_id):
        found = real(person_id, course_id)
        if not winner:
            winner.append(EnrollmentFactory(person=person, course=course))
        return found

    monkeypatch.setattr(enrollments, "latest_enrollment", too_early)
    # The winner's row is rolled back with the loser's savepoint here, so the second look enrolls.
    assert enroll(person=person, course=course, actor=person).person == person
    assert Enrollment.objects.open().count() == 1


def test_enroll_pins_a_first_version_when_there_is_none():
    course = make_course()
    CourseVersion.objects.all().delete()
    person = UserFactory()
    enrollment = enroll(person=person, course=course, actor=person)
    assert [lesson["title"] for lesson in enrollment.version.lessons] == ["Lesson 1", "Lesson 2"]


def test_enroll_is_refused_without_lessons():
    course = make_catalog().add_child(instance=CoursePage(title="Empty", slug="empty", summary="Nothing."))
    person = UserFactory()
    with pytest.raises(Refused, match="no published lessons"):
        enroll(person=person, course=course, actor=person)


def test_enroll_is_refused_when_the_course_is_not_published():
    course, person = make_course(), UserFactory()
    course.unpublish()
    with pytest.raises(Refused, match="not published"):
        enroll(person=person, course=course, actor=person)


def test_enroll_is_refused_for_people_who_left():
    person = UserFactory(is_active=False)
    with pytest.raises(Refused, match="has left"):
        enroll(person=person, course=make_course(), actor=member_of(PEOPLE_LEADS))


def test_enroll_by_a_stranger_is_refused():
    with pytest.raises(Refused, match="may enroll"):
        enroll(person=UserFactory(), course=make_course(), actor=UserFactory())
    assert not Enrollment.objects.exists()


@pytest.mark.parametrize("group", [PEOPLE_LEADS, PROJECT_LEADS, TRAINERS])
def test_enroll_by_those_who_lead_training_counts_as_assigned(group):
    enrollment = enroll(person=UserFactory(), course=make_course(), actor=member_of(group))
    assert enrollment.source == "assigned"


def test_enroll_by_the_manager_of_the_manager():
    top, middle, person = UserFactory(), UserFactory(), UserFactory()
    MembershipFactory(person=middle, manager=top)
    MembershipFactory(person=person, manager=middle)
    assert enroll(person=person, course=make_course(), actor=top).person == person


# --- assign ---------------------------------------------------------------------------------------


def test_assign_course_enrolls_those_who_miss_it_and_tells_once(news, django_capture_on_commit_callbacks):
    course, lead = make_course(), UserFactory()
    fresh, running, done, gone = UserFactory(), UserFactory(), UserFactory(), UserFactory(is_active=False)
    EnrollmentFactory(person=running, course=course)
    complete(EnrollmentFactory(person=done, course=course))
    ids = [fresh.pk, running.pk, done.pk, gone.pk, fresh.pk]
    with django_capture_on_commit_callbacks(execute=True):
        result = assign_course(person_ids=ids, course=course, actor=lead, due_on=date(2026, 4, 30))
    assert (result.enrolled, result.already) == (1, 2)
    enrollment = Enrollment.objects.get(person=fresh)
    assert (enrollment.due_on, enrollment.source, enrollment.enrolled_by) == (date(2026, 4, 30), "assigned", lead)
    assert news == [[enrollment.pk]]
    assert Enrollment.objects.get(person=running).due_on == date(2026, 4, 30)
    assert PageLogEntry.objects.get(action="courses.assign").data.items() >= {"enrolled": 1, "already": 2}.items()


def test_assign_course_leaves_a_due_date_that_is_already_set():
    course, person = make_course(), UserFactory()
    EnrollmentFactory(person=person, course=course, due_on=date(2026, 3, 1))
    assign_course(person_ids=[person.pk], course=course, actor=None, due_on=date(2026, 4, 30))
    assert Enrollment.objects.get().due_on == date(2026, 3, 1)


def test_assign_course_again_changes_nothing(news, django_capture_on_commit_callbacks):
    course, people = make_course(), [UserFactory().pk for _ in range(3)]
    assign_course(person_ids=people, course=course, actor=None)
    with django_capture_on_commit_callbacks(execute=True):
        result = assign_course(person_ids=people, course=course, actor=None)
    assert (result.enrolled, result.already) == (0, 3)
    assert news == []


def test_assign_course_opens_the_next_cycle_after_an_archived_one():
    course, person = make_course(), UserFactory()
    archive_enrollment(enrollment=enroll(person=person, course=course, actor=person), actor=person)
    assign_course(person_ids=[person.pk], course=course, actor=None)
    assert Enrollment.objects.open().get().cycle == 2


def test_assign_course_is_refused_when_it_is_not_published():
    course = make_course()
    course.unpublish()
    with pytest.raises(Refused, match="cannot be assigned"):
        assign_course(person_ids=[UserFactory().pk], course=course, actor=None)


def test_assign_course_to_a_thousand_people_only_adds_batches_of_inserts(django_assert_num_queries):
    batches = 12 if connection.vendor == "sqlite" else 0  # SQLite takes about 80 rows in one insert
    course = make_course()
    person = UserFactory()
    with django_assert_num_queries(9):
        assign_course(person_ids=[person.pk], course=course, actor=None)
    User.objects.bulk_create(User(email=f"many{number}@example.com") for number in range(1000))
    ids = list(User.objects.values_list("pk", flat=True))
    with django_assert_num_queries(9 + batches):
        result = assign_course(person_ids=ids, course=course, actor=None)
    assert (result.enrolled, result.already) == (1000, 1)


# --- archive --------------------------------------------------------------------------------------


def test_archive_enrollment_keeps_what_was_finished():
    enrollment = EnrollmentFactory(course=make_course())
    complete_lesson(enrollment=enrollment, lesson_key=enrollment.version.required_keys[0], actor=enrollment.person)
    archived = archive_enrollment(enrollment=enrollment, actor=enrollment.person)
    assert archived.state == "archived"
    assert archived.archived_at is not None
    assert archived.lesson_completions.count() == 1
    assert archive_enrollment(enrollment=enrollment, actor=enrollment.person) == archived
    assert ModelLogEntry.objects.filter(action="courses.archive_enrollment").count() == 1


def test_archive_enrollment_is_refused_once_completed():
    enrollment = complete(EnrollmentFactory(course=make_course()))
    with pytest.raises(Refused, match="stays on record"):
        archive_enrollment(enrollment=enrollment, actor=member_of(PEOPLE_LEADS))


def test_archive_enrollment_is_refused_to_learners_who_were_assigned():
    enrollment = EnrollmentFactory(course=make_course(), source="assigned")
    with pytest.raises(Refused, match="assigned to you"):
        archive_enrollment(enrollment=enrollment, actor=enrollment.person)
    assert archive_enrollment(enrollment=enrollment, actor=member_of(PEOPLE_LEADS)).state == "archived"


def test_archive_enrollment_is_refused_to_strangers():
    with pytest.raises(Refused, match="assign courses"):
        archive_enrollment(enrollment=EnrollmentFactory(course=make_course()), actor=UserFactory())


# --- start over -----------------------------------------------------------------------------------


def test_start_over_opens_the_next_cycle_and_keeps_what_was_finished():
    lead, course = member_of(PEOPLE_LEADS), make_course(lessons=2)
    enrollment = EnrollmentFactory(course=course, due_on=date(2026, 5, 1))
    key = enrollment.version.required_keys[0]
    complete_lesson(enrollment=enrollment, lesson_key=key, actor=enrollment.person)
    fresh = start_over(enrollment=enrollment, actor=lead)
    enrollment.refresh_from_db()
    assert enrollment.state == "archived"
    assert enrollment.lesson_completions.count() == 1
    assert (fresh.cycle, fresh.state, fresh.due_on) == (enrollment.cycle + 1, "open", date(2026, 5, 1))
    assert fresh.lesson_completions.count() == 0


def test_start_over_is_refused_to_learners_and_once_it_is_not_open():
    lead, enrollment = member_of(PEOPLE_LEADS), EnrollmentFactory(course=make_course())
    with pytest.raises(Refused, match="assign courses"):
        start_over(enrollment=enrollment, actor=enrollment.person)
    start_over(enrollment=enrollment, actor=lead)
    enrollment.refresh_from_db()
    with pytest.raises(Refused, match="under way"):
        start_over(enrollment=enrollment, actor=lead)
    assert Enrollment.objects.open().count() == 1

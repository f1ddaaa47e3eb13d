"""Course and lesson pages in the editors' tree: keys, copies, addresses, the admin's form."""

import pytest
from django.contrib.auth.models import AnonymousUser
from wagtail.admin.panels import get_edit_handler

from courses.models import CoursePage, GlossaryTerm, LessonPage, Quiz
from tests.factories.courses import make_catalog, make_course, make_quiz

pytestmark = pytest.mark.django_db


def test_a_copy_of_a_course_gets_keys_of_its_own_in_rows_and_drafts():
    course = make_course()
    course.save_revision().publish()
    for lesson in LessonPage.objects.child_of(course):
        lesson.save_revision().publish()
    copy = course.copy(recursive=True, update_attrs={"slug": "copy", "title": "Copy"})
    keys = set(LessonPage.objects.values_list("key", flat=True))
    assert len(keys) == 4
    assert copy.key
    assert copy.key != course.key
    for page in [copy, *LessonPage.objects.child_of(copy)]:
        revision = page.save_revision()
        revision.publish()
        page.refresh_from_db()
        assert page.specific.key == revision.as_object().key
    assert len(set(LessonPage.objects.values_list("key", flat=True)) & keys) == 4


def test_addresses_are_made_from_slugs(django_assert_num_queries):
    course = make_course()
    with django_assert_num_queries(0):
        assert course.get_absolute_url() == "/catalog/okr-foundations/"
    assert LessonPage.objects.first().get_absolute_url() == "/catalog/okr-foundations/lesson-1/"


def form_for(instance):
    return get_edit_handler(type(instance)).get_form_class()


def test_the_key_of_a_course_can_be_chosen_once():
    form_class = form_for(CoursePage())
    assert not form_class(instance=CoursePage(), for_user=AnonymousUser()).fields["key"].disabled
    assert form_class(instance=make_course(), for_user=AnonymousUser()).fields["key"].disabled


def test_personas_are_boxes_to_tick():
    field = form_for(CoursePage())(instance=make_course(personas=["coach"]), for_user=AnonymousUser()).fields[
        "personas"
    ]
    assert field.clean(["manager", "coach"]) == ["manager", "coach"]
    assert field.clean([]) == []


def test_the_key_of_a_quiz_can_be_chosen_once():
    form_class = form_for(Quiz())
    assert not form_class(instance=Quiz(), for_user=AnonymousUser()).fields["key"].disabled
    assert form_class(instance=make_quiz(), for_user=AnonymousUser()).fields["key"].disabled


def test_a_course_without_a_key_makes_one_from_its_slug():
    course = make_catalog().add_child(instance=CoursePage(title="No key", slug="no-key", summary="A course."))
    assert course.key.startswith("no-key-")


def test_spellings_are_the_term_and_its_variants_once():
    assert GlossaryTerm(term="OKR", also="OKRs\n OKR\n\n").spellings == ["OKR", "OKRs"]

import pytest

from tests.factories.courses import EnrollmentFactory, make_course, make_quiz


@pytest.mark.django_db
def test_factories_work():
    EnrollmentFactory(course=make_course(quiz=make_quiz()))

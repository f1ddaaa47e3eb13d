"""Signed-in clients, and lessons with every kind of exercise."""

from collections.abc import Callable
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from courses.models import CoursePage, LessonPage
from people.api import User
from tests.factories.people import UserFactory

REFLECTION, CHECKLIST = "11111111-1111-4111-8111-111111111111", "22222222-2222-4222-8222-222222222222"
FIRST_ITEM, SECOND_ITEM = "33333333-3333-4333-8333-333333333333", "44444444-4444-4444-8444-444444444444"


@pytest.fixture
def sign_in() -> Callable[[User], Client]:
    def sign_in_(person: User) -> Client:
        client = Client()
        client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
        return client

    return sign_in_


@pytest.fixture
def person() -> User:
    return UserFactory(first_name="Lea", last_name="Petersen")


@pytest.fixture
def client_of(sign_in, person) -> Client:
    """The browser of ``person``."""
    return sign_in(person)


def first_lesson(course: CoursePage) -> LessonPage:
    return LessonPage.objects.child_of(course).order_by("path").first()


@pytest.fixture
def add_exercises() -> Callable[[CoursePage], LessonPage]:
    """Put a reflection and a checklist of two items into the course's first lesson."""

    def add(course: CoursePage) -> LessonPage:
        lesson = first_lesson(course)
        blocks: list[dict[str, Any]] = [
            {"type": "text", "value": "<p>Read this.</p>", "id": "55555555-5555-4555-8555-555555555555"},
            {"type": "reflection", "value": {"prompt": "What changed?", "hint": "Two lines."}, "id": REFLECTION},
            {
                "type": "checklist",
                "value": {
                    "title": "Today",
                    "items": [
                        {"type": "item", "value": "I asked", "id": FIRST_ITEM},
                        {"type": "item", "value": "I wrote", "id": SECOND_ITEM},
                    ],
                },
                "id": CHECKLIST,
            },
        ]
        lesson.body = LessonPage._meta.get_field("body").stream_block.to_python(blocks)
        lesson.save()
        return lesson

    return add

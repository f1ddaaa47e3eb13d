"""The privacy register covers every field that points at a person, and names nothing that does not exist."""

from collections import Counter

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from people.models import User
from rollout.privacy import REGISTER, TOPICS

COVERED = [path for kept in REGISTER for path in kept.fields]
# Joins a person to a group of permissions; the entry on personas and permissions speaks of it.
WITHOUT_ENTRY = {"people.User_groups.user", "people.User_user_permissions.user"}


def fields_that_point_at_people() -> set[str]:
    """Every foreign key and many-to-many to a person, on the model that defines it."""
    found = set()
    for model in apps.get_models(include_auto_created=True):
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            if field.is_relation and isinstance(field.related_model, type) and issubclass(field.related_model, User):
                found.add(f"{model._meta.label}.{field.name}")
    return found - WITHOUT_ENTRY


@pytest.mark.parametrize("path", sorted(fields_that_point_at_people()))
def test_every_field_that_points_at_a_person_stands_in_the_register(path):
    assert path in COVERED, "say in rollout/privacy/ what is kept, why, who sees it, how long, and when they are told"


@pytest.mark.parametrize("path", COVERED)
def test_every_entry_names_a_field_that_exists(path):
    label, _, name = path.rpartition(".")
    try:
        apps.get_model(label)._meta.get_field(name)
    except (LookupError, FieldDoesNotExist):
        pytest.fail(f"{path} is in the register and not in the models")


def test_no_field_stands_in_two_entries():
    assert [path for path, times in Counter(COVERED).items() if times > 1] == []


@pytest.mark.parametrize("kept", REGISTER, ids=lambda kept: kept.what[:40])
def test_every_entry_answers_every_question(kept):
    assert kept.topic in TOPICS
    for answer in (kept.what, kept.why, kept.seen_by, kept.kept_for, kept.informed):
        assert answer.strip()
    assert kept.fields

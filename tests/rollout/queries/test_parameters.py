"""Parameters and their rules of thumb."""

from decimal import Decimal

import pytest

from rollout.models import Program
from rollout.models.playbook_content import PlaybookContent
from rollout.queries.parameters import FIELDS, parameter_warnings, recorded_parameters
from rollout.services.playbooks import read_playbook
from tests.factories.rollout import eight_steps_text


@pytest.fixture(autouse=True)
def seeded_after_flush() -> None:
    """These tests touch no database."""


@pytest.fixture(scope="module")
def content() -> PlaybookContent:
    return read_playbook(eight_steps_text())


def test_every_parameter_of_the_playbook_has_a_field(content):
    assert {parameter.key for parameter in content.parameters} == set(FIELDS)


def test_empty_is_not_recorded_and_zero_is():
    assert recorded_parameters(Program()) == {}
    assert recorded_parameters(Program(lead_time_weeks=0)) == {"lead_time_weeks": 0}


@pytest.mark.parametrize(
    ("field", "inside", "outside"),
    [
        ("pilot_size", (100, 250), (99, 251)),
        ("duration_months", (6, 8), (5, 9)),
        ("lead_time_weeks", (4, 40), (3,)),
        ("cycle_length_months", (3, 4), (2, 5)),
        ("success_score", (Decimal("0.6"), Decimal("0.85")), (Decimal("0.5"), Decimal("0.9"))),
    ],
)
def test_rules_of_thumb_warn_outside_and_only_there(content, field, inside, outside):
    for value in inside:
        assert parameter_warnings(Program(**{field: value}), content) == {}
    for value in outside:
        assert list(parameter_warnings(Program(**{field: value}), content)) == [field]

"""A program's parameters as the playbook names them."""

from decimal import Decimal
from typing import Any

from rollout.models import Program
from rollout.models.playbook_content import PlaybookContent

FIELDS: dict[str, str] = {
    "pilot_size": "pilot_size",
    "area": "area_id",
    "duration_months": "duration_months",
    "lead_time_weeks": "lead_time_weeks",
    "cycle_length_months": "cycle_length_months",
    "success_score": "success_score",
    "system_of_record": "system_of_record",
}
"""Playbook key → attribute of ``Program``."""


def recorded_parameters(program: Program) -> dict[str, Any]:
    """Return the parameters that have a value, by playbook key; an empty text counts as none."""
    values = {key: getattr(program, attribute) for key, attribute in FIELDS.items()}
    return {key: value for key, value in values.items() if value is not None and value != ""}


def parameter_warnings(program: Program, content: PlaybookContent) -> dict[str, str]:
    """Return the playbook's warning for every recorded parameter outside its rule of thumb, by key."""
    recorded = recorded_parameters(program)
    warnings: dict[str, str] = {}
    for parameter in content.parameters:
        value = recorded.get(parameter.key)
        if not isinstance(value, int | float | Decimal):
            continue
        low, high = parameter.warn_below, parameter.warn_above
        if (low is not None and float(value) < low) or (high is not None and float(value) > high):
            warnings[parameter.key] = parameter.warning or f"{parameter.title} is outside the rule of thumb."
    return warnings

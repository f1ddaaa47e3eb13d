"""What a lead has filled in so far for a program that is not started. Everything may still be empty."""

from datetime import date
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict, Field


class DraftContent(BaseModel):
    """The answers of the guided start, by page. People and units are named by their ids, roles by their keys.

    ``others`` and ``emails`` keep what was typed as long as it names nobody yet; ``seen`` are the pages that were left
    with a click on Continue.
    """

    model_config = ConfigDict(extra="ignore", frozen=True)

    title: str = ""
    playbook_version: int | None = None
    goal: str = ""
    approach: str = ""

    pilot_size: int | None = None
    duration_months: int | None = None
    success_score: Decimal | None = None
    system_of_record: str = ""

    area: int | None = None
    units: tuple[int, ...] = ()
    emails: str = ""

    roles: dict[str, tuple[int, ...]] = Field(default_factory=dict)
    others: dict[str, str] = Field(default_factory=dict)

    starts_on: date | None = None
    cycle_length_months: int | None = None
    lead_time_weeks: int | None = None

    seen: tuple[str, ...] = ()

    def with_answers(self, answers: dict[str, Any]) -> "DraftContent":
        """Return the content with ``answers`` in place; raises ``pydantic.ValidationError`` for what has no place."""
        return type(self).model_validate({**self.model_dump(), **answers})

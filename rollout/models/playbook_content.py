"""The shape of a playbook's content, checked whenever one is imported or published."""

from collections import Counter
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Strength = Literal["must", "should", "may"]
Verification = Literal["attest", "document", "four_eyes", "live", "live_confirm"]
KEY = r"^[a-z][a-z0-9_]*$"
OptionalText = Annotated[str, BeforeValidator(lambda value: "" if value is None else value)]
"""A text that a file may leave empty: null is the empty text."""


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


class PhaseContent(Part):
    key: str = Field(pattern=KEY)
    title: str
    summary: OptionalText = ""


class ParameterContent(Part):
    key: str = Field(pattern=KEY)
    title: str
    unit: OptionalText = ""
    hint: OptionalText = ""
    warn_below: float | None = None
    warn_above: float | None = None
    warning: OptionalText = ""


class RoleContent(Part):
    key: str = Field(pattern=KEY)
    title: str
    summary: str
    charter: str
    required: bool = True
    minimum: int = Field(default=1, ge=0)
    per_teams: int | None = Field(default=None, ge=1)
    learning: tuple[str, ...] = ()
    no_learning_because: OptionalText = ""
    certification: str | None = None
    external: bool = False


class MeetingContent(Part):
    key: str = Field(pattern=KEY)
    title: str
    per: Literal["team", "wave"]
    cadence: Literal["once_per_cycle", "weekly"]
    minutes: int = Field(ge=1)
    summary: OptionalText = ""


class CheckContent(Part):
    source: str = Field(pattern=KEY)
    parameters: dict[str, Any] = Field(default_factory=dict)
    strength: Strength | None = None


class ItemContent(Part):
    key: str = Field(pattern=KEY)
    question: str
    help: OptionalText = ""
    strength: Strength
    verification: Verification
    responsible: str
    confirmed_by: str | None = None
    waivable: bool = True
    latching: Literal["latched", "live"] = "latched"
    not_applicable: bool = False
    due_weeks: int = 0
    checks: tuple[CheckContent, ...] = ()

    @model_validator(mode="after")
    def _verification_has_its_parts(self) -> Self:
        live = self.verification in ("live", "live_confirm")
        if live != bool(self.checks):
            raise ValueError(f"item “{self.key}”: live items need checks, other items must have none")
        if (self.verification in ("four_eyes", "live_confirm")) != (self.confirmed_by is not None):
            raise ValueError(
                f"item “{self.key}”: four_eyes and live_confirm need confirmed_by, others must not have it"
            )
        return self


class StepContent(Part):
    key: str = Field(pattern=KEY)
    number: int = Field(ge=0)
    phase: str
    title: str
    purpose: str
    done_when: OptionalText = ""
    submitted_by: tuple[str, ...] = Field(min_length=1)
    decided_by: tuple[str, ...] = Field(min_length=1)
    commitments: tuple[Literal["open_enrollment", "start_cycle"], ...] = ()
    items: tuple[ItemContent, ...] = Field(min_length=1)


class LearningContent(Part):
    roster: tuple[str, ...] = ()


class PlaybookContent(Part):
    """A whole playbook. Keys are stable: they survive editions and are what programs and findings refer to."""

    format: Literal[1]
    key: str = Field(pattern=KEY)
    title: str
    summary: str
    phases: tuple[PhaseContent, ...] = Field(min_length=1)
    parameters: tuple[ParameterContent, ...]
    roles: tuple[RoleContent, ...] = Field(min_length=1)
    meetings: tuple[MeetingContent, ...]
    learning: LearningContent = LearningContent()
    steps: tuple[StepContent, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _names_are_known_and_unique(self) -> Self:
        problems: list[str] = []
        roles = {role.key for role in self.roles}
        phases = {phase.key for phase in self.phases}
        for kind, keys in {
            "phase": [phase.key for phase in self.phases],
            "parameter": [parameter.key for parameter in self.parameters],
            "role": [role.key for role in self.roles],
            "meeting": [meeting.key for meeting in self.meetings],
            "step": [step.key for step in self.steps],
            "item": [item.key for step in self.steps for item in step.items],
        }.items():
            problems += [f"{kind} key “{key}” stands twice" for key, times in Counter(keys).items() if times > 1]
        if [step.number for step in self.steps] != sorted({step.number for step in self.steps}):
            problems.append("step numbers must rise without repetition")
        problems += [
            f"commitment “{commitment}” is carried by several steps"
            for commitment, times in Counter(c for step in self.steps for c in step.commitments).items()
            if times > 1
        ]
        for step in self.steps:
            if step.phase not in phases:
                problems.append(f"step “{step.key}” names the unknown phase “{step.phase}”")
            named = [*step.submitted_by, *step.decided_by]
            named += [role for item in step.items for role in (item.responsible, item.confirmed_by) if role]
            problems += [f"step “{step.key}” names the unknown role “{role}”" for role in named if role not in roles]
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def step(self, key: str) -> StepContent:
        return next(step for step in self.steps if step.key == key)

    def role(self, key: str) -> RoleContent:
        return next(role for role in self.roles if role.key == key)

    def carrier_of(self, commitment: str) -> StepContent | None:
        """Return the step that has to be open before the commitment may be made."""
        return next((step for step in self.steps if commitment in step.commitments), None)

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


class DueContent(Part):
    """When something is due: so many days, weeks or months before or after a date that becomes known later.

    Without a number it is due on that very day. ``gate_target`` is the day on which the gate of ``step`` (default: the
    own step) is due. What falls on a day off moves to a working day: the one before when counted backward, else the
    next.
    """

    anchor: Literal["program_start", "cycle_start", "cycle_end", "gate_target"]
    direction: Literal["before", "after"] = "after"
    days: int | None = Field(default=None, ge=0, le=3660)
    working_days: int | None = Field(default=None, ge=0, le=2600)
    weeks: int | None = Field(default=None, ge=0, le=520)
    months: int | None = Field(default=None, ge=0, le=120)
    step: str | None = None

    @model_validator(mode="after")
    def _one_number_at_most(self) -> Self:
        if sum(number is not None for number in (self.days, self.working_days, self.weeks, self.months)) > 1:
            raise ValueError("count in days, working_days, weeks or months, not in several of them")
        if self.step is not None and self.anchor != "gate_target":
            raise ValueError("only the anchor gate_target names a step")
        return self


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
    when: DueContent | None = None
    at: str = Field(default="09:00", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")

    @model_validator(mode="after")
    def _gates_call_no_meeting(self) -> Self:
        if self.when is not None and self.when.anchor == "gate_target":
            raise ValueError(f"meeting “{self.key}”: a meeting is counted from the program's or the cycle's dates")
        return self


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
    due_weeks: int = Field(default=0, description="Weeks from the first day of the cycle; the short form of ``due``.")
    due: DueContent | None = None
    checks: tuple[CheckContent, ...] = ()

    @property
    def due_rule(self) -> DueContent:
        """When the item is due, in whichever form the file says it."""
        if self.due is not None:
            return self.due
        direction: Literal["before", "after"] = "before" if self.due_weeks < 0 else "after"
        return DueContent(anchor="cycle_start", direction=direction, weeks=abs(self.due_weeks))

    @model_validator(mode="after")
    def _due_in_one_form(self) -> Self:
        if self.due is not None and self.due_weeks:
            raise ValueError(f"item “{self.key}”: say due or due_weeks, not both")
        return self

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
    quorum: Literal["any", "all"] | Annotated[int, Field(ge=2, strict=True)] = "any"
    commitments: tuple[Literal["open_enrollment", "start_cycle"], ...] = ()
    due: DueContent | None = Field(default=None, description="Without it the gate is due with the last of its items.")
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
            if isinstance(step.quorum, int) and step.quorum > (
                seats := sum(role.minimum for role in self.roles if role.key in step.decided_by)
            ):
                problems.append(
                    f"step “{step.key}” needs {step.quorum} voices to decide, but the roles in decided_by have only "
                    f"{seats} holders at least: raise their minimum or lower the quorum"
                )
            named = [*step.submitted_by, *step.decided_by]
            named += [role for item in step.items for role in (item.responsible, item.confirmed_by) if role]
            problems += [f"step “{step.key}” names the unknown role “{role}”" for role in named if role not in roles]
        problems += self._unknown_gates()
        if problems:
            raise ValueError("; ".join(problems))
        return self

    def _unknown_gates(self) -> list[str]:
        """Dates counted from a gate need a gate with a date of its own; gates count from earlier gates only."""
        problems = []
        own = {step.key for step in self.steps if step.due is not None}
        earlier: set[str] = set()
        for step in self.steps:
            if step.due is not None and step.due.anchor == "gate_target" and step.due.step not in earlier & own:
                problems.append(f"step “{step.key}” is due by a gate that has no due date of its own before it")
            for item in step.items:
                if item.due is not None and item.due.anchor == "gate_target" and (item.due.step or step.key) not in own:
                    problems.append(f"item “{item.key}” is due by a gate that has no due date of its own")
            earlier.add(step.key)
        return problems

    def step(self, key: str) -> StepContent:
        return next(step for step in self.steps if step.key == key)

    def role(self, key: str) -> RoleContent:
        return next(role for role in self.roles if role.key == key)

    def carrier_of(self, commitment: str) -> StepContent | None:
        """Return the step that has to be open before the commitment may be made."""
        return next((step for step in self.steps if commitment in step.commitments), None)

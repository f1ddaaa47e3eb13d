"""How far candidates have come: pinned requirements against the facts. The one place that says what is missing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from certification.models import Candidacy, Credential, Observation, Requirement
from courses import api as courses_api
from courses.api import CompletionFact


@dataclass(frozen=True)
class RequirementProgress:
    """One pinned requirement and what has been shown for it."""

    key: str
    kind: str
    title: str
    quantity: int
    course_key: str
    completion: CompletionFact | None = None
    is_spent: bool = False
    """The course was completed, but for an earlier certificate."""
    passed: Sequence[Observation] = ()
    """Passed observations, oldest first, one per observer."""
    booked: Sequence[Observation] = ()
    repeats: Sequence[Observation] = ()
    observations: Sequence[Observation] = ()
    """All that were not cancelled, oldest first."""

    @property
    def is_course(self) -> bool:
        return self.kind == Requirement.Kind.COURSE

    @property
    def done(self) -> int:
        """How often it has been shown, never more than asked for."""
        return int(self.completion is not None) if self.is_course else min(len(self.passed), self.quantity)

    @property
    def is_shown(self) -> bool:
        return self.done >= self.quantity

    @property
    def shown_on(self) -> date | None:
        """The day on which the requirement was fulfilled, or None."""
        if not self.is_shown:
            return None
        return self.completion.completed_on if self.completion else self.passed[self.quantity - 1].observed_on

    @property
    def missing(self) -> str:
        """What is outstanding in words; an empty string when nothing is."""
        if self.is_shown:
            return ""
        if self.is_course:
            return f"The course “{self.title}” is not completed{' again' * self.is_spent} yet."
        if self.quantity > 1:
            return f"{self.done} of {self.quantity} observations passed for “{self.title}”, each by another observer."
        return f"“{self.title}” has not been passed yet."


@dataclass(frozen=True)
class CandidacyProgress:
    candidacy: Candidacy
    requirements: list[RequirementProgress] = field(default_factory=list)

    @property
    def outstanding(self) -> list[RequirementProgress]:
        return [requirement for requirement in self.requirements if not requirement.is_shown]

    @property
    def is_complete(self) -> bool:
        """True when something was asked for and all of it has been shown."""
        return bool(self.requirements) and not self.outstanding

    @property
    def done(self) -> int:
        return len(self.requirements) - len(self.outstanding)

    def requirement(self, key: str) -> RequirementProgress | None:
        return next((requirement for requirement in self.requirements if requirement.key == key), None)


def progress_of(candidacies: Sequence[Candidacy]) -> list[CandidacyProgress]:
    """Return the progress of each of ``candidacies``, in order, in a fixed number of queries.

    A course completion that already stands behind an earlier credential of the same person and certification does
    not count again: renewal asks for fresh evidence.
    """
    if not candidacies:
        return []
    people = {candidacy.person_id for candidacy in candidacies}
    keys = {
        requirement["course_key"]
        for candidacy in candidacies
        for requirement in candidacy.requirements
        if requirement["kind"] == Requirement.Kind.COURSE
    }
    completions = courses_api.completions(person_ids=people, course_keys=keys) if keys else {}
    observations: dict[tuple[int, str], list[Observation]] = defaultdict(list)
    for observation in (
        Observation.objects.filter(candidacy__in=[candidacy.pk for candidacy in candidacies])
        .exclude(state=Observation.State.CANCELLED)
        .select_related("observer")
        .order_by("observed_on", "id")
    ):
        observations[observation.candidacy_id, observation.requirement_key].append(observation)
    used = _used_sources(people)

    def measured(candidacy: Candidacy, requirement: dict[str, Any]) -> RequirementProgress:
        seen = observations[candidacy.pk, requirement["key"]]
        completion = completions.get((candidacy.person_id, requirement["course_key"]))
        spent = used[candidacy.person_id, candidacy.certification_id]
        is_spent = completion is not None and course_source(completion.enrollment_id) in spent
        return RequirementProgress(
            key=requirement["key"],
            kind=requirement["kind"],
            title=requirement["title"],
            quantity=requirement["quantity"],
            course_key=requirement["course_key"],
            completion=None if is_spent else completion,
            is_spent=is_spent,
            passed=_one_per_observer(o for o in seen if o.outcome in Observation.PASSING),
            booked=[o for o in seen if o.state == Observation.State.BOOKED],
            observations=seen,
            repeats=[o for o in seen if o.outcome == Observation.Outcome.REPEAT],
        )

    return [
        CandidacyProgress(candidacy, [measured(candidacy, requirement) for requirement in candidacy.requirements])
        for candidacy in candidacies
    ]


def missing_for(*, certification_key: str, person_ids: Iterable[int]) -> dict[int, list[str]]:
    """Return for each of ``person_ids`` with an open candidacy what is still missing, in words.

    People without an open candidacy are left out. A fixed number of queries.
    """
    candidacies = list(Candidacy.objects.open().filter(certification__key=certification_key, person_id__in=person_ids))
    return {
        progress.candidacy.person_id: [requirement.missing for requirement in progress.outstanding]
        for progress in progress_of(candidacies)
    }


def course_source(enrollment_id: int) -> str:
    """Return how the evidence of a credential names a course completion."""
    return f"enrollment:{enrollment_id}"


def _one_per_observer(passed: Iterable[Observation]) -> list[Observation]:
    first: dict[int, Observation] = {}
    for observation in passed:
        first.setdefault(observation.observer_id, observation)
    return list(first.values())


def _used_sources(people: set[int]) -> defaultdict[tuple[int, int], set[str]]:
    used: defaultdict[tuple[int, int], set[str]] = defaultdict(set)
    issued = Credential.objects.filter(holder_id__in=people).order_by()
    for holder_id, certification_id, evidence in issued.values_list("holder_id", "certification_id", "evidence"):
        used[holder_id, certification_id] |= {entry["source"] for entry in evidence}
    return used

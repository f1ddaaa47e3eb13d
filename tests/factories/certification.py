"""Certifications for tests: a scheme with a course and an observation, candidates, observers, credentials."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from django.contrib.auth.models import Group

from certification.models import Candidacy, Certification, Credential, Observation, Rubric
from certification.services import (
    book_observation,
    define_certification,
    issue_if_due,
    load_rubric,
    open_candidacy,
    record_observation,
)
from courses.models import CoursePage, Enrollment
from people.api import TRAINERS, User, now, today
from tests.factories.courses import EnrollmentFactory, make_course
from tests.factories.people import UserFactory

CRITERIA = ("drafting", "spotting", "alignment")


def make_rubric(key: str = "coach-rubric", *, minimum_each: int = 2, minimum_mean: float = 3) -> Rubric:
    """Return a rubric of three criteria."""
    return load_rubric(
        data={
            "key": key,
            "title": "Coach at work",
            "criteria": [
                {
                    "key": criterion,
                    "title": criterion.capitalize(),
                    "question": f"How is {criterion} done?",
                    "anchors": {score: f"{criterion} at {score}" for score in range(1, 5)},
                }
                for criterion in CRITERIA
            ],
            "pass": {"minimum_each": minimum_each, "minimum_mean": minimum_mean},
        }
    )


def make_certification(
    key: str = "okr-coach",
    *,
    course: CoursePage | None = None,
    observations: int = 1,
    with_course: bool = True,
    **fields: Any,
) -> Certification:
    """Return a certification that asks for a course (made when not given) and ``observations`` observations."""
    requirements: list[dict[str, Any]] = []
    if with_course:
        course = course or CoursePage.objects.filter(key="coach-training").first() or make_course("coach-training")
        requirements.append({"key": "course", "kind": "course", "title": course.title, "course": course.key})
    if observations:
        rubric = Rubric.objects.filter(key="coach-rubric").first() or make_rubric()
        requirements.append(
            {
                "key": "seen",
                "kind": "observation",
                "title": "Seen at work",
                "rubric": rubric.key,
                "quantity": observations,
            }
        )
    return define_certification(
        **{
            "key": key,
            "title": "OKR Coach",
            "description": "For people who coach teams.",
            "statement": "has learned to coach and was seen coaching.",
            "requirements": requirements,
            **fields,
        }
    )


def make_trainer(**fields: Any) -> User:
    """Return somebody in the group Trainers."""
    trainer = UserFactory(**fields)
    trainer.groups.add(Group.objects.get_or_create(name=TRAINERS)[0])
    return trainer


def make_candidacy(certification: Certification | None = None, *, person: User | None = None) -> Candidacy:
    """Return an open candidacy, opened by the candidate."""
    person = person or UserFactory()
    return open_candidacy(person=person, certification=certification or make_certification(), actor=person)


def complete_course(person: User, course: CoursePage | None = None, *, at: datetime | None = None) -> Enrollment:
    """Return a completed enrollment of ``person`` in the training course."""
    course = course or CoursePage.objects.get(key="coach-training")
    cycle = Enrollment.objects.filter(person=person, course=course).count() + 1
    return EnrollmentFactory(
        person=person, course=course, state=Enrollment.State.COMPLETED, completed_at=at or now(), cycle=cycle
    )


def scores_of(*values: int) -> list[dict[str, Any]]:
    """Return scores for the three criteria, each with a quote."""
    return [
        {"criterion": criterion, "score": value, "quote": f"She asked about {criterion}."}
        for criterion, value in zip(CRITERIA, values or (3, 3, 3), strict=True)
    ]


def make_observation(candidacy: Candidacy, *, observer: User | None = None, on: date | None = None) -> Observation:
    """Return a booked observation by ``observer`` (a new trainer when not given), for today when no day is given."""
    return book_observation(
        candidacy=candidacy,
        requirement_key="seen",
        observer=observer or make_trainer(),
        occasion="Planning workshop",
        observed_on=on or today(),
        actor=candidacy.person,
    )


def record(
    observation: Observation, *values: int, outcome: str = "passed", scores: Sequence[Any] | None = None, **fields: Any
) -> Observation:
    """Record ``observation`` by its observer."""
    return record_observation(
        observation=observation,
        scores=scores if scores is not None else scores_of(*values),
        outcome=outcome,
        actor=observation.observer,
        **fields,
    )


def make_credential(
    certification: Certification | None = None, *, person: User | None = None, observer: User | None = None
) -> Credential:
    """Return an issued credential, earned the whole way."""
    candidacy = make_candidacy(certification, person=person)
    for requirement in candidacy.requirements:
        if requirement["kind"] == "course":
            complete_course(candidacy.person, CoursePage.objects.get(key=requirement["course_key"]))
        else:
            for _ in range(requirement["quantity"]):
                record(make_observation(candidacy, observer=observer))
    credential = issue_if_due(candidacy_id=candidacy.pk)
    assert credential is not None
    return credential


NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

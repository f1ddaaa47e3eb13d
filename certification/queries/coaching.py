"""What the coach workspace and Today show about one person, in a fixed number of queries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from certification.models import Candidacy, Certification, Credential, Observation
from certification.queries.progress import CandidacyProgress, RequirementProgress, progress_of
from certification.queries.status import credential_status, revocation_of
from courses import api as courses_api
from people.api import User, in_words, today


@dataclass(frozen=True)
class NextAction:
    """What the candidate does next: one sentence, and one button unless there is only waiting."""

    sentence: str
    label: str = ""
    url: str = ""


@dataclass(frozen=True)
class OpenCandidacy:
    """A candidacy under way, with its progress and the next action."""

    candidacy: Candidacy
    progress: CandidacyProgress
    next_action: NextAction
    course_urls: dict[str, str]


@dataclass(frozen=True)
class HeldCredential:
    """A credential with its status today and, when revoked, why."""

    credential: Credential
    status: Credential.Status
    revoked_reason: str
    days_left: int
    """Days of validity after today; 0 on the last day, negative afterwards."""


@dataclass(frozen=True)
class CandidacyOverview:
    """Everything about one person's certifications."""

    candidacies: list[OpenCandidacy]
    credentials: list[HeldCredential]
    observations: list[Observation]
    """Booked and recorded observations of the person, newest first."""
    to_record: list[Observation]
    """What the person has to record as the observer, oldest first."""
    available: list[Certification]
    """Open certifications that the person is neither on the way to nor holds."""

    @property
    def next_action(self) -> NextAction | None:
        """The first thing with a button, else the first thing to wait for."""
        actions = [entry.next_action for entry in self.candidacies]
        return next((action for action in actions if action.url), actions[0] if actions else None)


def waiting_observations(person: User) -> QuerySet[Observation]:
    """Return the observations that ``person`` has to record as the booked observer, oldest first. One query."""
    return (
        Observation.objects.booked()
        .by(person.pk)
        .filter(candidacy__state=Candidacy.State.OPEN)
        .select_related("candidate", "candidacy__certification")
        .order_by("observed_on", "id")
    )


def candidacy_overview(person: User) -> CandidacyOverview:
    """Return everything that Today and the coach workspace show about ``person``. At most ten queries."""
    candidacies = list(Candidacy.objects.open().of(person.pk).select_related("certification"))
    progress = progress_of(candidacies)
    outstanding = {r.course_key for entry in progress for r in entry.requirements if r.is_course}
    courses = courses_api.courses_by_key(sorted(outstanding)) if outstanding else {}
    urls = {key: course.get_absolute_url() for key, course in courses.items()}
    credentials = held_credentials(person)
    taken = {entry.certification_id for entry in candidacies} | {
        held.credential.certification_id for held in credentials if held.status == Credential.Status.VALID
    }
    return CandidacyOverview(
        candidacies=[
            OpenCandidacy(candidacy, entry, next_action(entry, urls), urls)
            for candidacy, entry in zip(candidacies, progress, strict=True)
        ],
        credentials=credentials,
        observations=list(
            Observation.objects.filter(candidate=person)
            .exclude(state=Observation.State.CANCELLED)
            .select_related("observer", "candidacy__certification")
        ),
        to_record=list(waiting_observations(person)),
        available=list(Certification.objects.filter(is_open=True).exclude(pk__in=taken)),
    )


def next_step(person: User) -> NextAction | None:
    """Return what ``person`` does next for the oldest certificate under way, None when none is. At most six queries,
    one for people without a candidacy."""
    candidacies = list(Candidacy.objects.open().of(person.pk).select_related("certification").order_by("opened_at")[:1])
    if not candidacies:
        return None
    progress = progress_of(candidacies)[0]
    outstanding = {requirement.course_key for requirement in progress.outstanding if requirement.is_course}
    courses = courses_api.courses_by_key(sorted(outstanding)) if outstanding else {}
    return next_action(progress, {key: course.get_absolute_url() for key, course in courses.items()})


def held_credentials(person: User) -> list[HeldCredential]:
    """Return all credentials ever issued to ``person``, newest first, with today's status. Two queries."""
    day = today()
    held = []
    for credential in Credential.objects.of(person.pk).with_events().select_related("certification"):
        events = credential.events.all()
        revocation = revocation_of(events)
        held.append(
            HeldCredential(
                credential,
                credential_status(credential, events, day),
                revocation.reason if revocation else "",
                (credential.valid_until - day).days,
            )
        )
    return held


def next_action(progress: CandidacyProgress, course_urls: dict[str, str]) -> NextAction:
    """Return what comes next: the first outstanding requirement that the candidate can do something about."""
    waiting: list[RequirementProgress] = []
    for requirement in progress.outstanding:
        if requirement.is_course:
            return NextAction(
                f"Complete the course “{requirement.title}”.",
                "Go to the course",
                course_urls.get(
                    requirement.course_key, reverse("certification:candidacy", args=[progress.candidacy.pk])
                ),
            )
        if requirement.done + len(requirement.booked) >= requirement.quantity:
            waiting.append(requirement)
            continue
        url = reverse("certification:observation_new", args=[progress.candidacy.pk])
        label = "Book an observation"
        if requirement.repeats and not requirement.booked:
            last = requirement.repeats[-1]
            return NextAction(
                f"{last.observer.get_full_name()} asked you to repeat it. Read the feedback, practice, book again.",
                label,
                f"{url}?requirement={requirement.key}",
            )
        return NextAction(
            f"Let somebody see you at work: {requirement.title}.", label, f"{url}?requirement={requirement.key}"
        )
    if waiting:
        booked = min((o for requirement in waiting for o in requirement.booked), key=lambda o: o.observed_on)
        return NextAction(_waiting_sentence(booked, today()))
    return NextAction("Everything has been shown. Your certificate is being issued; look again in a minute.")


def feedback_with_anchors(observation: Observation) -> list[dict[str, Any]]:
    """Return the recorded scores beside the words of the pinned rubric:
    ``{"title", "question", "score", "anchor", "next_anchor", "quote"}`` in the rubric's order."""
    requirement = observation.candidacy.requirement(observation.requirement_key)
    criteria = {criterion["key"]: criterion for criterion in requirement["rubric"]["criteria"]} if requirement else {}
    rows = []
    for entry in observation.scores:
        criterion = criteria.get(entry["criterion"], {"title": entry["criterion"], "question": "", "anchors": {}})
        rows.append(
            {
                "title": criterion["title"],
                "question": criterion["question"],
                "score": entry["score"],
                "anchor": criterion["anchors"].get(str(entry["score"]), ""),
                "next_anchor": criterion["anchors"].get(str(entry["score"] + 1), ""),
                "quote": entry["quote"],
            }
        )
    return rows


def observations_by_candidacy(observations: list[Observation]) -> dict[int, list[Observation]]:
    """Return ``observations`` grouped by candidacy, in their order."""
    grouped: dict[int, list[Observation]] = defaultdict(list)
    for observation in observations:
        grouped[observation.candidacy_id].append(observation)
    return dict(grouped)


def _waiting_sentence(booked: Observation, day: date) -> str:
    name = booked.observer.get_full_name()
    if booked.observed_on > day:
        return f"{name} will see you at work on {in_words(booked.observed_on)}. Nothing else is left to do until then."
    return f"{name} saw you at work on {in_words(booked.observed_on)}; the result is still to be recorded."

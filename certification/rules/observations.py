"""Who may watch whom, and who may book, record and cancel (product.md, rule 12: separation of duties)."""

from dataclasses import dataclass, replace

from django.urls import reverse

from certification.models import Candidacy, Certification, Observation
from certification.queries.observers import ObserverFacts, observer_facts, qualified_observers
from certification.rules.candidacies import is_steward, runs_training
from people.api import Answer, Refusal, User, in_words


@dataclass(frozen=True)
class ObserverChoice:
    """Somebody qualified, and whether they may observe this candidate."""

    person: User
    answer: Answer


def may_observe(observer: User, candidate: User, certification: Certification) -> Answer:
    """Return whether ``observer`` may watch ``candidate`` for ``certification``, or which rule forbids it."""
    if observer.pk == candidate.pk:
        return Refusal(
            "Nobody observes themselves. Choose a trainer or a certified colleague.", owed_by="whoever books"
        )
    if not observer.is_active:
        return Refusal(f"{observer.get_full_name()} has left the company. Choose another observer.")
    return _answer(observer, candidate, certification, observer_facts(observer, candidate, certification))


def observer_choices(candidate: User, certification: Certification) -> list[ObserverChoice]:
    """Return everybody qualified to observe, those who may watch ``candidate`` first, the others with the reason."""
    choices = [
        ObserverChoice(person, _answer(person, candidate, certification, facts))
        for person, facts in qualified_observers(candidate, certification)
    ]
    return sorted(choices, key=lambda choice: choice.answer is not True)


def may_book_observation(
    actor: User, candidacy: Candidacy, requirement_key: str, observer: User | None = None
) -> Answer:
    """Return whether ``actor`` may book an observation for a requirement of ``candidacy`` (with ``observer``)."""
    candidate = candidacy.person
    if actor.pk != candidate.pk and not runs_training(actor) and (observer is None or actor.pk != observer.pk):
        return Refusal(
            "You cannot book an observation for this candidate.",
            owed_by=f"{candidate.get_full_name()}, the observer, a trainer or a people lead",
        )
    if candidacy.state != Candidacy.State.OPEN:
        return Refusal(f"This candidacy is closed ({candidacy.get_state_display().lower()}), nothing can be booked.")
    requirement = candidacy.requirement(requirement_key)
    if requirement is None or requirement["kind"] != "observation":
        return Refusal("This candidacy does not ask for such an observation.")
    if observer is None:
        return True
    answer = may_observe(observer, candidate, candidacy.certification)
    if answer is not True:
        return replace(
            answer,
            fix_label="Choose another observer",
            fix_url=reverse("certification:observation_new", args=[candidacy.pk]),
        )
    mine = candidacy.observations.filter(requirement_key=requirement_key)
    passed_by = set(mine.passed().values_list("observer_id", flat=True))
    if len(passed_by) >= requirement["quantity"]:
        return Refusal(f"“{requirement['title']}” has been shown already; no further observation is needed.")
    if observer.pk in passed_by:
        return Refusal(
            f"{observer.get_full_name()} has already seen {candidate.get_full_name()} pass. "
            "Each observation must be by another person.",
            fix_label="Choose another observer",
            fix_url=reverse("certification:observation_new", args=[candidacy.pk]),
        )
    if booked := mine.booked().filter(observer_id=observer.pk).first():
        return Refusal(
            f"An observation by {observer.get_full_name()} is booked already for {in_words(booked.observed_on)}.",
            fix_label="See the booking",
            fix_url=reverse("certification:observation", args=[booked.pk]),
        )
    return True


def may_see_observation(actor: User, observation: Observation) -> bool:
    """The candidate, the observer and those who run training; nobody else learns that it exists."""
    return actor.pk in (observation.candidate_id, observation.observer_id) or runs_training(actor)


def may_record_observation(actor: User, observation: Observation) -> Answer:
    """Only the booked observer, once, while the candidacy is open, and only if they may still observe."""
    observer = observation.observer
    if actor.pk != observation.observer_id:
        return Refusal(
            f"Only {observer.get_full_name()}, who is booked as the observer, can record this observation.",
            owed_by=observer.get_full_name(),
        )
    if observation.state == Observation.State.RECORDED:
        return Refusal("This observation has been recorded already. What was recorded stays as it is.")
    if observation.state == Observation.State.CANCELLED:
        return Refusal("This observation was cancelled. Book a new one to record it.")
    candidacy = observation.candidacy
    if candidacy.state != Candidacy.State.OPEN:
        return Refusal(f"The candidacy is closed ({candidacy.get_state_display().lower()}), nothing can be recorded.")
    answer = may_observe(observer, observation.candidate, candidacy.certification)
    if answer is not True:
        return replace(
            answer,
            fix_label="Book another observer",
            fix_url=reverse("certification:observation_new", args=[candidacy.pk]),
        )
    return True


def may_cancel_observation(actor: User, observation: Observation) -> Answer:
    """The candidate, the observer, a trainer, a project lead or a people lead may cancel what is only booked."""
    if not may_see_observation(actor, observation) and not is_steward(actor):
        return Refusal("You cannot cancel this observation.", owed_by="the candidate or the observer")
    if observation.state != Observation.State.BOOKED:
        return Refusal(
            f"This observation is {observation.get_state_display().lower()} already and cannot be cancelled."
        )
    return True


def _answer(observer: User, candidate: User, certification: Certification, facts: ObserverFacts) -> Answer:
    name, candidate_name = observer.get_full_name(), candidate.get_full_name()
    if facts.is_manager:
        return Refusal(
            f"{name} is above {candidate_name} in the line, and line managers do not certify their own reports.",
            owed_by="an observer outside the line",
        )
    if facts.has_trained:
        return Refusal(
            f"{name} has trained {candidate_name}, and trainers do not assess the people they trained.",
            owed_by="an observer who was not their trainer",
        )
    if not facts.is_trainer and not facts.holds_credential:
        return Refusal(
            f"{name} can observe only as a trainer or with a valid certificate “{certification.title}” of their own.",
            owed_by="a trainer or a certified colleague",
        )
    return True

"""Book, record and cancel observations."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction

from certification.models import Candidacy, Observation, Rubric
from certification.rules import may_book_observation, may_cancel_observation, may_record_observation
from certification.signals import observation_booked, observation_recorded
from people.api import Refused, User, announce, in_words, log, now, require, today

QUOTE_LENGTH = 1000


@transaction.atomic
def book_observation(
    *, candidacy: Candidacy, requirement_key: str, observer: User, occasion: str, observed_on: date, actor: User
) -> Observation:
    """Book ``observer`` to watch the candidate on the day ``observed_on`` and return the observation.

    Refused when the observer is the candidate, above them in the line, their trainer or not qualified, when they are
    booked or have passed the candidate already, and when nothing more needs to be shown. Announces
    ``observation_booked``.
    """
    candidacy = _locked_candidacy(candidacy.pk)
    require(may_book_observation(actor, candidacy, requirement_key, observer))
    if not occasion.strip():
        raise Refused("Say what will be observed, for example the planning workshop of a team.")
    requirement = _pinned(candidacy, requirement_key)
    rubric = Rubric.objects.filter(key=requirement["rubric_key"]).first()
    if rubric is None:
        raise Refused(
            f"The rubric “{requirement['rubric_key']}” is gone, and observations need it. "
            "A people lead can bring it back in the administration, under the same key."
        )
    observation = Observation.objects.create(
        candidacy=candidacy,
        requirement_key=requirement_key,
        rubric=rubric,
        candidate_id=candidacy.person_id,
        observer=observer,
        occasion=occasion.strip()[:200],
        observed_on=observed_on,
        booked_at=now(),
    )
    log(observation, "certification.book_observation", user=actor, data={"observer": observer.pk})
    announce(observation_booked, observation_id=observation.pk)
    return observation


@transaction.atomic
def record_observation(
    *,
    observation: Observation,
    scores: Sequence[Mapping[str, Any]],
    outcome: str,
    actor: User,
    feedback: str = "",
    coaching_goal: str = "",
    observed_on: date | None = None,
) -> Observation:
    """Record what the booked observer saw, once, and return the observation.

    ``scores`` holds ``{"criterion": key, "score": 1-4, "quote": text}`` for every criterion of the pinned rubric;
    ``outcome`` is an ``Observation.Outcome``. Refused for anybody but the observer, for missing scores or quotes, for a
    pass that the rubric does not carry, for a coaching goal that is missing, and for a day in the future
    (``observed_on``; default: the booked day). Announces ``observation_recorded``.
    """
    candidacy = _locked_candidacy(observation.candidacy_id)
    observation = (
        Observation.objects.select_for_update(of=("self",), no_key=True)
        .select_related("observer", "candidate")
        .get(pk=observation.pk)
    )
    observation.candidacy = candidacy
    require(may_record_observation(actor, observation))
    requirement = _pinned(candidacy, observation.requirement_key)
    checked = checked_scores(requirement["rubric"], scores)
    day = observed_on or observation.observed_on
    if day > today():
        raise Refused(f"{in_words(day)} lies in the future. Enter the day on which the observation took place.")
    if outcome not in Observation.Outcome.values:
        raise Refused("Choose one of the outcomes: passed, passed with a coaching goal, or asked to repeat.")
    if outcome in Observation.PASSING and (reason := why_not_passed(requirement["rubric"], checked)):
        raise Refused(f"{reason} The outcome can only be “{Observation.Outcome.REPEAT.label}”.")
    if outcome == Observation.Outcome.PASSED_WITH_GOAL and not coaching_goal.strip():
        raise Refused("Name the coaching goal that comes with this pass.")
    observation.scores = checked
    observation.outcome = outcome
    observation.feedback = feedback.strip()
    observation.coaching_goal = coaching_goal.strip()
    observation.observed_on = day
    observation.state = Observation.State.RECORDED
    observation.recorded_at = now()
    observation.save()
    log(observation, "certification.record_observation", user=actor, data={"outcome": outcome})
    announce(observation_recorded, observation_id=observation.pk)
    return observation


@transaction.atomic
def cancel_observation(*, observation: Observation, actor: User) -> Observation:
    """Cancel what is only booked. The row stays, so that nobody wonders where the booking went."""
    _locked_candidacy(observation.candidacy_id)
    observation = Observation.objects.select_for_update(no_key=True).get(pk=observation.pk)
    require(may_cancel_observation(actor, observation))
    observation.state = Observation.State.CANCELLED
    observation.save(update_fields=["state"])
    log(observation, "certification.cancel_observation", user=actor)
    return observation


def checked_scores(rubric: Mapping[str, Any], scores: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return ``scores`` in the order of ``rubric``; refuse unless each criterion has one score 1-4 and a quote."""
    given = {str(entry.get("criterion", "")): entry for entry in scores}
    criteria = {criterion["key"]: criterion["title"] for criterion in rubric["criteria"]}
    if len(given) != len(scores) or set(given) - set(criteria):
        raise Refused("The scores do not fit the rubric: each criterion is scored exactly once.")
    if missing := [title for key, title in criteria.items() if key not in given]:
        raise Refused(f"A score is missing for: {', '.join(missing)}.")
    checked = []
    for key, title in criteria.items():
        score, quote = given[key].get("score"), str(given[key].get("quote") or "").strip()
        if isinstance(score, bool) or not isinstance(score, int) or not 1 <= score <= 4:
            raise Refused(f"“{title}” needs a score from 1 to 4.")
        if not quote:
            raise Refused(f"“{title}” needs a quoted observation: a remark or a moment that shows the score.")
        if len(quote) > QUOTE_LENGTH:
            raise Refused(f"The quote for “{title}” is too long: {len(quote)} of at most {QUOTE_LENGTH} characters.")
        checked.append({"criterion": key, "score": score, "quote": quote})
    return checked


def why_not_passed(rubric: Mapping[str, Any], scores: Sequence[Mapping[str, Any]]) -> str:
    """Return in words why ``scores`` do not carry a pass under ``rubric``; an empty string when they do."""
    values = [entry["score"] for entry in scores]
    titles = {criterion["key"]: criterion["title"] for criterion in rubric["criteria"]}
    if low := [titles[entry["criterion"]] for entry in scores if entry["score"] < rubric["minimum_each"]]:
        return f"A pass needs at least {rubric['minimum_each']} everywhere, and this was lower: {', '.join(low)}."
    mean, needed = Decimal(sum(values)) / len(values), Decimal(str(rubric["minimum_mean"]))
    if mean < needed:
        return f"A pass needs a mean of at least {needed.normalize():f}, and the scores come to {mean:.2f}."
    return ""


def _pinned(candidacy: Candidacy, key: str) -> dict[str, Any]:
    requirement = candidacy.requirement(key)
    if requirement is None:
        raise Refused("This candidacy does not ask for such an observation.")
    return requirement


def _locked_candidacy(pk: int) -> Candidacy:
    return (
        Candidacy.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person", "certification")
        .get(pk=pk)
    )

"""When several people decide a gate together: whose voices count, what they agree on, and what is missing. Pure.

A deciding role has one seat for each of its holders (one when it has none), without the person who submitted. A
deputy's voice fills a seat only as long as a holder's has not. A voice given on facts that have moved since is stale
and does not count; of one person's voices the latest counts.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.urls import reverse

from people.api import Answer, Refusal, User
from rollout.models import DecisionVote, GateDecision, GateSubmission, Step
from rollout.queries.holders import PROJECT_LEAD, Holders, and_list, gate_roles, holders_in, or_list

ANY, ALL = "any", "all"


@dataclass(frozen=True)
class Voice:
    """One person who may vote, and how they did: ``vote`` is None while they have not."""

    person: User
    title: str
    vote: DecisionVote | None
    is_stale: bool = False
    is_deputy: bool = False

    @property
    def counts(self) -> bool:
        return self.vote is not None and not self.is_stale


@dataclass(frozen=True)
class Tally:
    """How a vote stands. ``needed`` voices have to agree, or every seat when ``is_unanimous``."""

    quorum: str | int
    voices: tuple[Voice, ...]
    reached: tuple[str, str] | None = None
    """Outcome and terms that the quorum agrees on."""
    seats: int = 1

    @property
    def needed(self) -> int:
        return self.quorum if isinstance(self.quorum, int) else self.seats if self.quorum == ALL else 1

    @property
    def counting(self) -> list[Voice]:
        return [voice for voice in self.voices if voice.counts]

    @property
    def is_divided(self) -> bool:
        """Whether the voices that count do not all say the same."""
        return len({_motion(voice.vote) for voice in self.counting if voice.vote}) > 1

    @property
    def differs_in_terms_only(self) -> bool:
        return self.is_divided and len({voice.vote.outcome for voice in self.counting if voice.vote}) == 1

    @property
    def sentence(self) -> str:
        """“2 of 3 voices are given: 1 for go, 1 for hold.”"""
        given = self.counting
        if not given:
            return f"{self.needed} voices have to agree; none is given yet."
        outcomes: dict[str, int] = {}
        for voice in given:
            if voice.vote is not None:
                label = str(GateDecision.Outcome(voice.vote.outcome).label).lower()
                outcomes[label] = outcomes.get(label, 0) + 1
        said = ", ".join(f"{number} for {label}" for label, number in outcomes.items())
        tail = ""
        if self.differs_in_terms_only:
            tail = " They agree on the outcome, but not on its terms."
        elif self.is_divided:
            tail = " They do not agree."
        are = "is" if len(given) == 1 else "are"
        return f"{self.needed} voices have to agree; {len(given)} {are} given: {said}.{tail}"

    def is_reached_by(self, vote: DecisionVote) -> bool:
        return self.reached is not None and self.reached == _motion(vote)


def quorum_words(step: Step, holders: Holders) -> str:
    """“all of Anna Berg and Karl Reif” or “2 of Anna Berg, Karl Reif or Eva Lang”."""
    roles = gate_roles(step)
    names = holders.names(*roles.decided_by) or holders.title(*roles.decided_by)
    if roles.quorum == ALL:
        people = [person.get_full_name() for person in holders.people(*roles.decided_by)]
        return f"all of {and_list(people) or holders.title(*roles.decided_by)}"
    return f"{roles.quorum} of {names}" if roles.quorum != ANY else names


def tally_of(
    step: Step,
    submission: GateSubmission,
    votes: Sequence[DecisionVote],
    *,
    digest: str,
    holders: Holders | None = None,
) -> Tally:
    """Return how the vote stands. ``votes`` in the order they were given, ``digest`` the mark of the facts of now."""
    holders = holders or holders_in(step.wave.program_id)
    roles, barred = gate_roles(step), submission.submitted_by_id
    latest = {vote.voice_id: vote for vote in votes if vote.voter_id != barred}
    counted = {person_id: vote for person_id, vote in latest.items() if vote.seen == digest}
    seats = sum(_seats(holders, key, barred) for key in roles.decided_by)
    reached = None
    motions = {person_id: _motion(vote) for person_id, vote in counted.items()}
    for motion in dict.fromkeys(motions.values()):
        if _agrees(roles.decided_by, roles.quorum, holders, barred, motions, motion):
            reached = motion
    voices: dict[int, Voice] = {}
    for key in roles.decided_by:
        if (role := holders.roles.get(key)) is None:
            continue
        for person in role.people:
            if person.pk == barred or person.pk in voices:
                continue
            vote = latest.get(person.pk)
            is_stale = vote is not None and vote.seen != digest
            voices[person.pk] = Voice(person, role.slot.title, vote, is_stale, person not in role.holders)
    return Tally(roles.quorum, tuple(voices.values()), reached, seats)


def may_reach_quorum(step: Step, submission: GateSubmission, *, holders: Holders | None = None) -> Answer:
    """Whether enough people are left who may vote; else who has to be appointed."""
    roles = gate_roles(step)
    if roles.quorum == ANY:
        return True
    holders = holders or holders_in(step.wave.program_id)
    barred = submission.submitted_by_id
    empty = [key for key in roles.decided_by if not _eligible(holders, key, barred)]
    if roles.quorum == ALL and not empty:
        return True
    if roles.quorum != ALL:
        able = {person.pk for key in roles.decided_by for person in _eligible(holders, key, barred)}
        if len(able) >= int(roles.quorum):
            return True
    wanted = holders.title(*(empty or roles.decided_by))
    if roles.quorum == ALL:
        reason = (
            f"Every deciding role has to agree, and nobody can vote as {or_list(_titles(holders, empty))}: the role is "
            "vacant, or its only holder submitted the gate."
        )
    else:
        people = "person is" if len(able) == 1 else "people are"
        reason = f"{roles.quorum} voices have to agree, and only {len(able)} {people} able to vote."
    return Refusal(
        f"{reason} Name another {wanted} or a deputy first; a stop remains possible.",
        owed_by=holders.names(PROJECT_LEAD) or holders.title(PROJECT_LEAD),
        fix_label="Name somebody for the role",
        fix_url=reverse("rollout:roles", args=[step.wave.program.slug]),
    )


def _titles(holders: Holders, keys: Iterable[str]) -> list[str]:
    return [holders.title(key) for key in keys]


def _motion(vote: DecisionVote) -> tuple[str, str]:
    return vote.outcome, json.dumps(vote.terms, sort_keys=True)


def _eligible(holders: Holders, key: str, barred: int) -> list[User]:
    """The holders of a role who may vote, or its deputies when there is no such holder."""
    if (role := holders.roles.get(key)) is None:
        return []
    own = [person for person in role.holders if person.pk != barred]
    return own or [person for person in role.deputies if person.pk != barred]


def _seats(holders: Holders, key: str, barred: int) -> int:
    role = holders.roles.get(key)
    return max(1, sum(person.pk != barred for person in role.holders)) if role else 1


def are_enough(step: Step, people: Iterable[int], *, holders: Holders, barred: int) -> bool:
    """Whether these people, all of the same mind, are as many as the playbook wants for the gate. ``people`` are those
    whose role it is (whoever was acted for, else whoever acted); ``barred`` does not count."""
    roles, yes = gate_roles(step), ("yes", "")
    return _agrees(roles.decided_by, roles.quorum, holders, barred, dict.fromkeys(people, yes), yes)


def _agrees(
    keys: Sequence[str],
    quorum: str | int,
    holders: Holders,
    barred: int,
    counted: Mapping[int, tuple[str, str]],
    motion: tuple[str, str],
) -> bool:
    people: set[int] = set()
    every_seat_is_filled = True
    for key in keys:
        if (role := holders.roles.get(key)) is None:
            return False
        seats = _seats(holders, key, barred)
        own = [person.pk for person in role.holders if person.pk != barred]
        for_it = {pk for pk in own if counted.get(pk) == motion}
        free = seats - sum(pk in counted for pk in own)
        deputies = [person.pk for person in role.deputies if person.pk != barred and counted.get(person.pk) == motion]
        filling = deputies[: max(0, free)]
        every_seat_is_filled &= len(for_it) + len(filling) >= seats
        people |= for_it | set(filling)
    if quorum == ALL:
        return every_seat_is_filled
    return len(people) >= (quorum if isinstance(quorum, int) else 1)

"""What the history says about each deed: one sentence per log action, completing the name of who did it.

``{name}`` is replaced by the value that the log entry carries under that name, ``{name:kind}`` by the value as a word
of that kind (``KINDS``), ``{subject}`` by what the entry is about. A part in ``[…]`` is left out when one of its values
is empty. The product itself appears as “Pilotage”.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from people.api import in_words

SENTENCES = {
    # The playbook
    "rollout.playbook_imported": "imported {subject}",
    "rollout.playbook_published": "published {subject}",
    # The program and its waves
    "rollout.program_started": "started the program",
    "rollout.invitations_sent": "sent invitations to {people:people}",
    "rollout.parameters_recorded": "recorded parameters: {changed:changes}",
    "rollout.wave_dates_set": "set the dates of the first cycle: {starts_on:day} to {ends_on:day}",
    "rollout.due_dates_recomputed": "let {dates} due dates follow the playbook's rules",
    "rollout.due_date_set": "set the due date of “{subject}”[, which was {from:day},][ to {to:day}]",
    "rollout.feed_renewed": "made a calendar address of {subject}",
    "rollout.feed_revoked": "revoked a calendar address of {subject}",
    "rollout.program_paused": "paused the program[: {reason}]",
    "rollout.program_resumed": "resumed the program: {dates} dates moved by {working_days} working days",
    "rollout.meetings_planned": "planned {planned} dates of the meeting “{kind:words}”",
    "rollout.meetings_generated": "made the meetings of the cycle: {new} new, {moved} moved, {cancelled} called off",
    "rollout.meeting_moved": "moved a date of the meeting “{kind:words}”[ from {from:day}][ to {to:day}]",
    "rollout.meeting_cancelled": "called off a date of the meeting “{kind:words}”[: {reason}]",
    "rollout.enrollment_opened": "opened enrollment: {enrolled} new, {already} before[, due on {due_on:day}]",
    "rollout.cycle_started": "started the first cycle[, which begins on {starts_on:day}]",
    # People
    "rollout.role_assigned": "gave {person:person} the role {role:role}[ as {is_deputy:deputy}][ until {until:day}]",
    "rollout.role_ended": "ended the role {role:role} of {person:person}[: {reason}]",
    "rollout.delegation_made": (
        "let {to:person} decide for {from:person}[ as {role:role}][ from {starts_on:day}][ through {ends_on:day}]"
    ),
    "rollout.delegation_revoked": "ended that {to:person} decides for {from:person}[: {reason}]",
    "rollout.role_handed_over": "handed over the role {role:role} of {person:person} to {successor:person}"
    "[ with {conditions} conditions][: {reason}]",
    "rollout.role_learning_set": "settled what {role:role} learns[: {courses}][: nothing, because {reason}]",
    "rollout.external_named": "gave {external} from outside the role {role:role}[ until {until:day}]",
    "rollout.external_ended": "ended the role {role:role} of {external}[: {reason}]",
    "rollout.charter_written": "wrote edition {number} of the charter of {role:role}[: {change}]",
    "rollout.charter_accepted": "accepted the charter of {role:role}[, edition {number}]",
    "rollout.charter_signed_outside": "recorded that {external} signed the charter of {role:role}",
    "rollout.roster_changed": "changed the roster[: {added:persons} added][: {removed:people} removed]",
    "rollout.roster_frozen": "froze the roster[ with {size} people]",
    "rollout.joiner_added": "added {person:person} to the roster as a joiner[ from {joined_on:day}]",
    "rollout.leaver_recorded": "recorded that {person:person} has left the wave[ on {left_on:day}][: {reason}]",
    # Checklist
    "rollout.item_stated": "{kind:said} “{subject}”",
    "rollout.remark_written": "commented on “{subject}”[, naming {named:people}]",
    "rollout.remark_edited": "edited a comment on “{subject}”",
    "rollout.remark_withdrawn": "withdrew a comment on “{subject}”",
    # Waivers
    "rollout.waiver_requested": "asked for a waiver of “{subject}”[ until {expires_on:day}][: {reason}]",
    "rollout.waiver_approval_given": (
        "gave one of two approvals to the waiver of “{subject}”[ for {acting_for:person}][, as {role:role}]"
    ),
    "rollout.waiver_approved": "approved the waiver of “{subject}”[ for {acting_for:person}][ until {expires_on:day}]",
    "rollout.waiver_rejected": "rejected the waiver of “{subject}”[: {reason}]",
    "rollout.waiver_revoked": "took back the waiver of “{subject}”[: {reason}]",
    "rollout.waiver_expired": "ended the waiver of “{subject}”[, whose last day was {expires_on:day}]",
    "rollout.waiver_fulfilled": "ended the waiver of “{subject}”, because the question is met",
    # Questions before a decision
    "rollout.gate_question_asked": "asked something about the gate of {subject}",
    "rollout.gate_question_answered": "answered a question about the gate of {subject}",
    # Letters
    "rollout.digest_chosen": "chose whether to get the weekly letter",
    "rollout.people_reminded": "reminded {people:persons} of what they owe",
    # Gates
    "rollout.gate_submitted": "submitted the gate of {subject}",
    "rollout.gate_withdrawn": "took back the submission of the gate of {subject}[: {reason}]",
    "rollout.gate_voted": "voted on the gate of {subject}[ for {acting_for:person}]: {outcome:words}",
    "rollout.hold_lifted": "lifted the hold of {subject}[ for {acting_for:person}][: {reason}]",
    "rollout.condition_changed": (
        "changed the condition “{subject}”[: owed by {owner:person}][ until {due_on:day}][, because {reason}]"
    ),
    "rollout.gate_decided": "decided the gate of {subject}[ for {acting_for:person}]: {outcome:words}",
    "rollout.step_became_suspect": "marked {subject} as suspect[: {because}]",
    "rollout.doubt_added": "found one more reason to look at {subject} again[: {because}]",
    "rollout.step_reopened": "reopened the gate of {subject}[ for {acting_for:person}][: {reason}]",
    "rollout.reconfirmation_given": "said that the gate of {subject} still holds[ for {acting_for:person}]",
    "rollout.gate_reconfirmed": "confirmed the gate of {subject} again[ for {acting_for:person}]",
}

SAID = {
    "attested": "answered",
    "documented": "handed in evidence for",
    "claimed": "claimed as true:",
    "confirmed": "confirmed",
    "rejected": "did not confirm",
    "withdrawn": "took back what was said about",
    "not_applicable": "marked as not applicable:",
}
NAMED_AT_MOST = 5
_SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}")
_OPTIONAL = re.compile(r"\[([^\[\]]*)\]")


@dataclass(frozen=True)
class Names:
    """Titles that ids and keys in a log entry stand for. ``people`` by id, ``roles`` by key; as of the deed where the
    entry kept them."""

    people: Mapping[int, str] = field(default_factory=dict)
    roles: Mapping[str, str] = field(default_factory=dict)


def _day(value: Any, names: Names) -> str:
    try:
        return in_words(date.fromisoformat(str(value)[:10]))
    except ValueError:
        return str(value)


def _person(value: Any, names: Names) -> str:
    if isinstance(value, dict):
        return str(value.get("name", "somebody"))
    return names.people.get(int(value), "somebody") if str(value).isdecimal() else str(value)


def _people(value: Any, names: Names) -> str:
    ids = value if isinstance(value, list) else [value]
    named = [_person(one, names) for one in ids[:NAMED_AT_MOST]]
    more = f" and {len(ids) - NAMED_AT_MOST} more" if len(ids) > NAMED_AT_MOST else ""
    return ", ".join(named) + more


def _persons(value: Any, names: Names) -> str:
    number = len(value) if isinstance(value, list) else int(value)
    return "1 person" if number == 1 else f"{number:,} people"


def _changes(value: Any, names: Names) -> str:
    return "; ".join(
        f"{_words(key, names)} {'empty' if old in (None, '') else old} → {'empty' if new in (None, '') else new}"
        for key, (old, new) in dict(value).items()
    )


def _words(value: Any, names: Names) -> str:
    return str(value).replace("_", " ")


KINDS: dict[str, Callable[[Any, Names], str]] = {
    "": lambda value, names: str(value),
    "changes": _changes,
    "day": _day,
    "deputy": lambda value, names: "deputy" if value else "",
    "people": _people,
    "person": _person,
    "persons": _persons,
    "role": lambda value, names: names.roles.get(str(value), _words(value, names)),
    "said": lambda value, names: SAID.get(str(value), "stated"),
    "words": _words,
}


def kinds_in(sentence: str) -> set[str]:
    """Return the kinds of words that a sentence asks for."""
    return {kind for _, kind in _SLOT.findall(sentence)}


def person_ids_in(action: str, data: Mapping[str, Any]) -> set[int]:
    """Return the ids of the people whom the sentence of an action names."""
    found: set[int] = set()
    for name, kind in _SLOT.findall(SENTENCES.get(action, "")):
        if kind in ("person", "people"):
            value = data.get(name)
            ids: list[Any] = value if isinstance(value, list) else [value]
            found |= {int(one) for one in ids if str(one).isdecimal()}
    return found


def sentence_of(action: str, data: Mapping[str, Any], *, subject: str = "", names: Names | None = None) -> str:
    """Return what was done, without the actor: “froze the roster with 24 people”.

    An action without a sentence, as of a later edition, reads as its own name.
    """
    template = SENTENCES.get(action)
    if template is None:
        return _words(action.rpartition(".")[2], names or Names())
    values = {**data, "subject": subject}
    known = names or Names()

    def word(name: str, kind: str) -> str:
        value = values.get(name)
        return "" if value in (None, "", [], {}) else KINDS[kind](value, known).strip()

    def optional(match: re.Match[str]) -> str:
        part = match[1]
        return part if all(word(*slot) for slot in _SLOT.findall(part)) else ""

    filled = _SLOT.sub(lambda match: word(match[1], match[2] or ""), _OPTIONAL.sub(optional, template))
    return filled.rstrip(": ").rstrip(".")

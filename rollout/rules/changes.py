"""What is different since somebody last looked: two states of a program compared, in words. Pure, and no log."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from people.api import in_words
from rollout.models import Program, Step, Waiver
from rollout.rules.evaluation import ItemState
from rollout.rules.standing import ProgramStanding
from rollout.rules.words import count, gate_url, item_url

State = Mapping[str, Any]
"""A program in a nutshell, as JSON: ids, states and counts, no names of people."""


@dataclass(frozen=True)
class Change:
    """One difference: what it is about, how it is now and was then, and where to look. ``tone`` is a status code."""

    text: str
    url: str
    tone: str = "open"


def state_of(standing: ProgramStanding) -> dict[str, Any]:
    """Return what ``changes_between`` compares."""
    facts = standing.facts
    evaluation = standing.evaluation
    return {
        "program": facts.program.state,
        "steps": {
            str(step.pk): [step.state, step.target_on.isoformat() if step.target_on else ""]
            for wave in facts.waves
            for step in wave.steps
        },
        "items": {str(e.item.pk): e.state.value for e in evaluation.items} if evaluation else {},
        "submissions": {str(step_id): one.pk for step_id, one in facts.submissions.items()},
        "decisions": {str(step_id): one.pk for step_id, one in facts.decisions.items()},
        "waivers": {
            str(one.pk): [one.state, one.item.question, item_url(one.item) + "#waiver"] for one in facts.waivers
        },
        "conditions": {str(one.pk): [one.item.question, item_url(one.item)] for one in facts.conditions},
        "holders": {key: sorted(person.pk for person in role.people) for key, role in facts.holders.roles.items()},
        "members": {str(wave.wave.pk): wave.members for wave in facts.waves},
    }


def changes_between(before: State, standing: ProgramStanding) -> list[Change]:
    """Return what differs between ``before`` and how the program stands, in the order of the board.

    What ``before`` knows nothing of (the questions of a step that has opened since) is not a change of its own.
    """
    return [
        *_program(before, standing),
        *_steps(before, standing),
        *_submissions(before, standing),
        *_items(before, standing),
        *_waivers(before, standing),
        *_conditions(before, standing),
        *_holders(before, standing),
        *_members(before, standing),
    ]


def _program(before: State, standing: ProgramStanding) -> Iterator[Change]:
    program = standing.program
    if before.get("program") != program.state:
        was = Program.State(before["program"]).label.lower() if before.get("program") in Program.State.values else ""
        text = f"The program is {program.get_state_display().lower()}" + (f", it was {was}" if was else "")
        tone = "open" if program.state == Program.State.RUNNING else "stopped"
        yield Change(text, reverse("rollout:board", args=[program.slug]), tone)


TONES = {
    Step.State.PASSED: "met",
    Step.State.PASSED_WITH_CONDITIONS: "conditional",
    Step.State.SUSPECT: "suspect",
    Step.State.STOPPED: "stopped",
    Step.State.LOCKED: "locked",
}


def _steps(before: State, standing: ProgramStanding) -> Iterator[Change]:
    then = before.get("steps", {})
    decided = before.get("decisions", {})
    for wave in standing.facts.waves:
        for step in wave.steps:
            if str(step.pk) not in then:
                continue
            state, target = then[str(step.pk)]
            name = f"Step {step.number}, {step.title}"
            if state != step.state:
                was = Step.State(state).label.lower() if state in Step.State.values else state
                text = f"{name}: {step.get_state_display().lower()}, was {was}"
                yield Change(text, gate_url(step), TONES.get(Step.State(step.state), "open"))
            decision = standing.facts.decisions.get(step.pk)
            if decision is not None and decided.get(str(step.pk)) != decision.pk and state == step.state:
                by = decision.decided_by.get_full_name()
                text = f"{name}: {by} decided {decision.get_outcome_display().lower()}"
                if decision.revisit_on:
                    text += f", looked at again on {in_words(decision.revisit_on)}"
                yield Change(text, gate_url(step) + "#decision", "waiting")
            due = step.target_on.isoformat() if step.target_on else ""
            if target != due:
                when = f"due {in_words(step.target_on)} now" if step.target_on else "without a date now"
                yield Change(f"{name}: the gate is {when}", gate_url(step), "waiting")


def _submissions(before: State, standing: ProgramStanding) -> Iterator[Change]:
    then, decided = before.get("submissions", {}), before.get("decisions", {})
    for step_id, submission in standing.facts.submissions.items():
        if then.get(str(step_id)) != submission.pk:
            step, by = submission.step, submission.submitted_by.get_full_name()
            text = f"Step {step.number}, {step.title}: {by} submitted the gate for a decision"
            yield Change(text, gate_url(step) + "#decision", "waiting")
    steps = {str(step.pk): step for wave in standing.facts.waves for step in wave.steps}
    for key in then:
        step_then = steps.get(key)
        if step_then is None or step_then.pk in standing.facts.submissions:
            continue
        decision = standing.facts.decisions.get(step_then.pk)
        if decision is None or decided.get(key) == decision.pk:
            text = f"Step {step_then.number}, {step_then.title}: the submission was taken back"
            yield Change(text, gate_url(step_then) + "#decision", "open")


ITEM_TONES = {ItemState.OPEN: "not_met"}


def _items(before: State, standing: ProgramStanding) -> Iterator[Change]:
    then = before.get("items", {})
    evaluation = standing.evaluation
    for e in evaluation.items if evaluation else ():
        was = then.get(str(e.item.pk), e.state.value)
        if was != e.state.value:
            word = ItemState(was).label.lower() if was in {one.value for one in ItemState} else was
            text = f"“{e.item.question}”: {e.state.label.lower()}, was {word}"
            yield Change(text, item_url(e.item), ITEM_TONES.get(e.state, e.state.value))


def _waivers(before: State, standing: ProgramStanding) -> Iterator[Change]:
    then = dict(before.get("waivers", {}))
    for waiver in standing.facts.waivers:
        was = then.pop(str(waiver.pk), None)
        if was is None or was[0] != waiver.state:
            deed = (
                "asked for" if waiver.state == Waiver.State.REQUESTED else f"now {waiver.get_state_display().lower()}"
            )
            tone = "waiting" if waiver.state == Waiver.State.REQUESTED else "waived"
            yield Change(f"Waiver {deed}: “{waiver.item.question}”", item_url(waiver.item) + "#waiver", tone)
    for state, question, url in then.values():
        was_active = state == Waiver.State.ACTIVE
        text = "A waiver no longer holds" if was_active else "A waiver that was asked for is settled or taken back"
        yield Change(f"{text}: “{question}”", url, "suspect" if was_active else "open")


def _conditions(before: State, standing: ProgramStanding) -> Iterator[Change]:
    then = dict(before.get("conditions", {}))
    for condition in standing.facts.conditions:
        if then.pop(str(condition.pk), None) is None:
            due = in_words(condition.due_on)
            text = f"New condition for {condition.owner.get_full_name()} until {due}: “{condition.item.question}”"
            yield Change(text, item_url(condition.item), "conditional")
    for question, url in then.values():
        yield Change(f"Condition closed: “{question}”", url, "met")


def _holders(before: State, standing: ProgramStanding) -> Iterator[Change]:
    then = before.get("holders", {})
    url = reverse("rollout:roles", args=[standing.program.slug])
    for key, role in standing.holders.roles.items():
        was, now_there = set(then.get(key, ())), {person.pk: person for person in role.people}
        if key not in then or was == set(now_there):
            continue
        came = [person.get_full_name() for pk, person in now_there.items() if pk not in was]
        gone = len(was - set(now_there))
        parts = [f"{', '.join(came)} came in"] if came else []
        if gone:
            parts.append(f"{count(gone, 'person', 'people')} went out")
        vacant = ", and it is vacant now" if role.is_vacant else ""
        yield Change(f"{role.slot.title}: {' and '.join(parts)}{vacant}", url, "blocked" if role.is_vacant else "open")


def _members(before: State, standing: ProgramStanding) -> Iterator[Change]:
    then = before.get("members", {})
    for wave in standing.facts.waves:
        was = then.get(str(wave.wave.pk), wave.members)
        if was != wave.members:
            url = reverse("rollout:roster", args=[standing.program.slug, wave.wave.number])
            yield Change(f"{wave.wave.title}: {count(wave.members, 'person', 'people')} count, {was:,} did", url)

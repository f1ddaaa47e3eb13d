"""Are there enough seats in planned training for everyone on the roster?"""

from collections.abc import Sequence

from rollout.evidence import evidence_source
from rollout.evidence.context import Check, WaveContext, link, missing_thing
from rollout.models import Finding


@evidence_source("sessions_planned")
def sessions_planned(context: WaveContext, checks: Sequence[Check]) -> list[Finding]:
    """Met when the sessions of each training in ``courses`` (default: the roster's learning) that are not cancelled
    have together at least as many seats as the roster has people."""
    wanted = [list(check.parameters.get("courses") or context.content.learning.roster) for check in checks]
    every = {key for keys in wanted for key in keys} if context.roster else set()
    seats = {key: sum(session.seats for session in context.sessions(key)) for key in every}
    return [_finding(context, check, keys, seats) for check, keys in zip(checks, wanted, strict=True)]


def _finding(context: WaveContext, check: Check, keys: list[str], seats: dict[str, int]) -> Finding:
    people = len(context.roster)
    if not people:
        return check.finding(
            Finding.Status.NOT_MET,
            "The roster is empty, so the seats needed are not known",
            fix_label="Add people to the roster",
            fix_url=context.screen("roster"),
        )
    if not keys:
        return check.finding(
            Finding.Status.NOT_MET, "The playbook names no training for the roster, so no seats can be compared"
        )
    short = {key: people - seats[key] for key in keys if seats[key] < people}
    lacking = sum(short.values())
    first = next(iter(short), keys[0])
    planned, target = sum(seats[key] for key in keys), people * len(keys)
    if short:
        summary = (
            f"{planned} of {target} seats are planned, {lacking} {'seat is' if lacking == 1 else 'seats are'} missing"
        )
    else:
        summary = f"{planned} seats are planned for {people} {'person' if people == 1 else 'people'}"
    return check.finding(
        Finding.Status.NOT_MET if short else Finding.Status.MET,
        summary,
        value=f"{planned} seats",
        target=f"{target} seats",
        missing=[missing_thing(context.course_titles([key]), f"lacks {count} seats") for key, count in short.items()],
        missing_count=lacking,
        fix_label="Plan a session",
        fix_url=link("courses:session_new", course=first),
    )

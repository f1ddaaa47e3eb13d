"""Are there enough certified coaches for the teams?"""

from collections.abc import Sequence
from math import ceil
from typing import Any

from certification import api as certification
from rollout.evidence import evidence_source
from rollout.evidence.context import Check, WaveContext, link, missing_person, missing_thing, named_at_most
from rollout.models import Finding
from rollout.models.playbook_content import RoleContent


@evidence_source("certified_coaches")
def certified_coaches(context: WaveContext, checks: Sequence[Check]) -> list[Finding]:
    """Met when the coaches with a valid credential are at least one per ``per_teams`` teams of the roster.

    Names the coaches without one, those first who have the least left to show.
    """
    role = next((role for role in context.content.roles if role.certification), None)
    if role is None or role.certification is None:
        raise ValueError("the playbook has no role with a certification")
    holders = context.principals(role.key)
    rows: list[dict[str, Any]] = []
    certified = context.certified(role.certification) & holders
    if (candidates := holders - certified) and any(_is_short(context, check, role, len(certified)) for check in checks):
        left = certification.missing_for(certification_key=role.certification, person_ids=candidates)
        # Without a candidacy everything is still to be shown, so these come last.
        nearest = sorted(candidates, key=lambda person: (person not in left, len(left.get(person, ())), person))
        rows = [missing_person(person, _still_to_show(left.get(person))) for person in nearest[: named_at_most()]]
    return [_finding(context, check, role, len(holders), len(certified), rows) for check in checks]


def _needed(context: WaveContext, check: Check, role: RoleContent) -> int:
    return ceil(len(context.teams) / int(check.parameters.get("per_teams") or role.per_teams or 5))


def _is_short(context: WaveContext, check: Check, role: RoleContent, certified: int) -> bool:
    return certified < _needed(context, check, role)


def _still_to_show(outstanding: Sequence[str] | None) -> str:
    if outstanding is None:
        return "has not started the certification"
    return f"still has to show: {'; '.join(outstanding)}" if outstanding else "has shown everything, not issued yet"


def _finding(
    context: WaveContext, check: Check, role: RoleContent, holders: int, certified: int, rows: list[dict[str, Any]]
) -> Finding:
    teams, needed = len(context.teams), _needed(context, check, role)
    if not teams:
        return check.finding(
            Finding.Status.NOT_MET,
            f"The roster names no teams, so the number of certified coaches needed is not known ({certified} so far)",
            value=certified,
            fix_label="Add people to the roster",
            fix_url=context.screen("roster"),
        )
    met = certified >= needed
    people = "coach" if certified == 1 else "coaches"
    summary = f"{certified} certified {people} for {teams} {'team' if teams == 1 else 'teams'}, {needed} needed"
    vacant = max(0, needed - holders)
    if vacant and not met:
        rows = [
            *rows,
            missing_thing(context.role_title(role), f"needs {vacant} more {'holder' if vacant == 1 else 'holders'}"),
        ]
    return check.finding(
        Finding.Status.MET if met else Finding.Status.NOT_MET,
        summary,
        value=certified,
        target=needed,
        missing=[] if met else rows,
        missing_count=max(0, needed - certified),
        fix_label="Assign coaches" if vacant else "Book an observation",
        fix_url=context.screen("roles") if vacant else link("certification:coaching"),
    )

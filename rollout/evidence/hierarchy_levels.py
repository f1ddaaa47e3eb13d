"""How many levels of the hierarchy does the roster span?"""

from collections.abc import Mapping, Sequence

from people.api import Membership
from rollout.evidence import evidence_source
from rollout.evidence.context import Check, WaveContext
from rollout.models import Finding, RosterMember


@evidence_source("hierarchy_levels")
def hierarchy_levels(context: WaveContext, checks: Sequence[Check]) -> list[Finding]:
    """Met when the longest reporting line inside the roster has at least ``minimum`` (default 3) people."""
    if not context.roster:
        return [
            check.finding(
                Finding.Status.NOT_MET,
                "The roster is empty, so it spans no levels",
                value=0,
                target=check.parameters.get("minimum", 3),
                fix_label="Add people to the roster",
                fix_url=context.screen("roster"),
            )
            for check in checks
        ]
    members = RosterMember.objects.filter(wave=context.wave).counted(context.today).order_by()
    rows = Membership.objects.open().filter(person__in=members.values("person_id"), manager__isnull=False).order_by()
    levels = longest_line(
        {
            person: manager
            for person, manager in rows.values_list("person_id", "manager_id")
            if manager in context.roster and person in context.roster
        }
    )
    findings = []
    for check in checks:
        minimum = int(check.parameters.get("minimum", 3))
        findings.append(
            check.finding(
                Finding.Status.MET if levels >= minimum else Finding.Status.NOT_MET,
                f"The roster spans {levels} {'level' if levels == 1 else 'levels'} of the hierarchy, {minimum} needed",
                value=levels,
                target=minimum,
                fix_label="Look at the roster",
                fix_url=context.screen("roster"),
            )
        )
    return findings


def longest_line(manager_of: Mapping[int, int]) -> int:
    """Return the number of people in the longest reporting line, 1 for people who report to nobody here.

    A circle in the data ends where it closes: it never makes a line endless.
    """
    height: dict[int, int] = {}
    for person in manager_of:
        line: list[int] = []
        seen: set[int] = set()
        current: int | None = person
        while current is not None and current not in height and current not in seen:
            line.append(current)
            seen.add(current)
            current = manager_of.get(current)
        above = height.get(current, 0) if current is not None else 0
        for place, member in enumerate(reversed(line), start=1):
            height[member] = above + place
    return max(height.values(), default=1)

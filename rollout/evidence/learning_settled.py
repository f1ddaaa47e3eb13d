"""Is it settled for every role what its holders learn?"""

from collections.abc import Sequence

from rollout.evidence import evidence_source
from rollout.evidence.context import Check, WaveContext, missing_thing
from rollout.models import Finding, RoleSlot


@evidence_source("learning_settled")
def learning_settled(context: WaveContext, checks: Sequence[Check]) -> list[Finding]:
    """Met when every role in ``roles`` (default: all of the program) has courses that the catalog knows, or a reason
    for needing none."""
    slots = {key: role.slot for key, role in context.holders.roles.items()}
    findings = []
    for check in checks:
        keys = [key for key in check.parameters.get("roles") or slots if key in slots]
        missing = [
            missing_thing(slots[key].title, lack) for key in keys if (lack := _lack(context, slots[key])) is not None
        ]
        settled = len(keys) - len(missing)
        if not keys:
            summary = "The program has no roles, so there is nothing to settle"
        elif missing:
            names = ", ".join(row["name"] for row in missing)
            summary = f"{settled} of {len(keys)} roles have their learning settled, open: {names}"
        else:
            summary = f"All {len(keys)} roles have their courses, or a reason for needing none"
        findings.append(
            check.finding(
                Finding.Status.MET if keys and not missing else Finding.Status.NOT_MET,
                summary,
                value=f"{settled} roles",
                target=f"{len(keys)} roles",
                missing=missing,
                fix_label="Settle what each role learns",
                fix_url=context.screen("roles"),
            )
        )
    return findings


def _lack(context: WaveContext, slot: RoleSlot) -> str | None:
    if not slot.learning:
        return None if slot.no_learning_because else "has no course and no reason for needing none"
    unknown = [key for key in slot.learning if key not in context.courses]
    return f"asks for a course that is not in the catalog: {', '.join(unknown)}" if unknown else None

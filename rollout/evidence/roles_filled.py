"""Does every role that the step needs have its holders?"""

from collections.abc import Sequence

from people.api import in_words
from rollout.evidence import evidence_source
from rollout.evidence.context import Check, WaveContext, missing_thing
from rollout.models import Finding


@evidence_source("roles_filled")
def roles_filled(context: WaveContext, checks: Sequence[Check]) -> list[Finding]:
    """Met when every role in ``roles`` (default: the required ones) has enough holders, from inside or outside;
    deputies do not count.

    A role that needs one holder per so many teams cannot be met while the roster names no team.
    """
    findings = []
    for check in checks:
        keys = check.parameters.get("roles") or [role.key for role in context.content.roles if role.required]
        missing = []
        for key in keys:
            role = context.content.role(key)
            title, needed, held = context.role_title(role), context.needed(role), context.filled(key)
            if needed is None:
                missing.append(missing_thing(title, f"needs one per {role.per_teams} teams, and there are no teams"))
            elif held < needed:
                what = _vacancy(context, key) if held == 0 else f"has {held} of {needed} holders"
                missing.append(missing_thing(title, what))
        filled = len(keys) - len(missing)
        outside = [
            f"{external} holds {context.role_title(context.content.role(key))} until {in_words(external.until)}"
            for key in keys
            for external in context.externals(key)
        ]
        if not keys:
            summary = "The playbook names no required roles, so there is nothing to compare with"
        elif missing:
            gaps = ", ".join(f"{row['name']} {row['what']}" for row in missing)
            summary = f"{filled} of {len(keys)} roles are filled: {gaps}"
        else:
            summary = f"All {len(keys)} roles are filled"
        if outside:
            summary += f"; from outside: {', '.join(outside)}"
        findings.append(
            check.finding(
                Finding.Status.MET if keys and not missing else Finding.Status.NOT_MET,
                summary,
                value=f"{filled} roles",
                target=f"{len(keys)} roles",
                missing=missing,
                fix_label="Assign the roles",
                fix_url=context.screen("roles"),
            )
        )
    return findings


def _vacancy(context: WaveContext, key: str) -> str:
    role = context.holders.roles.get(key)
    if role is None or not role.holders:
        return "is vacant"
    return f"is held by {role.holders[0]}, who is on long leave, and nobody stands in"

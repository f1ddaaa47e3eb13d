"""Has everybody who holds a role read and accepted its charter?"""

from collections.abc import Sequence
from typing import Any

from rollout.evidence import evidence_source
from rollout.evidence.context import Check, WaveContext, link, missing_person, missing_thing
from rollout.models import Finding
from rollout.queries.holders import SlotHolders


@evidence_source("charters_accepted")
def charters_accepted(context: WaveContext, checks: Sequence[Check]) -> list[Finding]:
    """Met when every holder and deputy of the roles in ``roles`` (default: all) has accepted the charter as it reads
    now, those on long leave left out, and every required one of these roles has a holder. For somebody from outside,
    their contact owes the record of the signed paper."""
    return [_finding(context, check) for check in checks]


def _finding(context: WaveContext, check: Check) -> Finding:
    wanted = check.parameters.get("roles")
    roles = [role for key, role in context.holders.roles.items() if wanted is None or key in wanted]
    missing, total = [], 0
    for role in roles:
        total += sum(not a.is_away for a in role.assignments) + len(role.externals)
        missing += _owed(role)
    vacant = [role.slot.title for role in roles if role.slot.is_required and not role.filled]
    accepted = total - len(missing)
    rows = [*missing, *(missing_thing(title, "has no holder who could accept the charter") for title in vacant)]
    summary = (
        f"{accepted} of {total} charters are accepted" if total else "Nobody holds a role who could accept a charter"
    )
    if vacant:
        summary += f"; vacant: {', '.join(vacant)}"
    first = next((role.slot.key for role in roles if _owed(role)), None)
    slug = context.wave.program.slug
    return check.finding(
        Finding.Status.MET if total and not rows else Finding.Status.NOT_MET,
        summary,
        value=f"{accepted} of {total}",
        target="all holders and deputies",
        missing=rows,
        fix_label="Read and accept the charter" if first else "Assign the roles",
        fix_url=link("rollout:charter", slug, first) if first else context.screen("roles"),
    )


def _owed(role: SlotHolders) -> list[dict[str, Any]]:
    title = role.slot.title
    return [
        *(
            missing_person(a.person_id, f"has not accepted the charter “{title}”")
            for a in role.assignments
            if not a.has_accepted and not a.is_away
        ),
        *(
            missing_person(one.contact_id, f"has to record that {one} accepted the charter “{title}” on paper")
            for one in role.externals
            if not one.has_accepted
        ),
    ]

"""Is it fixed who belongs to the wave, and is the group of a sensible size?"""

from collections.abc import Sequence

from people.api import in_words
from rollout.evidence import evidence_source
from rollout.evidence.context import Check, WaveContext
from rollout.models import Finding


@evidence_source("roster_frozen")
def roster_frozen(context: WaveContext, checks: Sequence[Check]) -> list[Finding]:
    """Met when the roster is frozen and not empty; a size outside ``minimum`` to ``maximum`` is a warning."""
    size, frozen_on = len(context.roster), context.wave.roster_frozen_on
    people = f"{size} {'person' if size == 1 else 'people'}"
    findings = []
    for check in checks:
        minimum, maximum = check.parameters.get("minimum"), check.parameters.get("maximum")
        if size == 0:
            summary = "The roster is empty: nobody belongs to the wave yet"
        elif frozen_on is None:
            summary = f"The roster has {people} and is not frozen yet"
        else:
            summary = f"The roster was frozen on {in_words(frozen_on)} and has {people}"
        outside = size and ((minimum is not None and size < minimum) or (maximum is not None and size > maximum))
        findings.append(
            check.finding(
                Finding.Status.MET if size and frozen_on is not None else Finding.Status.NOT_MET,
                summary,
                value=people,
                target="frozen",
                warnings=[f"{people} is outside the usual {minimum or 0} to {maximum or 'more'}."] if outside else [],
                fix_label="Freeze the roster" if size else "Add people to the roster",
                fix_url=context.screen("roster"),
            )
        )
    return findings

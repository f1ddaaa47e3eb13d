"""Are the people enrolled in their training?"""

from collections.abc import Sequence

from rollout.evidence import evidence_source
from rollout.evidence.context import Check, WaveContext
from rollout.evidence.training_completed import share_finding
from rollout.models import Finding


@evidence_source("training_enrolled")
def training_enrolled(context: WaveContext, checks: Sequence[Check]) -> list[Finding]:
    """Met when at least ``share`` percent (default 100) of the ``audience`` are enrolled in all their courses, or were
    and have finished them."""
    facts = context.training
    enrolled = {key: people | facts.completed[key] for key, people in facts.enrolled.items()}
    return [share_finding(context, check, enrolled, "enrolled", "is not enrolled in") for check in checks]

"""Is it settled who leads the training, and may they?"""

from collections.abc import Sequence
from typing import Any

from courses.api import SessionFacts
from people.api import in_words, organization_zone
from rollout.evidence import evidence_source
from rollout.evidence.context import Check, WaveContext, link, missing_person, missing_thing
from rollout.models import Finding


@evidence_source("session_trainers")
def session_trainers(context: WaveContext, checks: Sequence[Check]) -> list[Finding]:
    """Met when every planned session of the trainings in ``courses`` (default: the roster's learning) has a lead
    trainer with a valid credential, or a trainer from outside by name.

    The credential is the one of ``certification`` (default: the one the playbook asks of coaches). Sessions that were
    held only need somebody who led them: what was valid then may have ended since.
    """
    return [_finding(context, check) for check in checks]


def _finding(context: WaveContext, check: Check) -> Finding:
    keys = list(check.parameters.get("courses") or context.content.learning.roster)
    sessions = [session for key in keys for session in context.sessions(key)]
    if not sessions:
        first = keys[0] if keys else ""
        return check.finding(
            Finding.Status.NOT_MET,
            "No training session is planned, so nobody is settled to lead one",
            fix_label="Plan a session",
            fix_url=link("courses:session_new", course=first),
        )
    certification = check.parameters.get("certification") or next(
        (role.certification for role in context.content.roles if role.certification), None
    )
    if certification is None:
        raise ValueError("the playbook names no certification for trainers")
    missing = [row for session in sessions if (row := _lack(session, context.certified(certification))) is not None]
    settled, total = len(sessions) - len(missing), len(sessions)
    return check.finding(
        Finding.Status.NOT_MET if missing else Finding.Status.MET,
        f"{settled} of {total} sessions have a certified trainer or one from outside",
        value=f"{settled} sessions",
        target=f"{total} sessions",
        missing=missing,
        fix_label="Look at the sessions",
        fix_url=link("courses:sessions"),
    )


def _lack(session: SessionFacts, certified: frozenset[int]) -> dict[str, Any] | None:
    day = in_words(session.starts_at.astimezone(organization_zone()).date())
    if not session.has_trainer:
        return missing_thing(f"{session.title} on {day}", "has no trainer yet")
    if session.is_held or session.trainer_id is None or session.trainer_id in certified:
        return None
    return missing_person(session.trainer_id, f"leads “{session.title}” on {day} without a valid certificate")

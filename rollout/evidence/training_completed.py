"""Have the people finished their training?"""

from collections.abc import Mapping, Sequence

from rollout.evidence import evidence_source
from rollout.evidence.context import Check, WaveContext, missing_person, named_at_most
from rollout.models import Finding

Asked = dict[tuple[str, ...], frozenset[int]]
"""Who has to learn what: the people by the courses asked of them."""


@evidence_source("training_completed")
def training_completed(context: WaveContext, checks: Sequence[Check]) -> list[Finding]:
    """Met when at least ``share`` percent (default 100) of the ``audience`` have finished everything asked of them.

    ``role_holders``: every holder of a role with learning, all of that role's courses (deputies do not count).
    ``roster``: every counted member, all courses of the roster.
    """
    return [
        share_finding(context, check, context.training.completed, "trained", "has not finished") for check in checks
    ]


def asked_of(context: WaveContext, audience: str) -> Asked:
    """Return what the audience has to learn; somebody with two roles learns for both."""
    if audience == "roster":
        keys = context.content.learning.roster
        return {keys: context.roster} if keys and context.roster else {}
    if audience != "role_holders":
        raise ValueError(f"the audience “{audience}” is not known; use role_holders or roster")
    by_person: dict[int, tuple[str, ...]] = {}
    for role in context.content.roles:
        learning = context.learning(role)
        for person_id in context.principals(role.key) if learning else ():
            by_person[person_id] = tuple(dict.fromkeys((*by_person.get(person_id, ()), *learning)))
    people: dict[tuple[str, ...], set[int]] = {}
    for person_id, courses in by_person.items():
        people.setdefault(courses, set()).add(person_id)
    return {courses: frozenset(ids) for courses, ids in people.items()}


def share_finding(
    context: WaveContext, check: Check, done_by_course: Mapping[str, frozenset[int]], verb: str, lack: str
) -> Finding:
    """Return the finding that compares who has done all their courses with the share that is asked for."""
    audience, share = check.parameters.get("audience", "roster"), int(check.parameters.get("share", 100))
    words = "role holders" if audience == "role_holders" else "people on the roster"
    asked = asked_of(context, audience)
    if not asked:
        return _nobody_asked(context, check, audience)
    open_courses: dict[int, list[str]] = {}
    total = 0
    for courses, people in asked.items():
        total += len(people)
        for key in courses:
            for person_id in people - done_by_course[key]:
                open_courses.setdefault(person_id, []).append(key)
    missing = sorted(open_courses)
    done = total - len(missing)
    return check.finding(
        Finding.Status.MET if done * 100 >= share * total else Finding.Status.NOT_MET,
        f"{done} of {total} {words} {verb}" + (f", {len(missing)} missing" if missing else ""),
        value=f"{done} of {total} ({done * 100 // total} %)",
        target=f"{share} %",
        missing=[
            missing_person(person_id, f"{lack} {context.course_titles(open_courses[person_id])}")
            for person_id in missing[: named_at_most()]
        ],
        missing_count=len(missing),
        fix_label="Open the course",
        fix_url=context.course_link(open_courses[missing[0]][0]) if missing else "",
    )


def _nobody_asked(context: WaveContext, check: Check, audience: str) -> Finding:
    if audience == "role_holders":
        summary, label, screen = (
            "Nobody holds a role with training yet, so nobody can be trained",
            "Assign the roles",
            "roles",
        )
    elif context.roster:
        summary, label, screen = (
            "The playbook names no training for the roster, so there is nothing to finish",
            "",
            "board",
        )
    else:
        summary, label, screen = (
            "The roster is empty, so nobody can be trained",
            "Add people to the roster",
            "roster",
        )
    return check.finding(
        Finding.Status.NOT_MET,
        summary,
        target=f"{check.parameters.get('share', 100)} %",
        fix_label=label,
        fix_url=context.screen(screen) if label else "",
    )

"""What stands between a prepared program and its start, and who may invite the people who carry it."""

from dataclasses import dataclass

from django.urls import reverse

from people.api import Answer, Refusal, User, in_words, today
from rollout.models import Program, ProgramDraft
from rollout.models.draft_content import DraftContent
from rollout.queries.drafts import programs_with_title, running_programs_in, unknown_addresses, version_of
from rollout.queries.holders import PROJECT_LEAD, Holders, holders_in
from rollout.rules.access import may_see_program, may_start_program
from rollout.rules.programs import is_running_or_refusal, may_set_up, may_start_from

CHARTER, PARAMETERS, PEOPLE, ROLES, DATES, REVIEW = "charter", "parameters", "people", "roles", "dates", "review"
PAGES = {
    CHARTER: "Charter",
    PARAMETERS: "Parameters",
    PEOPLE: "Area and people",
    ROLES: "Roles",
    DATES: "Dates",
    REVIEW: "Review",
}


@dataclass(frozen=True)
class Gap:
    """Something that keeps the program from starting, and the page that mends it."""

    page: str
    refusal: Refusal


def page_url(page: str) -> str:
    return reverse("rollout:draft", args=[page])


def draft_gaps(answers: DraftContent, actor: User) -> list[Gap]:
    """Return everything that keeps the draft from being started, page by page; empty when it can be. At most 9
    queries."""
    gaps: list[Gap] = []

    def add(page: str, reason: str, *, owed_by: str = "") -> None:
        gaps.append(Gap(page, Refusal(reason, owed_by, f"Go to {PAGES[page].lower()}", page_url(page))))

    version = version_of(answers)
    if not answers.title:
        add(CHARTER, "The program has no title yet.")
    elif programs_with_title(answers.title).exists():
        add(CHARTER, f"There is a program named “{answers.title}” already. Choose another title.")
    if version is None:
        add(CHARTER, "There is no playbook to follow yet.", owed_by="an administrator, who can publish one")
    elif (allowed := may_start_from(version)) is not True:
        add(CHARTER, allowed.reason)
    if not answers.goal:
        add(CHARTER, "The goal is not written down yet.")
    if not answers.approach:
        add(CHARTER, "It is not decided whether everybody changes or predictable areas stay as they are.")
    if answers.area is None:
        add(PEOPLE, "The area is not chosen yet.")
    else:
        for program in running_programs_in(answers.area).select_related("area")[:1]:
            add(PEOPLE, _taken(program, actor), owed_by=_lead_of(program))
    if unknown := unknown_addresses(answers):
        add(PEOPLE, f"Nobody in the company has these addresses: {', '.join(unknown[:5])}.")
    for typed in answers.others.values():
        if typed.strip():
            add(ROLES, f"It is not clear who “{typed.strip()}” is.")
    if answers.starts_on is None:
        add(DATES, "The first day of the first cycle is not set yet.")
    elif answers.starts_on < today():
        add(DATES, f"The first cycle would begin on {in_words(answers.starts_on)}, which is past.")
    return gaps


def _taken(program: Program, actor: User) -> str:
    name = f"“{program.title}”" if may_see_program(actor, program) else "another program"
    return f"{program.area} already walks the steps in {name}. Choose another area, or go on with that program."


def _lead_of(program: Program) -> str:
    return holders_in(program.pk).names(PROJECT_LEAD) or program.created_by.get_full_name()


def may_start_draft(actor: User, draft: ProgramDraft, *, gaps: list[Gap] | None = None) -> Answer:
    """Start the program that was prepared: its owner, while they may start programs, once nothing is missing."""
    if draft.owner_id != actor.pk:
        return Refusal("A prepared program is started by the person who prepared it.", draft.owner.get_full_name())
    if (answer := may_start_program(actor)) is not True:
        return answer
    missing = draft_gaps(draft.answers, actor) if gaps is None else gaps
    return missing[0].refusal if missing else True


def may_invite(actor: User, program: Program, *, holders: Holders | None = None) -> Answer:
    """Send the first invitations: who sets the program up, and the person who started it."""
    if (answer := is_running_or_refusal(program, holders=holders)) is not True:
        return answer
    if actor.is_active and actor.pk == program.created_by_id:
        return True
    return may_set_up(actor, program, holders=holders)

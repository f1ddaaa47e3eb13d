"""Who may write, edit and withdraw a comment, and whom it may name."""

from datetime import timedelta

from people.api import Answer, Refusal, User, now
from rollout.models import ChecklistItem, Remark
from rollout.queries.holders import WORKS_COUNCIL, Holders, holders_in
from rollout.rules.access import may_see_program, sees_no_individuals

EDITABLE_FOR = timedelta(minutes=15)


def may_see_item(actor: User, item: ChecklistItem, *, holders: Holders) -> bool:
    """Whoever sees the program; the works council only the questions that name it."""
    program = item.step.wave.program
    if not may_see_program(actor, program, holders=holders):
        return False
    is_own = WORKS_COUNCIL in (item.responsible, item.confirmed_by)
    return is_own or not sees_no_individuals(actor, program, holders=holders)


def may_remark(actor: User, item: ChecklistItem, *, holders: Holders | None = None) -> Answer:
    """Whoever may see the question, also when the program was stopped: a comment changes nothing."""
    if may_see_item(actor, item, holders=holders or holders_in(item.step.wave.program_id)):
        return True
    return Refusal("Comments are for those who carry the program.")


def may_reply_to(parent: Remark, item: ChecklistItem) -> Answer:
    """Threads have one level of answers, and a withdrawn comment is not answered any more."""
    if parent.item_id != item.pk or parent.parent_id is not None:
        return Refusal("An answer belongs to a comment on the same question.")
    if parent.withdrawn_at is not None:
        return Refusal("This comment was withdrawn, so it cannot be answered any more.")
    return True


def may_edit_remark(actor: User, remark: Remark) -> Answer:
    """The author, for 15 minutes."""
    if (answer := may_withdraw_remark(actor, remark)) is not True:
        return answer
    if now() - remark.at > EDITABLE_FOR:
        return Refusal(
            "A comment can be changed for 15 minutes. Withdraw it and write a new one, so that nobody reads something "
            "other than what was answered."
        )
    return True


def may_withdraw_remark(actor: User, remark: Remark) -> Answer:
    """The author, at any time, once."""
    if remark.by_id != actor.pk:
        return Refusal("Only the person who wrote a comment changes or withdraws it.", owed_by=str(remark.by))
    if remark.withdrawn_at is not None:
        return Refusal("This comment is withdrawn already.")
    return True


def people_to_name(item: ChecklistItem, holders: Holders) -> list[User]:
    """Return whom a comment may name: the holders and deputies of roles who may see the question, by name."""
    people = {person.pk: person for role in holders.roles.values() for person in role.people}
    seeing = [person for person in people.values() if may_see_item(person, item, holders=holders)]
    return sorted(seeing, key=lambda person: (person.last_name, person.first_name, person.pk))

"""Who may do what with people data. Views, templates and services ask the same functions."""

from people.models import PeopleImport, Persona, PersonaAssignment, User
from people.queries.personas import is_people_lead
from people.refusals import Answer, Refusal

PEOPLE_LEADS_DECIDE = "a people lead or an administrator"
SHORTEST_LEAVE_DAYS = 28
"""Shorter leaves are vacations, and nobody's business here."""


def may_look_after_people(actor: User | None) -> Answer:
    """People leads and administrators may; ``None`` is the command line, which whoever runs the server uses."""
    if actor is None or is_people_lead(actor):
        return True
    return Refusal("People data is looked after by people leads.", owed_by=PEOPLE_LEADS_DECIDE)


def may_assign_persona(actor: User | None, person: User, persona: Persona) -> Answer:
    """People leads may give the assignable personas to active people; the others follow from the facts."""
    if (allowed := may_look_after_people(actor)) is not True:
        return allowed
    if persona not in PersonaAssignment.ASSIGNABLE:
        return Refusal(f"Nobody is made “{persona.label}” by hand: that follows from membership and reporting line.")
    if not person.is_active:
        return Refusal(f"{person} has left, so no persona can be given to them.")
    return True


def may_remove_persona(actor: User | None) -> Answer:
    """People leads may take an assigned persona away again, also from people who left."""
    return may_look_after_people(actor)


def may_edit_profile(actor: User, person: User) -> Answer:
    """Language and time zone are everybody's own choice."""
    if actor.pk == person.pk and actor.is_active:
        return True
    return Refusal("Language and time zone are chosen by each person for themselves.", owed_by=str(person))


def may_apply_import(actor: User | None, people_import: PeopleImport) -> Answer:
    """A checked file without bad rows may be applied once, while it is still kept."""
    if (allowed := may_look_after_people(actor)) is not True:
        return allowed
    if people_import.state == PeopleImport.State.APPLIED:
        return Refusal(f"“{people_import.file_name}” has already been applied. Nothing was changed a second time.")
    if people_import.summary.get("problem_count"):
        return Refusal(f"“{people_import.file_name}” has rows that cannot be read. Correct them and upload it again.")
    if not people_import.content:
        return Refusal(f"“{people_import.file_name}” is no longer kept. Upload it again to check and apply it.")
    return True

"""Reminding the people lead of what they owe at the first gate."""

from rollout.services import reminders
from tests.factories.rollout import StartedProgram
from tests.rollout.deeds.shared import Attempt, Deed, program_url


def remind(started: StartedProgram) -> Attempt:
    item = started.item("apart_from_pay")
    people = [started.people[item.responsible].pk, started.project_lead.pk]
    return Attempt(
        {"program": started.program, "person_ids": people}, program_url("remind", started), {"people": people}
    )


DEEDS = (Deed(reminders.send_reminders, remind, frozenset({"lead", "deputy", "sponsor", "administrator"})),)

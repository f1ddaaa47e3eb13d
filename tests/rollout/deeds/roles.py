"""Charters, holders from outside, and what roles learn."""

from datetime import timedelta

from people.api import today
from rollout.models import ExternalHolder
from rollout.services import charters, externals, handovers, roles
from tests.factories.courses import make_course
from tests.factories.people import UserFactory
from tests.factories.rollout import StartedProgram, name_outsider
from tests.rollout.deeds.shared import SET_UP, Attempt, Deed, program_url


def accept(started: StartedProgram) -> Attempt:
    slot = started.slot("coach")
    return Attempt({"slot": slot}, program_url("charter_accept", started, "coach"), {"number": slot.charter_number})


def write(started: StartedProgram) -> Attempt:
    form = {"text": "Purpose: help.", "change_note": "Shorter."}
    return Attempt({"slot": started.slot("coach"), **form}, program_url("charter_write", started, "coach"), form)


def _outsider(started: StartedProgram) -> ExternalHolder:
    return name_outsider(started, "consultant")


def sign(started: StartedProgram) -> Attempt:
    external = _outsider(started)
    url = program_url("external_charter", started, external.pk)
    form = {f"paper-{external.pk}-document": "Folder 7"}
    return Attempt({"external": external, "document": "Folder 7"}, url, form)


def name(started: StartedProgram) -> Attempt:
    until = today() + timedelta(days=90)
    arguments = {"slot": started.slot("coach"), "name": "Mara Lindt", "contact": started.project_lead, "until": until}
    form = {
        "coach-outside-name": "Mara Lindt",
        "coach-outside-contact": started.project_lead.email,
        "coach-outside-until": until.isoformat(),
    }
    return Attempt(arguments, program_url("external_name", started, "coach"), form)


def end(started: StartedProgram) -> Attempt:
    external = _outsider(started)
    return Attempt({"external": external}, program_url("external_end", started, external.pk))


def learn(started: StartedProgram) -> Attempt:
    course = make_course(f"course-{started.program.pk}")
    url = program_url("role_learning", started, "champion")
    form = {"champion-learning-courses": [course.key]}
    return Attempt({"slot": started.slot("champion"), "course_keys": [course.key]}, url, form)


def pass_on(started: StartedProgram) -> Attempt:
    assignment, successor = started.slot("coach").assignments.get(), UserFactory()
    url = program_url("hand_over", started, assignment.pk)
    return Attempt({"assignment": assignment, "successor": successor}, url, {"who": successor.email})


DEEDS = (
    Deed(handovers.hand_over, pass_on, SET_UP),
    Deed(charters.accept_charter, accept, frozenset({"coach"}), frozenset()),
    Deed(charters.write_charter, write, SET_UP),
    Deed(charters.record_external_acceptance, sign, SET_UP),
    Deed(externals.name_external, name, SET_UP),
    Deed(externals.end_external, end, SET_UP),
    Deed(roles.set_role_learning, learn, SET_UP),
)

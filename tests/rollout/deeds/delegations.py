"""Letting somebody decide in one's name."""

from datetime import timedelta

from people.api import today
from rollout.services import delegations
from tests.factories.people import UserFactory
from tests.factories.rollout import StartedProgram
from tests.rollout.deeds.shared import SET_UP, SPONSOR, Attempt, Deed, program_url


def delegation(started: StartedProgram) -> Attempt:
    arguments = {
        "program": started.program,
        "from_person": started.sponsor,
        "to_person": UserFactory(),
        "starts_on": today() + timedelta(days=60),
        "ends_on": today() + timedelta(days=67),
        "reason": "On leave.",
    }
    form = {
        "from_person": started.sponsor.pk,
        "who": arguments["to_person"].email,
        "role_key": "",
        "starts_on": arguments["starts_on"].isoformat(),
        "ends_on": arguments["ends_on"].isoformat(),
        "reason": "On leave.",
    }
    return Attempt(arguments, program_url("delegations", started), form)


def standing(started: StartedProgram) -> Attempt:
    made = delegations.delegate_decisions(**delegation(started).arguments, actor=started.sponsor)
    return Attempt({"delegation": made}, program_url("delegation_revoke", started, made.pk))


DEEDS = (
    Deed(delegations.delegate_decisions, delegation, SPONSOR | SET_UP),
    Deed(delegations.revoke_delegation, standing, SPONSOR | SET_UP),
)

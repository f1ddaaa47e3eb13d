"""Waivers: asked for, decided, taken back. The prepared waiver has a high risk and was asked for by the people lead."""

from datetime import timedelta
from typing import Any

from people.api import today
from rollout.models import Waiver
from rollout.services import waivers
from tests.factories.rollout import StartedProgram
from tests.rollout.deeds.shared import DECIDES, Attempt, Deed, wave_url

ITEM = "mistakes_are_learning"


def _terms() -> dict[str, Any]:
    return {
        "reason": "The survey comes in May.",
        "risk": "high",
        "compensating_action": "Two listening sessions.",
        "expires_on": today() + timedelta(days=30),
    }


def _asked_for(started: StartedProgram) -> Waiver:
    return waivers.request_waiver(item=started.item(ITEM), actor=started.people_lead, **_terms())


def request(started: StartedProgram) -> Attempt:
    item = started.item(ITEM)
    return Attempt({"item": item, **_terms()}, wave_url("waiver_request", started, item.step.key, ITEM), _terms())


def _deciding(started: StartedProgram, deed: str) -> Attempt:
    waiver = _asked_for(started)
    url = wave_url("waiver_decide", started, waiver.item.step.key, ITEM, waiver.pk)
    return Attempt({"waiver": waiver, "reason": "So be it."}, url, {"deed": deed, "reason": "So be it."})


DEEDS = (
    Deed(waivers.request_waiver, request, frozenset({"lead", "deputy", "people_lead"})),
    Deed(waivers.approve_waiver, lambda started: _deciding(started, "approve"), DECIDES),
    Deed(waivers.reject_waiver, lambda started: _deciding(started, "reject"), DECIDES),
    Deed(waivers.revoke_waiver, lambda started: _deciding(started, "revoke"), DECIDES | {"people_lead"}),
)

"""Deeds about calendars that people subscribe to."""

from django.urls import reverse

from rollout.queries.feeds import live_feed
from rollout.services.feeds import renew_feed, revoke_feed
from tests.factories.rollout import StartedProgram
from tests.rollout.deeds.shared import SEES_OTHER, SEES_OWN, Attempt, Deed


def _renew(started: StartedProgram) -> Attempt:
    return Attempt({"program": started.program}, reverse("rollout:calendar_renew"), {"program": started.program.slug})


def _revoke(started: StartedProgram) -> Attempt:
    return Attempt({"feed": live_feed(renew_feed(actor=started.project_lead, program=started.program))})


DEEDS = (
    Deed(renew_feed, _renew, frozenset(SEES_OWN), done_elsewhere=frozenset(SEES_OTHER)),
    Deed(
        revoke_feed,
        _revoke,
        frozenset({"lead", "administrator"}),
        no_page="the page ends the address of whoever looks at it, and of nobody else",
    ),
)

"""Wanting the weekly letter, or not: each reader for themselves."""

from rollout.services import digests
from tests.factories.rollout import StartedProgram
from tests.rollout.deeds.shared import Attempt, Deed, program_url


def choose(started: StartedProgram) -> Attempt:
    arguments = {"program": started.program, "is_wanted": False}
    return Attempt(arguments, program_url("digest_choose", started), {"wanted": "no"})


DEEDS = (Deed(digests.choose_digest, choose, frozenset({"lead", "deputy", "sponsor"})),)

"""Who wants the weekly letter."""

from people.api import User
from rollout.models import DigestOptOut, Program


def is_digest_wanted(program: Program, person: User) -> bool:
    """Whether the person has not said no to the program's letter. 1 query."""
    return not DigestOptOut.objects.filter(program=program, person=person).exists()

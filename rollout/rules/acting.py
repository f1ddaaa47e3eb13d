"""Who decides for whom: in their own right, or for a while in the name of somebody who asked them to."""

from collections.abc import Sequence

from people.api import Answer, User
from rollout.models import Program
from rollout.queries.holders import ActingAs, Holders
from rollout.rules.statements import not_theirs

__all__ = ["ActingAs", "acting_for", "acts_or_refusal"]


def acting_for(
    actor: User, holders: Holders, role_keys: Sequence[str], *, barred: int | None = None
) -> ActingAs | None:
    """Return in which of the roles ``actor`` decides today, and for whom; None when they may not.

    Holder and deputy act in their own right, a delegate in the name of ``principal``, which every record of the deed
    stores beside the actor. ``barred`` is the person in whose name nobody may act: who submitted or asked.
    """
    return holders.acting(actor.pk, *role_keys, barred=barred)


def acts_or_refusal(
    actor: User,
    program: Program,
    role_keys: Sequence[str],
    holders: Holders,
    deed: str,
    *,
    barred: int | None = None,
) -> Answer:
    """True when ``actor`` may decide in one of the roles; else a refusal that names who may.

    Only decisions are delegated. Answers, claims and submissions stay with the holders and their deputies
    (``rules.statements.holds_or_refusal``). ``deed`` completes “… by Anna Berg (Executive sponsor)”.
    """
    if acting_for(actor, holders, role_keys, barred=barred) is not None:
        return True
    return not_theirs(program, role_keys, holders, deed, holders.deciders(*role_keys))

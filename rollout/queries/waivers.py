"""Reads about waivers: their approvals, and the register of a program."""

from django.db.models import Prefetch

from rollout.models import WaiverApproval


def with_approvals() -> "Prefetch[str]":
    """Return the prefetch that ``rules.waivers`` wants of waivers: their approvals with the people behind them.

    One query, and none when there are no waivers.
    """
    return Prefetch("approvals", queryset=WaiverApproval.objects.select_related("approved_by", "acting_for"))

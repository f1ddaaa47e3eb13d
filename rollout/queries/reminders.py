"""What was sent, and whether it arrived."""

from dataclasses import dataclass

from django.db.models import Count, Q

from rollout.models import Program, ReminderRound, ReminderSent

Delivery = ReminderSent.Delivery
ROUNDS_SHOWN = 5


@dataclass(frozen=True)
class RoundLine:
    """One round of reminders: who sent it when, and how far its mails have come."""

    round: ReminderRound
    total: int
    sent: int
    failed: int

    @property
    def words(self) -> str:
        """“3 of 4 sent, 1 not delivered”."""
        parts = [f"{self.sent} of {self.total} sent"]
        if self.failed:
            parts.append(f"{self.failed} not delivered")
        return ", ".join(parts)


def latest_rounds(program: Program) -> list[RoundLine]:
    """Return the program's latest rounds, newest first. 1 query."""
    rounds = (
        ReminderRound.objects.filter(program=program)
        .select_related("sent_by")
        .annotate(
            total=Count("reminders"),
            sent=Count("reminders", filter=Q(reminders__delivery=Delivery.SENT)),
            failed=Count("reminders", filter=Q(reminders__delivery=Delivery.FAILED)),
        )
        .order_by("-created_at", "-pk")[:ROUNDS_SHOWN]
    )
    return [RoundLine(one, one.total, one.sent, one.failed) for one in rounds]

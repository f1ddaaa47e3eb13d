"""When a program stands still, and who reads its dates in a calendar of their own."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from people.api import now
from rollout.models.gates import GateDecision
from rollout.models.programs import Program
from rollout.models.roles import Meeting


class ProgramPause(models.Model):
    """A time in which the program's clocks stand still. Ended, never deleted; ``shifts`` keeps what moved at its end.

    ``started_on`` is the first day that does not count, ``ended_on`` the first that counts again.
    """

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="pauses")
    started_on = models.DateField()
    expected_until = models.DateField(
        "expected until",
        null=True,
        blank=True,
        help_text="A hint for people; the program resumes when somebody says so.",
    )
    reason = models.TextField(max_length=1000)
    paused_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    paused_at = models.DateTimeField(default=now)
    ended_on = models.DateField(null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)
    working_days = models.PositiveIntegerField(default=0, help_text="Working days that the dates moved.")
    shifts = models.JSONField(default=list, help_text='What moved: [{"kind", "id", "from", "to"}].')

    class Meta:
        ordering = ["-started_on", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["program"], condition=Q(ended_at__isnull=True), name="one_open_pause_per_program"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("started_on")), name="pause_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.program} paused on {self.started_on}"


class HoldShift(models.Model):
    """The day to which pauses moved a hold. The decision itself never changes; this day stands beside it."""

    decision = models.OneToOneField(GateDecision, on_delete=models.PROTECT, related_name="shift")
    revisit_on = models.DateField()
    pause = models.ForeignKey(ProgramPause, on_delete=models.PROTECT, related_name="hold_shifts")

    class Meta:
        ordering = ["revisit_on"]

    def __str__(self) -> str:
        return f"{self.decision} moved to {self.revisit_on}"


class CalendarFeed(models.Model):
    """A secret address under which a calendar program reads dates: of one person, or of one program for one person.

    Only the hash of the secret is kept. An address ends when it is renewed or revoked, and is never given again.
    """

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="calendar_feeds")
    program = models.ForeignKey(
        Program,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Empty: the person's own dates.",
    )
    token_sha256 = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(default=now)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["person_id", "-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "program"],
                condition=Q(revoked_at__isnull=True),
                name="one_live_feed_per_person_and_program",
            ),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(revoked_at__isnull=True, program__isnull=True),
                name="one_live_feed_of_their_own_per_person",
            ),
        ]

    def __str__(self) -> str:
        return f"Calendar of {self.program or self.person}"


class RetrospectiveReminder(models.Model):
    """That a team was reminded of a retrospective; at most once for each meeting."""

    meeting = models.OneToOneField(Meeting, on_delete=models.CASCADE, related_name="reminder")
    sent_at = models.DateTimeField(default=now)
    recipients = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-sent_at"]

    def __str__(self) -> str:
        return f"Reminder of {self.meeting}"

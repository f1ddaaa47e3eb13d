"""A program before it is started, and the invitations that go out when it is."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from people.api import now
from rollout.models.draft_content import DraftContent
from rollout.models.programs import Program


class ProgramDraft(models.Model):
    """What one lead has filled in for their next program. Nobody else sees it; a started one points to its program.

    ``content`` has the shape of ``rollout.models.draft_content.DraftContent``, and is emptied at the start.
    """

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="program_drafts")
    content = models.JSONField(default=dict)
    program = models.OneToOneField(Program, on_delete=models.PROTECT, null=True, blank=True, related_name="draft")
    created_at = models.DateTimeField(default=now)
    saved_at = models.DateTimeField(default=now)

    class Meta:
        ordering = ["-saved_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=Q(program__isnull=True), name="one_open_program_draft_per_person"
            )
        ]

    def __str__(self) -> str:
        return self.answers.title or "A program without a title"

    @property
    def answers(self) -> DraftContent:
        return DraftContent.model_validate(self.content)


class Invitation(models.Model):
    """The first mail about a program to somebody who carries it. One per person and program, so twice is once.

    The row is the wish to send; ``sent_at`` says that the mail went out.
    """

    program = models.ForeignKey(Program, on_delete=models.PROTECT, related_name="invitations")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="program_invitations")
    opening = models.TextField(max_length=2000)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField(default=now)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["program_id", "person_id"]
        constraints = [
            models.UniqueConstraint(fields=["program", "person"], name="one_invitation_per_program_and_person")
        ]

    def __str__(self) -> str:
        return f"{self.person} to {self.program}"

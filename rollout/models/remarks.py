"""Comments on a question of the checklist, called remarks because Wagtail owns the other word."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from people.api import now
from rollout.models.items import ChecklistItem


class Remark(models.Model):
    """What somebody wrote about a question, or answered to such a remark. Withdrawn, never deleted."""

    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="remarks")
    parent = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="replies",
        help_text="The remark that is answered; an answer is not answered again.",
    )
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)
    text = models.TextField(max_length=4000)
    edited_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(parent__isnull=True) | ~Q(parent=F("pk")), name="remark_answers_another")
        ]

    def __str__(self) -> str:
        return f"Remark {self.pk}"


class RemarkMention(models.Model):
    """That a remark names somebody: they get one mail, and see it on their first page until they have opened it."""

    remark = models.ForeignKey(Remark, on_delete=models.PROTECT, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    mailed_at = models.DateTimeField(null=True, blank=True)
    seen_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["remark", "person"], name="one_mention_per_remark_and_person")]

    def __str__(self) -> str:
        return f"{self.person} named in remark {self.remark_id}"

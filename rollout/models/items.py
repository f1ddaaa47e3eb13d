"""Checklist items, what people state about them, and what the data says."""

from django.conf import settings
from django.db import models

from people.api import now
from rollout.models.programs import DateSetBy, Step


class ChecklistItem(models.Model):
    """One question of a step, copied from the playbook version when the program starts."""

    class Strength(models.TextChoices):
        MUST = "must", "Must"
        SHOULD = "should", "Should"
        MAY = "may", "May"

    class Verification(models.TextChoices):
        ATTEST = "attest", "Attested"
        DOCUMENT = "document", "Documented"
        FOUR_EYES = "four_eyes", "Confirmed by a second person"
        LIVE = "live", "Read from data"
        LIVE_CONFIRM = "live_confirm", "Read from data and confirmed"

    step = models.ForeignKey(Step, on_delete=models.PROTECT, related_name="items")
    key = models.SlugField(max_length=80)
    position = models.PositiveSmallIntegerField()
    question = models.TextField()
    help = models.TextField(blank=True)
    strength = models.CharField(max_length=6, choices=Strength.choices)
    verification = models.CharField(max_length=12, choices=Verification.choices)
    responsible = models.SlugField(max_length=40, help_text="Role that answers; the holder is looked up when needed.")
    confirmed_by = models.SlugField(max_length=40, blank=True, help_text="Role that confirms.")
    waivable = models.BooleanField(default=True)
    is_live = models.BooleanField(default=False, help_text="A regression after the decision makes the gate suspect.")
    may_be_not_applicable = models.BooleanField(default=False)
    due_on = models.DateField(null=True, blank=True)
    due_set_by = models.CharField(max_length=8, choices=DateSetBy.choices, default=DateSetBy.PLAYBOOK)
    due_changed_at = models.DateTimeField(null=True, blank=True)
    checks = models.JSONField(default=list, help_text='Live checks: [{"source", "parameters", "strength"}].')

    class Meta:
        ordering = ["step_id", "position"]
        constraints = [models.UniqueConstraint(fields=["step", "key"], name="one_item_per_key")]

    def __str__(self) -> str:
        return self.question


class Statement(models.Model):
    """What a person said about an item. Append-only; the latest kinds that still stand make the item's state."""

    class Kind(models.TextChoices):
        ATTESTED = "attested", "Attested"
        DOCUMENTED = "documented", "Documented"
        CLAIMED = "claimed", "Claimed"
        CONFIRMED = "confirmed", "Confirmed"
        REJECTED = "rejected", "Not confirmed"
        WITHDRAWN = "withdrawn", "Withdrawn"
        NOT_APPLICABLE = "not_applicable", "Marked not applicable"

    item = models.ForeignKey(ChecklistItem, on_delete=models.PROTECT, related_name="statements")
    kind = models.CharField(max_length=16, choices=Kind.choices)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField(default=now)
    text = models.TextField(blank=True, max_length=4000)
    link = models.URLField(blank=True, max_length=500)
    evidence = models.ForeignKey(
        "rollout.EvidenceFileVersion", on_delete=models.PROTECT, null=True, blank=True, related_name="statements"
    )
    before_gate = models.BooleanField(default=False, help_text="Made while the step was not open yet: preparation.")

    class Meta:
        ordering = ["at", "id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} by {self.by}"


class Finding(models.Model):
    """What an evidence source last returned for one check of one item. Replaced when read again.

    ``missing`` is a list of ``{"person_id" (or null), "name", "what"}``, at most the first 50; ``missing_count`` is
    the whole number. Unknown is not met (product.md, rule 6).
    """

    class Status(models.TextChoices):
        MET = "met", "Met"
        NOT_MET = "not_met", "Not met"
        UNKNOWN = "unknown", "Unknown"

    item = models.ForeignKey(ChecklistItem, on_delete=models.CASCADE, related_name="findings")
    check_number = models.PositiveSmallIntegerField()
    source = models.SlugField(max_length=60)
    strength = models.CharField(max_length=6, choices=ChecklistItem.Strength.choices)
    status = models.CharField(max_length=8, choices=Status.choices)
    summary = models.CharField(max_length=300)
    value = models.CharField(max_length=60, blank=True)
    target = models.CharField(max_length=60, blank=True)
    missing = models.JSONField(default=list)
    missing_count = models.PositiveIntegerField(default=0)
    warnings = models.JSONField(default=list)
    fix_label = models.CharField(max_length=120, blank=True)
    fix_url = models.CharField(max_length=300, blank=True)
    as_of = models.DateTimeField(default=now)
    changed_at = models.DateTimeField(default=now, help_text="When the status last turned.")

    class Meta:
        ordering = ["item_id", "check_number"]
        constraints = [models.UniqueConstraint(fields=["item", "check_number"], name="one_finding_per_check")]

    def __str__(self) -> str:
        return self.summary

    @property
    def people_missing(self) -> int:
        """How many people are named, and could be reminded; teams, roles and parameters are not."""
        people = sum(row.get("person_id") is not None for row in self.missing)
        # Only the first are kept by name; when all of those are people, so are the others.
        return self.missing_count if people == len(self.missing) else people

from django.db import models

from people.api import now


class DemoCompany(models.Model):
    """That the demo company was loaded here, and at which stage. At most one row; never in production."""

    class Stage(models.TextChoices):
        KICKOFF = "kickoff", "Kickoff"
        TRAINING = "training", "Training"
        FIRST_CYCLE = "first-cycle", "First cycle"
        ROLLOUT = "rollout", "Rollout"

    stage = models.CharField(max_length=12, choices=Stage.choices)
    loaded_at = models.DateTimeField(default=now)

    class Meta:
        verbose_name_plural = "demo company"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="one_demo_company")]

    def __str__(self) -> str:
        return f"Demo company at stage {self.stage}"

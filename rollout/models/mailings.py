"""What every mail to one person keeps: whether it was handed over, and how often that was tried."""

from django.db import models


class Mailing(models.Model):
    """One mail to one person, handed over at most once."""

    class Delivery(models.TextChoices):
        QUEUED = "queued", "On its way"
        SENDING = "sending", "Being handed over"
        SENT = "sent", "Sent"
        FAILED = "failed", "Not delivered"
        DROPPED = "dropped", "Not needed any more"

    delivery = models.CharField(max_length=8, choices=Delivery.choices, default=Delivery.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    attempted_at = models.DateTimeField(null=True, blank=True)
    delivered_at = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

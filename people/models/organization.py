"""What the organization is called and where its day begins. Edited under Settings in the admin."""

from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


def validate_time_zone(name: str) -> None:
    """Refuse a name that the time zone database does not know."""
    if name not in available_timezones():
        raise ValidationError(f"“{name}” is not a time zone name. Use one like Europe/Berlin or America/New_York.")
    ZoneInfo(name)


@register_setting(icon="cog", order=100)
class OrganizationSettings(BaseGenericSetting):
    company_name = models.CharField(
        max_length=120, default="Pilotage", help_text="Shown in the header and on certificates."
    )
    logo = models.ForeignKey("wagtailimages.Image", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    time_zone = models.CharField(
        max_length=64,
        default="UTC",
        validators=[validate_time_zone],
        help_text="Deadlines end at midnight here, for example Europe/Berlin.",
    )
    catalog_open_to_visitors = models.BooleanField(
        default=True, help_text="Visitors who are not signed in may read the catalog and the glossary."
    )

    panels = [
        FieldPanel("company_name"),
        FieldPanel("logo"),
        FieldPanel("time_zone"),
        FieldPanel("catalog_open_to_visitors"),
    ]

    class Meta:
        verbose_name = "organization"

    def __str__(self) -> str:
        return self.company_name

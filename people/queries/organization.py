"""The organization's settings, read on nearly every request and therefore cached."""

from django.core.cache import cache

from people.models import OrganizationSettings

ZONE_CACHE_KEY = "people:organization:time-zone"


def organization() -> OrganizationSettings:
    """Return the organization's settings, the defaults when nobody has saved any."""
    return OrganizationSettings.objects.select_related("logo").first() or OrganizationSettings()


def organization_zone_name() -> str:
    """Return the name of the organization's time zone; cached for a minute."""
    name: str | None = cache.get(ZONE_CACHE_KEY)
    if name is None:
        name = OrganizationSettings.objects.values_list("time_zone", flat=True).first() or "UTC"
        cache.set(ZONE_CACHE_KEY, name, 60)
    return name


def forget_organization() -> None:
    """Let the next question read the organization's settings again. Other processes notice within a minute,
    at once when they share a cache."""
    cache.delete(ZONE_CACHE_KEY)

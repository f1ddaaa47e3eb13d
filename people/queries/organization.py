"""The organization's settings, read on nearly every request and therefore cached."""

from django.core.cache import caches

from people.models import OrganizationSettings

ZONE_CACHE_KEY = "people:organization:time-zone"


def organization() -> OrganizationSettings:
    """Return the organization's settings, the defaults when nobody has saved any."""
    return OrganizationSettings.objects.select_related("logo").first() or OrganizationSettings()


def organization_zone_name() -> str:
    """Return the name of the organization's time zone; each process keeps it for ten seconds."""
    name: str | None = caches["process"].get(ZONE_CACHE_KEY)
    if name is None:
        name = OrganizationSettings.objects.values_list("time_zone", flat=True).first() or "UTC"
        caches["process"].set(ZONE_CACHE_KEY, name, 10)
    return name


def forget_organization() -> None:
    """Let this process read the organization's settings again; others notice within ten seconds."""
    caches["process"].delete(ZONE_CACHE_KEY)

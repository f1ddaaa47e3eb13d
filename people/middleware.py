from collections.abc import Callable
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from people.queries.organization import organization_zone_name


class TimeZoneMiddleware:
    """Shows times in the signed-in person's time zone, else in the organization's."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info == "/healthz":
            return self.get_response(request)
        chosen = request.user.time_zone if request.user.is_authenticated else ""
        try:
            zone = ZoneInfo(chosen or organization_zone_name())
        except (ZoneInfoNotFoundError, ValueError):
            zone = ZoneInfo("UTC")
        with timezone.override(zone):
            return self.get_response(request)

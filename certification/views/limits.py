"""How often one address may ask."""

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

LOOKUPS_PER_MINUTE = 30
WINDOW_SECONDS = 60


def asks_too_often(request: HttpRequest, what: str, *, limit: int = LOOKUPS_PER_MINUTE) -> bool:
    """Count this request and return whether its address has asked for ``what`` more than ``limit`` times a minute.

    The window begins with the first request. The cache is enough: an evicted counter only forgives.
    """
    try:
        address = get_adapter(request).get_client_ip(request)
    except PermissionDenied:
        address = "unknown"
    key = f"certification:{what}:{address}"
    if cache.add(key, 1, WINDOW_SECONDS):
        return False
    try:
        return int(cache.incr(key)) > limit
    except ValueError:
        cache.set(key, 1, WINDOW_SECONDS)
        return False

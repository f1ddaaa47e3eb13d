"""For machines: is the service alive, and what may be crawled."""

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

ROBOTS = """User-agent: *
Disallow: /accounts/
Disallow: /admin/
Disallow: /coaching/
Disallow: /learning/
Disallow: /people/
Disallow: /programs/
Disallow: /search/
Disallow: /training/
Disallow: /verify/
"""


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the database answers, 503 otherwise. Asks for no session and no sign-in."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()
    except Error:
        return JsonResponse({"status": "unavailable", "database": "unreachable"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok"})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Keep crawlers out of what is about people."""
    return HttpResponse(ROBOTS, content_type="text/plain")

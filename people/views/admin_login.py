"""/admin/login/: the admin has no sign-in form of its own, there is one for the whole site."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache


@never_cache
def admin_login(request: HttpRequest) -> HttpResponse:
    """Send visitors to the sign-in page and back; people without access go home, with Wagtail's message.

    Not to the sign-in page, which would send them straight back here, again and again.
    """
    wanted = request.GET.get("next", "")
    if not url_has_allowed_host_and_scheme(wanted, {request.get_host()}, require_https=request.is_secure()):
        wanted = reverse("wagtailadmin_home")
    if not request.user.is_authenticated:
        return redirect(f"{reverse('account_login')}?{urlencode({'next': wanted})}")
    return redirect(wanted if request.user.has_perm("wagtailadmin.access_admin") else "/")

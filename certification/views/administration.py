"""What people leads do to certificates inside the admin."""

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods
from wagtail.admin import messages

from certification.forms import RevokeForm
from certification.models import Credential
from certification.rules import may_revoke_credential
from certification.rules.candidacies import is_steward
from certification.services import revoke_credential
from certification.views.requests import SignedInRequest
from people.api import Refused

LIST_URL = "credentials:index"


@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: SignedInRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then revoke. Only for people leads and administrators."""
    if not is_steward(request.user):
        raise PermissionDenied
    credential = get_object_or_404(Credential.objects.with_events(), pk=pk)
    answer = may_revoke_credential(request.user, credential)
    form = RevokeForm(request.POST or None)
    if answer is not True:
        messages.error(request, str(answer))
        return redirect(LIST_URL)
    if request.method == "POST" and form.is_valid():
        try:
            revoke_credential(credential=credential, reason=form.cleaned_data["reason"], actor=request.user)
        except Refused as error:
            messages.error(request, str(error))
        else:
            messages.success(request, f"The certificate {credential.number} is revoked.")
        return redirect(LIST_URL)
    return render(
        request,
        "certification/admin/revoke.html",
        {"credential": credential, "form": form, "page_title": "Revoke certificate", "header_icon": "cross"},
    )

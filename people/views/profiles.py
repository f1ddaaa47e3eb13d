"""/people/me/: what everybody may choose for themselves."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from people.forms.profiles import ProfileForm
from people.models import Membership, User
from people.queries.personas import personas_of
from people.services.profiles import update_profile


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: HttpRequest) -> HttpResponse:
    """Show one's own place and personas; save language and time zone."""
    assert isinstance(request.user, User)  # noqa: S101 - login_required has seen to it
    person = request.user
    form = ProfileForm(request.POST if request.method == "POST" else None, person=person)
    if request.method == "POST" and form.is_valid():
        update_profile(person=person, actor=person, **form.cleaned_data)
        messages.success(request, "Saved.")
        return redirect("people:me")
    place = Membership.objects.open().of(person.pk).select_related("unit", "manager").first()
    personas = sorted(personas_of(person), key=lambda persona: persona.label)
    context = {"form": form, "place": place, "personas": personas}
    return render(request, "people/me.html", context, status=422 if form.errors else 200)

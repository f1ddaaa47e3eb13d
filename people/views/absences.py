"""/people/absences/: who is on long leave, for people leads; nobody else knows the page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from people.forms.absences import AbsenceForm, EndForm
from people.models import Absence, User
from people.queries.calendar import today
from people.refusals import Refusal, Refused
from people.rules import may_look_after_people
from people.services.absences import end_absence, record_absence

LEAVES_A_PAGE = 50


def _people_lead(request: HttpRequest) -> User:
    """Return the signed-in people lead; anybody else gets 404."""
    if isinstance(request.user, User) and may_look_after_people(request.user):
        return request.user
    raise Http404


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def absences(request: HttpRequest) -> HttpResponse:
    """List the leaves, the latest first, and record one."""
    actor = _people_lead(request)
    form = AbsenceForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, form, status=422 if form.errors else 200)
    data = form.cleaned_data
    person = data.pop("who")
    try:
        record_absence(person=person, actor=actor, **data)
    except Refused as refused:
        return _page(request, form, refusal=refused.refusal, status=409)
    messages.success(request, f"The leave of {person} is recorded.")
    return redirect("people:absences")


@login_required
@require_POST
def absence_end(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the last day of a leave."""
    actor = _people_lead(request)
    absence = get_object_or_404(Absence.objects.select_related("person"), pk=pk)
    form = EndForm(request.POST)
    if not form.is_valid():
        return _page(request, AbsenceForm(), refusal=Refusal("Give the last day of the leave."), status=422)
    try:
        end_absence(absence=absence, ends_on=form.cleaned_data["ends_on"], actor=actor)
    except Refused as refused:
        return _page(request, AbsenceForm(), refusal=refused.refusal, status=409)
    messages.success(request, f"The leave of {absence.person} has its last day.")
    return redirect("people:absences")


def _page(
    request: HttpRequest, form: AbsenceForm, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    day = today()
    leaves = Absence.objects.select_related("person", "recorded_by").order_by("-started_on", "pk")
    context = {
        "form": form,
        "refusal": refusal,
        "away": Absence.objects.on(day).count(),
        "today": day,
        "page_obj": Paginator(leaves, LEAVES_A_PAGE).get_page(request.GET.get("page")),
    }
    return render(request, "people/absences.html", context, status=status)

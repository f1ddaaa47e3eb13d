"""/people/import/: upload a people file, read the plan, apply it. For people leads; nobody else knows the page."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.forms.imports import PeopleFileForm
from people.models import PeopleImport, User
from people.queries.people_file import MAX_BYTES, OPTIONAL_COLUMNS, REQUIRED_COLUMNS, too_large
from people.refusals import Refused
from people.rules import may_apply_import, may_look_after_people
from people.services.imports import apply_people_import, upload_people_file

ENVELOPE_BYTES = 64 * 1024
"""What a form adds around its file: boundaries, names, the token."""
DRAINED_BYTES = 100 * 1024 * 1024


def _people_lead(request: HttpRequest) -> User:
    """Return the signed-in people lead; anybody else gets 404."""
    if isinstance(request.user, User) and may_look_after_people(request.user):
        return request.user
    raise Http404


def _import_page(request: HttpRequest, form: PeopleFileForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "recent": PeopleImport.objects.defer("content").select_related("uploaded_by")[:10],
        "required_columns": REQUIRED_COLUMNS,
        "optional_columns": OPTIONAL_COLUMNS,
    }
    return render(request, "people/import_upload.html", context, status=status)


@csrf_exempt  # the protected inner view reads the form, and a body that is too large must never be parsed
@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def import_people(request: HttpRequest) -> HttpResponse:
    """Show the upload form, or check the uploaded file and show its plan. Too large a body is thrown away unread."""
    _people_lead(request)
    try:
        size = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        size = 0
    if request.method == "POST" and size > MAX_BYTES + ENVELOPE_BYTES:
        _drain(request, size)
        form = PeopleFileForm()
        form.errors["file"] = form.error_class([too_large(size)])
        form.is_bound = True
        return _import_page(request, form, status=413)
    return _checked_upload(request)


def _drain(request: HttpRequest, size: int) -> None:
    """Read a body away in small pieces, since browsers show no answer before they have sent everything."""
    left = min(size, DRAINED_BYTES)
    while left > 0 and (piece := request.read(64 * 1024)):
        left -= len(piece)


@csrf_protect
def _checked_upload(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _import_page(request, PeopleFileForm())
    form = PeopleFileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _import_page(request, form, status=422)
    file = form.cleaned_data["file"]
    try:
        checked = upload_people_file(content=file.read(), file_name=file.name, actor=_people_lead(request))
    except Refused as refused:
        form.add_error(None, str(refused))
        return _import_page(request, form, status=409)
    return redirect("people:import_check", pk=checked.pk)


@login_required
@require_safe
def import_check(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the plan of one uploaded file, and the button that applies it."""
    _people_lead(request)
    return _check_page(request, get_object_or_404(PeopleImport, pk=pk))


def _check_page(
    request: HttpRequest, people_import: PeopleImport, *, refused: Refused | None = None, status: int = 200
) -> HttpResponse:
    context = {
        "import": people_import,
        "plan": people_import.summary,
        "answer": may_apply_import(_people_lead(request), people_import),
        "refused": refused,
    }
    return render(request, "people/import_check.html", context, status=status)


@login_required
@require_POST
def import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    """Apply the plan that was shown. When it is stale, the new plan is shown instead and nothing is written."""
    actor = _people_lead(request)
    people_import = get_object_or_404(PeopleImport.objects.defer("content"), pk=pk)
    try:
        plan = apply_people_import(people_import=people_import, actor=actor)
    except Refused as refused:
        return _check_page(request, PeopleImport.objects.get(pk=pk), refused=refused, status=409)
    messages.success(
        request,
        f"Applied: {len(plan.created)} created, {len(plan.changed)} changed, {len(plan.ended)} ended.",
    )
    return redirect("people:import_check", pk=pk)

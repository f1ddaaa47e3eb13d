"""The guided start: six pages that keep what was typed, and a start with everything at once."""

from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from people.api import Refusal, Refused, Unit, User, today
from rollout.forms import drafts as forms
from rollout.models import Program, ProgramDraft
from rollout.models.draft_content import DraftContent
from rollout.models.playbook_content import PlaybookContent
from rollout.queries import drafts as queries
from rollout.queries.programs import content_of
from rollout.rules.access import may_start_program
from rollout.rules.drafts import CHARTER, DATES, PAGES, PARAMETERS, PEOPLE, REVIEW, ROLES, draft_gaps, page_url
from rollout.rules.words import count
from rollout.services.drafts import discard_draft, first_answers, save_draft, start_program_from_draft

ORDER = tuple(PAGES)
DEEPEST_INDENT = 4
BACK, NEXT, STAY, LEAVE = "back", "next", "stay", "list"


@login_required
@require_http_methods(["GET", "POST"])
def program_new(request: HttpRequest) -> HttpResponse:
    """The first page, or the page on which a draft was left."""
    actor = cast(User, request.user)
    if request.method == "GET" and (draft := queries.open_draft_of(actor)) is not None:
        unseen = (page for page in ORDER if page not in draft.answers.seen)
        return redirect(page_url(next(unseen, REVIEW)))
    return _page(request, CHARTER)


@login_required
@require_http_methods(["GET", "POST"])
def draft(request: HttpRequest, page: str) -> HttpResponse:
    """One page of the draft. Every button keeps what was typed, also the one that goes back."""
    if page not in ORDER:
        raise Http404
    if page != CHARTER and queries.open_draft_of(cast(User, request.user)) is None:
        if page == REVIEW and request.method == "POST":
            return _started_before(request)
        return redirect("rollout:program_new")
    return _page(request, page)


def _started_before(request: HttpRequest) -> HttpResponse:
    """A second click on Start goes where the first one went."""
    number = request.POST.get("draft", "")
    drafts = ProgramDraft.objects.filter(owner=cast(User, request.user), program__isnull=False)
    started = drafts.select_related("program").filter(pk=number).first() if number.isdecimal() else None
    if started is None or started.program is None:
        return redirect("rollout:program_new")
    return redirect("rollout:invitations", started.program.slug)


def _page(request: HttpRequest, page: str) -> HttpResponse:
    actor = cast(User, request.user)
    if (may_start := may_start_program(actor)) is not True:
        status = 409 if request.method == "POST" else 200
        return render(request, "rollout/program_refused.html", {"refusal": may_start}, status=status)
    draft = queries.open_draft_of(actor)
    answers = draft.answers if draft else first_answers(actor)
    if page == REVIEW:
        return _start(request, draft, answers) if request.method == "POST" else _review(request, draft, answers)
    if request.method != "POST":
        return _form_page(request, page, answers, draft)
    return _save(request, page, answers)


def _save(request: HttpRequest, page: str, before: DraftContent) -> HttpResponse:
    actor, go = cast(User, request.user), request.POST.get("go", NEXT)
    form = _form(page, before, actor, request)
    is_valid = form.is_valid()
    found = form.answers()
    if is_valid and go == NEXT:
        found["seen"] = [*dict.fromkeys((*before.seen, page))]
    draft = save_draft(owner=actor, answers=found)
    if getattr(request, "htmx", False):
        area_changed = page == PEOPLE and draft.answers.area != before.area
        return _live(request, page, draft, area_changed=area_changed)
    if go == NEXT and not is_valid:
        return _form_page(request, page, draft.answers, draft, form=form)
    return HttpResponseRedirect(_target_url(page, go))


def _target_url(page: str, go: str) -> str:
    return reverse("rollout:programs") if go == LEAVE else page_url(_target(page, go))


def _target(page: str, go: str) -> str:
    at = ORDER.index(page)
    if go == BACK:
        return ORDER[max(0, at - 1)]
    if go in ORDER:
        return go
    return page if go == STAY else ORDER[at + 1]


def _form(page: str, answers: DraftContent, actor: User, request: HttpRequest | None = None) -> forms.DraftForm:
    data = request.POST if request is not None and request.method == "POST" else None
    if page == CHARTER:
        return forms.CharterForm(data, answers=answers)
    if page == PEOPLE:
        area = data.get("area", "") if data is not None else answers.area
        return forms.PeopleForm(data, answers=answers, rows=queries.unit_rows(_unit(area)))
    playbook = _playbook(answers)
    if page == PARAMETERS:
        return forms.DraftParametersForm(data, answers=answers, playbook=playbook)
    if page == ROLES:
        suggestions = queries.role_suggestions(playbook, answers, actor)
        return forms.RolesForm(data, answers=answers, playbook=playbook, suggestions=suggestions)
    return forms.DatesForm(data, answers=answers, playbook=playbook)


def _unit(pk: Any) -> Unit | None:
    return Unit.objects.filter(pk=pk).first() if str(pk or "").isdecimal() else None


def _playbook(answers: DraftContent) -> PlaybookContent:
    version = queries.version_of(answers)
    if version is None:
        raise Refused(Refusal("There is no playbook to follow yet.", owed_by="an administrator, who can publish one"))
    return content_of(version)


def _form_page(
    request: HttpRequest,
    page: str,
    answers: DraftContent,
    draft: ProgramDraft | None,
    *,
    form: forms.DraftForm | None = None,
) -> HttpResponse:
    actor = cast(User, request.user)
    form = form or _form(page, answers, actor)
    context = {**_frame(page, answers, draft), **_beside(page, answers), "form": form}
    if isinstance(form, forms.PeopleForm):
        context["unit_choices"] = _unit_choices(form)
    if page == ROLES:
        context["roles"] = [
            (role, form[f"role-{role.key}"], form[f"other-{role.key}"]) for role in _playbook(answers).roles
        ]
    return render(request, f"rollout/draft_{page}.html", context)


def _live(request: HttpRequest, page: str, draft: ProgramDraft, *, area_changed: bool) -> HttpResponse:
    """What changes beside the form while somebody types."""
    context = {**_beside(page, draft.answers), "page": page, "draft": draft, "area_changed": area_changed}
    if area_changed:
        form = forms.PeopleForm(answers=draft.answers, rows=queries.unit_rows(_unit(draft.answers.area)))
        context["unit_choices"] = _unit_choices(form)
    return render(request, "rollout/partials/draft_live.html", context)


def _unit_choices(form: forms.PeopleForm) -> list[dict[str, Any]]:
    chosen = {str(one) for one in (form["units"].value() or ())}
    return [
        {"row": row, "is_chosen": str(row.unit.pk) in chosen, "level": min(row.level, DEEPEST_INDENT)}
        for row in form.rows
    ]


def _frame(page: str, answers: DraftContent, draft: ProgramDraft | None) -> dict[str, Any]:
    at = ORDER.index(page)
    return {
        "page": page,
        "page_title": PAGES[page],
        "number": at + 1,
        "total": len(ORDER),
        "draft": draft,
        "answers": answers,
        "pages": [
            {"key": key, "title": title, "is_current": key == page, "is_done": key in answers.seen}
            for key, title in PAGES.items()
        ],
        "has_back": at > 0,
    }


def _beside(page: str, answers: DraftContent) -> dict[str, Any]:
    """Return what stands beside the form: totals, rules of thumb, and when gates would be due."""
    if page == CHARTER:
        return {}
    playbook = _playbook(answers)
    if page == PARAMETERS:
        warnings = queries.draft_warnings(answers, playbook, 0)
        return {"warnings": [text for key, text in warnings.items() if key not in forms.ELSEWHERE]}
    if page == PEOPLE:
        return _size(answers, playbook)
    if page == ROLES:
        return {"vacant": queries.vacant_roles(playbook, answers)}
    warnings = queries.draft_warnings(answers, playbook, 0)
    begins_on = queries.preparation_begins_on(answers)
    return {
        "warnings": [text for key, text in warnings.items() if key in forms.RHYTHM],
        "begins_on": begins_on,
        "begins_too_early": begins_on is not None and begins_on < today(),
        "targets": queries.gate_targets(playbook, answers),
        "today": today(),
    }


def _size(answers: DraftContent, playbook: PlaybookContent) -> dict[str, Any]:
    people = queries.chosen_people(answers)
    rule = next((part for part in playbook.parameters if part.key == "pilot_size"), None)
    return {
        "people": len(people),
        "people_words": count(len(people), "person", "people"),
        "teams": queries.teams_of(people) if people else 0,
        "rule": rule,
        "size_warning": queries.draft_warnings(answers, playbook, len(people)).get("pilot_size", "") if people else "",
        "unknown": queries.unknown_addresses(answers),
    }


def _review(
    request: HttpRequest,
    draft: ProgramDraft | None,
    answers: DraftContent,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    actor = cast(User, request.user)
    playbook = _playbook(answers)
    size = _size(answers, playbook)
    people = User.objects.in_bulk({pk for ids in answers.roles.values() for pk in ids})
    warnings = queries.draft_warnings(answers, playbook, size["people"])
    context = {
        **_frame(REVIEW, answers, draft),
        **size,
        **_beside(DATES, answers),
        "gaps": draft_gaps(answers, actor),
        "refusal": refusal,
        "version": queries.version_of(answers),
        "approach": dict(Program.Approach.choices).get(answers.approach, ""),
        "area": _unit(answers.area),
        "units": Unit.objects.filter(pk__in=answers.units).order_by("path"),
        "parameters": [
            (part, getattr(answers, part.key))
            for part in playbook.parameters
            if part.key != "area" and getattr(answers, part.key) not in (None, "")
        ],
        "warnings": list(warnings.values()),
        "roles": [
            (role, [people[pk] for pk in answers.roles.get(role.key, ()) if pk in people]) for role in playbook.roles
        ],
        "vacant": queries.vacant_roles(playbook, answers),
        "first_step": playbook.steps[0],
    }
    return render(request, "rollout/draft_review.html", context, status=status)


def _start(request: HttpRequest, draft: ProgramDraft | None, answers: DraftContent) -> HttpResponse:
    if draft is None:
        return redirect("rollout:program_new")
    if (go := request.POST.get("go", NEXT)) != NEXT:
        return HttpResponseRedirect(_target_url(REVIEW, go))
    try:
        program = start_program_from_draft(draft=draft, actor=cast(User, request.user))
    except Refused as refused:
        return _review(request, draft, answers, refusal=refused.refusal, status=409)
    messages.success(request, f"{program.title} has started.")
    return redirect("rollout:invitations", program.slug)


@login_required
@require_http_methods(["GET", "POST"])
def discard(request: HttpRequest) -> HttpResponse:
    """Ask before the draft is thrown away; a click on the button throws it away."""
    actor = cast(User, request.user)
    if request.method == "POST":
        if discard_draft(owner=actor):
            messages.success(request, "The draft is gone. Nothing was started.")
        return redirect("rollout:programs")
    draft = queries.open_draft_of(actor)
    if draft is None:
        return redirect("rollout:programs")
    return render(request, "rollout/draft_discard.html", {"draft": draft})

"""One question: what was said about it, what can be said now, its waivers; and the files handed in as evidence."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from people.api import Refusal, Refused, now
from rollout.forms.items import DecideWaiverForm, StatementForm, WaiverForm
from rollout.forms.remarks import RemarkForm
from rollout.models import ChecklistItem, EvidenceFileVersion, Remark, Statement, Waiver
from rollout.queries.boards import gate_history
from rollout.queries.evidence_files import evidence_versions
from rollout.queries.holders import WORKS_COUNCIL
from rollout.queries.remarks import names_in, threads_of
from rollout.rules.access import may_see_evidence_views, not_for_the_works_council, sees_no_individuals
from rollout.rules.evaluation import ItemEvaluation
from rollout.rules.remarks import EDITABLE_FOR, people_to_name
from rollout.rules.uploads import media_type_of
from rollout.rules.waivers import (
    may_approve_waiver,
    may_decide_waiver,
    may_revoke_waiver,
    open_seats,
    risk_in_words,
    who_approves,
)
from rollout.rules.words import gate_url, item_url
from rollout.services import statements as deeds
from rollout.services import waivers
from rollout.services.evaluation import evaluate_gate
from rollout.services.evidence_files import record_evidence_view
from rollout.services.remarks import note_mentions_seen
from rollout.views.checklist import LABELS, deeds_of, next_deed, waiver_answer
from rollout.views.lookup import StepPlace, item_of, item_place, program_place, step_place
from rollout.views.wording import STATUS

SAID = {
    "attest": "Your answer is recorded.",
    "document": "Your evidence is recorded.",
    "claim": "Your answer is recorded. It counts once a second person confirms it.",
    "confirm": "Confirmed.",
    "reject": "Recorded: not confirmed.",
    "withdraw": "Taken back. What was said stays on record.",
    "not_applicable": "Marked as not applicable.",
}

SAFE_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}
"""Nothing runs from a file that somebody handed in, whatever it holds."""


@login_required
@require_GET
def item_page(request: HttpRequest, slug: str, number: int, key: str, item_key: str) -> HttpResponse:
    """A question with everything that was said about it."""
    place, item = item_place(request, slug, number, key, item_key)
    return render_item(request, place, item)


@login_required
@require_POST
def state(request: HttpRequest, slug: str, number: int, key: str, item_key: str) -> HttpResponse:
    """Say something about the question; ``deed`` names what."""
    place, item = item_place(request, slug, number, key, item_key)
    deed = request.POST.get("deed", "")
    if deed not in LABELS:
        raise Http404
    form = StatementForm(request.POST, request.FILES, deed=deed)
    if not form.is_valid():
        return render_item(request, place, item, form=form)
    try:
        _say(deed, item, place, form.cleaned_data)
    except Refused as refused:
        return render_item(request, place, item, form=form, refusal=refused.refusal, status=409)
    messages.success(request, SAID[deed])
    if sees_no_individuals(place.actor, place.program, holders=place.holders):
        return redirect(item_url(item))
    return redirect(f"{gate_url(place.step)}#item-{item.key}")


def _say(deed: str, item: ChecklistItem, place: StepPlace, data: dict[str, Any]) -> Statement:
    actor, text = place.actor, data["text"]
    match deed:
        case "attest":
            return deeds.attest_item(item=item, actor=actor, text=text)
        case "document":
            return deeds.document_item(item=item, actor=actor, text=text, link=data["link"], file=data["file"])
        case "claim":
            return deeds.claim_item(item=item, actor=actor, text=text, link=data["link"], file=data["file"])
        case "confirm":
            return deeds.confirm_item(item=item, actor=actor, text=text)
        case "reject":
            return deeds.reject_claim(item=item, actor=actor, text=text)
        case "withdraw":
            return deeds.withdraw_statement(item=item, actor=actor, text=text)
    return deeds.mark_not_applicable(item=item, actor=actor, text=text)


@login_required
@require_POST
def waiver_request(request: HttpRequest, slug: str, number: int, key: str, item_key: str) -> HttpResponse:
    """Ask for a waiver."""
    place = step_place(request, slug, number, key)
    item = item_of(place, item_key)
    form = WaiverForm(request.POST)
    if not form.is_valid():
        return render_item(request, place, item, waiver_form=form)
    try:
        waivers.request_waiver(item=item, actor=place.actor, **form.cleaned_data)
    except Refused as refused:
        return render_item(request, place, item, waiver_form=form, waiver_refusal=refused.refusal, status=409)
    messages.success(request, "The waiver is asked for. Another person has to approve it before it counts.")
    return redirect(f"{item_url(item)}#waiver")


@login_required
@require_POST
def waiver_decide(
    request: HttpRequest, slug: str, number: int, key: str, item_key: str, waiver_id: int
) -> HttpResponse:
    """Approve, reject or take back a waiver."""
    place = step_place(request, slug, number, key)
    item = item_of(place, item_key)
    waiver = Waiver.objects.filter(item=item, pk=waiver_id).first()
    if waiver is None:
        raise Http404
    form = DecideWaiverForm(request.POST)
    if not form.is_valid():
        return render_item(request, place, item, decide_form=form)
    services = {
        "approve": waivers.approve_waiver,
        "reject": waivers.reject_waiver,
        "revoke": waivers.revoke_waiver,
    }
    deed = form.cleaned_data["deed"]
    try:
        decided = services[deed](waiver=waiver, actor=place.actor, reason=form.cleaned_data["reason"])
    except Refused as refused:
        return render_item(request, place, item, decide_form=form, waiver_refusal=refused.refusal, status=409)
    said = {"approve": "Approved.", "reject": "Rejected.", "revoke": "The waiver is taken back."}[deed]
    if deed == "approve" and (missing := open_seats(decided)):
        said = f"Approved. It counts once {who_approves(missing, place.holders)} has approved it, too."
    messages.success(request, said)
    return redirect(f"{item_url(item)}#waiver")


@login_required
@require_GET
def evidence_file(request: HttpRequest, slug: str, version_id: int) -> FileResponse:
    """A version of an evidence file: only for those who may see the program, always as a download, and on record."""
    place = program_place(request, slug, names_people=False)
    version = (
        EvidenceFileVersion.objects.filter(pk=version_id, evidence__item__step__wave__program=place.program)
        .select_related("evidence__item")
        .first()
    )
    if version is None:
        raise Http404
    item = version.evidence.item
    is_for_council = WORKS_COUNCIL in (item.responsible, item.confirmed_by)
    if not is_for_council and sees_no_individuals(place.actor, place.program, holders=place.holders):
        raise Refused(not_for_the_works_council(place.program))
    try:
        content = version.file.open("rb")
    except FileNotFoundError as error:
        raise Http404("The file is no longer in storage.") from error
    record_evidence_view(version=version, person=place.actor)
    return FileResponse(
        content,
        as_attachment=True,
        filename=f"{item.key}-v{version.number}.{version.extension}",
        content_type=media_type_of(version.extension),
        headers=SAFE_HEADERS,
    )


def render_item(
    request: HttpRequest,
    place: StepPlace,
    item: ChecklistItem,
    *,
    form: StatementForm | None = None,
    refusal: Refusal | None = None,
    waiver_form: WaiverForm | None = None,
    decide_form: DecideWaiverForm | None = None,
    waiver_refusal: Refusal | None = None,
    remark_form: RemarkForm | None = None,
    answered: Remark | None = None,
    remark_refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page of a question; forms that were refused are shown again as they were typed."""
    evaluation = evaluate_gate(step=place.step)
    e: ItemEvaluation = next(e for e in evaluation.items if e.item.pk == item.pk)
    e.item.step = place.step
    history = gate_history(place.step)
    own = history.waivers.get(item.pk, [])
    for waiver in own:
        waiver.item = e.item
    live = history.live_waiver(item.pk)
    answers = deeds_of(place.actor, e, place.holders)
    coming = next_deed(e)
    controls = [
        {
            "deed": deed,
            "label": LABELS[deed],
            "answer": answer,
            "is_next": deed == coming,
            "form": form if form is not None and form.deed == deed else StatementForm(deed=deed),
            "is_typed": form is not None and form.deed == deed,
        }
        for deed, answer in answers.items()
    ]
    controls.sort(key=lambda control: not control["is_next"])
    threads = threads_of(item)
    if names_in(threads, place.actor.pk):
        note_mentions_seen(item=item, person=place.actor)
    context = {
        "place": place,
        "program": place.program,
        "step": place.step,
        "gate_url": gate_url(place.step),
        "e": e,
        "status": STATUS[e.state],
        "controls": controls,
        "versions": evidence_versions(item),
        "threads": threads,
        "remark_form": remark_form or RemarkForm(people=people_to_name(item, place.holders)),
        "answered": answered,
        "remark_refusal": remark_refusal,
        "editable_since": now() - EDITABLE_FOR,
        "may_see_views": may_see_evidence_views(place.actor, place.program, holders=place.holders),
        "said": list(reversed(list(item.statements.select_related("by", "evidence").order_by("at", "pk")))),
        "refusal": refusal,
        "waivers": own,
        "live_waiver": live,
        "may_waive": waiver_answer(place.actor, e, live, place.holders),
        "may_approve": may_approve_waiver(place.actor, live, evaluation=e, holders=place.holders) if live else None,
        "approvals_missing": who_approves(open_seats(live), place.holders) if live else "",
        "risk_in_words": risk_in_words(place.step, place.holders),
        "may_reject": live is not None and may_decide_waiver(place.actor, live, holders=place.holders) is True,
        "may_revoke": live is not None and may_revoke_waiver(place.actor, live, holders=place.holders) is True,
        "waiver_form": waiver_form or WaiverForm(),
        "decide_form": decide_form or DecideWaiverForm(),
        "waiver_refusal": waiver_refusal,
        "responsible": place.holders.title(item.responsible),
        "confirming": place.holders.title(item.confirmed_by) if item.confirmed_by else "",
    }
    return render(request, "rollout/item.html", context, status=status)

"""Comments on a question: written, answered, changed and withdrawn on the page of the question."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from people.api import Refused
from rollout.forms.remarks import EditRemarkForm, RemarkForm
from rollout.models import ChecklistItem, Remark
from rollout.rules.remarks import people_to_name
from rollout.services.remarks import edit_remark, withdraw_remark, write_remark
from rollout.views.items import render_item
from rollout.views.lookup import item_place
from rollout.views.wording import item_url


@login_required
@require_POST
def remark_write(request: HttpRequest, slug: str, number: int, key: str, item_key: str) -> HttpResponse:
    """Write a comment, or answer the one that ``parent`` names."""
    place, item = item_place(request, slug, number, key, item_key)
    parent = _remark(item, request.POST["parent"]) if request.POST.get("parent") else None
    form = RemarkForm(request.POST, people=people_to_name(item, place.holders))
    if not form.is_valid():
        return render_item(request, place, item, remark_form=form, answered=parent)
    try:
        write_remark(
            item=item, actor=place.actor, text=form.cleaned_data["text"], parent=parent, named_ids=form.named_ids
        )
    except Refused as refused:
        return render_item(
            request, place, item, remark_form=form, answered=parent, remark_refusal=refused.refusal, status=409
        )
    messages.success(request, "Your comment stands below the question.")
    return redirect(f"{item_url(item)}#comments")


@login_required
@require_POST
def remark_change(
    request: HttpRequest, slug: str, number: int, key: str, item_key: str, remark_id: int
) -> HttpResponse:
    """Change or withdraw one's own comment; ``deed`` says which."""
    place, item = item_place(request, slug, number, key, item_key)
    remark = _remark(item, str(remark_id))
    try:
        if request.POST.get("deed") == "withdraw":
            withdraw_remark(remark=remark, actor=place.actor)
            messages.success(request, "Your comment is withdrawn.")
        else:
            form = EditRemarkForm(request.POST)
            text = form.cleaned_data["text"] if form.is_valid() else ""
            edit_remark(remark=remark, actor=place.actor, text=text)
            messages.success(request, "Your comment is changed.")
    except Refused as refused:
        return render_item(request, place, item, remark_refusal=refused.refusal, status=409)
    return redirect(f"{item_url(item)}#comments")


def _remark(item: ChecklistItem, pk: str) -> Remark:
    """A comment on this question; another one is nothing that anybody was shown: 404."""
    found = item.remarks.select_related("by").filter(pk=int(pk)).first() if pk.isdecimal() else None
    if found is None:
        raise Http404
    return found

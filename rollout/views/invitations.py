"""What follows the start: the pilot's checklist is open, and the first invitations are looked at before they go."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from people.api import Refusal, Refused, User
from rollout.forms.drafts import InvitationsForm
from rollout.models import Invitation
from rollout.notifications.invitations import invitation_letter
from rollout.queries.boards import wave_facts
from rollout.rules.drafts import may_invite
from rollout.rules.words import count
from rollout.services.invitations import send_invitations
from rollout.views.lookup import Place, program_place

OPENING = (
    "we are about to start {title}, and you carry a part of it. {goal}"
    "Please look at what your role asks of you, and tell me if something in it does not fit."
)
PREVIEW = "preview"


@login_required
@require_http_methods(["GET", "POST"])
def invitations(request: HttpRequest, slug: str) -> HttpResponse:
    """Preview, edit the opening, leave people out, send. Whoever has their invitation is not written to again."""
    place = program_place(request, slug)
    invited = {row.person_id: row for row in Invitation.objects.filter(program=place.program)}
    waiting = [person for person in _carriers(place) if person.pk not in invited]
    choices = [(person.pk, person.get_full_name()) for person in waiting]
    if request.method != "POST":
        initial = {"opening": _opening(place), "people": [pk for pk, _ in choices]}
        return _page(request, place, invited, waiting, InvitationsForm(initial=initial, choices=choices))
    form = InvitationsForm(request.POST, choices=choices)
    refusal = None
    if form.is_valid() and request.POST.get("deed") != PREVIEW:
        try:
            sent = send_invitations(
                program=place.program,
                person_ids=form.cleaned_data["people"],
                opening=form.cleaned_data["opening"],
                actor=place.actor,
            )
        except Refused as refused:
            refusal = refused.refusal
        else:
            messages.success(request, f"{count(sent, 'invitation')} sent.")
            return redirect("rollout:invitations", slug)
    elif (may := may_invite(place.actor, place.program, holders=place.holders)) is not True:
        refusal = may
    status = 409 if refusal is not None else 200
    return _page(request, place, invited, waiting, form, refusal=refusal, status=status)


def _carriers(place: Place) -> list[User]:
    """Everybody who holds a role, in the order of the roles, except whoever is looking."""
    people = {person.pk: person for role in place.holders.roles.values() for person in role.people}
    people.pop(place.actor.pk, None)
    return list(people.values())


def _opening(place: Place) -> str:
    goal = f"What it is for: {place.program.goal.strip()} " if place.program.goal.strip() else ""
    return OPENING.format(title=place.program.title, goal=goal)


def _page(
    request: HttpRequest,
    place: Place,
    invited: dict[int, Invitation],
    waiting: list[User],
    form: InvitationsForm,
    *,
    refusal: Refusal | None = None,
    status: int = 200,
) -> HttpResponse:
    wave = place.program.waves.get(number=0)
    wave.program = place.program
    step = wave_facts(wave).current
    opening = str(form["opening"].value() or "")
    letters: list[dict[str, Any]] = [
        {"person": person, "letter": invitation_letter(place.program, person, opening, place.holders)}
        for person in waiting
    ]
    context = {
        "place": place,
        "program": place.program,
        "wave": wave,
        "step": step,
        "questions": step.items.count() if step else 0,
        "form": form,
        "letters": letters,
        "sent": [(person, invited[person.pk]) for person in _carriers(place) if person.pk in invited],
        "may_invite": may_invite(place.actor, place.program, holders=place.holders),
        "refusal": refusal,
    }
    return render(request, "rollout/invitations.html", context, status=status)

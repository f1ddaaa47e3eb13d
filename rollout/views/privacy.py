"""What is stored about people: for everybody, and for the works council of a program."""

from typing import cast

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from people.api import User
from rollout.models import Program
from rollout.privacy import READ_BY_SOURCES, REGISTER, TOPICS, Kept
from rollout.queries.holders import WORKS_COUNCIL, holders_in
from rollout.queries.privacy import informed_about, live_questions, programs_about
from rollout.rules.access import may_see_privacy, may_see_program


def _register() -> list[tuple[str, list[Kept]]]:
    return [(topic, [kept for kept in REGISTER if kept.topic == topic]) for topic in TOPICS]


@login_required
@require_GET
def privacy(request: HttpRequest) -> HttpResponse:
    """What the product stores about anybody, and the programs in which this person has a part."""
    programs = programs_about(cast(User, request.user))
    return render(request, "rollout/privacy.html", {"register": _register(), "programs": programs})


@login_required
@require_GET
def works_council(request: HttpRequest, slug: str) -> HttpResponse:
    """What a program reads and stores, who sees it, for how long, and when the works council was informed.

    For whoever sees the program and for everybody on one of its rosters; it shows nobody's learning.
    """
    actor = cast(User, request.user)
    program = Program.objects.select_related("playbook_version__playbook").filter(slug=slug).first()
    if program is None:
        raise Http404
    holders = holders_in(program.pk)
    if not may_see_privacy(actor, program, holders=holders):
        raise Http404
    informed = informed_about(program)
    context = {
        "program": program,
        "may_see_program": may_see_program(actor, program, holders=holders),
        "council": holders.people(WORKS_COUNCIL),
        "informed": informed,
        "confirmed": next((one for one in informed if one.is_confirmed), None),
        "questions": [
            (question, [READ_BY_SOURCES.get(source, source.replace("_", " ")) for source in sources])
            for question, sources in live_questions(program)
        ],
        "register": _register(),
    }
    return render(request, "rollout/works_council.html", context)

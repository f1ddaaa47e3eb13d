"""The list of programs, starting one, and the program board."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from people.api import User
from rollout.models import Program, Waiver
from rollout.queries.boards import BoardFacts, WaveFacts, program_lines, programs_of
from rollout.queries.drafts import open_draft_of
from rollout.queries.holders import Holders, gate_roles
from rollout.queries.programs import today_of
from rollout.rules.access import may_see_every_program, may_start_program
from rollout.rules.changes import changes_between, state_of
from rollout.rules.duties import program_duties
from rollout.rules.gates import may_decide_gate
from rollout.rules.reminders import may_remind
from rollout.rules.waivers import may_decide_waiver, open_seats, who_approves
from rollout.rules.words import board_sentences, coach_load, count, gate_url, item_url, vacancies, wave_sentence
from rollout.services.reminders import reminded_today
from rollout.services.standing import read_standing
from rollout.services.visits import mark_seen, note_visit
from rollout.views.lookup import program_place
from rollout.views.wording import commitments_of, rail_of

PROGRAMS_A_PAGE = 30
CHASED_AT_FIRST = 8


@login_required
@require_GET
def program_list(request: HttpRequest) -> HttpResponse:
    """The programs this person may see, each with a sentence on its first wave."""
    actor = cast(User, request.user)
    visible = Program.objects.order_by("title", "pk") if may_see_every_program(actor) else programs_of(actor)
    page = Paginator(visible, PROGRAMS_A_PAGE).get_page(request.GET.get("page"))
    shown = program_lines(visible.filter(pk__in=[program.pk for program in page]))
    lines = [
        {
            "program": program,
            "waves": [
                {"wave": facts.wave, "sentence": _short_sentence(facts), "rail": rail_of(facts, facts.current)}
                for facts in waves
            ],
        }
        for program, waves in shown
    ]
    may_start = may_start_program(actor)
    context = {
        "lines": lines,
        "page_obj": page,
        "may_start": may_start,
        "draft": open_draft_of(actor) if may_start is True else None,
        "total": page.paginator.count,
    }
    return render(request, "rollout/program_list.html", context)


def _short_sentence(facts: WaveFacts) -> str:
    """The sentence without what only an evaluation knows: a list does not evaluate gates."""
    return wave_sentence(facts, None, None, None, Holders(0, {}))


@login_required
@require_GET
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """Where the program stands, what waits for a decision, what blocks, and who owes what."""
    place = program_place(request, slug)
    standing = read_standing(program=place.program, holders=place.holders)
    facts, running, current = standing.facts, standing.running, standing.current
    evaluation = standing.evaluation
    chases, notes = program_duties(standing)
    seen = note_visit(program=place.program, person=place.actor, state=state_of(standing))
    teams = running.teams if running else 0
    waiting, waivers = _decisions(place.actor, facts), _waivers(place.actor, facts)
    context = {
        "place": place,
        "program": place.program,
        "day": today_of(place.program),
        "mine_url": next((one["url"] for one in (*waiting, *waivers) if one["mine"]), ""),
        "commitments": commitments_of(place.actor, running, facts.holders) if running else [],
        "lines": board_sentences(facts, standing.evaluations),
        "current": current,
        "current_url": gate_url(current) if current else "",
        "evaluation": evaluation,
        "blocking": [(e, item_url(e.item)) for e in standing.blocking],
        "waiting": waiting,
        "waivers": waivers,
        "may_remind": may_remind(place.actor, place.program, holders=place.holders),
        "reminded": reminded_today(place.program) if chases else set(),
        "changes": changes_between(seen.state, standing) if seen.since else [],
        "seen_since": seen.since,
        "chases": chases[:CHASED_AT_FIRST],
        "more_chases": chases[CHASED_AT_FIRST:],
        "chase_count": f"{count(len(chases), 'person', 'people')} {'owes' if len(chases) == 1 else 'owe'}",
        "notes": notes,
        "rails": [(wave, rail_of(wave, wave.current, standing.ready)) for wave in facts.waves],
        "vacancies": vacancies(facts.holders, teams),
        "coach_load": coach_load(facts.holders, teams),
        "roles_held": facts.holders.titles_held(place.actor.pk),
        "running": running,
    }
    return render(request, "rollout/board.html", context)


@login_required
@require_POST
def board_seen(request: HttpRequest, slug: str) -> HttpResponse:
    """Take what is new on the board as seen."""
    place = program_place(request, slug)
    standing = read_standing(program=place.program, holders=place.holders)
    mark_seen(program=place.program, person=place.actor, state=state_of(standing))
    messages.success(request, "Taken as seen. From now on the board tells what differs from this moment.")
    return redirect("rollout:board", place.program.slug)


def _decisions(actor: User, facts: BoardFacts) -> list[dict[str, object]]:
    return [
        {
            "submission": submission,
            "url": gate_url(submission.step) + "#decision",
            "who": facts.holders.deciders(*gate_roles(submission.step).decided_by)
            or facts.holders.title(*gate_roles(submission.step).decided_by) + " (vacant)",
            "mine": may_decide_gate(actor, submission.step, submission=submission, holders=facts.holders) is True,
        }
        for submission in facts.submissions.values()
    ]


def _waivers(actor: User, facts: BoardFacts) -> list[dict[str, object]]:
    return [
        {
            "waiver": waiver,
            "who": who_approves(open_seats(waiver), facts.holders),
            "url": item_url(waiver.item) + "#waiver",
            "mine": may_decide_waiver(actor, waiver, holders=facts.holders) is True,
        }
        for waiver in facts.waivers
        if waiver.state == Waiver.State.REQUESTED
    ]

"""Addresses of the program side. Arguments are always positional: slug, then wave number, then step key."""

from django.urls import path

from rollout.views import (
    charters,
    conditions,
    dates,
    delegations,
    drafts,
    gates,
    invitations,
    items,
    meetings,
    pauses,
    programs,
    reminders,
    roles,
    rosters,
    setup,
    sponsor,
    suspicion,
)

app_name = "rollout"

_roles = "programs/<slug:slug>/roles/"
_wave = "programs/<slug:slug>/waves/<int:number>/"
_step = f"{_wave}steps/<slug:key>/"
_item = f"{_step}items/<slug:item_key>/"

urlpatterns = [
    path("programs/", programs.program_list, name="programs"),
    path("programs/new/", drafts.program_new, name="program_new"),
    path("programs/new/discard/", drafts.discard, name="draft_discard"),
    path("programs/new/<slug:page>/", drafts.draft, name="draft"),
    path("programs/<slug:slug>/invitations/", invitations.invitations, name="invitations"),
    path("programs/<slug:slug>/", programs.board, name="board"),
    path("programs/<slug:slug>/seen/", programs.board_seen, name="board_seen"),
    path("programs/<slug:slug>/sponsor/", sponsor.sponsor, name="sponsor"),
    path("programs/<slug:slug>/sponsor/act/", sponsor.sponsor_act, name="sponsor_act"),
    path("programs/<slug:slug>/sponsor.pdf", sponsor.sponsor_pdf, name="sponsor_pdf"),
    path("programs/<slug:slug>/questions/<int:question_id>/", sponsor.question_answer, name="question_answer"),
    path("programs/<slug:slug>/remind/", reminders.remind, name="remind"),
    path("programs/<slug:slug>/delegations/", delegations.delegation_page, name="delegations"),
    path(
        "programs/<slug:slug>/delegations/<int:delegation_id>/revoke/",
        delegations.delegation_revoke,
        name="delegation_revoke",
    ),
    path("programs/<slug:slug>/roles/", roles.roles, name="roles"),
    path(f"{_roles}<slug:role>/assign/", roles.role_assign, name="role_assign"),
    path(f"{_roles}<slug:role>/learning/", roles.role_learning, name="role_learning"),
    path(f"{_roles}<slug:role>/outside/", roles.external_name, name="external_name"),
    path(f"{_roles}<slug:role>/charter/", charters.charter, name="charter"),
    path(f"{_roles}<slug:role>/charter/accept/", charters.charter_accept, name="charter_accept"),
    path(f"{_roles}<slug:role>/charter/write/", charters.charter_write, name="charter_write"),
    path(f"{_roles}assignments/<int:assignment_id>/end/", roles.role_end, name="role_end"),
    path(f"{_roles}externals/<int:external_id>/end/", roles.external_end, name="external_end"),
    path(f"{_roles}externals/<int:external_id>/signed/", charters.external_charter, name="external_charter"),
    path("programs/<slug:slug>/parameters/", setup.parameters, name="parameters"),
    path("programs/<slug:slug>/pause/", pauses.pause, name="pause"),
    path("programs/<slug:slug>/resume/", pauses.resume, name="resume"),
    path("programs/<slug:slug>/evidence/<int:statement_id>/", items.evidence_file, name="evidence_file"),
    path(f"{_wave}roster/", rosters.roster, name="roster"),
    path(f"{_wave}roster/add/", rosters.roster_add, name="roster_add"),
    path(f"{_wave}roster/freeze/", rosters.roster_freeze, name="roster_freeze"),
    path(f"{_wave}roster/<int:member_id>/remove/", rosters.roster_remove, name="roster_remove"),
    path(f"{_wave}meetings/", meetings.meetings, name="meetings"),
    path(f"{_wave}dates/", dates.wave_dates, name="wave_dates"),
    path(f"{_wave}due-dates/", dates.due_dates, name="due_dates"),
    path(f"{_step}due-date/", dates.gate_due_date, name="gate_due_date"),
    path(f"{_item}due-date/", dates.item_due_date, name="item_due_date"),
    path(f"{_wave}open-enrollment/", setup.open_enrollment, name="open_enrollment"),
    path(f"{_wave}start-cycle/", setup.start_cycle, name="start_cycle"),
    path(_step, gates.gate_room, name="gate"),
    path(f"{_step}submit/", gates.submit, name="gate_submit"),
    path(f"{_step}withdraw/", gates.withdraw, name="gate_withdraw"),
    path(f"{_step}decide/", gates.decide, name="gate_decide"),
    path(f"{_step}reopen/", suspicion.reopen, name="gate_reopen"),
    path(f"{_step}reconfirm/", suspicion.reconfirm, name="gate_reconfirm"),
    path(f"{_step}decisions/<int:decision_id>/lift/", gates.lift, name="hold_lift"),
    path(f"{_step}conditions/<int:condition_id>/", conditions.condition_page, name="condition"),
    path(f"{_step}decisions/<int:decision_id>/", gates.decision, name="decision"),
    path(_item, items.item_page, name="item"),
    path(f"{_item}state/", items.state, name="item_state"),
    path(f"{_item}waiver/", items.waiver_request, name="waiver_request"),
    path(f"{_item}waiver/<int:waiver_id>/", items.waiver_decide, name="waiver_decide"),
]

"""Playbooks, programs, dates, meetings and commitments."""

from datetime import UTC, datetime, timedelta

from courses.api import courses_by_key
from people.api import today
from rollout.models import PlaybookVersion, ProgramDraft, Step
from rollout.services import commitments, drafts, invitations, meetings, playbooks, programs
from tests.factories.courses import make_course
from tests.factories.people import UnitFactory
from tests.factories.rollout import COURSE_KEYS, StartedProgram, eight_steps_text, make_playbook_version, open_until
from tests.rollout.deeds.shared import SET_UP, Attempt, Deed, program_url, wave_url

PROJECT_LEADS = frozenset({"lead", "administrator"})
"""The group: the lead is in it, their deputy is not."""
IN_ADMIN = "playbooks are edited in the admin, which calls the same service"


def import_file(started: StartedProgram) -> Attempt:
    return Attempt({"text": eight_steps_text().replace("title: ", "title: New ", 1)})


def publish(started: StartedProgram) -> Attempt:
    published = make_playbook_version()
    draft, _ = PlaybookVersion.objects.get_or_create(
        playbook=published.playbook, number=2, defaults={"content": published.content, "sha256": "2"}
    )
    return Attempt({"version": draft})


def start(started: StartedProgram) -> Attempt:
    return Attempt({"title": "Another", "playbook_version": make_playbook_version()})


def start_draft(started: StartedProgram) -> Attempt:
    """The lead of the program has prepared another one."""
    content = {
        "title": "Another",
        "playbook_version": make_playbook_version().pk,
        "goal": "Focus",
        "approach": "partial",
        "area": UnitFactory().pk,
        "starts_on": (today() + timedelta(weeks=9)).isoformat(),
    }
    return Attempt({"draft": ProgramDraft.objects.create(owner=started.project_lead, content=content)})


def invite(started: StartedProgram) -> Attempt:
    form = {"opening": "We start on Monday.", "people": [started.people["coach"].pk], "deed": "send"}
    arguments = {"program": started.program, "person_ids": form["people"], "opening": form["opening"]}
    return Attempt(arguments, program_url("invitations", started), form)


def parameters(started: StartedProgram) -> Attempt:
    url = program_url("parameters", started)
    return Attempt({"program": started.program, "values": {"pilot_size": 30}}, url, {"pilot_size": 30})


def dates(started: StartedProgram) -> Attempt:
    day = today() + timedelta(weeks=9)
    return Attempt(
        {"wave": started.fresh_wave(), "starts_on": day}, wave_url("wave_dates", started), {"starts_on": day}
    )


def plan(started: StartedProgram) -> Attempt:
    first = datetime(2030, 3, 4, 9, tzinfo=UTC)
    form = {"kind": "planning", "planning-starts_on": "2030-03-04", "planning-starts_at": "09:00"}
    return Attempt(
        {"wave": started.fresh_wave(), "kind": "planning", "first_start": first}, wave_url("meetings", started), form
    )


def planned(started: StartedProgram) -> Attempt:
    meetings.plan_meetings(**plan(started).arguments, actor=started.project_lead)
    meeting = started.wave.meetings.first()
    url = wave_url("meeting_cancel", started, meeting.pk)
    return Attempt({"meeting": meeting, "reason": "Fair"}, url, {f"cancel-{meeting.pk}-reason": "Fair"})


def moved(started: StartedProgram) -> Attempt:
    meeting = planned(started).arguments["meeting"]
    later, name = datetime(2030, 3, 5, 9, tzinfo=UTC), f"move-{meeting.pk}"
    form = {f"{name}-starts_on": "2030-03-05", f"{name}-starts_at": "09:00", f"{name}-minutes": 60}
    return Attempt({"meeting": meeting, "starts_at": later}, wave_url("meeting_move", started, meeting.pk), form)


def generated(started: StartedProgram) -> Attempt:
    return Attempt({"wave": started.fresh_wave()}, wave_url("meetings_generate", started), {"planning": "10:00"})


def enrollment(started: StartedProgram) -> Attempt:
    for key in sorted(set(COURSE_KEYS) - set(courses_by_key(list(COURSE_KEYS)))):
        make_course(key, lessons=1)
    open_until(started, "coaching")
    return Attempt({"wave": started.fresh_wave()}, wave_url("open_enrollment", started))


def cycle(started: StartedProgram) -> Attempt:
    started.wave.steps.update(state=Step.State.PASSED)
    return Attempt({"wave": started.fresh_wave()}, wave_url("start_cycle", started))


DEEDS = (
    Deed(playbooks.import_playbook, import_file, PROJECT_LEADS, no_page=IN_ADMIN, everywhere=True),
    Deed(playbooks.publish_playbook_version, publish, PROJECT_LEADS, no_page=IN_ADMIN, everywhere=True),
    Deed(
        programs.start_program,
        start,
        PROJECT_LEADS,
        no_page="the guided start calls it with everything that was prepared",
        everywhere=True,
    ),
    Deed(
        drafts.start_program_from_draft,
        start_draft,
        frozenset({"lead"}),
        done_elsewhere=frozenset(),
        no_page="the page starts the draft of whoever is signed in, so nobody can name another one",
    ),
    Deed(invitations.send_invitations, invite, SET_UP),
    Deed(programs.record_parameters, parameters, SET_UP),
    Deed(programs.set_wave_dates, dates, SET_UP),
    Deed(meetings.plan_meetings, plan, SET_UP),
    Deed(meetings.cancel_meeting, planned, SET_UP),
    Deed(meetings.move_meeting, moved, SET_UP),
    Deed(meetings.generate_meetings, generated, SET_UP),
    Deed(commitments.open_enrollment, enrollment, SET_UP),
    Deed(commitments.start_cycle, cycle, SET_UP),
)

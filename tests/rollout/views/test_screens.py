"""Every address of the program side, for every kind of person, in their own and in another program."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from people.api import PEOPLE_LEADS, PROJECT_LEADS, now, today
from rollout.models import Condition, GateDecision, GateQuestion, Statement
from rollout.services.delegations import delegate_decisions
from rollout.services.externals import name_external
from rollout.services.gates import decide_gate, submit_gate
from rollout.services.questions import ask_gate_question
from rollout.services.remarks import write_remark
from rollout.services.statements import document_item
from rollout.services.waivers import request_waiver
from rollout.urls import urlpatterns
from tests.factories.people import UserFactory
from tests.factories.rollout import StartedProgram, answer_step, make_program

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def quick_typesetting(monkeypatch) -> None:
    """Who gets a document is asked here; how it looks, in test_sponsor, test_digests and test_dossiers."""
    monkeypatch.setattr("rollout.documents.typeset", lambda *args, **kwargs: b"%PDF-")


@pytest.fixture
def started() -> StartedProgram:
    started = make_program()
    answer_step(started, "prerequisites")
    submission = submit_gate(step=started.step("prerequisites"), actor=started.project_lead)
    ask_gate_question(submission=submission, actor=started.sponsor, question="How sure are you?")
    decide_gate(submission=submission, outcome=GateDecision.Outcome.GO, actor=started.sponsor)
    document_item(
        item=started.item("goal_written"),
        actor=started.project_lead,
        file=SimpleUploadedFile("goal.pdf", b"%PDF-1.7 goal"),
    )
    request_waiver(
        item=started.item("extent_decided"),
        actor=started.sponsor,
        reason="Later",
        risk="low",
        compensating_action="Ask",
        expires_on=today() + timedelta(days=9),
    )
    Condition.objects.create(
        decision=GateDecision.objects.get(), item=started.item("open_to_change"), owner=started.coach, due_on=today()
    )
    started.wave.meetings.create(kind="weekly", starts_at=now() + timedelta(days=9), planned_by=started.project_lead)
    delegate_decisions(
        program=started.program,
        from_person=started.sponsor,
        to_person=started.people_lead,
        actor=started.sponsor,
        starts_on=today(),
        ends_on=today() + timedelta(days=9),
        reason="On leave",
    )
    name_external(
        slot=started.slot("coach"),
        name="Kim Outside",
        contact=started.project_lead,
        until=today() + timedelta(days=90),
        actor=started.project_lead,
    )
    write_remark(item=started.item("extent_decided"), actor=started.sponsor, text="What speaks for full?")
    return started


def addresses(started: StartedProgram) -> dict[str, tuple[str, list[object]]]:
    """Return method and arguments of every address of one program, by name."""
    slug, wave = started.program.slug, 0
    step, item = [slug, wave, "goal"], [slug, wave, "goal", "extent_decided"]
    decision = GateDecision.objects.get(step__wave=started.wave)
    statement = Statement.objects.exclude(evidence=None).get(item__step__wave=started.wave)
    waiver = started.item("extent_decided").waivers.get()
    assignment = started.slot("coach").assignments.get()
    asked = GateQuestion.objects.get(submission__step__wave=started.wave)
    member = started.wave.roster.first()
    delegation = started.program.delegations.get()
    condition = Condition.objects.get(decision=decision)
    meeting = started.wave.meetings.get()
    external = started.slot("coach").externals.get()
    remark = started.item("extent_decided").remarks.get()
    passed = [slug, wave, "prerequisites"]
    return {
        "board": ("get", [slug]),
        "board_seen": ("post", [slug]),
        "remind": ("get", [slug]),
        "digest": ("get", [slug]),
        "digest_pdf": ("get", [slug]),
        "digest_choose": ("post", [slug]),
        "sponsor": ("get", [slug]),
        "sponsor_pdf": ("get", [slug]),
        "sponsor_act": ("post", [slug]),
        "question_answer": ("post", [slug, asked.pk]),
        "roles": ("get", [slug]),
        "role_assign": ("post", [slug, "coach"]),
        "role_end": ("post", [slug, assignment.pk]),
        "delegations": ("get", [slug]),
        "delegation_revoke": ("post", [slug, delegation.pk]),
        "role_learning": ("post", [slug, "coach"]),
        "external_name": ("post", [slug, "coach"]),
        "external_end": ("post", [slug, external.pk]),
        "external_charter": ("post", [slug, external.pk]),
        "charter": ("get", [slug, "coach"]),
        "charter_accept": ("post", [slug, "coach"]),
        "charter_write": ("post", [slug, "coach"]),
        "hand_over": ("get", [slug, assignment.pk]),
        "parameters": ("get", [slug]),
        "invitations": ("get", [slug]),
        "history": ("get", [slug]),
        "history_csv": ("get", [slug]),
        "works_council": ("get", [slug]),
        "waivers": ("get", [slug]),
        "waivers_csv": ("get", [slug]),
        "program_dossier": ("get", [slug]),
        "dossier": ("get", passed),
        "dossier_pdf": ("get", passed),
        "dossier_json": ("get", passed),
        "gate_reopen": ("get", passed),
        "gate_reconfirm": ("post", passed),
        "remark_write": ("post", item),
        "remark_change": ("post", [*item, remark.pk]),
        "evidence_file": ("get", [slug, statement.evidence_id]),
        "roster": ("get", [slug, wave]),
        "roster_add": ("post", [slug, wave]),
        "roster_freeze": ("post", [slug, wave]),
        "roster_remove": ("post", [slug, wave, member.pk]),
        "meetings": ("get", [slug, wave]),
        "meetings_generate": ("get", [slug, wave]),
        "meeting_list": ("get", [slug, wave]),
        "meeting_move": ("post", [slug, wave, meeting.pk]),
        "meeting_cancel": ("post", [slug, wave, meeting.pk]),
        "wave_dates": ("post", [slug, wave]),
        "due_dates": ("get", [slug, wave]),
        "gate_due_date": ("post", step),
        "item_due_date": ("post", item),
        "pause": ("get", [slug]),
        "resume": ("post", [slug]),
        "open_enrollment": ("post", [slug, wave]),
        "start_cycle": ("post", [slug, wave]),
        "gate": ("get", step),
        "gate_submit": ("post", step),
        "gate_withdraw": ("post", step),
        "gate_decide": ("post", step),
        "decision": ("get", [slug, wave, "prerequisites", decision.pk]),
        "hold_lift": ("post", [slug, wave, "prerequisites", decision.pk]),
        "condition": ("get", [slug, wave, "prerequisites", condition.pk]),
        "item": ("get", item),
        "item_state": ("post", item),
        "waiver_request": ("post", item),
        "waiver_decide": ("post", [*item, waiver.pk]),
    }


def person(kind: str, started: StartedProgram):
    match kind:
        case "visitor":
            return None
        case "administrator":
            return started.administrator
        case "member":
            return started.members[1]
        case "project lead elsewhere":
            elsewhere = UserFactory()
            elsewhere.groups.add(Group.objects.get_or_create(name=PROJECT_LEADS)[0])
            return elsewhere
        case "people lead":
            lead = UserFactory()
            lead.groups.add(Group.objects.get_or_create(name=PEOPLE_LEADS)[0])
            return lead
        case "employee":
            return UserFactory()
    return started.people[kind]


OPEN_TO_COUNCIL = {"roles", "charter", "history", "history_csv", "works_council"}
"""Pages that name nobody's learning."""
OPEN_TO_MEMBERS = {"works_council"}
"""What is stored about them is for everybody on the roster to read."""
WRITING_404 = {"gate_withdraw": 404, "gate_decide": 404, "hold_lift": 404, "item_state": 404, "sponsor_act": 404}
"""Posts that name nothing that was on screen."""
ALLOWED = {
    "sponsor": "sees",
    "project_lead": "sees",
    "people_lead": "sees",
    "coach": "sees",
    "works_council": "watches",
    "people lead": "sees",
    "administrator": "sees",
    "member": "reads what is stored",
    "employee": "hidden",
    "project lead elsewhere": "hidden",
    "visitor": "sign-in",
}


def test_no_address_of_a_program_is_left_out(started):
    of_programs = {pattern.name for pattern in urlpatterns if "<slug:slug>" in str(pattern.pattern)}
    assert of_programs == set(addresses(started))


@pytest.mark.parametrize(("kind", "expected"), ALLOWED.items())
def test_every_address_for_every_person(client, started, kind, expected):
    who = person(kind, started)
    if who is not None:
        client.force_login(who)
    for name, (method, args) in addresses(started).items():
        url = reverse(f"rollout:{name}", args=args)
        response = getattr(client, method)(url)
        if response.streaming:
            assert b"".join(response).startswith(b"%PDF")
        if expected == "sign-in":
            assert response.status_code == 302, name
            assert response.url.startswith("/accounts/login/"), name
        elif expected == "reads what is stored":
            assert response.status_code == (200 if name in OPEN_TO_MEMBERS else 404), name
        elif expected == "hidden":
            assert response.status_code == 404, name
        elif expected == "watches":
            assert response.status_code == (200 if name in OPEN_TO_COUNCIL else 409), name
        elif method == "get":
            assert response.status_code == 200, name
        else:
            assert response.status_code in (200, 302, 404, 409), name
            assert (response.status_code == 404) == (name in WRITING_404), name


def test_holding_a_role_elsewhere_shows_nothing_here(client, started):
    other = make_program(title="Another program")
    table = addresses(started)
    for role in ("sponsor", "project_lead", "works_council"):
        client.force_login(other.people[role])
        for name, (method, args) in table.items():
            assert getattr(client, method)(reverse(f"rollout:{name}", args=args)).status_code == 404, name


def test_nothing_of_another_program_is_reached_through_the_own(client, started):
    """Somebody who may see both programs still gets no row of the one under the address of the other."""
    other = make_program(title="Another program")
    client.force_login(started.administrator)
    slug = other.program.slug
    for name in (
        "role_end",
        "delegation_revoke",
        "condition",
        "hold_lift",
        "evidence_file",
        "roster_remove",
        "decision",
        "waiver_decide",
    ):
        method, args = addresses(started)[name]
        url = reverse(f"rollout:{name}", args=[slug, *args[1:]])
        assert getattr(client, method)(url).status_code == 404, name


@pytest.mark.parametrize("name", ["gate_submit", "gate_decide", "item_state", "open_enrollment", "roster_freeze"])
def test_changes_need_a_post(client, started, name):
    client.force_login(started.project_lead)
    assert client.get(reverse(f"rollout:{name}", args=addresses(started)[name][1])).status_code == 405


@pytest.mark.parametrize(
    "path",
    ["/programs/nothing/", "/programs/okr-rollout/waves/7/steps/goal/", "/programs/okr-rollout/waves/0/steps/nothing/"],
)
def test_what_is_not_there_is_not_found(client, started, path):
    client.force_login(started.administrator)
    assert client.get(path).status_code == 404

"""A role changes hands, and everything open with it, in one act."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from people.api import Refused, now, today
from rollout.models import Condition, ConditionHandover, GateDecision, GateSubmission, Statement
from rollout.queries.handovers import left_behind, open_duties
from rollout.services.handovers import hand_over
from tests.factories.people import UserFactory
from tests.factories.rollout import StartedProgram, hold_role, make_program, name_outsider

pytestmark = pytest.mark.django_db


def assignment_of(started: StartedProgram, key: str):
    rows = started.slot(key).assignments.select_related("person", "slot__program__playbook_version")
    return rows.get(person=started.people[key])


def owe(started: StartedProgram, owner, item: str = "processes_fit") -> Condition:
    """A condition that somebody owns, past the services."""
    step = started.step("pilot_group")
    submission = GateSubmission.objects.create(
        step=step, submitted_by=started.project_lead, snapshot={}, state=GateSubmission.State.DECIDED
    )
    decision = GateDecision.objects.create(
        step=step, submission=submission, outcome="conditional_go", decided_by=started.sponsor, snapshot={},
        snapshot_sha256="x",
    )  # fmt: skip
    return Condition.objects.create(
        decision=decision, item=started.item(item), owner=owner, due_on=today() + timedelta(days=9)
    )


def test_successor_gets_the_role_the_conditions_and_the_contacts(news):
    started, successor = make_program(), UserFactory()
    condition, external = (
        owe(started, started.people_lead),
        name_outsider(started, "coach", contact=started.people_lead),
    )
    with news() as ids:
        new = hand_over(
            assignment=assignment_of(started, "people_lead"), successor=successor, actor=started.project_lead,
            reason="Moves to Sales.",
        )  # fmt: skip
    assert started.wave.pk in ids
    assert (new.person, new.is_deputy, new.slot.key) == (successor, False, "people_lead")
    assert assignment_of(started, "people_lead").ended_on == today()
    condition.refresh_from_db()
    external.refresh_from_db()
    assert condition.owner == external.contact == successor
    handover = ConditionHandover.objects.get()
    assert (handover.from_owner, handover.to_owner, handover.reason) == (
        started.people_lead,
        successor,
        "Moves to Sales.",
    )


def test_chosen_conditions_move_and_the_others_stay():
    started = make_program()
    stays, moves = owe(started, started.coach), owe(started, started.coach)
    hand_over(
        assignment=assignment_of(started, "coach"), successor=UserFactory(), actor=started.project_lead,
        condition_ids=[moves.pk],
    )  # fmt: skip
    stays.refresh_from_db()
    moves.refresh_from_db()
    assert stays.owner == started.coach
    assert moves.owner != started.coach


def test_deputy_is_replaced_by_a_deputy_and_a_deputy_can_become_the_holder():
    started = make_program()
    deputy = hold_role(started, "sponsor", is_deputy=True)
    of_deputy = started.slot("sponsor").assignments.get(person=deputy)
    assert hand_over(assignment=of_deputy, successor=UserFactory(), actor=started.project_lead).is_deputy
    second = hold_role(started, "coach", is_deputy=True)
    new = hand_over(assignment=assignment_of(started, "coach"), successor=second, actor=started.project_lead)
    assert not new.is_deputy
    assert started.slot("coach").assignments.open().get() == new


def test_lead_hands_over_their_own_role_and_can_no_longer_set_up():
    started, successor = make_program(), UserFactory()
    hand_over(assignment=assignment_of(started, "project_lead"), successor=successor, actor=started.project_lead)
    with pytest.raises(Refused, match="changed by the project lead"):
        hand_over(assignment=assignment_of(started, "coach"), successor=UserFactory(), actor=started.project_lead)


def test_conditions_of_somebody_who_left_are_handed_over_later():
    started, successor = make_program(), UserFactory()
    condition = owe(started, started.coach)
    started.slot("coach").assignments.update(ended_on=today())
    started.coach.is_active = False
    started.coach.save()
    [(assignment, number)] = left_behind(started.program)
    assert (assignment.person, number) == (started.coach, 1)
    hand_over(assignment=assignment, successor=successor, actor=started.project_lead)
    condition.refresh_from_db()
    assert condition.owner == successor
    assert left_behind(started.program) == []


def test_is_refused_with_the_reason():
    started = make_program()
    assignment = assignment_of(started, "coach")
    foreign = owe(started, started.sponsor)
    for arguments, reason in (
        ({"successor": started.coach}, "Name somebody else"),
        ({"successor": UserFactory(is_active=False)}, "has left the company"),
        ({"successor": UserFactory(), "condition_ids": [foreign.pk]}, "no longer"),
        ({"successor": UserFactory(), "actor": started.sponsor}, "changed by the project lead"),
    ):
        with pytest.raises(Refused, match=reason):
            hand_over(**{"assignment": assignment, "actor": started.project_lead, **arguments})
    assignment.refresh_from_db()
    assert assignment.ended_on is None
    assert not ConditionHandover.objects.exists()


def test_handover_is_never_changed_or_deleted():
    started = make_program()
    owe(started, started.coach)
    hand_over(assignment=assignment_of(started, "coach"), successor=UserFactory(), actor=started.project_lead)
    row = ConditionHandover.objects.get()
    with pytest.raises(ValidationError, match="never changed"):
        row.save()
    with pytest.raises(ValidationError, match="never deleted"):
        row.delete()


def test_open_duties_name_what_moves_what_follows_and_what_stays():
    started = make_program()
    owe(started, started.sponsor)
    step = started.step("prerequisites")
    submission = GateSubmission.objects.create(step=step, submitted_by=started.project_lead, snapshot={})
    Statement.objects.create(item=started.item("apart_from_pay"), kind="claimed", by=started.people_lead, at=now())
    duties = open_duties(assignment_of(started, "sponsor"))
    assert (len(duties.conditions), duties.decisions, duties.count) == (1, (submission,), 3)
    assert [item.key for item in duties.claims] == ["apart_from_pay"]
    assert open_duties(assignment_of(started, "project_lead")).submitted == (submission,)


class TestPage:
    def url(self, started, key: str) -> str:
        return reverse("rollout:hand_over", args=[started.program.slug, assignment_of(started, key).pk])

    def test_lists_what_is_open_and_moves_it(self, client):
        started, successor = make_program(), UserFactory()
        condition = owe(started, started.coach)
        client.force_login(started.project_lead)
        page = client.get(self.url(started, "coach")).content.decode()
        assert "1 thing is open with" in page
        assert condition.item.question.replace("'", "&#x27;") in page
        posted = {"who": successor.email, "conditions": [condition.pk], "reason": "New task."}
        response = client.post(self.url(started, "coach"), posted)
        assert response.url.endswith("/roles/#role-coach")
        condition.refresh_from_db()
        assert condition.owner == successor

    def test_refusals_and_wrong_names_are_shown(self, client):
        started = make_program()
        client.force_login(started.project_lead)
        url = self.url(started, "coach")
        assert "Nobody in the company has this name" in client.post(url, {"who": "x"}).content.decode()
        assert client.post(url, {"who": started.coach.email}).status_code == 409
        client.force_login(started.sponsor)
        assert "This is changed by the project lead" in client.get(url).content.decode()
        assert client.post(url, {"who": UserFactory().email}).status_code == 409
        client.force_login(UserFactory())
        assert client.get(url).status_code == 404

    def test_roles_page_says_whose_conditions_were_left_behind(self, client):
        started = make_program()
        owe(started, started.coach)
        started.slot("coach").assignments.update(ended_on=today())
        started.coach.is_active = False
        started.coach.save()
        client.force_login(started.project_lead)
        page = client.get(reverse("rollout:roles", args=[started.program.slug])).content.decode()
        assert "has left and still owns 1 condition" in page
        assert self.url(started, "coach") in page

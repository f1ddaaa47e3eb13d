"""The admin shows programs, playbooks, decisions and waivers; nobody changes them there."""

import re
from pathlib import Path

import pytest
from django.urls import reverse

import rollout
from rollout.models import GateDecision, GateSubmission, Waiver
from rollout.wagtail_hooks import LOG_ACTIONS
from tests.factories.people import UserFactory
from tests.factories.rollout import make_program

pytestmark = pytest.mark.django_db

LISTS = ("programs", "playbook_versions", "gate_decisions", "waivers")


def fill(number: int) -> None:
    started = make_program(title=f"Program {number}", members=0)
    step = started.step("goal")
    submission = GateSubmission.objects.create(step=step, submitted_by=started.project_lead, snapshot={})
    GateDecision.objects.create(
        step=step, submission=submission, outcome="go", decided_by=started.sponsor, snapshot={}, snapshot_sha256="x"
    )
    Waiver.objects.create(
        item=started.item("goal_written"), reason="r", risk="low", compensating_action="c",
        requested_by=started.project_lead, expires_on="2999-01-01",
    )  # fmt: skip


@pytest.mark.parametrize("name", LISTS)
def test_list_costs_the_same_for_one_row_and_for_many(client, name, django_assert_max_num_queries):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    fill(1)
    address = reverse(f"{name}:index")
    client.get(address)
    counts = []
    for number in (2, 3, 4):
        with django_assert_max_num_queries(25) as queries:
            response = client.get(address)
        assert response.status_code == 200
        counts.append(len(queries))
        fill(number)
    assert len(set(counts[1:])) == 1


@pytest.mark.parametrize("name", LISTS)
def test_nobody_adds_rows_in_the_admin(client, name):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    assert client.get(reverse(f"{name}:add")).status_code == 302
    assert client.post(reverse(f"{name}:add"), {}).status_code == 302


def test_every_deed_that_is_logged_has_a_name():
    source = "".join(path.read_text(encoding="utf-8") for path in Path(rollout.__file__).parent.glob("services/*.py"))
    logged = set(re.findall(r'"(rollout\.[a-z_]+)"', source))
    assert logged <= set(LOG_ACTIONS)
    assert len(logged) > 20

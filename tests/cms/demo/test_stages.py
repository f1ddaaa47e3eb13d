"""The stages before and after training, and what happens when a load fails."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from certification.models import Credential
from cms.demo import story
from cms.demo.program import SLUG
from cms.models import DemoCompany, HomePage
from courses.models import Enrollment
from people.models import User
from rollout.models import GateDecision, RoleAssignment, Step, Waiver, Wave
from rollout.services.evaluation import evaluate_steps
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db

only_once = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="the same chapters are told on PostgreSQL at the stages training and rollout"
)


def states() -> dict[str, str]:
    """Of the pilot's steps."""
    return dict(Step.objects.filter(wave__program__slug=SLUG).order_by("number").values_list("key", "state"))


@only_once
def test_kickoff_has_passed_the_prerequisites_and_trained_nobody():
    out = StringIO()
    call_command("load_demo", stage="kickoff", stdout=out)
    assert states()["prerequisites"] == Step.State.PASSED
    assert states()["goal"] == Step.State.OPEN
    assert set(list(states().values())[2:]) == {Step.State.LOCKED}
    wave = Wave.objects.select_related("program__playbook_version").get(program__slug=SLUG)
    goal = next(e for e in evaluate_steps(wave=wave).values() if e.step.key == "goal")
    assert [item.item.key for item in goal.items if not item.is_open] == ["purpose_agreed"]
    assert not Enrollment.objects.filter(course__key__in=["okr-foundations", "okr-leading"]).exists()
    assert not Enrollment.objects.completed().exists()
    assert wave.roster.count() == 0
    assert "owes" not in out.getvalue()


@only_once
def test_first_cycle_has_passed_the_gate_of_training_and_runs():
    call_command("load_demo", stage="first-cycle", verbosity=0)
    assert states()["coaching"] == Step.State.PASSED
    assert states()["first_cycle"] == Step.State.OPEN
    decision = GateDecision.objects.get(step__key="coaching")
    assert decision.outcome == "go"
    assert Wave.objects.get(program__slug=SLUG).cycle_started_at is not None
    assert Credential.objects.count() == 4
    assert dict(Waiver.objects.values_list("item__key", "state")) == {
        "on_the_job_dates": "expired",
        "checkins_held": "rejected",
        "both_directions": "fulfilled",
        "readiness_surveyed": "active",
    }
    assert User.objects.filter(is_active=True).count() == 240


def test_rollout_has_passed_seven_steps_and_prepares_the_next_wave():
    call_command("load_demo", stage="rollout", verbosity=0)
    assert list(states().values()) == [
        Step.State.PASSED,
        Step.State.PASSED,
        Step.State.PASSED,
        Step.State.PASSED_WITH_CONDITIONS,
        Step.State.PASSED,
        Step.State.PASSED,
        Step.State.PASSED,
        Step.State.PASSED,
        Step.State.OPEN,
    ]
    wave = Wave.objects.select_related("program__playbook_version").get(program__slug=SLUG)
    plan = next(e for e in evaluate_steps(wave=wave).values() if e.step.key == "rollout_plan")
    assert (plan.met_count, plan.total_count, plan.verdict) == (3, 8, "blocked")
    assert RoleAssignment.objects.open().filter(slot__key="champion").count() == 3


def test_a_load_that_fails_leaves_nothing(monkeypatch):
    def fail(*args, **kwargs):
        raise RuntimeError("the power went out")

    monkeypatch.setattr(story, "open_school", fail)
    with pytest.raises(RuntimeError, match="power"):
        call_command("load_demo", stage="kickoff", verbosity=0)
    assert not User.objects.exists()
    assert not HomePage.objects.exists()
    assert not DemoCompany.objects.exists()


def test_is_refused_in_production(settings):
    settings.DEMO_ALLOWED = False
    with pytest.raises(CommandError, match="has no place in production"):
        call_command("load_demo")
    assert not User.objects.exists()


def test_is_refused_beside_other_people():
    UserFactory()
    with pytest.raises(CommandError, match="There are people in this database already"):
        call_command("load_demo")


def test_an_unknown_stage_is_named():
    with pytest.raises(CommandError, match="kickoff"):
        call_command("load_demo", stage="moon")
    with pytest.raises(CommandError, match="invalid choice: 'moon'"):
        call_command("load_demo", "--stage", "moon")


def test_the_password_can_be_chosen(monkeypatch):
    chosen = {}
    monkeypatch.setenv("DEMO_PASSWORD", "our-own-demo-password")
    monkeypatch.setattr(
        "cms.management.commands.load_demo.load", lambda stage, password: chosen.update({stage: password})
    )
    out = StringIO()
    call_command("load_demo", stage="kickoff", stdout=out)
    assert chosen == {"kickoff": "our-own-demo-password"}
    assert "our-own-demo-password" in out.getvalue()

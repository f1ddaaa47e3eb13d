"""A learner finishes the last lesson; the pilot's gate becomes ready (docs/architecture.md).

The pilot stands at *Provide coaching*. One thing is missing: the coach has passed the observation but not finished the
last lesson of the training. Finishing it must issue the credential, render the certificate, turn both findings and
make the gate clear: through the screens, with the broker down at any hop, with every message twice, and with two
last lessons finished at once.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from celery.app.task import Task
from django.contrib.auth.models import Group
from django.db import connection
from django.urls import reverse
from kombu.exceptions import OperationalError

from certification.api import (
    Credential,
    book_observation,
    define_certification,
    load_rubric,
    open_candidacy,
    record_observation,
)
from certification.models import CertificateFile, CredentialEvent
from certification.signals import credential_issued
from certification.tasks import sweep as certification_sweep
from config.celery import HealingTask
from courses.api import Enrollment, assign_course, complete_lesson, course_by_key, enroll, plan_session
from courses.signals import course_completed
from courses.tasks import sweep as courses_sweep
from people.api import User, now, today
from rollout.models import Finding, Step
from rollout.services.evaluation import evaluate_gate
from rollout.services.gates import decide_gate, submit_gate
from rollout.services.meetings import plan_meetings
from rollout.tasks import sweep as rollout_sweep
from tests.factories.courses import make_course
from tests.factories.people import UserFactory
from tests.factories.rollout import COURSE_KEYS, StartedProgram, answer_step, make_program

COACH_COURSE = "okr-coach-training"
RUBRIC = {
    "key": "session",
    "title": "A coaching session",
    "criteria": [
        {
            "key": "questions",
            "title": "Questions",
            "question": "Does the coach ask rather than tell?",
            "anchors": {1: "Tells.", 2: "Asks once.", 3: "Asks often.", 4: "The team finds it."},
        }
    ],
    "pass": {"minimum_each": 2, "minimum_mean": 3},
}


@dataclass
class Pilot:
    started: StartedProgram
    coach: User
    enrollment: Enrollment
    remaining: list[str]
    """Keys of the lessons that the coach has still to finish."""

    def evaluation(self):
        return evaluate_gate(step=self.started.step("coaching"))

    def finish_remaining_lessons(self) -> None:
        for key in self.remaining:
            complete_lesson(enrollment=self.enrollment, lesson_key=key, actor=self.coach)


def finish(person: User, key: str) -> None:
    course = course_by_key(key)
    enrollment = enroll(person=person, course=course, actor=person)
    for lesson_key in enrollment.version.required_keys:
        complete_lesson(enrollment=enrollment, lesson_key=lesson_key, actor=person)


def make_pilot(*, remaining: int = 1) -> Pilot:
    """Return the pilot one step before clear; the coach misses the last ``remaining`` lessons of the training."""
    for key in COURSE_KEYS:
        make_course(key, lessons=remaining if key == COACH_COURSE else 1)
    started = make_program(open_step="coaching")
    administrator, coach = started.administrator, started.people["coach"]
    answer_step(started, "coaching")
    for key in COURSE_KEYS:
        holders = [slot.key for slot in started.program.role_slots.all() if key in slot.learning]
        for role in holders:
            if role in started.people and (role, key) != ("coach", COACH_COURSE):
                finish(started.people[role], key)
    foundations = course_by_key("okr-foundations")
    assign_course(person_ids=[member.pk for member in started.members], course=foundations, actor=administrator)
    for member in started.members:
        finish(member, "okr-foundations")
    plan_session(
        course=foundations,
        title="Workshop",
        starts_at=now() + timedelta(days=7),
        ends_at=now() + timedelta(days=7, hours=3),
        place="Room 1",
        seats=50,
        actor=administrator,
        external_trainer="Outside trainer",
    )
    plan_meetings(wave=started.wave, kind="coach_session", first_start=now() + timedelta(weeks=12), actor=administrator)
    pass_observation(coach, administrator)
    course = course_by_key(COACH_COURSE)
    enrollment = enroll(person=coach, course=course, actor=coach)
    keys = enrollment.version.required_keys
    for lesson_key in keys[: len(keys) - remaining]:
        complete_lesson(enrollment=enrollment, lesson_key=lesson_key, actor=coach)
    return Pilot(started, coach, enrollment, keys[len(keys) - remaining :])


def pass_observation(coach: User, administrator: User) -> None:
    rubric = load_rubric(RUBRIC)
    certification = define_certification(
        key="okr-coach",
        title="OKR Coach",
        description="Carries teams through their cycles.",
        statement="has been seen coaching a team",
        requirements=[
            {"key": "training", "kind": "course", "title": "Training", "course": COACH_COURSE},
            {"key": "seen", "kind": "observation", "title": "Seen at work", "rubric": rubric.key, "quantity": 1},
        ],
    )
    trainer = UserFactory()
    trainer.groups.add(Group.objects.get_or_create(name="Trainers")[0])
    candidacy = open_candidacy(person=coach, certification=certification, actor=coach)
    observation = book_observation(
        candidacy=candidacy,
        requirement_key="seen",
        observer=trainer,
        occasion="Planning of a team",
        observed_on=today(),
        actor=administrator,
    )
    scores = [{"criterion": c["key"], "score": 3, "quote": "Asked twice."} for c in RUBRIC["criteria"]]
    record_observation(observation=observation, scores=scores, outcome="passed", actor=trainer)


def assert_ready(pilot: Pilot) -> Credential:
    """The whole journey has happened, and each part of it once."""
    pilot.enrollment.refresh_from_db()
    assert pilot.enrollment.state == Enrollment.State.COMPLETED
    credential = Credential.objects.get(holder=pilot.coach)
    assert [event.kind for event in credential.events.all()] == [CredentialEvent.Kind.ISSUED]
    assert CertificateFile.objects.get(credential=credential).file.size > 1000
    stored = Finding.objects.filter(item__step=pilot.started.step("coaching"))
    assert stored.exists()
    assert set(stored.values_list("status", flat=True)) == {"met"}
    evaluation = pilot.evaluation()
    assert evaluation.verdict == "clear", evaluation.sentence
    return credential


@pytest.fixture
def lost_messages(monkeypatch) -> Iterator[list[str]]:
    """Let the broker be away for the tasks whose names start with one of the returned list's entries."""
    prefixes: list[str] = []
    send = Task.apply_async

    def apply_async(self, *args, **kwargs):
        if self.name.startswith(tuple(prefixes)):
            raise OperationalError("the broker is away")
        return send(self, *args, **kwargs)

    monkeypatch.setattr(Task, "apply_async", apply_async)
    monkeypatch.setattr(HealingTask, "PAUSE_SECONDS", 0.0)
    monkeypatch.setattr(HealingTask, "away_until", 0.0)
    return prefixes


@pytest.mark.django_db
def test_finishing_the_last_lesson_makes_the_gate_clear_and_the_sponsor_decides(
    client, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        pilot = make_pilot()
    before = pilot.evaluation()
    assert before.verdict == "blocked"
    assert {item.item.key for item in before.open_musts} == {"trainers_settled", "training_finished"}

    course = pilot.enrollment.course
    lesson = course.get_children().last()
    client.force_login(pilot.coach)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("courses:complete", args=[course.slug, lesson.slug]))
    credential = assert_ready(pilot)

    assert client.get(reverse("certification:verify", args=[credential.number])).status_code == 200
    submission = submit_gate(step=pilot.started.step("coaching"), actor=pilot.started.people["project_lead"])
    decide_gate(submission=submission, outcome="go", actor=pilot.started.people["sponsor"])
    assert pilot.started.step("coaching").state == Step.State.PASSED
    assert pilot.started.step("first_cycle").state == Step.State.OPEN


@pytest.mark.django_db
@pytest.mark.parametrize(
    "away",
    [
        ("certification.",),
        ("rollout.",),
        ("certification.render", "certification.mail"),
        ("courses.", "certification.", "rollout."),
    ],
    ids=["after the course", "before the gate", "before the certificate", "everywhere"],
)
def test_what_a_broken_broker_loses_the_sweeps_find(away, lost_messages, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        pilot = make_pilot()
    lost_messages.extend(away)
    with django_capture_on_commit_callbacks(execute=True):
        pilot.finish_remaining_lessons()
    lost_messages.clear()
    for sweep in (courses_sweep, certification_sweep, rollout_sweep):
        with django_capture_on_commit_callbacks(execute=True):
            sweep.apply()
    assert_ready(pilot)


@pytest.mark.django_db
def test_messages_that_come_twice_change_nothing(django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        pilot = make_pilot()
    with django_capture_on_commit_callbacks(execute=True):
        pilot.finish_remaining_lessons()
    credential = assert_ready(pilot)
    file_name = CertificateFile.objects.get().file.name
    for _ in range(2):
        with django_capture_on_commit_callbacks(execute=True):
            course_completed.send_robust(sender=None, enrollment_id=pilot.enrollment.pk)
            credential_issued.send_robust(sender=None, credential_id=credential.pk)
            pilot.finish_remaining_lessons()
    assert assert_ready(pilot) == credential
    assert CertificateFile.objects.get().file.name == file_name


@pytest.mark.django_db(transaction=True)
def test_two_last_lessons_finished_at_once_complete_the_course_once():
    pilot = make_pilot(remaining=2)
    barrier = Barrier(2)
    errors: list[BaseException] = []

    def finish_one(key: str) -> None:
        try:
            barrier.wait(timeout=10)
            complete_lesson(enrollment=pilot.enrollment, lesson_key=key, actor=pilot.coach)
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=finish_one, args=(key,)) for key in pilot.remaining]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert errors == []
    assert len(pilot.remaining) == 2
    assert_ready(pilot)

"""Sources that read what roles learn and who leads the training."""

from datetime import timedelta

import pytest

from certification.models import Candidacy, Certification, Credential
from courses.api import WorkshopSession, course_by_key
from people.api import now, today
from rollout.models import Meeting
from tests.factories.people import UserFactory
from tests.factories.rollout import make_program

pytestmark = pytest.mark.django_db


def plan(**fields) -> WorkshopSession:
    return WorkshopSession.objects.create(
        **{
            "course": course_by_key("okr-foundations"),
            "title": "Practice",
            "starts_at": now(),
            "ends_at": now() + timedelta(hours=2),
            "place": "Room 1",
            "seats": 10,
            **fields,
        }
    )


def certify(person, *, until=700) -> None:
    scheme, _ = Certification.objects.get_or_create(key="okr-coach", defaults={"title": "C", "statement": "S"})
    candidacy = Candidacy.objects.create(person=person, certification=scheme, state="certified", requirements=[])
    Credential.objects.create(
        number=f"N{person.pk}", candidacy=candidacy, holder=person, holder_name=str(person), certification=scheme,
        title="OKR coach", statement="S", issuer="I", evidence=[], evidence_sha256="x",
        valid_from=today() - timedelta(days=1000), valid_until=today() + timedelta(days=until),
    )  # fmt: skip


class TestLearning:
    def test_every_role_has_courses_or_a_reason(self, ask):
        started = make_program(courses=True, members=0)
        finding = ask(started, "learning_settled")
        assert (finding.status, finding.summary) == (
            "met",
            "All 7 roles have their courses, or a reason for needing none",
        )

    def test_roles_without_both_are_named(self, ask):
        started = make_program(courses=True, members=0)
        started.program.role_slots.filter(key="works_council").update(no_learning_because="")
        finding = ask(started, "learning_settled")
        assert (finding.status, finding.value, finding.missing_count) == ("not_met", "6 roles", 1)
        assert finding.missing == [
            {
                "person_id": None,
                "name": "Works council contact",
                "what": "has no course and no reason for needing none",
            }
        ]
        assert finding.fix_url == "/programs/okr-rollout/roles/"

    def test_course_that_the_catalog_does_not_have_is_named(self, ask):
        finding = ask(make_program(members=0), "learning_settled", roles=["sponsor", "works_council"])
        assert finding.summary == "1 of 2 roles have their learning settled, open: Executive sponsor"
        assert finding.missing[0]["what"] == "asks for a course that is not in the catalog: okr-leading"

    def test_what_the_program_settled_counts_before_the_playbook(self, ask):
        started = make_program(courses=True, roles=("sponsor",))
        started.program.role_slots.filter(key="sponsor").update(learning=["okr-rhythm"])
        finding = ask(started, "training_completed", audience="role_holders")
        assert finding.missing[0]["what"] == "has not finished Course okr-rhythm"


class TestTrainers:
    def test_certified_trainers_and_named_outsiders_are_fine(self, ask):
        started, trainer = make_program(courses=True), UserFactory()
        certify(trainer)
        plan(lead_trainer=trainer)
        plan(external_trainer="Mara Lindt, Fernblick")
        finding = ask(started, "session_trainers", certification="okr-coach")
        assert (finding.status, finding.summary) == (
            "met",
            "2 of 2 sessions have a certified trainer or one from outside",
        )

    @pytest.mark.parametrize("until", [None, -1])
    def test_trainer_without_a_valid_certificate_is_named(self, ask, until):
        started, trainer = make_program(courses=True), UserFactory()
        if until is not None:
            certify(trainer, until=until)
        plan(lead_trainer=trainer)
        finding = ask(started, "session_trainers")
        assert (finding.status, finding.missing_count) == ("not_met", 1)
        assert (finding.missing[0]["person_id"], finding.missing[0]["name"]) == (trainer.pk, str(trainer))
        assert "without a valid certificate" in finding.missing[0]["what"]
        assert finding.fix_url == "/training/sessions/"

    def test_session_without_anybody_is_named_and_a_cancelled_one_is_not(self, ask):
        started = make_program(courses=True)
        plan()
        plan(title="Gone", state=WorkshopSession.State.CANCELLED)
        finding = ask(started, "session_trainers")
        assert [(row["person_id"], row["what"]) for row in finding.missing] == [(None, "has no trainer yet")]
        assert finding.missing[0]["name"].startswith("Practice on ")

    def test_held_session_is_judged_by_who_led_it(self, ask):
        started = make_program(courses=True)
        plan(lead_trainer=UserFactory(), state=WorkshopSession.State.HELD)
        assert ask(started, "session_trainers").status == "met"

    def test_no_session_is_not_met(self, ask):
        finding = ask(make_program(courses=True), "session_trainers")
        assert (finding.status, finding.fix_label) == ("not_met", "Plan a session")
        assert "No training session is planned" in finding.summary


def test_every_team_has_a_session_with_its_coach_in_the_first_cycle(ask):
    started = make_program(teams=2)
    for team in started.teams:
        finding = ask(started, "meeting_dates_set", meetings=["coach_session"])
        assert finding.status == "not_met"
        Meeting.objects.create(
            wave=started.wave, kind="coach_session", team=team, starts_at=now() + timedelta(weeks=12),
            planned_by=started.administrator,
        )  # fmt: skip
    assert [row["name"] for row in finding.missing] == [started.teams[1].name]
    assert ask(started, "meeting_dates_set", meetings=["coach_session"]).status == "met"

"""Sources that read the school: sessions, training, certified coaches."""

from datetime import timedelta

import pytest

from certification.models import Candidacy, Certification, Credential
from courses.api import Enrollment, WorkshopSession, course_by_key
from people.api import now, today
from tests.factories.courses import EnrollmentFactory
from tests.factories.people import UserFactory
from tests.factories.rollout import add_members, hold_role, make_program

pytestmark = pytest.mark.django_db


def complete(person, *keys: str) -> None:
    for key in keys:
        EnrollmentFactory(
            person=person, course=course_by_key(key), state=Enrollment.State.COMPLETED, completed_at=now()
        )


def plan(key: str, seats: int, **fields) -> WorkshopSession:
    return WorkshopSession.objects.create(
        **{
            "course": course_by_key(key),
            "title": "Workshop",
            "starts_at": now(),
            "ends_at": now() + timedelta(hours=2),
            "place": "Room 1",
            "seats": seats,
            **fields,
        }
    )


def test_seats_of_sessions_not_cancelled_are_compared_with_the_roster(ask):
    started = make_program(courses=True, members=6)
    plan("okr-foundations", 4)
    plan("okr-foundations", 9, state=WorkshopSession.State.CANCELLED)
    plan("okr-leading", 9)
    finding = ask(started, "sessions_planned")
    assert (finding.status, finding.missing_count) == ("not_met", 2)
    assert finding.summary == "4 of 6 seats are planned, 2 seats are missing"
    assert finding.fix_url.endswith("/training/sessions/new/?course=okr-foundations")
    plan("okr-foundations", 2)
    finding = ask(started, "sessions_planned")
    assert (finding.status, finding.summary) == ("met", "6 seats are planned for 6 people")


def test_seats_for_nobody_are_not_met(ask):
    started = make_program(courses=True, members=0)
    plan("okr-foundations", 4)
    assert ask(started, "sessions_planned").summary == "The roster is empty, so the seats needed are not known"


def test_every_holder_finishes_all_courses_of_the_role(ask):
    started = make_program(courses=True, roles=("sponsor", "people_lead"))
    hold_role(started, "people_lead", is_deputy=True)
    complete(started.sponsor, "okr-leading")
    complete(started.people_lead, "okr-leading")
    finding = ask(started, "training_completed", audience="role_holders", share=100)
    assert (finding.status, finding.value, finding.target) == ("not_met", "1 of 2 (50 %)", "100 %")
    assert finding.summary == "1 of 2 role holders trained, 1 missing"
    assert finding.missing == [
        {
            "person_id": started.people_lead.pk,
            "name": str(started.people_lead),
            "what": "has not finished Course okr-foundations",
        }
    ]
    assert finding.fix_url == "/catalog/okr-foundations/"
    complete(started.people_lead, "okr-foundations")
    finding = ask(started, "training_completed", audience="role_holders", share=100)
    assert (finding.status, finding.summary, finding.fix_url) == ("met", "2 of 2 role holders trained", "")


def test_person_with_two_roles_learns_for_both_and_counts_once(ask):
    started = make_program(courses=True, roles=("sponsor",))
    hold_role(started, "people_lead", person=started.sponsor)
    complete(started.sponsor, "okr-leading")
    finding = ask(started, "training_completed", audience="role_holders")
    assert finding.summary == "0 of 1 role holders trained, 1 missing"


@pytest.mark.parametrize(("done", "status"), [(3, "not_met"), (4, "met"), (5, "met")])
def test_share_of_the_roster_decides(ask, done, status):
    started = make_program(courses=True, members=5)
    for person in started.members[:done]:
        complete(person, "okr-foundations")
    finding = ask(started, "training_completed", audience="roster", share=80)
    assert (finding.status, finding.missing_count) == (status, 5 - done)


def test_leavers_and_joiners_in_their_grace_period_do_not_count(ask):
    started = make_program(courses=True, members=4)
    complete(started.members[0], "okr-foundations")
    started.wave.roster.filter(person__in=started.members[2:]).update(left_on=today())
    started.wave.roster.filter(person=started.members[1]).update(counts_from=today() + timedelta(days=1))
    finding = ask(started, "training_completed", audience="roster", share=100)
    assert finding.summary == "1 of 1 people on the roster trained"


def test_archived_enrollment_is_none_and_a_completed_one_is_one(ask):
    started = make_program(courses=True, members=3)
    course = course_by_key("okr-foundations")
    EnrollmentFactory(person=started.members[0], course=course)
    EnrollmentFactory(person=started.members[1], course=course, state=Enrollment.State.ARCHIVED, archived_at=now())
    complete(started.members[2], "okr-foundations")
    finding = ask(started, "training_enrolled", audience="roster", share=100)
    assert finding.summary == "2 of 3 people on the roster enrolled, 1 missing"
    assert finding.missing[0]["what"] == "is not enrolled in Course okr-foundations"


def test_nobody_is_never_everybody(ask):
    started = make_program(courses=True, members=0, roles=("works_council",))
    holders = ask(started, "training_completed", audience="role_holders")
    assert (holders.status, holders.summary) == (
        "not_met",
        "Nobody holds a role with training yet, so nobody can be trained",
    )
    for source in ("training_completed", "training_enrolled"):
        roster = ask(started, source, audience="roster", share=0)
        assert (roster.status, roster.fix_label) == ("not_met", "Add people to the roster")


def test_unknown_audience_is_unknown(ask):
    finding = ask(make_program(courses=True), "training_completed", audience="everyone")
    assert (finding.status, finding.summary) == (
        "unknown",
        "Could not be read: the audience “everyone” is not known; use role_holders or roster",
    )


@pytest.fixture
def scheme() -> Certification:
    return Certification.objects.create(key="okr-coach", title="OKR coach", statement="Was seen at work.")


def certify(person, scheme: Certification, **fields) -> None:
    candidacy = Candidacy.objects.create(person=person, certification=scheme, state="certified", requirements=[])
    Credential.objects.create(
        **{
            "number": f"N{person.pk}", "candidacy": candidacy, "holder": person, "holder_name": str(person),
            "certification": scheme, "title": "OKR coach", "statement": "S", "issuer": "I", "evidence": [],
            "evidence_sha256": "x", "valid_from": today(), "valid_until": today() + timedelta(days=700), **fields,
        }
    )  # fmt: skip


def test_one_certified_coach_per_five_teams(ask, scheme):
    started = make_program(members=0, roles=("coach",))
    add_members(started, members=12, teams=6)
    second = hold_role(started, "coach")
    certify(started.coach, scheme)
    certify(UserFactory(), scheme)  # certified, but not a coach of this program
    finding = ask(started, "certified_coaches", per_teams=5)
    assert (finding.status, finding.value, finding.target, finding.missing_count) == ("not_met", "1", "2", 1)
    assert finding.summary == "1 certified coach for 6 teams, 2 needed"
    assert finding.missing == [
        {"person_id": second.pk, "name": str(second), "what": "has not started the certification"}
    ]
    certify(second, scheme)
    finding = ask(started, "certified_coaches", per_teams=5)
    assert (finding.status, finding.missing) == ("met", [])


def test_expired_certificate_is_none(ask, scheme):
    started = make_program(teams=1, members=1, roles=("coach",))
    certify(started.coach, scheme, valid_from=today() - timedelta(days=9), valid_until=today() - timedelta(days=1))
    assert ask(started, "certified_coaches").value == "0"


def test_nearest_candidates_come_first_with_what_is_missing(ask, scheme):
    started = make_program(teams=2, roles=("coach",))
    near, far = hold_role(started, "coach"), hold_role(started, "coach")
    course = {"kind": "course", "course_key": "none", "rubric_key": "", "quantity": 1}
    requirements = [{"key": str(number), "title": f"Course {number}", **course} for number in range(3)]
    for person, count in ((far, 3), (near, 1)):
        Candidacy.objects.create(person=person, certification=scheme, requirements=requirements[:count])
    finding = ask(started, "certified_coaches")
    assert [row["person_id"] for row in finding.missing] == [near.pk, far.pk, started.coach.pk]
    assert finding.missing[0]["what"] == "still has to show: The course “Course 0” is not completed yet."


def test_vacant_coach_places_are_named(ask, scheme):
    finding = ask(make_program(teams=6, members=6, roles=("coach",)), "certified_coaches")
    assert finding.missing[-1] == {"person_id": None, "name": "OKR coach", "what": "needs 1 more holder"}
    assert finding.fix_url == "/programs/okr-rollout/roles/"


def test_coaches_for_no_teams_are_not_met(ask, scheme):
    started = make_program(members=0, roles=("coach",))
    certify(started.coach, scheme)
    finding = ask(started, "certified_coaches")
    assert finding.status == "not_met"
    assert "names no teams" in finding.summary

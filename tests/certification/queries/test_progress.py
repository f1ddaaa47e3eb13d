import pytest

from certification.api import missing_for
from certification.queries.progress import progress_of
from tests.factories.certification import (
    complete_course,
    make_candidacy,
    make_certification,
    make_observation,
    make_trainer,
    record,
)
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def shown(candidacy):
    [progress] = progress_of([candidacy])
    return {requirement.key: requirement.is_shown for requirement in progress.requirements}


def test_nothing_is_shown_in_the_beginning():
    candidacy = make_candidacy()
    [progress] = progress_of([candidacy])
    assert shown(candidacy) == {"course": False, "seen": False}
    assert [r.missing for r in progress.outstanding] == [
        "The course “Course coach-training” is not completed yet.",
        "“Seen at work” has not been passed yet.",
    ]
    assert progress.requirement("course").shown_on is None
    assert progress.requirement("nothing") is None


def test_a_completed_course_is_shown():
    candidacy = make_candidacy()
    complete_course(candidacy.person)
    assert shown(candidacy) == {"course": True, "seen": False}


def test_somebody_elses_course_is_not_shown():
    candidacy = make_candidacy()
    complete_course(UserFactory())
    assert shown(candidacy)["course"] is False


def test_only_a_passed_observation_is_shown():
    candidacy = make_candidacy()
    observation = make_observation(candidacy)
    assert shown(candidacy)["seen"] is False
    record(observation, 1, 3, 3, outcome="repeat")
    assert shown(candidacy)["seen"] is False
    record(make_observation(candidacy), outcome="passed_with_goal", coaching_goal="Listen longer.")
    assert shown(candidacy)["seen"] is True


def test_two_observations_must_be_by_different_observers():
    candidacy = make_candidacy(make_certification(observations=2))
    first = make_observation(candidacy)
    again = make_observation(candidacy)
    again.observer = first.observer
    again.state = "recorded"
    again.outcome = "passed"
    again.save()
    record(first)
    [progress] = progress_of([candidacy])
    assert progress.requirement("seen").done == 1
    assert "1 of 2 observations passed" in progress.requirement("seen").missing
    record(make_observation(candidacy))
    assert shown(candidacy)["seen"] is True


def test_missing_is_told_for_open_candidacies_only():
    certification = make_certification()
    one, two = make_candidacy(certification), make_candidacy(certification)
    complete_course(two.person)
    stranger = UserFactory()
    told = missing_for(certification_key="okr-coach", person_ids=[one.person_id, two.person_id, stranger.pk])
    assert {person: len(words) for person, words in told.items()} == {one.person_id: 2, two.person_id: 1}


@pytest.mark.parametrize("people", [1, 12])
def test_progress_takes_the_same_queries_for_one_and_many(people, django_assert_num_queries):
    certification = make_certification()
    trainer = make_trainer()
    candidacies = [make_candidacy(certification) for _ in range(people)]
    for candidacy in candidacies:
        complete_course(candidacy.person)
        make_observation(candidacy, observer=trainer)
    with django_assert_num_queries(4):
        assert all(len(p.outstanding) == 1 for p in progress_of(candidacies))


def test_progress_of_nobody_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert progress_of([]) == []

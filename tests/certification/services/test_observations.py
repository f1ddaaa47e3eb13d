from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from wagtail.models import ModelLogEntry

from certification.models import Observation, Rubric
from certification.services import book_observation, cancel_observation, withdraw_candidacy
from certification.signals import observation_booked, observation_recorded
from people.api import Refused, today
from tests.factories.certification import (
    make_candidacy,
    make_certification,
    make_observation,
    make_rubric,
    make_trainer,
    record,
    scores_of,
)
from tests.factories.people import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def candidacy():
    return make_candidacy()


@pytest.fixture
def news():
    heard = []

    def booked(observation_id, **kwargs):
        heard.append(("booked", observation_id))

    def recorded(observation_id, **kwargs):
        heard.append(("recorded", observation_id))

    observation_booked.connect(booked)
    observation_recorded.connect(recorded)
    yield heard
    observation_booked.disconnect(booked)
    observation_recorded.disconnect(recorded)


def book(candidacy, **changes):
    fields = {
        "candidacy": candidacy,
        "requirement_key": "seen",
        "occasion": "Planning",
        "observed_on": today(),
        "actor": candidacy.person,
    }
    return book_observation(**{**fields, "observer": make_trainer(), **changes})


# --- booking --------------------------------------------------------------------------------------


def test_booking_writes_logs_and_announces(candidacy, news, django_capture_on_commit_callbacks):
    trainer = make_trainer()
    with django_capture_on_commit_callbacks(execute=True):
        observation = book(candidacy, observer=trainer, occasion="  Planning of team Blue ")
    assert observation.state == "booked"
    assert observation.candidate == candidacy.person
    assert observation.occasion == "Planning of team Blue"
    assert news == [("booked", observation.pk)]
    assert ModelLogEntry.objects.filter(action="certification.book_observation", user=candidacy.person).exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"requirement_key": "course"}, "does not ask for such an observation"),
        ({"requirement_key": "nothing"}, "does not ask for such an observation"),
        ({"occasion": "  "}, "Say what will be observed"),
    ],
)
def test_senseless_bookings_are_refused(candidacy, changes, words):
    with pytest.raises(Refused, match=words):
        book(candidacy, **changes)
    assert not Observation.objects.exists()


def test_forbidden_observers_are_refused_with_the_rule(candidacy):
    manager = make_trainer()
    MembershipFactory(person=candidacy.person, manager=manager)
    for observer, words in (
        (candidacy.person, "Nobody observes themselves"),
        (manager, "line managers do not certify"),
        (UserFactory(), "only as a trainer or with a valid certificate"),
    ):
        with pytest.raises(Refused, match=words):
            book(candidacy, observer=observer)


def test_strangers_may_not_book(candidacy):
    with pytest.raises(Refused, match="cannot book an observation for this candidate"):
        book(candidacy, actor=UserFactory())


def test_the_same_observer_is_not_booked_twice(candidacy):
    trainer = make_trainer()
    book(candidacy, observer=trainer)
    with pytest.raises(Refused, match="is booked already for"):
        book(candidacy, observer=trainer)


def test_the_same_observer_may_come_again_after_asking_to_repeat(candidacy):
    trainer = make_trainer()
    record(book(candidacy, observer=trainer), 1, 1, 1, outcome="repeat")
    assert book(candidacy, observer=trainer).state == "booked"


def test_a_second_pass_must_be_by_somebody_else():
    candidacy = make_candidacy(make_certification(observations=2))
    trainer = make_trainer()
    record(book(candidacy, observer=trainer))
    with pytest.raises(Refused, match=r"already seen .* pass"):
        book(candidacy, observer=trainer)
    assert book(candidacy).state == "booked"


def test_nothing_is_booked_for_what_has_been_shown(candidacy):
    record(book(candidacy))
    with pytest.raises(Refused, match="has been shown already"):
        book(candidacy)


def test_nothing_is_booked_for_a_closed_candidacy(candidacy):
    withdraw_candidacy(candidacy=candidacy, actor=candidacy.person)
    with pytest.raises(Refused, match="closed"):
        book(candidacy)


def test_a_rubric_that_is_gone_is_asked_for(candidacy):
    Rubric.objects.update(key="renamed")
    with pytest.raises(Refused, match="The rubric “coach-rubric” is gone"):
        book(candidacy)


# --- recording ------------------------------------------------------------------------------------


def test_recording_keeps_scores_quotes_and_words(candidacy, news, django_capture_on_commit_callbacks):
    observation = make_observation(candidacy)
    with django_capture_on_commit_callbacks(execute=True):
        recorded = record(
            observation,
            scores=list(reversed(scores_of(4, 3, 2))),
            outcome="passed_with_goal",
            feedback=" Well done. ",
            coaching_goal="Wait longer.",
        )
    assert [(s["criterion"], s["score"]) for s in recorded.scores] == [
        ("drafting", 4),
        ("spotting", 3),
        ("alignment", 2),
    ]
    assert (recorded.feedback, recorded.coaching_goal) == ("Well done.", "Wait longer.")
    assert recorded.recorded_at is not None
    assert news == [("recorded", observation.pk)]


def test_recording_is_for_the_booked_observer_only(candidacy):
    observation = make_observation(candidacy)
    for actor in (candidacy.person, make_trainer(), UserFactory(is_superuser=True)):
        with pytest.raises(Refused, match="who is booked as the observer"):
            record_by(observation, actor)


def record_by(observation, actor):
    from certification.services import record_observation

    return record_observation(observation=observation, scores=scores_of(), outcome="passed", actor=actor)


def test_recording_happens_once(candidacy):
    observation = record(make_observation(candidacy))
    with pytest.raises(Refused, match="recorded already"):
        record(observation, 1, 1, 1, outcome="repeat")
    observation.refresh_from_db()
    assert observation.outcome == "passed"


def test_cancelled_observations_are_not_recorded(candidacy):
    observation = make_observation(candidacy)
    cancel_observation(observation=observation, actor=candidacy.person)
    with pytest.raises(Refused, match="was cancelled"):
        record(observation)


def test_closed_candidacies_are_not_recorded(candidacy):
    observation = make_observation(candidacy)
    withdraw_candidacy(candidacy=candidacy, actor=candidacy.person)
    with pytest.raises(Refused, match="candidacy is closed"):
        record(observation)


def test_an_observer_who_became_the_manager_cannot_record(candidacy):
    observation = make_observation(candidacy)
    MembershipFactory(person=candidacy.person, manager=observation.observer)
    with pytest.raises(Refused, match="line managers do not certify"):
        record(observation)


def test_an_observer_who_lost_the_qualification_cannot_record(candidacy):
    observation = make_observation(candidacy)
    observation.observer.groups.clear()
    with pytest.raises(Refused, match="only as a trainer"):
        record(observation)


@pytest.mark.parametrize(
    ("scores", "words"),
    [
        ([], "A score is missing for: Drafting, Spotting, Alignment"),
        (scores_of()[:2], "A score is missing for: Alignment"),
        ([*scores_of(), scores_of()[0]], "exactly once"),
        ([*scores_of(), {"criterion": "charm", "score": 4, "quote": "x"}], "exactly once"),
        ([*scores_of()[:2], {"criterion": "alignment", "score": 0, "quote": "x"}], "needs a score from 1 to 4"),
        ([*scores_of()[:2], {"criterion": "alignment", "score": 5, "quote": "x"}], "needs a score from 1 to 4"),
        ([*scores_of()[:2], {"criterion": "alignment", "score": "3", "quote": "x"}], "needs a score from 1 to 4"),
        ([*scores_of()[:2], {"criterion": "alignment", "score": True, "quote": "x"}], "needs a score from 1 to 4"),
        ([*scores_of()[:2], {"criterion": "alignment", "score": 3, "quote": "  "}], "needs a quoted observation"),
        ([*scores_of()[:2], {"criterion": "alignment", "score": 3, "quote": "x" * 1001}], "too long"),
    ],
)
def test_incomplete_scores_are_refused(candidacy, scores, words):
    observation = make_observation(candidacy)
    with pytest.raises(Refused, match=words):
        record(observation, scores=scores, outcome="repeat")
    observation.refresh_from_db()
    assert observation.state == "booked"


@pytest.mark.parametrize("outcome", ["passed", "passed_with_goal"])
@pytest.mark.parametrize(
    ("values", "words"),
    [((4, 4, 1), "at least 2 everywhere.*Alignment"), ((3, 3, 2), "mean of at least 3, and the scores come to 2.67")],
)
def test_a_pass_must_be_carried_by_the_rubric(candidacy, outcome, values, words):
    observation = make_observation(candidacy)
    with pytest.raises(Refused, match=words):
        record(observation, *values, outcome=outcome, coaching_goal="Goal.")


def test_asking_to_repeat_is_always_possible(candidacy):
    assert record(make_observation(candidacy), 4, 4, 4, outcome="repeat").outcome == "repeat"


def test_the_pinned_pass_rule_counts_not_todays(candidacy):
    observation = make_observation(candidacy)
    make_rubric(minimum_each=4, minimum_mean=4)
    assert record(observation, 3, 3, 3).outcome == "passed"


def test_a_pass_with_a_goal_needs_the_goal(candidacy):
    with pytest.raises(Refused, match="Name the coaching goal"):
        record(make_observation(candidacy), outcome="passed_with_goal", coaching_goal=" ")


def test_unknown_outcomes_are_refused(candidacy):
    with pytest.raises(Refused, match="Choose one of the outcomes"):
        record(make_observation(candidacy), outcome="brilliant")


def test_the_day_may_be_corrected_but_not_lie_ahead(candidacy):
    day = today()
    planned = make_observation(candidacy, on=day + timedelta(days=7))
    with pytest.raises(Refused, match="lies in the future"):
        record(planned)
    with pytest.raises(Refused, match="lies in the future"):
        record(planned, observed_on=day + timedelta(days=1))
    assert record(planned, observed_on=day - timedelta(days=1)).observed_on == day - timedelta(days=1)


# --- cancelling and constraints -------------------------------------------------------------------


def test_cancelling_keeps_the_row(candidacy):
    observation = make_observation(candidacy)
    cancel_observation(observation=observation, actor=observation.observer)
    observation.refresh_from_db()
    assert observation.state == "cancelled"
    with pytest.raises(Refused, match="cannot be cancelled"):
        cancel_observation(observation=observation, actor=observation.observer)


def test_cancelling_is_for_those_concerned(candidacy):
    with pytest.raises(Refused, match="cannot cancel"):
        cancel_observation(observation=make_observation(candidacy), actor=UserFactory())


def test_recorded_observations_cannot_be_cancelled(candidacy):
    observation = record(make_observation(candidacy))
    with pytest.raises(Refused, match="recorded already and cannot be cancelled"):
        cancel_observation(observation=observation, actor=candidacy.person)


def test_the_database_knows_the_hardest_rules(candidacy):
    observation = make_observation(candidacy)
    for fields in ({"observer": candidacy.person}, {"outcome": "passed"}, {"state": "recorded"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Observation.objects.filter(pk=observation.pk).update(**fields)

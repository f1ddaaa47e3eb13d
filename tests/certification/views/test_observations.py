import pytest
from django.urls import reverse

from certification.models import Observation
from people.api import today
from tests.factories.certification import CRITERIA, make_candidacy, make_observation, make_trainer, record
from tests.factories.people import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def candidacy():
    return make_candidacy()


def text_of(response):
    return " ".join(response.content.decode().split())


# --- booking --------------------------------------------------------------------------------------


def booking(trainer, **changes):
    return {
        "requirement": "seen",
        "observer": trainer.pk,
        "occasion": "Planning of team Blue",
        "observed_on": today().isoformat(),
    } | changes


def test_booking_through_the_form(client, candidacy):
    trainer = make_trainer()
    client.force_login(candidacy.person)
    url = reverse("certification:observation_new", args=[candidacy.pk])
    assert trainer.get_full_name() in text_of(client.get(url))
    response = client.post(url, booking(trainer))
    assert response.status_code == 302
    assert Observation.objects.get().observer == trainer


def test_a_refused_observer_is_explained_and_what_was_typed_stays(client, candidacy):
    manager = make_trainer()
    MembershipFactory(person=candidacy.person, manager=manager)
    make_trainer()
    client.force_login(candidacy.person)
    response = client.post(reverse("certification:observation_new", args=[candidacy.pk]), booking(manager))
    assert response.status_code == 409
    assert "line managers do not certify" in text_of(response)
    assert "Planning of team Blue" in text_of(response)
    assert not Observation.objects.exists()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"observer": ""}, "observer"),
        ({"observer": "999999"}, "observer"),
        ({"occasion": ""}, "occasion"),
        ({"occasion": "x" * 201}, "occasion"),
        ({"observed_on": "soon"}, "observed_on"),
    ],
)
def test_wrong_bookings_name_the_field(client, candidacy, changes, field):
    client.force_login(candidacy.person)
    response = client.post(
        reverse("certification:observation_new", args=[candidacy.pk]), booking(make_trainer(), **changes)
    )
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert not Observation.objects.exists()


def test_without_observers_the_page_says_who_could_help(client, candidacy):
    client.force_login(candidacy.person)
    response = client.get(reverse("certification:observation_new", args=[candidacy.pk]))
    assert "Nobody can watch yet" in text_of(response)


def test_nothing_to_book_any_more_is_said(client, candidacy):
    record(make_observation(candidacy))
    client.force_login(candidacy.person)
    response = client.post(reverse("certification:observation_new", args=[candidacy.pk]), booking(make_trainer()))
    assert response.status_code == 409
    assert "has been shown already" in text_of(response)


# --- recording ------------------------------------------------------------------------------------


def recording(*values, outcome="passed", **changes):
    fields = {"observed_on": today().isoformat(), "outcome": outcome, "feedback": "Good.", "coaching_goal": ""}
    for criterion, value in zip(CRITERIA, values or (3, 3, 3), strict=True):
        fields[f"score_{criterion}"] = str(value)
        fields[f"quote_{criterion}"] = f"Said something about {criterion}."
    return fields | changes


@pytest.fixture
def observation(candidacy):
    return make_observation(candidacy)


@pytest.fixture
def as_observer(client, observation):
    client.force_login(observation.observer)
    return client


@pytest.fixture
def url(observation):
    return reverse("certification:observation", args=[observation.pk])


def test_the_form_shows_every_anchor_beside_its_score(as_observer, url):
    text = text_of(as_observer.get(url))
    for criterion in CRITERIA:
        for score in range(1, 5):
            assert f"{criterion} at {score}" in text
    assert 'name="viewport"' in text


def test_recording_through_the_form(as_observer, observation, url):
    response = as_observer.post(url, recording(4, 3, 3), follow=True)
    assert "can read your feedback now" in text_of(response)
    observation.refresh_from_db()
    assert (observation.state, observation.outcome, observation.feedback) == ("recorded", "passed", "Good.")
    assert [s["score"] for s in observation.scores] == [4, 3, 3]


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"score_spotting": ""}, "score_spotting"),
        ({"score_spotting": "5"}, "score_spotting"),
        ({"score_spotting": "three"}, "score_spotting"),
        ({"quote_drafting": " "}, "quote_drafting"),
        ({"quote_drafting": "x" * 1001}, "quote_drafting"),
        ({"outcome": ""}, "outcome"),
        ({"outcome": "brilliant"}, "outcome"),
        ({"outcome": "passed_with_goal"}, "coaching_goal"),
        ({"score_drafting": "1"}, "outcome"),
        ({"score_drafting": "2", "score_spotting": "2"}, "outcome"),
        ({"observed_on": "2999-01-01"}, "observed_on"),
        ({"observed_on": ""}, "observed_on"),
        ({"feedback": "x" * 4001}, "feedback"),
    ],
)
def test_wrong_records_name_the_field_and_keep_what_was_typed(as_observer, observation, url, changes, field):
    response = as_observer.post(url, recording(**changes))
    assert response.status_code == 200
    assert field in response.context["form"].errors
    assert "Said something about alignment." in text_of(response)
    assert 'id="id_score_alignment_3" value="3" required checked' in text_of(response)
    observation.refresh_from_db()
    assert observation.state == "booked"


def test_what_is_missing_is_listed_in_the_order_of_the_page(as_observer, observation, url):
    page = text_of(as_observer.post(url, {"observed_on": ""}))
    words = ["Say on which day you watched.", "Choose a score from 1 to 4.", "Quote a remark", "Choose how it ended."]
    places = [page.index(one) for one in words]
    assert places == sorted(places)
    assert "This field is required" not in page


def test_a_second_record_is_refused_and_changes_nothing(as_observer, observation, url):
    as_observer.post(url, recording(4, 4, 4))
    response = as_observer.post(url, recording(1, 1, 1, outcome="repeat"))
    assert response.status_code == 409
    assert "recorded already" in text_of(response)
    observation.refresh_from_db()
    assert observation.outcome == "passed"


def test_an_observer_who_may_not_any_more_reads_why(as_observer, observation, url):
    MembershipFactory(person=observation.candidate, manager=observation.observer)
    response = as_observer.post(url, recording())
    assert response.status_code == 409
    assert "line managers do not certify" in text_of(response)
    assert "Said something about alignment." in text_of(response)


def test_others_cannot_record(client, observation, url):
    client.force_login(make_trainer())
    response = client.post(url, recording())
    assert response.status_code == 409
    assert "who is booked as the observer" in text_of(response)
    client.force_login(UserFactory())
    assert client.post(url, recording()).status_code == 404


def test_the_candidate_sees_the_rubric_before_and_the_result_after(client, observation, url):
    client.force_login(observation.candidate)
    text = text_of(client.get(url))
    assert "What the observer looks for" in text
    assert "drafting at 4" in text
    record(observation, 4, 3, 3, feedback="Strong start.")
    text = text_of(client.get(url))
    assert "Strong start." in text
    assert "She asked about drafting." in text


def test_cancelling(client, observation):
    client.force_login(observation.candidate)
    url = reverse("certification:observation_cancel", args=[observation.pk])
    assert "is cancelled" in text_of(client.post(url, follow=True))
    assert "cannot be cancelled" in text_of(client.post(url, follow=True))

from datetime import timedelta

import pytest
from django.urls import reverse

from certification.models import Candidacy
from certification.queries.coaching import candidacy_overview
from certification.services import revoke_credential
from people.api import today
from tests.factories.certification import (
    complete_course,
    make_candidacy,
    make_certification,
    make_credential,
    make_observation,
    make_trainer,
    record,
)
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
URL = "/coaching/"


def text_of(response):
    return " ".join(response.content.decode().split())


def read(client, person, url=URL):
    client.force_login(person)
    response = client.get(url)
    assert response.status_code == 200
    return text_of(response)


def test_somebody_without_anything_can_start(client):
    make_certification()
    person = UserFactory()
    text = read(client, person)
    assert "You are not working toward a certificate yet." in text
    response = client.post(reverse("certification:apply", args=["okr-coach"]), follow=True)
    assert "Here is what to show" in text_of(response)
    assert Candidacy.objects.get().person == person


def test_nothing_to_earn_is_said(client):
    make_certification(is_open=False)
    assert "Nothing to earn at the moment" in read(client, UserFactory())


def test_a_refused_start_says_why(client):
    make_certification(is_open=False)
    client.force_login(UserFactory())
    response = client.post(reverse("certification:apply", args=["okr-coach"]), follow=True)
    assert "does not take new candidates" in text_of(response)
    assert client.post(reverse("certification:apply", args=["nothing"])).status_code == 404


def test_the_next_action_follows_what_is_missing():
    candidacy = make_candidacy()
    person = candidacy.person

    def action():
        return candidacy_overview(person).next_action

    assert (action().sentence, action().label) == ("Complete the course “Course coach-training”.", "Go to the course")
    assert action().url == "/catalog/coach-training/"
    complete_course(person)
    assert action().label == "Book an observation"
    assert action().url == f"/coaching/candidacies/{candidacy.pk}/observations/new/?requirement=seen"
    trainer = make_trainer(first_name="Jana", last_name="Vogt")
    observation = make_observation(candidacy, observer=trainer, on=today() + timedelta(days=3))
    assert "Jana Vogt will see you at work" in action().sentence
    assert action().url == ""
    record(observation, 1, 1, 1, outcome="repeat", observed_on=today())
    assert "Jana Vogt asked you to repeat it" in action().sentence
    booked = make_observation(candidacy, observer=trainer)
    assert "the result is still to be recorded" in action().sentence
    record(booked)
    assert "is being issued" in action().sentence


def test_one_primary_button_whatever_the_state(client):
    candidacy = make_candidacy()
    states = [candidacy.person, make_credential(candidacy.certification).holder, UserFactory()]
    make_observation(candidacy, observer=make_trainer())
    states += [make_trainer(), candidacy.observations.get().observer]
    for person in states:
        assert read(client, person).count("button--primary") == 1


def test_feedback_shows_quotes_and_anchors(client):
    candidacy = make_candidacy()
    record(make_observation(candidacy), 3, 4, 2, outcome="repeat", feedback="Wait longer.")
    text = read(client, candidacy.person)
    for words in ("Wait longer.", "She asked about spotting.", "drafting at 3", "alignment at 3", "To be repeated"):
        assert words in text


def test_certificates_are_listed_with_status_and_links(client):
    credential = make_credential()
    text = read(client, credential.holder)
    assert "You are certified" in text
    assert reverse("certification:certificate", args=[credential.number]) in text
    assert reverse("certification:verify", args=[credential.number]) in text
    revoke_credential(credential=credential, reason="Wrong person.", actor=UserFactory(is_superuser=True))
    text = read(client, credential.holder)
    assert "Revoked because: Wrong person." in text


def test_observers_see_what_to_record_oldest_first(client):
    certification, trainer = make_certification(), make_trainer()
    late, soon, early = (make_candidacy(certification) for _ in range(3))
    for candidacy, days in ((late, 5), (early, -5), (soon, 0)):
        make_observation(candidacy, observer=trainer, on=today() + timedelta(days=days))
    text = read(client, trainer)
    places = [text.index(candidacy.person.get_full_name()) for candidacy in (early, soon, late)]
    assert places == sorted(places)
    assert "2 observations are waiting for you to record. You will watch 1 more." in text


@pytest.mark.parametrize("many", [1, 8])
def test_the_workspace_takes_the_same_queries_for_one_and_many(client, many, django_assert_num_queries):
    certification, person = make_certification(), make_trainer()
    for number in range(many):
        other = make_certification(f"other-{number}", title=f"Other {number}", with_course=False)
        make_candidacy(other, person=person)
        record(make_observation(make_candidacy(make_certification(f"more-{number}"), person=person)))
        make_credential(make_certification(f"held-{number}", observations=0), person=person)
        make_observation(make_candidacy(certification), observer=person)
        make_certification(f"open-{number}")
    read(client, person)
    with django_assert_num_queries(WORKSPACE_QUERIES):
        client.get(URL)


WORKSPACE_QUERIES = 12


def test_the_candidacy_page_shows_what_is_pinned(client):
    candidacy = make_candidacy()
    make_certification(observations=3)
    text = read(client, candidacy.person, reverse("certification:candidacy", args=[candidacy.pk]))
    assert "Course, not completed yet" in text
    assert "Observation, nobody booked yet" in text
    trainer_text = read(client, make_trainer(), reverse("certification:candidacy", args=[candidacy.pk]))
    assert candidacy.person.get_full_name() in trainer_text
    assert "0 of 2 shown" in trainer_text


def test_a_candidacy_can_be_ended_once(client):
    candidacy = make_candidacy()
    client.force_login(candidacy.person)
    url = reverse("certification:withdraw", args=[candidacy.pk])
    assert "The candidacy has ended" in text_of(client.post(url, follow=True))
    assert "closed already" in text_of(client.post(url, follow=True))


def test_the_certificate_is_for_its_holder_and_people_leads(client):
    credential = make_credential()
    url = reverse("certification:certificate", args=[credential.number])
    for person, status in (
        (credential.holder, 200),
        (UserFactory(is_superuser=True), 200),
        (make_trainer(), 404),
        (UserFactory(), 404),
    ):
        client.force_login(person)
        response = client.get(url)
        assert response.status_code == status
        if status == 200:
            assert b"".join(response.streaming_content) == b"%PDF"
            assert response["Content-Type"] == "application/pdf"
    assert client.get(reverse("certification:certificate", args=["K7QW-3MHX-R9TC"])).status_code == 404

"""The page of the weekly letter: how it reads today, on paper, and the choice."""

import pytest
from django.urls import reverse

from rollout.models import DigestOptOut
from tests.factories.rollout import make_program

pytestmark = pytest.mark.django_db


def test_the_page_shows_the_letter_and_its_readers(client):
    started = make_program()
    client.force_login(started.sponsor)
    html = client.get(reverse("rollout:digest", args=[started.program.slug])).content.decode()
    assert "Step 0 of 8" in html
    assert started.project_lead.get_full_name() in html


def test_saying_no_and_yes_again(client):
    started = make_program()
    client.force_login(started.sponsor)
    url = reverse("rollout:digest_choose", args=[started.program.slug])
    assert "You said no to it." in client.post(url, {"wanted": "no"}, follow=True).content.decode()
    assert DigestOptOut.objects.get().person_id == started.sponsor.pk
    assert "You get it." in client.post(url, {"wanted": "yes"}, follow=True).content.decode()


def test_others_read_why_there_is_nothing_to_choose(client):
    started = make_program()
    client.force_login(started.coach)
    page = client.get(reverse("rollout:digest", args=[started.program.slug])).content.decode()
    assert "nothing to choose for you" in page
    assert client.post(reverse("rollout:digest_choose", args=[started.program.slug])).status_code == 409


def test_the_letter_on_paper(client):
    started = make_program()
    client.force_login(started.sponsor)
    response = client.get(reverse("rollout:digest_pdf", args=[started.program.slug]))
    assert response.content.startswith(b"%PDF")
    assert response["Content-Disposition"].startswith("attachment; filename=")

import pytest
from django.db import OperationalError, connection


@pytest.mark.django_db
def test_healthz_answers_without_session_and_with_one_query(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        response = client.get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok", "database": "ok"}
    assert not response.cookies
    assert "no-store" in response["Cache-Control"]


@pytest.mark.django_db
def test_healthz_is_503_when_the_database_is_away(client, monkeypatch):
    def away(*args, **kwargs):
        raise OperationalError("no route to host")

    monkeypatch.setattr(connection, "cursor", away)
    response = client.get("/healthz")
    assert response.status_code == 503
    assert response.json() == {"status": "unavailable", "database": "unreachable"}


@pytest.mark.django_db
def test_healthz_refuses_to_be_written_to(client):
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_robots_keep_crawlers_away_from_what_is_about_people(client):
    response = client.get("/robots.txt")
    assert response["Content-Type"] == "text/plain"
    for path in ("/admin/", "/coaching/", "/learning/", "/people/", "/programs/", "/verify/"):
        assert f"Disallow: {path}\n" in response.content.decode()

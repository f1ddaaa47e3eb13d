"""The frame around every page: name, navigation, account menu, messages."""

import re
from itertools import pairwise

import pytest
from django.contrib.auth.models import Group
from django.core.cache import cache
from django.template.loader import render_to_string
from django.test import RequestFactory

from cms.context_processors import navigation, rooms
from people.api import (
    PEOPLE_LEADS,
    PROJECT_LEADS,
    TRAINERS,
    OrganizationSettings,
    Persona,
    Refusal,
    assign_persona,
    today,
)
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


def labels(user, path="/styleguide/") -> list[str]:
    request = RequestFactory().get(path)
    if user is not None:
        request.user = user
    return [item.label for item in navigation(request).items]


def test_visitors_see_what_is_open_to_them(client):
    assert labels(None) == ["Catalog", "Glossary"]
    html = client.get("/styleguide/").content.decode()
    assert 'href="/accounts/login/"' in html
    assert "Sign out" not in html


def test_visitors_of_a_closed_company_do_not_see_the_catalog():
    OrganizationSettings.objects.create(company_name="Nordwind", catalog_open_to_visitors=False)
    assert labels(None) == []


def test_everybody_sees_today_and_their_learning():
    assert labels(UserFactory()) == ["Today", "Catalog", "My learning", "Guidance", "Glossary"]


@pytest.mark.parametrize(
    ("group", "room"), [(PROJECT_LEADS, "programs"), (TRAINERS, "coaching"), (PEOPLE_LEADS, "people")]
)
def test_groups_open_rooms(group, room):
    person = UserFactory()
    person.groups.add(Group.objects.get_or_create(name=group)[0])
    assert rooms(person) == {room}


def test_coaches_see_coaching():
    person = UserFactory()
    assign_persona(person=person, persona=Persona.COACH, actor=UserFactory(is_superuser=True))
    assert "Coaching" in labels(person)


def test_administrators_see_everything(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert rooms(UserFactory.build(is_superuser=True)) == {"coaching", "programs", "people"}


def test_rooms_take_two_queries_and_then_none(django_assert_num_queries):
    person = UserFactory()
    today()  # the organization's time zone is read once per process
    with django_assert_num_queries(2):
        rooms(person)
    with django_assert_num_queries(0):
        rooms(person)


def test_the_current_entry_is_marked(client):
    user = UserFactory()
    request = RequestFactory().get("/catalog/okr-foundations/")
    request.user = user
    current = [item.label for item in navigation(request).items if item.is_current]
    assert current == ["Catalog"]


def test_header_shows_the_company_escaped(client):
    OrganizationSettings.objects.create(company_name="Müller & <Söhne>")
    html = client.get("/styleguide/").content.decode()
    assert "Müller &amp; &lt;Söhne&gt;" in html
    assert "<Söhne>" not in html


def test_page_of_a_visitor_costs_no_queries_once_warm(client, django_assert_num_queries):
    client.get("/styleguide/")
    with django_assert_num_queries(0):
        client.get("/styleguide/")


def test_page_of_a_person_costs_one_query_once_warm(client, django_assert_num_queries):
    client.force_login(UserFactory())
    client.get("/styleguide/")
    with django_assert_num_queries(1):
        client.get("/styleguide/")


def test_frame_of_a_person_costs_few_queries_when_cold(client, django_assert_num_queries):
    client.force_login(UserFactory())
    cache.clear()
    with django_assert_num_queries(6):  # session, person, time zone, company, rooms (2)
        client.get("/styleguide/")


def test_signing_out_is_a_form(client):
    client.force_login(UserFactory())
    html = client.get("/styleguide/").content.decode()
    assert re.search(
        r'<form method="post" action="/accounts/logout/"><input type="hidden" name="csrfmiddlewaretoken"', html
    )


def test_administration_is_offered_to_staff_only(client):
    client.force_login(UserFactory())
    assert 'href="/admin/"' not in client.get("/styleguide/").content.decode()
    client.force_login(UserFactory(is_staff=True))
    assert 'href="/admin/"' in client.get("/styleguide/").content.decode()


def test_messages_are_announced(client):
    html = client.get("/styleguide/").content.decode()
    assert re.search(r'role="status">\s*<div class="notice notice--success" data-message>', html)


def test_page_has_nothing_inline(client):
    html = client.get("/styleguide/?errors=1").content.decode()
    assert not re.search(r"<script(?![^>]*\ssrc=)", html)
    assert "<style" not in html
    assert not re.search(r"\s(style|on[a-z]+)=", html)


def test_heading_levels_do_not_jump(client):
    levels = [int(n) for n in re.findall(r"<h([1-6])", client.get("/styleguide/").content.decode())]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(later - earlier <= 1 for earlier, later in pairwise(levels))


# --- pages for when something is wrong ------------------------------------------------------------


def test_not_found_page_stands_in_the_frame(client):
    response = client.get("/no/such/page/")
    assert response.status_code == 404
    assert "There is nothing at this address" in response.content.decode()


@pytest.mark.parametrize("name", ["500.html", "400.html", "403_csrf.html"])
def test_plain_error_pages_need_no_context(name, django_assert_num_queries):
    with django_assert_num_queries(0):
        html = render_to_string(name)
    assert "/static/css/plain.css" in html
    assert "<h1>" in html


def test_forbidden_page_says_as_whom(client):
    request = RequestFactory().get("/people/import/")
    request.user = UserFactory(first_name="Jana", last_name="Nováková")
    request.htmx = False
    assert "signed in as Jana Nováková" in render_to_string("403.html", {"user": request.user}, request)


@pytest.mark.parametrize("is_htmx", [False, True])
def test_refused_page_says_why_whole_or_as_a_part(is_htmx):
    request = RequestFactory().get("/")
    request.user = UserFactory()
    request.htmx = is_htmx
    html = render_to_string("refused.html", {"refusal": Refusal("The gate is closed.")}, request)
    assert "The gate is closed." in html
    assert ("<html" in html) is not is_htmx

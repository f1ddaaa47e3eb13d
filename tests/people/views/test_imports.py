import tracemalloc

import pytest
from django.contrib.auth.models import Group
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from people.api import PEOPLE_LEADS, Persona
from people.models import Membership, PeopleImport, PersonaAssignment, User
from people.queries.people_file import MAX_BYTES
from tests.factories.people import MembershipFactory, UserFactory
from tests.people.files import people_file, row

pytestmark = pytest.mark.django_db
URL = "/people/import/"


@pytest.fixture
def lead(client) -> User:
    person = UserFactory(email="lead@example.com")
    PersonaAssignment.objects.create(person=person, persona=Persona.PEOPLE_LEAD)
    client.force_login(person)
    return person


def upload(client, content: bytes, name: str = "people.csv", **options):
    return client.post(URL, {"file": SimpleUploadedFile(name, content, "text/csv")}, **options)


def text(response) -> str:
    return " ".join(response.content.decode().split())


def test_address_is_where_it_was_promised():
    assert reverse("people:import") == URL


def test_upload_shows_the_plan_and_writes_nobody(client, lead):
    response = upload(client, people_file(row(), row("bo@example.com", manager_email="ada@example.com")), follow=True)
    page = text(response)
    assert "2 rows: 2 to create, 0 to change, 0 to end, 0 unchanged." in page
    assert "bo@example.com" in page
    assert "Nordwind &gt; Service &gt; North" in page
    assert User.objects.count() == 1


def test_applying_writes_and_says_so(client, lead):
    upload(client, people_file(row()))
    checked = PeopleImport.objects.get()
    response = client.post(reverse("people:import_apply", args=[checked.pk]), follow=True)
    assert "Applied: 1 created, 0 changed, 0 ended." in text(response)
    assert "Who is new signs in with the e-mail from the file" in text(response)
    assert User.objects.filter(email="ada@example.com").exists()


def test_applying_twice_says_why_not_and_changes_nothing(client, lead):
    upload(client, people_file(row()))
    url = reverse("people:import_apply", args=[PeopleImport.objects.get().pk])
    client.post(url)
    response = client.post(url)
    assert response.status_code == 409
    assert "already been applied" in text(response)
    assert Membership.objects.count() == 1


def test_stale_plan_is_shown_anew_and_changes_nothing(client, lead):
    upload(client, people_file(row()))
    UserFactory(email="ada@example.com", first_name="Augusta")
    response = client.post(reverse("people:import_apply", args=[PeopleImport.objects.get().pk]))
    page = text(response)
    assert response.status_code == 409
    assert "People data changed since the file was checked" in page
    assert "<code>first_name</code>" in page
    assert not Membership.objects.exists()


def test_bad_rows_are_listed_with_line_and_column_and_cannot_be_applied(client, lead):
    response = upload(client, people_file(row(hired_on="<b>soon</b>")), follow=True)
    page = text(response)
    assert "1 problem in 1 row: nothing can be applied yet." in page
    assert "<code>hired_on</code>" in page
    assert "&lt;b&gt;soon&lt;/b&gt;" in page
    checked = PeopleImport.objects.get()
    assert reverse("people:import_apply", args=[checked.pk]) not in page
    assert client.post(reverse("people:import_apply", args=[checked.pk])).status_code == 409
    assert not Membership.objects.exists()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (people_file(row(last_name="Müller")).decode().encode("cp1252"), "characters that are not UTF-8"),
        (people_file(row()).decode().encode("utf-16"), "UTF-16"),
        (b"name;mail\nAda;a@example.com\n", "This column is missing"),
        (people_file(row()) + b"\x00", "NUL byte"),
    ],
)
def test_unreadable_file_says_how_to_mend_it(client, lead, content, words):
    response = upload(client, content, follow=True)
    assert words in text(response)
    assert "in 0 rows" not in text(response)
    assert User.objects.count() == 1


@pytest.mark.parametrize(("data", "words"), [({}, "Choose a file first."), ({"file": "text"}, "Choose a file first.")])
def test_post_without_file_is_refused_beside_the_field(client, lead, data, words):
    response = client.post(URL, data)
    assert response.status_code == 422
    assert words in text(response)


def test_empty_file_is_refused_beside_the_field(client, lead):
    response = upload(client, b"")
    assert response.status_code == 422
    assert "The file is empty" in text(response)


def test_file_just_above_the_limit_is_refused(client, lead):
    response = upload(client, b"x" * (MAX_BYTES + 1))
    assert response.status_code == 422
    assert "at most 10 MB" in text(response)
    assert not PeopleImport.objects.exists()


class Zeros:
    """A request body that exists only while it is read."""

    def __init__(self, size: int) -> None:
        self.left = size

    def read(self, size: int = -1) -> bytes:
        size = self.left if size < 0 else min(size, self.left)
        self.left -= size
        return bytes(size)

    readline = read


def test_forty_megabytes_are_refused_without_being_held_in_memory(client, lead):
    size = 40 * 1024 * 1024
    body = Zeros(size)
    client.get(URL)  # loads templates
    tracemalloc.start()
    try:
        response = client.generic(
            "POST",
            URL,
            content_type="multipart/form-data; boundary=x",
            CONTENT_LENGTH=str(size),
            **{"wsgi.input": body},
        )
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert response.status_code == 413
    assert "The file has 40 MB; at most 10 MB can be read." in text(response)
    assert peak < 8 * 1024 * 1024
    assert body.left == 0
    assert not PeopleImport.objects.exists()


def test_upload_needs_the_forms_token(lead):
    client = Client(enforce_csrf_checks=True)
    client.force_login(lead)
    assert upload(client, people_file(row())).status_code == 403
    assert not PeopleImport.objects.exists()


def addresses() -> list[tuple[str, str]]:
    checked = PeopleImport.objects.create(file_name="x.csv", content=b"", sha256="x", summary={})
    return [
        ("get", URL),
        ("post", URL),
        ("get", reverse("people:import_check", args=[checked.pk])),
        ("post", reverse("people:import_apply", args=[checked.pk])),
    ]


def test_everybody_else_gets_404_and_visitors_the_sign_in_page(client):
    for method, url in addresses():
        response = getattr(client, method)(url)
        assert response.status_code == 302
        assert response["Location"].startswith("/accounts/login/")
    client.force_login(MembershipFactory().person)
    for method, url in addresses():
        assert getattr(client, method)(url).status_code == 404


def test_group_and_administrators_may_enter(client):
    member = UserFactory()
    member.groups.add(Group.objects.get_or_create(name=PEOPLE_LEADS)[0])
    for person in (member, UserFactory(is_superuser=True)):
        client.force_login(person)
        assert client.get(URL).status_code == 200


def test_applying_is_post_only_and_unknown_numbers_are_404(client, lead):
    assert client.get(reverse("people:import_apply", args=[1])).status_code == 405
    assert client.get(reverse("people:import_check", args=[1])).status_code == 404
    assert client.post(reverse("people:import_apply", args=[1])).status_code == 404


def test_query_count_does_not_grow_with_the_file(client, lead, django_assert_max_num_queries):
    client.get(URL)
    upload(client, people_file(*(row(f"p{n}@example.com") for n in range(200))))
    checked = PeopleImport.objects.get()
    with django_assert_max_num_queries(10):
        client.get(reverse("people:import_check", args=[checked.pk]))
    PeopleImport.objects.bulk_create(
        [PeopleImport(uploaded_by=lead, file_name="x.csv", content=b"", sha256="x", summary={}) for _ in range(12)]
    )
    with django_assert_max_num_queries(10):
        client.get(URL)

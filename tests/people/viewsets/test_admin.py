import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group
from django.urls import reverse

from people.api import PEOPLE_LEADS, Persona, ensure_groups, forget_organization, organization_zone, personas_of
from people.models import Membership, OrganizationSettings, PersonaAssignment, Unit, User
from tests.factories.people import MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin(client) -> User:
    person = UserFactory(is_superuser=True, is_staff=True)
    client.force_login(person)
    return person


@pytest.fixture
def lead(client) -> User:
    ensure_groups()
    person = UserFactory()
    person.groups.add(Group.objects.get(name=PEOPLE_LEADS))
    client.force_login(person)
    return person


ACCOUNT = {"email": "Ada@Example.com", "first_name": "Ada", "last_name": "Lang", "language": "de", "time_zone": ""}


def test_account_made_in_the_admin_signs_in_by_mail(client, admin):
    response = client.post(reverse("wagtailusers_users:add"), ACCOUNT)
    assert response.status_code == 302
    person = User.objects.get(email="ada@example.com")
    assert person.language == "de"
    assert not person.has_usable_password()
    address = EmailAddress.objects.get(user=person)
    assert (address.email, address.verified, address.primary) == ("ada@example.com", True, True)


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "TAKEN@example.com", "account with this e-mail already"),
        ("time_zone", "Mars/Base", "is not a time zone name"),
        ("language", "xx", "not one of the available choices"),
    ],
)
def test_bad_account_is_refused_beside_the_field(client, admin, field, value, words):
    UserFactory(email="taken@example.com")
    response = client.post(reverse("wagtailusers_users:add"), {**ACCOUNT, field: value})
    assert words in response.content.decode()
    assert not User.objects.filter(last_name="Lang").exists()


def test_renamed_account_signs_in_with_the_new_address(client, admin):
    person = UserFactory()
    EmailAddress.objects.create(user=person, email=person.email, verified=True, primary=True)
    url = reverse("wagtailusers_users:edit", args=[person.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {**ACCOUNT, "is_active": "on"}).status_code == 302
    assert [a.email for a in EmailAddress.objects.filter(user=person)] == ["ada@example.com"]


def test_nobody_is_deleted(client, admin):
    person = UserFactory()
    client.post(reverse("wagtailusers_users:delete", args=[person.pk]))
    url = reverse("wagtail_bulk_action", args=["people", "user", "delete"])
    client.post(f"{url}?id={person.pk}&next=/admin/users/")
    assert User.objects.filter(pk=person.pk).exists()


@pytest.mark.parametrize("name", ["people_units", "people_memberships"])
def test_units_and_memberships_are_to_look_at_only(client, admin, name):
    membership = MembershipFactory(unit__name="North Star")
    pk = membership.unit_id if name == "people_units" else membership.pk
    page = client.get(reverse(f"{name}:index"), follow=True)
    assert page.status_code == 200
    assert "North Star" in page.content.decode()
    assert client.get(reverse(f"{name}:inspect", args=[pk])).status_code == 200
    for view, args in (("add", []), ("edit", [pk]), ("delete", [pk])):
        before = (list(Unit.objects.values()), list(Membership.objects.values()))
        assert client.post(reverse(f"{name}:{view}", args=args), {"name": "x"}).status_code == 302
        assert (list(Unit.objects.values()), list(Membership.objects.values())) == before


@pytest.mark.parametrize("name", ["people_units", "people_memberships", "people_personas"])
def test_lists_take_the_same_queries_for_one_and_for_many(client, admin, name, django_assert_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def make() -> None:
        boss = UserFactory()
        membership = MembershipFactory(manager=boss)
        PersonaAssignment.objects.create(person=membership.person, persona=Persona.COACH, assigned_by=boss)

    make()
    url = reverse(f"{name}:index")
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get(url)
    for _ in range(10):
        make()
    with django_assert_num_queries(len(one)):
        client.get(url)


def test_people_leads_assign_and_remove_personas_through_the_service(client, lead):
    person = UserFactory()
    response = client.post(reverse("people_personas:add"), {"person": person.pk, "persona": "coach"})
    assert response.status_code == 302
    assignment = PersonaAssignment.objects.get(person=person)
    assert assignment.assigned_by == lead
    assert personas_of(person) == {Persona.COACH}
    assert client.get(reverse("people_personas:index")).status_code == 200
    client.post(reverse("people_personas:delete", args=[assignment.pk]))
    assert not PersonaAssignment.objects.filter(person=person).exists()


def test_persona_for_somebody_who_left_is_refused(client, lead):
    person = UserFactory(is_active=False)
    response = client.post(reverse("people_personas:add"), {"person": person.pk, "persona": "coach"})
    assert "has left, so no persona can be given" in response.content.decode()
    assert not PersonaAssignment.objects.filter(person=person).exists()


def test_people_leads_see_people_but_edit_no_account(client, lead):
    person = UserFactory()
    for name in ("people_units:index", "people_memberships:index"):
        assert client.get(reverse(name)).status_code == 200
    url = reverse("wagtailusers_users:edit", args=[lead.pk])
    client.post(url, {**ACCOUNT, "is_superuser": "on", "is_active": "on"})
    client.post(reverse("wagtailusers_users:edit", args=[person.pk]), {**ACCOUNT, "is_superuser": "on"})
    assert not User.objects.filter(is_superuser=True).exists()


def test_menu_has_people_with_the_import_for_those_who_may(client, lead):
    page = client.get("/admin/").content.decode()
    assert "/people/import/" in page
    assert reverse("people_units:index") in page
    other = UserFactory()
    other.groups.add(Group.objects.get(name="Trainers"))
    client.force_login(other)
    page = client.get("/admin/").content.decode()
    assert "/people/import/" not in page
    assert reverse("people_units:index") not in page


def test_new_time_zone_counts_at_once(client, admin):
    assert organization_zone().key == "UTC"
    setting = OrganizationSettings.objects.create()
    url = reverse("wagtailsettings:edit", args=["people", "organizationsettings", setting.pk])
    data = {"company_name": "Nordwind", "logo": "", "time_zone": "Europe/Berlin", "catalog_open_to_visitors": "on"}
    assert client.post(url, data).status_code == 302
    assert organization_zone().key == "Europe/Berlin"
    client.post(url, {**data, "time_zone": "Mars/Base"})
    forget_organization()
    assert organization_zone().key == "Europe/Berlin"


def test_history_of_a_person_names_the_deeds(client, admin):
    from people.api import apply_people_file
    from tests.people.files import people_file, row

    apply_people_file(content=people_file(row()), actor=None)
    ada = User.objects.get(email="ada@example.com")
    page = client.get(reverse("wagtailusers_users:history", args=[ada.pk])).content.decode()
    assert "Joined through a people import" in page

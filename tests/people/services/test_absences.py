"""Long leaves: recorded by people leads, felt by figures."""

from datetime import date, timedelta

import pytest
from wagtail.models import ModelLogEntry

from people.api import Absence, Persona, Refused, clock_at, end_absence, now, record_absence, today
from people.models import PersonaAssignment
from people.signals import absences_changed
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db

FIRST, LAST = date(2026, 4, 1), date(2026, 9, 30)


@pytest.fixture
def lead():
    person = UserFactory()
    PersonaAssignment.objects.create(person=person, persona=Persona.PEOPLE_LEAD)
    return person


def test_leave_is_recorded_once_and_announced(lead, django_capture_on_commit_callbacks):
    person, heard = UserFactory(), []

    def listen(person_ids, **kwargs):
        heard.append(person_ids)

    absences_changed.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            first = record_absence(person=person, started_on=FIRST, ends_on=LAST, kind="parental", actor=lead)
            assert record_absence(person=person, started_on=FIRST, ends_on=LAST, actor=lead) == first
    finally:
        absences_changed.disconnect(listen)
    assert heard == [[person.pk]]
    assert [entry.action for entry in ModelLogEntry.objects.all()] == ["people.record_absence"]
    assert "parental" not in str(ModelLogEntry.objects.get().data)


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({"ends_on": FIRST + timedelta(days=26)}, "four weeks or more"),
        ({"kind": "illness"}, "Choose one of the kinds"),
        ({"person": "left"}, "has left"),
        ({"actor": "stranger"}, "looked after by people leads"),
    ],
)
def test_refused_with_the_reason(lead, fields, reason):
    people = {"left": UserFactory(is_active=False), "stranger": UserFactory()}
    fields = {name: people.get(value, value) for name, value in fields.items()}
    arguments = {"person": UserFactory(), "started_on": FIRST, "ends_on": LAST, "actor": lead, **fields}
    with pytest.raises(Refused, match=reason):
        record_absence(**arguments)
    assert not Absence.objects.exists()


@pytest.mark.parametrize(("first", "last"), [(LAST, None), (FIRST - timedelta(days=60), None), (FIRST, LAST)])
def test_leaves_do_not_overlap(lead, first, last):
    person = UserFactory()
    record_absence(person=person, started_on=FIRST - timedelta(days=1), ends_on=LAST, actor=lead)
    with pytest.raises(Refused, match="has a leave recorded already"):
        record_absence(person=person, started_on=first, ends_on=last, actor=lead)


def test_last_day_can_be_set_and_moved(lead):
    absence = record_absence(person=UserFactory(), started_on=FIRST, actor=lead)
    assert end_absence(absence=absence, ends_on=LAST, actor=lead).ends_on == LAST
    assert end_absence(absence=absence, ends_on=LAST, actor=lead).ends_on == LAST
    record_absence(person=absence.person, started_on=date(2027, 1, 1), actor=lead)
    with pytest.raises(Refused, match="another leave that begins before"):
        end_absence(absence=absence, ends_on=date(2027, 2, 1), actor=lead)
    with pytest.raises(Refused, match="cannot end before"):
        end_absence(absence=absence, ends_on=FIRST - timedelta(days=1), actor=lead)
    with pytest.raises(Refused, match="looked after by people leads"):
        end_absence(absence=absence, ends_on=LAST, actor=UserFactory())


def test_is_felt_while_away_and_through_the_grace_period(lead):
    record_absence(person=UserFactory(), started_on=FIRST, ends_on=LAST, actor=lead)
    for day, on, felt in (
        (FIRST - timedelta(days=1), 0, 0),
        (FIRST, 1, 1),
        (LAST, 1, 1),
        (LAST + timedelta(days=1), 0, 1),
        (LAST + timedelta(days=30), 0, 1),
        (LAST + timedelta(days=31), 0, 0),
    ):
        assert Absence.objects.on(day).count() == on
        assert Absence.objects.felt_on(day, grace_days=30).count() == felt


class TestPage:
    URL = "/people/absences/"

    def test_people_lead_records_and_ends(self, client, lead):
        person = UserFactory(first_name="Ida", last_name="Holm")
        client.force_login(lead)
        assert "Nobody is on long leave" in client.get(self.URL).content.decode()
        posted = {"who": "ida holm", "kind": "sabbatical", "started_on": today().isoformat()}
        page = client.post(self.URL, posted, follow=True).content.decode()
        assert "1 person is away" in page
        absence = Absence.objects.get(person=person)
        with clock_at(now()):
            client.post(f"{self.URL}{absence.pk}/end/", {"ends_on": (today() + timedelta(days=90)).isoformat()})
        absence.refresh_from_db()
        assert absence.ends_on == today() + timedelta(days=90)

    def test_says_what_is_wrong(self, client, lead):
        client.force_login(lead)
        response = client.post(self.URL, {"who": "Nobody", "started_on": "2026-04-01", "ends_on": "2026-03-01"})
        assert response.status_code == 422
        assert set(response.context["form"].errors) == {"who", "kind", "ends_on"}
        absence = record_absence(person=UserFactory(), started_on=FIRST, actor=lead)
        assert client.post(f"{self.URL}{absence.pk}/end/", {}).status_code == 422
        assert client.post(f"{self.URL}{absence.pk}/end/", {"ends_on": "2026-03-01"}).status_code == 409
        posted = {"who": absence.person.email, "kind": "other", "started_on": "2026-05-01"}
        assert client.post(self.URL, posted).status_code == 409

    def test_nobody_else_knows_the_page(self, client):
        assert client.get(self.URL).status_code == 302
        client.force_login(UserFactory())
        assert client.get(self.URL).status_code == 404
        assert client.post(f"{self.URL}1/end/", {}).status_code == 404

"""The history of a program: every deed in words, filtered, paged, and as a table."""

import csv
import io
from datetime import UTC, datetime

import pytest
from django.urls import reverse
from wagtail.models import ModelLogEntry

from people.api import clock_at, log
from people.models import User
from rollout.queries.history import TOPICS, topic_of
from rollout.services.programs import record_parameters
from rollout.services.roles import assign_role
from rollout.services.statements import attest_item
from rollout.wagtail_hooks import LOG_ACTIONS
from tests.factories.people import UserFactory
from tests.factories.rollout import StartedProgram, make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def started() -> StartedProgram:
    return make_program(members=0)


def history(client, started: StartedProgram, name: str = "history", **filters):
    client.force_login(started.coach)
    return client.get(reverse(f"rollout:{name}", args=[started.program.slug]), filters)


def lines(client, started: StartedProgram, **filters) -> list[str]:
    return [f"{line.who} {line.sentence}" for line in history(client, started, **filters).context["lines"]]


def at(day: str, hour: int = 12):
    return clock_at(datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=UTC))


def test_says_who_did_what_in_words(client, started):
    attest_item(item=started.item("direction_given"), actor=started.sponsor)
    assign_role(
        slot=started.slot("champion"),
        person=UserFactory(first_name="Ada", last_name="Lind"),
        actor=started.project_lead,
    )
    said = lines(client, started)
    assert said[0] == f"{started.project_lead.get_full_name()} gave Ada Lind the role Champion"
    assert said[1] == f"{started.sponsor.get_full_name()} answered “{started.item('direction_given').question}”"
    assert said[-1] == f"{started.administrator.get_full_name()} started the program"


def test_names_are_those_of_the_time(client, started):
    person = UserFactory(first_name="Ada", last_name="Lind")
    assign_role(slot=started.slot("champion"), person=person, actor=started.project_lead)
    lead = started.project_lead.get_full_name()
    User.objects.filter(pk__in=[person.pk, started.project_lead.pk]).update(last_name="Renamed")
    assert lines(client, started)[0] == f"{lead} gave Ada Lind the role Champion"


def test_what_the_product_did_is_named_so(client, started):
    log(started.item("direction_given"), "rollout.waiver_expired", data={"expires_on": "2026-03-01"})
    assert lines(client, started)[0].startswith("Pilotage ended the waiver of")


def test_another_programs_deeds_stay_there(client, started):
    other = make_program(title="Other", members=0)
    record_parameters(program=other.program, actor=other.project_lead, values={"pilot_size": 12})
    assert not any("pilot size" in line for line in lines(client, started))


def test_filters_by_person_topic_step_and_days(client, started):
    with at("2026-03-01"):
        attest_item(item=started.item("direction_given"), actor=started.sponsor)
    with at("2026-03-02"):
        record_parameters(program=started.program, actor=started.project_lead, values={"pilot_size": 12})
    by_sponsor = lines(client, started, who=started.sponsor.pk)
    assert len(by_sponsor) == 1
    assert lines(client, started, what="checklist") == by_sponsor
    assert lines(client, started, step=started.step("prerequisites").pk) == by_sponsor
    assert lines(client, started, step=started.step("goal").pk) == []
    assert lines(client, started, since="2026-03-01", until="2026-03-01") == by_sponsor
    assert len(lines(client, started, since="2026-03-02", until="2026-03-02")) == 1


def test_filters_that_make_no_sense_are_left_out(client, started):
    everything = lines(client, started)
    assert lines(client, started, who="nobody", what="?", step="x", since="soon") == everything


def test_days_are_those_of_the_organization(client, started):
    from people.api import OrganizationSettings, forget_organization

    OrganizationSettings.objects.create(time_zone="Asia/Tokyo")
    forget_organization()
    with at("2026-03-01", 20):
        record_parameters(program=started.program, actor=started.project_lead, values={"pilot_size": 12})
    assert lines(client, started, since="2026-03-01", until="2026-03-01") == []
    assert len(lines(client, started, since="2026-03-02", until="2026-03-02")) == 1


def test_nothing_that_fits_is_said_with_a_way_back(client, started):
    page = history(client, started, since="2999-01-01").content.decode()
    assert "Nothing fits" in page
    assert "Show everything" in page


@pytest.mark.parametrize("deeds", [1, 40])
def test_costs_the_same_for_one_line_and_for_many(client, started, deeds, django_assert_num_queries):
    for number in range(deeds):
        record_parameters(program=started.program, actor=started.project_lead, values={"pilot_size": 10 + number})
        assign_role(slot=started.slot("champion"), person=UserFactory(), actor=started.project_lead)
    history(client, started)
    client.force_login(started.coach)
    with django_assert_num_queries(11):
        client.get(reverse("rollout:history", args=[started.program.slug]))


def test_table_holds_every_page_and_no_formulas(client, started):
    started.wave.steps.filter(key="prerequisites").update(title="=1+1")
    for number in range(60):
        record_parameters(program=started.program, actor=started.project_lead, values={"pilot_size": 10 + number})
    ModelLogEntry.objects.filter(user=started.project_lead).update(
        data={"names": {str(started.project_lead.pk): "=cmd()"}}
    )
    response = history(client, started, "history_csv")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0] == ["When", "Who", "What", "Wave", "Step"]
    assert len(rows) == 62
    assert rows[1][1] == "'=cmd()"
    assert "attachment" in response["Content-Disposition"]


def test_every_action_belongs_to_a_topic():
    used = {topic_of(action) for action in LOG_ACTIONS}
    assert used == set(TOPICS)

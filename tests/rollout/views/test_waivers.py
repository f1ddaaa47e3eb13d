"""The register of waivers: filters, order, pages, sums, and the table for other programs."""

import csv
import io
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.urls import reverse

from people.api import clock_at, now, today
from rollout.models import Program, Waiver
from rollout.services.waivers import approve_waiver, reject_waiver, request_waiver, revoke_waiver
from tests.factories.people import UserFactory
from tests.factories.rollout import StartedProgram, make_program

pytestmark = pytest.mark.django_db


@pytest.fixture
def started() -> StartedProgram:
    return make_program()


def ask(started: StartedProgram, key: str = "mistakes_are_learning", **changes) -> Waiver:
    terms = {
        "item": started.item(key),
        "actor": started.project_lead,
        "reason": f"Reason of {key}.",
        "risk": "medium",
        "compensating_action": "Two listening sessions.",
        "expires_on": today() + timedelta(days=30),
    }
    return request_waiver(**(terms | changes))


def page(client, started, **filters):
    return client.get(reverse("rollout:waivers", args=[started.program.slug]), filters)


def words(response) -> str:
    return " ".join(unescape(response.content.decode()).split())


def shown(response) -> list[str]:
    return [waiver.item.key for waiver, *_ in response.context["lines"]]


def test_an_empty_register_says_what_will_be_here(client, started):
    client.force_login(started.coach)
    response = page(client, started)
    assert "Nothing in this program is waived." in words(response)
    assert "A waiver lets a gate pass without one question being met." in words(response)


def test_sums_say_what_works_waits_and_ends_soon(client, started):
    approve_waiver(waiver=ask(started), actor=started.sponsor)
    high = ask(started, "open_to_change", risk="high", expires_on=today() + timedelta(days=5))
    approve_waiver(waiver=high, actor=started.sponsor)
    approve_waiver(waiver=high, actor=started.people_lead)
    ask(started, "goal_written")
    client.force_login(started.project_lead)
    text = words(page(client, started))
    assert "2 waivers are active, 1 of high risk, 1 ends within two weeks. 1 request waits for an answer." in text
    assert "None of them counts as met." in text
    assert f"Waits for {started.sponsor.get_full_name()} (Executive sponsor)" in text


def test_filters_by_state_risk_step_and_person(client, started):
    first = ask(started, actor=started.people_lead)
    reject_waiver(waiver=ask(started, "goal_written", risk="low"), actor=started.sponsor, reason="No.")
    approve_waiver(waiver=ask(started, "open_to_change"), actor=started.sponsor)
    client.force_login(started.project_lead)
    assert len(shown(page(client, started))) == 3
    assert shown(page(client, started, state="rejected")) == ["goal_written"]
    assert shown(page(client, started, state="requested")) == [first.item.key]
    assert shown(page(client, started, risk="low")) == ["goal_written"]
    assert shown(page(client, started, step=started.step("goal").pk)) == ["goal_written"]
    assert shown(page(client, started, who=started.people_lead.pk)) == [first.item.key]
    assert set(shown(page(client, started, who=started.sponsor.pk))) == {"open_to_change", "goal_written"}
    nothing = page(client, started, state="expired")
    assert "No waiver matches" in words(nothing)


def test_a_filter_that_means_nothing_is_left_out(client, started):
    ask(started)
    client.force_login(started.project_lead)
    assert len(shown(page(client, started, state="green", risk="x", step="y", who="z", sort="q"))) == 1


@pytest.mark.parametrize(
    ("sort", "keys"),
    [
        ("newest", ["goal_written", "open_to_change", "mistakes_are_learning"]),
        ("ending", ["open_to_change", "mistakes_are_learning", "goal_written"]),
        ("risk", ["goal_written", "mistakes_are_learning", "open_to_change"]),
        ("step", ["open_to_change", "mistakes_are_learning", "goal_written"]),
    ],
)
def test_order(client, started, sort, keys):
    for days, key, risk in ((20, "mistakes_are_learning", "medium"), (10, "open_to_change", "low")):
        ask(started, key, risk=risk, expires_on=today() + timedelta(days=days))
    ask(started, "goal_written", risk="high", expires_on=today() + timedelta(days=40))
    client.force_login(started.project_lead)
    assert shown(page(client, started, sort=sort)) == keys


def test_one_that_is_past_its_last_day_is_shown_as_expired_before_the_sweep(client, started):
    approve_waiver(waiver=ask(started), actor=started.sponsor)
    client.force_login(started.project_lead)
    with clock_at(datetime.now(UTC) + timedelta(days=40)):
        response = page(client, started, state="expired")
        assert shown(response) == ["mistakes_are_learning"]
        assert response.context["sums"].active == 0
        assert page(client, started, state="active").context["lines"] == []


def test_strangers_do_not_learn_that_it_exists(client, started):
    client.force_login(UserFactory())
    assert page(client, started).status_code == 404
    assert client.get(reverse("rollout:waivers_csv", args=[started.program.slug])).status_code == 404


def test_other_programs_stay_out(client, started):
    other = make_program(title="Other")
    ask(other)
    client.force_login(started.project_lead)
    assert page(client, started).context["lines"] == []


class TestExport:
    def rows(self, client, started, **filters) -> list[dict[str, str]]:
        response = client.get(reverse("rollout:waivers_csv", args=[started.program.slug]), filters)
        assert response["Content-Type"].startswith("text/csv")
        assert "attachment" in response["Content-Disposition"]
        return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))

    def test_has_what_the_page_shows(self, client, started):
        waiver = approve_waiver(waiver=ask(started), actor=started.sponsor)
        revoke_waiver(waiver=waiver, actor=started.sponsor, reason="Enough.")
        ask(started, "goal_written", risk="low")
        client.force_login(started.project_lead)
        (row,) = self.rows(client, started, state="revoked")
        assert (row["State"], row["Risk"], row["Why it ended"]) == ("Revoked", "Medium", "Enough.")
        assert row["Approved by"].startswith(started.sponsor.get_full_name())
        assert len(self.rows(client, started)) == 2

    def test_keeps_formulas_as_text(self, client, started):
        ask(started, reason="=cmd()")
        client.force_login(started.project_lead)
        assert self.rows(client, started)[0]["Reason"] == "'=cmd()"


@pytest.mark.parametrize("number", [1, 60])
def test_costs_the_same_for_one_and_for_many(client, started, django_assert_num_queries, number):
    Waiver.objects.bulk_create(
        Waiver(
            item=started.item("goal_written"), state="revoked", reason="r", risk="low", compensating_action="c",
            requested_by=started.project_lead, expires_on=today(), closed_at=now(),
        )
        for _ in range(number)
    )  # fmt: skip
    client.force_login(started.project_lead)
    page(client, started)
    with django_assert_num_queries(10):
        response = page(client, started)
    assert len(response.context["lines"]) == min(number, 50)


def test_is_linked_from_board_and_gate_room(client, started):
    approve_waiver(waiver=ask(started), actor=started.sponsor)
    client.force_login(started.project_lead)
    address = reverse("rollout:waivers", args=[started.program.slug])
    assert f'href="{address}"' in client.get(reverse("rollout:board", args=[started.program.slug])).content.decode()
    room = client.get(reverse("rollout:gate", args=[started.program.slug, 0, "prerequisites"])).content.decode()
    assert f"{address}?step={started.step('prerequisites').pk}" in room


def test_a_paused_program_keeps_its_day(client, started):
    approve_waiver(waiver=ask(started), actor=started.sponsor)
    Program.objects.update(state="paused", paused_on=today())
    client.force_login(started.project_lead)
    with clock_at(datetime.now(UTC) + timedelta(days=40)):
        assert page(client, started).context["sums"].active == 1

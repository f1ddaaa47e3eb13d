import csv
import io
from collections import Counter
from datetime import date, timedelta

import pytest

from cms.demo.people import COMPANY, LOGINS, PILOT_DEPARTMENTS, address, company, mail_name, people_file

DAY = date(2026, 3, 4)


def in_pilot(people):
    return [person for person in people if any(f"> {name}" in person.unit_path for name in PILOT_DEPARTMENTS)]


@pytest.fixture(scope="module")
def files():
    return company(DAY)


def test_there_are_240_people_after_joiners_and_leavers(files):
    first, second = files
    assert len(first) == 239
    assert sum(person.left_on is None for person in second) == 240
    assert sum(person.left_on is not None for person in second) == 3
    assert sum(person.hired_on > DAY - timedelta(days=28) for person in second) == 4


def test_the_pilot_has_111_people_in_14_units_and_loses_one(files):
    first, second = files
    assert len(in_pilot(first)) == 111
    assert len({person.unit_path for person in in_pilot(first)}) == 14
    assert sum(person.left_on is not None for person in in_pilot(second)) == 1


def test_everybody_has_an_address_of_their_own_and_a_manager_who_works_here(files):
    for people in files:
        addresses = [person.email for person in people]
        assert [address for address, times in Counter(addresses).items() if times > 1] == []
        managers = {person.manager_email for person in people if not person.left_on}
        assert managers - set(addresses) == {""}
        assert sum(not person.manager_email for person in people) == 1


def test_teams_are_of_a_size_that_one_can_lead(files):
    sizes = Counter(person.unit_path for person in files[0])
    assert all(2 <= size <= 10 for size in sizes.values()), sizes
    assert max(len(path) for path in sizes) > 70


def test_every_login_is_somebody(files):
    keys = {person.key: person for person in files[1] if person.key}
    assert set(LOGINS) <= set(keys)
    assert keys["lead"].email == "lead@nordwind.example"
    assert keys["people_lead"].email == address("people_lead") == "people-lead@nordwind.example"
    assert keys["employee"].manager_email == keys["manager"].email
    assert keys["new_hire"].hired_on == DAY - timedelta(days=12)


def test_the_same_day_gives_the_same_people_and_another_day_the_same_names(files):
    assert company(DAY) == files
    later, _ = company(DAY + timedelta(days=100))
    assert [person.email for person in later] == [person.email for person in files[0]]


def test_the_file_is_csv_with_one_row_each(files):
    rows = list(csv.DictReader(io.StringIO(people_file(files[1]).decode())))
    assert len(rows) == 243
    assert rows[0]["unit_path"] == COMPANY
    assert {row["left_on"] for row in rows if not row["left_on"]} == {""}


@pytest.mark.parametrize(
    ("name", "plain"),
    [("Weißenborn", "weissenborn"), ("Sørensen", "soerensen"), ("van der Meer", "van-der-meer"), ("Michał", "michal")],
)
def test_addresses_are_plain_letters(name, plain):
    assert mail_name(name) == plain

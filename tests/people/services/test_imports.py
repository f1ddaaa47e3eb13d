from datetime import UTC, date, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from wagtail.models import ModelLogEntry

from people.api import ImportRefused, Refused, apply_people_file, check_people_file, clock_at
from people.models import Membership, PeopleImport, Persona, PersonaAssignment, Unit, User
from people.services.imports import apply_people_import, upload_people_file
from people.services.profiles import update_profile
from people.signals import memberships_changed
from tests.factories.people import MembershipFactory, UnitFactory, UserFactory
from tests.people.files import COLUMNS, people_file, row

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
TODAY = date(2026, 6, 15)


@pytest.fixture(autouse=True)
def _clock():
    with clock_at(NOON):
        yield


@pytest.fixture
def lead() -> User:
    person = UserFactory(email="lead@example.com")
    PersonaAssignment.objects.create(person=person, persona=Persona.PEOPLE_LEAD)
    return person


def apply(*rows: dict[str, str], **options):
    return apply_people_file(content=people_file(*rows, **options), actor=None)


def everything() -> list[list[dict]]:
    """Return all rows that an import may write, except when they were written."""
    return [
        list(model.objects.order_by("pk").values())
        for model in (User, Membership, Unit, EmailAddress, PeopleImport, ModelLogEntry)
    ]


def place(email: str) -> Membership:
    return Membership.objects.open().select_related("unit", "manager").get(person__email=email)


BOSS = row("boss@example.com", first_name="Bo", last_name="Ss", unit_path="Nordwind", job_title="Head")
ADA = row(manager_email="boss@example.com")


# --- joining --------------------------------------------------------------------------------------


def test_new_people_get_account_address_membership_and_units():
    plan = apply(ADA, BOSS)
    assert (len(plan.created), len(plan.changed), len(plan.ended), len(plan.units)) == (2, 0, 0, 3)
    ada = User.objects.get(email="ada@example.com")
    assert (ada.get_full_name(), ada.language, ada.time_zone, ada.is_active) == (
        "Ada Lang",
        "de",
        "Europe/Berlin",
        True,
    )
    assert not ada.has_usable_password()
    assert ada.date_joined == NOON
    address = EmailAddress.objects.get(user=ada)
    assert (address.email, address.verified, address.primary) == ("ada@example.com", True, True)
    membership = place("ada@example.com")
    assert membership.manager.email == "boss@example.com"
    assert (membership.job_title, membership.location) == ("Engineer", "Kiel")
    assert (membership.hired_on, membership.started_on) == (date(2020, 3, 1), date(2020, 3, 1))
    assert [unit.name for unit in membership.unit.get_ancestors()] == ["Nordwind", "Service"]


def test_units_get_readable_codes_and_their_kind():
    apply(ADA, BOSS, row("c@example.com", unit_path="nordwind > SERVICE > Süd"))
    assert list(Unit.objects.values_list("code", "name", "kind", "depth")) == [
        ("nordwind", "Nordwind", "company", 1),
        ("nordwind-service", "Service", "department", 2),
        ("nordwind-service-north", "North", "team", 3),
        ("nordwind-service-sud", "Süd", "team", 3),
    ]
    assert Unit.find_problems() == ([], [], [], [], [])


def test_derived_codes_stay_short_and_apart():
    long = "Abteilung für Verbrennungskraftmaschinenprüfstandsbetrieb und Instandhaltung"
    apply(
        row(unit_path=f"Nordwind > {long}"),
        row("b@example.com", unit_path=f"Nordwind > {long} zwei"),
        row("c@example.com", unit_path="Nordwind > 東京"),
        row("d@example.com", unit_path="Nordwind > a b"),
        row("e@example.com", unit_path="Nordwind > a-b"),
    )
    codes = list(Unit.objects.values_list("code", flat=True))
    assert len(set(codes)) == 6
    assert all(len(code) <= 60 for code in codes)


def test_without_language_column_new_people_get_the_default():
    apply(row(), columns=["email", "first_name", "last_name", "unit_path", "hired_on"])
    assert User.objects.get().language == "en"


def test_second_time_changes_nothing(django_capture_on_commit_callbacks):
    apply(ADA, BOSS)
    before = everything()
    with django_capture_on_commit_callbacks() as news:
        plan = apply(ADA, BOSS)
    assert everything() == before
    assert not plan.has_changes
    assert plan.unchanged == 2
    assert news == []
    assert plan.sentence() == "Everything in the file is already so: 2 rows, nothing to change."


def test_existing_account_in_any_case_is_recognized_and_keeps_its_password():
    person = UserFactory(email="Ada@Example.com", password="kept")
    plan = apply(row())
    assert len(plan.changed) == 1
    person.refresh_from_db()
    assert person.password == "kept"
    assert User.objects.count() == 1
    assert EmailAddress.objects.get(user=person).email == "ada@example.com"
    assert not apply(row()).has_changes


def test_unverified_address_becomes_the_verified_primary_one():
    apply(row())
    ada = User.objects.get()
    EmailAddress.objects.all().delete()
    EmailAddress.objects.create(user=ada, email="ada@example.com", verified=False, primary=False)
    EmailAddress.objects.create(user=ada, email="other@example.com", verified=True, primary=True)
    plan = apply(row())
    assert plan.addresses == [ada.pk]
    assert EmailAddress.objects.get(email="ada@example.com").verified
    assert EmailAddress.objects.get(primary=True).email == "ada@example.com"
    assert not apply(row()).has_changes


def test_address_that_somebody_else_has_verified_is_refused():
    owner = UserFactory(email="owner@example.com")
    EmailAddress.objects.create(user=owner, email="ada@example.com", verified=True, primary=True)
    plan = check_people_file(content=people_file(row()))
    assert [(p.line, p.column) for p in plan.problems] == [(2, "email")]
    assert "owner@example.com" in plan.problems[0].reason


# --- changing -------------------------------------------------------------------------------------


def test_changes_are_said_field_by_field_and_written_in_place():
    apply(ADA, BOSS)
    before = place("ada@example.com")
    plan = apply(
        row(
            last_name="Byron", job_title="Lead", location="Oslo", hired_on="2020-04-01", language="en", manager_email=""
        ),
        BOSS,
    )
    (change,) = plan.changed
    assert {(c.field, c.old, c.new) for c in change.changes} == {
        ("last_name", "Lang", "Byron"),
        ("language", "de", "en"),
        ("manager_email", "boss@example.com", ""),
        ("job_title", "Engineer", "Lead"),
        ("location", "Kiel", "Oslo"),
        ("hired_on", "2020-03-01", "2020-04-01"),
    }
    after = place("ada@example.com")
    assert after.pk == before.pk
    assert (after.job_title, after.location, after.manager) == ("Lead", "Oslo", None)
    assert after.hired_on == after.started_on == date(2020, 4, 1)
    assert Membership.objects.count() == 2


def test_move_ends_the_membership_yesterday_and_opens_one_today():
    apply(ADA, BOSS)
    old = place("ada@example.com")
    plan = apply({**ADA, "unit_path": "Nordwind > Sales", "job_title": "Seller"}, BOSS)
    assert [(c.field, c.old, c.new) for c in plan.changed[0].changes] == [
        ("job_title", "Engineer", "Seller"),
        ("unit", "North", "Sales"),
    ]
    old.refresh_from_db()
    assert (old.ended_on, old.job_title) == (TODAY - timedelta(days=1), "Engineer")
    new = place("ada@example.com")
    assert (new.unit.name, new.started_on, new.hired_on, new.job_title) == ("Sales", TODAY, date(2020, 3, 1), "Seller")
    assert new.manager.email == "boss@example.com"
    assert not apply({**ADA, "unit_path": "Nordwind > Sales", "job_title": "Seller"}, BOSS).has_changes


def test_move_on_the_first_day_or_before_it_corrects_in_place():
    for email, hired_on in (("a@example.com", "2026-06-15"), ("b@example.com", "2026-09-01")):
        apply(row(email, hired_on=hired_on))
        apply(row(email, hired_on=hired_on, unit_path="Nordwind > Sales"))
        membership = Membership.objects.get(person__email=email)
        assert (membership.unit.name, str(membership.started_on), membership.ended_on) == ("Sales", hired_on, None)


def test_move_without_the_other_columns_carries_them_over():
    apply(ADA, BOSS)
    short = ["email", "first_name", "last_name", "unit_path", "hired_on"]
    apply({**ADA, "unit_path": "Nordwind"}, columns=short)
    membership = place("ada@example.com")
    assert (membership.unit.name, membership.job_title, membership.location) == ("Nordwind", "Engineer", "Kiel")
    assert membership.manager.email == "boss@example.com"


def test_missing_columns_leave_what_is_known():
    apply(ADA, BOSS)
    plan = apply(ADA, BOSS, columns=["email", "first_name", "last_name", "unit_path", "hired_on"])
    assert not plan.has_changes
    assert "manager_email" in plan.notices[0]


def test_own_language_and_time_zone_are_kept():
    apply(row())
    ada = User.objects.get()
    update_profile(person=ada, language="fr", time_zone="Asia/Tokyo", actor=ada)
    assert not apply(row()).has_changes
    ada.refresh_from_db()
    assert (ada.language, ada.time_zone) == ("fr", "Asia/Tokyo")


def test_people_who_are_not_in_the_file_stay_and_are_counted():
    apply(ADA, BOSS)
    plan = apply(BOSS)
    assert not plan.has_changes
    assert plan.missing == 1
    assert place("ada@example.com").person.is_active


# --- leaving and coming back ----------------------------------------------------------------------


@pytest.mark.parametrize("left_on", ["2026-05-31", "2026-06-15"])
def test_left_on_ends_the_membership_and_turns_the_account_off(left_on):
    apply(ADA, BOSS)
    plan = apply({**ADA, "left_on": left_on}, BOSS)
    assert (len(plan.created), len(plan.changed), len(plan.ended)) == (0, 0, 1)
    membership = Membership.objects.get(person__email="ada@example.com")
    assert str(membership.ended_on) == left_on
    assert not membership.person.is_active
    again = apply({**ADA, "left_on": left_on}, BOSS)
    assert not again.has_changes
    assert again.unchanged == 2


def test_left_on_in_the_future_only_gets_a_notice():
    apply(ADA, BOSS)
    plan = apply({**ADA, "left_on": "2026-06-16"}, BOSS)
    assert not plan.has_changes
    assert plan.notices == ["Leave later (import again on or after that day to end their membership): 1."]
    with clock_at(NOON + timedelta(days=1)):
        assert len(apply({**ADA, "left_on": "2026-06-16"}, BOSS).ended) == 1


def test_who_left_before_they_were_ever_here_is_skipped_without_units():
    plan = apply(row(left_on="2024-01-01"))
    assert not plan.has_changes
    assert plan.notices == ["Left before they were ever here (skipped): 1."]
    assert User.objects.count() == Unit.objects.count() == 0


def test_membership_never_ends_before_it_began():
    apply(ADA, BOSS)
    apply({**ADA, "unit_path": "Nordwind > Sales"}, BOSS)
    apply({**ADA, "left_on": "2026-06-01"}, BOSS)
    assert Membership.objects.filter(unit__name="Sales").get().ended_on == TODAY


def test_who_comes_back_gets_a_new_membership_and_the_account_on_again():
    apply(ADA, BOSS)
    apply({**ADA, "left_on": "2026-01-31"}, BOSS)
    plan = apply({**ADA, "hired_on": "2026-06-01"}, BOSS)
    assert len(plan.changed) == 1
    membership = place("ada@example.com")
    assert (membership.started_on, membership.person.is_active) == (date(2026, 6, 1), True)
    assert Membership.objects.filter(person=membership.person).count() == 2
    assert not apply({**ADA, "hired_on": "2026-06-01"}, BOSS).has_changes


def test_account_turned_off_by_hand_stays_off():
    apply(row())
    User.objects.update(is_active=False)
    plan = apply(row(job_title="Lead"))
    assert not User.objects.get().is_active
    assert "Have an account that was turned off by hand (it stays off): 1." in plan.notices


def test_administrator_is_not_ended_by_a_file():
    apply(row())
    User.objects.update(is_superuser=True)
    plan = check_people_file(content=people_file(row(left_on="2026-01-01")))
    assert [(p.line, p.column) for p in plan.problems] == [(2, "left_on")]


def test_reports_left_behind_are_counted():
    apply(ADA, BOSS)
    plan = apply({**BOSS, "left_on": "2026-06-01"})
    assert "Would still report to somebody who leaves, and are not in the file: 1." in plan.notices


# --- managers -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "wrong", "words"),
    [
        ([row(manager_email="nobody@example.com")], [2], "neither in the file nor"),
        ([row(manager_email="ADA@example.com")], [2], "own manager"),
        ([ADA, {**BOSS, "left_on": "2026-06-01"}], [2], "leaves on 2026-06-01"),
        ([row(manager_email="gone@example.com")], [2], "has left"),
        ([ADA, {**BOSS, "manager_email": "ada@example.com"}], [2, 3], "in a circle"),
    ],
)
def test_bad_manager_is_refused(rows, wrong, words):
    UserFactory(email="gone@example.com", is_active=False)
    plan = check_people_file(content=people_file(*rows))
    assert [(p.line, p.column) for p in plan.problems] == [(line, "manager_email") for line in wrong]
    assert all(words in p.reason for p in plan.problems)


def test_circle_through_somebody_outside_the_file_is_found():
    apply(ADA, BOSS)
    plan = check_people_file(content=people_file({**BOSS, "manager_email": "ada@example.com"}))
    assert [p.line for p in plan.problems] == [2]
    assert "boss@example.com → ada@example.com → boss@example.com" in plan.problems[0].reason


def test_manager_may_be_known_already_or_have_a_bad_row():
    UserFactory(email="boss@example.com")
    assert not check_people_file(content=people_file(ADA)).problems
    plan = check_people_file(
        content=people_file(row(manager_email="x@example.com"), row("x@example.com", hired_on="?"))
    )
    assert [(p.line, p.column) for p in plan.problems] == [(3, "hired_on")]


# --- units with codes -----------------------------------------------------------------------------


def test_unit_with_a_code_is_renamed_and_moved_not_made_twice():
    apply(
        row(unit_path="Nordwind > Service > North", unit_code="N1"), row("b@example.com", unit_path="Nordwind > Sales")
    )
    north = Unit.objects.get(code="N1")
    member = Membership.objects.get(person__email="ada@example.com")
    plan = apply(
        row(unit_path="Nordwind > Sales > Team Nord", unit_code="N1"),
        row("b@example.com", unit_path="Nordwind > Sales"),
    )
    assert [(c.field, c.old, c.new) for c in plan.changed_units[0].changes] == [
        ("name", "North", "Team Nord"),
        ("parent", "Nordwind > Service", "Nordwind > Sales"),
    ]
    assert plan.changed == []
    north.refresh_from_db()
    assert (north.name, north.get_parent().name) == ("Team Nord", "Sales")
    assert Membership.objects.get(person__email="ada@example.com").unit_id == member.unit_id == north.pk
    assert Unit.find_problems() == ([], [], [], [], [])


def test_codes_added_later_are_taken_over_and_may_be_swapped():
    apply(row(unit_path="N > A"), row("b@example.com", unit_path="N > B"))
    rows = [row(unit_path="N > A", unit_code="1"), row("b@example.com", unit_path="N > B", unit_code="2")]
    assert len(apply(*rows).changed_units) == 2
    assert dict(Unit.objects.filter(depth=2).values_list("name", "code")) == {"A": "1", "B": "2"}
    swapped = [row(unit_path="N > B", unit_code="1"), row("b@example.com", unit_path="N > A", unit_code="2")]
    plan = apply(*swapped)
    assert [(u.path[-1], u.code) for u in plan.changed_units] == [("A", "2"), ("B", "1")]
    assert dict(Unit.objects.filter(depth=2).values_list("name", "code")) == {"A": "2", "B": "1"}
    assert not apply(*swapped).has_changes


def test_parent_and_child_may_change_places():
    apply(row(unit_path="N > A", unit_code="a"), row("b@example.com", unit_path="N > A > B", unit_code="b"))
    turned = [row("b@example.com", unit_path="N > B", unit_code="b"), row(unit_path="N > B > A", unit_code="a")]
    apply(*turned)
    assert [unit.name for unit in Unit.objects.get(code="a").get_ancestors()] == ["N", "B"]
    assert Unit.find_problems() == ([], [], [], [], [])
    assert not apply(*turned).has_changes


def test_unit_may_become_the_top():
    apply(row(unit_path="N > A", unit_code="a"), row("b@example.com", unit_path="N"))
    apply(row(unit_path="A", unit_code="a"), row("b@example.com", unit_path="N"))
    assert Unit.objects.get(code="a").is_root()


def test_code_that_stands_for_two_units_or_unit_with_two_codes_is_refused():
    plan = check_people_file(
        content=people_file(
            row(unit_path="N > A", unit_code="1"),
            row("b@example.com", unit_path="N > B", unit_code="1"),
            row("c@example.com", unit_path="N > A", unit_code="2"),
        )
    )
    assert [(p.line, p.column) for p in plan.problems] == [(3, "unit_code"), (4, "unit_code")]


def test_path_of_two_units_needs_a_code():
    root = UnitFactory(name="N", code="n")
    UnitFactory(name="A", code="1", parent=root)
    root.refresh_from_db()
    UnitFactory(name="A", code="2", parent=root)
    plan = check_people_file(content=people_file(row(unit_path="N > A")))
    assert [(p.line, p.column) for p in plan.problems] == [(2, "unit_path")]
    assert not check_people_file(content=people_file(row(unit_path="N > A", unit_code="2"))).problems


# --- all or nothing -------------------------------------------------------------------------------


def test_one_bad_row_keeps_everything_out():
    before = everything()
    with pytest.raises(ImportRefused) as caught:
        apply(ADA, BOSS, row("c@example.com", hired_on="soon"))
    assert everything() == before
    assert [(p.line, p.column) for p in caught.value.plan.problems] == [(4, "hired_on")]
    assert "First: line 4, hired_on" in str(caught.value)


def test_dry_run_writes_nothing_and_needs_the_same_few_queries_for_any_size(django_assert_num_queries):
    small, large = people_file(row()), people_file(*(row(f"p{n}@example.com") for n in range(300)))
    check_people_file(content=small)
    before = everything()
    for content in (small, large):
        with django_assert_num_queries(5):
            check_people_file(content=content)
    assert everything() == before


def test_applying_many_rows_takes_few_queries(django_assert_max_num_queries):
    rows = [row(f"p{n}@example.com", manager_email="p0@example.com" if n else "") for n in range(600)]
    with django_assert_max_num_queries(90):
        apply(*rows)
    with django_assert_max_num_queries(40):
        apply(*(cells | {"location": f"Room {number}"} for number, cells in enumerate(rows)))
    assert Membership.objects.values("location").distinct().count() == 600


def test_journal_names_every_deed_under_one_identifier(lead):
    apply(ADA, BOSS)
    ModelLogEntry.objects.all().delete()
    content = people_file({**ADA, "location": "Oslo"}, {**BOSS, "left_on": ""}, row("c@example.com"))
    apply_people_file(content=content, actor=lead, file_name="june.csv")
    entries = ModelLogEntry.objects.order_by("action")
    assert [(entry.action, entry.user_id) for entry in entries] == [
        ("people.apply_import", lead.pk),
        ("people.change", lead.pk),
        ("people.join", lead.pk),
    ]
    assert entries[1].data["changes"] == {"location": ["Kiel", "Oslo"]}
    assert entries[1].object_id == str(User.objects.get(email="ada@example.com").pk)
    assert entries[0].data["created_count"] == 1
    record = PeopleImport.objects.get(file_name="june.csv")
    assert (record.state, record.uploaded_by, bytes(record.content)) == ("applied", lead, b"")
    assert all(entry.message for entry in entries)


def test_news_names_joiners_movers_and_leavers_only(django_capture_on_commit_callbacks):
    heard: list[list[int]] = []

    def listen(sender, person_ids, **kwargs):
        heard.append(person_ids)

    apply(ADA, BOSS, row("same@example.com"), row("name@example.com"), row("mover@example.com"))
    memberships_changed.connect(listen)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            apply(
                {**ADA, "left_on": "2026-06-01"},
                {**BOSS, "job_title": "Chief"},
                row("same@example.com"),
                row("name@example.com", first_name="Grace"),
                row("mover@example.com", unit_path="Nordwind"),
                row("new@example.com"),
            )
    finally:
        memberships_changed.disconnect(listen)
    expected = User.objects.filter(email__regex="^(ada|boss|mover|new)@").values_list("pk", flat=True)
    assert heard == [sorted(expected)]


def test_only_people_leads_apply():
    before = everything()
    with pytest.raises(Refused, match="people lead"):
        apply_people_file(content=people_file(row()), actor=MembershipFactory().person)
    assert everything()[4:] == before[4:]
    assert not User.objects.filter(email="ada@example.com").exists()


# --- upload, then apply ---------------------------------------------------------------------------


def test_uploaded_file_is_kept_until_it_is_applied(lead):
    checked = upload_people_file(content=people_file(ADA, BOSS), file_name="people.csv", actor=lead)
    assert User.objects.count() == 1
    assert (checked.summary["created_count"], checked.summary["problem_count"]) == (2, 0)
    apply_people_import(people_import=checked, actor=lead)
    checked.refresh_from_db()
    assert (checked.state, bytes(checked.content), checked.applied_at) == ("applied", b"", NOON)
    assert User.objects.count() == 3


def test_uploaded_file_is_applied_once(lead):
    checked = upload_people_file(content=people_file(row()), file_name="people.csv", actor=lead)
    apply_people_import(people_import=checked, actor=lead)
    before = everything()
    with pytest.raises(Refused, match="already been applied"):
        apply_people_import(people_import=checked, actor=lead)
    assert everything() == before


@pytest.mark.parametrize("change", ["person", "membership", "day"])
def test_stale_plan_is_refused_and_shown_anew(lead, change):
    apply(ADA, BOSS)
    content = people_file({**ADA, "job_title": "Lead", "left_on": "2026-06-16"}, BOSS)
    checked = upload_people_file(content=content, file_name="people.csv", actor=lead)
    moment = NOON
    if change == "person":
        User.objects.filter(email="ada@example.com").update(last_name="Byron")
    elif change == "membership":
        Membership.objects.filter(person__email="ada@example.com").update(job_title="Intern")
    else:
        moment += timedelta(days=1)
    before = everything()
    with clock_at(moment):
        with pytest.raises(ImportRefused, match="changed since the file was checked"):
            apply_people_import(people_import=checked, actor=lead)
        after = everything()
        assert [rows for rows in after if rows != after[4]] == [rows for rows in before if rows != before[4]]
        checked.refresh_from_db()
        assert checked.state == "checked"
        apply_people_import(people_import=checked, actor=lead)
        assert not check_people_file(content=content).has_changes


def test_change_elsewhere_does_not_make_the_plan_stale(lead):
    checked = upload_people_file(content=people_file(row()), file_name="people.csv", actor=lead)
    MembershipFactory()
    apply_people_import(people_import=checked, actor=lead)
    assert User.objects.filter(email="ada@example.com").exists()


def test_file_with_problems_is_not_kept_and_cannot_be_applied(lead):
    checked = upload_people_file(content=people_file(row(hired_on="x")), file_name="people.csv", actor=lead)
    assert bytes(checked.content) == b""
    with pytest.raises(Refused, match="cannot be read"):
        apply_people_import(people_import=checked, actor=lead)


def test_next_upload_drops_the_file_before(lead):
    first = upload_people_file(content=people_file(row()), file_name="people.csv", actor=lead)
    upload_people_file(content=people_file(ADA, BOSS), file_name="people.csv", actor=lead)
    with pytest.raises(Refused, match="no longer kept"):
        apply_people_import(people_import=first, actor=lead)


def test_only_people_leads_upload_and_apply(lead):
    stranger = MembershipFactory().person
    with pytest.raises(Refused):
        upload_people_file(content=people_file(row()), file_name="people.csv", actor=stranger)
    checked = upload_people_file(content=people_file(row()), file_name="people.csv", actor=lead)
    with pytest.raises(Refused):
        apply_people_import(people_import=checked, actor=stranger)


# --- any file -------------------------------------------------------------------------------------

CELLS = {
    "first_name": st.sampled_from(["Ada", "Grace", "Łucja"]),
    "unit_path": st.sampled_from(["N", "N > A", "N > A > B", "N > C", "M > A", "n > a"]),
    "manager_email": st.sampled_from(["", "p0@example.com", "p1@example.com", "p2@example.com"]),
    "job_title": st.sampled_from(["", "Lead"]),
    "hired_on": st.sampled_from(["2020-01-01", "2026-06-15", "2026-12-01"]),
    "left_on": st.sampled_from(["", "", "2026-12-31", "2026-06-15"]),
}
FILES = st.lists(st.fixed_dictionaries(CELLS), min_size=1, max_size=4)


@given(files=st.lists(FILES, min_size=1, max_size=3))
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_files_the_last_one_has_nothing_left_to_do(files, django_db_blocker):
    from django.db import transaction

    with transaction.atomic():
        for day, cells in enumerate(files):
            rows = [row(f"p{number}@example.com", **values) for number, values in enumerate(cells)]
            content = people_file(*rows, columns=COLUMNS)
            with clock_at(NOON + timedelta(days=day)):
                plan = check_people_file(content=content)
                if plan.problems:
                    with pytest.raises(ImportRefused):
                        apply_people_file(content=content, actor=None)
                    continue
                assert apply_people_file(content=content, actor=None).fingerprint == plan.fingerprint
                assert not check_people_file(content=content).has_changes
                assert Unit.find_problems() == ([], [], [], [], [])
        transaction.set_rollback(True)

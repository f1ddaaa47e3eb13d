import pytest

from rollout.queries.holders import and_list, gate_roles, holders_in, or_list
from tests.factories.rollout import hold_role, make_program


@pytest.mark.parametrize(
    ("words", "either", "both"),
    [([], "", ""), (["a"], "a", "a"), (["a", "b"], "a or b", "a and b"), (["a", "b", "c"], "a, b or c", "a, b and c")],
)
def test_lists_read_as_in_a_sentence(words, either, both):
    assert (or_list(words), and_list(words)) == (either, both)


@pytest.mark.django_db
def test_holders_come_before_deputies_and_people_who_left_hold_nothing(django_assert_num_queries):
    started = make_program()
    deputy = hold_role(started, "sponsor", is_deputy=True)
    started.coach.is_active = False
    started.coach.save()
    with django_assert_num_queries(2):
        holders = holders_in(started.program.pk)
    assert holders.people("sponsor") == [started.sponsor]
    assert holders.holds(deputy.pk, "sponsor")
    assert holders.roles["coach"].is_vacant
    assert holders.names("coach") == ""
    assert holders.title("sponsor", "coach") == "Executive sponsor or OKR coach"
    assert holders.titles_held(deputy.pk) == ["Executive sponsor"]


@pytest.mark.django_db
def test_a_deputy_is_named_when_there_is_no_holder():
    started = make_program(roles=("project_lead",))
    deputy = hold_role(started, "sponsor", is_deputy=True)
    assert holders_in(started.program.pk).people("sponsor") == [deputy]


@pytest.mark.django_db
def test_the_playbook_says_who_submits_and_decides():
    roles = gate_roles(make_program().step("coaching"))
    assert (roles.submitted_by, roles.decided_by) == (("project_lead",), ("sponsor",))
    assert roles.purpose

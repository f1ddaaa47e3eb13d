from datetime import timedelta

import pytest

from people.api import today
from rollout.models import Step
from rollout.queries.boards import board_facts
from rollout.queries.holders import holders_in
from rollout.rules.duties import people_to_chase
from rollout.rules.words import board_sentences, coach_load, due_in_words, vacancies
from rollout.services.evaluation import evaluate_gate
from tests.factories.rollout import make_program

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("days", "words"), [(0, "due today"), (1, "due in 1 day"), (9, "due in 9 days"), (-4, "4 days overdue")]
)
def test_due_days_read_as_people_say_them(days, words):
    assert due_in_words(today() + timedelta(days=days)) == words


def test_a_wave_is_told_in_one_sentence():
    started = make_program()
    started.wave.steps.filter(number=0).update(target_on=today() + timedelta(days=9))
    step = started.step("prerequisites")
    (line,) = board_sentences(board_facts(started.program), {step.pk: evaluate_gate(step=step)})
    assert line[1] == "Step 0 of 8, Check the ground: gate due in 9 days, blocked by 5 questions."


def test_a_wave_with_all_gates_passed_says_so():
    started = make_program()
    started.wave.steps.update(state=Step.State.PASSED)
    assert board_sentences(board_facts(started.program), {})[0][1] == "All 9 gates are passed."


def test_people_to_chase_are_grouped_and_those_who_block_come_first():
    started = make_program(open_step="coaching", courses=True)
    evaluation = evaluate_gate(step=started.step("coaching"))
    for e in evaluation.items:
        e.item.step = evaluation.step
    chases, _ = people_to_chase(evaluation, holders_in(started.program.pk))
    by_name = {chase.name: chase for chase in chases}
    sponsor = by_name[started.sponsor.get_full_name()]
    assert [duty.text for duty in sponsor.duties] == ["Has not finished Course okr-leading"]
    assert sponsor.duties[0].url.startswith("/catalog/")
    blocking = [chase.is_blocking for chase in chases]
    assert blocking == sorted(blocking, reverse=True)


def test_vacant_roles_and_coach_load():
    started = make_program(roles=("sponsor", "coach"), members=12, teams=12)
    holders = holders_in(started.program.pk)
    short = {vacancy.title: vacancy.sentence for vacancy in vacancies(holders, 12)}
    assert short["Project lead"] == "vacant"
    assert short["OKR coach"] == "1 of 3"
    assert coach_load(holders, 12) == "1 coach for 12 teams: 12.0 each, too many: at most 5 are advised."

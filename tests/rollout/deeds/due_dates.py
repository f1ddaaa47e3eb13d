"""Deeds about due dates."""

from datetime import date

from rollout.services.due_dates import recompute_due_dates, set_gate_due_date, set_item_due_date
from tests.factories.rollout import StartedProgram
from tests.rollout.deeds.shared import SET_UP, Attempt, Deed, wave_url

DAY = date(2030, 3, 4)


def _recompute(started: StartedProgram) -> Attempt:
    return Attempt({"wave": started.fresh_wave()}, wave_url("due_dates", started))


def _item(started: StartedProgram) -> Attempt:
    item = started.item("extent_decided")
    url = wave_url("item_due_date", started, item.step.key, item.key)
    return Attempt({"item": item, "due_on": DAY}, url, {f"item-{item.pk}-due_on": DAY})


def _gate(started: StartedProgram) -> Attempt:
    step = started.step("goal")
    url = wave_url("gate_due_date", started, step.key)
    return Attempt({"step": step, "due_on": DAY}, url, {f"gate-{step.pk}-due_on": DAY})


DEEDS = (
    Deed(recompute_due_dates, _recompute, SET_UP),
    Deed(set_item_due_date, _item, SET_UP),
    Deed(set_gate_due_date, _gate, SET_UP),
)

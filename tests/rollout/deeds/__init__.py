"""The deeds table: one entry per deed, grouped as the services are. ``test_deeds_table`` generates the table.

A new service gets an entry in the module that is named like its own; a new module is listed here.
"""

from tests.rollout.deeds import (
    delegations,
    digests,
    due_dates,
    feeds,
    gates,
    pauses,
    people,
    programs,
    questions,
    remarks,
    reminders,
    roles,
    statements,
    suspicion,
    waivers,
)
from tests.rollout.deeds.shared import Deed

MODULES = (
    delegations,
    digests,
    due_dates,
    feeds,
    gates,
    pauses,
    people,
    programs,
    questions,
    remarks,
    reminders,
    roles,
    statements,
    suspicion,
    waivers,
)
DEEDS: dict[str, Deed] = {deed.name: deed for module in MODULES for deed in module.DEEDS}

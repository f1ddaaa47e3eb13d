"""Facts that rollout announces after commit. Ids only."""

from django.dispatch import Signal

gate_submitted = Signal()
"""``submission_id``"""

gate_decided = Signal()
"""``decision_id``"""

wave_changed = Signal()
"""Anything a finding of the wave may depend on changed (roles, roster, dates, parameters, items): ``wave_id``"""

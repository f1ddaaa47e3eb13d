"""Facts that rollout announces after commit. Ids only."""

from django.dispatch import Signal

gate_submitted = Signal()
"""``submission_id``"""

submission_withdrawn = Signal()
"""A submission was taken back, by a person or because the facts had turned: ``submission_id``"""

gate_decided = Signal()
"""``decision_id``"""

gate_question_asked = Signal()
"""``question_id``"""

gate_question_answered = Signal()
"""``question_id``"""

digest_issued = Signal()
"""The weekly letter of a program is due: ``issue_id``"""

wave_changed = Signal()
"""Anything a finding of the wave may depend on changed (roles, roster, dates, parameters, items): ``wave_id``"""

findings_turned = Signal()
"""The status of live findings turned: ``wave_id``, ``item_ids`` (a list)"""

reminders_queued = Signal()
"""People are to be reminded by mail: ``round_id``"""

invitations_requested = Signal()
"""Somebody asked for invitations to be mailed: ``invitation_ids`` (a list)"""

remark_written = Signal()
"""A comment names people: ``remark_id``"""

step_became_suspect = Signal()
"""A passed gate can no longer be relied on: ``step_id``"""

"""Facts that people announces after commit. Ids only."""

from django.dispatch import Signal

absences_changed = Signal()
"""Long leaves were recorded or ended: ``person_ids`` (a list)."""

memberships_changed = Signal()
"""People joined, moved or left: ``person_ids`` (a list)."""

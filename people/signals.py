"""Facts that people announces after commit. Ids only."""

from django.dispatch import Signal

memberships_changed = Signal()
"""People joined, moved or left: ``person_ids`` (a list)."""

"""Facts that courses announces after commit. Ids only; receivers look again for themselves."""

from django.dispatch import Signal

course_version_pinned = Signal()
"""A course got a new version: ``version_id``."""

enrollment_opened = Signal()
"""People were enrolled: ``enrollment_ids`` (a list; an assignment of 1,000 people is one piece of news)."""

lesson_completed = Signal()
"""A lesson was finished: ``enrollment_id``, ``lesson_key``."""

course_completed = Signal()
"""All required lessons of the pinned version are finished: ``enrollment_id``."""

workshop_session_changed = Signal()
"""A session was planned, moved, cancelled or held: ``session_id``."""

"""Facts that certification announces after commit. Ids only."""

from django.dispatch import Signal

candidacy_opened = Signal()
"""``candidacy_id``"""

observation_booked = Signal()
"""``observation_id``"""

observation_recorded = Signal()
"""``observation_id``"""

credential_issued = Signal()
"""``credential_id``"""

credential_revoked = Signal()
"""``credential_id``"""

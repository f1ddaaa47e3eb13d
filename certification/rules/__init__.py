"""Who may do what. Views ask, services obey; both give the same reason."""

from certification.rules.candidacies import may_open_candidacy, may_see_candidacy, may_withdraw_candidacy
from certification.rules.credentials import may_download_certificate, may_revoke_credential
from certification.rules.observations import (
    ObserverChoice,
    may_book_observation,
    may_cancel_observation,
    may_observe,
    may_record_observation,
    may_see_observation,
    observer_choices,
)

__all__ = [
    "ObserverChoice",
    "may_book_observation",
    "may_cancel_observation",
    "may_download_certificate",
    "may_observe",
    "may_open_candidacy",
    "may_record_observation",
    "may_revoke_credential",
    "may_see_candidacy",
    "may_see_observation",
    "may_withdraw_candidacy",
    "observer_choices",
]

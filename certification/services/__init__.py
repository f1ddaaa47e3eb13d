"""The deeds of certification, one function each."""

from certification.services.access import grant_certification_permissions
from certification.services.candidacies import open_candidacy, withdraw_candidacy
from certification.services.credentials import issue_after_course, issue_due, issue_if_due, revoke_credential
from certification.services.observations import book_observation, cancel_observation, record_observation
from certification.services.schemes import define_certification, load_rubric

__all__ = [
    "book_observation",
    "cancel_observation",
    "define_certification",
    "grant_certification_permissions",
    "issue_after_course",
    "issue_due",
    "issue_if_due",
    "load_rubric",
    "open_candidacy",
    "record_observation",
    "revoke_credential",
    "withdraw_candidacy",
]

"""The door to certification: what the floors above may ask and do."""

from certification.models import Candidacy, Certification, Credential, CredentialEvent, Observation, Requirement, Rubric
from certification.queries.coaching import NextAction, candidacy_overview, next_step, waiting_observations
from certification.queries.progress import missing_for
from certification.queries.status import certification_by_key, certified_people, credential_status
from certification.rules import may_observe, may_open_candidacy
from certification.services import (
    book_observation,
    cancel_observation,
    define_certification,
    grant_certification_permissions,
    issue_due,
    issue_if_due,
    load_rubric,
    open_candidacy,
    record_observation,
    revoke_credential,
    withdraw_candidacy,
)

__all__ = [
    "Candidacy",
    "Certification",
    "Credential",
    "CredentialEvent",
    "NextAction",
    "Observation",
    "Requirement",
    "Rubric",
    "book_observation",
    "cancel_observation",
    "candidacy_overview",
    "certification_by_key",
    "certified_people",
    "credential_status",
    "define_certification",
    "grant_certification_permissions",
    "issue_due",
    "issue_if_due",
    "load_rubric",
    "may_observe",
    "may_open_candidacy",
    "missing_for",
    "next_step",
    "open_candidacy",
    "record_observation",
    "revoke_credential",
    "waiting_observations",
    "withdraw_candidacy",
]

"""The door to certification: what the floors above may ask and do."""

from certification.models import Candidacy, Certification, Credential, Observation

__all__ = ["Candidacy", "Certification", "Credential", "Observation"]

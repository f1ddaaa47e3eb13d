from certification.models.candidacies import Candidacy, Observation
from certification.models.credentials import CertificateFile, Credential, CredentialEvent
from certification.models.schemes import Certification, Requirement, Rubric

__all__ = [
    "Candidacy",
    "CertificateFile",
    "Certification",
    "Credential",
    "CredentialEvent",
    "Observation",
    "Requirement",
    "Rubric",
]

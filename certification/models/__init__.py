from certification.models.candidacies import Candidacy, Observation
from certification.models.credentials import CertificateFile, Credential, CredentialEvent, CredentialMail
from certification.models.immutable import ImmutableRowError
from certification.models.schemes import Certification, Requirement, Rubric

__all__ = [
    "Candidacy",
    "CertificateFile",
    "Certification",
    "Credential",
    "CredentialEvent",
    "CredentialMail",
    "ImmutableRowError",
    "Observation",
    "Requirement",
    "Rubric",
]

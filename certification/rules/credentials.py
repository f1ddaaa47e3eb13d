"""Who may download and revoke a certificate."""

from certification.models import Credential
from certification.queries.status import revocation_of
from certification.rules.candidacies import is_steward
from people.api import Answer, Refusal, User, in_words, organization_zone


def may_download_certificate(actor: User, credential: Credential) -> bool:
    """The holder and those who look after certificates."""
    return actor.pk == credential.holder_id or is_steward(actor)


def may_revoke_credential(actor: User, credential: Credential) -> Answer:
    """People leads and superusers may revoke, and nothing is revoked twice."""
    if not is_steward(actor):
        return Refusal("Only people leads can revoke a certificate.", owed_by="a people lead")
    revocation = revocation_of(credential.events.all())
    if revocation is not None:
        day = revocation.at.astimezone(organization_zone()).date()
        return Refusal(f"This certificate was revoked already on {in_words(day)}.")
    return True

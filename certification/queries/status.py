"""What a credential is worth on a given day: derived from its events and dates, never stored."""

from collections.abc import Iterable
from datetime import date

from certification.models import Certification, Credential, CredentialEvent
from people.api import organization_zone, today


def certification_by_key(key: str) -> Certification | None:
    """Return the certification with the stable ``key``, or None."""
    return Certification.objects.filter(key=key).first()


def credential_status(
    credential: Credential, events: Iterable[CredentialEvent], on: date | None = None
) -> Credential.Status:
    """Return the status of ``credential`` on the day ``on`` (default: today), read from ``events`` and its dates.

    Days are the organization's. A revocation counts from the day it was recorded, also after the end of validity.
    """
    day = on or today()
    if revocation_of(events, on=day) is not None:
        return Credential.Status.REVOKED
    if day < credential.valid_from:
        return Credential.Status.NOT_YET_VALID
    if day > credential.valid_until:
        return Credential.Status.EXPIRED
    return Credential.Status.VALID


def revocation_of(events: Iterable[CredentialEvent], *, on: date | None = None) -> CredentialEvent | None:
    """Return the revocation among ``events`` that counts on the day ``on`` (default: any day), or None."""
    for event in events:
        if event.kind == CredentialEvent.Kind.REVOKED and (on is None or recorded_on(event) <= on):
            return event
    return None


def recorded_on(event: CredentialEvent) -> date:
    """Return the organization's calendar day of ``event``."""
    return event.at.astimezone(organization_zone()).date()


def certified_people(
    *, certification_key: str, person_ids: Iterable[int] | None = None, on: date | None = None
) -> frozenset[int]:
    """Return the ids of people who hold a credential that is valid on the day ``on`` (default: today).

    ``person_ids`` limits the answer; a ``values_list`` queryset becomes a subquery. One query.
    """
    holders = Credential.objects.valid_on(on or today()).filter(certification__key=certification_key)
    if person_ids is not None:
        holders = holders.filter(holder_id__in=person_ids)
    return frozenset(holders.order_by().values_list("holder_id", flat=True))


def credential_by_number(number: str) -> Credential | None:
    """Return the credential with the printed ``number`` and its events at hand (two queries), or None."""
    return Credential.objects.with_events().select_related("certification", "candidacy").filter(number=number).first()

"""Issue and revoke credentials. Issuing is idempotent: a constraint decides, twice is once."""

import hashlib
import json
import logging
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction

from certification.models import Candidacy, Credential, CredentialEvent, Observation
from certification.numbers import new_number
from certification.queries.progress import CandidacyProgress, course_source, progress_of
from certification.rules import may_revoke_credential
from certification.signals import credential_issued, credential_revoked
from courses import api as courses_api
from people.api import Refused, User, add_months, announce, log, now, organization, require, today

logger = logging.getLogger(__name__)

CHUNK = 500


@transaction.atomic
def issue_if_due(*, candidacy_id: int) -> Credential | None:
    """Issue the credential of a candidacy once everything pinned has been shown, and return it.

    Returns None while something is outstanding or after a withdrawal, and the existing credential when it was issued
    before. The row, its ``issued`` event and the closing of the candidacy are one transaction; the lock on the
    candidacy lets the others wait, the one-to-one constraint decides. Announces ``credential_issued`` once.
    Raises ``Candidacy.DoesNotExist`` for an unknown id.
    """
    candidacy = (
        Candidacy.objects.select_for_update(of=("self",), no_key=True)
        .select_related("person", "certification")
        .get(pk=candidacy_id)
    )
    if existing := Credential.objects.filter(candidacy=candidacy).first():
        return existing
    if candidacy.state != Candidacy.State.OPEN:
        return None
    [progress] = progress_of([candidacy])
    if not progress.is_complete:
        return None
    certification, issued_at, valid_from = candidacy.certification, now(), today()
    evidence = evidence_of(progress)
    credential = Credential.objects.create(
        number=_free_number(),
        candidacy=candidacy,
        holder=candidacy.person,
        holder_name=candidacy.person.get_full_name(),
        certification=certification,
        title=certification.title,
        statement=certification.statement,
        issuer=organization().company_name,
        evidence=evidence,
        evidence_sha256=evidence_hash(evidence),
        valid_from=valid_from,
        valid_until=add_months(valid_from, certification.validity_months) - timedelta(days=1),
        issued_at=issued_at,
    )
    CredentialEvent.objects.create(credential=credential, kind=CredentialEvent.Kind.ISSUED, at=issued_at)
    candidacy.state = Candidacy.State.CERTIFIED
    candidacy.closed_at = issued_at
    candidacy.save(update_fields=["state", "closed_at"])
    log(credential, "certification.issue_credential", data={"number": credential.number})
    announce(credential_issued, credential_id=credential.pk)
    return credential


def issue_due() -> int:
    """Issue whatever is due among all open candidacies and return how many credentials that made.

    The sweep's question: it finds again what lost messages left behind. One failing candidacy is logged and does not
    stop the others.
    """
    issued = 0
    open_ids = list(Candidacy.objects.open().order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(open_ids), CHUNK):
        candidacies = list(Candidacy.objects.filter(pk__in=open_ids[start : start + CHUNK]))
        for progress in progress_of(candidacies):
            if progress.is_complete:
                issued += _issued_safely(progress.candidacy.pk)
    return issued


def issue_after_course(*, enrollment_id: int) -> int:
    """Issue whatever became due for the learner of a completed enrollment; return how many credentials exist now.

    Raises ``Enrollment.DoesNotExist`` for an unknown id.
    """
    person_id = courses_api.Enrollment.objects.values_list("person_id", flat=True).get(pk=enrollment_id)
    open_ids = list(Candidacy.objects.open().of(person_id).order_by("pk").values_list("pk", flat=True))
    return sum(issue_if_due(candidacy_id=pk) is not None for pk in open_ids)


def issue_after_observation(*, observation_id: int) -> Credential | None:
    """Issue the credential that a recorded observation made due. Raises ``Observation.DoesNotExist``."""
    candidacy_id = Observation.objects.values_list("candidacy_id", flat=True).get(pk=observation_id)
    return issue_if_due(candidacy_id=candidacy_id)


@transaction.atomic
def revoke_credential(*, credential: Credential, reason: str, actor: User) -> CredentialEvent:
    """Revoke ``credential`` from now on, with a ``reason`` that only its holder and people leads can read.

    Refused without a reason, for anybody but people leads and administrators, and when it is revoked already.
    The credential itself stays as it was. Announces ``credential_revoked``.
    """
    # The row that the certificate hangs on is locked: the credential itself is never updated.
    Candidacy.objects.select_for_update(no_key=True).get(pk=credential.candidacy_id)
    credential = Credential.objects.get(pk=credential.pk)
    require(may_revoke_credential(actor, credential))
    if not reason.strip():
        raise Refused("Give the reason for revoking: the holder can read it.")
    event = CredentialEvent.objects.create(
        credential=credential,
        kind=CredentialEvent.Kind.REVOKED,
        at=now(),
        actor=actor,
        reason=reason.strip()[:1000],
    )
    log(credential, "certification.revoke_credential", user=actor, data={"number": credential.number})
    announce(credential_revoked, credential_id=credential.pk)
    return event


def evidence_of(progress: CandidacyProgress) -> list[dict[str, Any]]:
    """Return what was shown, one entry per fact, as it is frozen into the credential."""
    evidence: list[dict[str, Any]] = []
    for requirement in progress.requirements:
        if (fact := requirement.completion) is not None:
            evidence.append(
                {
                    "requirement": requirement.key,
                    "kind": requirement.kind,
                    "title": fact.title,
                    "on": fact.completed_on.isoformat(),
                    "by": "",
                    "minutes": fact.minutes,
                    "source": course_source(fact.enrollment_id),
                }
            )
        else:
            evidence += [
                {
                    "requirement": requirement.key,
                    "kind": requirement.kind,
                    "title": requirement.title,
                    "on": observation.observed_on.isoformat(),
                    "by": observation.observer.get_full_name(),
                    "minutes": None,
                    "source": f"observation:{observation.pk}",
                }
                for observation in requirement.passed[: requirement.quantity]
            ]
    return evidence


def evidence_hash(evidence: Iterable[dict[str, Any]]) -> str:
    """Return the SHA-256 over the canonical JSON of ``evidence``: sorted keys, no blanks, UTF-8."""
    canonical = json.dumps(list(evidence), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _free_number() -> str:
    while True:
        number = new_number()
        if not Credential.objects.filter(number=number).exists():
            return number


def _issued_safely(candidacy_id: int) -> bool:
    try:
        return issue_if_due(candidacy_id=candidacy_id) is not None
    except Exception:
        logger.exception("Issuing for candidacy %s failed; the next sweep tries again.", candidacy_id)
        return False

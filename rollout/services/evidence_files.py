"""Evidence files: a new version keeps the old ones, and whoever opens one is on record."""

import hashlib
import uuid

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import F

from people.api import Refusal, Refused, User, now
from rollout.models import ChecklistItem, EvidenceFile, EvidenceFileVersion, EvidenceView
from rollout.rules.uploads import kind_of_upload

FIRST_VERSION = 1


def keep_version(*, item: ChecklistItem, file: UploadedFile, by: User) -> EvidenceFileVersion:
    """Keep ``file`` as the newest version of the item's evidence file, for a statement that rests on it.

    For deeds that hold the item's lock and have asked their own rule. Stored under a random name with the extension
    of its content. Refused: more than 10 MB, and kinds that are not accepted (``rules.uploads``).
    """
    content = file.file or file
    kind = kind_of_upload(content, size=file.size or 0)
    if isinstance(kind, Refusal):
        raise Refused(kind)
    sha256 = hashlib.sha256()
    for part in iter(lambda: content.read(1 << 16), b""):
        sha256.update(part)
    content.seek(0)
    evidence, _ = EvidenceFile.objects.get_or_create(item=item, defaults={"created_by": by, "created_at": now()})
    last = evidence.versions.order_by("-number").values_list("number", flat=True).first()
    version = EvidenceFileVersion(
        evidence=evidence,
        number=last + 1 if last else FIRST_VERSION,
        sha256=sha256.hexdigest(),
        size=file.size or 0,
        extension=kind.extension,
        uploaded_by=by,
        uploaded_at=now(),
    )
    version.file.save(f"{uuid.uuid4().hex}.{kind.extension}", file, save=False)
    version.save()
    return version


@transaction.atomic
def record_evidence_view(*, version: EvidenceFileVersion, person: User) -> None:
    """Put on record that ``person`` opened the version; again counts once more."""
    moment = now()
    view, is_first = EvidenceView.objects.get_or_create(
        version=version, person=person, defaults={"first_at": moment, "last_at": moment}
    )
    if not is_first:
        EvidenceView.objects.filter(pk=view.pk).update(times=F("times") + 1, last_at=moment)

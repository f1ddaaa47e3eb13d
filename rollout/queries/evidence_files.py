"""The versions of an evidence file, and who opened each."""

from rollout.models import ChecklistItem, EvidenceFileVersion, EvidenceView


def evidence_versions(item: ChecklistItem) -> list[EvidenceFileVersion]:
    """Return the versions of the item's evidence file, newest first, each with its ``opened``. 2 queries at most."""
    versions = list(
        EvidenceFileVersion.objects.filter(evidence__item=item).select_related("uploaded_by").order_by("-number")
    )
    opened: dict[int, list[EvidenceView]] = {version.pk: [] for version in versions}
    if versions:
        views = EvidenceView.objects.filter(version__in=versions).select_related("person").order_by("first_at", "pk")
        for view in views:
            opened[view.version_id].append(view)
    for version in versions:
        version.__dict__["opened"] = opened[version.pk]
    return versions

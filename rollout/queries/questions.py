"""Questions about submitted gates."""

from collections import defaultdict
from collections.abc import Iterable

from rollout.models import GateQuestion, GateSubmission


def questions_about(submissions: Iterable[GateSubmission]) -> dict[int, list[GateQuestion]]:
    """Return the questions by submission id, oldest first. 1 query."""
    by_id = {submission.pk: submission for submission in submissions}
    found: dict[int, list[GateQuestion]] = defaultdict(list)
    rows = GateQuestion.objects.filter(submission__in=list(by_id)).select_related("asked_by", "answered_by")
    for question in rows.order_by("asked_at", "pk"):
        question.submission = by_id[question.submission_id]
        found[question.submission_id].append(question)
    return found

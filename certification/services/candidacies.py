"""Start and end one person's way to a certificate."""

from typing import Any

from django.db import transaction
from django.db.models import Max

from certification.models import Candidacy, Certification, Requirement
from certification.queries.progress import progress_of
from certification.rules import may_open_candidacy, may_withdraw_candidacy
from certification.rules.candidacies import may_propose
from certification.signals import candidacy_opened
from courses import api as courses_api
from people.api import User, announce, log, now, require


@transaction.atomic
def open_candidacy(*, person: User, certification: Certification, actor: User) -> Candidacy:
    """Start ``person`` on ``certification`` and return the candidacy, the open one if there is one already.

    What must be shown is pinned here, rubrics included. Refused for closed certifications, for people who left, and
    while a certificate is valid for more than half a year. Announces ``candidacy_opened`` when it is new.
    """
    User.objects.select_for_update(no_key=True).get(pk=person.pk)
    require(may_propose(actor, person))
    mine = Candidacy.objects.of(person.pk).filter(certification=certification)
    if existing := mine.open().first():
        return existing
    require(may_open_candidacy(actor, person, certification))
    candidacy = Candidacy.objects.create(
        person=person,
        certification=certification,
        period=(mine.aggregate(last=Max("period"))["last"] or 0) + 1,
        requirements=pinned_requirements(certification),
        opened_by=actor,
        opened_at=now(),
    )
    _begin_spent_courses_again(candidacy)
    log(candidacy, "certification.open_candidacy", user=actor, data={"period": candidacy.period})
    announce(candidacy_opened, candidacy_id=candidacy.pk)
    return candidacy


@transaction.atomic
def withdraw_candidacy(*, candidacy: Candidacy, actor: User) -> Candidacy:
    """End an open candidacy without a certificate. What was observed stays; another candidacy may be opened later."""
    candidacy = Candidacy.objects.select_for_update(no_key=True).get(pk=candidacy.pk)
    require(may_withdraw_candidacy(actor, candidacy))
    candidacy.state = Candidacy.State.WITHDRAWN
    candidacy.closed_at = now()
    candidacy.save(update_fields=["state", "closed_at"])
    log(candidacy, "certification.withdraw_candidacy", user=actor)
    return candidacy


def _begin_spent_courses_again(candidacy: Candidacy) -> None:
    """Enroll somebody who renews in the courses that stand behind an earlier certificate already."""
    [progress] = progress_of([candidacy])
    spent = [requirement.course_key for requirement in progress.requirements if requirement.is_spent]
    for course in courses_api.courses_by_key(spent).values() if spent else ():
        courses_api.enroll(person=candidacy.person, course=course, actor=candidacy.person, renew=True)


def pinned_requirements(certification: Certification) -> list[dict[str, Any]]:
    """Return the requirements of ``certification`` as plain data, as they stand now."""
    requirements = Requirement.objects.filter(certification=certification).select_related("course", "rubric")
    return [
        {
            "key": requirement.key,
            "kind": requirement.kind,
            "title": requirement.title,
            "course_key": requirement.course.key if requirement.course else "",
            "rubric_key": requirement.rubric.key if requirement.rubric else "",
            "rubric": requirement.rubric.as_pinned() if requirement.rubric else None,
            "quantity": requirement.quantity,
        }
        for requirement in requirements
    ]

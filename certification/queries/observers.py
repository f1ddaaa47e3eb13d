"""Who could watch a candidate at work: the facts that the rule about observers decides on."""

from dataclasses import dataclass

from certification.models import Certification
from certification.queries.status import certified_people
from courses import api as courses_api
from people import api as people_api
from people.api import Membership, User


@dataclass(frozen=True)
class ObserverFacts:
    """How an observer stands to a candidate and a certification."""

    is_trainer: bool
    holds_credential: bool
    is_manager: bool
    has_trained: bool


def observer_facts(observer: User, candidate: User, certification: Certification) -> ObserverFacts:
    """Return the facts about one observer, read now."""
    return ObserverFacts(
        is_trainer=people_api.in_group(observer, people_api.TRAINERS),
        holds_credential=observer.pk in certified_people(certification_key=certification.key, person_ids=[observer.pk]),
        is_manager=people_api.is_manager_of(observer.pk, candidate.pk),
        has_trained=courses_api.has_trained(trainer_id=observer.pk, person_id=candidate.pk),
    )


def qualified_observers(candidate: User, certification: Certification) -> list[tuple[User, ObserverFacts]]:
    """Return everybody who may observe for ``certification`` by qualification, with the facts about ``candidate``.

    A fixed number of queries plus one per level above the candidate.
    """
    holders = certified_people(certification_key=certification.key)
    trainers = frozenset(User.objects.filter(groups__name=people_api.TRAINERS).values_list("pk", flat=True))
    managers = managers_above(candidate.pk)
    have_trained = frozenset(
        courses_api.Booking.objects.filter(
            person_id=candidate.pk,
            state=courses_api.Booking.State.ATTENDED,
            session__lead_trainer_id__in=holders | trainers,
        ).values_list("session__lead_trainer_id", flat=True)
    )
    people = User.objects.filter(pk__in=holders | trainers, is_active=True).exclude(pk=candidate.pk)
    return [
        (
            person,
            ObserverFacts(
                is_trainer=person.pk in trainers,
                holds_credential=person.pk in holders,
                is_manager=person.pk in managers,
                has_trained=person.pk in have_trained,
            ),
        )
        for person in people
    ]


def managers_above(person_id: int) -> frozenset[int]:
    """Return the ids of everybody above ``person_id`` in the line, nearest to highest; safe with circles."""
    above: set[int] = set()
    current: int | None = person_id
    while current is not None:
        current = Membership.objects.open().of(current).values_list("manager_id", flat=True).first()
        if current in above or current == person_id:
            break
        if current is not None:
            above.add(current)
    return frozenset(above)

"""As whom somebody comes to the product: derived from the facts, or assigned."""

from datetime import timedelta

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Subquery

from people.models import Membership, Persona, PersonaAssignment, User
from people.queries.calendar import today

EDITORS = "Editors"
PEOPLE_LEADS = "People leads"
PROJECT_LEADS = "Project leads"
TRAINERS = "Trainers"
GROUP_NAMES = (EDITORS, PEOPLE_LEADS, PROJECT_LEADS, TRAINERS)

NEW_HIRE_DAYS = 90
"""Somebody is a new hire from the first day until this many days after it."""


def in_group(person: User | AnonymousUser, name: str) -> bool:
    """Say whether ``person`` is active and in the group called ``name``. One query, none for visitors."""
    return person.is_active and person.groups.filter(name=name).exists()


def is_people_lead(person: User | AnonymousUser) -> bool:
    """Say whether ``person`` looks after people data: the group, the persona, or an administrator.

    One query; none for visitors, people who left and administrators.
    """
    if not isinstance(person, User) or not person.is_active:
        return False
    if person.is_superuser:
        return True
    return User.objects.filter(
        Exists(PersonaAssignment.objects.filter(person_id=person.pk, persona=Persona.PEOPLE_LEAD))
        | Exists(person.groups.filter(name=PEOPLE_LEADS)),
        pk=person.pk,
    ).exists()


def personas_of(person: User | AnonymousUser) -> frozenset[Persona]:
    """Return every persona of ``person`` today. Two queries; none for visitors and people who left.

    Employee: has an open membership. Manager: somebody active reports to them. New hire: hired within the last
    90 days, in the organization's calendar. Executive and coach are assigned; people lead is assigned or follows
    from the group.
    """
    if not isinstance(person, User) or not person.is_active:
        return frozenset()
    reports = Membership.objects.open().filter(manager_id=OuterRef("pk"), person__is_active=True)
    place = Membership.objects.open().filter(person_id=OuterRef("pk"))
    facts = (
        User.objects.filter(pk=person.pk)
        .annotate(
            has_place=Exists(place),
            hired_on=Subquery(place.values("hired_on")[:1]),
            has_reports=Exists(reports),
            in_people_leads=Exists(person.groups.filter(name=PEOPLE_LEADS)),
        )
        .order_by()
        .values("has_place", "hired_on", "has_reports", "in_people_leads")
        .first()
    )
    if facts is None:
        return frozenset()
    found = {Persona(name) for name in person.persona_assignments.values_list("persona", flat=True)}
    day = today()
    if facts["has_place"]:
        found.add(Persona.EMPLOYEE)
        if day - timedelta(days=NEW_HIRE_DAYS) <= facts["hired_on"] <= day:
            found.add(Persona.NEW_HIRE)
    if facts["has_reports"]:
        found.add(Persona.MANAGER)
    if facts["in_people_leads"]:
        found.add(Persona.PEOPLE_LEAD)
    return frozenset(found)

"""The door to people: what the floors above may ask and do."""

from people.clock import add_months, clock_at, now
from people.models import Membership, OrganizationSettings, Persona, PersonaAssignment, Unit, User
from people.news import announce
from people.queries.calendar import end_of_day, organization_zone, today
from people.queries.organization import organization
from people.refusals import Answer, Refusal, Refused, require

__all__ = [
    "Answer",
    "Membership",
    "OrganizationSettings",
    "Persona",
    "PersonaAssignment",
    "Refusal",
    "Refused",
    "Unit",
    "User",
    "add_months",
    "announce",
    "clock_at",
    "end_of_day",
    "now",
    "organization",
    "organization_zone",
    "require",
    "today",
]

from people.models.absences import Absence
from people.models.calendars import Holiday, WorkingCalendar
from people.models.imports import PeopleImport
from people.models.memberships import Membership, PersonaAssignment
from people.models.organization import OrganizationSettings
from people.models.units import Unit
from people.models.users import Persona, User

__all__ = [
    "Absence",
    "Holiday",
    "Membership",
    "OrganizationSettings",
    "PeopleImport",
    "Persona",
    "PersonaAssignment",
    "Unit",
    "User",
    "WorkingCalendar",
]

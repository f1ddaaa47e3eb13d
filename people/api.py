"""The door to people: what the floors above may ask and do."""

from people.audit import log
from people.clock import add_months, clock_at, in_words, now
from people.documents import typeset
from people.models import (
    Absence,
    Holiday,
    Membership,
    OrganizationSettings,
    Persona,
    PersonaAssignment,
    Unit,
    User,
    WorkingCalendar,
)
from people.news import announce, history
from people.notifications import Letter, LetterFile, LetterLine, absolute, letter_from, send_letter
from people.queries.calendar import end_of_day, organization_zone, today
from people.queries.import_plan import ImportPlan
from people.queries.lines import is_manager_of, reports_of
from people.queries.organization import forget_organization, organization
from people.queries.personas import (
    EDITORS,
    PEOPLE_LEADS,
    PROJECT_LEADS,
    TRAINERS,
    in_group,
    is_people_lead,
    personas_of,
)
from people.queries.working_days import (
    WorkingDays,
    add_working_days,
    is_working_day,
    next_working_day,
    working_days_of,
    working_days_of_units,
)
from people.refusals import Answer, Refusal, Refused, require
from people.services.absences import end_absence, record_absence
from people.services.calendars import add_holiday, remove_holiday, set_working_week
from people.services.groups import ensure_groups, grant_page_permissions, grant_permissions
from people.services.imports import ImportRefused, apply_people_file, check_people_file
from people.services.personas import assign_persona, remove_persona
from people.services.profiles import update_profile

__all__ = [
    "EDITORS",
    "PEOPLE_LEADS",
    "PROJECT_LEADS",
    "TRAINERS",
    "Absence",
    "Answer",
    "Holiday",
    "ImportPlan",
    "ImportRefused",
    "Letter",
    "LetterFile",
    "LetterLine",
    "Membership",
    "OrganizationSettings",
    "Persona",
    "PersonaAssignment",
    "Refusal",
    "Refused",
    "Unit",
    "User",
    "WorkingCalendar",
    "WorkingDays",
    "absolute",
    "add_holiday",
    "add_months",
    "add_working_days",
    "announce",
    "apply_people_file",
    "assign_persona",
    "check_people_file",
    "clock_at",
    "end_absence",
    "end_of_day",
    "ensure_groups",
    "forget_organization",
    "grant_page_permissions",
    "grant_permissions",
    "history",
    "in_group",
    "in_words",
    "is_manager_of",
    "is_people_lead",
    "is_working_day",
    "letter_from",
    "log",
    "next_working_day",
    "now",
    "organization",
    "organization_zone",
    "personas_of",
    "record_absence",
    "remove_holiday",
    "remove_persona",
    "reports_of",
    "require",
    "send_letter",
    "set_working_week",
    "today",
    "typeset",
    "update_profile",
    "working_days_of",
    "working_days_of_units",
]

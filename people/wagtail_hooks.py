"""What people adds to the admin."""

from typing import Any

from django.http import HttpRequest
from wagtail import hooks
from wagtail.log_actions import LogActionRegistry

from people.models import OrganizationSettings, User
from people.queries.organization import forget_organization
from people.services.profiles import settle_sign_in_address
from people.viewsets.organization import PeopleGroup
from people.viewsets.users import KeepPeople

hooks.register("register_bulk_action", KeepPeople, order=10)


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    """Name every deed of this app for the history views."""
    for action, label, message in (
        ("people.join", "Joined", "Joined through a people import"),
        ("people.change", "Changed by import", "Changed by a people import"),
        ("people.leave", "Left", "Left: membership ended, account turned off"),
        ("people.apply_import", "Apply people import", "People import applied"),
        ("people.assign_persona", "Assign persona", "Persona assigned"),
        ("people.remove_persona", "Remove persona", "Persona removed"),
        ("people.update_profile", "Update own profile", "Own language or time zone changed"),
        ("people.set_working_week", "Set working week", "Working week set"),
        ("people.add_holiday", "Add holiday", "Holiday added"),
        ("people.remove_holiday", "Remove holiday", "Holiday removed"),
        ("people.record_absence", "Record leave", "Long leave recorded"),
        ("people.end_absence", "End leave", "Last day of a long leave set"),
        ("people.settle_sign_in_address", "Settle sign-in address", "Sign-in address settled"),
    ):
        actions.register_action(action, label, message)


@hooks.register("register_admin_viewset")
def register_people() -> PeopleGroup:
    return PeopleGroup()


@hooks.register("after_edit_setting")
def read_organization_again(request: HttpRequest, setting: Any) -> None:
    """A new time zone counts from the next request on, not when the cache runs out."""
    if isinstance(setting, OrganizationSettings):
        forget_organization()


@hooks.register("after_create_user")
@hooks.register("after_edit_user")
def settle_address(request: HttpRequest, person: User) -> None:
    """Whoever is made or renamed here signs in with that e-mail."""
    settle_sign_in_address(person=person, actor=request.user if isinstance(request.user, User) else None)

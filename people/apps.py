from django.apps import AppConfig
from wagtail.users.apps import WagtailUsersAppConfig


class PeopleConfig(AppConfig):
    name = "people"
    default = True


class UsersConfig(WagtailUsersAppConfig):
    """Wagtail's account pages with our forms; stands in INSTALLED_APPS in place of ``wagtail.users``."""

    default = False
    user_viewset = "people.viewsets.users.PersonViewSet"

    def ready(self) -> None:
        """Register who may do what with accounts before Wagtail asks: nobody deletes one."""
        from django.contrib.auth.models import Group
        from wagtail.permissions import register_permission_policy

        from people.models import Membership, PersonaAssignment, Unit, User
        from people.viewsets.policies import GiveAndTakePolicy, KeepPolicy, ReadOnlyPolicy

        register_permission_policy(Group)
        register_permission_policy(User, KeepPolicy(User))
        register_permission_policy(Unit, ReadOnlyPolicy(Unit))
        register_permission_policy(Membership, ReadOnlyPolicy(Membership))
        register_permission_policy(PersonaAssignment, GiveAndTakePolicy(PersonaAssignment))

"""What the admin may do with rows whose changes go through services."""

from django.contrib.auth.models import AnonymousUser
from wagtail.permission_policies import ModelPermissionPolicy

from people.models import User


class ReadOnlyPolicy(ModelPermissionPolicy):
    """Rows to look at: nobody adds, changes or deletes them here, administrators neither."""

    allowed: frozenset[str] = frozenset({"view"})

    def user_has_permission(self, user: User | AnonymousUser, action: str) -> bool:
        return action in self.allowed and super().user_has_permission(user, action)


class GiveAndTakePolicy(ReadOnlyPolicy):
    """Rows that are given and taken away, never edited."""

    allowed = frozenset({"view", "add", "delete"})


class KeepPolicy(ReadOnlyPolicy):
    """Rows that are never deleted, since past decisions and certificates name them."""

    allowed = frozenset({"view", "add", "change"})

"""The “Rollout” section of the admin: programs, playbooks and decisions, to look at. Services change them."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet
from django.urls import reverse
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy

from people.api import User
from rollout.models import GateDecision, PlaybookVersion, Program, Waiver


class LookOnlyPolicy(ModelPermissionPolicy):
    """Rows that only services write: nobody adds, changes or deletes them here, administrators neither."""

    def user_has_permission(self, user: User | AnonymousUser, action: str) -> bool:
        return action == "view" and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: User | AnonymousUser, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: User | AnonymousUser, action: str, instance: Model) -> bool:
        return self.user_has_permission(user, action)


for model in (Program, PlaybookVersion, GateDecision, Waiver):
    register_permission_policy(model, LookOnlyPolicy(model))


class ProgramIndexView(generic.IndexView):
    """Every program; its board is one click away."""

    default_ordering = "title"

    def get_base_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_base_queryset()
        return rows.select_related("playbook_version__playbook", "created_by").defer("playbook_version__content")

    def get_list_more_buttons(self, instance: Program) -> list[MenuItem]:
        board = reverse("rollout:board", args=[instance.slug])
        return [MenuItem("Program board", board, icon_name="view", priority=10)]


class ProgramViewSet(ModelViewSet):
    model = Program
    name = "programs"
    icon = "site"
    menu_label = "Programs"
    index_view_class = ProgramIndexView
    exclude_form_fields: tuple[str, ...] = ()
    copy_view_enabled = False
    list_display = [
        Column("title", label="Program", sort_key="title"),
        Column("state", label="State", accessor="get_state_display"),
        Column("playbook_version", label="Playbook"),
        Column("created_by", label="Started by"),
        DateColumn("created_at", label="Started", sort_key="created_at"),
    ]
    list_filter = {"state": ["exact"]}
    search_fields = ["title"]
    search_backend_name = None


class PlaybookVersionIndexView(generic.IndexView):
    """Every edition of every playbook, the newest first. They come in and go out as files (`import_playbook`)."""

    default_ordering = "-made_at"

    def get_base_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_base_queryset()
        return rows.select_related("playbook", "published_by").defer("content")


class PlaybookVersionViewSet(ModelViewSet):
    model = PlaybookVersion
    name = "playbook_versions"
    icon = "list-ol"
    menu_label = "Playbooks"
    index_view_class = PlaybookVersionIndexView
    exclude_form_fields: tuple[str, ...] = ()
    copy_view_enabled = False
    list_display = [
        Column("playbook", label="Playbook", sort_key="playbook__title"),
        Column("number", label="Version", sort_key="number"),
        Column("state", label="State", accessor="get_state_display"),
        DateColumn("published_at", label="Published", sort_key="published_at"),
        Column("published_by", label="Published by"),
        Column("change_note", label="What changed"),
    ]
    list_filter = {"state": ["exact"]}
    search_fields = ["playbook__title"]
    search_backend_name = None


class GateDecisionIndexView(generic.IndexView):
    """Who decided what and when, the latest first."""

    default_ordering = "-decided_at"

    def get_base_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_base_queryset()
        return rows.select_related("step__wave__program", "decided_by").defer("snapshot")


class GateDecisionViewSet(ModelViewSet):
    model = GateDecision
    name = "gate_decisions"
    icon = "tasks"
    menu_label = "Gate decisions"
    index_view_class = GateDecisionIndexView
    exclude_form_fields: tuple[str, ...] = ()
    copy_view_enabled = False
    list_display = [
        Column("wave", label="Wave", accessor="step.wave"),
        Column("step", label="Step"),
        Column("outcome", label="Outcome", accessor="get_outcome_display"),
        Column("decided_by", label="Decided by"),
        DateColumn("decided_at", label="Decided", sort_key="decided_at"),
    ]
    list_filter = {"outcome": ["exact"], "decided_at": ["gte", "lte"]}
    search_fields = ["reason"]
    search_backend_name = None


class WaiverIndexView(generic.IndexView):
    """Every waiver ever asked for, the latest first."""

    default_ordering = "-requested_at"

    def get_base_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_base_queryset()
        return rows.select_related("item", "requested_by", "decided_by")


class WaiverViewSet(ModelViewSet):
    model = Waiver
    name = "waivers"
    icon = "warning"
    menu_label = "Waivers"
    index_view_class = WaiverIndexView
    exclude_form_fields: tuple[str, ...] = ()
    copy_view_enabled = False
    list_display = [
        Column("item", label="Question"),
        Column("state", label="State", accessor="get_state_display"),
        Column("risk", label="Risk", accessor="get_risk_display"),
        Column("requested_by", label="Asked for by"),
        Column("decided_by", label="Decided by"),
        Column("expires_on", label="Last day", sort_key="expires_on"),
    ]
    list_filter = {"state": ["exact"], "risk": ["exact"], "expires_on": ["gte", "lte"]}
    search_fields = ["reason"]
    search_backend_name = None


class RolloutGroup(ViewSetGroup):
    """The menu section."""

    menu_label = "Rollout"
    menu_name = "rollout"
    menu_icon = "site"
    menu_order = 130
    items = (ProgramViewSet, PlaybookVersionViewSet, GateDecisionViewSet, WaiverViewSet)

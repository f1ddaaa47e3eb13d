"""The “Certification” section of the admin: what can be earned, and what was issued (to look at and to revoke)."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Model, OuterRef, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel
from wagtail.admin.ui.menus import MenuItem
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from certification.models import Certification, Credential, CredentialEvent, Observation, Rubric
from certification.queries.status import credential_status
from certification.rules.candidacies import is_steward
from people.api import User


class LookOnlyPolicy(ModelPermissionPolicy):
    """Rows that only services write: nobody adds, changes or deletes them here, administrators neither."""

    def user_has_permission(self, user: User | AnonymousUser, action: str) -> bool:
        return action == "view" and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: User | AnonymousUser, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: User | AnonymousUser, action: str, instance: Model) -> bool:
        return self.user_has_permission(user, action)


for model in (Credential, Observation):
    register_permission_policy(model, LookOnlyPolicy(model))


class CertificationViewSet(SnippetViewSet):
    model = Certification
    icon = "tick-inverse"
    menu_label = "Certifications"
    list_display = ["title", "key", "validity_months", "is_open"]
    search_fields = ["title", "key"]
    copy_view_enabled = False
    panels = [
        FieldPanel("title"),
        FieldPanel("key"),
        FieldPanel("description"),
        FieldPanel("statement"),
        FieldRowPanel([FieldPanel("validity_months"), FieldPanel("is_open")]),
        InlinePanel(
            "requirements",
            heading="What has to be shown",
            label="Requirement",
            help_text="Candidates who are under way keep what they started with.",
            panels=[
                FieldRowPanel([FieldPanel("kind"), FieldPanel("quantity")]),
                FieldPanel("title"),
                FieldPanel("key"),
                FieldPanel("course"),
                FieldPanel("rubric"),
            ],
        ),
    ]


class RubricViewSet(SnippetViewSet):
    model = Rubric
    icon = "list-ul"
    menu_label = "Rubrics"
    list_display = ["title", "key", "minimum_each", "minimum_mean"]
    search_fields = ["title", "key"]
    copy_view_enabled = False
    panels = [
        FieldPanel("title"),
        FieldPanel("key"),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("minimum_each"), FieldPanel("minimum_mean")])],
            heading="When an observation passes",
        ),
        FieldPanel("criteria"),
    ]


class CredentialIndexView(generic.IndexView):
    """Every certificate ever issued, newest first. Nothing here changes one; revoking has a page of its own."""

    default_ordering = "-issued_at"

    def get_base_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_base_queryset()
        revoked = CredentialEvent.objects.filter(credential=OuterRef("pk"), kind=CredentialEvent.Kind.REVOKED)
        return (
            rows.select_related("certification", "holder")
            .prefetch_related("events")
            .annotate(is_revoked=Exists(revoked))
        )

    @cached_property
    def may_revoke(self) -> bool:
        """Asked once for the whole list."""
        return is_steward(self.request.user)

    def get_list_more_buttons(self, instance: Credential) -> list[MenuItem]:
        buttons = [
            MenuItem(
                "Public page", reverse("certification:verify", args=[instance.number]), icon_name="view", priority=10
            )
        ]
        if self.may_revoke and not instance.is_revoked:  # type: ignore[attr-defined]  # annotated above
            url = reverse("certification_revoke", args=[instance.pk])
            buttons.append(MenuItem("Revoke", url, icon_name="cross", priority=20))
        return buttons


class CredentialViewSet(ModelViewSet):
    model = Credential
    name = "credentials"
    icon = "doc-full"
    menu_label = "Certificates"
    index_view_class = CredentialIndexView
    exclude_form_fields: tuple[str, ...] = ()
    copy_view_enabled = False
    list_display = [
        "number",
        Column("holder_name", label="Holder", sort_key="holder_name"),
        Column("title", label="Certificate"),
        Column("status", label="Status", accessor=lambda row: credential_status(row, row.events.all()).label),
        DateColumn("issued_at", label="Issued", sort_key="issued_at"),
        Column("valid_until", label="Valid until", sort_key="valid_until"),
    ]
    list_filter = {"certification": ["exact"], "valid_until": ["lte", "gte"], "issued_at": ["gte"]}
    search_fields = ["number", "holder_name", "title"]
    search_backend_name = None


class ObservationIndexView(generic.IndexView):
    """Who observes whom, newest first. Scores and quotes stay with the candidate and the observer."""

    default_ordering = "-observed_on"

    def get_base_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_base_queryset()
        return rows.select_related("candidate", "observer", "candidacy__certification").defer(
            "scores", "feedback", "candidacy__requirements"
        )


class ObservationViewSet(ModelViewSet):
    model = Observation
    name = "observations"
    icon = "view"
    menu_label = "Observations"
    index_view_class = ObservationIndexView
    exclude_form_fields: tuple[str, ...] = ()
    copy_view_enabled = False
    list_display = [
        Column("candidate", label="Candidate", sort_key="candidate__last_name"),
        Column("observer", label="Observer", sort_key="observer__last_name"),
        Column("certification", label="Certification", accessor="candidacy.certification.title"),
        Column("observed_on", label="Day", sort_key="observed_on"),
        Column("state", label="State", accessor="get_state_display"),
        Column("outcome", label="Outcome", accessor="get_outcome_display"),
    ]
    list_filter = {"state": ["exact"], "observed_on": ["lte", "gte"]}
    search_fields = ["candidate__last_name", "observer__last_name"]
    search_backend_name = None


class CertificationGroup(ViewSetGroup):
    """The menu section."""

    menu_label = "Certification"
    menu_name = "certification"
    menu_icon = "tick-inverse"
    menu_order = 120
    items = (CertificationViewSet, RubricViewSet, ObservationViewSet, CredentialViewSet)

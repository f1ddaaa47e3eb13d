"""The “Courses” section of the admin: what authors write, and what can only be looked at."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import cached_property
from wagtail.admin.auth import user_has_any_page_permission
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.menus import MenuItem as ListedDeed
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.viewsets.pages import PageListingViewSet
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet

from courses.models import CoursePage, Enrollment, GlossaryTerm, Quiz, WorkshopSession
from courses.rules import may_assign_courses
from people.api import User


class LookOnlyPolicy(ModelPermissionPolicy):
    """Rows that only services write: nobody adds, changes or deletes them here, administrators neither."""

    def user_has_permission(self, user: User | AnonymousUser, action: str) -> bool:
        return action == "view" and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: User | AnonymousUser, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)

    def user_has_permission_for_instance(self, user: User | AnonymousUser, action: str, instance: Model) -> bool:
        return self.user_has_permission(user, action)


for model in (Enrollment, WorkshopSession):
    register_permission_policy(model, LookOnlyPolicy(model))


class PagesMenuItem(MenuItem):
    """Wagtail turns everybody away from a list of pages who may edit none; the menu leads nobody there."""

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(user_has_any_page_permission(request.user))


class CourseListing(PageListingViewSet):
    """All courses in one list; their lessons are one click below."""

    model = CoursePage
    name = "course_pages"
    icon = "form"
    menu_label = "Courses"
    menu_item_class = PagesMenuItem
    list_display = ["title", "key", "level", "topic", "minutes", "latest_revision_created_at", "status_string"]
    list_filter = ["level", "topic", "format"]


class QuizViewSet(SnippetViewSet):
    model = Quiz
    icon = "help"
    menu_label = "Quizzes"
    list_display = ["title", "key", "pass_percent", "attempts_limit"]
    list_filter = ["pass_percent"]
    search_fields = ["title", "key"]
    copy_view_enabled = False


class GlossaryViewSet(SnippetViewSet):
    model = GlossaryTerm
    icon = "openquote"
    menu_label = "Glossary"
    list_display = ["term", "key", "is_annotated"]
    list_filter = ["is_annotated"]
    list_export = ["term", "key", "also", "definition", "example"]


class SessionIndexView(generic.IndexView):
    """Every session, the latest first; the title leads to the page where seats and attendance are."""

    default_ordering = "-starts_at"

    def get_base_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_base_queryset()
        return rows.select_related("course", "lead_trainer")


class SessionViewSet(ModelViewSet):
    model = WorkshopSession
    name = "workshop_sessions"
    icon = "date"
    menu_label = "Sessions"
    index_view_class = SessionIndexView
    exclude_form_fields: tuple[str, ...] = ()
    copy_view_enabled = False
    list_display = [
        TitleColumn("title", get_url=lambda row: reverse("courses:session", args=[row.pk])),
        "course",
        DateColumn("starts_at", label="Starts", sort_key="starts_at"),
        "seats",
        Column("trainer", label="Trainer", accessor=lambda row: row.external_trainer or row.lead_trainer or "—"),
        Column("state", label="State", accessor="get_state_display"),
    ]
    list_filter = ["state", "course"]
    search_fields = ["title", "place", "external_trainer"]
    search_backend_name = None


class EnrollmentIndexView(generic.IndexView):
    """Who is enrolled in what, newest first. A report: read, filter, export."""

    default_ordering = "-enrolled_at"

    def get_base_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_base_queryset()
        return rows.select_related("person", "course", "version").defer("version__lessons")

    @cached_property
    def may_start_over(self) -> bool:
        """Asked once for the whole list."""
        return may_assign_courses(self.request.user) is True

    def get_list_more_buttons(self, instance: Enrollment) -> list[ListedDeed]:
        if not self.may_start_over or instance.state != Enrollment.State.OPEN:
            return []
        url = reverse("courses_start_over", args=[instance.pk])
        return [ListedDeed("Start over", url, icon_name="undo", priority=10)]


class EnrollmentViewSet(ModelViewSet):
    model = Enrollment
    name = "enrollments"
    icon = "group"
    menu_label = "Enrollments"
    index_view_class = EnrollmentIndexView
    exclude_form_fields: tuple[str, ...] = ()
    copy_view_enabled = False
    list_display = [
        "person",
        Column("course", label="Course", accessor="course.title", sort_key="course__title"),
        Column("version", label="Version", accessor="version.number"),
        Column("cycle", label="Cycle"),
        Column("state", label="State", accessor="get_state_display"),
        Column("due_on", label="Due", sort_key="due_on"),
        DateColumn("enrolled_at", label="Enrolled", sort_key="enrolled_at"),
        DateColumn("completed_at", label="Completed", sort_key="completed_at"),
    ]
    list_filter = {
        "course": ["exact"],
        "state": ["exact"],
        "source": ["exact"],
        "due_on": ["lte", "isnull"],
        "completed_at": ["gte"],
    }
    list_export = [
        "person.email",
        "person",
        "course.key",
        "course.title",
        "version.number",
        "cycle",
        "state",
        "source",
        "enrolled_at",
        "due_on",
        "completed_at",
    ]
    export_headings = {"person.email": "E-mail", "course.key": "Course key", "version.number": "Version"}
    export_filename = "enrollments"
    search_fields = ["person__first_name", "person__last_name", "person__email", "course__title"]
    search_backend_name = None


class CoursesGroup(ViewSetGroup):
    """The menu section."""

    menu_label = "Courses"
    menu_name = "courses"
    menu_icon = "form"
    menu_order = 110
    items = (CourseListing("course_pages"), QuizViewSet, GlossaryViewSet, SessionViewSet, EnrollmentViewSet)

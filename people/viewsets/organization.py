"""Units, memberships and personas in the admin. Units and memberships come from the people file: to look at only."""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import Column
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet, ModelViewSetGroup

from people.models import Membership, Persona, PersonaAssignment, Unit
from people.refusals import Refused
from people.rules import may_look_after_people
from people.services.personas import assign_persona, remove_persona


class UnitIndexView(generic.IndexView):
    default_ordering = "path"


class UnitViewSet(ModelViewSet):
    model = Unit
    name = "people_units"
    icon = "site"
    menu_label = "Units"
    index_view_class = UnitIndexView
    inspect_view_enabled = True
    inspect_view_fields = ["name", "code", "kind"]
    exclude_form_fields: tuple[str, ...] = ()
    list_display = [
        Column("name", label="Name", accessor=lambda unit: "— " * (unit.depth - 1) + unit.name),
        "code",
        "kind",
    ]
    list_filter = ["kind"]
    search_fields = ["name", "code"]
    search_backend_name = None
    add_to_reference_index = False


class MembershipIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_base_queryset()
        return rows.select_related("person", "unit", "manager").order_by("ended_on", "person__last_name", "pk")


class MembershipViewSet(ModelViewSet):
    model = Membership
    name = "people_memberships"
    icon = "group"
    menu_label = "Memberships"
    index_view_class = MembershipIndexView
    inspect_view_enabled = True
    exclude_form_fields: tuple[str, ...] = ()
    list_display = ["person", "unit", "manager", "job_title", "location", "started_on", "ended_on"]
    list_filter = {"started_on": ["gte"], "ended_on": ["gte", "isnull"]}
    search_fields = ["person__first_name", "person__last_name", "person__email", "unit__name", "job_title"]
    search_backend_name = None
    add_to_reference_index = False


class PersonaIndexView(generic.IndexView):
    def get_base_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_base_queryset()
        return rows.select_related("person", "assigned_by").order_by("person__last_name", "pk")


class AssignView(generic.CreateView):
    """Gives a persona through the same service as everywhere else."""

    def form_valid(self, form: Any) -> Any:
        try:
            return super().form_valid(form)
        except Refused as refused:
            form.add_error("person", refused.refusal.reason)
            self.produced_error_message = refused.refusal.reason
            return self.form_invalid(form)

    def save_instance(self) -> PersonaAssignment:
        wanted = self.form.instance
        return assign_persona(person=wanted.person, persona=Persona(wanted.persona), actor=self.request.user)


class RemoveView(generic.DeleteView):
    """Takes a persona away through the same service as everywhere else."""

    def delete_action(self) -> None:
        remove_persona(person=self.object.person, persona=Persona(self.object.persona), actor=self.request.user)


class PersonaViewSet(ModelViewSet):
    model = PersonaAssignment
    name = "people_personas"
    icon = "tag"
    menu_label = "Personas"
    index_view_class = PersonaIndexView
    add_view_class = AssignView
    delete_view_class = RemoveView
    form_fields = ["person", "persona"]
    list_display = ["person", "persona", "assigned_by", "assigned_at"]
    list_filter = ["persona"]
    search_fields = ["person__first_name", "person__last_name", "person__email"]
    search_backend_name = None
    add_to_reference_index = False


class ImportMenuItem(MenuItem):
    """The way from the admin to the import page, for those who may use it."""

    def __init__(self, order: int) -> None:
        super().__init__(
            "Import people", reverse("people:import"), name="people-import", icon_name="upload", order=order
        )

    def is_shown(self, request: Any) -> bool:
        return bool(may_look_after_people(request.user))


class WorkingDaysMenuItem(ImportMenuItem):
    """The way from the admin to the working weeks and holidays."""

    def __init__(self, order: int) -> None:
        MenuItem.__init__(
            self, "Working days", reverse("people:calendars"), name="working-days", icon_name="calendar", order=order
        )


class PeopleGroup(ModelViewSetGroup):
    menu_label = "People"
    menu_icon = "group"
    menu_name = "people"
    menu_order = 250
    items = (UnitViewSet, MembershipViewSet, PersonaViewSet)

    def get_submenu_items(self) -> list[MenuItem]:
        items: list[MenuItem] = super().get_submenu_items()
        return [*items, ImportMenuItem(order=len(items) + 1), WorkingDaysMenuItem(order=len(items) + 2)]

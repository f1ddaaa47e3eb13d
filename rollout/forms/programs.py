"""Forms that start and set up a program. They check shape; whether something is allowed, the services say."""

from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import Value
from django.db.models.functions import Concat

from people.api import Unit, User
from rollout.models import PlaybookVersion, Program
from rollout.models.playbook_content import ParameterContent, PlaybookContent


class DateInput(forms.DateInput):
    """The browser's own date picker; without one, people type 2026-03-31."""

    input_type = "date"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%Y-%m-%d", **kwargs)


class UnitChoice(forms.ModelChoiceField):
    """Units indented as the organization has them."""

    def label_from_instance(self, unit: Unit) -> str:
        indent = "\u2007\u2007" * (unit.depth - 1)
        return f"{indent}{unit.name}"


class VersionChoice(forms.ModelChoiceField):
    def label_from_instance(self, version: PlaybookVersion) -> str:
        return f"{version.playbook.title} (version {version.number})"


def latest_versions() -> Any:
    """The newest published version of each playbook."""
    published = PlaybookVersion.objects.filter(state=PlaybookVersion.State.PUBLISHED)
    newest: dict[int, int] = {}
    for pk, playbook_id in published.order_by("number").values_list("pk", "playbook_id"):
        newest[playbook_id] = pk
    return PlaybookVersion.objects.filter(pk__in=newest.values()).select_related("playbook").order_by("playbook__title")


def parameter_field(part: ParameterContent) -> forms.Field:
    """Return the field in which a parameter of the playbook is recorded; it may stay empty."""
    field = _plain_field(part.key)
    field.required = False
    field.label = f"{part.title} ({part.unit})" if part.unit else part.title
    field.help_text = part.hint
    return field


def _plain_field(key: str) -> forms.Field:
    match key:
        case "area":
            return UnitChoice(queryset=Unit.objects.all(), empty_label="Not decided yet")
        case "system_of_record":
            return forms.CharField(max_length=200)
        case "success_score":
            return forms.DecimalField(
                max_digits=3,
                decimal_places=2,
                validators=[MinValueValidator(0.1), MaxValueValidator(1)],
                widget=forms.NumberInput(attrs={"step": "0.05", "min": "0.1", "max": "1"}),
            )
        case "pilot_size":
            return forms.IntegerField(min_value=1, max_value=1_000_000)
    return forms.IntegerField(min_value=1, max_value=520)


class ParametersForm(forms.Form):
    """One field for each parameter of the playbook; empty means not yet recorded."""

    def __init__(self, *args: Any, content: PlaybookContent, program: Program, **kwargs: Any) -> None:
        initial = {
            part.key: program.area_id if part.key == "area" else getattr(program, part.key, None)
            for part in content.parameters
        }
        super().__init__(*args, **{"initial": initial, **kwargs})
        for part in content.parameters:
            self.fields[part.key] = parameter_field(part)


class WaveDatesForm(forms.Form):
    starts_on = forms.DateField(
        label="First day of the first cycle",
        widget=DateInput(),
        help_text="Every question and gate gets its due date from this day.",
    )
    ends_on = forms.DateField(
        label="Last day of the first cycle",
        widget=DateInput(),
        required=False,
        help_text="Empty: as long as the cycle length says, or 13 weeks.",
    )


def person_named(text: str) -> User:
    """Return the active person with this e-mail address or full name; raises ``ValidationError`` when it is nobody's,
    or several people's."""
    wanted = " ".join(text.split())
    active = User.objects.filter(is_active=True)
    found = list(active.filter(email__iexact=wanted)[:1])
    if not found and " " in wanted:
        named = active.annotate(name=Concat("first_name", Value(" "), "last_name"))
        found = list(named.filter(name__iexact=wanted).order_by("email")[:6])
    if not found:
        raise forms.ValidationError("Nobody in the company has this name or e-mail address.")
    if len(found) > 1:
        addresses = ", ".join(person.email for person in found)
        raise forms.ValidationError(f"Several people have this name. Use an address: {addresses}.")
    return found[0]


class RosterAddForm(forms.Form):
    unit = UnitChoice(
        queryset=Unit.objects.all(),
        required=False,
        empty_label="Choose a department or team",
        help_text="Everybody who works in it now, and in the units below.",
    )
    emails = forms.CharField(
        label="E-mail addresses",
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One a line, or separated by commas.",
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not cleaned.get("unit") and not cleaned.get("emails", "").strip():
            raise forms.ValidationError("Choose a unit or enter at least one e-mail address.")
        return cleaned

    @property
    def addresses(self) -> list[str]:
        text = str(self.cleaned_data.get("emails", ""))
        words = text.replace(",", " ").replace(";", " ").split()
        return list(dict.fromkeys(word.strip("<>").lower() for word in words))


class PlanMeetingForm(forms.Form):
    """One series: the first date and time; the rhythm comes from the playbook."""

    starts_on = forms.DateField(label="First day", widget=DateInput())
    starts_at = forms.TimeField(
        label="Time", widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"), initial="09:00"
    )

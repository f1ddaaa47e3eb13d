"""Working weeks and holidays."""

from django import forms

from people.models import Unit

WEEKDAYS = [
    ("1", "Monday"),
    ("2", "Tuesday"),
    ("3", "Wednesday"),
    ("4", "Thursday"),
    ("5", "Friday"),
    ("6", "Saturday"),
    ("7", "Sunday"),
]


class UnitField(forms.ModelChoiceField):
    """Units indented as the organization has them."""

    def label_from_instance(self, unit: Unit) -> str:
        indent = "\u2007\u2007" * (unit.depth - 1)
        return f"{indent}{unit.name}"


class WorkingWeekForm(forms.Form):
    weekdays = forms.MultipleChoiceField(
        label="Working days",
        choices=WEEKDAYS,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "A week needs at least one working day."},
    )

    @property
    def numbers(self) -> list[int]:
        return [int(day) for day in self.cleaned_data["weekdays"]]


class HolidayForm(forms.Form):
    day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    name = forms.CharField(max_length=120)
    is_yearly = forms.BooleanField(label="Every year on this date", required=False)


class CalendarUnitForm(forms.Form):
    """Which unit to look at."""

    unit = UnitField(queryset=Unit.objects.all(), to_field_name="code", empty_label="Choose a unit")

"""Forms about long leaves."""

from typing import Any

from django import forms
from django.db.models import Value
from django.db.models.functions import Concat

from people.models import Absence, User


class DayInput(forms.DateInput):
    """The browser's own date picker; without one, people type 2026-03-31."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class AbsenceForm(forms.Form):
    who = forms.CharField(label="Name or e-mail address", max_length=254)
    kind = forms.ChoiceField(choices=Absence.Kind.choices, initial=Absence.Kind.OTHER)
    started_on = forms.DateField(label="First day away", widget=DayInput())
    ends_on = forms.DateField(
        label="Last day away", required=False, widget=DayInput(), help_text="Empty: it is not known yet."
    )

    def clean_who(self) -> User:
        wanted = " ".join(str(self.cleaned_data["who"]).split())
        active = User.objects.filter(is_active=True)
        named = active.annotate(name=Concat("first_name", Value(" "), "last_name")).filter(name__iexact=wanted)
        found = list(active.filter(email__iexact=wanted)[:1]) or list(named[:2])
        if len(found) != 1:
            reason = "Several people have this name. Use an address." if found else "Nobody here has this name."
            raise forms.ValidationError(reason)
        return found[0]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("started_on"), cleaned.get("ends_on")
        if first and last and last < first:
            self.add_error("ends_on", "The last day lies before the first one.")
        return cleaned


class EndForm(forms.Form):
    ends_on = forms.DateField(label="Last day away", widget=DayInput())

"""Whom to remind, and with which first sentence."""

from typing import Any, cast

from django import forms

from rollout.services.reminders import Candidate


class RemindForm(forms.Form):
    """``candidates`` are the people that may be chosen; those who may not be reminded are shown and cannot be."""

    opening = forms.CharField(
        label="First sentence",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Stands after “Hello …,” in every mail.",
    )
    people = forms.MultipleChoiceField(label="People", required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, candidates: list[Candidate], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Somebody who owes nothing any more may still be on a page that was opened before.
        posted = self.data.getlist("people") if hasattr(self.data, "getlist") else []
        known = {str(one.person.pk): one.person.get_full_name() for one in candidates}
        known |= {value: value for value in posted if value.isdecimal() and value not in known}
        cast(forms.MultipleChoiceField, self.fields["people"]).choices = list(known.items())

    def clean_people(self) -> list[int]:
        return [int(value) for value in self.cleaned_data["people"]]

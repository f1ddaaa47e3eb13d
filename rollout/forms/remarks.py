"""A comment, and whom it names."""

from collections.abc import Sequence
from typing import Any

from django import forms

from people.api import User


class RemarkForm(forms.Form):
    text = forms.CharField(label="Comment", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    named = forms.MultipleChoiceField(
        label="Name people",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Each of them gets one mail and sees it on their first page.",
    )

    def __init__(self, *args: Any, people: Sequence[User] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named: forms.MultipleChoiceField = self.fields["named"]  # type: ignore[assignment]
        named.choices = [(person.pk, person.get_full_name()) for person in people]
        if not people:
            del self.fields["named"]

    @property
    def named_ids(self) -> list[int]:
        """The people ticked, and those whom the text names with @ and their full name."""
        text = self.cleaned_data["text"]
        choices = self.fields["named"].choices if "named" in self.fields else ()  # type: ignore[attr-defined]
        written = [pk for pk, name in choices if f"@{name}" in text]
        return sorted({*written, *(int(pk) for pk in self.cleaned_data.get("named", ()))})


class EditRemarkForm(forms.Form):
    text = forms.CharField(label="Comment", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))

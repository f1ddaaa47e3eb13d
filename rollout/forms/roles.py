"""Forms about who holds which role. They check shape; whether something is allowed, the services say."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from people.api import User
from rollout.forms.programs import DateInput, person_named


class PersonField(forms.CharField):
    """Names a person by e-mail address, or by full name when only one active person has it."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"label": "Name or e-mail address", "max_length": 254, **kwargs})

    def clean(self, value: Any) -> User | None:
        wanted = " ".join(str(super().clean(value)).split())
        if not wanted:
            return None
        return person_named(wanted)


class PersonForm(forms.Form):
    """Asks for somebody who works here."""

    who = PersonField()


class AssignRoleForm(PersonForm):
    is_deputy = forms.BooleanField(label="As a deputy", required=False)
    started_on = forms.DateField(
        label="From", required=False, widget=DateInput(), help_text="Empty: today. A deputy may be agreed ahead."
    )
    until = forms.DateField(
        label="Until",
        required=False,
        widget=DateInput(),
        help_text="The agreed last day; empty: until somebody ends it.",
    )


class HandOverForm(PersonForm):
    """Who takes over, and which of the open conditions; ``conditions`` are their words by id."""

    conditions = forms.MultipleChoiceField(
        label="Conditions that get the new owner", required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = forms.CharField(label="Why", max_length=300, required=False)

    def __init__(self, *args: Any, conditions: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who"].label = "Who takes over"
        self.fields["who"].help_text = "Name or e-mail address."
        chosen: forms.MultipleChoiceField = self.fields["conditions"]  # type: ignore[assignment]
        chosen.choices = [(str(pk), words) for pk, words in conditions]
        chosen.initial = [str(pk) for pk, _ in conditions]


class ExternalForm(forms.Form):
    name = forms.CharField(max_length=160)
    company = forms.CharField(max_length=160, required=False)
    email = forms.EmailField(label="E-mail address", required=False)
    until = forms.DateField(label="Last day of the engagement", widget=DateInput())
    contact = PersonField(label="Contact inside", help_text="Who answers for them: a name or an e-mail address.")


class PaperForm(forms.Form):
    document = forms.CharField(
        label="Where is the signed paper?", max_length=500, help_text="A link, or the place where it is kept."
    )


class CharterForm(forms.Form):
    text = forms.CharField(
        label="The charter",
        max_length=6000,
        widget=forms.Textarea(attrs={"rows": 14}),
        help_text="One paragraph a line: Purpose, Duties, Time, Decisions.",
    )
    change_note = forms.CharField(
        label="What changes", max_length=300, help_text="Read by those who are asked to accept it again."
    )


class LearningForm(forms.Form):
    """The courses of a role, or why it needs none; ``courses`` are the catalog's titles by key."""

    courses = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    nothing_because = forms.CharField(
        label="Or: why is there nothing to learn?",
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(self, *args: Any, courses: Mapping[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices: forms.MultipleChoiceField = self.fields["courses"]  # type: ignore[assignment]
        choices.choices = list(courses.items())

"""Letting somebody else decide: who, for whom, in which role, from when to when, and why."""

from collections.abc import Sequence
from typing import Any

from django import forms

from people.api import User, today
from rollout.forms.programs import DateInput
from rollout.forms.roles import PersonForm
from rollout.queries.holders import Holders


class DelegationForm(PersonForm):
    """``principals`` are the people whose decisions this person may delegate; one alone is not asked for. What is
    posted may name any holder of a role: the service says why not."""

    from_person = forms.TypedChoiceField(label="Whose decisions", coerce=int)
    role_key = forms.ChoiceField(label="In which role", required=False)
    starts_on = forms.DateField(label="From", widget=DateInput())
    ends_on = forms.DateField(label="Through", widget=DateInput(), help_text="The last day.")
    reason = forms.CharField(
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For example: on leave, or on a business trip. It is shown with the delegation.",
    )
    field_order = ("from_person", "who", "role_key", "starts_on", "ends_on", "reason")

    def __init__(self, *args: Any, principals: Sequence[User], holders: Holders, **kwargs: Any) -> None:
        super().__init__(*args, **{"initial": {"starts_on": today()}, **kwargs})
        offered = [p for role in holders.roles.values() for p in role.people] if self.is_bound else list(principals)
        self.people = {person.pk: person for person in offered}
        choices = [(pk, person.get_full_name()) for pk, person in self.people.items()]
        self.fields["from_person"].choices = choices  # type: ignore[attr-defined]
        self.fields["who"].label = "Who decides for them"
        self.fields["who"].help_text = "Name or e-mail address."
        self.asks_for_whom = len(principals) != 1
        if not self.asks_for_whom:
            self.fields["from_person"].widget = forms.HiddenInput()
            self.fields["from_person"].initial = principals[0].pk
            self.fields["who"].label = "Who decides in your place"
        roles = [
            (key, role.slot.title)
            for key, role in holders.roles.items()
            if any(holders.holds(person.pk, key) for person in principals)
        ]
        self.fields["role_key"].choices = [("", "Every role they hold"), *roles]  # type: ignore[attr-defined]

    @property
    def principal(self) -> User:
        return self.people[self.cleaned_data["from_person"]]

"""What of a program's history is shown."""

from typing import Any

from django import forms
from django.db.models import QuerySet

from people.api import User
from rollout.forms.gates import PersonChoice
from rollout.forms.programs import DateInput
from rollout.models import Step
from rollout.queries.history import TOPICS, HistoryFilters


class StepOfWave(forms.ModelChoiceField):
    def label_from_instance(self, step: Step) -> str:
        return f"{step.wave.title}: step {step.number}, {step.title}"


class HistoryForm(forms.Form):
    """Filters in the address. Whatever in it does not make sense is left out, so that a link never breaks."""

    who = PersonChoice(queryset=User.objects.none(), required=False, label="Who", empty_label="Everybody")
    what = forms.ChoiceField(
        choices=[("", "Everything"), *((key, title) for key, (title, _) in TOPICS.items())],
        required=False,
        label="What",
    )
    step = StepOfWave(queryset=Step.objects.none(), required=False, label="Step", empty_label="Every step")
    since = forms.DateField(required=False, label="From", widget=DateInput())
    until = forms.DateField(required=False, label="To", widget=DateInput())

    def __init__(self, *args: Any, people: QuerySet[User], steps: QuerySet[Step], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, rows in (("who", people), ("step", steps)):
            choices: forms.ModelChoiceField = self.fields[name]  # type: ignore[assignment]
            choices.queryset = rows

    @property
    def filters(self) -> HistoryFilters:
        self.is_valid()
        data = self.cleaned_data
        who, step = data.get("who"), data.get("step")
        return HistoryFilters(
            who=who.pk if who else None,
            what=data.get("what", ""),
            step=step.pk if step else None,
            since=data.get("since"),
            until=data.get("until"),
        )

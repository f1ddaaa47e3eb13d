"""The decision form: one outcome, and what that outcome has to come with."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms

from people.api import User, today
from rollout.forms.programs import DateInput
from rollout.models import ChecklistItem, GateDecision, Step
from rollout.rules.evaluation import ItemEvaluation

Outcome = GateDecision.Outcome


class SubmitGateForm(forms.Form):
    message = forms.CharField(
        label="Message to the person who decides",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class LiftHoldForm(forms.Form):
    reason = forms.CharField(
        label="Why now", max_length=1000, widget=forms.Textarea(attrs={"rows": 2}), help_text="It stays with the hold."
    )


class ChangeConditionForm(forms.Form):
    """``people`` hold a role in the program; a condition has an owner who can see it."""

    owner = forms.TypedChoiceField(label="Owner", coerce=int)
    due_on = forms.DateField(label="Until", widget=DateInput())
    reason = forms.CharField(max_length=1000, label="Why it changes", widget=forms.Textarea(attrs={"rows": 2}))

    def __init__(self, *args: Any, people: Sequence[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {person.pk: person for person in people}
        self.fields["owner"].choices = [(pk, one.get_full_name()) for pk, one in self.people.items()]  # type: ignore[attr-defined]


class StepChoice(forms.ModelChoiceField):
    def label_from_instance(self, step: Step) -> str:
        return f"Step {step.number}, {step.title}"


class PersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, person: User) -> str:
        return person.get_full_name()


def _by_step(questions: Sequence[ChecklistItem]) -> list[tuple[str, list[tuple[str, str]]]]:
    groups: dict[str, list[tuple[str, str]]] = {}
    for item in questions:
        groups.setdefault(f"Step {item.step.number}, {item.step.title}", []).append((str(item.pk), item.question))
    return list(groups.items())


class DecisionForm(forms.Form):
    """``open_shoulds`` become the conditions of a conditional go: two fields each, an owner and a date."""

    submission = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    outcome = forms.ChoiceField(choices=Outcome.choices, widget=forms.RadioSelect, label="Decision")
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Needed for return and stop, welcome for everything else. It stays with the decision.",
    )
    revisit_on = forms.DateField(label="Look at it again on", required=False, widget=DateInput())
    todo = forms.CharField(
        label="What has to be done",
        required=False,
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One thing a line. It stands on the step as a list until its gate passes.",
    )
    todo_items = forms.MultipleChoiceField(
        label="Questions to answer again", required=False, widget=forms.CheckboxSelectMultiple
    )
    return_to = StepChoice(
        queryset=Step.objects.none(), label="Go back to", required=False, empty_label="Choose a step"
    )

    def __init__(
        self,
        *args: Any,
        step: Step,
        steps: Sequence[Step],
        open_shoulds: Sequence[ItemEvaluation],
        people: Sequence[User],
        questions: Sequence[ChecklistItem] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions = {str(item.pk): item for item in questions}
        self.fields["todo_items"].choices = _by_step(questions)  # type: ignore[attr-defined]
        self.open_shoulds = list(open_shoulds)
        returnable = [one.pk for one in steps if one.number <= step.number]
        choices: forms.ModelChoiceField = self.fields["return_to"]  # type: ignore[assignment]
        choices.queryset = Step.objects.filter(pk__in=returnable).order_by("-number")
        owners = User.objects.filter(pk__in=[person.pk for person in people], is_active=True)
        for e in self.open_shoulds:
            holder = e.holders[0].pk if e.holders else None
            self.fields[f"owner_{e.item.pk}"] = PersonChoice(
                queryset=owners, label="Owner", required=False, initial=holder, empty_label="Choose a person"
            )
            self.fields[f"due_{e.item.pk}"] = forms.DateField(
                label="Until", required=False, widget=DateInput(), initial=today() + timedelta(days=28)
            )

    @property
    def condition_fields(self) -> list[tuple[ItemEvaluation, forms.BoundField, forms.BoundField]]:
        return [(e, self[f"owner_{e.item.pk}"], self[f"due_{e.item.pk}"]) for e in self.open_shoulds]

    def clean(self) -> dict[str, Any]:
        """Name the field that the chosen outcome cannot do without; the service checks the same again."""
        cleaned = super().clean() or {}
        outcome = cleaned.get("outcome")
        if outcome == Outcome.HOLD and not cleaned.get("revisit_on") and "revisit_on" not in self.errors:
            self.add_error("revisit_on", "A hold needs the day on which you look at this gate again.")
        if outcome == Outcome.RETURN and not cleaned.get("return_to") and "return_to" not in self.errors:
            self.add_error("return_to", "Choose the step that is worked on again.")
        if outcome in (Outcome.RETURN, Outcome.STOP) and not cleaned.get("reason", "").strip():
            self.add_error("reason", "Give a reason: the people who worked on it will read it.")
        if outcome == Outcome.CONDITIONAL_GO:
            for e in self.open_shoulds:
                for name, missing in ((f"owner_{e.item.pk}", "an owner"), (f"due_{e.item.pk}", "a date")):
                    if not cleaned.get(name) and name not in self.errors:
                        self.add_error(name, f"“{e.item.question}” needs {missing}.")
        return cleaned

    @property
    def tasks(self) -> list[tuple[str, ChecklistItem | None]]:
        """What a return asks for: words and questions; empty for other outcomes."""
        if self.cleaned_data.get("outcome") != Outcome.RETURN:
            return []
        lines = [line.strip(" -•*\t") for line in self.cleaned_data.get("todo", "").splitlines()]
        chosen = [self.questions[pk] for pk in self.cleaned_data.get("todo_items", ())]
        return [("", item) for item in chosen] + [(line, None) for line in lines if line]

    @property
    def terms(self) -> list[tuple[ChecklistItem, User, date]]:
        """Item, owner and date of every condition; empty for other outcomes."""
        if self.cleaned_data.get("outcome") != Outcome.CONDITIONAL_GO:
            return []
        return [
            (e.item, self.cleaned_data[f"owner_{e.item.pk}"], self.cleaned_data[f"due_{e.item.pk}"])
            for e in self.open_shoulds
        ]

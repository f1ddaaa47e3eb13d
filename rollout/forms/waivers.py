"""What somebody wants to see of the register of waivers."""

from typing import Any

from django import forms

from people.api import User
from rollout.models import Program, Step, Waiver
from rollout.queries.waivers import BY_STEP, ENDING, NEWEST, RISKIEST, WaiverFilter, people_in_waivers


class WaiverStepChoice(forms.ModelChoiceField):
    def label_from_instance(self, step: Step) -> str:
        return str(step)


class WaiverPersonChoice(forms.ModelChoiceField):
    def label_from_instance(self, person: User) -> str:
        return person.get_full_name()


class WaiverFilterForm(forms.Form):
    """Stands in the address; a value that means nothing is left out."""

    state = forms.ChoiceField(label="State", required=False, choices=[("", "All states"), *Waiver.State.choices])
    risk = forms.ChoiceField(label="Risk", required=False, choices=[("", "All risks"), *Waiver.Risk.choices])
    step = WaiverStepChoice(queryset=Step.objects.none(), label="Step", required=False, empty_label="All steps")
    who = WaiverPersonChoice(
        queryset=User.objects.none(), label="Asked for or decided by", required=False, empty_label="Everybody"
    )
    sort = forms.ChoiceField(
        label="Order",
        required=False,
        choices=[
            (NEWEST, "Newest first"),
            (ENDING, "Ending first"),
            (RISKIEST, "Highest risk first"),
            (BY_STEP, "By step"),
        ],
    )

    def __init__(self, *args: Any, program: Program, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        steps: forms.ModelChoiceField = self.fields["step"]  # type: ignore[assignment]
        steps.queryset = Step.objects.filter(wave__program=program).order_by("wave__number", "number")
        people: forms.ModelChoiceField = self.fields["who"]  # type: ignore[assignment]
        people.queryset = people_in_waivers(program)

    @property
    def wanted(self) -> WaiverFilter:
        """The filter; fields that did not validate count as empty."""
        self.is_valid()
        data = self.cleaned_data
        step, who = data.get("step"), data.get("who")
        return WaiverFilter(
            state=data.get("state") or "",
            risk=data.get("risk") or "",
            step_id=step.pk if step else None,
            who_id=who.pk if who else None,
            sort=data.get("sort") or NEWEST,
        )

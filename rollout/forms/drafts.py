"""The pages of the guided start. What is valid on a page is kept even while something else on it is not."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms

from people.api import Unit, today
from rollout.forms.programs import (
    DateInput,
    UnitChoice,
    VersionChoice,
    latest_versions,
    parameter_field,
    person_named,
)
from rollout.models import Program
from rollout.models.draft_content import DraftContent
from rollout.models.playbook_content import PlaybookContent
from rollout.queries.drafts import Suggestion, UnitRow

RHYTHM = ("cycle_length_months", "lead_time_weeks")
"""Parameters that stand on the page of the dates."""
ELSEWHERE = ("area", *RHYTHM)


class DraftForm(forms.Form):
    """One page. ``answers`` are the valid fields, as ``DraftContent`` takes them."""

    def answers(self) -> dict[str, Any]:
        """Return the valid part of the page; call ``is_valid`` first."""
        return dict(self.cleaned_data)


class CharterForm(DraftForm):
    title = forms.CharField(max_length=160, help_text="As people will call it, for example “OKRs in Operations”.")
    playbook_version = VersionChoice(
        queryset=None, label="Playbook", empty_label=None, help_text="The method to follow."
    )
    goal = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Which problem of today should be gone afterwards? One or two sentences.",
    )
    approach = forms.ChoiceField(
        choices=[
            (
                Program.Approach.FULL,
                "Fully agile: everybody in the area changes. Fits markets that move fast and knowledge that is spread "
                "over many teams.",
            ),
            (
                Program.Approach.PARTIAL,
                "Mixed model: predictable areas stay as they are, and all align to one goal. Fits most companies at "
                "first.",
            ),
        ],
        widget=forms.RadioSelect,
        help_text="It decides which questions of the later steps apply.",
    )

    def __init__(self, *args: Any, answers: DraftContent, **kwargs: Any) -> None:
        initial = {name: getattr(answers, name) for name in ("title", "playbook_version", "goal", "approach")}
        super().__init__(*args, **kwargs)
        self.initial.update(initial)
        choices: forms.ModelChoiceField = self.fields["playbook_version"]  # type: ignore[assignment]
        choices.queryset = latest_versions()

    def clean_title(self) -> str:
        return " ".join(str(self.cleaned_data["title"]).split())

    def answers(self) -> dict[str, Any]:
        found = dict(self.cleaned_data)
        if version := found.pop("playbook_version", None):
            found["playbook_version"] = version.pk
        return found


class DraftParametersForm(DraftForm):
    """The playbook's parameters that are neither places nor dates. None of them has to be known today."""

    def __init__(self, *args: Any, answers: DraftContent, playbook: PlaybookContent, **kwargs: Any) -> None:
        parts = [part for part in playbook.parameters if part.key not in ELSEWHERE]
        initial = {part.key: getattr(answers, part.key, None) for part in parts}
        super().__init__(*args, **kwargs)
        self.initial.update(initial)
        for part in parts:
            self.fields[part.key] = parameter_field(part)


class UnitsField(forms.MultipleChoiceField):
    """Units that lie outside the area, as after the area was changed, are left out."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> list[str]:
        known = {str(key) for key, _ in list(self.choices)}  # type: ignore[arg-type]
        return super().clean([one for one in value or [] if one in known])


class PeopleForm(DraftForm):
    area = UnitChoice(
        queryset=Unit.objects.all(),
        empty_label="Choose the area",
        help_text="The part of the company in which the program runs. One program at a time runs in an area.",
    )
    units = UnitsField(
        required=False,
        label="Departments and teams of the pilot",
        help_text="Everybody who works in a chosen unit, and in the units below it.",
    )
    emails = forms.CharField(
        label="Also these people",
        required=False,
        max_length=200_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="E-mail addresses, one a line or separated by commas.",
    )

    def __init__(self, *args: Any, answers: DraftContent, rows: Sequence[UnitRow], **kwargs: Any) -> None:
        initial = {"area": answers.area, "units": [str(pk) for pk in answers.units], "emails": answers.emails}
        super().__init__(*args, **kwargs)
        self.initial.update(initial)
        self.rows = rows
        units: UnitsField = self.fields["units"]  # type: ignore[assignment]
        units.choices = [(str(row.unit.pk), row.unit.name) for row in rows]

    def answers(self) -> dict[str, Any]:
        found: dict[str, Any] = dict(self.cleaned_data)
        if area := found.pop("area", None):
            found["area"] = area.pk
        if "units" in found:
            found["units"] = [int(pk) for pk in found["units"]]
        return found


class RolesForm(DraftForm):
    """For each role the people suggested, to be ticked, and a line for somebody else."""

    def __init__(
        self,
        *args: Any,
        answers: DraftContent,
        playbook: PlaybookContent,
        suggestions: Mapping[str, Sequence[Suggestion]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.playbook = playbook
        for role in playbook.roles:
            self.fields[f"role-{role.key}"] = forms.MultipleChoiceField(
                label=role.title,
                required=False,
                initial=[str(pk) for pk in answers.roles.get(role.key, ())],
                widget=forms.CheckboxSelectMultiple,
                choices=[
                    (
                        str(one.person.pk),
                        f"{one.person.get_full_name()} ({one.because})" if one.because else one.person.get_full_name(),
                    )
                    for one in suggestions[role.key]
                ],
            )
            self.fields[f"other-{role.key}"] = forms.CharField(
                label="Somebody else",
                required=False,
                max_length=1000,
                initial=answers.others.get(role.key, ""),
                help_text="Names or e-mail addresses, separated by commas.",
            )

    def clean(self) -> dict[str, Any]:
        """Turn names into people; what names nobody stays as it was typed."""
        cleaned = super().clean() or {}
        self.named: dict[str, list[int]] = {}
        self.typed: dict[str, str] = {}
        for role in self.playbook.roles:
            people = [int(pk) for pk in cleaned.get(f"role-{role.key}", ())]
            unclear = []
            for text in filter(None, (part.strip() for part in str(cleaned.get(f"other-{role.key}", "")).split(","))):
                try:
                    people.append(person_named(text).pk)
                except forms.ValidationError as error:
                    unclear.append(text)
                    self.add_error(f"other-{role.key}", error)
            self.named[role.key] = list(dict.fromkeys(people))
            self.typed[role.key] = ", ".join(unclear)
        return cleaned

    def answers(self) -> dict[str, Any]:
        return {
            "roles": {key: ids for key, ids in self.named.items() if ids},
            "others": {key: text for key, text in self.typed.items() if text},
        }


class DatesForm(DraftForm):
    starts_on = forms.DateField(
        label="First day of the first cycle",
        widget=DateInput(),
        help_text="Every question and gate gets its due date from this day. It can be moved later.",
    )

    def __init__(self, *args: Any, answers: DraftContent, playbook: PlaybookContent, **kwargs: Any) -> None:
        names = ("starts_on", *RHYTHM)
        super().__init__(*args, **kwargs)
        self.initial.update({name: getattr(answers, name) for name in names})
        for part in playbook.parameters:
            if part.key in RHYTHM:
                self.fields[part.key] = parameter_field(part)

    def clean_starts_on(self) -> Any:
        day = self.cleaned_data["starts_on"]
        if day < today():
            raise forms.ValidationError("This day is past. A first cycle begins today or later.")
        return day


class InvitationsForm(forms.Form):
    opening = forms.CharField(
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="Everybody reads this first. What their role asks of them follows by itself.",
    )
    people = forms.TypedMultipleChoiceField(
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        label="Send to",
        error_messages={"required": "Nobody is chosen. Choose at least one person."},
    )

    def __init__(self, *args: Any, choices: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people: forms.TypedMultipleChoiceField = self.fields["people"]  # type: ignore[assignment]
        people.choices = choices

"""Forms of certification. They check what is typed; the services check whether it is allowed."""

from collections.abc import Mapping
from typing import Any, cast

from django import forms

from certification.models import Observation
from certification.rules import ObserverChoice
from certification.services.observations import QUOTE_LENGTH, why_not_passed
from people.api import today


class VerifyForm(forms.Form):
    number = forms.CharField(
        label="Number on the certificate",
        max_length=64,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text="Twelve characters, for example K7QW-3MHX-R9TC. Small letters and missing dashes are fine.",
    )


class BookObservationForm(forms.Form):
    requirement = forms.ChoiceField(label="What will be observed for", widget=forms.HiddenInput)
    observer = forms.ChoiceField(label="Who will watch", error_messages={"required": "Choose who will watch."})
    occasion = forms.CharField(
        label="What they will see",
        max_length=200,
        help_text="For example: planning workshop of the service team, Hamburg.",
        error_messages={"required": "Say what they will see."},
    )
    observed_on = forms.DateField(
        label="Day",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose the day."},
    )

    def __init__(
        self, *args: Any, requirements: list[tuple[str, str]], observers: list[ObserverChoice], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        requirement = cast(forms.ChoiceField, self.fields["requirement"])
        observer = cast(forms.ChoiceField, self.fields["observer"])
        requirement.choices = requirements
        if len(requirements) > 1:
            requirement.widget = forms.Select(choices=requirements)
        free = [(str(c.person.pk), c.person.get_full_name()) for c in observers if c.answer is True]
        # Those who may not are offered too: who picks them reads why, and learns more than from a gap.
        others = [
            (str(c.person.pk), f"{c.person.get_full_name()} (not possible)") for c in observers if c.answer is not True
        ]
        observer.choices = [("", "Choose somebody"), *free, *others]


AFTER_THE_SCORES = ("feedback", "outcome", "coaching_goal")


class RecordObservationForm(forms.Form):
    """One score and one quote per criterion of the pinned rubric, named ``score_<key>`` and ``quote_<key>``."""

    observed_on = forms.DateField(
        label="Day it took place",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Say on which day you watched."},
    )
    feedback = forms.CharField(
        label="Feedback to the candidate",
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What went well, and what to try next time.",
    )
    outcome = forms.ChoiceField(
        label="Outcome",
        choices=Observation.Outcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose how it ended."},
    )
    coaching_goal = forms.CharField(
        label="Coaching goal",
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Needed only with “passed with a coaching goal”: what to work on until when.",
    )

    def __init__(self, *args: Any, rubric: Mapping[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rubric = rubric
        for criterion in rubric["criteria"]:
            key, title = criterion["key"], criterion["title"]
            self.fields[f"score_{key}"] = forms.TypedChoiceField(
                label=title,
                choices=[(str(score), str(score)) for score in range(1, 5)],
                coerce=int,
                widget=forms.RadioSelect,
                error_messages={"required": "Choose a score from 1 to 4."},
            )
            self.fields[f"quote_{key}"] = forms.CharField(
                label=f"What you heard or saw: {title}",
                max_length=QUOTE_LENGTH,
                widget=forms.Textarea(attrs={"rows": 3}),
                error_messages={"required": "Quote a remark or a moment that shows the score."},
            )
        # Errors are listed on top in the order in which the fields stand on the page.
        self.order_fields([*(name for name in self.fields if name not in AFTER_THE_SCORES), *AFTER_THE_SCORES])

    @property
    def criteria(self) -> list[dict[str, Any]]:
        """Each criterion of the rubric with its two fields and the words beside each score."""
        rows = []
        for criterion in self.rubric["criteria"]:
            score = self[f"score_{criterion['key']}"]
            rows.append(
                {
                    **criterion,
                    "score": score,
                    "quote": self[f"quote_{criterion['key']}"],
                    "choices": [
                        {
                            "value": value,
                            "id": f"{score.auto_id}_{value}",
                            "anchor": criterion["anchors"][value],
                            "is_checked": str(score.value() or "") == value,
                        }
                        for value in "1234"
                    ],
                }
            )
        return rows

    @property
    def scores(self) -> list[dict[str, Any]]:
        """The cleaned scores as the service takes them."""
        return [
            {
                "criterion": criterion["key"],
                "score": self.cleaned_data[f"score_{criterion['key']}"],
                "quote": self.cleaned_data[f"quote_{criterion['key']}"],
            }
            for criterion in self.rubric["criteria"]
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if (day := cleaned.get("observed_on")) and day > today():
            self.add_error("observed_on", "This day lies in the future. Enter the day on which it took place.")
        outcome = cleaned.get("outcome")
        if outcome == Observation.Outcome.PASSED_WITH_GOAL and not (cleaned.get("coaching_goal") or "").strip():
            self.add_error("coaching_goal", "Name the coaching goal that comes with this pass.")
        has_all_scores = all(f"score_{criterion['key']}" in cleaned for criterion in self.rubric["criteria"])
        if outcome in Observation.PASSING and has_all_scores:
            given = [
                {"criterion": criterion["key"], "score": cleaned[f"score_{criterion['key']}"]}
                for criterion in self.rubric["criteria"]
            ]
            if reason := why_not_passed(self.rubric, given):
                self.add_error("outcome", f"{reason} Choose “{Observation.Outcome.REPEAT.label}”.")
        return cleaned


class RevokeForm(forms.Form):
    reason = forms.CharField(
        label="Reason",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The holder and people leads can read it; the public page shows only the date.",
        error_messages={"required": "Say why it is revoked."},
    )

"""What people say about a checklist item, and waivers."""

from typing import Any

from django import forms

from rollout.forms.programs import DateInput
from rollout.models import Waiver
from rollout.rules.statements import may_link_to
from rollout.rules.uploads import ACCEPTED


class StatementForm(forms.Form):
    """One form for all statements; which fields are shown follows from ``deed``."""

    NEEDS_TEXT = ("reject", "withdraw", "not_applicable")
    LABELS = {
        "attest": "What did you look at?",
        "document": "What does it show?",
        "claim": "What did you look at?",
        "confirm": "What did you look at?",
        "reject": "What is missing?",
        "withdraw": "Why is it no longer true?",
        "not_applicable": "Why does it not apply here?",
    }

    text = forms.CharField(required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))
    link = forms.CharField(
        label="Link to the page or document",
        required=False,
        max_length=500,
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )
    file = forms.FileField(label="File", required=False, help_text=f"{ACCEPTED}; at most 10 MB.")

    def __init__(self, *args: Any, deed: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"prefix": deed, **kwargs})
        self.deed = deed
        self.fields["text"].label = self.LABELS[deed]
        self.fields["text"].required = deed in self.NEEDS_TEXT
        if deed not in ("document", "claim"):
            del self.fields["link"], self.fields["file"]

    def clean_link(self) -> str:
        link = str(self.cleaned_data["link"])
        if link and (answer := may_link_to(link)) is not True:
            raise forms.ValidationError(answer.reason)
        return link

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.deed == "document" and not self.errors and not cleaned.get("link") and not cleaned.get("file"):
            self.add_error("link", "Give a link or a file that shows the answer.")
        return cleaned


class WaiverForm(forms.ModelForm):
    class Meta:
        model = Waiver
        fields = ("reason", "risk", "compensating_action", "expires_on")
        labels = {
            "reason": "Why can it not be met in time?",
            "risk": "How high is the risk?",
            "compensating_action": "What is done instead?",
            "expires_on": "Last day of the waiver",
        }
        help_texts = {
            "expires_on": "On the day after, the question is open again.",
            "risk": "A high risk is approved by two people.",
        }
        widgets = {
            "reason": forms.Textarea(attrs={"rows": 3}),
            "compensating_action": forms.Textarea(attrs={"rows": 3}),
            "expires_on": DateInput(),
            "risk": forms.RadioSelect,
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["risk"] = forms.ChoiceField(
            choices=Waiver.Risk.choices,
            widget=forms.RadioSelect,
            label=self.Meta.labels["risk"],
            help_text=self.Meta.help_texts["risk"],
        )

    def _post_clean(self) -> None:
        """The form carries no item; the service makes the row and checks it there."""


class DecideWaiverForm(forms.Form):
    deed = forms.ChoiceField(choices=[("approve", "Approve"), ("reject", "Reject"), ("revoke", "Take back")])
    reason = forms.CharField(required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2}))

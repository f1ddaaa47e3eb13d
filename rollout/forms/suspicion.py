"""Reopening a gate, and confirming one again."""

from django import forms


class ReopenForm(forms.Form):
    """``acknowledged`` is the mark of the preview on screen; ``has_read`` says that it was looked at."""

    acknowledged = forms.CharField(max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why is this gate reopened?",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="Everybody who worked on these steps reads it.",
    )
    has_read = forms.BooleanField(
        label="I have read what this affects.",
        error_messages={"required": "Read what is affected, then tick this."},
    )


class ReconfirmForm(forms.Form):
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="It stays with the confirmation.",
    )

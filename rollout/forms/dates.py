"""Forms about time: pausing, due dates, meetings. They check shape; whether something is allowed, the services say."""

from collections.abc import Sequence
from datetime import time
from typing import Any

from django import forms

from rollout.forms.programs import DateInput
from rollout.models.playbook_content import MeetingContent


class PauseForm(forms.Form):
    reason = forms.CharField(
        label="Why does the program pause?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Everybody who carries the program reads this.",
    )
    expected_until = forms.DateField(
        label="Expected to go on",
        required=False,
        widget=DateInput(),
        help_text="A hint only. The program goes on when somebody resumes it.",
    )


class DueDateForm(forms.Form):
    """One due date; empty gives it back to the playbook."""

    due_on = forms.DateField(label="Due on", required=False, widget=DateInput())


class TimeInput(forms.TimeInput):
    """The browser's own time picker."""

    input_type = "time"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(format="%H:%M", **kwargs)


class MeetingTimesForm(forms.Form):
    """The time of day of each kind of meeting."""

    def __init__(self, *args: Any, parts: Sequence[MeetingContent], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for part in parts:
            self.fields[part.key] = forms.TimeField(label=part.title, required=False, widget=TimeInput())

    @property
    def times(self) -> dict[str, time]:
        return {key: at for key, at in self.cleaned_data.items() if at is not None}


class MoveMeetingForm(forms.Form):
    starts_on = forms.DateField(label="Day", widget=DateInput())
    starts_at = forms.TimeField(label="Time", widget=TimeInput())
    minutes = forms.IntegerField(min_value=1, max_value=600)


class CancelMeetingForm(forms.Form):
    reason = forms.CharField(
        label="Why is it called off?", max_length=300, help_text="The team reads this in the calendar."
    )

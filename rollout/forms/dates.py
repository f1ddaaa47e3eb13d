"""Forms about time: pausing, due dates. They check shape; whether something is allowed, the services say."""

from django import forms

from rollout.forms.programs import DateInput


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

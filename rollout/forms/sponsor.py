"""What a sponsor says on one page: yes, back, or a question."""

from django import forms


class ApproveForm(forms.Form):
    submission = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="A word with it", required=False, max_length=4000, widget=forms.Textarea(attrs={"rows": 2})
    )


class ReturnForm(forms.Form):
    submission = forms.IntegerField(widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)
    reason = forms.CharField(
        label="What has to be done first",
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It stays with the decision and goes to the project lead.",
    )


class QuestionForm(forms.Form):
    submission = forms.IntegerField(widget=forms.HiddenInput)
    question = forms.CharField(
        label="What do you want to know?", max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class AnswerForm(forms.Form):
    answer = forms.CharField(label="Your answer", max_length=4000, widget=forms.Textarea(attrs={"rows": 3}))

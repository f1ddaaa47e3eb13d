from django import forms

from cms.queries.kinds import KINDS


class SearchForm(forms.Form):
    """What to search for, and optionally in which kind of thing."""

    q = forms.CharField(
        label="Search",
        required=False,
        max_length=200,
        widget=forms.TextInput(
            attrs={"type": "search", "autocomplete": "off", "placeholder": "check-in, key result …"}
        ),
    )
    kind = forms.ChoiceField(required=False, choices=[("", "Everything"), *KINDS.items()], widget=forms.HiddenInput)


class GlossarySearchForm(forms.Form):
    """A word to look up."""

    q = forms.CharField(
        label="Find a word",
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )

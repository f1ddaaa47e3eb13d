"""What allauth's own account pages may not do here."""

from allauth.account.forms import AddEmailForm
from django import forms


class ClosedAddEmailForm(AddEmailForm):
    """The e-mail is how the people file recognizes somebody, so nobody adds or changes it by themselves."""

    def clean_email(self) -> str:
        raise forms.ValidationError(
            "Your sign-in e-mail comes from your company’s people file. A people lead can change it."
        )

"""Accounts in the admin: people sign in by e-mail, and are turned off rather than deleted."""

from typing import Any

from django import forms
from django.conf import settings
from wagtail.users.forms import UserCreationForm, UserEditForm
from wagtail.users.views.bulk_actions import DeleteBulkAction
from wagtail.users.views.users import UserViewSet

from people.models import User
from people.models.organization import validate_time_zone


class AccountFields(forms.ModelForm):
    """What both account forms check: one account per e-mail in any case, a known language and time zone."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(choices=settings.LANGUAGES, initial="en")
        self.fields["is_staff"].label = "Show the way to the administration"
        self.fields["is_staff"].help_text = "Entering it takes one of the groups, or an administrator."
        self.fields["time_zone"].validators.append(validate_time_zone)

    def clean_email(self) -> str:
        email: str = self.cleaned_data["email"].lower()
        if User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk).exists():
            raise forms.ValidationError("Somebody has an account with this e-mail already.")
        return email


class PersonCreationForm(AccountFields, UserCreationForm):
    """Without a password the person sets one by mail."""

    password_required = False

    class Meta(UserCreationForm.Meta):
        fields = UserCreationForm.Meta.fields | {"language", "time_zone", "is_staff"}

    def save(self, commit: bool = True) -> User:
        if not self.cleaned_data.get("password1"):
            self.instance.set_unusable_password()
        person: User = super().save(commit=commit)
        return person


class PersonEditForm(AccountFields, UserEditForm):
    class Meta(UserEditForm.Meta):
        fields = UserEditForm.Meta.fields | {"language", "time_zone", "is_staff"}


class PersonViewSet(UserViewSet):
    """Wagtail's own account pages with our forms."""

    menu_label = "Accounts"

    def get_form_class(self, for_update: bool = False) -> type[forms.ModelForm]:
        return PersonEditForm if for_update else PersonCreationForm


class KeepPeople(DeleteBulkAction):
    """Stands in for Wagtail's bulk deletion: nobody is deleted, accounts are turned off."""

    action_priority = 10

    def check_perm(self, obj: User) -> bool:
        return False

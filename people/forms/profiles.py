"""What people choose for themselves."""

from zoneinfo import available_timezones

from django import forms
from django.conf import settings

from people.models import User
from people.queries.organization import organization_zone_name


class ProfileForm(forms.Form):
    """Language and time zone; both are kept by later imports."""

    language = forms.ChoiceField(
        help_text="Used wherever a text exists in it. Pages and mails are in English for now.",
    )
    time_zone = forms.ChoiceField(
        label="Time zone",
        required=False,
        help_text="Times are shown in it. Deadlines stay with the organization's calendar.",
    )

    def __init__(self, *args: object, person: User, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        zones = sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/"))
        language, zone = self.fields["language"], self.fields["time_zone"]
        if isinstance(language, forms.ChoiceField) and isinstance(zone, forms.ChoiceField):
            language.choices = settings.LANGUAGES
            zone.choices = [
                ("", f"As the organization: {organization_zone_name()}"),
                *((z, z.replace("_", " ")) for z in zones),
            ]
        self.initial.setdefault("language", person.language)
        self.initial.setdefault("time_zone", person.time_zone)

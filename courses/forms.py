"""Forms of the courses screens: catalog filter, a session to plan, the answers of a quiz."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Self, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import from_current_timezone
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString, mark_safe

from courses.models import CoursePage, QuestionVersion
from courses.queries.screens import LENGTHS
from people.api import Persona, User


class CatalogFilter(forms.Form):
    """Search and filters of the catalog. Values that are no choice are dropped: an old bookmark still works."""

    q = forms.CharField(label="Search", max_length=80, required=False, widget=forms.TextInput({"type": "search"}))
    persona = forms.ChoiceField(label="For", required=False, choices=[("", "Everyone"), *Persona.choices])
    topic = forms.ChoiceField(required=False, choices=[("", "Any topic"), *CoursePage.Topic.choices])
    level = forms.ChoiceField(required=False, choices=[("", "Any level"), *CoursePage.Level.choices])
    format = forms.ChoiceField(required=False, choices=[("", "Any format"), *CoursePage.Format.choices])
    length = forms.ChoiceField(
        required=False, choices=[("", "Any length"), *((name, words) for name, (words, _) in LENGTHS.items())]
    )

    @classmethod
    def from_query(cls, query: QueryDict) -> Self:
        """Return a valid, bound form for the address's query."""
        kept = {}
        for name, field in cls.base_fields.items():
            value = query.get(name, "").replace("\x00", "").strip()[:80]
            if not isinstance(field, forms.ChoiceField) or field.valid_value(value):
                kept[name] = value
        form = cls(kept)
        form.full_clean()
        return form

    def selects(self) -> SafeString:
        """The filters with their labels, put together here: widgets would cost as much as the rest of the page."""
        boxes = []
        for name, field in self.fields.items():
            if isinstance(field, forms.ChoiceField):
                chosen = self.cleaned_data.get(name, "")
                pairs = cast(Iterable[tuple[str, str]], field.choices)
                options = format_html_join(
                    "",
                    '<option value="{}"{}>{}</option>',
                    ((value, mark_safe(" selected") if value == chosen else "", words) for value, words in pairs),
                )
                boxes.append((name, field.label or name.capitalize(), name, name, options))
        field_html = '<div class="field"><label for="id_{}">{}</label><select id="id_{}" name="{}">{}</select></div>'
        return format_html_join("", field_html, boxes)

    @property
    def chosen(self) -> dict[str, str]:
        """The filters that were set."""
        return {name: value for name, value in self.cleaned_data.items() if value}


class SessionForm(forms.Form):
    """A session to plan. Times are wall-clock times in the current time zone, named beside the fields."""

    course = forms.ModelChoiceField(
        CoursePage.objects.none(),
        to_field_name="key",
        empty_label="Choose a course",
        error_messages={"required": "Choose the course that it belongs to."},
    )
    title = forms.CharField(
        max_length=160,
        help_text="What people see in the list and in their calendar.",
        error_messages={"required": "Give it a title."},
    )
    day = forms.DateField(
        label="Day",
        widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"),
        error_messages={"required": "Choose the day."},
    )
    starts = forms.TimeField(
        label="Starts at",
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={"required": "Say when it starts."},
    )
    ends = forms.TimeField(
        label="Ends at",
        widget=forms.TimeInput({"type": "time"}, format="%H:%M"),
        error_messages={"required": "Say when it ends."},
    )
    place = forms.CharField(
        max_length=200,
        help_text="A room or a link.",
        error_messages={"required": "Say where it takes place, or give the link."},
    )
    seats = forms.IntegerField(
        min_value=1,
        max_value=1000,
        initial=12,
        error_messages={"required": "Say how many people can take part."},
    )
    lead_trainer = forms.ModelChoiceField(
        User.objects.none(), required=False, empty_label="Nobody from here", help_text="A colleague who trains."
    )
    external_trainer = forms.CharField(
        max_length=160, required=False, help_text="Name and company, when the trainer has no account here."
    )

    def __init__(self, *args: Any, trainers: Any, is_change: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_change:
            self.fields["course"].disabled = True
            self.fields["course"].help_text = "Stays as it is: seats were booked for it."
        courses = self.fields["course"]
        trainer = self.fields["lead_trainer"]
        assert isinstance(courses, forms.ModelChoiceField)  # noqa: S101 - narrows the type
        assert isinstance(trainer, forms.ModelChoiceField)  # noqa: S101 - narrows the type
        courses.queryset = (CoursePage.objects.all() if is_change else CoursePage.objects.live()).order_by("title")
        trainer.queryset = trainers
        zone = str(timezone.get_current_timezone())
        for name in ("starts", "ends"):
            self.fields[name].help_text = f"Time in {zone.replace('_', ' ')}."

    def clean(self) -> dict[str, Any]:
        """Put day and times together and name what does not fit: order, missing or double trainer, skipped hour."""
        data = super().clean() or {}
        if data.get("day") and data.get("starts") and data.get("ends"):
            for target, name in (("starts_at", "starts"), ("ends_at", "ends")):
                try:
                    data[target] = from_current_timezone(datetime.combine(data["day"], data[name]))
                except ValidationError:
                    self.add_error(name, "The clocks change at this time. Choose another one.")
            if data.get("starts_at") and data.get("ends_at") and data["ends_at"] <= data["starts_at"]:
                self.add_error("ends", "The session must end after it starts.")
        if data.get("lead_trainer") and data.get("external_trainer"):
            self.add_error("external_trainer", "Name either a colleague or an external trainer, not both.")
        return data


class SeatForm(forms.Form):
    """A colleague to book a seat for, by address; ``cleaned_data["person"]`` is the colleague."""

    email = forms.EmailField(
        label="E-mail",
        help_text="The address your colleague signs in with.",
        error_messages={
            "required": "Type the e-mail of whom the seat is for.",
            "invalid": "This is not an e-mail address.",
        },
    )

    def clean(self) -> dict[str, Any]:
        """Find the person behind the address, in any case of letters."""
        data = super().clean() or {}
        if email := data.get("email"):
            data["person"] = User.objects.filter(email__iexact=email).first()
            if data["person"] is None:
                self.add_error("email", "Nobody here has this address. Look for a typing mistake.")
        return data


class MalformedAnswersError(Exception):
    """The posted answers do not belong to the questions of the attempt; ``str()`` says so to the learner."""


class AnswersForm(forms.Form):
    """One question of an attempt after the other, each as radio buttons or boxes to tick."""

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        questions: Sequence[QuestionVersion],
        saved: Mapping[int, Sequence[str]] | None = None,
    ) -> None:
        super().__init__(data)
        saved = saved or {}
        for number, question in enumerate(questions, 1):
            choices = [(choice["id"], choice["text"]) for choice in question.choices]
            chosen = list(saved.get(question.pk, []))
            options: dict[str, Any] = {
                "label": f"Question {number}",
                "choices": choices,
                "error_messages": {"required": "Choose an answer."},
            }
            if question.kind == "multiple":
                options["error_messages"]["required"] = "Choose at least one answer."
                field: forms.ChoiceField = forms.MultipleChoiceField(
                    widget=forms.CheckboxSelectMultiple, initial=chosen, **options
                )
            else:
                field = forms.ChoiceField(widget=forms.RadioSelect, initial=chosen[0] if chosen else None, **options)
            self.fields[self.name_of(question.pk)] = field

    @staticmethod
    def name_of(question_id: int) -> str:
        return f"q-{question_id}"

    @property
    def answers(self) -> dict[int, list[str]]:
        """The chosen choices by question id, of a valid form."""
        found = {}
        for name, value in self.cleaned_data.items():
            found[int(name.removeprefix("q-"))] = [value] if isinstance(value, str) else list(value)
        return found

    def check_shape(self) -> None:
        """Raise ``MalformedAnswersError`` when the post names foreign questions or choices: no browser does."""
        for name in self.data:
            if name.startswith("q-") and name not in self.fields:
                raise MalformedAnswersError(
                    "These answers belong to another quiz. Nothing was changed: please answer here."
                )
        for name, field in self.fields.items():
            posted = self.data.getlist(name) if isinstance(self.data, QueryDict) else []
            known = {key for key, _ in field.choices}  # type: ignore[attr-defined]
            if not set(posted) <= known or (len(posted) > 1 and not isinstance(field, forms.MultipleChoiceField)):
                raise MalformedAnswersError(
                    f"The answer to {str(field.label).lower()} is not one of its choices. "
                    "Nothing was changed: please choose again."
                )

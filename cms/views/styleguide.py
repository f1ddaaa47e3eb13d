"""Every shared component on one page, in every state: for those who build screens, in development only."""

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from cms.templatetags.components import GATES, STATUSES
from people.api import Refusal

READ_AT = datetime(2026, 3, 9, 8, 30, tzinfo=UTC)


class SampleForm(forms.Form):
    """One field of every kind."""

    name = forms.CharField(help_text="As it should stand on the certificate.", max_length=80)
    reason = forms.CharField(widget=forms.Textarea, required=False, label="Why now?")
    due_on = forms.DateField(label="Due on", widget=forms.DateInput(attrs={"type": "date"}))
    team = forms.ChoiceField(choices=[("", "Choose a team"), ("it", "Rechnungswesen und Beschaffungslogistik")])
    risk = forms.ChoiceField(
        widget=forms.RadioSelect, choices=[("low", "Low"), ("medium", "Medium"), ("high", "High")], initial="low"
    )
    topics = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        choices=[("writing", "Writing key results"), ("rhythm", "Check-ins and reviews"), ("align", "Alignment")],
        required=False,
        help_text="As many as you like.",
    )
    people = forms.FileField(label="People file", help_text="CSV in UTF-8, at most 10 MB.", required=False)
    agree = forms.BooleanField(label="I have told the works council", help_text="The date is recorded.")


def sample_person(first_name: str, last_name: str) -> SimpleNamespace:
    name = f"{first_name} {last_name}"
    return SimpleNamespace(initials=first_name[0] + last_name[0], get_full_name=lambda: name)


def sample_steps(current: int) -> list[SimpleNamespace]:
    """Return eight steps as a wave shows them, one of each kind."""
    titles = (
        "Prepare",
        "Involve people",
        "Find the coaches",
        "Draft together",
        "Align",
        "Commit",
        "Work and check in",
        "Review",
    )
    looks = [
        ("passed", "passed"),
        ("conditional", "conditional"),
        ("suspect", "suspect"),
        ("passed", "passed"),
        ("open", "ready"),
        ("locked", "closed"),
        ("locked", "closed"),
        ("locked", "closed"),
    ]
    return [
        SimpleNamespace(number=number, title=title, url="#rail", state=state, gate=gate, is_current=number == current)
        for number, (title, (state, gate)) in enumerate(zip(titles, looks, strict=True), start=1)
    ]


def sample_findings() -> list[SimpleNamespace]:
    """Return findings in the shape that the gate room shows."""
    trained = {
        "status": "not_met",
        "summary": "38 of 41 role holders have finished their training",
        "missing": [
            {"person_id": 1, "name": "Aurélie Desrosiers", "what": "Leading with OKRs"},
            {"person_id": 2, "name": "Maximilian Freiherr von Oberndorff-Weizenkirchen", "what": "OKR foundations"},
        ],
        "missing_count": 3,
        "warnings": [],
        "fix_label": "Assign the course",
        "fix_url": "#finding",
        "as_of": READ_AT,
    }
    met = trained | {
        "status": "met",
        "summary": "110 people are on the frozen roster",
        "missing": [],
        "missing_count": 0,
        "warnings": ["110 is above the rule of thumb of 100 for a pilot."],
    }
    unknown = met | {"status": "unknown", "summary": "The survey has not been read yet", "warnings": []}
    return [SimpleNamespace(**facts) for facts in (trained, met, unknown)]


def sample_rows() -> list[dict[str, Any]]:
    names = [
        ("Jana", "Nováková", "completed", 8, "Product owner"),
        ("Maximilian", "Freiherr von Oberndorff-Weizenkirchen", "overdue", 3, "Abteilungsleiter Beschaffungslogistik"),
        ("Li", "Wei", "in_progress", 5, "Engineer"),
        ("Oyelaran", "Adéṣínà", "due_soon", 0, "Facility manager"),
    ]
    return [
        {"person": sample_person(first, last), "state": state, "done": done, "job": job, "due_on": date(2026, 3, 27)}
        for first, last, state, done, job in names
    ]


def styleguide(request: HttpRequest) -> HttpResponse:
    """Show every component; ``?errors=1`` shows the form after a failed attempt."""
    messages.success(request, "Saved. The lead sees it from now on.")
    form = SampleForm({"name": "", "due_on": "tomorrow"}) if "errors" in request.GET else SampleForm()
    everything = Paginator(range(400), 20)
    return render(
        request,
        "cms/styleguide.html",
        {
            "form": form,
            "statuses": list(STATUSES),
            "gates": list(GATES),
            "steps": sample_steps(5),
            "findings": sample_findings(),
            "rows": sample_rows(),
            "somebody": sample_person("Aurélie", "Desrosiers"),
            "refusal": Refusal(
                reason="Enrollment opens when the gate of step 4 has passed; three must items are still open.",
                owed_by="Jana Nováková, project lead",
                fix_label="Open the gate room",
                fix_url="#refusal",
                waived_by="The sponsor",
            ),
            "entries": [
                {"at": READ_AT, "by": "Amara Okafor", "title": "Passed with conditions", "icon": "circle-alert",
                 "text": "Two teams still name a coach by 27 March."},
                {"at": READ_AT, "by": "Jana Nováková", "title": "Submitted for a decision", "icon": "send"},
                {"at": date(2026, 2, 27), "title": "Roster frozen with 110 people", "icon": "users"},
            ],
            "page_obj": everything.get_page(request.GET.get("page", 4)),
            "answers": [2, 3, 5, 14, 9],
            "few_answers": [0, 1, 0, 2, 1],
            "tones": ["accent", "met", "due", "blocked", "unknown", "waived"],
        },
    )  # fmt: skip

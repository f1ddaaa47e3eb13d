"""/people/calendars/: the working week and the holidays of every unit. For people leads; nobody else knows the page."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from people.forms.calendars import CalendarUnitForm, HolidayForm, WorkingWeekForm
from people.models import Holiday, Unit, User, WorkingCalendar
from people.models.calendars import WEEKDAYS
from people.queries.calendar import today
from people.queries.working_days import working_days_of
from people.rules import may_look_after_people
from people.services.calendars import add_holiday, remove_holiday, set_working_week


def _people_lead(request: HttpRequest) -> User:
    """Return the signed-in people lead; anybody else gets 404."""
    if isinstance(request.user, User) and may_look_after_people(request.user):
        return request.user
    raise Http404


def week_in_words(weekdays: frozenset[int]) -> str:
    """“Monday to Friday”, or the days one by one."""
    days = sorted(weekdays)
    names = [WEEKDAYS[day - 1].capitalize() for day in days]
    if len(days) > 2 and days == list(range(days[0], days[-1] + 1)):
        return f"{names[0]} to {names[-1]}"
    return ", ".join(names)


@login_required
@require_GET
def calendar_list(request: HttpRequest) -> HttpResponse:
    """Every unit that has a calendar of its own, and the way to give one to another."""
    _people_lead(request)
    if request.GET.get("unit"):
        form = CalendarUnitForm(request.GET)
        if form.is_valid():
            return redirect("people:calendar", form.cleaned_data["unit"].code)
    else:
        form = CalendarUnitForm()
    calendars = WorkingCalendar.objects.select_related("unit").prefetch_related("holidays").order_by("unit__path")
    rows = [
        {"calendar": calendar, "week": week_in_words(calendar.weekdays), "holidays": len(calendar.holidays.all())}
        for calendar in calendars
    ]
    return render(request, "people/calendar_list.html", {"rows": rows, "form": form})


@login_required
@require_http_methods(["GET", "POST"])
def calendar_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One unit's week and holidays, with those it inherits; saves the week."""
    lead, unit = _people_lead(request), get_object_or_404(Unit, code=code)
    if request.method != "POST":
        return _page(request, unit)
    form = WorkingWeekForm(request.POST)
    if not form.is_valid():
        return _page(request, unit, week=form, status=422)
    set_working_week(unit=unit, actor=lead, weekdays=form.numbers)
    messages.success(request, f"Saved. It counts for {unit.name} and every unit below that has no week of its own.")
    return redirect("people:calendar", code)


@login_required
@require_POST
def holiday_add(request: HttpRequest, code: str) -> HttpResponse:
    """Add a day off."""
    lead, unit = _people_lead(request), get_object_or_404(Unit, code=code)
    form = HolidayForm(request.POST)
    if not form.is_valid():
        return _page(request, unit, holiday=form, status=422)
    holiday = add_holiday(unit=unit, actor=lead, **form.cleaned_data)
    messages.success(request, f"{holiday.name} is a day off. Due dates and meetings move only when somebody says so.")
    return redirect("people:calendar", code)


@login_required
@require_POST
def holiday_remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a day off out again."""
    lead, unit = _people_lead(request), get_object_or_404(Unit, code=code)
    holiday = get_object_or_404(Holiday, pk=pk, calendar__unit=unit)
    remove_holiday(holiday=holiday, actor=lead)
    messages.success(request, f"{holiday.name} is a working day again.")
    return redirect("people:calendar", code)


def _page(
    request: HttpRequest,
    unit: Unit,
    *,
    week: WorkingWeekForm | None = None,
    holiday: HolidayForm | None = None,
    status: int = 200,
) -> HttpResponse:
    days = working_days_of(unit)
    above = unit.get_ancestors()
    inherited = Holiday.objects.filter(calendar__unit__in=above).select_related("calendar__unit").order_by("day")
    own = WorkingCalendar.objects.filter(unit=unit).prefetch_related("holidays").first()
    context: dict[str, Any] = {
        "unit": unit,
        "week": week_in_words(days.weekdays),
        "has_own": own is not None,
        "own": own.holidays.all() if own is not None else (),
        "inherited": inherited,
        "week_form": week or WorkingWeekForm(initial={"weekdays": [str(day) for day in sorted(days.weekdays)]}),
        "holiday_form": holiday or HolidayForm(),
        "today": today(),
    }
    return render(request, "people/calendar_detail.html", context, status=status)

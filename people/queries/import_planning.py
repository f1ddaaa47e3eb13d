"""Comparing a people file with what is known. A fixed number of queries, whatever the file's length."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from allauth.account.models import EmailAddress
from django.db.models import Max

from people.models import Membership, User
from people.queries.calendar import today
from people.queries.import_plan import FieldChange, ImportPlan, PersonChange
from people.queries.import_units import UnitBook, unit_key
from people.queries.people_file import PersonRow, Problem, read_people_file


@dataclass(slots=True)
class Place:
    """An open membership."""

    membership_id: int
    unit_id: int
    manager_id: int | None
    job_title: str
    location: str
    hired_on: date
    started_on: date


@dataclass(slots=True)
class Known:
    """One person in the database."""

    person_id: int
    email: str
    first_name: str
    last_name: str
    language: str
    time_zone: str
    is_active: bool
    is_superuser: bool
    has_own_profile: bool = False
    place: Place | None = None
    last_day: date | None = None


def plan_people_import(content: bytes) -> ImportPlan:
    """Return what applying the file would do today, with every bad row. Six queries; nothing is written."""
    day = today()
    file = read_people_file(content, day=day)
    plan = ImportPlan(row_count=file.row_count, problems=file.problems, notices=file.notices)
    if file.rows:
        _Planner(plan, file.rows, file.lines, day).run()
    plan.problems.sort(key=lambda problem: (problem.line, problem.column))
    return plan


class _Planner:
    def __init__(self, plan: ImportPlan, rows: list[PersonRow], lines: dict[str, int], day: date) -> None:
        self.plan, self.rows, self.lines, self.day = plan, rows, lines, day
        self.people = self._load_people()
        self.emails = {known.person_id: email for email, known in self.people.items()}
        self.by_email = {row.email: row for row in rows}
        self.leaving = {row.email for row in rows if row.left_on and row.left_on <= day}
        self.units = UnitBook([row for row in rows if row.email not in self.leaving], plan.problems)

    def run(self) -> None:
        self._check_managers()
        self._check_addresses()
        skipped, later, off = 0, 0, 0
        for row in self.rows:
            known = self.people.get(row.email)
            if row.email in self.leaving:
                skipped += self._plan_leaver(row, known)
                continue
            later += row.left_on is not None
            if known is None:
                self._plan_joiner(row)
            else:
                off += self._plan_known(row, known)
        self.plan.units = self.units.changes()
        self.plan.unit_ids = self.units.ids()
        self.plan.missing = sum(
            known.place is not None and known.is_active and email not in self.lines
            for email, known in self.people.items()
        )
        for number, words in (
            (skipped, "Left before they were ever here (skipped)"),
            (later, "Leave later (import again on or after that day to end their membership)"),
            (off, "Have an account that was turned off by hand (it stays off)"),
            (len(self.plan.addresses), "Get the verified sign-in address that they lack"),
            (self._left_behind(), "Would still report to somebody who leaves, and are not in the file"),
        ):
            if number:
                self.plan.notices.append(f"{words}: {number:,}.")

    # --- what is known ----------------------------------------------------------------------------

    def _load_people(self) -> dict[str, Known]:
        fields = ("pk", "email", "first_name", "last_name", "language", "time_zone", "is_active", "is_superuser")
        people: dict[str, Known] = {}
        by_id: dict[int, Known] = {}
        for *values, saved_at in User.objects.order_by("pk").values_list(*fields, "profile_saved_at"):
            known = Known(*values)
            known.has_own_profile = saved_at is not None
            people[known.email.lower()] = by_id[known.person_id] = known
        places = Membership.objects.open().order_by("pk")
        columns = ("person_id", "pk", "unit_id", "manager_id", "job_title", "location", "hired_on", "started_on")
        for person_id, *place in places.values_list(*columns):
            by_id[person_id].place = Place(*place)
        ended = Membership.objects.filter(ended_on__isnull=False).order_by()
        for person_id, last_day in ended.values_list("person_id").annotate(Max("ended_on")):
            by_id[person_id].last_day = last_day
        return people

    def _check_addresses(self) -> None:
        """Find people without a verified sign-in address, and addresses that somebody else has verified."""
        rows = EmailAddress.objects.filter(verified=True).order_by("pk")
        owners = {
            email.lower(): (user_id, primary)
            for email, user_id, primary in rows.values_list("email", "user_id", "primary")
        }
        for row in self.rows:
            owner, known = owners.get(row.email), self.people.get(row.email)
            if owner and (known is None or owner[0] != known.person_id):
                reason = f"“{row.email}” is a second sign-in address of {self.emails.get(owner[0], 'somebody else')}."
                self._problem(row, "email", reason)
            elif known and row.email not in self.leaving and owner != (known.person_id, True):
                self.plan.addresses.append(known.person_id)

    # --- managers ---------------------------------------------------------------------------------

    def _problem(self, row: PersonRow, column: str, reason: str) -> None:
        self.plan.problems.append(Problem(row.line, column, reason))

    def _check_managers(self) -> None:
        for row in self.rows:
            manager = row.manager_email
            if not manager or row.email in self.leaving:
                continue
            if manager == row.email:
                self._problem(row, "manager_email", "Nobody can be their own manager.")
            elif manager in self.leaving:
                self._problem(
                    row, "manager_email", f"“{manager}” leaves on {self.by_email[manager].left_on}: name somebody else."
                )
            elif manager not in self.lines:
                known = self.people.get(manager)
                if known is None:
                    self._problem(
                        row, "manager_email", f"Nobody has the e-mail “{manager}”, neither in the file nor in Pilotage."
                    )
                elif not known.is_active:
                    self._problem(row, "manager_email", f"“{manager}” has left: name somebody else.")
        for circle in self._circles():
            for email in circle:
                if culprit := self.by_email.get(email):
                    around = " → ".join([*circle[circle.index(email) :], *circle[: circle.index(email)], email])
                    self._problem(culprit, "manager_email", f"The reporting line runs in a circle: {around}.")

    def _managers(self) -> dict[str, str]:
        """Return everybody's manager as it would be after the import."""
        managers = {}
        for email, known in self.people.items():
            if known.place and known.place.manager_id:
                managers[email] = self.emails[known.place.manager_id].lower()
        for row in self.rows:
            if row.email in self.leaving or row.manager_email == "":
                managers.pop(row.email, None)
            elif row.manager_email and row.manager_email != row.email:
                managers[row.email] = row.manager_email
        return managers

    def _circles(self) -> Iterator[list[str]]:
        """Yield every circle of managers once, each as the list of its people from report to manager."""
        managers = self._managers()
        settled: set[str] = set()
        for start in managers:
            trail: dict[str, int] = {}
            email: str | None = start
            while email is not None and email not in settled and email not in trail:
                trail[email] = len(trail)
                email = managers.get(email)
            if email is not None and email in trail:
                yield list(trail)[trail[email] :]
            settled.update(trail)

    def _left_behind(self) -> int:
        leaving = {self.people[email].person_id for email in self.leaving if email in self.people}
        return sum(
            known.place is not None and known.place.manager_id in leaving and email not in self.lines
            for email, known in self.people.items()
        )

    # --- people -----------------------------------------------------------------------------------

    def _plan_joiner(self, row: PersonRow) -> None:
        key = unit_key(row.unit_path)
        self.plan.created.append(PersonChange(row, key, opens=True, starts_on=row.hired_on))

    def _plan_leaver(self, row: PersonRow, known: Known | None) -> bool:
        """Plan the end; returns whether the person left before they were ever here."""
        if known is None:
            return True
        if known.place is None and not known.is_active:
            self.plan.unchanged += 1
            return False
        if known.is_superuser:
            self._problem(row, "left_on", "An administrator cannot be ended by a file. Take that right away first.")
            return False
        words, membership_id, ends_on = [], None, None
        if known.place and row.left_on:
            membership_id, ends_on = known.place.membership_id, max(row.left_on, known.place.started_on)
            words.append(FieldChange("membership", self.units.names[known.place.unit_id], f"ended on {ends_on}"))
        if known.is_active:
            words.append(FieldChange("active", "yes", "no"))
        self.plan.ended.append(
            PersonChange(
                row, unit_key(row.unit_path), known.person_id, membership_id, tuple(words), ends_on=ends_on, leaves=True
            )
        )
        return False

    def _plan_known(self, row: PersonRow, known: Known) -> bool:
        """Plan what changes for somebody known; returns whether their account was turned off by hand and stays off."""
        words = [
            FieldChange(name, getattr(known, name), getattr(row, name))
            for name in ("first_name", "last_name")
            if getattr(known, name) != getattr(row, name)
        ]
        if not known.has_own_profile:
            for name in ("language", "time_zone"):
                value = getattr(row, name)
                if value and value != getattr(known, name):
                    words.append(FieldChange(name, getattr(known, name), value))
        on_person = tuple(change.field for change in words)
        key = unit_key(row.unit_path)
        if known.place:
            change = self._changed_place(row, known, known.place, key, words, on_person)
        else:
            change = self._new_place(row, known, key, words, on_person)
        if change.changes:
            self.plan.changed.append(change)
        else:
            self.plan.unchanged += 1
        return not known.is_active and not change.returns

    def _new_place(
        self, row: PersonRow, known: Known, key: tuple[str, ...], words: list[FieldChange], on_person: tuple[str, ...]
    ) -> PersonChange:
        """Somebody known without a place: comes back after having left, or had only an account so far."""
        starts_on = row.hired_on if known.last_day is None or row.hired_on > known.last_day else self.day
        returns = known.last_day is not None and not known.is_active
        words.append(FieldChange("unit", "", row.unit_path[-1]))
        if returns:
            words.append(FieldChange("active", "no", "yes"))
        return PersonChange(
            row, key, known.person_id, None, tuple(words), on_person, opens=True, starts_on=starts_on, returns=returns
        )

    def _changed_place(
        self,
        row: PersonRow,
        known: Known,
        place: Place,
        key: tuple[str, ...],
        words: list[FieldChange],
        on_person: tuple[str, ...],
    ) -> PersonChange:
        """A move ends the membership yesterday and opens one today; everything else is written in place.

        A membership that began today, or has not begun yet, is corrected in place even when the unit changes.
        """
        in_place = []
        manager = self.emails.get(place.manager_id or 0, "").lower()
        if row.manager_email is not None and row.manager_email != manager:
            words.append(FieldChange("manager_email", manager, row.manager_email))
            in_place.append("manager")
        for name in ("job_title", "location"):
            value = getattr(row, name)
            if value is not None and value != getattr(place, name):
                words.append(FieldChange(name, getattr(place, name), value))
                in_place.append(name)
        if row.hired_on != place.hired_on:
            words.append(FieldChange("hired_on", str(place.hired_on), str(row.hired_on)))
            in_place.append("hired_on")
            if place.started_on == place.hired_on:
                in_place.append("started_on")
        if self.units.unit_id(key) == place.unit_id:
            return PersonChange(
                row, key, known.person_id, place.membership_id, tuple(words), on_person, tuple(in_place)
            )
        words.append(FieldChange("unit", self.units.names[place.unit_id], row.unit_path[-1]))
        if place.started_on >= self.day:
            return PersonChange(
                row, key, known.person_id, place.membership_id, tuple(words), on_person, (*in_place, "unit")
            )
        return PersonChange(
            row,
            key,
            known.person_id,
            place.membership_id,
            tuple(words),
            on_person,
            opens=True,
            starts_on=self.day,
            ends_on=self.day - timedelta(days=1),
        )

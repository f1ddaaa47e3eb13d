"""Reading a people file: bytes in, typed rows and one problem for every cell that cannot be read out.

Nothing here asks the database. The file is CSV in UTF-8 with or without a byte order mark, separated by comma,
semicolon or tab; its first line names the columns, in any order.
"""

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email

MAX_BYTES = 10 * 1024 * 1024
MAX_UNIT_LEVELS = 10
DELIMITERS = ",;\t"

REQUIRED_COLUMNS = ("email", "first_name", "last_name", "unit_path", "hired_on")
OPTIONAL_COLUMNS = ("unit_code", "manager_email", "job_title", "location", "language", "time_zone", "left_on")
COLUMNS = REQUIRED_COLUMNS + OPTIONAL_COLUMNS
ALIASES = {"e_mail": "email", "manager_e_mail": "manager_email", "timezone": "time_zone"}
LENGTHS = {
    "email": 254,
    "first_name": 80,
    "last_name": 80,
    "unit_code": 60,
    "manager_email": 254,
    "job_title": 160,
    "location": 120,
}
UNIT_NAME_LENGTH = 160

SAVE_AS_UTF8 = (
    "Save it again as UTF-8: in Excel “Save as › CSV UTF-8 (comma delimited)”, in LibreOffice “Save as › Text CSV” "
    "with the character set “Unicode (UTF-8)”."
)
ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
UNIT_SEPARATOR = re.compile(r"[>›]")
CONTROL_CHARACTERS = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]")
FORMULA_STARTS = ("=", "+", "-", "@")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a cell, a row or the whole file cannot be used. ``line`` counts from 1 and is 0 for the whole file."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person as the file has them. None: the file has no such column, so what is known stays."""

    line: int
    email: str
    first_name: str
    last_name: str
    unit_path: tuple[str, ...]
    unit_code: str
    hired_on: date
    manager_email: str | None = None
    job_title: str | None = None
    location: str | None = None
    language: str = ""
    time_zone: str = ""
    left_on: date | None = None

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


@dataclass(slots=True)
class PeopleFile:
    """What was read. ``lines`` has the line of every readable e-mail, also of rows with problems elsewhere."""

    rows: list[PersonRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    row_count: int = 0


def too_large(size: int) -> str:
    """Return the sentence that refuses a file of ``size`` bytes."""
    return (
        f"The file has {size / 1024 / 1024:.0f} MB; at most {MAX_BYTES // 1024 // 1024} MB can be read. A people file "
        "of 30,000 rows has about 5 MB: leave out columns that are not needed, or check whether it is the right file."
    )


def read_people_file(content: bytes, *, day: date) -> PeopleFile:
    """Read ``content``; dates are judged from ``day``, the organization's calendar day.

    A file that cannot be read at all comes back without rows and with one problem that says how to mend it.
    """
    result = PeopleFile()
    text = _decode(content, result)
    if text is None:
        return result
    records = _records(text, result)
    header = next(records, None)
    if header is None:
        if not result.problems:
            result.problems.append(Problem(0, "", "The file is empty. Its first line must name the columns."))
        return result
    columns = _columns(header[1], result)
    if columns is None:
        return result
    reader = _RowReader(columns, result, day)
    for line, cells in records:
        if any(cell.strip() for cell in cells):
            result.row_count += 1
            reader.read(line, cells)
    if not result.row_count and not result.problems:
        result.problems.append(Problem(0, "", "The file names its columns, but no people follow."))
    return result


def _decode(content: bytes, result: PeopleFile) -> str | None:
    """Return the text, or None with a problem when the bytes are no UTF-8 text of a bearable size."""
    reason, line = "", 0
    if len(content) > MAX_BYTES:
        reason = too_large(len(content))
    elif not content.strip():
        reason = "The file is empty. Its first line must name the columns."
    elif content.startswith((b"\xff\xfe", b"\xfe\xff")):
        reason = f"The file is in UTF-16 (“Unicode text”), not in UTF-8. {SAVE_AS_UTF8}"
    elif content.startswith(b"PK\x03\x04"):
        reason = f"This is an Excel workbook or a zip file, not a CSV file. {SAVE_AS_UTF8}"
    elif b"\x00" in content:
        line = content[: content.index(b"\x00")].count(b"\n") + 1
        reason = f"Line {line} has a NUL byte, so this is no plain text file. {SAVE_AS_UTF8}"
    else:
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            reason = f"Line {line} has characters that are not UTF-8. {SAVE_AS_UTF8}"
    result.problems.append(Problem(line, "", reason))
    return None


def _records(text: str, result: PeopleFile) -> Iterator[tuple[int, list[str]]]:
    """Yield the line number on which each record begins, and its cells; the first is the header."""
    skipped = 0
    first, _, rest = text.partition("\n")
    delimiter = ""
    if re.fullmatch(r"sep=[,;\t]\r?", first):  # Excel's own hint
        delimiter, text, skipped = first[4], rest, 1
        first = text.partition("\n")[0]
    delimiter = delimiter or max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    begins = skipped + 1
    try:
        for cells in reader:
            yield begins, cells
            begins = skipped + reader.line_num + 1
    except csv.Error as error:
        reason = f"The row that begins here cannot be split into columns ({error}). Is a quotation mark missing?"
        result.problems.append(Problem(begins, "", reason))


def _columns(cells: list[str], result: PeopleFile) -> dict[str, int] | None:
    """Return where each known column stands, or None with problems when one is missing or named twice."""
    names = [re.sub(r"[\s\-]+", "_", cell.strip().lower()) for cell in cells]
    names = [ALIASES.get(name, name) for name in names]
    columns: dict[str, int] = {}
    for position, name in enumerate(names):
        if name in columns:
            result.problems.append(Problem(1, name, "This column is named twice. Keep one of the two."))
        elif name in COLUMNS:
            columns[name] = position
    for name in REQUIRED_COLUMNS:
        if name not in columns:
            reason = f"This column is missing. The first line must name at least: {', '.join(REQUIRED_COLUMNS)}."
            result.problems.append(Problem(1, name, reason))
    if result.problems:
        return None
    if unknown := [cell.strip()[:40] for cell, name in zip(cells, names, strict=True) if name and name not in COLUMNS]:
        result.notices.append(f"Columns that are not used: {', '.join(unknown[:20])}.")
    if absent := [name for name in OPTIONAL_COLUMNS if name not in columns and name not in ("unit_code", "left_on")]:
        result.notices.append(f"The file has no column {', '.join(absent)}: what is known about that stays as it is.")
    result.row_count = 0
    columns["#"] = len(cells)
    return columns


class _RowReader:
    """Turns the cells of one file into rows, and remembers what must not come twice."""

    def __init__(self, columns: dict[str, int], result: PeopleFile, day: date) -> None:
        self.width = columns.pop("#")
        self.columns = columns
        self.result = result
        self.latest = day + timedelta(days=730)
        self.zones = available_timezones()
        self.languages = dict(settings.LANGUAGES)

    def read(self, line: int, cells: list[str]) -> None:
        """Add the row, or one problem for each of its cells that cannot be used."""
        self.line, self.cells, self.good = line, cells, True
        if len(cells) != self.width:
            self.refuse("", f"This row has {len(cells)} cells, the first line {self.width}. Is a separator unquoted?")
            return
        email = self.email("email", required=True)
        if email:
            if email in self.result.lines:
                self.refuse("email", f"“{email}” already stands on line {self.result.lines[email]}.")
            else:
                self.result.lines[email] = line
        first_name, last_name = self.text("first_name", required=True), self.text("last_name", required=True)
        unit_path, unit_code = self.unit_path(), self.text("unit_code")
        hired_on, left_on = self.day("hired_on", required=True), self.day("left_on")
        if hired_on and left_on and left_on < hired_on:
            self.refuse("left_on", f"{left_on} is before the hire date {hired_on}.")
        manager_email, job_title, location = self.email("manager_email"), self.text("job_title"), self.text("location")
        language, time_zone = self.language(), self.time_zone()
        if self.good and hired_on:
            self.result.rows.append(
                PersonRow(
                    line=line,
                    email=email,
                    first_name=first_name,
                    last_name=last_name,
                    unit_path=unit_path,
                    unit_code=unit_code,
                    hired_on=hired_on,
                    manager_email=manager_email if "manager_email" in self.columns else None,
                    job_title=job_title if "job_title" in self.columns else None,
                    location=location if "location" in self.columns else None,
                    language=language,
                    time_zone=time_zone,
                    left_on=left_on,
                )
            )

    def refuse(self, column: str, reason: str) -> None:
        self.good = False
        self.result.problems.append(Problem(self.line, column, reason))

    def cell(self, column: str) -> str:
        position = self.columns.get(column)
        return "" if position is None else " ".join(self.cells[position].split())

    def is_harmless(self, column: str, value: str) -> bool:
        """Refuse what a spreadsheet would run as a formula once the value is exported, and control characters."""
        if len(value) > 1 and value.startswith(FORMULA_STARTS):
            self.refuse(column, f"“{value[:40]}” begins with “{value[0]}”, which spreadsheets run as a formula.")
            return False
        if CONTROL_CHARACTERS.search(value):
            self.refuse(column, "This cell has invisible control characters. Type the value again.")
            return False
        return True

    def text(self, column: str, *, required: bool = False) -> str:
        value = self.cell(column)
        if not value:
            if required:
                self.refuse(column, "This cell is empty.")
        elif len(value) > LENGTHS[column]:
            self.refuse(column, f"This cell has {len(value)} characters; at most {LENGTHS[column]} fit.")
        elif self.is_harmless(column, value):
            return value
        return ""

    def email(self, column: str, *, required: bool = False) -> str:
        value = self.text(column, required=required).lower()
        if value:
            try:
                validate_email(value)
            except ValidationError:
                self.refuse(column, f"“{value[:60]}” is not an e-mail address.")
                return ""
        return value

    def day(self, column: str, *, required: bool = False) -> date | None:
        value = self.cell(column)
        if not value:
            if required:
                self.refuse(column, "This cell is empty. Write the day like 2026-03-01.")
            return None
        try:
            day = date.fromisoformat(value) if ISO_DAY.fullmatch(value) else None
        except ValueError:
            self.refuse(column, f"The calendar has no day “{value}”.")
            return None
        if day is None:
            self.refuse(column, f"“{value[:40]}” is not a day written like 2026-03-01 (year-month-day).")
        elif not date(1920, 1, 1) <= day <= self.latest:
            self.refuse(column, f"{day} cannot be right: it lies before 1920 or more than two years ahead.")
            return None
        return day

    def unit_path(self) -> tuple[str, ...]:
        whole = self.cell("unit_path")
        names = tuple(name.strip() for name in UNIT_SEPARATOR.split(whole))
        if not whole:
            self.refuse(
                "unit_path", "This cell is empty. Write the units from the top, like “Company > Service > Team North”."
            )
        elif not all(names):
            self.refuse("unit_path", f"“{whole[:60]}” has an empty unit between two “>”.")
        elif len(names) > MAX_UNIT_LEVELS:
            self.refuse("unit_path", f"This path has {len(names)} levels; at most {MAX_UNIT_LEVELS} are possible.")
        elif any(len(name) > UNIT_NAME_LENGTH for name in names):
            self.refuse("unit_path", f"A unit name has more than {UNIT_NAME_LENGTH} characters.")
        elif all(self.is_harmless("unit_path", name) for name in names):
            return names
        return ()

    def language(self) -> str:
        value = self.cell("language").lower().replace("_", "-")
        if value and value not in self.languages:
            base = value.split("-")[0]
            if base not in self.languages or not re.fullmatch(r"[a-z]{2,3}(-[a-z0-9]{2,8})*", value):
                self.refuse("language", f"“{value[:20]}” is not a language code such as en or de.")
                return ""
            return base
        return value

    def time_zone(self) -> str:
        value = self.cell("time_zone")
        if value and value not in self.zones:
            self.refuse("time_zone", f"“{value[:40]}” is not a time zone name. Use one like Europe/Berlin.")
            return ""
        return value

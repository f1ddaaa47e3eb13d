"""People files for tests: rows as dictionaries in, bytes out."""

import csv
import io
from typing import Any

COLUMNS = [
    "email",
    "first_name",
    "last_name",
    "unit_path",
    "manager_email",
    "job_title",
    "hired_on",
    "location",
    "language",
    "time_zone",
    "left_on",
]


def row(email: str = "ada@example.com", **cells: str) -> dict[str, str]:
    """Return a complete row that can be read."""
    return {
        "email": email,
        "first_name": "Ada",
        "last_name": "Lang",
        "unit_path": "Nordwind > Service > North",
        "manager_email": "",
        "job_title": "Engineer",
        "hired_on": "2020-03-01",
        "location": "Kiel",
        "language": "de",
        "time_zone": "Europe/Berlin",
        "left_on": "",
        **cells,
    }


def people_file(*rows: dict[str, str], columns: list[str] | None = None, delimiter: str = ",", **options: Any) -> bytes:
    """Return a UTF-8 file with ``rows``; columns that a row does not have stay empty."""
    names = columns or [*COLUMNS, *(["unit_code"] if any("unit_code" in cells for cells in rows) else [])]
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="", extrasaction="ignore", delimiter=delimiter, **options)
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()

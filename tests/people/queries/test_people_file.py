import csv
import io
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from people.queries.people_file import MAX_BYTES, read_people_file
from tests.people.files import COLUMNS, people_file, row

DAY = date(2026, 11, 22)


def problems(content: bytes) -> list[tuple[int, str, str]]:
    return [(p.line, p.column, p.reason) for p in read_people_file(content, day=DAY).problems]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("bom", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_reads_every_delimiter_with_and_without_byte_order_mark(delimiter, bom, ending):
    content = bom + people_file(row(last_name="Müller; Groß, jr."), delimiter=delimiter, lineterminator=ending)
    result = read_people_file(content, day=DAY)
    assert not result.problems
    (person,) = result.rows
    assert person.last_name == "Müller; Groß, jr."
    assert person.unit_path == ("Nordwind", "Service", "North")
    assert person.hired_on == date(2020, 3, 1)
    assert (person.line, person.left_on, person.time_zone, person.language) == (2, None, "Europe/Berlin", "de")


def test_reads_excels_separator_hint_columns_in_any_order_and_case_and_skips_empty_lines():
    content = (
        b"sep=;\r\nHired On;Last Name;First-Name;UNIT_PATH;E-Mail\r\n\r\n"
        b"2020-03-01;Lang;Ada;Nordwind \xe2\x80\xba Service;ADA@Example.com\r\n;;;;\r\n"
    )
    result = read_people_file(content, day=DAY)
    assert not result.problems
    assert result.rows[0].email == "ada@example.com"
    assert result.rows[0].line == 4
    assert result.rows[0].unit_path == ("Nordwind", "Service")
    assert result.rows[0].manager_email is None
    assert result.row_count == 1


def test_counts_lines_through_cells_with_line_breaks():
    content = people_file(row(job_title="Engineer\nand more"), row("bo@example.com", hired_on="soon"))
    result = read_people_file(content, day=DAY)
    assert result.rows[0].job_title == "Engineer and more"
    assert [(p.line, p.column) for p in result.problems] == [(4, "hired_on")]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        (b"", 0, "empty"),
        (b" \r\n\n", 0, "empty"),
        (b"\xef\xbb\xbf", 0, "empty"),
        (people_file(), 0, "no people follow"),
        (people_file(row(last_name="Müller")).decode().encode("latin-1"), 2, "CSV UTF-8"),
        (people_file(row()).decode().encode("utf-16"), 0, "UTF-16"),
        (people_file(row()).decode().encode("utf-16-le"), 1, "NUL byte"),
        (people_file(row()) + b"\x00", 3, "NUL byte"),
        (b"PK\x03\x04rest of a workbook", 0, "Excel workbook"),
        (b"x" * (MAX_BYTES + 1), 0, "at most 10 MB"),
        (people_file(row()) + b'"never closed,\n', 3, "quotation mark"),
        (people_file(row(job_title="x" * 200_000)), 2, "cannot be split"),
    ],
)
def test_file_that_cannot_be_read_says_how_to_mend_it(content, line, words):
    (problem,) = problems(content)
    assert problem[0] == line
    assert problem[1] == ""
    assert words in problem[2]


def test_missing_and_repeated_columns_are_named():
    content = people_file(row(), columns=["first_name", "last_name", "unit_path", "location"])
    assert [(line, column) for line, column, _ in problems(content)] == [(1, "email"), (1, "hired_on")]
    twice = people_file(row()).replace(b"job_title", b"location", 1)
    assert [(line, column) for line, column, _ in problems(twice)] == [(1, "location")]


def test_unknown_columns_are_left_out_with_a_notice():
    result = read_people_file(people_file({**row(), "salary": "1"}, columns=[*COLUMNS, "salary"]), day=DAY)
    assert result.notices == ["Columns that are not used: salary."]
    assert len(result.rows) == 1


@pytest.mark.parametrize(
    ("column", "value", "words"),
    [
        ("email", "", "empty"),
        ("email", "ada at example", "not an e-mail"),
        ("email", "=cmd@example.com", "formula"),
        ("first_name", " ", "empty"),
        ("first_name", "x" * 81, "at most 80"),
        ("last_name", "=HYPERLINK(1)", "formula"),
        ("last_name", "La\x07ng", "control characters"),
        ("last_name", "\u202egnaL", "control characters"),
        ("job_title", "@SUM(A1)", "formula"),
        ("location", "+49 40", "formula"),
        ("location", "-1+1", "formula"),
        ("unit_path", "", "empty"),
        ("unit_path", "Nordwind > > North", "empty unit"),
        ("unit_path", "Nordwind > =cmd", "formula"),
        ("unit_path", " > ".join("abcdefghijk"), "at most 10"),
        ("unit_path", "Nordwind > " + "x" * 161, "160 characters"),
        ("manager_email", "boss", "not an e-mail"),
        ("hired_on", "", "empty"),
        ("hired_on", "01.03.2020", "year-month-day"),
        ("hired_on", "20200301", "year-month-day"),
        ("hired_on", "2021-02-29", "no day"),
        ("hired_on", "0020-03-01", "cannot be right"),
        ("hired_on", "2029-01-01", "cannot be right"),
        ("left_on", "2019-12-31", "before the hire date"),
        ("left_on", "yes", "year-month-day"),
        ("language", "klingon", "language code"),
        ("time_zone", "Europe/Kiel", "Europe/Berlin"),
        ("time_zone", "../etc/passwd", "not a time zone"),
    ],
)
def test_bad_cell_is_refused_with_line_column_and_reason(column, value, words):
    result = read_people_file(
        people_file(row(), row("bo@example.com", **{column: value}))
        if column != "email"
        else people_file(row(), row(value)),
        day=DAY,
    )
    assert [(p.line, p.column) for p in result.problems] == [(3, column)]
    assert words in result.problems[0].reason
    assert len(result.rows) == 1


def test_every_bad_cell_of_a_row_is_named():
    content = people_file(row(hired_on="x", time_zone="y", manager_email="z"))
    assert [column for _, column, _ in problems(content)] == ["hired_on", "manager_email", "time_zone"]


def test_row_with_more_or_fewer_cells_is_refused():
    content = people_file(row()) + b"bo@example.com,Bo\n"
    ((line, column, reason),) = problems(content)
    assert (line, column) == (3, "")
    assert "2 cells" in reason


def test_email_twice_is_refused_in_any_case():
    content = people_file(row(), row("bo@example.com"), row("ADA@example.com"))
    assert problems(content) == [(4, "email", "“ada@example.com” already stands on line 2.")]


def test_a_lone_hyphen_is_a_value():
    assert read_people_file(people_file(row(location="-")), day=DAY).rows[0].location == "-"


def test_region_of_a_known_language_falls_back():
    rows = read_people_file(people_file(row(language="de_CH"), row("b@example.com", language="en-GB")), day=DAY).rows
    assert [person.language for person in rows] == ["de", "en-gb"]


words = st.text(st.characters(exclude_categories=("C", "Z"), exclude_characters=">›=+-@"), min_size=1, max_size=20)


@given(
    people=st.lists(st.tuples(words, words, words, st.lists(words, min_size=1, max_size=4)), min_size=1, max_size=8),
    delimiter=st.sampled_from([",", ";", "\t"]),
    bom=st.booleans(),
    ending=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
@settings(max_examples=60, deadline=None)
def test_what_is_written_is_read_again(people, delimiter, bom, ending, quoting):
    rows = [
        row(f"p{number}@example.com", first_name=first, last_name=last, job_title=job, unit_path=" > ".join(path))
        for number, (first, last, job, path) in enumerate(people)
    ]
    content = people_file(*rows, delimiter=delimiter, lineterminator=ending, quoting=quoting)
    result = read_people_file((b"\xef\xbb\xbf" if bom else b"") + content, day=DAY)
    assert result.problems == []
    assert [(p.first_name, p.last_name, p.job_title, list(p.unit_path)) for p in result.rows] == people


@given(st.binary(max_size=400))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_rows_or_problems_never_an_error(content):
    result = read_people_file(content, day=DAY)
    assert result.problems or result.rows


@given(st.lists(st.lists(st.text(max_size=12), max_size=12), max_size=5))
@settings(max_examples=100, deadline=None)
def test_any_cells_below_a_good_header_give_rows_or_problems(table):
    out = io.StringIO()
    csv.writer(out).writerows([COLUMNS, *table])
    try:
        content = out.getvalue().encode()
    except UnicodeEncodeError:
        return
    result = read_people_file(content, day=DAY)
    assert len(result.rows) <= result.row_count

import io
import zipfile

import pytest

from people.api import Refusal
from rollout.rules.uploads import LARGEST_UPLOAD, kind_of_upload, media_type_of


def packed(**entries: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in entries.items():
            archive.writestr(name, text)
    return content.getvalue()


def kind(content: bytes, size: int | None = None):
    return kind_of_upload(io.BytesIO(content), size=len(content) if size is None else size)


OFFICE = {"[Content_Types].xml": "x"}


@pytest.mark.parametrize(
    ("content", "extension"),
    [
        (b"%PDF-1.4 x", "pdf"),
        (b"\x89PNG\r\n\x1a\n...", "png"),
        (b"\xff\xd8\xff\xe0", "jpg"),
        (b"Anna;3.5\nJos\xc3\xa9;2\n", "txt"),
        (packed(**OFFICE, **{"word/document.xml": "x"}), "docx"),
        (packed(**OFFICE, **{"xl/workbook.xml": "x"}), "xlsx"),
        (packed(**OFFICE, **{"ppt/presentation.xml": "x"}), "pptx"),
        (packed(mimetype="application/vnd.oasis.opendocument.text"), "odt"),
    ],
    ids=["pdf", "png", "jpg", "txt", "docx", "xlsx", "pptx", "odt"],
)
def test_a_file_is_known_by_its_content(content, extension):
    found = kind(content)
    assert found.extension == extension
    assert media_type_of(extension) == found.media_type


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>",
        b"  <?xml version='1.0'?><svg/>",
        b"MZ\x90",
        b"\xfe\xff\x00a",
        b"PK\x03\x04broken",
        packed(**{"evil.exe": "x"}),
        packed(mimetype="application/epub+zip"),
        packed(**OFFICE, **{"word/document.xml": "x", "word/vbaProject.bin": "x"}),
        packed(**OFFICE),
    ],
    ids=["empty", "html", "svg", "exe", "utf16", "broken", "zip", "epub", "macros", "half"],
)
def test_anything_else_is_refused(content):
    assert isinstance(kind(content), Refusal)


def test_size_is_judged_before_the_content():
    assert "at most 10 MB" in str(kind(b"%PDF-", LARGEST_UPLOAD + 1))
    assert media_type_of("exe") == "application/octet-stream"

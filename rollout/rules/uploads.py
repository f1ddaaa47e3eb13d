"""Which files the product keeps as evidence: judged by what is inside, never by the name or the browser's word."""

import zipfile
from dataclasses import dataclass
from typing import IO

from people.api import Refusal

MEGABYTE = 1024 * 1024
LARGEST_UPLOAD = 10 * MEGABYTE
ACCEPTED = "PDF, PNG, JPEG, Word, Excel, PowerPoint, OpenDocument and plain text"
_OFFICE = {
    "word/document.xml": ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "xl/workbook.xml": ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "ppt/presentation.xml": ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
}
_OPEN_DOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
    b"application/vnd.oasis.opendocument.presentation": "odp",
}


@dataclass(frozen=True, slots=True)
class FileKind:
    """What a file is: the extension it is stored and served with, and its media type."""

    extension: str
    media_type: str


_KINDS = {
    "pdf": "application/pdf",
    "png": "image/png",
    "jpg": "image/jpeg",
    "txt": "text/plain; charset=utf-8",
    **dict(_OFFICE.values()),
    **{extension: kind.decode() for kind, extension in _OPEN_DOCUMENT.items()},
}


def media_type_of(extension: str) -> str:
    """Return the media type a stored file is served with."""
    return _KINDS.get(extension, "application/octet-stream")


def kind_of_upload(file: IO[bytes], *, size: int) -> FileKind | Refusal:
    """Recognize an uploaded file by its content; a refusal says which files are taken.

    Refused: empty files, files above 10 MB, anything else than the accepted kinds, office files with macros.
    The file is left rewound.
    """
    if size > LARGEST_UPLOAD:
        return Refusal(f"The file has {size / MEGABYTE:.0f} MB; at most 10 MB are kept. Put it elsewhere and link it.")
    if size == 0:
        return Refusal("The file is empty.")
    file.seek(0)
    head = file.read(1024)
    file.seek(0)
    extension = _recognize(file, head)
    file.seek(0)
    if extension is None:
        return Refusal(f"This kind of file is not kept as evidence. Accepted are {ACCEPTED}, without macros.")
    return FileKind(extension, _KINDS[extension])


def _recognize(file: IO[bytes], head: bytes) -> str | None:
    if head.startswith(b"%PDF-"):
        return "pdf"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if head.startswith(b"\xff\xd8\xff"):
        return "jpg"
    if head.startswith(b"PK\x03\x04"):
        return _recognize_zip(file)
    return "txt" if _is_plain_text(file) else None


def _recognize_zip(file: IO[bytes]) -> str | None:
    """Look at the directory of the archive only; nothing but the short ``mimetype`` entry is unpacked."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            if len(entries) > 5000 or any(name.lower().endswith("vbaproject.bin") for name in names):
                return None
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                return _OPEN_DOCUMENT.get(archive.read("mimetype").strip())
            if "[Content_Types].xml" in names:
                return next((_OFFICE[name][0] for name in _OFFICE if name in names), None)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, EOFError):
        return None
    return None


def _is_plain_text(file: IO[bytes]) -> bool:
    content = file.read()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    if any(ord(character) < 32 and character not in "\t\n\r\f" for character in text):
        return False
    # Served as text and as an attachment, yet nothing that could be taken for markup is kept as evidence.
    return not text.lstrip().startswith("<")

"""Pictures of pages. Everything else in the file storage (evidence, certificates) has views that ask who is there."""

import mimetypes
from pathlib import PurePosixPath

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

PICTURE_TYPES = {".gif", ".jpeg", ".jpg", ".png", ".webp"}


@require_safe
def picture(request: HttpRequest, name: str) -> FileResponse:
    """Serve one of Wagtail's image renditions, ``images/<name>``. Their names change with their content, so browsers
    may keep them for a month. Anything that is not a picture is unknown here."""
    path = PurePosixPath(name)
    if path.suffix.lower() not in PICTURE_TYPES or ".." in path.parts:
        raise Http404
    try:
        file = default_storage.open(f"images/{path}")
    except (OSError, SuspiciousFileOperation, ValueError) as error:
        raise Http404 from error
    response = FileResponse(file, content_type=mimetypes.types_map[path.suffix.lower()])
    response["Cache-Control"] = "public, max-age=2592000, immutable"
    return response

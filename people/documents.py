"""Pages set as PDF files: tagged, with the product's own fonts, and without fetching anything from anywhere."""

import atexit
from collections.abc import Callable, Mapping
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

from django.contrib.staticfiles import finders
from django.template.loader import render_to_string

PDF_VARIANT = "pdf/ua-1"
Drawings = Mapping[str, Callable[[], str]]
"""SVG drawings by the scheme under which the stylesheet names them, for example ``{"stair:": stair_svg}``."""

_setting = Lock()
"""Layout shares one font configuration, which is not made for several threads at once."""


class Press(NamedTuple):
    """What all documents with one stylesheet share in a process; making it costs several times a page."""

    stylesheet: Any
    fonts: Any


def typeset(html: str, *, stylesheet: str, drawings: Drawings | None = None) -> bytes:
    """Return ``html`` (a whole page) as a tagged PDF/UA file, with the template ``stylesheet`` as its CSS.

    Pictures stand in it as ``data:``, fonts as ``font:<file>``; any other address fails.
    """
    from weasyprint import HTML  # imported here: it is heavy, and only documents need it

    with _setting:
        press = _press(stylesheet)
        fetch = _fetcher(drawings or {})
        document = HTML(string=html, url_fetcher=fetch).render(
            stylesheets=[press.stylesheet], font_config=press.fonts, pdf_variant=PDF_VARIANT
        )
        return bytes(document.write_pdf(pdf_variant=PDF_VARIANT))


@cache
def _press(stylesheet: str) -> Press:
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    source = render_to_string(stylesheet)
    return Press(CSS(string=source, font_config=fonts, url_fetcher=_fetcher({})), fonts)


# The library's own clean-up must run before the interpreter takes its modules apart.
atexit.register(_press.cache_clear)


def _fetcher(drawings: Drawings) -> Callable[..., Any]:
    """Return what resolves the addresses in a document; it never leaves the machine."""

    def fetch(url: str, headers: Any = None) -> Any:
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

        if url.startswith("font:"):
            path = finders.find(f"vendor/fonts/{Path(url[5:]).name}")
            if path is None:
                raise ValueError(f"{url} is not installed; the next family in the list is used.")
            return URLFetcherResponse(url, Path(path).read_bytes(), {"Content-Type": "font/woff2"})
        if url in drawings:
            return URLFetcherResponse(url, BytesIO(drawings[url]().encode()), {"Content-Type": "image/svg+xml"})
        if url.startswith("data:"):
            return URLFetcher(allowed_protocols={"data"}).fetch(url)
        raise FatalURLFetchingError(f"A document may not fetch {url}.")

    return fetch

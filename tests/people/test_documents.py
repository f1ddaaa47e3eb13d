"""Documents are set with the product's own fonts and fetch nothing from anywhere."""

from io import BytesIO

import pikepdf
import pytest

from people.documents import _fetcher, typeset


@pytest.mark.parametrize("url", ["http://example.com/x.png", "file:///etc/passwd", "ftp://example.com/x", "stair:"])
def test_nothing_is_fetched_from_outside(url):
    from weasyprint.urls import FatalURLFetchingError

    with pytest.raises(FatalURLFetchingError, match="may not fetch"):
        _fetcher({})(url)


def test_a_missing_typeface_falls_back():
    with pytest.raises(ValueError, match="not installed"):
        _fetcher({})("font:nothing.woff2")


def test_a_drawing_is_fetched_by_its_own_scheme():
    assert _fetcher({"dot:": lambda: "<svg/>"})("dot:").read() == b"<svg/>"


def test_a_page_becomes_a_tagged_file():
    html = "<!doctype html><html lang=en><head><title>Report</title></head><body><h1>Report</h1></body></html>"
    pdf = typeset(html, stylesheet="documents/report.css")
    with pikepdf.open(BytesIO(pdf)) as document:
        assert document.Root.MarkInfo.Marked
        with document.open_metadata() as metadata:
            assert (metadata["pdfuaid:part"], metadata["dc:title"]) == ("1", "Report")

"""The printed certificate: what stands on it, and that it is a proper tagged PDF."""

import base64
import shutil
import subprocess
from io import BytesIO
from urllib.parse import unquote_to_bytes

import pikepdf
import pytest
import segno
from pdfua import validate
from PIL import Image

from certification import documents
from certification.documents import (
    certificate_context,
    certificate_pdf,
    evidence_words,
    hours,
    name_size,
    qr_data_uri,
    stair_svg,
)
from people.api import OrganizationSettings, clock_at
from tests.factories.certification import NOON, make_credential
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def credential():
    OrganizationSettings.objects.create(company_name="Nordwind Heat Systems")
    with clock_at(NOON):
        return make_credential(person=UserFactory(first_name="Łucja", last_name="Größe-Żak"))


@pytest.fixture
def pdf(credential, tmp_path):
    path = tmp_path / "certificate.pdf"
    path.write_bytes(certificate_pdf(credential))
    return path


def test_it_is_one_tagged_landscape_page_with_title_and_language(credential, pdf):
    with pikepdf.open(pdf) as document:
        [page] = document.pages
        width, height = (float(value) for value in page.mediabox[2:])
        assert (round(width), round(height)) == (842, 595)
        assert document.Root.MarkInfo.Marked
        assert str(document.Root.Lang) == "en"
        assert document.Root.ViewerPreferences.DisplayDocTitle
        with document.open_metadata() as metadata:
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == f"OKR Coach: {credential.holder_name}"
            assert metadata["dc:creator"] == ["Nordwind Heat Systems"]


def test_it_passes_the_accessibility_checks(pdf):
    report = validate(pdf)
    assert not list(report.findings), [str(finding) for finding in report.findings]


def test_all_fonts_are_embedded_and_ours(pdf):
    with pikepdf.open(pdf) as document:
        fonts = [font for font in document.objects if isinstance(font, pikepdf.Dictionary) and "/FontFile2" in font]
        names = {str(font.FontName).split("+")[1] for font in fonts}
    assert any(name.startswith("Source-Serif-4") for name in names)
    assert any(name.startswith("Inter") for name in names)
    assert not any("DejaVu" in name for name in names)


@pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler-utils is not installed")
def test_every_field_is_printed(credential, pdf):
    text = " ".join(
        subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, check=True).stdout.decode().split()
    )
    for words in (
        "OKR Coach",
        "This is to certify that",
        credential.holder_name,
        "has learned to coach and was seen coaching.",
        "Course coach-training",
        "completed March 2, 2026",
        "Seen at work",
        "Observed at work, passed March 2, 2026",
        credential.number,
        "Issued March 2, 2026",
        "Valid until March 1, 2028",
        "For Nordwind Heat Systems",
        "testserver/verify/",
    ):
        assert words in text


def test_the_only_link_leads_to_the_verify_page(credential, pdf):
    with pikepdf.open(pdf) as document:
        links = [str(annotation.A.URI) for annotation in document.pages[0].Annots]
    assert links == [f"http://testserver/verify/{credential.number}/"]


def test_the_code_on_the_page_is_the_one_for_the_verify_page(credential, pdf):
    expected = segno.make(f"http://testserver/verify/{credential.number}/", error="m", micro=False)
    size = len(expected.matrix)
    with pikepdf.open(pdf) as document:
        pictures = [pikepdf.PdfImage(image).as_pil_image() for image in document.pages[0].get_images().values()]
    [picture] = [p.convert("L") for p in pictures if p.width == p.height == size * 8]
    read = [[picture.getpixel((x * 8 + 4, y * 8 + 4)) < 128 for x in range(size)] for y in range(size)]
    assert read == [[bool(cell) for cell in row] for row in expected.matrix]


@pytest.mark.skipif(
    not (shutil.which("zbarimg") and shutil.which("pdftoppm")), reason="no decoder for QR codes is installed"
)
def test_the_printed_code_can_be_scanned(credential, pdf, tmp_path):
    subprocess.run(["pdftoppm", "-r", "100", "-png", pdf, tmp_path / "page"], check=True)
    read = subprocess.run(["zbarimg", "-q", "--raw", *tmp_path.glob("page*.png")], capture_output=True, check=True)
    assert read.stdout.decode().strip() == f"http://testserver/verify/{credential.number}/"


def test_long_names_and_many_facts_stay_on_one_page(credential):
    credential.holder_name = "Maximiliane Gräfin von Hohenstein-Wartenberg zu Löwenstein-Freudenberg"
    credential.statement = "has shown all of it. " * 14
    credential.evidence = credential.evidence * 7
    with pikepdf.open(BytesIO(certificate_pdf(credential))) as document:
        assert len(document.pages) == 1
    context = certificate_context(credential)
    assert (len(context["evidence"]), context["more"]) == (8, 6)


def test_names_of_any_script_are_printed(credential):
    for name in ("Ольга Петрова", "Ἀριστοτέλης", "Nguyễn Thị Hồng"):
        credential.holder_name = name
        assert certificate_pdf(credential).startswith(b"%PDF-1.7")


def test_the_logo_replaces_the_company_name(credential, monkeypatch):
    picture = BytesIO()
    Image.new("RGB", (300, 80), "#0b5d63").save(picture, "PNG")
    uri = "data:image/png;base64," + base64.b64encode(picture.getvalue()).decode()
    monkeypatch.setattr(documents, "logo_data_uri", lambda: uri)
    with pikepdf.open(BytesIO(certificate_pdf(credential))) as document:
        assert len(document.pages[0].get_images()) == 2


def test_a_logo_that_cannot_be_read_is_left_out(monkeypatch):
    class Logo:
        def get_rendition(self, spec):
            raise OSError("gone")

    monkeypatch.setattr(documents, "organization", lambda: type("O", (), {"logo": Logo()})())
    assert documents.logo_data_uri() == ""


def test_markup_in_names_is_text(credential):
    credential.holder_name = "<img src='http://evil.example/x'>"
    assert certificate_pdf(credential).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(1, "1 minute"), (45, "45 minutes"), (60, "1 hour"), (380, "6 hours 20 minutes"), (0, "0 minutes")],
)
def test_hours_are_said_as_people_say_them(minutes, words):
    assert hours(minutes) == words


def test_evidence_is_put_into_words():
    entry = {"kind": "course", "title": "T", "on": "2026-03-04", "minutes": 90}
    assert evidence_words(entry).replace("\xa0", " ") == "Course, 1 hour 30 minutes, completed March 4, 2026"
    assert evidence_words(entry | {"minutes": None}).replace("\xa0", " ") == "Course, completed March 4, 2026"


def test_the_longer_the_name_the_smaller_the_type():
    sizes = [name_size("x" * length) for length in (10, 25, 26, 34, 35, 46, 47, 90)]
    assert sizes == ["xl", "xl", "l", "l", "m", "m", "s", "s"]


def test_the_qr_code_is_a_picture_without_margin():
    uri = qr_data_uri("http://testserver/verify/")
    picture = Image.open(BytesIO(base64.b64decode(unquote_to_bytes(uri.split(",", 1)[1]))))
    assert picture.convert("L").getpixel((0, 0)) < 128


def test_the_stair_has_eight_treads():
    assert stair_svg().split("fill=")[0].count("H") == 8

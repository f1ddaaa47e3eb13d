"""The certificate as a PDF: a rendering of the credential row, made again whenever it is needed (decision 0005)."""

import base64
from typing import Any

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.dateparse import parse_date

from certification.models import Credential, Requirement
from people.api import in_words, organization, typeset

LOGO_PIXELS = 600
STEPS = 8
PRINTED_FACTS = 9
"""How many facts have room on the page; further ones are counted and stand on the verify page."""


def certificate_pdf(credential: Credential) -> bytes:
    """Return the certificate of ``credential`` as a tagged PDF/UA file, A4 landscape.

    Everything printed comes from the immutable row; only the logo is the organization's current one.
    """
    html = render_to_string("certification/certificate.html", certificate_context(credential))
    return typeset(html, stylesheet="certification/certificate.css", drawings={"stair:": stair_svg})


def certificate_context(credential: Credential) -> dict[str, Any]:
    """Return what the certificate template prints."""
    verify_url = settings.BASE_URL.rstrip("/") + reverse("certification:verify", args=[credential.number])
    printed = (
        credential.evidence if len(credential.evidence) <= PRINTED_FACTS else credential.evidence[: PRINTED_FACTS - 1]
    )
    place = settings.BASE_URL.rstrip("/").split("://")[-1] + reverse("certification:verify_form")
    return {
        "credential": credential,
        "evidence": [{"title": entry["title"], "words": evidence_words(entry)} for entry in printed],
        "more": len(credential.evidence) - len(printed),
        "name_size": name_size(credential.holder_name),
        "logo": logo_data_uri(),
        "qr": qr_data_uri(verify_url),
        "verify_url": verify_url,
        "verify_place": place,
    }


def evidence_words(entry: dict[str, Any]) -> str:
    """Return one fact of a credential's evidence in words: what kind, how long, which day."""
    day = parse_date(entry["on"])
    on = in_words(day).replace(" ", "\N{NO-BREAK SPACE}") if day else entry["on"]
    if entry["kind"] == Requirement.Kind.COURSE:
        length = f", {hours(entry['minutes'])}" if entry["minutes"] else ""
        return f"Course{length}, completed {on}"
    return f"Observed at work, passed {on}"


def hours(minutes: int) -> str:
    """Return ``minutes`` as people say it: ``45 minutes``, ``2 hours``, ``6 hours 20 minutes``."""
    whole, rest = divmod(minutes, 60)
    parts = [f"{whole} hour{'s' if whole != 1 else ''}"] if whole else []
    if rest or not parts:
        parts.append(f"{rest} minute{'s' if rest != 1 else ''}")
    return " ".join(parts)


def name_size(name: str) -> str:
    """Return how large the name can be printed on one line: xl, l, m or s (which may take two lines)."""
    for limit, size in ((25, "xl"), (34, "l"), (46, "m")):
        if len(name) <= limit:
            return size
    return "s"


def qr_data_uri(url: str) -> str:
    """Return the QR code for ``url`` as a PNG data URI, without a margin: the paper around it is the quiet zone.

    A picture of a few dots draws three times faster than the same code as paths, and prints as sharply.
    """
    import segno  # imported here: only rendering needs it

    return segno.make(url, error="m", micro=False).png_data_uri(scale=8, border=0, dark="#1d2129", light="#ffffff")


def logo_data_uri() -> str:
    """Return the organization's logo as a PNG data URI, an empty string when there is none or it cannot be read."""
    logo = organization().logo
    if logo is None:
        return ""
    try:
        with logo.get_rendition(f"max-{LOGO_PIXELS}x{LOGO_PIXELS}|format-png").file.open("rb") as file:
            return "data:image/png;base64," + base64.b64encode(file.read()).decode()
    except (OSError, ValueError):
        return ""


def stair_svg() -> str:
    """Return the page's drawing: a double frame, and the stair of eight treads rising to the right."""
    left, right, bottom, top = 12.0, 285.0, 198.0, 12.0
    run, rise = (right - left) / STEPS, 15.0
    points = [f"M{left} {bottom}"]
    for step in range(STEPS):
        points.append(f"V{bottom - rise * (step + 1):g}H{left + run * (step + 1):g}")
    points.append(f"V{bottom}Z")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 297 210" width="297mm" height="210mm">'
        f'<path d="{"".join(points)}" fill="#eff3f0"/>'
        # The product's mark of a passed gate, standing on the last tread.
        '<path transform="translate(254.5 54.9) scale(1.1)" d="M4 21V5M20 21V5m-12 8 3 3 5-7" fill="none" '
        'stroke="#a9c9c7" stroke-width="1.1" stroke-linecap="round" stroke-linejoin="round"/>'
        f'<rect x="{left}" y="{top}" width="{right - left}" height="{bottom - top}" fill="none" stroke="#0b5d63" '
        'stroke-width=".9"/>'
        '<rect x="14" y="14" width="269" height="182" fill="none" stroke="#0b5d63" stroke-width=".2"/>'
        "</svg>"
    )

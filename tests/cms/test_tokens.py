"""Every documented pair of color tokens is readable, in light and in dark."""

import re
from pathlib import Path

import pytest

TOKENS = (Path(__file__).resolve().parents[2] / "static/css/tokens.css").read_text(encoding="utf-8")
COLORS = dict(re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}, #[0-9a-f]{6})\);", TOKENS))
COMMENT = TOKENS[: TOKENS.index("*/")]
TEXT_PAIRS, EDGE_PAIRS = (
    re.findall(r"^\s+([a-z-]+) / ([a-z-]+)$", part, re.MULTILINE) for part in COMMENT.split("pairs (")[1:]
)


def luminance(color: str) -> float:
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def shades(token: str, scheme: int) -> str:
    return COLORS[token].split(", ")[scheme]


def test_contrast_agrees_with_the_known_extremes():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


def test_pairs_are_documented():
    assert len(TEXT_PAIRS) > 40
    assert len(EDGE_PAIRS) > 5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), TEXT_PAIRS)
def test_text_is_readable(front, back, scheme):
    assert contrast(shades(front, scheme), shades(back, scheme)) >= 4.5


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("front", "back"), EDGE_PAIRS)
def test_edges_are_visible(front, back, scheme):
    assert contrast(shades(front, scheme), shades(back, scheme)) >= 3


def test_every_color_belongs_to_a_documented_pair():
    paired = {token for pair in [*TEXT_PAIRS, *EDGE_PAIRS] for token in pair}
    assert set(COLORS) <= paired


@pytest.mark.parametrize(
    ("token", "shades"),
    [
        ("paper", "#fbfaf7, #14161a"),
        ("surface", "#ffffff, #1b1e24"),
        ("ink", "#1d2129, #e9e7e1"),
        ("line", "#e3dfd6, #2d323b"),
        ("accent", "#0b5d63, #6cc5c9"),
    ],
)
def test_the_settled_colors_stay(token, shades):
    assert COLORS[token] == shades

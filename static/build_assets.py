"""Copy what the browser and the PDFs need from node_modules to static/vendor: the typefaces and one icon sprite.

Run after ``npm ci --ignore-scripts`` with any Python, from anywhere; needs the standard library only.
"""

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "static" / "vendor"

FONTS = {
    "@fontsource-variable/inter": "inter-{}-wght-{}.woff2",
    "@fontsource-variable/source-serif-4": "source-serif-4-{}-wght-{}.woff2",
}
SUBSETS = ("latin", "latin-ext")
STYLES = ("normal", "italic")
# For PDFs: static cuts, because making them out of a variable file takes longer than the whole certificate.
PRINT_FONTS = {
    "@fontsource/inter": ("inter-latin-400-normal", "inter-latin-600-normal", "inter-latin-ext-400-normal"),
    "@fontsource/source-serif-4": (
        "source-serif-4-latin-500-normal",
        "source-serif-4-latin-400-italic",
        "source-serif-4-latin-ext-500-normal",
    ),
}

ICON_NAMES = """
    archive arrow-down arrow-left arrow-right arrow-up arrow-up-right award badge-check ban bell book-open bookmark
    building-2 calendar calendar-check calendar-clock calendar-days calendar-plus check chevron-down chevron-left
    chevron-right chevrons-up-down circle circle-alert circle-check circle-dashed circle-dot circle-minus circle-pause
    circle-play circle-question-mark circle-slash circle-stop circle-user circle-x clipboard-check clipboard-list clock
    clock-alert compass copy door-closed door-open download ellipsis external-link eye eye-off file file-down file-text
    flag folder footprints funnel gavel globe graduation-cap handshake history hourglass house image inbox info
    key-round layout-grid library life-buoy lightbulb link list list-checks list-todo lock lock-open log-in log-out
    mail map map-pin megaphone menu message-square milestone minus newspaper notebook-pen octagon-x pause pencil phone
    play plus presentation printer puzzle qr-code quote refresh-cw rotate-ccw route scale school search send settings
    shield shield-check shield-off sparkles stamp star table tag target thumbs-down thumbs-up timer trash-2
    trending-down trending-up triangle-alert trophy undo-2 upload user user-check user-plus users video x zap
"""
ICONS = ICON_NAMES.split()


def copy_fonts() -> int:
    """Copy the woff2 files and their licenses; return how many typeface files there are now."""
    target = VENDOR / "fonts"
    target.mkdir(parents=True, exist_ok=True)
    count = 0
    for package, pattern in FONTS.items():
        shutil.copyfile(MODULES / package / "LICENSE", target / f"{package.rsplit('/', 1)[1]}.LICENSE.txt")
        for subset in SUBSETS:
            for style in STYLES:
                name = pattern.format(subset, style)
                shutil.copyfile(MODULES / package / "files" / name, target / name)
                count += 1
    for package, names in PRINT_FONTS.items():
        for name in names:
            shutil.copyfile(MODULES / package / "files" / f"{name}.woff2", target / f"{name}.woff2")
            count += 1
    return count


def build_sprite() -> int:
    """Write static/vendor/icons.svg with one symbol per icon; return how many. Raises when an icon does not exist."""
    symbols = []
    for name in ICONS:
        source = (MODULES / "lucide-static" / "icons" / f"{name}.svg").read_text(encoding="utf-8")
        body = re.sub(
            r"\s+", " ", source[source.index(">", source.index("<svg")) + 1 : source.rindex("</svg>")]
        ).strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24">{body}</symbol>')
    sprite = (
        "<!-- Icons: Lucide, ISC license, https://lucide.dev/license -->\n"
        '<svg xmlns="http://www.w3.org/2000/svg" fill="none" stroke="currentColor" stroke-width="2"'
        ' stroke-linecap="round" stroke-linejoin="round">\n' + "\n".join(symbols) + "\n</svg>\n"
    )
    VENDOR.mkdir(parents=True, exist_ok=True)
    (VENDOR / "icons.svg").write_text(sprite, encoding="utf-8")
    return len(symbols)


def main() -> int:
    """Build everything; say in one line what came of it."""
    if not (MODULES / "lucide-static").is_dir():
        sys.stderr.write("Fonts and icons are not installed yet: run `npm ci --ignore-scripts` first.\n")
        return 1
    sys.stdout.write(f"static/vendor: {copy_fonts()} font files, {build_sprite()} icons.\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())

"""Typefaces and icons: built from locked packages, without addresses of registries in the repository."""

import importlib.util
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def build_assets(tmp_path, monkeypatch):
    """The script, looking at a made-up node_modules and writing to a temporary folder."""
    spec = importlib.util.spec_from_file_location("build_assets", ROOT / "static/build_assets.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "MODULES", tmp_path / "node_modules")
    monkeypatch.setattr(module, "VENDOR", tmp_path / "vendor")
    return module


def install(module, icons) -> None:
    folder = module.MODULES / "lucide-static/icons"
    folder.mkdir(parents=True)
    for name in icons:
        (folder / f"{name}.svg").write_text(
            f'<!-- license -->\n<svg\n  class="{name}"\n  viewBox="0 0 24 24"\n>\n  <path d="M1 1" />\n</svg>\n'
        )
    for package, pattern in module.FONTS.items():
        files = module.MODULES / package / "files"
        files.mkdir(parents=True)
        (module.MODULES / package / "LICENSE").write_text("free")
        for subset in module.SUBSETS:
            for style in module.STYLES:
                (files / pattern.format(subset, style)).write_bytes(b"wOF2")
    for package, names in module.PRINT_FONTS.items():
        files = module.MODULES / package / "files"
        files.mkdir(parents=True)
        for name in names:
            (files / f"{name}.woff2").write_bytes(b"wOF2")


def test_sprite_has_one_symbol_per_icon(build_assets, capsys):
    install(build_assets, build_assets.ICONS)
    assert build_assets.main() == 0
    sprite = (build_assets.VENDOR / "icons.svg").read_text()
    assert re.findall(r'<symbol id="([a-z0-9-]+)"', sprite) == build_assets.ICONS
    assert '<symbol id="check" viewBox="0 0 24 24"><path d="M1 1" /></symbol>' in sprite
    assert len(list((build_assets.VENDOR / "fonts").glob("*.woff2"))) == 14
    assert len(list((build_assets.VENDOR / "fonts").glob("*.LICENSE.txt"))) == 2


def test_icons_are_listed_once_and_in_order(build_assets):
    assert sorted(set(build_assets.ICONS)) == build_assets.ICONS


def test_missing_packages_are_said_in_one_line(build_assets, capsys):
    assert build_assets.main() == 1
    assert "npm ci --ignore-scripts" in capsys.readouterr().err


def test_a_missing_icon_stops_the_build(build_assets):
    install(build_assets, build_assets.ICONS[1:])
    with pytest.raises(FileNotFoundError):
        build_assets.main()


def test_every_typeface_file_of_the_style_sheet_is_built(build_assets):
    install(build_assets, build_assets.ICONS)
    build_assets.main()
    named = re.findall(r'url\("\.\./vendor/fonts/([^"]+)"\)', (ROOT / "static/css/fonts.css").read_text())
    assert set(named) <= {path.name for path in (build_assets.VENDOR / "fonts").glob("*.woff2")}


def test_lock_pins_by_hash_and_names_no_registry():
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: facts for name, facts in lock["packages"].items() if name}
    assert packages
    assert all(facts["integrity"].startswith("sha512-") and "resolved" not in facts for facts in packages.values())
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text()

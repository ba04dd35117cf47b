"""The look keeps its promises: contrast both modes, right to left, nothing inline."""

import json
import re
from collections import Counter
from itertools import product
from pathlib import Path
from runpy import run_path
from typing import Final

import pytest

from kinderwerk import paths
from kinderwerk.core import charts

#: No database has a say in styles.
pytestmark = pytest.mark.sqlite

ROOT: Final = paths.PACKAGE.parent
TEMPLATES: Final = sorted((ROOT / "templates").rglob("*.html"))
SHEETS: Final = sorted((ROOT / "static/css").glob("*.css"))
TOKENS: Final = (ROOT / "static/css/tokens.css").read_text("utf-8")
DARK: Final = "@media (prefers-color-scheme: dark) {"
GROUNDS: Final = ("paper", "surface", "sunken")
INKS: Final = ("ink", "muted", "leaf", "leaf-deep", "coral", "sky", "plum", "sun-ink")
MODES: Final = ("light", "dark")
WRITERS: Final = "\n".join(
    path.read_text("utf-8")
    for pattern in ("templates/**/*.*", "static/js/*.js", "kinderwerk/**/*.py")
    for path in sorted(ROOT.glob(pattern))
)
#: What the map and the fragments set by themselves.
OF_LIBRARIES: Final = {
    "folium-map", "htmx-indicator", "htmx-request", "leaflet-container", "leaflet-control-zoom",
    "leaflet-popup-content",
}  # fmt: skip


def colours(mode: str) -> dict[str, str]:
    light, dark = TOKENS.split(DARK)
    told = light if mode == "light" else light + dark.split("\n}\n")[0]
    return dict(re.findall(r"--kw-([\w-]+): (#[0-9a-f]{6});", told))


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("mode", MODES)
def test_text_stands_out_from_every_ground(mode: str) -> None:
    named = colours(mode)
    pairs = [*product(INKS, GROUNDS), ("on-leaf", "leaf"), ("on-leaf", "leaf-deep")]
    pairs += [("on-coral", "coral"), ("sun-ink", "sun-soft"), ("paper", "ink")]
    pairs += [(name, f"{name}-soft") for name in ("leaf", "coral", "sky", "plum")]
    for theme in charts.THEMES:
        pairs += [(theme, f"{theme}-soft"), (theme, "paper"), (theme, "surface")]
        pairs += [("ink", f"{theme}-soft"), ("muted", f"{theme}-soft")]
    faint = [pair for pair in pairs if contrast(named[pair[0]], named[pair[1]]) < 4.5]
    assert faint == []


@pytest.mark.parametrize("mode", MODES)
def test_controls_and_the_focus_stand_out_from_every_ground(mode: str) -> None:
    named = colours(mode)
    pairs = product(("edge", "focus"), GROUNDS)
    assert [p for p in pairs if contrast(named[p[0]], named[p[1]]) < 3] == []


def test_every_theme_has_one_colour_on_screen_and_paper() -> None:
    light = colours("light")
    for theme, colour in charts.THEMES.items():
        assert light[theme] == colour
        assert f".theme-{theme} " in TOKENS


def test_both_modes_name_the_same_colours() -> None:
    dark = set(re.findall(r"--kw-([\w-]+): #", TOKENS.split(DARK)[1].split("\n}\n")[0]))
    assert dark == set(colours("light"))


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_styles_name_colours_of_the_tokens_that_exist(path: Path) -> None:
    text = path.read_text("utf-8")
    made = set(re.findall(r"(--(?:kw|theme)[\w-]*):", TOKENS))
    assert set(re.findall(r"var\((--(?:kw|theme)[\w-]*)", text)) <= made


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_every_class_of_the_styles_is_written_somewhere(path: Path) -> None:
    """As a whole word, or put together from a beginning such as `kw-badge-`."""
    rules = re.sub(r'/\*.*?\*/|"[^"]*"|url\([^)]*\)', "", path.read_text("utf-8"), flags=re.S)
    classes = set(re.findall(r"\.([a-z][\w-]*)", " ".join(re.findall(r"([^{};]+){", rules))))
    begun = {name.rpartition("-")[0] + "-" for name in classes}
    words = set(re.findall(r"[A-Za-z][\w-]*", WRITERS))
    begun &= {word for word in words if word.endswith("-")}
    left = {name for name in classes - words if not name.startswith(tuple(begun))}
    assert left <= OF_LIBRARIES


def test_every_token_is_used_in_a_style_or_a_script() -> None:
    made = set(re.findall(r"(--(?:kw|theme)[\w-]*):", TOKENS))
    written = WRITERS + "".join(path.read_text("utf-8") for path in SHEETS)
    assert made - set(re.findall(r"(--(?:kw|theme)[\w-]*)[)\"]", written)) == set()


def test_every_macro_is_called() -> None:
    called = Counter(re.findall(r"\b(\w+)\(", WRITERS))
    made = Counter(re.findall(r"{%-? macro (\w+)\(", WRITERS))
    assert [name for name, times in made.items() if called[name] <= times] == []


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_styles_work_from_right_to_left_too(path: Path) -> None:
    sides = r"(?:margin|padding|border)-(?:left|right)\b|text-align: (?:left|right)|float: (?!none)"
    assert re.findall(sides, path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_styles_fetch_nothing_from_elsewhere(path: Path) -> None:
    text = re.sub(r"url\(\"data:[^)]*\"\)", "", path.read_text("utf-8"))
    assert not re.search(r"@import|https?:", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_templates_carry_no_inline_style_or_script(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not re.search(r"\sstyle=|<style|<[^>]*\son[a-z]+=|\shx-on|javascript:", text)
    inline = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*\bnonce=)[^>]*>", text)
    assert [tag for tag in inline if "application/ld+json" not in tag] == []


def test_the_lock_file_names_no_registry() -> None:
    locked = json.loads((ROOT / "package-lock.json").read_text("utf-8"))
    assert "omit-lockfile-registry-resolved=true" in (ROOT / ".npmrc").read_text("utf-8")
    for name, package in locked["packages"].items():
        assert "resolved" not in package, name
        assert not name or package["integrity"].startswith("sha512-"), name


def test_only_what_is_wanted_is_copied_and_nothing_is_copied_twice(tmp_path: Path) -> None:
    frontend = run_path(str(ROOT / "scripts/frontend.py"))
    packages = {}
    for package, _directory, patterns in frontend["WANTED"]:
        home = tmp_path / "node_modules" / package
        for pattern in (*patterns, "LICENSE", "dist/unwanted.js"):
            file = home / pattern.replace("*", "x")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(package)
        packages[f"node_modules/{package}"] = {"version": "1.2.3"}
    (tmp_path / "package-lock.json").write_text(json.dumps({"packages": packages}))
    vendor = tmp_path / "static/vendor"
    vendor.mkdir(parents=True)
    (vendor / "left-over.js").touch()
    assert not frontend["up_to_date"](tmp_path)
    frontend["copy"](tmp_path)
    assert frontend["up_to_date"](tmp_path)
    assert (vendor / "MANIFEST").read_text().splitlines()[0] == "bootstrap 1.2.3"
    assert (vendor / "bootstrap/LICENSE.bootstrap.txt").is_file()
    assert not (vendor / "left-over.js").exists()
    assert not list(vendor.rglob("unwanted.js"))
    (vendor / "htmx/htmx.min.js").unlink()
    assert not frontend["up_to_date"](tmp_path)

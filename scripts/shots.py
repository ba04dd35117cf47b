"""Takes a picture of every stop of the walk, and puts them on one page: shots/index.html."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from itertools import product
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.browser import harness
from tests.browser.visitor import Visitor
from tests.browser.walk import FOR_EVERYBODY, OUTSIDE, WALK, arrive
from tests.browser.walk.stops import go

ROOT: Final = Path(__file__).resolve().parent.parent
SHOTS: Final = ROOT / "shots"
PORTRAIT: Final = ROOT / "docs/programme.png"
DEVICES: Final = {"phone": True, "desktop": False}
LIGHTS: Final = {"light": False, "dark": True}
LANGUAGES: Final = {"nl": "nl-NL", "ar": "ar"}


@dataclass(frozen=True)
class Variant:
    role: str
    device: str
    light: str
    language: str

    @property
    def ending(self) -> str:
        return (
            f"-{self.device}" + "-dark" * (self.light == "dark") + "-ar" * (self.language == "ar")
        )


def variants(wanted: list[str]) -> Iterator[Variant]:
    """Yield every way to see the product, or those that have all the words that were named."""
    kinds = (list(WALK), list(DEVICES), list(LIGHTS), list(LANGUAGES))
    chosen = ([one for one in kind if one in wanted] or kind for kind in kinds)
    for role, device, light, language in product(*chosen):
        if language == "nl" or role in FOR_EVERYBODY:
            yield Variant(role, device, light, language)


def speak(page: Page, language: str) -> None:
    """Choose the language, as whoever signs in gets the one of their account."""
    with page.expect_event("load"):
        chosen = page.locator(f"button[name=language][value={language}]").first
        chosen.evaluate("button => button.form.requestSubmit(button)")


def take(visitor: Visitor, variant: Variant) -> Iterator[str]:
    """Take the pictures of a role's stops, and yield what is not as it should be."""
    arrive(visitor.page, variant.role)
    if variant.language != "nl" and variant.role not in OUTSIDE:
        speak(visitor.page, variant.language)
    for stop in WALK[variant.role]:
        try:
            go(visitor.page, stop)
            file = SHOTS / variant.role / f"{stop.name}{variant.ending}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            visitor.page.screenshot(path=file, full_page=True)
            visitor.look()
        except (Error, AssertionError) as error:
            yield f"{variant.role} {stop.name}{variant.ending}: {error}"


def walk(browser: Browser, demo: Path, variant: Variant) -> Iterator[str]:
    """Walk through a copy of the demo neighbourhood of one's own."""
    with (
        tempfile.TemporaryDirectory() as name,
        harness.serving(demo, Path(name), "localhost") as site,  # where passkeys work
    ):
        watch = harness.Watch(urlsplit(site.url).netloc)
        with harness.visiting(
            browser, site.url, phone=DEVICES[variant.device], dark=LIGHTS[variant.light],
            language=LANGUAGES[variant.language], watch=watch,
        ) as page:  # fmt: skip
            yield from take(Visitor(page, language=variant.language), variant)
    yield from (f"{variant.role}{variant.ending}: {trouble}" for trouble in watch.troubles)


def index() -> None:
    """Write a page with all pictures, beside each other by role and stop."""
    rows = [
        f"<figure><a href='{name}'><img src='{name}' loading='lazy' height='480'></a>"
        f"<figcaption>{name.removesuffix('.png')}</figcaption></figure>"
        for name in (escape(str(file.relative_to(SHOTS))) for file in sorted(SHOTS.rglob("*.png")))
    ]
    style = "body{font:14px sans-serif;display:flex;flex-wrap:wrap}img{border:1px solid #999}"
    page = "<!doctype html><meta charset='utf-8'><title>Shots</title>"
    (SHOTS / "index.html").write_text(f"{page}<style>{style}</style>{''.join(rows)}", "utf-8")


def portrait(browser: Browser, demo: Path) -> None:
    """Take the picture that the README shows: the programme, as a parent sees it first."""
    with (
        tempfile.TemporaryDirectory() as name,
        harness.serving(demo, Path(name)) as site,
        harness.visiting(browser, site.url) as page,
    ):
        page.set_viewport_size({"width": 1280, "height": 960})
        page.goto("/")
        page.screenshot(path=PORTRAIT)


def main() -> None:
    """Take all pictures, those named, or the one of the README.

    `make shots roles="worker admin phone light"`, `make shots roles=readme`
    """
    wanted = sys.argv[1:]
    if harness.chromium() is None:
        sys.exit(harness.MISSING)
    if not wanted:
        shutil.rmtree(SHOTS, ignore_errors=True)
    troubles = []
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        demo = harness.load_demo(Path(name))
        browser = harness.launch(playwright)
        if wanted == ["readme"]:
            portrait(browser, demo)
            sys.exit()
        for variant in variants(wanted):
            troubles += walk(browser, demo, variant)
            print(f"{variant.role}{variant.ending}", flush=True)
        browser.close()
    index()
    print(f"{len(list(SHOTS.rglob('*.png')))} pictures in {SHOTS}/index.html")
    if troubles:
        sys.exit("not as it should be:\n" + "\n".join(troubles))


if __name__ == "__main__":
    main()

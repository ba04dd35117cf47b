"""Takes a picture of every stop of the walk, and puts them on one page: shots/index.html."""

import shutil
import sys
import tempfile
from collections.abc import Iterator
from html import escape
from itertools import product
from pathlib import Path
from typing import Final

from playwright.sync_api import Browser, Error, Page, sync_playwright

from tests.browser import harness
from tests.browser.walk import PUBLIC, WALK, arrive, go

SHOTS: Final = Path(__file__).resolve().parent.parent / "shots"
VARIANTS: Final = tuple(product((True, False), (False, True)))  # phone or desktop, light or dark
DUTCH: Final = "nl-NL"
ARABIC: Final = "ar"


def visits(wanted: list[str]) -> Iterator[tuple[str, bool, bool, str]]:
    for role in wanted or WALK:
        for language in (DUTCH, ARABIC) if role == PUBLIC else (DUTCH,):
            for phone, dark in VARIANTS:
                yield role, phone, dark, language


def take(page: Page, role: str, ending: str) -> Iterator[str]:
    """Take the pictures of a role's stops, and yield what could not be reached."""
    arrive(page, role)
    for stop in WALK[role]:
        try:
            go(page, stop)
        except Error as error:
            yield f"{role} {stop.name}{ending}: {error.message.splitlines()[0]}"
            continue
        file = SHOTS / role / f"{stop.name}{ending}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=file, full_page=True)


def walk(browser: Browser, site: harness.Site, wanted: list[str]) -> Iterator[str]:
    for role, phone, dark, language in visits(wanted):
        ending = "-phone" if phone else "-desktop"
        ending += "-dark" * dark + f"-{language}" * (language != DUTCH)
        with harness.visiting(browser, site.url, phone=phone, dark=dark, language=language) as page:
            yield from take(page, role, ending)
        print(f"{role}{ending}", flush=True)


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


def main() -> None:
    """Take all pictures, or those of the roles named as arguments."""
    wanted = sys.argv[1:]
    for role in wanted or [""]:
        shutil.rmtree(SHOTS / role, ignore_errors=True)
    if harness.chromium() is None:
        sys.exit(harness.MISSING)
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        directory = Path(name)
        demo = harness.load_demo(directory / "demo")
        with harness.serving(demo, directory / "site") as site:
            browser = harness.launch(playwright)
            failures = list(walk(browser, site, wanted))
            browser.close()
    index()
    print(f"{len(list(SHOTS.rglob('*.png')))} pictures in {SHOTS}/index.html")
    if failures:
        sys.exit("could not reach:\n" + "\n".join(failures))


if __name__ == "__main__":
    main()

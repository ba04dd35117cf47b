"""What a walk is made of: stops, and what is pressed and filled in on the way to them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import FilePayload, Page

Given = str | FilePayload | Callable[[Page], str]
Step = str | tuple[str, Given]
NOBODY: Final = "00000000-0000-4000-8000-000000000000"
MAIL: Final = "ouder.onderweg@zonnewaard.example"
SEND: Final = "main form:has(input:not([type=hidden])) button[type=submit]"
KEEP: Final = "main form.kw-form button.btn-primary"
CHANGE: Final = "main a[href$='/edit']"
ROW: Final = "main tbody a"


def one(path: str) -> str:
    """Return the first link to something of that kind: nothing but an id follows the path."""
    long = len(path) + len(NOBODY)
    return f"xpath=//main//a[starts-with(@href, '{path}') and string-length(@href) = {long}]"


def on(*ends: str) -> tuple[str, ...]:
    """Return the links to follow one after another, by what their addresses end in."""
    return tuple(f"main a[href$='/{end}']" for end in ends)


@dataclass(frozen=True)
class Stop:
    name: str
    path: str
    steps: tuple[Step, ...] = ()


def file(name: str, content: bytes) -> FilePayload:
    return FilePayload(name=name, mimeType="application/octet-stream", buffer=content)


def go(page: Page, stop: Stop) -> None:
    page.goto(stop.path)
    page.locator(":root:not(:has(.kw-map:not([data-ready])))").wait_for()
    for step in stop.steps:
        if isinstance(step, str):
            _press(page, step)
        else:
            _give(page, *step)


def _press(page: Page, selector: str) -> None:
    """Press it: it chooses, opens, or replaces what is shown, and else it leads to a page."""
    wanted = page.locator(selector).first
    pressed = wanted.element_handle()
    if pressed.evaluate("one => one.matches('label, summary, input')"):
        wanted.click()
    elif pressed.evaluate("one => !!one.closest('form[data-step]')"):
        wanted.click()
        pressed.wait_for_element_state("hidden")
    else:
        with page.expect_event("load"):
            wanted.click()


def _give(page: Page, selector: str, given: Given) -> None:
    wanted = page.locator(selector).first
    if isinstance(given, str):
        wanted.fill(given)
    elif callable(given):
        wanted.fill(given(page))
    else:
        wanted.set_input_files(given)

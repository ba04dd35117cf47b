"""The product running for a real browser, and a browser that tells everything it noticed."""

import logging
import shutil
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import UUID

import waitress
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Playwright,
    Request,
    Response,
)  # fmt: skip
from sqlalchemy import select

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import User
from kinderwerk.activities.models import ActivityStaff, Occurrence
from kinderwerk.activities.rules import RegisterMode
from kinderwerk.app import create_app
from kinderwerk.core import clock
from kinderwerk.demo import queries as demo
from kinderwerk.web.extensions import as_system, db
from tests.conftest import migrate, settings
from tests.make import Make

MISSING: Final = "no Chromium here to test with: apt-get install chromium"
FLAGS: Final = (
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
)  # fmt: skip
PHONE: Final = {
    "viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True,
    "device_scale_factor": 2,
}  # fmt: skip
DESKTOP: Final = {"viewport": {"width": 1280, "height": 800}}
REPORT_VIOLATIONS: Final = """
document.addEventListener("securitypolicyviolation", event =>
  console.error(`content security policy: ${event.violatedDirective} ${event.blockedURI}`))
"""
#: How long a page may take on a busy machine before it is a fault, in milliseconds.
PATIENCE: Final = 30_000
#: How the browser tells that a connection was gone; an answer that is wrong is noticed by itself.
UNREACHED: Final = ("Failed to load resource", "An unknown error occurred when fetching the script")
REFUSABLE: Final = ("document", "fetch", "xhr")  # a form with errors answers 422, and is shown


def chromium() -> str | None:
    return next(
        filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None
    )


def launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))


@dataclass(frozen=True, kw_only=True)
class Site:
    url: str
    app: Flask
    directory: Path


def load_demo(directory: Path) -> Path:
    """Make the demo neighbourhood, and return its database."""
    directory.mkdir(parents=True, exist_ok=True)
    file = directory / "demo.sqlite"
    migrate(directory, f"sqlite:///{file}")
    app = create_app(settings(directory, f"sqlite:///{file}", demo=True))
    if "demo" in app.cli.commands:
        answer = app.test_cli_runner().invoke(args=["demo", "load"])
        if answer.exit_code:
            raise RuntimeError(answer.output) from answer.exception
    close(app)
    return file


@contextmanager
def serving(demo: Path, directory: Path, host: str = "127.0.0.1") -> Iterator[Site]:
    """Serve a copy of the demo neighbourhood on a free port, as `kinderwerk run` does."""
    directory.mkdir(parents=True, exist_ok=True)
    shutil.copy(demo, directory / "site.sqlite")
    listening = socket.create_server(("127.0.0.1", 0))
    url = f"http://{host}:{listening.getsockname()[1]}"
    database = f"sqlite:///{directory / 'site.sqlite'}"
    app = create_app(settings(directory, database, demo=True, public_url=url))
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(demo.parent))
    sockets: dict[int, Any] = {}
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # a page asks for much at once
    server = waitress.create_server(
        app, map=sockets, sockets=[listening], threads=4, clear_untrusted_proxy_headers=True
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield Site(url=url, app=app, directory=directory)
    finally:
        server.trigger.pull_trigger(partial(_stop, sockets))
        thread.join(timeout=10)
        server.task_dispatcher.shutdown()
        close(app)


def _stop(sockets: dict[int, Any]) -> None:
    for each in list(sockets.values()):
        each.close()


def close(app: Flask) -> None:
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


@dataclass
class Watch:
    """What went wrong in the browser without anybody looking."""

    host: str
    troubles: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("request", self._asked)
        context.on("response", self._answered)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.troubles.append(f"script error: {error.error}"))

    def _asked(self, request: Request) -> None:
        there = urlsplit(request.url)
        if there.scheme not in ("data", "blob") and there.netloc != self.host:
            self.troubles.append(f"request to somebody else: {request.url}")

    def _answered(self, response: Response) -> None:
        kind = response.request.resource_type
        if response.status >= (500 if kind in REFUSABLE else 400):
            self.troubles.append(f"{response.status} for the {kind} {response.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(UNREACHED):
            self.troubles.append(f"console: {message.text}")


@contextmanager
def visiting(
    browser: Browser, site_url: str, *, phone: bool = False, dark: bool = False,
    language: str = "nl-NL", scripts: bool = True, watch: Watch | None = None,
) -> Iterator[Page]:  # fmt: skip
    context = browser.new_context(
        **(PHONE if phone else DESKTOP), base_url=site_url, locale=language,
        timezone_id="Europe/Amsterdam", color_scheme="dark" if dark else "light",
        reduced_motion="reduce", java_script_enabled=scripts,
    )  # fmt: skip
    context.set_default_timeout(PATIENCE)
    if watch:
        watch.over(context)
    try:
        yield context.new_page()
    finally:
        context.close()


def lately() -> datetime:
    """Return when something of today began that goes on now."""
    return max(clock.midnight(clock.today()), clock.now() - timedelta(minutes=20))


def goes_on(site: Site, role: Role) -> UUID:
    """Have something go on now with whoever has that role, on whatever day this is run."""
    with site.app.app_context():
        session = as_system()
        found = demo.who_opens(session, role)
        assert found
        person = session.get_one(User, found.id)
        make = Make(session)
        activity = make.activity(
            person, title="Buiten op het plein", register=RegisterMode.MIXED, starts_at=lately(),
            staff=[ActivityStaff(user_id=person.id)],
        )  # fmt: skip
        return session.scalars(
            select(Occurrence.id).where(Occurrence.activity_id == activity.id)
        ).one()


def sign_in(page: Page, role: str) -> None:
    """Press the button of the demo that signs one in as that role."""
    page.goto("/sign-in")
    page.locator(f"form[action$='/demo/{role}'] button").first.click()
    page.wait_for_url(lambda url: not urlsplit(url).path.startswith(("/sign-in", "/demo/")))


def axe(page: Page) -> None:
    """Fail on anything that an automatic check of accessibility finds on this page."""
    found = Axe().run(page).response["violations"]
    told = "\n".join(
        f"{each['id']} ({each['impact']}): {each['help']}\n"
        + "\n".join(f"    {node['html'][:200]}" for node in each["nodes"][:5])
        for each in found
    )
    assert not found, f"{urlsplit(page.url).path} is hard to use for some:\n{told}"

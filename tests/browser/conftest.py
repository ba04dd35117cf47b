"""Fixtures for journeys: a site of the test's own, and pages that fail when the browser frets."""

import fcntl
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser import harness
from tests.browser.visitor import Visitor
from tests.conftest import CI

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if harness.chromium() is None:
        (pytest.fail if CI else pytest.skip)(harness.MISSING)
    expect.set_options(timeout=harness.PATIENCE)
    with sync_playwright() as playwright:
        browser = harness.launch(playwright)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the demo neighbourhood, made once and shared by all workers of the run."""
    base = tmp_path_factory.getbasetemp()
    shared = (base.parent if base.name.startswith("popen-") else base) / "demo"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        made = shared / "made"
        if not made.is_file():
            made.write_text(str(harness.load_demo(shared)))
    return Path(made.read_text())


@pytest.fixture
def site(demo: Path, tmp_path: Path) -> Iterator[harness.Site]:
    """The product, serving a fresh copy of the demo neighbourhood."""
    with harness.serving(demo, tmp_path) as site:
        yield site


@pytest.fixture
def watch(site: harness.Site) -> Iterator[harness.Watch]:
    watch = harness.Watch(urlsplit(site.url).netloc)
    yield watch
    assert not watch.troubles, "the browser noticed:\n" + "\n".join(watch.troubles)


@pytest.fixture
def laptop(browser: Browser, site: harness.Site, watch: harness.Watch) -> Iterator[Visitor]:
    with harness.visiting(browser, site.url, watch=watch) as page:
        yield Visitor(page)


@pytest.fixture
def phone(browser: Browser, site: harness.Site, watch: harness.Watch) -> Iterator[Visitor]:
    with harness.visiting(browser, site.url, phone=True, watch=watch) as page:
        yield Visitor(page)


@pytest.fixture
def plain(browser: Browser, site: harness.Site, watch: harness.Watch) -> Iterator[Visitor]:
    """A phone whose browser runs no scripts."""
    with harness.visiting(browser, site.url, phone=True, scripts=False, watch=watch) as page:
        yield Visitor(page, scripts=False)


@pytest.fixture
def arabic(browser: Browser, site: harness.Site, watch: harness.Watch) -> Iterator[Visitor]:
    """A phone whose owner reads Arabic."""
    with harness.visiting(browser, site.url, phone=True, language="ar", watch=watch) as page:
        yield Visitor(page, language="ar")

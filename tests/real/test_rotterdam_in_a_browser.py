"""The map of a real city in a real browser: neighbourhoods, schools, pitches, and nobody else."""

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Page, expect, sync_playwright
from sqlalchemy import select

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import User
from kinderwerk.app import create_app
from kinderwerk.web.extensions import db
from tests.browser import harness
from tests.conftest import migrate, settings
from tests.make import Make
from tests.pages import InspectingClient

pytestmark = pytest.mark.real
SCHOOLS, PITCHES = 167, 37  # of 175 schools eight are published without a point
COUNTED = 'name => window["geo_json_" + name].getLayers().length'


@pytest.fixture
def city(tmp_path: Path, real_data: Path) -> Path:
    """A database with all of Rotterdam as it is published."""
    file = tmp_path / "city.sqlite"
    migrate(tmp_path, f"sqlite:///{file}")
    app = create_app(settings(tmp_path, f"sqlite:///{file}"))
    with app.app_context():
        make = Make(db.session())
        owner = make.organisation(municipality=make.municipality(name="Rotterdam"))
        make.user(Role.COORDINATOR, organisation=owner)
        words = owner.name
        db.session.commit()
    for told in (
        ["neighbourhoods", f"{real_data}/geo/nl-rotterdam-buurten.geojson", "--key-figures",
         f"{real_data}/kerncijfers/nl-rotterdam-kerncijfers-2024.csv",
         "--municipality", "Rotterdam"],
        ["schools", f"{real_data}/locations/nl-rotterdam-basisscholen.csv",
         "--organisation", words],
        ["pitches", f"{real_data}/locations/nl-rotterdam-pitch-osm.geojson",
         "--organisation", words],
    ):  # fmt: skip
        answer = app.test_cli_runner().invoke(args=["import", *told])
        assert answer.exit_code == 0, answer.output
    harness.close(app)
    return file


def come_in(page: Page, app: Flask, url: str) -> None:
    with app.app_context():
        user = db.session().scalars(select(User)).one()
    client = InspectingClient(app, app.response_class)
    client.sign_in(user)
    name = app.config["SESSION_COOKIE_NAME"]
    kept = client.get_cookie(name)
    assert kept
    page.context.add_cookies([{"name": name, "value": kept.value, "url": url}])


@pytest.mark.parametrize("phone", [True, False], ids=["phone", "laptop"])
def test_neighbourhoods_schools_and_pitches_come_from_one_host(
    city: Path, tmp_path: Path, phone: bool
) -> None:
    keep = os.environ.get("KINDERWERK_KEEP_SHOTS")
    with (
        harness.serving(city, tmp_path / "site") as site,
        sync_playwright() as playwright,
    ):
        browser = harness.launch(playwright)
        watch = harness.Watch(urlsplit(site.url).netloc)
        hosts: set[str] = set()
        for dark in (False, True):
            with harness.visiting(browser, site.url, phone=phone, dark=dark, watch=watch) as page:
                page.on("request", lambda asked: hosts.add(urlsplit(asked.url).netloc))
                come_in(page, site.app, site.url)
                page.goto("/map/")
                page.locator(":root:not(:has(.kw-map:not([data-ready])))").wait_for()
                assert page.evaluate(COUNTED, "areas") > 80
                assert page.evaluate(COUNTED, "pitches") == PITCHES
                assert page.evaluate(COUNTED, "schools") == SCHOOLS
                box = page.get_by_label("Sportvelden")
                box.focus()
                page.keyboard.press("Space")
                expect(box).not_to_be_checked()
                page.keyboard.press("Space")
                expect(box).to_be_checked()
                if keep:
                    name = f"{keep}/map-{'phone' if phone else 'laptop'}{'-dark' * dark}.png"
                    page.locator(".kw-map").screenshot(path=name)
                page.goto("/map/places?page=2")
                expect(page.get_by_role("table")).to_be_visible()
        browser.close()
        assert hosts == {urlsplit(site.url).netloc}
        assert not watch.troubles, "the browser noticed:\n" + "\n".join(watch.troubles)

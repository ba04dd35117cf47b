"""The map: what the server takes, and a browser beside a plain Leaflet canvas, in turns."""

import json
import statistics
import tempfile
from pathlib import Path
from random import Random
from typing import Any, Final

from flask.testing import FlaskClient
from playwright.sync_api import Browser, Page, Route, sync_playwright
from sqlalchemy import insert
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.app import create_app
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.ids import sortable
from kinderwerk.places.models import Venue
from kinderwerk.storage.work import unit_of_work
from kinderwerk.web.extensions import db
from tests.bench import bars, city
from tests.bench.facts import timed
from tests.browser import harness
from tests.conftest import migrate, settings
from tests.make import all_seeing
from tests.pages import InspectingClient

HOODS: Final = 400
POINTS: Final = (1_000, 10_000)
ROUNDS: Final = 5
BAR: Final = 1.4
SERVER: Final = 50
PAGE: Final = 60 * 1024
#: Drawn is what two frames came after.
NOTES: Final = """
new MutationObserver((_, watch) => {
  if (!document.querySelector("[data-ready]")) return;
  watch.disconnect();
  requestAnimationFrame(() => requestAnimationFrame(() => { window.drawn = performance.now(); }));
}).observe(document, { subtree: true, childList: true, attributes: true });
"""
PLAIN: Final = """<!doctype html><title>Plain</title>
<link rel="stylesheet" href="/static/vendor/leaflet/leaflet.css">
<div id="plain" style="width: %(width)dpx; height: %(height)dpx"></div>
<script src="/static/vendor/leaflet/leaflet.js"></script>
<script>
const map = window.plain_map = L.map("plain", { preferCanvas: true, zoomSnap: 0.25 });
map.fitBounds(%(corners)s);
fetch("/map/data.json").then((answer) => answer.json()).then((data) => {
  L.geoJSON(data.areas, { style: { weight: 1, fillOpacity: 0.8 } }).addTo(map);
  L.geoJSON(data.venues, { pointToLayer: (_, at) => L.circleMarker(at, { radius: 5 }) }).addTo(map);
  document.getElementById("plain").dataset.ready = "";
});
</script>"""
TOOK: Final = """() => {
  const fetched = performance.getEntriesByType("resource");
  const data = fetched.find((one) => one.name.includes("data.json"));
  return window.drawn - data.responseEnd;
}"""
#: How long it takes to draw again after a step aside, for somebody who drags the map.
MOVES: Final = """async (name) => {
  const map = window[name], took = [];
  const frame = () => new Promise((then) => requestAnimationFrame(then));
  for (let n = 0; n < 8; n++) {
    await frame();
    const begun = performance.now();
    map.panBy([n % 2 ? 80 : -80, 0], { animate: false });
    await frame();
    await frame();
    took.push(performance.now() - begun);
  }
  return took.sort((a, b) => a - b)[4];
}"""


def told(points: int) -> str:
    """Return what the server says of 400 neighbourhoods and so many places."""
    chance = Random(5)
    areas = [_feature(city._square(n), f"Area {n}", f"tint-{n % 4}") for n in range(HOODS)]
    venues = [
        _feature(
            {
                "type": "Point",
                "coordinates": [4 + chance.random() * 0.2, 52 + chance.random() * 0.2],
            },
            f"Place {n}",
            "venue",
        )
        for n in range(points)
    ]
    empty = {"type": "FeatureCollection", "features": []}
    made = {"areas": areas, "venues": venues}
    layers = {name: empty | {"features": found} for name, found in made.items()}
    return json.dumps(layers | {"white": empty, "activities": empty})


def _feature(geometry: dict[str, Any], title: str, kind: str) -> dict[str, Any]:
    lines = ["Children reached: 12", "Living here: 400"]
    told = {"title": title, "lines": lines, "kind": kind, "url": "/places/venues"}
    return {"type": "Feature", "geometry": geometry, "properties": told}


def look(page: Page, address: str, name: str) -> tuple[float, float]:
    page.goto(address)
    page.wait_for_function("() => window.drawn")
    return page.evaluate(TOOK), page.evaluate(MOVES, name)


def serve(client: FlaskClient) -> None:
    """Print what page and data take, of all the places that there are."""
    for path, most in (("/map/", PAGE), ("/map/data.json", None)):
        answer = client.get(path)
        assert answer.status_code == 200, answer.status
        clock, work = timed(lambda: client.get(path), 9)  # noqa: B023
        found = f"{work:.0f} ms, {len(answer.data):,} bytes"
        line = f"{path}, {HOODS} areas, {POINTS[-1]:,} places: {clock:.0f} ms, of processor {found}"
        if most:
            line += ": " + bars.verdict(
                "map, server and page", found, f"{SERVER} ms, {most:,} bytes",
                met=work <= SERVER and len(answer.data) <= most,
            )  # fmt: skip
        print(line, flush=True)


def scatter(session: Session, here: city.City) -> None:
    """Put as many places of the organisation on the map as the browser is to draw."""
    chance = Random(5)
    with unit_of_work(session):
        session.execute(insert(Venue).execution_options(audited="bench.made"), [
            {"id": sortable(), "created_at": clock.now(), "name": f"Place {n}",
             "organisation_id": here.organisation.id, "neighbourhood_id": chance.choice(here.hoods),
             "latitude": 52 + chance.random() * 0.2, "longitude": 4 + chance.random() * 0.2}
            for n in range(POINTS[-1])
        ])  # fmt: skip
        audit.record(session, SYSTEM, "bench.made", here.organisation.id)


def compare(browser: Browser, site: harness.Site, cookie: Any, points: int) -> None:
    context = browser.new_context(bypass_csp=True, viewport={"width": 1280, "height": 800})
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site.url}])
    context.add_init_script(NOTES)
    context.set_default_timeout(120_000)
    data, frame = told(points), {"width": 0, "height": 0}
    corners = [[52, 4], [52.2, 4.2]]

    def answer(route: Route) -> None:
        route.fulfill(body=data, content_type="application/json")

    def plain(route: Route) -> None:
        route.fulfill(body=PLAIN % {**frame, "corners": corners}, content_type="text/html")

    context.route("**/map/data.json*", answer)
    context.route("**/plain", plain)
    page = context.new_page()
    page.goto(f"{site.url}/map/")
    page.wait_for_function("() => window.drawn")
    box = page.locator(".leaflet-container").bounding_box()
    assert box
    frame |= {"width": int(box["width"]), "height": int(box["height"])}
    ours, theirs = [], []
    for _ in range(ROUNDS):
        ours.append(look(page, f"{site.url}/map/", "map_kinderwerk"))
        theirs.append(look(page, f"{site.url}/plain", "plain_map"))
    for n, what in enumerate(("drawn", "dragged")):
        mine, other = (statistics.median(one[n] for one in all) for all in (ours, theirs))
        verdict = bars.verdict(
            f"map of {points:,} points, {what}", f"{mine / other:.2f} x plain Leaflet", f"{BAR} x",
            met=mine <= BAR * other,
        )  # fmt: skip
        print(
            f"{points:,} points, {HOODS} areas, {what}: {mine:.0f} ms, plain {other:.0f} ms,"
            f" {mine / other:.2f} x, bar {BAR}: {verdict}", flush=True,
        )  # fmt: skip
    context.close()


def main() -> None:
    with tempfile.TemporaryDirectory() as home:
        file = Path(home) / "city.sqlite"
        migrate(Path(home), f"sqlite:///{file}")
        app = create_app(settings(Path(home), f"sqlite:///{file}"))
        with app.app_context():
            engine = db.engine
        with all_seeing(engine) as session:
            here = city.build(session, HOODS)
            scatter(session, here)
            app.test_client_class = InspectingClient
            client: Any = app.test_client()
            client.sign_in(here.coordinator)
            cookie = next(iter(client._cookies.values()))
            app.test_client_class = FlaskClient
            plain: Any = app.test_client()
            plain._cookies = client._cookies
            serve(plain)
        harness.close(app)
        with (
            harness.serving(file, Path(home) / "served") as site,
            sync_playwright() as playwright,
        ):
            browser = harness.launch(playwright)
            for points in POINTS:
                compare(browser, site, cookie, points)
            browser.close()


if __name__ == "__main__":
    main()

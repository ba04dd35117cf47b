"""The pages of children: no account and no cookie; no other site and no log hears of them."""

import logging
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kinderwerk import paths
from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation
from kinderwerk.accounts.rules import Country
from kinderwerk.core import clock
from kinderwerk.helplines.rules import CHECKED_FOR
from kinderwerk.web.child_pages import PREFIX, untold
from kinderwerk.web.logs import Discreet, Lines
from tests.club import Club
from tests.make import A_WEDNESDAY, Make


def home(club: Club) -> str:
    return f"/kids/{club.here.id}/{club.area.id}/"


def pages(club: Club) -> tuple[str, ...]:
    return ("/kids/", home(club), f"{home(club)}about", f"/kids/{club.here.id}/")


def test_a_child_finds_its_neighbourhood_from_the_programme(
    client: FlaskClient, club: Club
) -> None:
    assert 'href="/kids/"' in client.get("/").text
    answer = client.get("/kids/", follow_redirects=True)
    assert answer.status_code == 200
    assert club.area.name in answer.text
    assert "Wat is er te doen?" in client.get(home(club)).text


def test_reading_needs_no_cookie_and_nothing_is_kept_or_told(
    client: FlaskClient, club: Club
) -> None:
    for path in pages(club):
        answer = client.get(path)
        assert answer.status_code in (200, 302), path
        assert "Set-Cookie" not in answer.headers, path
        assert answer.headers["Cache-Control"] == "no-store", path
        assert answer.headers["X-Robots-Tag"] == "noindex", path
        assert answer.headers["Referrer-Policy"] in ("strict-origin", "no-referrer"), path
        assert 'src="http' not in answer.text, path
        assert "https://" not in answer.text.replace("https://kindertelefoon.nl/", ""), path


def test_what_is_not_there_is_not_there(client: FlaskClient, club: Club, make: Make) -> None:
    town = make.municipality()
    elsewhere = make.neighbourhood(district=make.district(municipality_id=town.id))
    for path in (f"/kids/{uuid4()}/", f"/kids/{club.here.id}/{uuid4()}/",
                 f"/kids/{club.here.id}/{elsewhere.id}/", "/kids/nonsense"):  # fmt: skip
        assert client.get(path).status_code == 404, path


def test_each_page_names_whom_to_call_in_the_country_of_the_child(
    client: FlaskClient, club: Club, make: Make
) -> None:
    german = make.organisation(municipality=make.municipality(country=Country.GERMANY))
    shown = client.get(home(club)).text
    assert 'href="tel:08000432"' in shown
    assert "Gratis en anoniem. Voor kinderen van 8 tot 18." in shown
    shown = client.get(f"/kids/{german.id}/").text
    assert 'href="tel:116111"' in shown
    assert "nummergegenkummer.de" in shown
    assert "0800" not in shown


def looked_up(client: FlaskClient, make: Make, here: Organisation) -> None:
    hours = {f"opens_{day}": "11:00" for day in range(7)}
    hours |= {f"closes_{day}": "21:00" for day in range(7)}
    client.sign_in(make.user(Role.ADMIN, organisation=here))
    said = {"name": "", "number": "", "checked_on": str(clock.today())}
    assert client.post("/helplines/kindertelefoon", data=said | hours).status_code == 303


def test_hours_stand_there_only_while_somebody_looked_them_up_lately(
    app: Flask, client: FlaskClient, club: Club, make: Make
) -> None:
    child = app.test_client()
    with clock.stopped(A_WEDNESDAY):
        assert "Wanneer:" in child.get(home(club)).text
        looked_up(client, make, club.here)
    noon, late = clock.midnight(clock.to_wall(A_WEDNESDAY).date()), timedelta(hours=22)
    with clock.stopped(noon + timedelta(hours=12)):
        shown = child.get(home(club)).text
    assert "Vandaag van 11:00 tot 21:00." in shown
    assert "Nu open" in shown
    with clock.stopped(noon + late):
        assert "Nu open" not in child.get(home(club)).text
    with clock.stopped(noon + CHECKED_FOR + timedelta(days=1, hours=12)):
        shown = child.get(home(club)).text
    assert "Vandaag van" not in shown
    assert "Nu open" not in shown
    assert "kindertelefoon.nl" in shown


def test_half_of_a_day_is_refused(client: FlaskClient, make: Make, here: Organisation) -> None:
    client.sign_in(make.user(Role.ADMIN, organisation=here))
    said = {"name": "", "number": "", "checked_on": str(clock.today()), "opens_2": "11:00"}
    assert client.post("/helplines/kindertelefoon", data=said).status_code == 422


def test_who_leaves_takes_nothing_along(client: FlaskClient, club: Club) -> None:
    client.post("/language", data={"language": "ar", "onward": home(club)})
    answer = client.get("/kids/leave")
    assert (answer.status_code, answer.location) == (303, "/")
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert client.get_cookie("kinderwerk") is None
    client.sign_in(club.worker)
    client.get("/kids/leave")
    assert client.get("/today").status_code == 200, "a worker who looked stays signed in"


def told(record: logging.LogRecord) -> str:
    Discreet().filter(record)
    return Lines().format(record)


def test_no_record_tells_the_address_of_a_page_of_children(
    app: Flask, club: Club, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    caplog.set_level(logging.DEBUG)
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def fail(*given: object, **more: object) -> None:
        raise RuntimeError(f"while reading {home(club)}")

    child = app.test_client()
    for path in (*pages(club), "/kids/nowhere", "/kids"):
        child.get(path)
    monkeypatch.setattr("kinderwerk.children.views.page", fail)
    assert child.get(home(club)).status_code == 500
    assert [record for record in caplog.records if record.exc_info]
    for record in caplog.records:
        assert "kids" not in record.getMessage(), record
        assert "/kids" not in told(record), record
    for record in caplog.records:
        assert "/kids" not in str(getattr(record, "told", "")), record


@pytest.mark.parametrize(
    "said",
    [
        "Client disconnected while serving /kids/9/about",
        "Exception while serving /%6bids/9?q=1",
        '"GET https://buurt.example/KIDS/9 HTTP/1.1"',
        "Error handling request /kids",
    ],
)
def test_what_a_server_writes_by_itself_is_held_back_too(said: str) -> None:
    args = ("waitress", logging.INFO, "", 0, "%s", (said,), None)
    assert "ids" not in told(logging.LogRecord(*args))


def test_other_addresses_are_told_as_before() -> None:
    assert untold("GET /kidsclub and /activities") == "GET /kidsclub and /activities"


def test_each_example_of_a_proxy_leaves_the_pages_of_children_out() -> None:
    paper = (paths.PACKAGE.parent / "docs/proxy.md").read_text("utf-8")
    for name in ("nginx", "caddy", "apache"):
        (example,) = re.findall(rf"```{name}\n(.*?)```", paper, re.S)[:1]
        assert PREFIX in example, name
    assert "combined" not in paper, "that format has a column for the page one comes from"


def test_no_example_of_a_proxy_writes_an_address() -> None:
    """A link in a mail has its token there."""
    paper = (paths.PACKAGE.parent / "docs/proxy.md").read_text("utf-8")
    along = (paths.PACKAGE.parent / "docs/deploy/Caddyfile").read_text("utf-8")
    formats = re.findall(r"^(?:log_format \w+|LogFormat) (?:'([^']*)'|\"([^\"]*)\")", paper, re.M)
    assert len(formats) == 2
    for told in formats:
        assert not re.search(r"uri|request |args|%U|%r|%q|referer", "".join(told), re.IGNORECASE)
    for example in (paper, along):
        assert "request>uri delete" in example
        assert "exclude http.log.error" in example


def test_the_proxy_that_comes_along_writes_no_line_about_the_pages_of_children() -> None:
    example = (paths.PACKAGE.parent / "docs/deploy/Caddyfile").read_text("utf-8")
    matched = dict(re.findall(r"^\s*@(\w+) path (.+)$", example, re.M))
    (skipped,) = re.findall(r"^\s*log_skip @(\w+)$", example, re.M)
    assert set(matched[skipped].split()) == {PREFIX, f"{PREFIX}/*"}
    assert re.search(r"^\s*request>headers>Referer delete$", example, re.M)
    assert re.search(r"^\s*request>uri delete$", example, re.M)

"""Whoever finds a weak spot learns where to tell it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kinderwerk.config import Misconfigured, Settings
from kinderwerk.core import clock
from tests.rush import environment


def contacted(app: Flask, monkeypatch: pytest.MonkeyPatch, contact: str | None) -> None:
    here = replace(app.extensions["kinderwerk_settings"], security_contact=contact)
    monkeypatch.setitem(app.extensions, "kinderwerk_settings", here)


def test_machines_find_the_contact_for_a_while(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    contacted(app, monkeypatch, "mailto:safe@example.org")
    answer = client.get("/.well-known/security.txt")
    assert answer.content_type == "text/plain; charset=utf-8"
    told = dict(line.split(": ", 1) for line in answer.text.splitlines())
    assert told["Contact"] == "mailto:safe@example.org"
    assert told["Canonical"].endswith("/.well-known/security.txt")
    assert told["Policy"].endswith("/weak-spots")
    until = datetime.strptime(told["Expires"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
    assert timedelta(days=80) < until - clock.now() < timedelta(days=365)


def test_nothing_is_said_where_nobody_is_named(client: FlaskClient) -> None:
    assert client.get("/.well-known/security.txt").status_code == 404
    assert client.get("/weak-spots").status_code == 200


def test_people_find_the_page_and_the_address(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "/weak-spots" in client.get("/your-data/").text
    assert "aangifte" not in client.get("/weak-spots").text
    contacted(app, monkeypatch, "https://example.org/report")
    page = client.get("/weak-spots").text
    assert 'href="https://example.org/report"' in page
    assert "aangifte" in page


@pytest.mark.parametrize(
    "contact", ["somebody", "http://example.org", "a@b\nContact: mailto:x@y.z", "javascript:1"]
)
def test_a_contact_that_is_none_stops_with_a_sentence(app: Flask, contact: str) -> None:
    told = environment(app.extensions["kinderwerk_settings"])
    with pytest.raises(Misconfigured, match="KINDERWERK_SECURITY_CONTACT"):
        Settings.from_environment(told | {"KINDERWERK_SECURITY_CONTACT": contact})


def test_an_address_becomes_a_link_for_mail(app: Flask) -> None:
    told = environment(app.extensions["kinderwerk_settings"])
    made = Settings.from_environment(told | {"KINDERWERK_SECURITY_CONTACT": "safe@example.org"})
    assert made.security_contact == "mailto:safe@example.org"

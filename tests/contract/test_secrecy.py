"""Sealed columns stay shut, logs carry no values, and every answer carries its headers."""

import logging
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts import queries
from kinderwerk.accounts.service import add_user
from kinderwerk.storage.base import SEALED, Base
from kinderwerk.web.headers import nonce
from tests.make import Make

MARKER = "Fatima-Jansen-of-12-Harbour-Street"
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; worker-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)


def test_sealed_columns_are_never_loaded_unasked() -> None:
    sealed = [
        attribute
        for mapper in Base.registry.mappers
        for attribute in mapper.column_attrs
        if attribute.columns[0].info.get(SEALED)
    ]
    assert sealed
    assert all(attribute.deferred and attribute.raiseload for attribute in sealed)


def test_a_database_error_is_logged_without_values(
    app: Flask, make: Make, caplog: pytest.LogCaptureFixture
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    app.extensions.pop("onlooker")

    def repeat() -> str:
        make.organisation(name=MARKER)
        try:
            make.organisation(name=MARKER)
        except IntegrityError as error:
            raise ValueError(MARKER) from error
        return ""

    repeat.access = "public"
    app.add_url_rule("/repeat", view_func=repeat)
    caplog.set_level(logging.DEBUG)
    answer = app.test_client().get("/repeat")
    assert answer.status_code == 500
    assert MARKER not in answer.text
    assert MARKER not in caplog.text
    assert "uq_organisation_name" in caplog.text
    assert "in repeat" in caplog.text


def test_parameters_are_not_shown(session: Session, make: Make) -> None:
    assert session.get_bind().hide_parameters


@pytest.mark.parametrize(
    ("error", "status"),
    [(OperationalError("select", {}, Exception("gone")), 503), (RuntimeError("bug"), 500)],
)
def test_a_broken_server_says_so_without_help(
    app: Flask, client: FlaskClient, make: Make, monkeypatch: pytest.MonkeyPatch,
    error: Exception, status: int,
) -> None:  # fmt: skip
    app.config["PROPAGATE_EXCEPTIONS"] = False
    client.sign_in(make.worker())

    def fail(*given: object) -> None:
        raise error

    monkeypatch.setattr(queries, "signed_in_by", fail)
    answer = client.get("/sign-in")
    assert answer.status_code == status
    assert "Er is iets misgegaan" in answer.text
    assert answer.headers["Content-Security-Policy"] == CSP


@pytest.mark.parametrize(
    ("path", "title"),
    [("/nowhere", "Deze pagina bestaat niet")],
)
def test_error_pages_are_dutch(client: FlaskClient, make: Make, path: str, title: str) -> None:
    client.sign_in(make.parent())
    assert f"<h1>{title}</h1>" in client.get(path).text


def test_an_unreadable_request_is_answered_in_dutch(app: Flask, client: FlaskClient) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    assert "<h1>Dat konden we niet lezen</h1>" in client.post("/sign-in").text


def test_too_much_is_refused(client: FlaskClient) -> None:
    assert client.post("/sign-in", data={"email": "x" * 4_000_000}).status_code == 413


@pytest.mark.parametrize("base_url", ["http://localhost", "https://localhost"])
def test_every_answer_carries_its_headers(client: FlaskClient, make: Make, base_url: str) -> None:
    for path in ("/sign-in", "/nowhere", "/static/css/base.css"):
        with client.get(path, base_url=base_url) as answer:
            headers = answer.headers
        assert headers["Content-Security-Policy"] == CSP
        assert headers["Referrer-Policy"] == "same-origin"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert ("Strict-Transport-Security" in headers) is base_url.startswith("https")
        assert headers.get("Cache-Control") != "no-store"


def test_an_inline_script_needs_the_nonce_of_its_own_answer(app: Flask) -> None:
    def page() -> str:
        return f"<p>{nonce()}</p>"

    page.access = "public"
    app.add_url_rule("/page", view_func=page)
    one, other = (app.test_client().get("/page") for _ in range(2))
    allowed = f"script-src 'self' 'nonce-{one.text[3:-4]}';"
    assert allowed in one.headers["Content-Security-Policy"]
    assert one.text != other.text


def test_a_form_stays_valid_as_long_as_the_session(app: Flask) -> None:
    assert app.config["WTF_CSRF_TIME_LIMIT"] is None


def test_nothing_is_kept_of_what_the_signed_in_see(client: FlaskClient, make: Make) -> None:
    client.sign_in(make.worker())
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"
    with client.get("/static/css/base.css") as answer:
        assert answer.headers["Cache-Control"] != "no-store"


def test_a_form_works_over_https_with_every_guard_on(
    app: Flask, session: Session, make: Make
) -> None:
    app.config |= {"WTF_CSRF_ENABLED": True, "SESSION_COOKIE_SECURE": True}
    add_user(
        session, SYSTEM, email="p@example.org", name="P", role=Role.VOLUNTEER,
        password="three words together", organisation=make.organisation(),
    )  # fmt: skip
    client, site = app.test_client(), "https://localhost"
    form = client.get("/sign-in", base_url=site)
    token = re.search(r'name="csrf_token"[^>]* value="([^"]+)"', form.text)
    assert token
    data = {"email": "p@example.org", "password": "three words together", "csrf_token": token[1]}
    came_from = {"Referer": f"{site}/sign-in"}
    answer = client.post("/sign-in", base_url=site, data=data, headers=came_from)
    assert answer.status_code in (302, 303)
    assert "Secure" in answer.headers["Set-Cookie"]
    assert client.post("/sign-in", base_url=site, data=data).status_code == 400

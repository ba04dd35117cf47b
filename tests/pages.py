"""A test client for which every page is also a test of the page."""

import os
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from uuid import UUID
from xml.etree.ElementTree import Element

import html5lib
from flask import has_app_context
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kinderwerk.accounts import queries, sessions
from kinderwerk.accounts.models import User
from kinderwerk.accounts.service import signed_in
from kinderwerk.storage.work import unit_of_work
from kinderwerk.web.extensions import db

POSTGRES: Final = os.environ.get("KINDERWERK_TEST_DATABASE", "sqlite") == "postgres"
FOR_GOOD: Final = datetime(2099, 1, 1, tzinfo=UTC)


class InspectingClient(FlaskClient):
    def open(self, *args: Any, **kwargs: Any) -> TestResponse:
        assert not has_app_context(), "requests would share this context, and the user in it"
        response = super().open(*args, **{"buffered": True} | kwargs)
        guarded(response)
        if onlooker := self.application.extensions.get("onlooker"):
            onlooker.rollback()  # so that the test sees what the request committed
        page = response.mimetype == "text/html" and not (300 <= response.status_code < 400)
        if page and not POSTGRES:  # the same page comes from both; looking takes a while
            inspect(response.text, whole=b"<!doctype" in response.data[:20])
        return response

    def sign_in(self, user: User, membership: UUID | str | None = None) -> None:
        """Be that person for good, in that membership or in their first if they have any.

        The second factor counts as shown, and nothing has to be proved again.
        """
        with self.application.app_context():
            token = _for_good(db.session(), user.id, membership)
        with self.session_transaction() as cookie:
            cookie.clear()
            cookie.update(_user_id=token, _fresh=True)


def _for_good(session: Session, user_id: UUID, membership: UUID | str | None) -> str:
    user = session.get_one(User, user_id)
    current = user.current_memberships
    chosen = next((held for held in current if str(held.id) == str(membership)), None)
    acting = None if membership == sessions.AS_PARENT else chosen or next(iter(current), None)
    with unit_of_work(session):
        token = signed_in.start(session, user, acting, "Firefox, Linux", None)
        row = queries.signed_in_by(session, token)
        assert row
        row.until, row.last_seen_at = FOR_GOOD, FOR_GOOD - timedelta(hours=1)
        row.factor_at = row.proved_at = row.last_seen_at
    return token


def guarded(response: TestResponse) -> None:
    """Fail where an answer of any kind would let a browser do what nobody needs."""
    headers = response.headers
    content = headers["Content-Security-Policy"]
    assert "default-src 'none'" in content
    assert "unsafe" not in content
    if not response.request.path.startswith("/embed/"):
        assert "frame-ancestors 'none'" in content
        assert headers["X-Frame-Options"] == "DENY"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    for feature in ("camera", "microphone", "geolocation"):
        assert f"{feature}=()" in headers["Permissions-Policy"]
    assert headers["Referrer-Policy"] in ("same-origin", "strict-origin", "no-referrer")
    if response.mimetype == "text/html":
        given = re.findall(r'nonce="([^"]*)"', response.text)
        assert set(given) <= set(re.findall(r"'nonce-([^']*)'", content))


@lru_cache(maxsize=500)
def inspect(text: str, *, whole: bool) -> None:
    """Fail on malformed HTML and on the commonest obstacles for people and screen readers."""
    parser = html5lib.HTMLParser(namespaceHTMLElements=False)  # tests press in several threads
    root: Element = parser.parse(text) if whole else parser.parseFragment(text)
    assert not whole or not parser.errors, parser.errors
    ids = Counter(element.get("id") for element in root.iter() if element.get("id"))
    assert not [name for name, times in ids.items() if times > 1], f"repeated ids in {ids}"
    if whole:
        headings = [h.text for h in root.iter("h1")]
        assert len(headings) == 1, f"one h1 a page, found {headings}"
        assert root.find("head/title").text.startswith(headings[0] or "")
        assert root.get("lang"), "say which language the page is in"
    labelled = {label.get("for") for label in root.iter("label")}
    for control in (*root.iter("input"), *root.iter("select"), *root.iter("textarea")):
        hidden = control.get("type") in ("hidden", "submit")
        assert hidden or control.get("id") in labelled, f"unlabelled {control.attrib}"
        for name in (control.get("aria-describedby") or "").split():
            assert name in ids, f"aria-describedby points at nothing: {name}"
    for form in root.iter("form"):
        assert form.get("action"), "a form says where it goes"
    for element in root.iter():
        assert element.tag != "style", "style belongs in a file"
        assert not [name for name in element.attrib if name.startswith("on") or name == "style"]
    for script in root.iter("script"):
        data = (script.get("type") or "").endswith("json")
        assert script.get("src") or script.get("nonce") or data, "scripts belong in files"


def hidden(text: str) -> dict[str, list[str]]:
    """Return what the form on the page would send along."""
    found: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*type=\"hidden\"[^>]*>", text):
        name, value = (re.search(rf'{key}="([^"]*)"', tag) for key in ("name", "value"))
        if name and value:
            found.setdefault(name[1], []).append(value[1])
    return found

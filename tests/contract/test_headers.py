"""Each answer refuses what its face does not need: the programme, the family, staff, doors, files.

What holds for all of them is looked at in every test of the run (`tests.pages.guarded`), and what
each page of each role has in `test_walk`.
"""

import re
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Link
from kinderwerk.accounts.rules import LINK_LASTS, LinkPurpose
from kinderwerk.accounts.tokens import signer
from kinderwerk.app import create_app
from kinderwerk.core import clock
from kinderwerk.web.headers import uses
from tests.conftest import settings
from tests.contract.faces import SITE
from tests.make import Make
from tests.pages import InspectingClient, hidden

#: No database has a say in what browsers are told to refuse.
pytestmark = pytest.mark.sqlite


@pytest.fixture
def served(app: Flask, make: Make) -> dict[str, InspectingClient]:
    """A browser of each face, on a site with every guard on."""
    here = make.organisation()
    found: dict[str, InspectingClient] = {"visitor": app.test_client()}  # type: ignore[dict-item]
    people = {
        "parent": make.parent(), "worker": make.worker(organisation=here),
        "coordinator": make.user(Role.COORDINATOR, organisation=here),
        "officer": make.user(Role.PRIVACY_OFFICER, organisation=here),
        "admin": make.user(Role.ADMIN, organisation=here),
        "municipality": make.user(Role.MUNICIPALITY, municipality=here.municipality),
    }  # fmt: skip
    for name, person in people.items():
        client = app.test_client()
        client.sign_in(person)
        found[name] = client
    return found


def test_only_the_programme_is_for_search_engines(
    app: Flask, served: dict[str, InspectingClient], make: Make
) -> None:
    activity = make.activity()
    visitor = served["visitor"]
    for path in ("/", f"/programme/{activity.id}"):
        assert "X-Robots-Tag" not in visitor.get(path).headers
    for path in ("/sign-in", "/nowhere", f"/programme/{UUID(int=7)}", "/family", "/healthz"):
        assert visitor.get(path).headers["X-Robots-Tag"] == "noindex"


def test_answers_that_are_not_pages_carry_the_headers_too(
    app: Flask, served: dict[str, InspectingClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    visitor, worker = served["visitor"], served["worker"]
    assert visitor.get("/nowhere").status_code == 404
    assert visitor.delete("/sign-in").status_code == 405
    assert visitor.open("/sign-in", method="TRACE").status_code == 405
    assert visitor.post("/sign-in", data={"email": "x" * 4_000_000}).status_code == 413
    assert worker.get("/audit-log").status_code == 404
    assert visitor.get("/today").status_code in (302, 303)

    def fail(*given: object, **more: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("kinderwerk.today.views.page", fail)
    broken = worker.get("/today")
    assert broken.status_code == 500
    assert broken.headers["Cache-Control"] == "no-store"


def test_nothing_is_asked_of_a_device_that_is_not_known() -> None:
    with pytest.raises(ValueError, match="bluetooth"):
        uses("bluetooth")


@pytest.fixture
def door(session: Session, make: Make) -> str:
    """The address in a mail that lets in whoever has it."""
    parent = make.parent()
    link = make.save(
        Link(purpose=LinkPurpose.SIGN_IN, email=parent.email, expires_at=clock.now() + LINK_LASTS)
    )
    token = signer.token(link.id, LinkPurpose.SIGN_IN.value, link.expires_at)
    return f"/sign-in/link/{link.id}/{token}"


def test_an_address_that_lets_in_is_told_to_nobody_and_its_form_still_works(
    app: Flask, client: FlaskClient, door: str
) -> None:
    app.config |= {"WTF_CSRF_ENABLED": True, "SESSION_COOKIE_SECURE": True}
    shown = client.get(door, base_url=SITE)
    assert shown.headers["Referrer-Policy"] == "strict-origin"
    assert shown.headers["Cache-Control"] == "no-store"
    sent = {name: values[0] for name, values in hidden(shown.text).items()}
    alone = {"Referer": f"{SITE}/"}  # what that policy leaves of the address
    entered = client.post(door, base_url=SITE, data=sent, headers=alone)
    assert entered.status_code == 303
    assert entered.headers["Referrer-Policy"] == "no-referrer"
    gone = client.get(door, base_url=SITE)
    assert gone.status_code == 410
    assert gone.headers["Referrer-Policy"] == "no-referrer"
    assert gone.headers["Cache-Control"] == "no-store"


def test_what_one_takes_along_is_no_page(served: dict[str, InspectingClient], make: Make) -> None:
    activity = make.activity()
    calendar = served["visitor"].get(f"/programme/{activity.id}.ics")
    assert calendar.headers["Content-Disposition"] == "inline; filename=kinderwerk.ics"
    assert calendar.headers["X-Robots-Tag"] == "noindex"
    for path in (f"/programme/{activity.id}.ics", "/healthz"):
        content = served["visitor"].get(path).headers["Content-Security-Policy"]
        assert content.startswith("default-src 'none'; base-uri")


def test_signing_out_takes_what_going_back_would_show(
    served: dict[str, InspectingClient],
) -> None:
    assert served["worker"].post("/sign-out").headers["Clear-Site-Data"] == '"cache"'


def test_the_cookie_is_of_this_host_and_out_of_reach_of_scripts(
    database: str, tmp_path: Path
) -> None:
    strict = create_app(settings(tmp_path, database, secure_cookies=True))
    with strict.test_client() as client:
        answer = client.get("/sign-in", base_url=SITE)
        set_ = answer.headers["Set-Cookie"]
    name, *flags = re.split(r"; ?", set_)
    assert name.startswith("__Host-kinderwerk=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(flags)
    assert not [flag for flag in flags if flag.startswith("Domain")]

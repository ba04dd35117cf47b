"""Every route, as every role, with every kind of nonsense: a clear answer, never a failure.

And each answer has the headers of its face, as `test_headers` says them.
"""

from collections import defaultdict
from pathlib import Path
from uuid import UUID
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from kinderwerk.access.vocabulary import HELD, NOBODY, Role
from kinderwerk.accounts.models import User
from tests.conftest import settings
from tests.contract.admitted import admitted
from tests.contract.faces import ASKING, SITE, asked_of_the_device, has_its_headers
from tests.make import Make

NOWHERE = UUID(int=7)
HOSTILE = (
    "<script>alert(1)</script>",
    "{{ 7 * 7 }}${7*7}#{7*7}",
    "'; DROP TABLE signal; --",
    "\u202eright to left\u202c \u200f\u0627\u0644",
    "👩‍👩‍👧‍👦 \U0001f1f3\U0001f1f1 e\u0301",
    "nul\x00byte\x1b[31m",
    "=cmd|' /C calc'!A0",
    "-1",
    "2026-02-30",
    "9" * 400,
    "x" * 12_000,
    "00000000-0000-0000-0000-000000000007",
    "",
)
#: Tells nothing before somebody presses its button, so that every address looks the same.
SAME_FOR_ALL = {"answers.answer"}
PARSER = html5lib.HTMLParser(namespaceHTMLElements=False)


def filled_in(rule: Rule) -> str:
    """Return the address with something of the right kind in every place."""
    path = rule.rule
    for name in rule.arguments:
        for kind, value in (("uuid:", str(NOWHERE)), ("int:", "7"), ("", "nonsense")):
            path = path.replace(f"<{kind}{name}>", value)
    return path


@pytest.mark.parametrize("role", [Role.VISITOR, Role.GUARDIAN, *HELD])
def test_no_route_fails_and_each_page_has_its_headers(
    app: Flask, make: Make, database: str, tmp_path: Path, role: Role
) -> None:
    """On a site with every guard on."""
    app.extensions["kinderwerk_settings"] = settings(tmp_path, database, public_url=SITE)
    person, asked = somebody(make, role), defaultdict[str, set[str]](set)
    client, actor = app.test_client(), person.actor() if person else NOBODY
    if person:
        client.sign_in(person)
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static" or not admitted(app, rule, actor):
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answer = client.open(filled_in(rule), method=method, base_url=SITE)
            assert answer.status_code < 500, (method, rule.rule)
            if "<uuid:" in rule.rule and rule.endpoint not in SAME_FOR_ALL:
                assert answer.status_code != 200, f"{rule.rule} shows what is not there"
            if method == "GET":
                has_its_headers(app, rule, role, answer)
                asked[rule.endpoint] |= asked_of_the_device(answer)
            elif person and signed_out(client):
                client.sign_in(person)
    shown = ASKING if person else {"accounts.sign_in": ASKING["accounts.sign_in"]}
    assert {name: each for name, each in asked.items() if each} == shown


def somebody(make: Make, role: Role) -> User | None:
    if role in HELD:
        return make.user(role)
    return make.parent() if role is Role.GUARDIAN else None


def signed_out(client: FlaskClient) -> bool:
    with client.session_transaction() as cookie:
        return "_user_id" not in cookie


def test_wrong_methods_and_addresses_are_told_so(client: FlaskClient) -> None:
    assert client.delete("/sign-in").status_code == 405
    for path in (
        "/nowhere",
        "/%00",
        "/signals/not-an-id",
        "/..%2f..%2fetc/passwd",
        "/" + "x" * 4000,
    ):
        assert client.get(path).status_code == 404, path


def forms(client: FlaskClient, path: str) -> list[Element]:
    answer = client.get(path)
    if answer.status_code != 200 or answer.mimetype != "text/html":
        return []
    root = PARSER.parse(answer.text)
    return [form for form in root.iter("form") if form.get("method") == "post"]


def names(form: Element) -> list[str]:
    controls = [*form.iter("input"), *form.iter("textarea"), *form.iter("select")]
    return [name for control in controls if (name := control.get("name"))]


@pytest.mark.parametrize("role", [Role.GUARDIAN, *HELD])
def test_no_form_fails_on_nonsense(app: Flask, make: Make, role: Role) -> None:
    """Forms that need no row; those of rows are tried by their features."""
    client = app.test_client()
    client.sign_in(make.parent() if role is Role.GUARDIAN else make.user(role))
    paths = {
        rule.rule for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.endpoint != "static"
    }  # fmt: skip
    for path in sorted(paths - {"/sign-in"}):
        for form in forms(client, path):
            target = form.get("action") or path
            if "/sign-out" in target:
                continue
            for value in HOSTILE:
                data = dict.fromkeys(names(form), value)
                answer = client.post(target, data=data)
                assert answer.status_code < 500, (target, value[:30])
                assert "<script>alert(1)</script>" not in answer.text


@pytest.mark.parametrize("value", HOSTILE, ids=range(len(HOSTILE)))
def test_queries_of_nonsense_are_survived(app: Flask, make: Make, value: str) -> None:
    worker = app.test_client()
    worker.sign_in(make.worker())
    paths = [
        rule.rule for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.endpoint != "static"
    ]  # fmt: skip
    asked = ("period", "page", "q", "text", "status", "level", "child", "neighbourhood", "weekday",
             "next", "language", "signal", "age", "theme", "session", "trajectory", "family",
             "partner", "partner_id", "mine", "overdue", "since", "until", "kind",
             "person_id", "subject_id")  # fmt: skip
    for path in sorted(paths):
        answer = worker.get(path, query_string=dict.fromkeys(asked, value))
        assert answer.status_code < 500, (path, value[:30])
        assert "<script>alert(1)</script>" not in answer.text

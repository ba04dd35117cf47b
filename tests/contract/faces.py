"""What answers tell a browser to refuse: looked at by the walk that asks for every page."""

from typing import Final

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from kinderwerk.access.vocabulary import Role
from kinderwerk.web.headers import DEVICE

SITE: Final = "https://localhost"
PASSKEY: Final = "publickey-credentials-get=(self)"
NEW_PASSKEY: Final = "publickey-credentials-create=(self)"
#: Which pages ask a device for anything.
ASKING: Final = {"accounts.sign_in": {PASSKEY}, "accounts.new_passkey": {NEW_PASSKEY}}


def has_its_headers(app: Flask, rule: Rule, role: Role, answer: TestResponse) -> None:
    headers, path = answer.headers, (rule.rule, answer.request.method)
    access = getattr(app.view_functions[rule.endpoint], "access", "")
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    shown = answer.status_code < 400 and answer.mimetype == "text/html" and "programme" in access
    assert ("X-Robots-Tag" not in headers) is shown, path
    if role is not Role.VISITOR:
        assert headers["Cache-Control"] == "no-store", path
    if answer.mimetype != "text/html":
        assert "script-src" not in headers["Content-Security-Policy"], path


def asked_of_the_device(answer: TestResponse) -> set[str]:
    """Return what the page may ask a device for, of all that it could ask."""
    told = answer.headers["Permissions-Policy"].split(", ")
    assert {each.partition("=")[0] for each in told} == set(DEVICE)
    return {each for each in told if not each.endswith("=()")}

"""What a browser keeps for us is signed so that nobody can write it themselves."""

import re
from hashlib import sha1

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask.testing import FlaskClient

from kinderwerk.accounts.models import User

SHA256_IN_LETTERS = 43


def test_cookies_and_forms_are_signed_with_sha256(
    app: Flask, client: FlaskClient, worker: User
) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client.sign_in(worker)
    page = client.get("/account").text
    cookie = client.get_cookie(str(app.config["SESSION_COOKIE_NAME"]))
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert cookie
    assert token
    for signed in (cookie.value, token[1]):
        assert len(signed.rpartition(".")[2]) == SHA256_IN_LETTERS


def test_a_cookie_signed_otherwise_is_nobodys(
    app: Flask, client: FlaskClient, worker: User
) -> None:
    class Older(SecureCookieSessionInterface):
        digest_method = staticmethod(sha1)

    client.sign_in(worker)
    assert client.get("/account").status_code == 200
    with client.session_transaction() as held:
        inside = dict(held)
    serializer = Older().get_signing_serializer(app)
    assert serializer
    client.set_cookie(str(app.config["SESSION_COOKIE_NAME"]), str(serializer.dumps(inside)))
    assert client.get("/account").status_code in (302, 303, 401)

"""How cookies and the tokens in forms are signed."""

from hashlib import sha256

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import Signer


class Cookies(SecureCookieSessionInterface):
    digest_method = staticmethod(sha256)


def init_app(app: Flask) -> None:
    """Sign with SHA-256 what the libraries sign with SHA-1 unless told otherwise."""
    app.session_interface = Cookies()
    Signer.default_digest_method = staticmethod(sha256)

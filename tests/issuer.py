"""An identity provider on this machine, for as long as a test needs one."""

import json
import time
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from secrets import token_urlsafe
from threading import Event, Thread
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey
from typing_extensions import override

from kinderwerk.core import clock

CLIENT, SECRET = "kinderwerk-test", "known to both: 50% & more"
RSA: Final = RSAKey.generate_key(2048, {"kid": "one"})
OTHER_RSA: Final = RSAKey.generate_key(2048, {"kid": "one"})
EC: Final = ECKey.generate_key("P-256", {"kid": "two"})


class Issuer:
    """Says who somebody is, or what a test wants it to say instead."""

    def __init__(self) -> None:
        self.claims: dict[str, Any] = {}
        self.said: dict[str, Any] = {}  # over what it says of itself
        self.keys: list[Any] = [RSA]
        self.sign: Callable[[Mapping[str, Any]], str] = lambda told: jwt.encode(
            {"alg": "RS256", "kid": "one"}, dict(told), RSA
        )
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[str] = []
        self.status = 200
        self.hangs = Event()
        self.address = ""

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "end_session_endpoint": f"{self.address}/leave",
        } | self.said

    def signs_in(self, there: str, **claims: Any) -> str:
        """Do what somebody does there, and return what their browser brings back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(there).query).items()}
        assert there.startswith(f"{self.address}/authorize?")
        assert asked["code_challenge_method"] == "S256"
        code, now = token_urlsafe(16), int(clock.now().timestamp())
        self.codes[code] = asked
        self.claims = {
            "iss": self.address, "aud": CLIENT, "sub": "s-1", "nonce": asked["nonce"],
            "iat": now, "exp": now + 300, "auth_time": now, "name": "Noor Bos",
        } | claims  # fmt: skip
        back = urlsplit(asked["redirect_uri"]).path
        return f"{back}?code={code}&state={asked['state']}"

    def tokens(self, form: Mapping[str, str], header: str) -> tuple[int, Mapping[str, Any]]:
        """Give tokens once, to who knows the secret and what the browser never saw."""
        pair = b64decode(header.removeprefix("Basic ")).decode()
        assert pair == "kinderwerk-test:known%20to%20both%3A%2050%25%20%26%20more"
        asked = self.codes.pop(form["code"], None)
        if asked is None:
            return 400, {"error": "invalid_grant"}
        made = urlsafe_b64encode(sha256(form["code_verifier"].encode()).digest())
        assert made.rstrip(b"=").decode() == asked["code_challenge"]
        assert form["redirect_uri"] == asked["redirect_uri"]
        told = {name: value for name, value in self.claims.items() if value is not None}
        return 200, {"access_token": "a", "token_type": "Bearer", "id_token": self.sign(told)}


def unsigned(told: Mapping[str, Any]) -> str:
    return ".".join((_part({"alg": "none"}), _part(told), ""))


def signed_by_another(told: Mapping[str, Any]) -> str:
    return jwt.encode({"alg": "RS256", "kid": "one"}, dict(told), OTHER_RSA)


def signed_with_the_public_key(told: Mapping[str, Any]) -> str:
    """Take the key that everybody knows for one that only two know."""
    shared = OctKey.import_key(b64decode(_part(RSA.as_dict(private=False)) + "=="))
    return jwt.encode({"alg": "HS256", "kid": "one"}, dict(told), shared)


def _part(told: Mapping[str, Any]) -> str:
    return urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=").decode()


class Handler(BaseHTTPRequestHandler):
    @property
    def issuer(self) -> Issuer:
        return self.server.issuer  # type: ignore[attr-defined,no-any-return]

    def do_GET(self) -> None:
        self.issuer.asked.append(self.path)
        if self.issuer.hangs.is_set():
            self.drip()
        elif self.path == "/.well-known/openid-configuration":
            self.answer(self.issuer.status, self.issuer.metadata())
        elif self.path == "/keys":
            self.answer(200, KeySet(self.issuer.keys).as_dict(private=False))
        else:
            self.answer(404, {})

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(text).items()}
        self.answer(*self.issuer.tokens(form, self.headers["Authorization"]))

    def drip(self) -> None:
        """Answer a byte at a time, for ever."""
        self.wfile.write(b"HTTP/1.0 200 OK\r\n")
        try:
            while self.issuer.hangs.is_set():
                self.wfile.write(b"X")
                time.sleep(0.02)  # as slow as a server is that keeps somebody waiting
        except OSError:
            return

    def answer(self, status: int, told: Mapping[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        if status == 302:
            self.send_header("Location", "/.well-known/openid-configuration")
        self.end_headers()
        self.wfile.write(body)

    @override
    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def issuing() -> Iterator[Issuer]:
    issuer = Issuer()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.issuer = issuer  # type: ignore[attr-defined]
    server.daemon_threads = True
    issuer.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield issuer
    finally:
        issuer.hangs.clear()
        server.shutdown()
        server.server_close()
        thread.join()

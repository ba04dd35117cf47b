"""Asking an identity provider who somebody is, by OpenID Connect: code, PKCE, state and nonce.

Only the issuer that the installation names is asked, and what that issuer names over the same
safe way; no redirect is followed, nothing is waited for long, and no token is kept.
"""

import hmac
import json
import socket
import time
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
from typing import Any, Final
from urllib.parse import quote, urlencode, urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.common.urls import add_params_to_uri
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from authlib.oidc.discovery import get_well_known_url
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet

from kinderwerk.accounts.rules import ProviderRefused, ProviderSilent, Vouched
from kinderwerk.accounts.tokens import signer
from kinderwerk.config import SAFE_GATEWAY, Provider
from kinderwerk.core import clock

TIMEOUT: Final = 5.0
ALTOGETHER: Final = 10.0
MOST_READ: Final = 512 * 1024
ALGORITHMS: Final = ("RS256", "ES256")
#: How far its clock may be from ours.
LEEWAY: Final = 60
#: How long ago somebody may have signed in there when they are to prove that it is still them.
JUST_NOW: Final = 300
#: For how long what the issuer says of itself holds, and how often it is asked anew before.
KNOWN_FOR: Final = 3600.0
ANEW: Final = 60.0


@dataclass(frozen=True, slots=True)
class Ways:
    """Where the issuer does what, and its keys as it published them at a moment."""

    authorize: str
    token: str
    leave: str | None
    basic: bool  # shows the secret in a header; else in the body
    names_itself: bool  # in its answer
    keys_at: str
    keys: KeySet
    since: float


#: How long nobody waits again for an issuer that let somebody wait.
SPARED: Final = 15.0

_known: dict[str, Ways] = {}
_silent: dict[str, float] = {}


def ways(provider: Provider, *, older_than: float = KNOWN_FOR) -> Ways:
    """Return what the issuer says of itself, read anew when it was read too long ago."""
    found, now = _known.get(provider.issuer), time.monotonic()
    if found and now - found.since < older_than:
        return found
    if now - _silent.get(provider.issuer, -SPARED) < SPARED:
        raise ProviderSilent(name=provider.name)
    try:
        found = _known[provider.issuer] = _discovered(provider)
    except ProviderSilent:
        _silent[provider.issuer] = time.monotonic()
        raise
    return found


def forget() -> None:
    """Ask every issuer anew."""
    _known.clear()
    _silent.clear()


def sent_to(provider: Provider, state: str, back: str, *, again: bool = False) -> str:
    """Return where a browser goes to sign in; `again`: even who is signed in there already."""
    asked = {
        "response_type": "code", "client_id": provider.client_id, "redirect_uri": back,
        "scope": provider.scope, "state": state, "nonce": _nonce(state),
        "code_challenge": create_s256_code_challenge(_verifier(state)),
        "code_challenge_method": "S256",
    }  # fmt: skip
    if provider.acr:
        asked["acr_values"] = " ".join(sorted(provider.acr))
    if again:
        asked |= {"prompt": "login", "max_age": "0"}
    return str(add_params_to_uri(ways(provider).authorize, list(asked.items())))


def left_by(provider: Provider, back: str) -> str | None:
    """Return where a browser goes to sign out there too, if the provider has such a place."""
    there = ways(provider).leave
    told = {"client_id": provider.client_id, "post_logout_redirect_uri": back}
    return str(add_params_to_uri(there, list(told.items()))) if there else None


def vouched(
    provider: Provider, state: str, answer: Mapping[str, str], back: str, *, again: bool = False
) -> Vouched:
    """Turn the code in an answer into who it is, or refuse."""
    known = ways(provider)
    said = answer.get("iss", provider.issuer if not known.names_itself else "")
    if "error" in answer or not answer.get("code") or said != provider.issuer:
        raise ProviderRefused(name=provider.name)
    told = _exchanged(provider, known, answer["code"], state, back)
    try:
        claims = _claims(provider, str(told["id_token"]), _nonce(state), told.get("access_token"))
        return _read(provider, claims, again=again)
    except (AuthlibBaseError, JoseError, ValueError, KeyError, TypeError):
        raise ProviderRefused(name=provider.name) from None


def _claims(provider: Provider, token: str, nonce: str, access_token: object) -> Mapping[str, Any]:
    """Check an ID token: by whom, for whom, until when, in answer to what, and its signature."""
    known = ways(provider)
    try:
        found = jwt.decode(token, known.keys, algorithms=ALGORITHMS)
    except InvalidKeyIdError:  # it has new keys
        found = jwt.decode(token, ways(provider, older_than=ANEW).keys, algorithms=ALGORITHMS)
    claims = CodeIDToken(
        found.claims, found.header,
        {
            "iss": {"essential": True, "value": provider.issuer},
            "aud": {"essential": True, "value": provider.client_id},
            "sub": {"essential": True},
            "exp": {"essential": True},
        },
        {"client_id": provider.client_id, "nonce": nonce, "access_token": access_token},
    )  # fmt: skip
    claims.validate(now=int(clock.now().timestamp()), leeway=LEEWAY)
    if not hmac.compare_digest(str(claims["nonce"]).encode(), nonce.encode()):
        raise ValueError("in answer to another question")
    return dict(claims)


def _read(provider: Provider, claims: Mapping[str, Any], *, again: bool) -> Vouched:
    subject, email = claims["sub"], claims.get("email")
    if not isinstance(subject, str) or not 0 < len(subject) <= 255:
        raise ValueError("no subject")
    when = claims.get("auth_time", 0)
    if again and (when is None or clock.now().timestamp() - float(when) > JUST_NOW):
        raise ValueError("not just now")
    proved = isinstance(email, str) and claims.get("email_verified") is True and len(email) <= 254
    methods = set(_many(claims.get("amr")))
    return Vouched(
        issuer=provider.issuer, subject=subject,
        email=str(email).strip().lower() if proved else None,
        name=str(claims.get("name") or "").strip()[:120],
        groups=frozenset(_many(_at(claims, provider.claim))),
        strong=bool(methods & provider.amr) or claims.get("acr") in provider.acr,
    )  # fmt: skip


def _at(claims: Mapping[str, Any], name: str) -> object:
    """Return a claim by its name, or one inside others by names with dots between them."""
    if name in claims:
        return claims[name]
    found: object = claims
    for part in name.split("."):
        found = found.get(part) if isinstance(found, Mapping) else None
    return found


def _many(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [one for one in values if isinstance(one, str)]


def _nonce(state: str) -> str:
    return signer.disguise("oidc nonce", state)


def _verifier(state: str) -> str:
    return signer.disguise("oidc verifier", state)


def _discovered(provider: Provider) -> Ways:
    told = _asked(provider, get_well_known_url(provider.issuer, external=True))
    if told.get("issuer") != provider.issuer:
        raise ProviderSilent(name=provider.name)
    keys_at = _safe(provider, told.get("jwks_uri"))
    try:
        keys = KeySet.import_key_set(_asked(provider, keys_at))  # type: ignore[arg-type]
    except (JoseError, ValueError, KeyError, TypeError):
        raise ProviderSilent(name=provider.name) from None
    leave = told.get("end_session_endpoint")
    ways_in = told.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
    return Ways(
        authorize=_safe(provider, told.get("authorization_endpoint")),
        token=_safe(provider, told.get("token_endpoint")),
        leave=_safe(provider, leave) if leave else None,
        basic="client_secret_basic" in ways_in,
        names_itself=told.get("authorization_response_iss_parameter_supported") is True,
        keys_at=keys_at, keys=keys, since=time.monotonic(),
    )  # fmt: skip


def _safe(provider: Provider, address: object) -> str:
    """Return an address that the issuer names, if it is as safe as the issuer's own."""
    outside = provider.issuer.startswith("https://")
    if (
        isinstance(address, str)
        and SAFE_GATEWAY.match(address)
        and (address.startswith("https://") or not outside)
    ):
        return address
    raise ProviderSilent(name=provider.name)


def _exchanged(
    provider: Provider, known: Ways, code: str, state: str, back: str
) -> Mapping[str, Any]:
    """Give the code, the secret and what only we know of this state for tokens."""
    body = {
        "grant_type": "authorization_code", "code": code, "redirect_uri": back,
        "code_verifier": _verifier(state),
    }  # fmt: skip
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if known.basic:
        pair = f"{quote(provider.client_id, safe='')}:{quote(provider.secret, safe='')}"
        headers["Authorization"] = f"Basic {b64encode(pair.encode()).decode()}"
    else:
        body |= {"client_id": provider.client_id, "client_secret": provider.secret}
    return _asked(provider, known.token, urlencode(body).encode(), headers)


def _asked(
    provider: Provider, address: str, body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> Mapping[str, Any]:  # fmt: skip
    """Ask the issuer something, follow it nowhere, and wait no longer than for a moment."""
    site = urlsplit(address)
    kind = HTTPSConnection if site.scheme == "https" else HTTPConnection
    connection = kind(site.hostname or "", site.port, timeout=TIMEOUT)
    limit = Timer(ALTOGETHER, _cut, [connection])
    limit.daemon = True
    limit.start()
    try:
        path = f"{site.path or '/'}?{site.query}" if site.query else site.path or "/"
        method = "GET" if body is None else "POST"
        connection.request(method, path, body, {"Accept": "application/json", **(headers or {})})
        answer = connection.getresponse()
        text = answer.read(MOST_READ + 1)
        told = json.loads(text) if len(text) <= MOST_READ else None
    except (HTTPException, OSError, ValueError, RecursionError):
        raise ProviderSilent(name=provider.name) from None
    finally:
        limit.cancel()
        connection.close()
    if 400 <= answer.status < 500 and body is not None:
        raise ProviderRefused(name=provider.name)
    if answer.status != 200 or not isinstance(told, dict):
        raise ProviderSilent(name=provider.name)
    return told


def _cut(connection: HTTPConnection) -> None:
    """Hang up on who lets us wait from one byte to the next."""
    with suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)

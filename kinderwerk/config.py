"""Settings: read once from the environment, checked, and frozen."""

import base64
import hmac
import json
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from kinderwerk import paths
from kinderwerk.access.vocabulary import HELD, Role
from kinderwerk.core import hosts

SHORTEST_SECRET: Final = 16
#: Secrets and telephone numbers leave this machine encrypted, or not at all.
SAFE_GATEWAY: Final = re.compile(
    r"(https://[^/@\s]+|http://(127\.0\.0\.1|localhost|\[::1\])(:\d+)?)(/|$)"
)
#: How the application calls its connections to the copy for reports.
REPORTS: Final = "reports"
SHORTEST_IDLE: Final = 30
LARGEST_BODY: Final = 3 * 1024 * 1024  # a file of two megabytes, and the form around it


class Misconfigured(Exception):
    """A setting is missing or makes no sense; the message says which and what would."""


@dataclass(frozen=True, kw_only=True)
class Sms:
    """A gateway that takes short messages by HTTP: where, and in which words it is asked.

    `{to}`, `{text}` and `{id}` in the values of `body` stand for the number, the words, and what is
    the same when a message is sent twice.
    """

    url: str
    body: Mapping[str, str]
    headers: Mapping[str, str]
    method: str = "POST"
    as_form: bool = False
    country: str = "NL"  # where numbers lie that begin without the code of a country


@dataclass(frozen=True, kw_only=True)
class Tiles:
    """Pictures to lie under the map: an address with {z}, {x} and {y}, and who is to be named."""

    url: str
    attribution: str


@dataclass(frozen=True, kw_only=True)
class Provider:
    """Where people who work here sign in for everything else too, by OpenID Connect.

    `roles` says for each organisation, by its name, which value of the claim makes somebody what.
    """

    issuer: str
    client_id: str
    secret: str
    name: str
    scope: str = "openid profile email"
    claim: str = "groups"
    roles: Mapping[str, Mapping[str, Role]] = field(default_factory=dict)
    amr: frozenset[str] = frozenset()  # by what a second factor was shown there
    acr: frozenset[str] = frozenset()  # or how surely


@dataclass(frozen=True, kw_only=True)
class Settings:
    secret_key: str
    sealing_keys: Mapping[int, bytes]
    database_url: str
    instance: Path
    backup_directory: Path | None = None  # none: `backups` in the instance
    backup_copies: tuple[Path, ...] = ()  # directories elsewhere, for a second copy of each
    backup_recipients: tuple[bytes, ...] = ()  # public keys of people, of 32 bytes each
    owner_database_url: str | None = None  # who owns the tables and migrates; none: who serves
    report_database_url: str | None = None  # a copy that only reads; none: the database itself
    secure_cookies: bool = True
    trusted_hosts: tuple[str, ...] = ()  # none named: any
    proxies: int = 0
    public_url: str = "http://127.0.0.1:5000"  # how links in mails begin
    smtp_url: str | None = None  # smtp://user:password@host:587; none: mail waits in the outbox
    mail_from: str = "kinderwerk@localhost"
    bounce_domain: str | None = None  # mail to it reaches `kinderwerk mail bounce`
    sms: Sms | None = None
    provider: Provider | None = None  # none: people sign in here only
    tiles: Tiles | None = None  # none: the map has no pictures, and asks nobody for any
    clamd: Path | None = None  # the socket of a virus scanner on this machine; none: none looks
    zone: str = "Europe/Amsterdam"
    idle_days: int = 90  # accounts at work that nobody uses are shut then; 0: never
    monitor_token: str | None = None  # who shows it reads /metrics; none: nobody does
    security_contact: str | None = None  # who hears of weak spots; none: nothing is said
    demo: bool = False
    embedded_worker: bool = True  # `kinderwerk run` does the worker's work too, in a thread

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read the environment, below it what a vault gave, and what `kinderwerk init` wrote."""
        instance = paths.instance(environment)
        told = {**_written(instance / "env"), **_unsealed(environment), **environment}
        try:
            return cls(
                secret_key=_secret(told["KINDERWERK_SECRET_KEY"]),
                sealing_keys=_keys(told["KINDERWERK_SEALING_KEYS"]),
                database_url=_wired(told, "KINDERWERK_DATABASE_URL")
                or f"sqlite:///{instance / 'kinderwerk.sqlite'}",
                instance=instance,
                backup_directory=_directory(told.get("KINDERWERK_BACKUPS")),
                backup_copies=tuple(map(Path, told.get("KINDERWERK_BACKUP_COPIES", "").split())),
                backup_recipients=_recipients(told.get("KINDERWERK_BACKUP_RECIPIENTS", "")),
                owner_database_url=_wired(told, "KINDERWERK_OWNER_DATABASE_URL"),
                report_database_url=_copy(_wired(told, "KINDERWERK_REPORT_DATABASE_URL")),
                secure_cookies=told.get("KINDERWERK_INSECURE_COOKIES") != "1",
                trusted_hosts=tuple(told.get("KINDERWERK_TRUSTED_HOSTS", "").split()),
                proxies=_count(told.get("KINDERWERK_PROXIES", "0")),
                public_url=told.get("KINDERWERK_PUBLIC_URL", cls.public_url).rstrip("/"),
                smtp_url=_mail_server(told.get("KINDERWERK_SMTP_URL")),
                mail_from=told.get("KINDERWERK_MAIL_FROM", cls.mail_from),
                bounce_domain=_domain(told.get("KINDERWERK_BOUNCE_DOMAIN")),
                sms=_sms(told),
                provider=_provider(told),
                tiles=_tiles(told),
                clamd=_socket(told.get("KINDERWERK_CLAMD")),
                idle_days=_idle(told.get("KINDERWERK_IDLE_DAYS", "90")),
                zone=_zone(told.get("KINDERWERK_ZONE", cls.zone)),
                monitor_token=_token(told.get("KINDERWERK_MONITOR_TOKEN")),
                security_contact=_contact(told.get("KINDERWERK_SECURITY_CONTACT")),
                demo=told.get("KINDERWERK_DEMO") == "1",
                embedded_worker=told.get("KINDERWERK_EMBEDDED_WORKER", "1") == "1",
            )
        except KeyError as missing:
            raise Misconfigured(
                f"Set {missing.args[0]} in the environment, or run `kinderwerk init` first."
            ) from None

    def for_flask(self) -> dict[str, Any]:
        return {
            "SECRET_KEY": self.secret_key,
            "SQLALCHEMY_DATABASE_URI": self.database_url,
            # Asked before use: a database that was started anew costs nobody a page.
            "SQLALCHEMY_ENGINE_OPTIONS": {
                "hide_parameters": True,
                "pool_pre_ping": not self.database_url.startswith("sqlite"),
            },
            "SQLALCHEMY_BINDS": self._copies(),
            # The prefix makes browsers refuse a cookie that another host of the domain planted.
            "SESSION_COOKIE_NAME": "__Host-kinderwerk" if self.secure_cookies else "kinderwerk",
            "SESSION_COOKIE_SECURE": self.secure_cookies,
            "SESSION_COOKIE_HTTPONLY": True,
            "SESSION_COOKIE_SAMESITE": "Lax",
            "SESSION_REFRESH_EACH_REQUEST": False,
            "PERMANENT_SESSION_LIFETIME": timedelta(days=180),  # rows decide before
            "WTF_CSRF_TIME_LIMIT": None,  # as long as the session: slow writers lose nothing
            "MAX_CONTENT_LENGTH": LARGEST_BODY,
            "TRUSTED_HOSTS": list(self.trusted_hosts) or None,
            "BABEL_DEFAULT_LOCALE": "nl",
            "BABEL_DEFAULT_TIMEZONE": self.zone,
            "BABEL_TRANSLATION_DIRECTORIES": str(paths.PACKAGE / "translations"),
        }

    def _copies(self) -> dict[str, dict[str, Any]]:
        if self.report_database_url is None:
            return {}
        only_reads = {
            "url": self.report_database_url,
            "hide_parameters": True,
            "pool_pre_ping": True,
            "execution_options": {"postgresql_readonly": True},
            "connect_args": {"connect_timeout": 3},
        }
        return {REPORTS: only_reads}

    @property
    def backups(self) -> Path:
        return self.backup_directory or self.instance / "backups"

    @property
    def link_key(self) -> bytes:
        """The key from which tokens in mails are computed; never used for anything else."""
        return hmac.digest(self.secret_key.encode(), b"kinderwerk links", "sha256")


def write_fresh(instance: Path, sealing_keys: Mapping[int, bytes] | None = None) -> Path:
    """Write a file with keys that only its owner reads; never over an older one.

    They are fresh, but for the sealing keys where some are given: those of a backup.
    """
    instance.mkdir(parents=True, exist_ok=True)
    keys = sealing_keys or {1: secrets.token_bytes(32)}
    told = ",".join(f"{number}:{in_letters(key)}" for number, key in sorted(keys.items()))
    with os.fdopen(
        os.open(instance / "env", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w"
    ) as file:
        file.write(f"KINDERWERK_SECRET_KEY={secrets.token_urlsafe(32)}\n")
        file.write(f"KINDERWERK_SEALING_KEYS={told}\n")
    return instance / "env"


def in_letters(key: bytes) -> str:
    """Return a key as it is written in a setting."""
    return base64.b64encode(key).decode()


def _unsealed(environment: Mapping[str, str]) -> dict[str, str]:
    directory = environment.get("CREDENTIALS_DIRECTORY")
    return _written(Path(directory) / "kinderwerk") if directory else {}


def _written(file: Path) -> dict[str, str]:
    if not file.is_file():
        return {}
    lines = (line.strip() for line in file.read_text("utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
    return {name: value for name, _, value in pairs}


def _secret(text: str) -> str:
    if len(text.strip()) < SHORTEST_SECRET:
        raise Misconfigured(f"KINDERWERK_SECRET_KEY has at least {SHORTEST_SECRET} characters.")
    return text


def _token(text: str | None) -> str | None:
    if text and len(text.strip()) < SHORTEST_SECRET:
        raise Misconfigured(f"KINDERWERK_MONITOR_TOKEN has at least {SHORTEST_SECRET} characters.")
    return text or None


def _contact(text: str | None) -> str | None:
    """Read where somebody tells of a weak spot, as an address that a browser follows."""
    told = (text or "").strip()
    if re.fullmatch(r"[^@\s:/<>]+@[a-z0-9-]+(\.[a-z0-9-]+)+", told):
        return f"mailto:{told}"
    if told and not re.fullmatch(r"https://[a-z0-9.-]+(/[!-~]*)?", told):
        raise Misconfigured(
            "KINDERWERK_SECURITY_CONTACT is an e-mail address or begins with https://."
        )
    return told or None


def _directory(text: str | None) -> Path | None:
    return Path(text) if text else None


def _socket(text: str | None) -> Path | None:
    if text and not text.startswith("/"):
        raise Misconfigured("KINDERWERK_CLAMD is the path of a socket: no file leaves the machine.")
    return Path(text) if text else None


def _wired(told: Mapping[str, str], name: str) -> str | None:
    """Return where a database is; one elsewhere only if it proves who it is, and is encrypted."""
    text = told.get(name)
    try:
        parts = make_url(text or "sqlite://")
    except ArgumentError:
        raise Misconfigured(
            f"{name} is no address of a PostgreSQL, nor of a file of SQLite."
        ) from None
    named = (parts.host, parts.query.get("host"))
    far = [host for host in named if isinstance(host, str) and not hosts.near(host)]
    proved = parts.query.get("sslmode") == "verify-full"
    if parts.drivername.startswith("postgresql") and far and not proved:
        raise Misconfigured(f"{name} leads to another machine: add ?sslmode=verify-full to it.")
    return text or None


def _copy(text: str | None) -> str | None:
    if text and not text.startswith("postgresql"):
        raise Misconfigured("KINDERWERK_REPORT_DATABASE_URL is of a PostgreSQL that copies ours.")
    return text or None


def _recipients(text: str) -> tuple[bytes, ...]:
    """Read public keys as `kinderwerk backup recipient` tells them, with spaces between them."""
    try:
        keys = tuple(base64.b64decode(one, validate=True) for one in text.split())
    except ValueError:
        keys = (b"",)
    if any(len(key) != 32 for key in keys):
        raise Misconfigured(
            "KINDERWERK_BACKUP_RECIPIENTS holds what `kinderwerk backup recipient` told."
        )
    return keys


def _mail_server(text: str | None) -> str | None:
    if text and not re.match(r"smtps?://(?:[^/@\s]+@)?[^/@\s]+$", text):
        raise Misconfigured(
            "KINDERWERK_SMTP_URL reads like smtp://user:password@mail.example:587 or smtps://…"
        )
    return text or None


def _domain(text: str | None) -> str | None:
    if text and not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*", text):
        raise Misconfigured("KINDERWERK_BOUNCE_DOMAIN is a name such as bounce.example.org.")
    return text or None


def _sms(told: Mapping[str, str]) -> Sms | None:
    """Read where short messages go; without an address there are none."""
    url = told.get("KINDERWERK_SMS_URL")
    if not url:
        return None
    if not SAFE_GATEWAY.match(url):
        raise Misconfigured("KINDERWERK_SMS_URL begins with https://, or is on this machine.")
    method = told.get("KINDERWERK_SMS_METHOD", Sms.method)
    if method not in ("POST", "PUT"):
        raise Misconfigured("KINDERWERK_SMS_METHOD is POST or PUT: words belong in no address.")
    form = told.get("KINDERWERK_SMS_AS", "json")
    if form not in ("json", "form"):
        raise Misconfigured("KINDERWERK_SMS_AS is json or form.")
    body = _words("KINDERWERK_SMS_BODY", told.get("KINDERWERK_SMS_BODY", ""))
    if not all(any(part in value for value in body.values()) for part in ("{to}", "{text}")):
        raise Misconfigured("KINDERWERK_SMS_BODY names {to} and {text}, each in a value.")
    country = told.get("KINDERWERK_SMS_COUNTRY", Sms.country)
    if not re.fullmatch("[A-Z]{2}", country):
        raise Misconfigured("KINDERWERK_SMS_COUNTRY is two letters such as NL or DE.")
    return Sms(
        url=url, method=method, as_form=form == "form", body=body, country=country,
        headers=_words("KINDERWERK_SMS_HEADERS", told.get("KINDERWERK_SMS_HEADERS", "{}")),
    )  # fmt: skip


def _tiles(told: Mapping[str, str]) -> Tiles | None:
    """Read where the pictures under the map come from, and who made them; usually from nowhere."""
    url = told.get("KINDERWERK_TILES_URL")
    if not url:
        return None
    if not SAFE_GATEWAY.match(url) or not all(part in url for part in ("{z}", "{x}", "{y}")):
        raise Misconfigured("KINDERWERK_TILES_URL begins with https:// and has {z}, {x} and {y}.")
    if not told.get("KINDERWERK_TILES_BY"):
        raise Misconfigured("KINDERWERK_TILES_BY says whose map it is; their licence asks for it.")
    return Tiles(url=url, attribution=told["KINDERWERK_TILES_BY"])


def _provider(told: Mapping[str, str]) -> Provider | None:
    """Read who vouches for people who work here; without an issuer nobody does."""
    issuer = told.get("KINDERWERK_OIDC_ISSUER")
    if not issuer:
        return None
    if not SAFE_GATEWAY.match(issuer) or re.search(r"[?#\s]", issuer):
        raise Misconfigured(
            "KINDERWERK_OIDC_ISSUER begins with https://, or is on this machine, without ? and #."
        )
    names = ("KINDERWERK_OIDC_CLIENT", "KINDERWERK_OIDC_SECRET", "KINDERWERK_OIDC_NAME")
    client_id, secret, name = (told.get(each, "").strip() for each in names)
    if not (client_id and secret and name):
        raise Misconfigured(f"With KINDERWERK_OIDC_ISSUER go {', '.join(names)}.")
    return Provider(
        issuer=issuer, client_id=client_id, secret=secret, name=name,
        scope=_scope(told.get("KINDERWERK_OIDC_SCOPE", Provider.scope)),
        claim=told.get("KINDERWERK_OIDC_CLAIM", Provider.claim),
        roles=_roles(told.get("KINDERWERK_OIDC_ROLES", "{}")),
        amr=frozenset(told.get("KINDERWERK_OIDC_AMR", "").split()),
        acr=frozenset(told.get("KINDERWERK_OIDC_ACR", "").split()),
    )  # fmt: skip


def _scope(text: str) -> str:
    if "openid" not in text.split():
        raise Misconfigured("KINDERWERK_OIDC_SCOPE holds openid, and what else it needs.")
    return text


def _roles(text: str) -> Mapping[str, Mapping[str, Role]]:
    """Read which group makes somebody what, in which organisation."""
    given = {role.value: role for role in HELD if role is not Role.MUNICIPALITY}
    try:
        return {
            organisation: {group: given[role] for group, role in groups.items()}
            for organisation, groups in json.loads(text).items()
        }
    except (ValueError, AttributeError, KeyError, TypeError):
        raise Misconfigured(
            'KINDERWERK_OIDC_ROLES reads like {"Organisation": {"group": "worker"}}, with '
            f"roles out of {', '.join(given)}."
        ) from None


def _words(name: str, text: str) -> Mapping[str, str]:
    """Read names and values from JSON."""
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        raise Misconfigured(f'{name} reads like {{"name": "value", "other": "value"}}.')
    if any(re.search(r"[\r\n]", part) for pair in found.items() for part in pair):
        raise Misconfigured(f"{name} holds no line breaks.")
    return found


def _count(text: str) -> int:
    if not text.isdecimal():
        raise Misconfigured("KINDERWERK_PROXIES is how many proxies stand in front, such as 1.")
    return int(text)


def _idle(text: str) -> int:
    if not text.isdecimal() or 0 < int(text) < SHORTEST_IDLE or len(text) > 4:
        raise Misconfigured(
            f"KINDERWERK_IDLE_DAYS is a number of days from {SHORTEST_IDLE}, or 0 for never."
        )
    return int(text)


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (LookupError, ValueError, OSError):
        raise Misconfigured("KINDERWERK_ZONE is a time zone such as Europe/Amsterdam.") from None


def _keys(text: str) -> Mapping[int, bytes]:
    """Read `1:base64,2:base64`; the highest number seals."""
    try:
        pairs = [pair.split(":", 1) for pair in text.split(",")]
        keys = {int(number): base64.b64decode(key, validate=True) for number, key in pairs}
    except ValueError:
        raise Misconfigured("KINDERWERK_SEALING_KEYS reads like 1:base64,2:base64.") from None
    if len(keys) != len(pairs) or not all(1 <= number <= 65535 for number in keys):
        raise Misconfigured("Sealing keys have different numbers, from 1 to 65535.")
    if any(len(key) != 32 for key in keys.values()):
        raise Misconfigured("Every sealing key is 32 bytes.")
    return keys

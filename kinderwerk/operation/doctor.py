"""Whether an installation is well: what its administrator asks first when something seems wrong."""

import shutil
import stat
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import gettempdir
from typing import Final, Literal
from urllib.parse import urlsplit

from sqlalchemy import create_engine, func, make_url, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import NullPool

from kinderwerk import paths
from kinderwerk.accounts import queries as accounts
from kinderwerk.accounts.rules import ProviderSilent
from kinderwerk.audit import seals
from kinderwerk.backup import shelf
from kinderwerk.config import Settings
from kinderwerk.core import clock, hosts
from kinderwerk.files import service as files
from kinderwerk.files.scanner import scanner
from kinderwerk.messages import post, queries
from kinderwerk.messages.models import DueWork, Message
from kinderwerk.messages.rules import Channel
from kinderwerk.messages.work import ALIVE
from kinderwerk.privacy import queries as privacy
from kinderwerk.storage import roles
from kinderwerk.storage.sealing import MissingKey, keyring, wrapped_by, wrapped_keys

ROOM: Final = 500 * 1024**2
LATE: Final = timedelta(minutes=5)
STALE: Final = timedelta(days=2)
#: Seconds that a standby is behind; null where nothing is being copied to.
BEHIND: Final = """
    SELECT CASE WHEN NOT pg_is_in_recovery() THEN NULL
        WHEN pg_last_wal_receive_lsn() = pg_last_wal_replay_lsn() THEN 0
        ELSE extract(epoch FROM now() - pg_last_xact_replay_timestamp()) END
"""
SLOW_CLOCK: Final = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Finding:
    """What was found about one thing: well, ill, or worth a look."""

    state: Literal["well", "look", "ill"]
    about: str
    told: str


Check = Callable[[Session, Settings], Iterator[Finding]]


def examine(
    session: Session, settings: Settings, checks: Iterable[Check] | None = None
) -> Iterator[Finding]:
    """Look at everything, or at some of it, even when one look fails."""
    for check in CHECKS if checks is None else checks:
        try:
            yield from check(session, settings)
        except (SQLAlchemyError, OSError) as error:
            session.rollback()
            yield Finding("ill", check.__name__, f"could not be looked at: {post.told(error)}")


def site(session: Session, settings: Settings) -> Iterator[Finding]:
    told = urlsplit(settings.public_url)
    host, hosts = told.hostname or "", settings.trusted_hosts
    if hosts and not any(host == known.lstrip(".").split(":")[0] for known in hosts):
        yield Finding("ill", "site", f"links in mails begin with {host}, which is not trusted")
    if told.scheme != "https" and host not in ("127.0.0.1", "localhost"):
        yield Finding("ill", "site", "KINDERWERK_PUBLIC_URL does not begin with https")
    elif not settings.secure_cookies and told.scheme == "https":
        yield Finding("ill", "site", "KINDERWERK_INSECURE_COOKIES is for trying things out only")
    else:
        yield Finding("well", "site", f"links in mails begin with {settings.public_url}")


def database(session: Session, settings: Settings) -> Iterator[Finding]:
    head = (paths.resource("migrations") / "HEAD").read_text().strip()
    found = session.scalar(text("SELECT version_num FROM alembic_version"))
    if found == head:
        yield Finding("well", "database", f"answers, and is at {head}")
    else:
        yield Finding("ill", "database", f"is at {found}, not {head}: run `kinderwerk db upgrade`")


def role(session: Session, settings: Settings) -> Iterator[Finding]:
    """Look at who serves: row-level security holds nobody to whom it does not apply."""
    if session.get_bind().dialect.name != "postgresql":
        return
    who = roles.who_serves(session.connection())
    if who.unbound:
        told = f"{who.rolname} is above row-level security: serve as a role that is not"
        yield Finding("ill", "role", told)
    elif who.owns:
        told = f"{who.rolname} owns the tables: let KINDERWERK_OWNER_DATABASE_URL name another"
        yield Finding("look", "role", told)
    else:
        yield Finding("well", "role", f"{who.rolname} serves, and owns nothing")


def copy(session: Session, settings: Settings) -> Iterator[Finding]:
    """Look whether the copy for reports answers, and how far it is behind."""
    if settings.report_database_url is None:
        return
    engine = create_engine(settings.report_database_url, poolclass=NullPool)
    with engine.connect() as connection:
        behind = connection.scalar(text(BEHIND))
    if behind is None:
        told = "KINDERWERK_REPORT_DATABASE_URL is no copy: it takes what is written itself"
        yield Finding("look", "copy", told)
    else:
        state: Literal["well", "look"] = "well" if behind < LATE.total_seconds() else "look"
        yield Finding(state, "copy", f"for reports answers, and is {behind:.0f} s behind")


def wires(session: Session, settings: Settings) -> Iterator[Finding]:
    """Look whether a database elsewhere is spoken to under a certificate that is checked."""
    named = {
        "KINDERWERK_DATABASE_URL": settings.database_url,
        "KINDERWERK_OWNER_DATABASE_URL": settings.owner_database_url,
        "KINDERWERK_REPORT_DATABASE_URL": settings.report_database_url,
    }
    for name, url in named.items():
        parts = make_url(url or "sqlite://")
        named_hosts = (parts.host, parts.query.get("host"))
        far = [host for host in named_hosts if isinstance(host, str) and not hosts.here(host)]
        if not parts.drivername.startswith("postgresql") or not far:
            continue
        if parts.query.get("sslmode") != "verify-full":
            state: Literal["ill", "look"] = "look" if hosts.near(far[0]) else "ill"
            yield Finding(state, "wires", f"{name} crosses a network without sslmode=verify-full")
        elif "sslcert" not in parts.query:
            told = f"{name} shows a password: a certificate of its own (sslcert) ends by itself"
            yield Finding("look", "wires", told)
        else:
            yield Finding("well", "wires", f"{name} is encrypted, with certificates on both sides")


def keys(session: Session, settings: Settings) -> Iterator[Finding]:
    """Unwrap every key there is: what one of them sealed would not open otherwise."""
    wrapped = wrapped_keys(session)
    shut = [number for number, key in wrapped.items() if not _unwraps(number, key)]
    if shut:
        names = ", ".join(f"{number} (by {wrapped_by(wrapped[number])})" for number in sorted(shut))
        yield Finding(
            "ill", "keys", f"in KINDERWERK_SEALING_KEYS is none that opens data key {names}: put "
            "back the one that was there; nothing is lost",
        )  # fmt: skip
    elif not wrapped:
        yield Finding("well", "keys", "nothing was sealed yet")
    else:
        yield Finding("well", "keys", f"open what was sealed, with data keys up to {max(wrapped)}")
    written = settings.instance / "env"
    if written.exists() and stat.S_IMODE(written.stat().st_mode) & 0o077:
        yield Finding("ill", "keys", f"others on this machine can read {written}")


def _unwraps(number: int, wrapped: bytes) -> bool:
    try:
        keyring.unwrap(number, wrapped)
    except MissingKey:
        return False
    return True


def clocks(session: Session, settings: Settings) -> Iterator[Finding]:
    told = session.scalar(select(func.current_timestamp()))
    there = told if isinstance(told, datetime) else datetime.fromisoformat(str(told))
    aware = there if there.tzinfo else there.replace(tzinfo=UTC)
    apart = abs(clock.now() - aware)
    state: Literal["well", "ill"] = "well" if apart < SLOW_CLOCK else "ill"
    yield Finding(state, "clock", f"{apart.total_seconds():.0f} s apart from the database")


def mail(session: Session, settings: Settings) -> Iterator[Finding]:
    if not post.delivers(settings):
        yield Finding("look", "mail", "waits in the outbox: KINDERWERK_SMTP_URL is not set")
    elif settings.smtp_url is None:
        yield Finding("well", "mail", "is shown at /post, as this is the demo")
    else:
        with post.connected(settings.smtp_url):
            yield Finding("well", "mail", "the mail server answers")
        if settings.bounce_domain is None:
            told = "what comes back later is not noticed: KINDERWERK_BOUNCE_DOMAIN is not set"
            yield Finding("look", "mail", told)
    failed = session.scalar(
        select(func.count())
        .select_from(Message)
        .where(Message.failed_at > clock.now() - timedelta(days=7))
    )
    if failed:
        yield Finding("look", "mail", f"{failed} not delivered in the last seven days")


def sms(session: Session, settings: Settings) -> Iterator[Finding]:
    if settings.sms:
        host = urlsplit(settings.sms.url).hostname
        yield Finding("well", "sms", f"text messages go through {host}")
    waits = session.scalar(
        select(func.count())
        .select_from(Message)
        .where(Message.channel == Channel.SMS, *queries.unsettled())
    )
    if waits and not settings.sms:
        told = f"{waits} text messages wait, and KINDERWERK_SMS_URL is not set"
        yield Finding("look", "sms", told)


def disk(session: Session, settings: Settings) -> Iterator[Finding]:
    """Look at the disk of the instance, and at that of temporary files if it is another one."""
    folders = (Path(gettempdir()), Path(settings.instance))
    for folder in {one.stat().st_dev: one for one in folders}.values():
        free = shutil.disk_usage(folder).free
        state: Literal["well", "ill"] = "well" if free > ROOM else "ill"
        yield Finding(state, "disk", f"{free / 1024**3:.1f} GiB free at {folder}")


def worker(session: Session, settings: Settings) -> Iterator[Finding]:
    due = session.scalar(select(DueWork.run_at).where(DueWork.kind == ALIVE))
    if due is None:
        yield Finding("look", "worker", "has never worked here: start `kinderwerk run` or `worker`")
    elif due < clock.now() - LATE:
        yield Finding("ill", "worker", f"is not at work since {due:%Y-%m-%d %H:%M} UTC")
    else:
        yield Finding("well", "worker", "is at work")
    stuck = session.scalars(select(DueWork.kind).where(DueWork.failure.is_not(None))).all()
    if stuck:
        yield Finding("look", "worker", f"does not succeed in: {', '.join(sorted(set(stuck)))}")


def trail(session: Session, settings: Settings) -> Iterator[Finding]:
    number, oldest = seals.waiting(session)
    if oldest and oldest < clock.now() - seals.LATE:
        yield Finding("ill", "trail", f"not sealed since {oldest:%Y-%m-%d %H:%M} UTC ({number})")
    else:
        yield Finding("well", "trail", f"sealed, but for the last {number} entries")


def provider(session: Session, settings: Settings) -> Iterator[Finding]:
    """Ask the identity provider about itself, as for the first person who signs in there."""
    if settings.provider is None:
        return
    from kinderwerk.accounts import issuer  # noqa: PLC0415 (heavy, and not for every house)

    host = urlsplit(settings.provider.issuer).hostname
    issuer.forget()
    try:
        known = issuer.ways(settings.provider)
    except ProviderSilent:
        told = f"{host} does not answer as an identity provider: see KINDERWERK_OIDC_ISSUER"
        yield Finding("ill", "provider", told)
        return
    leaves = "" if known.leave else ", and has no place to sign out"
    yield Finding("well", "provider", f"{host} answers{leaves}")
    names = accounts.unknown_organisations(session, settings.provider.roles)
    if names:
        told = f"KINDERWERK_OIDC_ROLES names what is not here: {', '.join(names)}"
        yield Finding("ill", "provider", told)


def uploads(session: Session, settings: Settings) -> Iterator[Finding]:
    if files.reads():
        yield Finding("well", "uploads", "are read in a child that holds to its limits")
    else:
        yield Finding("ill", "uploads", "cannot be read: no child starts, or it has too little")
    if scanner.socket and not scanner.is_there():
        yield Finding("ill", "uploads", "are refused: the virus scanner does not answer")
    elif scanner.socket:
        yield Finding("well", "uploads", "are looked at by a virus scanner")


def backups(session: Session, settings: Settings) -> Iterator[Finding]:
    """Look at the newest backup here and at each place elsewhere."""
    if settings.demo:
        return
    for directory in (settings.backups, *settings.backup_copies):
        made = shelf.newest(directory)
        if made is None:
            yield Finding("look", "backup", f"none in {directory}: run `kinderwerk backup`")
        elif made < clock.now() - STALE:
            yield Finding("ill", "backup", f"the newest in {directory} is of {made:%Y-%m-%d}")
        else:
            yield Finding("well", "backup", f"the newest in {directory} is of {made:%Y-%m-%d}")
    if not settings.backup_recipients:
        told = "only the keys of this machine open them: see `kinderwerk backup recipient`"
        yield Finding("look", "backup", told)


def terms(session: Session, settings: Settings) -> Iterator[Finding]:
    """Look who has not confirmed how long things are kept: until then nothing goes."""
    if number := privacy.hesitating(session):
        told = f"{number} organisation(s) did not confirm how long what is kept: nothing goes there"
        yield Finding("look", "terms", told)
    else:
        yield Finding("well", "terms", "confirmed by every organisation")


#: What costs little, and asks nobody outside.
OFTEN: Final[tuple[Check, ...]] = (
    site, database, role, copy, wires, keys, clocks, sms, disk, worker, trail, backups, terms,
)  # fmt: skip
CHECKS: Final[tuple[Check, ...]] = (*OFTEN, mail, provider, uploads)

"""Who can be what, and with what one signs in."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum, auto
from hmac import compare_digest
from types import MappingProxyType
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

import pyotp

from kinderwerk.access.vocabulary import HELD, READS_SIGNALS, Role
from kinderwerk.accounts.guessing import guessed
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled

#: Who can stand in for somebody, and what is lent to them then besides the cases.
STANDING_IN: Final = (Role.WORKER, Role.COORDINATOR, Role.PROTECTION_OFFICER)
#: In whose place somebody acts: their terms run while they are away.
LENT: Final = frozenset({Role.COORDINATOR, Role.PROTECTION_OFFICER, Role.PRIVACY_OFFICER})
REPLACED: Final = (*STANDING_IN, Role.PRIVACY_OFFICER)


class Country(Labelled):
    NETHERLANDS = "nl", N_("the Netherlands")
    GERMANY = "de", N_("Germany")


class LinkPurpose(Labelled):
    SIGN_IN = "sign_in", N_("Sign in")
    INVITATION = "invitation", N_("Invitation")
    PASSWORD = "password", N_("New password")


class Tried(StrEnum):
    PASSWORD = auto()
    CODE = auto()
    LINK = auto()
    PASSKEY = auto()
    SPOKEN_CODE = auto()
    SPOKEN_CODES = auto()
    TEXTED_CODE = auto()
    CALENDAR = auto()
    PARTNER_LINK = auto()
    PARTNER_CODE = auto()
    KIOSK = auto()
    PROVIDER = auto()
    RIGHT = auto()


@dataclass(frozen=True, slots=True)
class Limit:
    """How often something may be tried in a window: for one person, and from one place."""

    person: int
    place: int


WINDOW: Final = timedelta(minutes=15)
#: From one place come whole schools and community centres.
LIMITS: Final[Mapping[Tried, Limit]] = MappingProxyType(
    {
        Tried.PASSWORD: Limit(person=10, place=100),
        Tried.CODE: Limit(person=10, place=100),
        Tried.LINK: Limit(person=5, place=300),
        Tried.PASSKEY: Limit(person=20, place=300),
        Tried.SPOKEN_CODE: Limit(person=10, place=30),
        Tried.SPOKEN_CODES: Limit(person=500, place=500),
        Tried.TEXTED_CODE: Limit(person=3, place=30),
        Tried.CALENDAR: Limit(person=20, place=300),
        Tried.PARTNER_LINK: Limit(person=30, place=100),
        Tried.PARTNER_CODE: Limit(person=10, place=30),
        Tried.KIOSK: Limit(person=300, place=40),
        Tried.PROVIDER: Limit(person=300, place=300),
        Tried.RIGHT: Limit(person=5, place=20),
    }
)


@dataclass(frozen=True, slots=True)
class Lasting:
    """How long somebody stays signed in: unless they come by, and at most.

    `noted` is how exactly it is known when they came by: each noting is a write.
    """

    idle: timedelta
    absolute: timedelta
    noted: timedelta


#: Parents on their own telephone.
AT_HOME: Final = Lasting(
    idle=timedelta(days=30), absolute=timedelta(days=180), noted=timedelta(days=1)
)
#: A day's work.
AT_WORK: Final = Lasting(
    idle=timedelta(hours=2), absolute=timedelta(hours=12), noted=timedelta(minutes=5)
)
#: Who can come to read what is sealed leaves no open screen behind.
WITH_SIGNALS: Final = Lasting(
    idle=timedelta(minutes=45), absolute=timedelta(hours=12), noted=timedelta(minutes=5)
)


def lasting(role: Role | None) -> Lasting:
    """Return how long one stays signed in while acting in this role; None: as a parent."""
    if role is None:
        return AT_HOME
    return WITH_SIGNALS if role in READS_SIGNALS else AT_WORK


def is_over(role: Role | None, last_seen: datetime, until: datetime, now: datetime) -> bool:
    """Tell whether somebody stayed away too long, or has been in long enough.

    A clock that jumps back gives nobody more time: it is never earlier than when they were seen.
    """
    at = max(now, last_seen)
    return at >= until or at - last_seen >= lasting(role).idle


#: How long a proof (a code, a passkey, a password) opens what is sealed.
PROOF_LASTS: Final = timedelta(minutes=60)
#: A form opened just in time may be sent as long as its writer stays signed in.
GRACE: Final = WITH_SIGNALS.idle


def is_fresh(proved: datetime | None, now: datetime, grace: timedelta = timedelta()) -> bool:
    return proved is not None and now - proved < PROOF_LASTS + grace


#: What a browser calls itself, the first that fits; nothing finer is kept.
_BROWSERS: Final = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"), ("FxiOS", "Firefox"), ("CriOS", "Chrome"), ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)  # fmt: skip
_SYSTEMS: Final = (
    ("iPhone", "iPhone"), ("iPad", "iPad"), ("Android", "Android"), ("Windows", "Windows"),
    ("CrOS", "ChromeOS"), ("Mac OS X", "Mac"), ("Linux", "Linux"),
)  # fmt: skip


def device(agent: str) -> str:
    """Return by what somebody may recognise their device: the families of browser and system."""
    found = (
        next((name for part, name in known if part in agent), None)
        for known in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(filter(None, found))


class TooOften(Exception):
    """Somebody, or everybody at one place, tried too often; later it goes again."""


class GoneLink(Exception):
    """A link from a mail that was used, has expired or never was: all three answer the same."""


class WrongCredentials(Refusal):
    message = N_("This e-mail address and password do not belong together.")


class WrongPassword(Refusal):
    message = N_("This is not your password.")
    field = "current"


class WrongCode(Refusal):
    message = N_("This code is not right, or has just been used. Wait for the next one.")
    field = "code"


class WrongPasskey(Refusal):
    message = N_("That did not work with this passkey. Try again, or come in another way.")


class ProviderSilent(Refusal):
    message = N_("%(name)s does not answer at the moment. Try again later, or come in another way.")


class ProviderRefused(Refusal):
    message = N_(
        "Signing in with %(name)s did not work, and nothing was changed. Begin once more. Does it "
        "keep going wrong? Then tell your administrator."
    )


class NoPlaceYet(Refusal):
    message = N_(
        "%(name)s knows you, but you have no place here yet. Ask an administrator of your "
        "organisation for an invitation at the e-mail address that %(name)s knows."
    )


class ClosedHere(Refusal):
    message = N_("Your account here is closed. Ask an administrator of your organisation.")


class KnownOtherwise(Refusal):
    message = N_(
        "There already is an account with your e-mail address. Sign in the way you always do, and "
        "connect it to %(name)s under My account."
    )


class ConnectedElsewhere(Refusal):
    message = N_("This account at %(name)s already belongs to somebody else here.")


class StillCarried(Refusal):
    message = N_(
        "%(name)s no longer gives you a role that you have here, and you still carry something "
        "in it. Ask an administrator to give it to a colleague first."
    )


class LockedAccount(Refusal):
    message = N_(
        "Your account is locked, because you did not sign in for a long time. Nothing is lost. Ask "
        "an administrator of your organisation to open it again."
    )


def refuse_locked(locked_at: datetime | None) -> None:
    """Say that their account is locked to who proved to be the one."""
    if locked_at:
        raise LockedAccount


class NotLocked(Refusal):
    message = N_("This account was opened again in the meantime.")


class LastFactor(Refusal):
    message = N_("Your role needs a second factor, and this is the last one. Set up another first.")


class ShortPassword(Refusal):
    message = N_("Use at least %(least)d characters. Three or four words work well.")
    field = "password"


class KnownPassword(Refusal):
    message = N_("Others guess this password at once. Think of one of your own.")
    field = "password"


class TakenAddress(Refusal):
    message = N_("Somebody with this e-mail address is here already.")
    field = "email"


class UnknownAddress(Refusal):
    message = N_("Nobody with this e-mail address is here.")
    field = "email"


class AlreadyMember(Refusal):
    message = N_("This person has this role already.")
    field = "email"


class AlreadyInvited(Refusal):
    message = N_("There is an invitation for this address already; you can send it again.")
    field = "email"


class InvitationOver(Refusal):
    message = N_("This invitation was accepted or withdrawn in the meantime.")


class LastAdministrator(Refusal):
    message = N_("There must always be an administrator. Appoint another one first.")


class OwnRole(Refusal):
    message = N_("Nobody changes their own role. Ask another administrator.")


class MembershipOver(Refusal):
    message = N_("This role was ended in the meantime.")


class StillCarrying(Refusal):
    message = N_("There is still something to hand over to a colleague first.")


class NobodyElse(Refusal):
    message = N_("For part of this there is no colleague who may take it over.")


class OwnFactor(Refusal):
    message = N_("You set up your own second factor again on the page about your account.")


class NoFactor(Refusal):
    message = N_("This person has no second factor yet.")


class AlreadyAsked(Refusal):
    message = N_("This was asked already, and waits for a second person.")


class Idle(StrEnum):
    WARN = auto()
    LOCK = auto()


#: How long before it is locked somebody hears of it, at least.
NOTICE: Final = timedelta(days=14)


def idle(seen: datetime, warned: datetime | None, now: datetime, days: int) -> Idle | None:
    """Return what happens to an account at work that nobody used since; 0 days: nothing.

    Nobody is locked who was not warned since they were last here, and early enough.
    """
    if not days or now - seen < timedelta(days=days) - NOTICE:
        return None
    if warned is None or warned < seen:
        return Idle.WARN
    ripe = now - warned >= NOTICE and now - seen >= timedelta(days=days)
    return Idle.LOCK if ripe else None


#: Roles that an administrator gives; for a municipality people are added by the command line.
GIVEN: Final = tuple(role for role in HELD if role is not Role.MUNICIPALITY)

LINK_LASTS: Final = timedelta(minutes=10)
INVITATION_LASTS: Final = timedelta(days=14)
WISH_LASTS: Final = timedelta(days=7)

LEAST: Final = 12
MOST: Final = 200


def check_password(password: str, *own: str) -> None:
    """Refuse what is short or guessed at once; ask for no kinds of characters.

    `own` are names of the person and of where they work.
    """
    if len(password) < LEAST:
        raise ShortPassword(least=LEAST)
    if guessed(password, own):
        raise KnownPassword


def closed_address(user_id: UUID) -> str:
    """Return what stands in place of the address of a closed account: nothing reaches it."""
    return f"{user_id}@closed.invalid"


#: How long the question to a passkey waits for its answer.
CHALLENGE_LASTS: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Site:
    """As what browsers know this site: a passkey answers no other."""

    host: str
    origin: str

    @classmethod
    def at(cls, url: str) -> "Site | None":
        """Return the site at this address; one without a name cannot have passkeys."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        secure = parts.scheme == "https" or host == "localhost"
        if not secure or re.fullmatch(r"[\d.]+|.*:.*|", host):
            return None
        return cls(host, f"{parts.scheme}://{parts.netloc}")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a browser sends back, to which question, and from where on the network."""

    site: Site
    challenge: bytes
    text: str
    place: str
    name: str = ""


STEP: Final = 30
TYPING: Final = 10  # seconds that it takes to type one
CODES: Final = 10
_ALPHABET: Final = "abcdefghjkmnpqrstuvwxyz23456789"


def fresh_secret() -> str:
    return pyotp.random_base32()


def matching_step(secret: str, code: str, at: float, last: int) -> int | None:
    """Return the step of time to which the code belongs, or None.

    A code that was over just now is accepted, because typing takes a while; a step that was used,
    or that lies before it, is not, because whoever looks over a shoulder has seen that code.
    """
    typed = re.sub(r"\s", "", code).encode(errors="replace")
    steps = dict.fromkeys((int(at) // STEP, (int(at) - TYPING) // STEP))
    factor = pyotp.TOTP(secret)
    return next(
        (
            step
            for step in steps
            if step > last and compare_digest(factor.at(step * STEP).encode(), typed)
        ),
        None,
    )


def fresh_codes() -> list[str]:
    """Return codes for the day the telephone is lost: 50 bits each, no letters that look alike."""
    return [
        "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(2))
        for _ in range(CODES)
    ]


def folded_code(code: str) -> str:
    """Return a recovery code as it is hashed, however it was typed."""
    return re.sub(r"[\s-]", "", code).lower()


def spaced(secret: str) -> str:
    """Return a secret as one types it over, in groups of four."""
    return " ".join(re.findall(".{1,4}", secret))


@dataclass(frozen=True, kw_only=True, slots=True)
class Vouched:
    """What an identity provider says of somebody who signed in there just now."""

    issuer: str
    subject: str
    email: str | None  # only one that they proved to read
    name: str
    groups: frozenset[str]
    strong: bool  # a second factor was shown there


#: How long somebody may take to sign in at their provider.
AWAY_LASTS: Final = timedelta(minutes=15)


@dataclass(frozen=True, kw_only=True, slots=True)
class Credentials:
    email: str
    password: str
    place: str  # from where: an address on the network


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkWish:
    email: str
    purpose: LinkPurpose
    language: str
    place: str
    onward: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    name: str
    language: str


@dataclass(frozen=True, kw_only=True, slots=True)
class NewPassword:
    password: str
    current: str | None = None
    place: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Invite:
    email: str
    name: str
    role: Role
    neighbourhood_id: UUID | None = None
    language: str = "nl"


@dataclass(frozen=True, kw_only=True, slots=True)
class Acceptance:
    name: str
    password: str
    language: str = "nl"


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointment:
    role: Role
    neighbourhood_id: UUID | None = None

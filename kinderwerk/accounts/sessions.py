"""Being signed in: what the cookie holds, how long, and as whom one acts."""

from base64 import b64decode, b64encode
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from flask import session as cookie
from flask_login import login_user, logout_user

from kinderwerk.access.vocabulary import SECOND_FACTOR, Actor
from kinderwerk.accounts import queries
from kinderwerk.accounts.models import Membership, User
from kinderwerk.core import clock
from kinderwerk.storage.sealing import Shut, opener, sealer
from kinderwerk.web.access import Cap, SignedIn
from kinderwerk.web.extensions import login_manager, session, settings

#: In place of a membership: somebody who works here, on their own account as a parent.
AS_PARENT: Final = "parent"
#: How long one stays signed in: parents on their own telephone, people at work for a day's work.
PARENT_LASTS: Final = timedelta(days=30)
STAFF_LASTS: Final = timedelta(hours=12)


def mark(user: User) -> str:
    return f"{user.id}:{user.epoch}"


def lasting(acting: str | None) -> timedelta:
    return PARENT_LASTS if acting in (None, AS_PARENT) else STAFF_LASTS


def marks(user: User, acting: str | None, *, passed: bool = False) -> dict[str, Any]:
    """Return what the cookie of somebody says, who acts in the membership of that id."""
    until = clock.now() + lasting(acting)
    kept: dict[str, Any] = {"membership": acting, "until": int(until.timestamp())}
    return kept | ({"factor": mark(user)} if passed else {})


def begin(user: User, acting: UUID | str | None = None, *, passed: bool = False) -> SignedIn:
    """Sign somebody in, afresh: nothing of the session before stays but the language.

    They act in the membership named, else in their first; `AS_PARENT` names none.
    """
    first = next(iter(user.current_memberships), None)
    chosen = str(acting or (first.id if first else "")) or None
    end()
    cookie.update(marks(user, chosen, passed=passed))
    cookie.permanent = lasting(chosen) is PARENT_LASTS
    person = recognised(user)
    login_user(person)
    return person


def end() -> None:
    language = cookie.get("language")
    logout_user()
    cookie.clear()
    if language:
        cookie["language"] = language


def speak(language: str) -> None:
    """Go on in this language, whatever was chosen before."""
    cookie["language"] = language


def act(chosen: str) -> None:
    """Go on in another membership, or as a parent; a working day then ends the session."""
    cookie["membership"] = chosen
    until = int((clock.now() + lasting(chosen)).timestamp())
    cookie["until"] = min(until, cookie.get("until", until))


def pass_factor(user: User) -> None:
    """Note in this session that the second factor was shown."""
    cookie["factor"] = mark(user)


def again(user: User) -> None:
    """Stay signed in here, while a new epoch signs out everywhere else."""
    acting, passed = cookie.get("membership"), "factor" in cookie
    begin(user, acting, passed=passed)


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load(told: str) -> SignedIn | None:
    """Return who the mark stands for; a mark that stands for nobody is a reason to sign out."""
    name, _, epoch = str(told).partition(":")
    try:
        user = queries.by_id(session(), UUID(name))
    except ValueError:
        user = None
    if user is None or str(user.epoch) != epoch or _over():
        cookie.clear()
        return None
    return recognised(user)


def recognised(user: User) -> SignedIn:
    """Return who this is; without the second factor they do not act in a role that needs it."""
    caps = tuple(Cap(held.held, where(held)) for held in user.current_memberships)
    chosen = cookie.get("membership")
    acting = next((cap for cap in caps if str(cap.membership.id) == chosen), None)
    if acting is None and chosen != AS_PARENT:
        acting = next(iter(caps), None)
    waiting = acting if acting and _lacks_factor(user, acting) else None
    actor = Actor(user.id, None if waiting or acting is None else acting.membership)
    return SignedIn(actor, mark(user), user.name, user.language, caps, waiting)


def where(held: Membership) -> str:
    return held.organisation.name if held.organisation else held.municipality.name


def _lacks_factor(user: User, cap: Cap) -> bool:
    needed = cap.membership.role in SECOND_FACTOR or user.factor_confirmed_at is not None
    return needed and not settings().demo and cookie.get("factor") != mark(user)


def _over() -> bool:
    until = cookie.get("until")
    return until is None or datetime.fromtimestamp(until, clock.now().tzinfo) <= clock.now()


def passed(user: User) -> bool:
    """Tell whether the second factor, if there is one, was shown in this session."""
    return user.factor_confirmed_at is None or cookie.get("factor") == mark(user)


def keep(user: User, name: str, text: str) -> None:
    """Keep something for the next pages; whoever reads the cookie cannot read it."""
    cookie[name] = b64encode(sealer(session())(text, _place(user, name))).decode()


def kept(user: User, name: str) -> str | None:
    try:
        return opener(session())(b64decode(cookie[name]), _place(user, name))
    except (KeyError, Shut):
        return None


def drop(name: str) -> None:
    cookie.pop(name, None)


def _place(user: User, name: str) -> str:
    return f"session.{name}:{user.id}"

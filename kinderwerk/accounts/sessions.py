"""Being signed in: the cookie holds a token and nothing that decides; the row behind it does."""

from base64 import b64decode, b64encode
from contextlib import suppress
from datetime import timedelta
from functools import partial
from typing import Final
from uuid import UUID

from flask import Flask, Response, g, request
from flask import session as cookie
from flask.globals import app_ctx
from flask_login import login_user, logout_user
from sqlalchemy.exc import OperationalError

from kinderwerk.access.vocabulary import SECOND_FACTOR
from kinderwerk.accounts import queries
from kinderwerk.accounts.models import Membership, SignIn, User
from kinderwerk.accounts.rules import AT_HOME, GRACE, device, is_fresh, lasting
from kinderwerk.accounts.service import signed_in as service
from kinderwerk.core import clock
from kinderwerk.storage.sealing import Shut, opener, sealer
from kinderwerk.web.access import Cap, SignedIn, signed_in
from kinderwerk.web.extensions import login_manager, session, settings

#: In place of a membership: somebody who works here, on their own account as a parent.
AS_PARENT: Final = "parent"
#: What a browser goes on with, whoever signs in or out there.
KEPT: Final = ("language", "choices", "one_page")


def begin(user: User, acting: UUID | str | None = None, *, factor: bool = False) -> SignedIn:
    """Sign somebody in, afresh: nothing of the session before stays but the language.

    They act in the membership named, else in their first; `AS_PARENT` names none.
    """
    held = None if acting == AS_PARENT else _named(user, acting) or _first(user)
    agent = device(request.user_agent.string)
    token = service.start(session(), user, held, agent, here(), factor=factor)
    forget()
    person: SignedIn | None = load(token)
    if person is None:
        raise RuntimeError("who signs in this moment is signed in")
    cookie.permanent = lasting(held.role if held else None) is AT_HOME
    login_user(person)
    return person


def end() -> None:
    """Sign out here: whoever copied the cookie is out too."""
    person = signed_in()
    if person and person.key:
        service.end(session(), person.actor, person.key)
    forget()


def renew() -> None:
    """Go on under a new token: whoever copied the cookie before this proof is out."""
    if key := here():
        cookie["_user_id"] = service.renew(session(), key)


def here() -> UUID | None:
    """Return the row of this device, if somebody is signed in."""
    person = signed_in()
    return person.key if person else None


def speak(language: str) -> None:
    """Go on in this language, whatever was chosen before."""
    cookie["language"] = language


def act(user: User, chosen: str) -> None:
    """Go on in another membership, or as a parent."""
    if key := here():
        service.act(session(), key, None if chosen == AS_PARENT else _named(user, chosen))


@login_manager.user_loader  # type: ignore[untyped-decorator]
def load(token: object) -> SignedIn | None:
    """Return who the token stands for; one that stands for nobody is a reason to sign out."""
    row = queries.signed_in_by(session(), str(token))
    if row is None or not row.is_open:
        cookie.clear()
        return None
    if clock.now() - row.last_seen_at >= lasting(row.held.role if row.held else None).noted:
        g.came_by = row.id
    return recognised(row, str(token))


def recognised(row: SignIn, token: str) -> SignedIn:
    """Return who this is; without the second factor they do not act in a role that needs it."""
    user = row.user
    caps = tuple(Cap(held.held, _cap(user, held)) for held in user.open_memberships)
    acting = next((cap for cap in caps if row.held and cap.membership.id == row.held.id), None)
    waiting = acting if acting and _lacks_factor(row, acting) else None
    actor = user.acting_in(None if waiting or acting is None else acting.membership)
    shown = user.factor_confirmed_at is None or row.factor_at is not None
    return SignedIn(
        actor, token, user.name, user.language, caps, waiting, row.id, shown,
        fresh=_proved(row, shown), lately=_proved(row, shown, GRACE),
    )  # fmt: skip


def where(held: Membership) -> str:
    return held.organisation.name if held.organisation else held.municipality.name


def _cap(user: User, held: Membership) -> str:
    """Say where they act in it, and in whose place, where it is lent."""
    if held.user_id == user.id:
        return where(held)
    return f"{where(held)} ({held.user.name})"


def note_afterwards(response: Response) -> Response:
    """Note that somebody came by once they have their answer: nobody waits for the writing."""
    if key := g.pop("came_by", None):
        response.call_on_close(partial(_note, app_ctx.app, key))
    return response


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


def _note(app: Flask, key: UUID) -> None:
    with app.app_context(), suppress(OperationalError):
        service.note(session(), key)


def forget() -> None:
    """Forget who was signed in here; what this browser chose is about nobody."""
    kept = {name: cookie[name] for name in KEPT if name in cookie}
    logout_user()
    cookie.clear()
    cookie.update(kept)


def _named(user: User, chosen: UUID | str | None) -> Membership | None:
    return next((held for held in user.open_memberships if str(held.id) == str(chosen)), None)


def _first(user: User) -> Membership | None:
    return next(iter(user.current_memberships), None)


def _lacks_factor(row: SignIn, cap: Cap) -> bool:
    needed = cap.membership.role in SECOND_FACTOR or row.user.factor_confirmed_at is not None
    return needed and not settings().demo and row.factor_at is None


def _proved(row: SignIn, shown: bool, grace: timedelta = timedelta()) -> bool:
    """Tell whether they proved who they are not long ago; who has nothing to prove it with, did."""
    user = row.user
    can = user.factor_confirmed_at or user.password_hash or row.factor_at
    if settings().demo or not can:
        return True
    return shown and is_fresh(row.proved_at, max(clock.now(), row.last_seen_at), grace)


def _place(user: User, name: str) -> str:
    """Bind what is kept to this person on this device: an old cookie opens nothing later."""
    return f"session.{name}:{user.id}:{here()}"

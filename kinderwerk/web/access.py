"""Declaring and enforcing who may reach a view."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import wraps
from typing import Any, Final, NoReturn, ParamSpec, TypeVar
from uuid import UUID

from flask import Flask, abort, request
from flask_login import UserMixin, current_user
from sqlalchemy.orm import Session

from kinderwerk.access.policy import grants, permits, unchecked
from kinderwerk.access.vocabulary import (
    CONFIDENTIAL,
    NOBODY,
    PROVED,
    Action,
    Actor,
    Facts,
    Membership,
    Resource,
    Role,
)
from kinderwerk.core.errors import Unchecked
from kinderwerk.storage import reach
from kinderwerk.web.disclosing import put_on_record
from kinderwerk.web.extensions import login_manager, session

P = ParamSpec("P")
R = TypeVar("R")
PUBLIC: Final = "public"
PERSONAL: Final = "personal"


class ProofNeeded(Exception):
    """Whoever is signed in proves once more that it is them, before this opens."""


@dataclass(frozen=True, slots=True)
class Cap:
    """A membership as the person who holds it sees it."""

    membership: Membership
    where: str

    @property
    def role_label(self) -> str:
        return self.membership.role.label


class SignedIn(UserMixin):  # type: ignore[misc]
    """What Flask-Login carries: an actor and what to call them, never a database row."""

    def __init__(
        self, actor: Actor, token: str, name: str = "", language: str = "nl",
        caps: tuple[Cap, ...] = (), waiting: Cap | None = None, key: UUID | None = None,
        shown: bool = True, fresh: bool = True, lately: bool = True,
    ) -> None:  # fmt: skip
        self.actor = actor
        self.waiting = waiting  # for the second factor, to act as this
        self.key = key  # of the row of this device
        self.shown = shown  # the second factor, if they have one
        self.fresh = fresh  # proved not long ago that it is them
        self.lately = lately  # or so long that what they write since then still counts
        self.id = token
        self.name = name
        self.language = language
        self.caps = caps

    @property
    def acting(self) -> Cap | None:
        return next((cap for cap in self.caps if cap.membership == self.actor.membership), None)

    @property
    def others(self) -> tuple[Cap, ...]:
        return tuple(cap for cap in self.caps if cap not in (self.acting, self.waiting))


def signed_in() -> SignedIn | None:
    return current_user._get_current_object() if current_user.is_authenticated else None


def actor() -> Actor:
    return current_user.actor if current_user.is_authenticated else NOBODY


def role() -> Role:
    return actor().role


def may(action: str, resource: str, facts: Facts | None = None) -> bool:
    """Answer for templates: show a link only to those who can follow it."""
    return permits(actor(), Action(action), Resource(resource), facts)


def public(view: Callable[P, R]) -> Callable[P, R]:
    view.access = PUBLIC  # type: ignore[attr-defined]
    return view


def personal(view: Callable[P, R]) -> Callable[P, R]:
    """Admit whoever is signed in, to what is about themselves and nobody else."""

    @wraps(view)
    def guarded(*args: P.args, **values: P.kwargs) -> R:
        if not current_user.is_authenticated:
            abort(login_manager.unauthorized())
        return view(*args, **values)

    guarded.access = PERSONAL  # type: ignore[attr-defined]
    return guarded


def freshly(view: Callable[P, R]) -> Callable[P, R]:
    """Ask for a proof first, where somebody changes what they sign in with."""

    @wraps(view)
    def guarded(*args: P.args, **values: P.kwargs) -> R:
        demand_proof()
        return view(*args, **values)

    return guarded


def demand_proof() -> None:
    """Pages ask early, so that a form which was opened in time is never refused with its text."""
    person = signed_in()
    reading = request.method == "GET"
    if person and not (person.fresh if reading else person.lately):
        raise ProofNeeded


def allow(
    action: Action, resource: Resource, load: Callable[[Session, Any], Any] | None = None
) -> Callable[[Callable[..., R]], Callable[..., R]]:
    """Admit actors the policy permits; `load` turns the URL's id into the view's argument.

    Whoever has no grant at all is refused before anything is looked up, and a row that is withheld
    answers as one that is missing: neither tells what exists.
    """

    def decorate(view: Callable[..., R]) -> Callable[..., R]:
        @wraps(view)
        def guarded(**values: Any) -> R:
            if not grants(actor(), action, resource):
                refuse(action, resource)
            subject = [load(session(), values.pop("id"))] if load else []
            facts = subject[0].facts if subject else None
            if not permits(actor(), action, resource, facts):
                if unchecked(actor(), action, resource, facts):
                    raise Unchecked(f"{action.value} {resource.value}")
                refuse(action, resource) if facts is None else withhold(resource, facts)
            if (action, resource) in PROVED:
                demand_proof()
            about = getattr(subject[0], "id", None) if subject else None
            answer = view(*subject, **values)
            put_on_record(session(), actor(), resource, about)
            return answer

        guarded.access = (action, resource)  # type: ignore[attr-defined]
        guarded.load = load  # type: ignore[attr-defined]
        return guarded

    return decorate


def refuse(action: Action, resource: Resource) -> NoReturn:
    if not current_user.is_authenticated:
        abort(login_manager.unauthorized())
    abort(404 if resource in CONFIDENTIAL and action is not Action.LIST else 403)


def withhold(resource: Resource, facts: Facts) -> NoReturn:
    """Answer as for a row that is missing, unless they can look at it and know of it anyway."""
    known = resource not in CONFIDENTIAL and permits(actor(), Action.VIEW, resource, facts)
    abort(403 if known else 404)


def undeclared(app: Flask) -> Iterable[str]:
    """Name the endpoints that say nothing about access; the factory refuses to start with any."""
    return sorted(name for name, view in app.view_functions.items() if not hasattr(view, "access"))


def hold_to_reach() -> None:
    """Let the database know who acts; visitors reach nothing that is anybody's."""
    if request.endpoint != "static" and current_user.is_authenticated:
        reach.say(session(), reach.of(actor()))


def init_app(app: Flask) -> None:
    app.before_request(hold_to_reach)

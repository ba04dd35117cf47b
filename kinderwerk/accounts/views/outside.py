"""Signing in at an identity provider, for people who work here; and what is left when they go."""

import secrets
from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kinderwerk.accounts import sessions
from kinderwerk.accounts.rules import AWAY_LASTS, ProviderRefused, Vouched
from kinderwerk.accounts.service import outside
from kinderwerk.accounts.views.blueprint import bp, on, place, target, tongue
from kinderwerk.config import Provider
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal
from kinderwerk.web.access import actor, freshly, personal, public, signed_in
from kinderwerk.web.extensions import session, settings
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page, why_not
from kinderwerk.web.redirects import onward

#: In the cookie: what was asked of the provider, and whether somebody came in through it.
ASKED, CAME = "asked", "came_from_provider"


def provider() -> Provider:
    return settings().provider or abort(404)


def address(endpoint: str) -> str:
    return f"{settings().public_url}{url_for(endpoint)}"


def there(**told: bool) -> str:
    """Return where somebody signs in; what they come back with must answer this."""
    from kinderwerk.accounts import issuer  # noqa: PLC0415 (heavy, and not for every house)

    state, back = secrets.token_urlsafe(32), address("accounts.from_provider")
    found = issuer.sent_to(provider(), state, back, again="again" in told)
    cookie[ASKED] = {"state": state, "at": clock.now().timestamp(), "next": target(), **told}
    return found


def not_in(refusal: Refusal, endpoint: str) -> ResponseReturnValue:
    flash(why_not(refusal), "error")
    return redirect(url_for(endpoint), 303)


@bp.get("/sign-in/provider")
@public
def to_provider() -> ResponseReturnValue:
    provider()
    again = {"again": True} if signed_in() else {}
    try:
        return redirect(there(**again), 303)
    except Refusal as refusal:
        return not_in(refusal, "accounts.sign_in")


@bp.post("/account/provider")
@personal
@freshly
def connect() -> ResponseReturnValue:
    """Show where to go on: a form may lead nowhere else than to pages of ours."""
    provider()
    form = Form()
    if form.validate_on_submit():
        cookie["connects"] = True
        return redirect(url_for("accounts.connecting"), 303)
    return redirect(url_for("accounts.account"), 303)


@bp.get("/account/provider/go")
@personal
def connecting() -> ResponseReturnValue:
    here = provider()
    if not cookie.pop("connects", False):
        return redirect(url_for("accounts.account"), 303)
    try:
        return page("accounts/connecting.html", provider=here, there=there(connects=True))
    except Refusal as refusal:
        return not_in(refusal, "accounts.account")


@bp.post("/account/provider/end")
@personal
@freshly
def disconnect() -> ResponseReturnValue:
    form = Form()
    if form.carry_out(lambda: outside.disconnect(session(), actor())):
        flash(_("You no longer come in that way."), "success")
    return redirect(url_for("accounts.account"), 303)


@bp.get("/sign-in/provider/back")
@public
def from_provider() -> ResponseReturnValue:
    """Take the answer, once; whatever it says, the code in the address is left behind."""
    here, asked = provider(), cookie.pop(ASKED, None)
    if asked is None or not answers(asked):
        return not_in(ProviderRefused(name=here.name), "accounts.sign_in")
    outside.attempted(session(), place())
    try:
        return connected(here, asked) if asked.get("connects") else came(here, asked)
    except Refusal as refusal:
        outside.refused(session(), type(refusal).__name__)
        connects = asked.get("connects")
        return not_in(refusal, "accounts.account" if connects else "accounts.sign_in")


def answers(asked: dict[str, Any]) -> bool:
    """Tell whether this answers the question that this browser took along, in time."""
    late = not 0 <= clock.now().timestamp() - asked["at"] < AWAY_LASTS.total_seconds()
    given = request.args.get("state", "")
    mine = secrets.compare_digest(given.encode(), asked["state"].encode())
    return mine and not late and (bool(signed_in()) or not asked.get("connects"))


def vouched(here: Provider, asked: dict[str, Any]) -> Vouched:
    from kinderwerk.accounts import issuer  # noqa: PLC0415 (as above)

    outside.take(session(), here, asked["state"])
    back, again = address("accounts.from_provider"), bool(asked.get("again"))
    return issuer.vouched(here, asked["state"], request.args.to_dict(), back, again=again)


def came(here: Provider, asked: dict[str, Any]) -> ResponseReturnValue:
    told = vouched(here, asked)
    user = outside.sign_in(session(), here, told, tongue())
    sessions.begin(user, factor=told.strong)
    cookie[CAME] = True
    return on(onward(asked.get("next")))


def connected(here: Provider, asked: dict[str, Any]) -> ResponseReturnValue:
    outside.connect(session(), actor(), here, vouched(here, asked))
    flash(_("From now on you can come in with %(name)s.", name=here.name), "success")
    return redirect(url_for("accounts.account"), 303)


@bp.get("/sign-out/provider")
@public
def left() -> ResponseReturnValue:
    """Say that one is still signed in there, and lead there to sign out too."""
    from kinderwerk.accounts import issuer  # noqa: PLC0415 (as above)

    here = provider()
    try:
        there = issuer.left_by(here, address("accounts.sign_in"))
    except Refusal:
        there = None
    return page("accounts/left.html", provider=here, there=there)

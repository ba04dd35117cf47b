"""Passkeys: adding one, looking after them, and coming in with one. Needs scripts; codes do not."""

from base64 import b64decode, b64encode
from uuid import UUID

from flask import Response, abort, flash, redirect, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kinderwerk.accounts import queries, sessions
from kinderwerk.accounts.forms import NewPasskeyForm, PasskeyForm, RenameForm
from kinderwerk.accounts.rules import Answer, Site
from kinderwerk.accounts.service import passkeys
from kinderwerk.accounts.views.account import myself, show_codes
from kinderwerk.accounts.views.blueprint import bp, on, place, target
from kinderwerk.web.access import actor, freshly, personal, public
from kinderwerk.web.extensions import session, settings
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page

KEPT = "challenge"


def site() -> Site:
    """Return as what browsers know us; without a name there are no passkeys."""
    return Site.at(settings().public_url) or abort(404)


def question() -> bytes:
    challenge = passkeys.ask(session(), place())
    cookie[KEPT] = b64encode(challenge).decode()
    return challenge


def answer(form: PasskeyForm, name: str = "") -> Answer:
    """Return what the browser says to the question that waits in its cookie."""
    asked = b64decode(cookie.pop(KEPT, ""))
    return Answer(site=site(), challenge=asked, text=form.answer.data, place=place(), name=name)


def json(text: str) -> Response:
    return Response(text, mimetype="application/json", headers={"Cache-Control": "no-store"})


def refused(form: Form, endpoint: str) -> ResponseReturnValue:
    flash(form.form_errors[0] if form.form_errors else _("That did not work."), "error")
    return redirect(url_for(endpoint, next=target()), 303)


@bp.post("/sign-in/passkey/question")
@public
def passkey_question() -> ResponseReturnValue:
    from kinderwerk.accounts import authenticators  # noqa: PLC0415 (heavy, and seldom asked for)

    return json(authenticators.question(site(), question()))


@bp.post("/sign-in/passkey")
@public
def sign_in_by_passkey() -> ResponseReturnValue:
    form = PasskeyForm()
    if not form.carry_out(lambda: passkeys.sign_in(session(), answer(form))):
        return refused(form, "accounts.sign_in")
    person = sessions.begin(form.outcome, factor=True)
    return on(url_for("accounts.act", next=target()) if len(person.caps) > 1 else None)


@bp.post("/sign-in/passkey/proof")
@personal
def pass_by_passkey() -> ResponseReturnValue:
    form = PasskeyForm()
    here = sessions.here()
    if not form.carry_out(lambda: passkeys.pass_by(session(), actor(), answer(form), here)):
        return refused(form, "accounts.second_factor")
    sessions.renew()
    return on()


@bp.post("/account/passkeys/question")
@personal
@freshly
def new_passkey_question() -> ResponseReturnValue:
    from kinderwerk.accounts import authenticators  # noqa: PLC0415 (as above)

    user = myself()
    known = queries.passkeys(session(), user)
    return json(authenticators.invitation(site(), question(), user, known))


@bp.route("/account/passkeys/new", methods=["GET", "POST"])
@personal
@freshly
def new_passkey() -> ResponseReturnValue:
    site()
    form, here = NewPasskeyForm(), sessions.here()
    add = passkeys.add
    if form.carry_out(lambda: add(session(), actor(), answer(form, form.name.data), here)):
        flash(_("The passkey is added."), "success")
        return show_codes(myself(), form.outcome) if form.outcome else on_account()
    return page("accounts/new_passkey.html", form=form, next=target())


@bp.route("/account/passkeys/<uuid:id>", methods=["GET", "POST"])
@personal
@freshly
def passkey(id: UUID) -> ResponseReturnValue:
    found = queries.own_passkey(session(), actor(), id)
    form = RenameForm(obj=found)
    if form.carry_out(lambda: passkeys.rename(session(), actor(), id, form.name.data)):
        flash(_("Saved."), "success")
        return on_account()
    return page("accounts/passkey.html", form=form, id=id)


@bp.post("/account/passkeys/<uuid:id>/remove")
@personal
@freshly
def remove_passkey(id: UUID) -> ResponseReturnValue:
    form = Form()
    if not form.carry_out(lambda: passkeys.remove(session(), actor(), id)):
        return refused(form, "accounts.account")
    flash(_("The passkey is removed."), "success")
    return on_account()


@bp.post("/account/second-factor/remove")
@personal
@freshly
def remove_telephone() -> ResponseReturnValue:
    form = Form()
    if not form.carry_out(lambda: passkeys.remove_telephone(session(), actor())):
        return refused(form, "accounts.account")
    flash(_("The codes on your phone are switched off."), "success")
    return on_account()


def on_account() -> ResponseReturnValue:
    return redirect(url_for("accounts.account"), 303)

"""One's own account."""

from uuid import UUID

import segno
from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from pyotp import TOTP

from kinderwerk.accounts import queries, sessions
from kinderwerk.accounts.forms import ChangePasswordForm, CodeForm, KeptForm, ProfileForm
from kinderwerk.accounts.models import User
from kinderwerk.accounts.rules import fresh_secret, spaced
from kinderwerk.accounts.service import factors, leaving, passwords, profiles
from kinderwerk.accounts.service import signed_in as devices
from kinderwerk.accounts.views.blueprint import bp, on, place, target
from kinderwerk.web.access import actor, freshly, personal
from kinderwerk.web.extensions import session, settings
from kinderwerk.web.form import Form
from kinderwerk.web.languages import offered
from kinderwerk.web.pages import page


def myself() -> User:
    return queries.myself(session(), actor())


@bp.route("/account", methods=["GET", "POST"])
@personal
def account() -> ResponseReturnValue:
    user = myself()
    form = ProfileForm(obj=user)
    form.offer(offered())
    if form.carry_out(lambda: profiles.change(session(), actor(), form.profile())):
        sessions.speak(form.language.data)
        flash(_("Saved."), "success")
        return redirect(url_for("accounts.account"), 303)
    return page(
        "accounts/account.html", form=form, user=user, here=sessions.here(),
        codes_left=queries.codes_left(session(), user),
        devices=queries.signed_in(session(), user),
        telephone=queries.has_telephone(session(), user),
        passkeys=queries.passkeys(session(), user),
        provider=settings().provider if user.current_memberships else None,
        outside=queries.outside_accounts(session(), user),
    )  # fmt: skip


@bp.route("/account/password", methods=["GET", "POST"])
@personal
@freshly
def password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    if myself().password_hash is None:
        del form.current
    here, change = sessions.here(), passwords.change
    if form.carry_out(lambda: change(session(), actor(), form.new(place()), here)):
        flash(_("Your password is changed. Other devices are signed out."), "success")
        return redirect(url_for("accounts.account"), 303)
    return page("accounts/password.html", form=form)


@bp.route("/account/second-factor", methods=["GET", "POST"])
@personal
@freshly
def set_up_factor() -> ResponseReturnValue:
    """Offer a secret that lives in the cookie, sealed, until a code proves that it arrived."""
    user = myself()
    secret = sessions.kept(user, "secret") or fresh_secret()
    sessions.keep(user, "secret", secret)
    form = CodeForm()
    told = secret, form.typed(), place(), sessions.here()
    if form.carry_out(lambda: factors.set_up(session(), actor(), *told)):
        sessions.renew()
        return show_codes(user, form.outcome)
    uri = TOTP(secret).provisioning_uri(name=user.email, issuer_name="Kinderwerk")
    picture = segno.make(uri, error="m").svg_data_uri(scale=5, border=3, light="#fff")
    return page(
        "accounts/set_up_factor.html", form=form, picture=picture, secret=spaced(secret),
        again=queries.has_telephone(session(), user), next=target(),
    )  # fmt: skip


def show_codes(user: User, codes: list[str]) -> ResponseReturnValue:
    """Keep the codes for the one page that shows them, and lead there."""
    sessions.drop("secret")
    sessions.keep(user, "codes", " ".join(codes))
    return redirect(url_for("accounts.codes", next=target()), 303)


@bp.route("/account/recovery-codes", methods=["GET", "POST"])
@personal
def codes() -> ResponseReturnValue:
    """Show new codes until somebody says that they have them, and never again."""
    codes = sessions.kept(myself(), "codes")
    form = KeptForm()
    if codes is None:
        return redirect(url_for("accounts.account"), 303)
    if form.carry_out(lambda: sessions.drop("codes")):
        return on()
    return page("accounts/codes.html", form=form, codes=codes.split(), next=target())


@bp.route("/account/recovery-codes/new", methods=["GET", "POST"])
@personal
def new_codes() -> ResponseReturnValue:
    form = CodeForm()
    told = form.typed(), place(), sessions.here()
    if form.carry_out(lambda: factors.renew_codes(session(), actor(), *told)):
        return show_codes(myself(), form.outcome)
    return page("accounts/new_codes.html", form=form)


@bp.route("/account/close", methods=["GET", "POST"])
@personal
@freshly
def close() -> ResponseReturnValue:
    form = Form()
    if form.carry_out(lambda: leaving.close(session(), actor())):
        sessions.forget()
        flash(_("Your account is closed. Thank you for everything."), "success")
        return redirect("/", 303)
    return page("accounts/close.html", form=form)


@bp.post("/account/devices/<uuid:id>/sign-out")
@personal
@freshly
def end_device(id: UUID) -> ResponseReturnValue:
    devices.end(session(), actor(), id)
    flash(_("You are signed out there."), "success")
    return redirect(url_for("accounts.account"), 303)


@bp.post("/account/devices/sign-out")
@personal
@freshly
def end_devices() -> ResponseReturnValue:
    devices.end_others(session(), actor(), sessions.here())
    flash(_("You are signed out on every other device."), "success")
    return redirect(url_for("accounts.account"), 303)

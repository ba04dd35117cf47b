"""Coming in, by password or by a link from a mail; as whom, in which language; and going out."""

from uuid import UUID

from flask import flash, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kinderwerk.access.vocabulary import HELD, Role
from kinderwerk.accounts import queries, sessions
from kinderwerk.accounts.forms import (
    AcceptForm,
    CodeForm,
    LinkForm,
    NewPasswordForm,
    PasswordForm,
    SignInForm,
)
from kinderwerk.accounts.models import User
from kinderwerk.accounts.rules import Acceptance, LinkPurpose
from kinderwerk.accounts.service import factors, links, members, passwords, profiles
from kinderwerk.accounts.views.blueprint import bp, landing, on, place, target, tongue
from kinderwerk.core.words import LANGUAGES
from kinderwerk.web.access import actor, personal, public, signed_in
from kinderwerk.web.extensions import csrf, login_manager, session, settings
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page
from kinderwerk.web.redirects import onward, sent_from_elsewhere

login_manager.login_view = "accounts.sign_in"


@bp.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> ResponseReturnValue:
    form = SignInForm()
    if form.carry_out(lambda: passwords.sign_in(session(), form.credentials(place()))):
        person = sessions.begin(form.outcome)
        return on(url_for("accounts.act", next=target()) if len(person.caps) > 1 else None)
    doors = (Role.GUARDIAN, *HELD) if settings().demo else ()
    return page(
        "accounts/sign_in.html", form=form, doors=doors, next=target(), provider=settings().provider
    )


@bp.post("/sign-out")
@public
def sign_out() -> ResponseReturnValue:
    outside = settings().provider and cookie.get("came_from_provider")
    sessions.end()
    left = redirect(url_for("accounts.left") if outside else "/", 303)
    left.headers["Clear-Site-Data"] = '"cache"'  # what going back would show
    return left


@bp.route("/sign-in/link", methods=["GET", "POST"])
@public
def link() -> ResponseReturnValue:
    form = LinkForm()
    wished = LinkPurpose.SIGN_IN, tongue(), place(), target()
    if form.carry_out(lambda: links.ask(session(), form.wish(*wished))):
        return redirect(url_for("accounts.link_sent"), 303)
    return page("accounts/link.html", form=form, next=target())


@bp.get("/sign-in/link/sent")
@public
def link_sent() -> ResponseReturnValue:
    return page("accounts/link_sent.html")


@bp.route("/sign-in/link/<uuid:link_id>/<token>", methods=["GET", "POST"])
@public
def follow(link_id: UUID, token: str) -> ResponseReturnValue:
    """Wait for a button: scanners of mail open links, and would use them up."""
    links.opened(session(), link_id, token, LinkPurpose.SIGN_IN)
    form = Form()
    if form.carry_out(lambda: links.sign_in(session(), link_id, token, tongue())):
        user, asked = form.outcome
        sessions.begin(user, sessions.AS_PARENT)
        return on(onward(asked) or (user.current_memberships and url_for("accounts.act")) or None)
    return page("accounts/follow.html", form=form)


@bp.route("/sign-in/forgotten", methods=["GET", "POST"])
@public
def forgotten() -> ResponseReturnValue:
    form = LinkForm()
    wished = LinkPurpose.PASSWORD, tongue(), place()
    if form.carry_out(lambda: links.ask(session(), form.wish(*wished))):
        return redirect(url_for("accounts.link_sent"), 303)
    return page("accounts/forgotten.html", form=form)


@bp.route("/sign-in/password/<uuid:link_id>/<token>", methods=["GET", "POST"])
@public
def new_password(link_id: UUID, token: str) -> ResponseReturnValue:
    links.opened(session(), link_id, token, LinkPurpose.PASSWORD)
    form = NewPasswordForm()
    if form.carry_out(lambda: passwords.reset(session(), link_id, token, form.new())):
        sessions.end()
        flash(_("Your password is changed. Sign in with the new one."), "success")
        return redirect(url_for("accounts.sign_in"), 303)
    return page("accounts/new_password.html", form=form)


def answer(form: Form) -> Acceptance | None:
    """Return what a newcomer answers; whoever has an account only presses the button."""
    return form.answer(tongue()) if isinstance(form, AcceptForm) else None


@bp.route("/invitation/<uuid:invitation_id>/<token>", methods=["GET", "POST"])
@public
def invitation(invitation_id: UUID, token: str) -> ResponseReturnValue:
    offer = members.offered(session(), invitation_id, token)
    known = queries.by_email(session(), offer.email)
    form = Form() if known and known.password_hash else AcceptForm(name=offer.name)
    if form.carry_out(lambda: members.accept(session(), invitation_id, token, answer(form))):
        sessions.end()
        flash(_("Welcome! Sign in with your e-mail address and password."), "success")
        return redirect(url_for("accounts.sign_in"), 303)
    return page(
        "accounts/invitation.html", form=form, offer=offer,
        where=queries.organisation_name(session(), offer),
    )  # fmt: skip


@bp.route("/sign-in/second-factor", methods=["GET", "POST"])
@personal
def second_factor() -> ResponseReturnValue:
    user = queries.myself(session(), actor())
    if user.factor_confirmed_at is None:
        return redirect(url_for("accounts.set_up_factor", next=target()), 303)
    form = CodeForm()
    told = form.typed(), place(), sessions.here()
    if form.carry_out(lambda: factors.pass_by(session(), actor(), *told)):
        sessions.renew()
        return on()
    return page("accounts/second_factor.html", form=form, next=target(), ways=ways(user))


@bp.route("/sign-in/proof", methods=["GET", "POST"])
@personal
def prove() -> ResponseReturnValue:
    """Ask once more who this is: by the second factor, or by the password where there is none."""
    user = queries.myself(session(), actor())
    if (person := signed_in()) and person.fresh:
        return on()
    form = CodeForm() if user.factor_confirmed_at else PasswordForm()
    if form.carry_out(lambda: proof(form)):
        sessions.renew()
        return on()
    return page("accounts/prove.html", form=form, next=target(), ways=ways(user))


def ways(user: User) -> dict[str, object]:
    """Say how this person can show the second factor."""
    return {
        "telephone": queries.has_telephone(session(), user),
        "passkeys": bool(queries.passkeys(session(), user)),
        "password": bool(user.password_hash or user.factor_confirmed_at),
        "provider": settings().provider if queries.outside_accounts(session(), user) else None,
    }


def proof(form: CodeForm | PasswordForm) -> None:
    here = sessions.here()
    if isinstance(form, CodeForm):
        factors.pass_by(session(), actor(), form.typed(), place(), here)
    elif here:
        passwords.prove(session(), actor(), form.current.data, place(), here)


@bp.route("/act", methods=["GET", "POST"])
@personal
def act() -> ResponseReturnValue:
    person = signed_in()
    caps = person.caps if person else ()
    chosen = request.form.get("membership")
    if chosen in {sessions.AS_PARENT, *(str(cap.membership.id) for cap in caps)}:
        sessions.act(queries.myself(session(), actor()), chosen)
        return redirect(target() or url_for("accounts.arrive"), 303)
    return page("accounts/act.html", caps=caps, next=target())


@bp.get("/arrive")
@personal
def arrive() -> ResponseReturnValue:
    return redirect(landing(), 303)


@bp.post("/language")
@csrf.exempt  # type: ignore[untyped-decorator]
@public
def language() -> ResponseReturnValue:
    """Go on in another language; without a token, so that reading the programme needs no cookie."""
    wish = request.form.get("language", "")
    if wish in LANGUAGES and not sent_from_elsewhere():
        cookie["language"] = wish
        if signed_in():
            profiles.choose_language(session(), actor(), wish)
    return redirect(onward(request.form.get("onward")) or "/", 303)

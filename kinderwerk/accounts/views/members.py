"""Who belongs to the organisation: for its administrators, and for who agrees with them."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.accounts import queries
from kinderwerk.accounts.areas import areas
from kinderwerk.accounts.forms import AppointForm, InviteForm, hand_over_form, heirs
from kinderwerk.accounts.models import FactorReset, Invitation, Membership
from kinderwerk.accounts.service import burdens, factors, idling, leaving
from kinderwerk.accounts.service import members as service
from kinderwerk.accounts.views.blueprint import bp, tongue
from kinderwerk.core import clock
from kinderwerk.web.access import actor, allow, freshly
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page


def told(form: Form, done: str, back: str) -> ResponseReturnValue:
    """Say what came of a button, on the page to which it leads."""
    for refused in form.form_errors:
        flash(refused, "error")
    if not form.errors:
        flash(done, "success")
    return redirect(back, 303)


@bp.get("/people")
@allow(Action.LIST, Resource.MEMBER)
def members() -> ResponseReturnValue:
    return page(
        "accounts/members.html",
        members=queries.members(session(), actor()),
        invitations=queries.invitations(session(), actor()),
        resets=queries.resets_to_agree(session(), actor()),
        areas=dict(areas.of(session(), actor().municipality_id)),
        now=clock.now(),
    )


@bp.route("/people/invite", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.MEMBER)
def invite() -> ResponseReturnValue:
    form = InviteForm()
    form.neighbourhood.offer(areas.of(session(), actor().municipality_id))
    if form.carry_out(lambda: service.invite(session(), actor(), form.invite(tongue()))):
        flash(_("The invitation is on its way."), "success")
        return redirect(url_for("accounts.members"), 303)
    return page("accounts/invite.html", form=form)


@bp.post("/people/invitations/<uuid:id>/again")
@allow(Action.EDIT, Resource.MEMBER, load=queries.invitation_by_id)
def invite_again(invitation: Invitation) -> ResponseReturnValue:
    form = Form()
    form.carry_out(lambda: service.invite_again(session(), actor(), invitation, tongue()))
    return told(form, _("A new invitation is on its way."), url_for("accounts.members"))


@bp.post("/people/invitations/<uuid:id>/withdraw")
@allow(Action.EDIT, Resource.MEMBER, load=queries.invitation_by_id)
def withdraw(invitation: Invitation) -> ResponseReturnValue:
    form = Form()
    form.carry_out(lambda: service.withdraw(session(), actor(), invitation))
    return told(form, _("The invitation is withdrawn."), url_for("accounts.members"))


@bp.route("/people/<uuid:id>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.MEMBER, load=queries.membership_by_id)
def member(held: Membership) -> ResponseReturnValue:
    form = AppointForm(role=held.role, neighbourhood=held.neighbourhood_id)
    form.neighbourhood.offer(areas.of(session(), actor().municipality_id))
    if form.carry_out(lambda: service.appoint(session(), actor(), held, form.appointment())):
        flash(_("The role is changed."), "success")
        return redirect(url_for("accounts.member", id=form.outcome.id), 303)
    return page(
        "accounts/member.html", form=form, held=held, person=held.user,
        waiting=queries.waiting_reset(session(), held.user_id),
        own=held.user_id == actor().id,
    )  # fmt: skip


@bp.route("/people/<uuid:id>/end", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.MEMBER, load=queries.membership_by_id)
def end(held: Membership) -> ResponseReturnValue:
    """Ask who takes over what this person carries: how many, never which."""
    carried = burdens.burden(session(), held)
    form = hand_over_form(carried)
    if form.carry_out(lambda: leaving.end(session(), actor(), held, heirs(form))):
        flash(_("This person no longer belongs to it."), "success")
        return redirect(url_for("accounts.members"), 303)
    return page("accounts/end.html", form=form, held=held, person=held.user, carried=carried)


@bp.route("/people/<uuid:id>/close", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.MEMBER, load=queries.membership_by_id)
@freshly
def close_for(held: Membership) -> ResponseReturnValue:
    """Ask who takes over everything that this person carries here, and shut every door."""
    carried = burdens.burden(session(), held, everything=True)
    form = hand_over_form(carried)
    if form.carry_out(lambda: leaving.close_for(session(), actor(), held, heirs(form))):
        flash(_("The account is closed, and signed out everywhere."), "success")
        return redirect(url_for("accounts.members"), 303)
    return page("accounts/close_for.html", form=form, held=held, person=held.user, carried=carried)


@bp.post("/people/<uuid:id>/unlock")
@allow(Action.EDIT, Resource.MEMBER, load=queries.membership_by_id)
def unlock(held: Membership) -> ResponseReturnValue:
    form = Form()
    form.carry_out(lambda: idling.unlock(session(), actor(), held))
    return told(form, _("The account is open again."), url_for("accounts.member", id=held.id))


@bp.post("/people/<uuid:id>/second-factor")
@allow(Action.EDIT, Resource.MEMBER, load=queries.membership_by_id)
def reset_factor(held: Membership) -> ResponseReturnValue:
    form = Form()
    done = _("The second factor is reset.")
    if form.carry_out(lambda: factors.reset(session(), actor(), held).done_at is None):
        done = _("Somebody else now has to agree.") if form.outcome else done
    return told(form, done, url_for("accounts.member", id=held.id))


@bp.get("/second-factors")
@allow(Action.LIST, Resource.FACTOR_RESET)
def resets() -> ResponseReturnValue:
    return page("accounts/resets.html", resets=queries.resets_to_agree(session(), actor()))


@bp.post("/second-factors/<uuid:id>")
@allow(Action.EDIT, Resource.FACTOR_RESET, load=queries.reset_by_id)
def agree(wish: FactorReset) -> ResponseReturnValue:
    form = Form()
    form.carry_out(lambda: factors.agree(session(), actor(), wish))
    return told(form, _("The second factor is reset."), url_for("accounts.resets"))

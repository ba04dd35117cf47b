"""How long things are kept, what goes soon, and forgetting a family."""

from flask import Blueprint, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.core import clock
from kinderwerk.families.models import Family
from kinderwerk.privacy import queries, service
from kinderwerk.privacy.forms import ForgetForm, HoldForm, TermForm
from kinderwerk.privacy.models import Hold
from kinderwerk.privacy.queries import Named, Subject
from kinderwerk.web.access import actor, allow
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page

bp = Blueprint("privacy", __name__, url_prefix="/privacy")


@bp.get("/terms")
@allow(Action.LIST, Resource.RETENTION)
def terms() -> ResponseReturnValue:
    return page("privacy/terms.html", lines=queries.lines(session(), actor()))


@bp.post("/terms")
@allow(Action.EDIT, Resource.RETENTION)
def confirm_rest() -> ResponseReturnValue:
    form = Form()
    form.carry_out(lambda: service.confirm_rest(session(), actor()))
    flash(_("All terms are confirmed. Nothing goes before it was shown for thirty days."))
    return redirect(url_for(".terms"), 303)


@bp.route("/terms/<id>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.RETENTION, load=queries.named)
def term(chosen: Named) -> ResponseReturnValue:
    line = queries.line(session(), actor(), chosen.line)
    form = TermForm.of(line.decided, line.rule)
    if form.carry_out(
        lambda: service.confirm(session(), actor(), chosen.line, form.wish(), form.version.data)
    ):
        flash(_("Confirmed. What goes is shown for thirty days first."), "success")
        return redirect(url_for(".terms"), 303)
    return page("privacy/term.html", form=form, line=line)


@bp.get("/going")
@allow(Action.LIST, Resource.ERASURE)
def going() -> ResponseReturnValue:
    return page("privacy/going.html", board=queries.board(session(), actor()), today=clock.today())


@bp.route("/going/<uuid:id>/hold", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.ERASURE, load=queries.subject)
def hold(subject: Subject) -> ResponseReturnValue:
    form = HoldForm()
    if form.carry_out(lambda: service.hold(session(), actor(), subject, form.wish())):
        flash(_("It is held back."), "success")
        return redirect(url_for(".going"), 303)
    return page("privacy/hold.html", form=form, subject=subject)


@bp.post("/going/<uuid:id>/let-go")
@allow(Action.EDIT, Resource.ERASURE, load=queries.subject)
def let_go(subject: Subject) -> ResponseReturnValue:
    if Form().carry_out(lambda: service.let_go(session(), actor(), subject)):
        flash(_("It is gone."), "success")
    return redirect(url_for(".going"), 303)


@bp.post("/holds/<uuid:id>/lift")
@allow(Action.EDIT, Resource.ERASURE, load=queries.hold_by_id)
def lift(held: Hold) -> ResponseReturnValue:
    if Form().carry_out(lambda: service.lift(session(), actor(), held.id)):
        flash(_("It is no longer held back."), "success")
    return redirect(url_for(".going"), 303)


@bp.route("/families/<uuid:id>", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.ERASURE, load=queries.family)
def forget(family: Family) -> ResponseReturnValue:
    form = ForgetForm()
    if form.carry_out(lambda: service.ask(session(), actor(), family.id, form.reason.data)):
        flash(_("Tonight this family is forgotten, as far as the law allows it now."), "success")
        return redirect(url_for(".forget", id=family.id), 303)
    shown("family", [], "seen", of=family.id)
    return page(
        "privacy/forget.html", form=form, family=family,
        asked=queries.open_wish(session(), family.id),
    )  # fmt: skip


@bp.post("/families/<uuid:id>/keep")
@allow(Action.CREATE, Resource.ERASURE, load=queries.family)
def keep(family: Family) -> ResponseReturnValue:
    if Form().carry_out(lambda: service.withdraw(session(), actor(), family.id)):
        flash(_("The family stays."), "success")
    return redirect(url_for(".forget", id=family.id), 303)

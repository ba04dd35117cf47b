"""Screens for a parent about a referral on which they are named."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.referrals import rules as referring
from kinderwerk.referrals.own import queries, rules, service
from kinderwerk.referrals.own.forms import HelpedForm
from kinderwerk.referrals.rules import Status
from kinderwerk.web.access import actor, allow
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("handed", __name__, url_prefix="/family/referrals")


@bp.get("/<uuid:id>")
@allow(Action.CREATE, Resource.FAMILY)
def detail(id: UUID) -> ResponseReturnValue:
    return shown(id, HelpedForm())


@bp.post("/<uuid:id>/read")
@allow(Action.CREATE, Resource.FAMILY)
def have_read(id: UUID) -> ResponseReturnValue:
    return said(
        id, Form(), lambda: service.have_read(session(), actor(), id),
        _("Thank you. We know that you read it."),
    )  # fmt: skip


@bp.post("/<uuid:id>/stop")
@allow(Action.CREATE, Resource.FAMILY)
def stop(id: UUID) -> ResponseReturnValue:
    return said(
        id, Form(), lambda: service.stop(session(), actor(), id),
        _("It has stopped. They see nothing of you any more."),
    )  # fmt: skip


@bp.post("/<uuid:id>/helped")
@allow(Action.CREATE, Resource.FAMILY)
def helped(id: UUID) -> ResponseReturnValue:
    form = HelpedForm()
    if form.carry_out(
        lambda: service.say_helped(session(), actor(), id, form.helped.data, form.words.data or "")
    ):
        flash(_("Thank you for telling us."), "good")
        return redirect(url_for(".detail", id=id), 303)
    return shown(id, form)


def said(id: UUID, form: Form, deed: Any, thanks: str) -> ResponseReturnValue:
    done = form.carry_out(deed)
    flash(thanks if done else " ".join(form.form_errors), "good" if done else "warn")
    return redirect(url_for(".detail", id=id), 303)


def shown(id: UUID, form: HelpedForm) -> ResponseReturnValue:
    referral = queries.by_id(session(), actor(), id)
    sheet, note = service.read(session(), actor(), referral)
    again = queries.by_id(session(), actor(), id)
    return page(
        "referrals/own/detail.html", form=form, referral=again, sheet=sheet, note=note,
        stands=rules.SAID[again.status], unsent=again.status in referring.UNSENT,
        stoppable=Status.DECLINED_BY_FAMILY in referring.NEXT[again.status],
        asked=again.status in rules.ASKED,
    )  # fmt: skip


@piece("family")
def of_family(households: list[Any]) -> str | None:
    """Show only what this person is named on; to everybody else of the family there is nothing."""
    found = queries.mine(session(), actor()) if households else []
    if not found:
        return None
    return render_template("referrals/own/_of_family.html", referrals=found, said=rules.SAID)

"""Screens of a plan: what the worker agrees with a family, and what a carer sees of it."""

from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.core import clock
from kinderwerk.families import queries as families
from kinderwerk.support import queries as trajectories
from kinderwerk.support.models import Trajectory
from kinderwerk.support.plan import queries, service
from kinderwerk.support.plan.forms import AnswerForm, PromiseForm, SettleForm
from kinderwerk.support.plan.rules import Doing, Plan
from kinderwerk.support.rules import OVER
from kinderwerk.web.access import actor, allow
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("plan", __name__)


@bp.route("/support/<uuid:id>/agreements/new", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.SUPPORT, load=trajectories.by_id)
def agree(trajectory: Trajectory) -> ResponseReturnValue:
    form = PromiseForm()
    form.offer(queries.courses(session(), trajectory.organisation_id))
    if form.carry_out(lambda: service.add(session(), actor(), trajectory, form.promise())):
        flash(_("Written down."))
        return redirect(url_for("support.detail", id=trajectory.id), 303)
    return page("support/plan/agree.html", form=form, trajectory=trajectory)


@bp.post("/support/<uuid:id>/agreements/<uuid:agreement_id>")
@allow(Action.EDIT, Resource.SUPPORT, load=trajectories.by_id)
def settle(trajectory: Trajectory, agreement_id: UUID) -> ResponseReturnValue:
    id, form = trajectory.id, SettleForm()
    done = form.carry_out(
        lambda: service.settle(session(), actor(), trajectory, agreement_id, form.settled.data)
    )
    flash(_("Noted.") if done else _("That did not work. Look at it again."))
    return redirect(url_for("support.detail", id=id), 303)


@bp.get("/family/plan/<uuid:id>")
@allow(Action.VIEW, Resource.PLAN, load=queries.by_id)
def own(plan: Plan) -> ResponseReturnValue:
    return _own(plan, None)


@bp.post("/family/plan/<uuid:id>/help")
@allow(Action.EDIT, Resource.PLAN, load=queries.by_id)
def answer(plan: Plan) -> ResponseReturnValue:
    form = AnswerForm()
    if form.carry_out(lambda: service.answer(session(), actor(), plan, form.judged())):
        flash(_("Thank you. The worker reads it."))
        return redirect(url_for(".own", id=plan.id), 303)
    return _own(plan, form)


@bp.post("/family/plan/<uuid:id>/agreements/<uuid:agreement_id>")
@allow(Action.EDIT, Resource.PLAN, load=queries.by_id)
def settle_own(plan: Plan, agreement_id: UUID) -> ResponseReturnValue:
    form = SettleForm()
    done = form.carry_out(
        lambda: service.settle_own(session(), actor(), plan, agreement_id, form.settled.data)
    )
    flash(_("Noted.") if done else _("That did not work. Look at it again."))
    return redirect(url_for(".own", id=plan.id), 303)


def _own(plan: Plan, form: AnswerForm | None) -> ResponseReturnValue:
    read = service.read_own(session(), actor(), plan)
    said = read.answer
    known = {"helped": said.answer.helped, "words": said.words} if said else None
    people = trajectories.people(session(), [read.trajectory.owner_id])
    return page(
        "support/plan/own.html", plan=plan, own=read, form=form or AnswerForm(data=known),
        where=families.organisation(session(), read.trajectory.organisation_id).name,
        worker=people.get(read.trajectory.owner_id), over=read.trajectory.status in OVER,
        today=clock.today(), theirs=Doing.WORKER,
    )  # fmt: skip


@piece("family")
def on_family_page(households: Any) -> str | None:
    """Lead a carer who is named on a plan to it; whoever is not finds nothing here."""
    plans = queries.mine(session(), actor())
    if not plans:
        return None
    names = {id: families.organisation(session(), id).name for _id, id in plans}
    return render_template("support/plan/_of_family.html", plans=plans, names=names)

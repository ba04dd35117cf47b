"""Screens of the child check, and of the step from a trajectory to a signal."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.signals import service as signals
from kinderwerk.support import queries as trajectories
from kinderwerk.support import service as support
from kinderwerk.support.concern import service
from kinderwerk.support.concern.forms import CheckForm, Names, SignalForm
from kinderwerk.support.concern.rules import WORRYING
from kinderwerk.support.models import Trajectory
from kinderwerk.support.service import Reading
from kinderwerk.web.access import actor, allow
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page

bp = Blueprint("concern", __name__, url_prefix="/support/<uuid:id>")


@bp.route("/check", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.SUPPORT, load=trajectories.by_id)
def check(trajectory: Trajectory) -> ResponseReturnValue:
    id, form = trajectory.id, CheckForm()
    if form.carry_out(lambda: service.write_check(session(), actor(), trajectory, form.check())):
        if form.finding.data in WORRYING:
            flash(_("Written down. It does not end here: make a signal of it."), "warn")
            return redirect(url_for(".into_signal", id=id, check=form.outcome.id), 303)
        flash(_("Written down: done, and no concern."))
        return redirect(url_for("support.detail", id=id), 303)
    return page("support/concern/check.html", form=form, trajectory=trajectory)


@bp.route("/signal", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.SUPPORT, load=trajectories.by_id)
def into_signal(trajectory: Trajectory) -> ResponseReturnValue:
    """Make a signal of what is ticked; nothing is typed twice, and nothing goes along unasked."""
    id, family_id = trajectory.id, trajectory.family_id
    reading = support.read(session(), actor(), trajectory)
    form = SignalForm.of(trajectory, reading, request.args.get("check", type=UUID))
    writers = _writers(trajectory, reading)
    write = lambda: signals.write_down(session(), actor(), form.capture(family_id, writers))  # noqa: E731
    if form.carry_out(write):
        flash(_("Written down. You carry it; nobody else reads along."))
        return redirect(url_for("signals.detail", id=form.outcome.id), 303)
    shown("child", [one.id for one in trajectory.family.children])
    return page("support/concern/signal.html", form=form, trajectory_id=id)


def _writers(trajectory: Trajectory, reading: Reading) -> Names:
    """Return by id of what stands in a trajectory who wrote it down."""
    wrote = {trajectory.id: trajectory.author_id}
    wrote |= {one.aim.id: trajectory.author_id for one in reading.aims}
    wrote |= {one.note.id: one.note.author_id for one in reading.notes}
    wrote |= {one.agreement.id: one.agreement.author_id for one in reading.steps}
    wrote |= {one.check.id: one.check.author_id for one in reading.checks}
    people = trajectories.people(session(), [*wrote.values()])
    family = _("somebody of the family")
    return {id: people[by] for id, by in wrote.items()} | {
        one.answer.id: family for one in reading.answers
    }

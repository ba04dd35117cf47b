"""Screens on which a paper is asked for, waited for and fetched."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.activities.models import Activity
from kinderwerk.activities.rules import PRIVATE
from kinderwerk.papers import look, making, queries, service
from kinderwerk.papers.forms import OrderForm, PosterForm
from kinderwerk.papers.kinds import KINDS
from kinderwerk.papers.models import Paper
from kinderwerk.papers.rules import Size
from kinderwerk.papers.sheets import poster as posters
from kinderwerk.web.access import actor, allow, demand_proof
from kinderwerk.web.extensions import as_system, session
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("papers", __name__)
bp.add_app_template_filter(look.in_theme)
bp.add_app_template_filter(look.left_to_right)
#: What the worker knows to do, because this module is loaded.
WORK = (making.make, making.tidy)


@bp.route("/papers/poster/<uuid:id>", methods=["GET", "POST"])
@allow(Action.VIEW, Resource.ACTIVITY, load=posters.for_parents)
def poster(activity: Activity) -> ResponseReturnValue:
    form = PosterForm.of(KINDS["poster"], size=Size.A4)
    return _asked(
        form, "poster", activity.id, "papers/ask_poster.html", activity=activity,
        address=posters.address(activity),
    )  # fmt: skip


def _asked(
    form: OrderForm, name: str, subject_id: UUID, template: str, **words: Any
) -> ResponseReturnValue:
    """Ask what is chosen, or have it made; what is for everybody needs no reach of its own."""
    kind, person = KINDS[name], actor()
    reached = as_system if kind.for_all else session
    if form.carry_out(lambda: service.ask(reached(), person, form.order(kind, subject_id))):
        return redirect(url_for(".detail", id=form.outcome), 303)
    return page(template, form=form, kind=kind, **words)


@bp.get("/papers/<uuid:id>")
@allow(Action.VIEW, Resource.PAPER, load=queries.paper)
def detail(paper: Paper) -> ResponseReturnValue:
    """Say how far it is; with scripts the page goes on by itself."""
    service.check_open(session(), actor(), paper)
    return page("papers/detail.html", "papers/_state.html", paper=paper, kind=KINDS[paper.kind])


@bp.get("/papers/<uuid:id>/<name>.pdf")
@allow(Action.VIEW, Resource.PAPER, load=queries.paper)
def fetch(paper: Paper, name: str) -> ResponseReturnValue:
    if KINDS[paper.kind].proved:
        demand_proof()
    made, kind = service.fetch(session(), actor(), paper.id), KINDS[paper.kind]
    headers = {"Content-Disposition": f'attachment; filename="{kind.name}.pdf"'}
    return Response(made, mimetype="application/pdf", headers=headers)


@piece("activity")
def of_activity(activity: Activity) -> str | None:
    if activity.format in PRIVATE:
        return None
    return render_template("papers/_of_activity.html", activity=activity)

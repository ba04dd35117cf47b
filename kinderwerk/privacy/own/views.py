"""Screens on which a parent has erased what is kept of them."""

from typing import Final
from uuid import UUID

from flask import Blueprint, Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.core.words import LANGUAGES
from kinderwerk.families.copies import as_csv, as_json
from kinderwerk.families.queries import Household
from kinderwerk.papers import service as papers
from kinderwerk.papers.kinds import KINDS as PAPERS
from kinderwerk.papers.orders import OrderForm
from kinderwerk.privacy.own import printed, queries, service
from kinderwerk.privacy.own.forms import EraseForm, MeForm
from kinderwerk.web.access import actor, allow, freshly, public
from kinderwerk.web.extensions import as_system, session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("own", __name__, url_prefix="/family")
#: The copy as a paper, that the worker makes.
COPY: Final = PAPERS[printed.NAME]
KINDS: Final = {
    "json": (as_json, "application/json", "kinderwerk.json"),
    "zip": (as_csv, "application/zip", "kinderwerk-csv.zip"),
}


@bp.route("/me/<uuid:id>", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.FAMILY)
def correct(id: UUID) -> ResponseReturnValue:
    """Put right what one organisation knows of oneself; `id` is the organisation."""
    form = MeForm.of(queries.me(session(), actor(), id))
    if form.carry_out(
        lambda: service.correct(
            session(), actor(), id, form.version.data, form.name.data, form.language.data
        )
    ):
        flash(_("The changes are saved."), "good")
        return redirect(url_for("families.known"), 303)
    return page("privacy/own/correct.html", form=form, id=id)


@piece("known")
def oneself(households: list[Household]) -> str | None:
    if not households:
        return None
    people = {one.organisation_id: one for one in reversed(queries.known(session(), actor()))}
    return render_template(
        "privacy/own/_me.html", families=households, people=people, languages=LANGUAGES
    )


@bp.get("/erase/<uuid:id>")
@allow(Action.CREATE, Resource.FAMILY)
def choose(id: UUID) -> ResponseReturnValue:
    """Say what goes and what stays, before anything is asked."""
    return page("privacy/own/choose.html", plan=queries.plan(session(), actor(), id))


@bp.route("/erase/<uuid:id>/all", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.FAMILY)
@freshly
def erase_all(id: UUID) -> ResponseReturnValue:
    return _erase(id, None)


@bp.route("/erase/<uuid:id>/<uuid:child>", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.FAMILY)
@freshly
def erase_child(id: UUID, child: UUID) -> ResponseReturnValue:
    return _erase(id, child)


def _erase(id: UUID, child_id: UUID | None) -> ResponseReturnValue:
    form, person = EraseForm(), actor()
    plan = queries.plan(session(), person, id, child_id)
    if form.carry_out(
        lambda: service.erase(as_system(), person, id, child_id, sure=form.sure.data)
    ):
        return redirect(url_for(".erased"), 303)
    return page("privacy/own/erase.html", form=form, plan=plan)


@bp.get("/erased")
@public
def erased() -> ResponseReturnValue:
    return page("privacy/own/erased.html")


@piece("known")
def to_take_away(households: list[Household]) -> str | None:
    if not households:
        return None
    return render_template("privacy/own/_copy.html", families=households)


@bp.post("/copy/<uuid:id>.<kind>")
@allow(Action.CREATE, Resource.FAMILY)
@freshly
def copy(id: UUID, kind: str) -> ResponseReturnValue:
    """Hand out what one organisation keeps; that it was taken is on record."""
    if kind not in KINDS or not Form().validate():
        abort(404)
    write, mimetype, name = KINDS[kind]
    written = write(service.copy(session(), actor(), id))
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(written, mimetype=mimetype, headers=headers)


@bp.route("/copy/<uuid:id>", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.FAMILY)
@freshly
def on_paper(id: UUID) -> ResponseReturnValue:
    """Have the copy made as a PDF, which nobody else can fetch."""
    organisation, form = queries.me(session(), actor(), id).organisation_id, OrderForm.of(COPY)
    if form.carry_out(lambda: papers.ask(session(), actor(), form.order(COPY, organisation))):
        return redirect(url_for("papers.detail", id=form.outcome), 303)
    return page("privacy/own/on_paper.html", form=form)


@piece("known")
def at_the_end(households: list[Household]) -> str | None:
    if not households:
        return None
    return render_template("privacy/own/_of_family.html", families=households)

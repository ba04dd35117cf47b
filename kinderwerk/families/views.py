"""Screens about children: a parent's own family, and the children whom staff know."""

from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.families import queries, service
from kinderwerk.families.asking import OwnChildForm
from kinderwerk.families.forms import (
    DoorForm,
    EditChildForm,
    FilterForm,
    MoveForm,
    SearchForm,
)
from kinderwerk.families.models import Child
from kinderwerk.web.access import actor, allow
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page
from kinderwerk.web.redirects import onward

bp = Blueprint("families", __name__)


@bp.get("/family")
@allow(Action.CREATE, Resource.FAMILY)
def mine() -> ResponseReturnValue:
    return page("families/mine.html", families=queries.households(session(), actor()))


@bp.get("/family/known")
@allow(Action.CREATE, Resource.FAMILY)
def known() -> ResponseReturnValue:
    return page("families/known.html", families=queries.households(session(), actor()))


@bp.route("/family/children/new/<uuid:id>", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.FAMILY)
def add_own(id: UUID) -> ResponseReturnValue:
    organisation = queries.organisation(session(), id)
    form = OwnChildForm.here(organisation)
    if form.carry_out(
        lambda: service.add_own_child(
            session(), actor(), id, form.child(), form.neighbourhood_id.data,
            form.me(str(get_locale())),
        )
    ):  # fmt: skip
        return redirect(_after(form.outcome, url_for(".mine")), 303)
    back_to = onward(request.args.get("next")) or url_for(".mine")
    return page("families/add_own.html", form=form, organisation=organisation, back_to=back_to)


def _after(child: Child, otherwise: str) -> str:
    """Return where to go on: to the page that was on its way here, which is told of the child."""
    next_page = onward(request.args.get("next"))
    if next_page is None:
        return otherwise
    return f"{next_page}{'&' if '?' in next_page else '?'}children={child.id}"


@bp.route("/family/children/<uuid:id>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.CHILD, load=queries.child)
def edit_own(child: Child) -> ResponseReturnValue:
    return _edit(child, "families/edit_own.html", url_for(".mine"))


@bp.route("/family/children/<uuid:id>/move", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.CHILD, load=queries.child)
def move_own(child: Child) -> ResponseReturnValue:
    return _move(child, "families/move_own.html", url_for(".mine"))


@bp.get("/children")
@allow(Action.LIST, Resource.CHILD)
def index() -> ResponseReturnValue:
    form = FilterForm(request.args)
    form.neighbourhood.offer((place.id, place.name) for place in _places())
    name = cookie.get(queries.LOOKED_FOR, "")
    found = queries.found(session(), actor(), form.filters(name))
    shown("child", [line.id for line in found], "searched" if name else "listed")
    return page(
        "families/index.html", choice=form, search=SearchForm(data={"name": name}), name=name,
        children=found[: queries.MOST_SHOWN], cut_off=len(found) > queries.MOST_SHOWN,
    )  # fmt: skip


@bp.post("/children/search")
@allow(Action.LIST, Resource.CHILD)
def search() -> ResponseReturnValue:
    """Remember whom this person looks for: a name does not belong in an address."""
    form = SearchForm()
    cookie[queries.LOOKED_FOR] = (form.name.data or "") if form.validate() else ""
    return redirect(onward(request.args.get("next")) or url_for(".index"), 303)


@bp.get("/children/everyone")
@allow(Action.LIST, Resource.CHILD)
def everyone() -> ResponseReturnValue:
    """Forget the name that was looked for."""
    cookie.pop(queries.LOOKED_FOR, None)
    return redirect(url_for(".index"))


@bp.route("/children/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.CHILD)
def add() -> ResponseReturnValue:
    form = DoorForm.offering(_places())
    if form.carry_out(
        lambda: service.add_child_of_family(
            session(), actor(), form.child(), form.neighbourhood_id.data, form.adult(),
            agreed=form.agreed.data, really=form.really.data,
        )
    ):  # fmt: skip
        here = url_for(".show", id=form.outcome.id)
        return redirect(_after(form.outcome, here), 303)
    back_to = onward(request.args.get("next")) or url_for(".index")
    return page("families/add.html", form=form, alike=_alike(form), back_to=back_to)


@bp.get("/children/<uuid:id>")
@allow(Action.VIEW, Resource.CHILD, load=queries.child)
def show(child: Child) -> ResponseReturnValue:
    alike = queries.alike(session(), actor(), child.first_name, child.surname, child.born_on)
    return page(
        "families/show.html", child=child, told=queries.told(session(), actor(), child),
        alike=[other for other in alike if other.id != child.id],
    )  # fmt: skip


@bp.route("/children/<uuid:id>/edit", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.CHILD, load=queries.child)
def edit(child: Child) -> ResponseReturnValue:
    return _edit(child, "families/edit.html", url_for(".show", id=child.id))


@bp.route("/children/<uuid:id>/move", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.CHILD, load=queries.child)
def move(child: Child) -> ResponseReturnValue:
    return _move(child, "families/move.html", url_for(".show", id=child.id))


def _edit(child: Child, template: str, onwards: str) -> ResponseReturnValue:
    id, form = child.id, EditChildForm.of(child)
    if form.carry_out(
        lambda: service.change_child(session(), actor(), id, form.version.data, form.child())
    ):
        flash(gettext("The changes are saved."), "good")
        return redirect(onward(request.args.get("next")) or onwards, 303)
    return page(template, form=form, child=child)


def _move(child: Child, template: str, onwards: str) -> ResponseReturnValue:
    organisation = queries.organisation(session(), child.organisation_id)
    form = MoveForm.offering(queries.places(session(), organisation.municipality_id))
    id = child.id
    if form.carry_out(lambda: service.move_child(session(), actor(), id, form.move())):
        flash(gettext("The move is noted."), "good")
        return redirect(onward(request.args.get("next")) or onwards, 303)
    return page(template, form=form, child=child)


def _places() -> list[queries.Named]:
    return queries.places(session(), actor().municipality_id)


def _alike(form: DoorForm) -> list[Child]:
    if not form.doubt:
        return []
    child = form.child()
    found = queries.alike(session(), actor(), child.first_name, child.surname, child.born_on)
    return list(found)

"""Screens of the people near to a child."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.core.errors import Withheld
from kinderwerk.families import queries as families
from kinderwerk.families.consents.service import own_care
from kinderwerk.families.models import Child
from kinderwerk.families.persons import queries, service
from kinderwerk.families.persons.forms import PersonForm
from kinderwerk.families.queries import Household, Told
from kinderwerk.web.access import actor, allow
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("persons", __name__)


@bp.route("/family/children/<uuid:id>/people", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.NEAR_PERSON, load=families.child)
def own(child: Child) -> ResponseReturnValue:
    own_care(child, actor())
    id, form = child.id, PersonForm()
    if form.carry_out(lambda: service.add(session(), actor(), id, form.person())):
        return redirect(url_for(".own", id=id), 303)
    child = families.child(session(), id)
    near = queries.of_children(session(), [id])[id]
    return page("families/persons.html", form=form, child=child, near=near)


@bp.route("/family/children/<uuid:id>/people/<uuid:person_id>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.NEAR_PERSON, load=families.child)
def change(child: Child, person_id: UUID) -> ResponseReturnValue:
    own_care(child, actor())
    near = queries.of_children(session(), [child.id])[child.id]
    known = next((one for one in near if one.id == person_id), None)
    if known is None:
        raise Withheld("somebody of another child")
    id, form = child.id, PersonForm(obj=known)
    if form.carry_out(lambda: service.change(session(), actor(), id, person_id, form.person())):
        return redirect(url_for(".own", id=id), 303)
    return page("families/person_edit.html", form=form, id=id, person_id=person_id)


@bp.post("/family/children/<uuid:id>/people/<uuid:person_id>/remove")
@allow(Action.EDIT, Resource.NEAR_PERSON, load=families.child)
def remove(child: Child, person_id: UUID) -> ResponseReturnValue:
    form, id = Form(), child.id
    form.carry_out(lambda: service.remove(session(), actor(), id, person_id))
    return redirect(url_for(".own", id=id), 303)


@bp.post("/family/children/<uuid:id>/people/<uuid:person_id>/first")
@allow(Action.EDIT, Resource.NEAR_PERSON, load=families.child)
def call_first(child: Child, person_id: UUID) -> ResponseReturnValue:
    form, id = Form(), child.id
    form.carry_out(lambda: service.call_first(session(), actor(), id, person_id))
    return redirect(url_for(".own", id=id), 303)


@piece("own_child")
def on_family_page(told: Told) -> str | None:
    return render_template("families/_persons_of_own.html", child=told.child)


@piece("known")
def known(households: list[Household]) -> str | None:
    """Tell a family of these people where it reads what else we know."""
    children = {told.child.id: told.child for one in households for told in one.children}
    near = queries.of_children(session(), list(children))
    return render_template("families/_persons_known.html", children=children, near=near)


@piece("child")
def on_page_of_child(child: Child) -> str | None:
    near = queries.trusted(child, queries.of_children(session(), [child.id])[child.id])
    return render_template("families/_persons_of_child.html", near=near) if near else None

"""Screens around a sixteenth birthday: for parents and staff, and then for the young person."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.core import clock
from kinderwerk.families import queries
from kinderwerk.families.models import Child
from kinderwerk.families.youth import service
from kinderwerk.families.youth.forms import OwnAddressForm, SeesForm
from kinderwerk.families.youth.rules import is_near, sixteenth
from kinderwerk.web.access import actor, allow
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("youth", __name__)


@bp.route("/family/children/<uuid:id>/own-address", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.CHILD, load=queries.child)
def own_address(child: Child) -> ResponseReturnValue:
    return _own_address(child, "families/youth_own.html", url_for("families.mine"))


@bp.route("/children/<uuid:id>/own-address", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.CHILD, load=queries.child)
def address_of(child: Child) -> ResponseReturnValue:
    return _own_address(child, "families/youth_of.html", url_for("families.show", id=child.id))


def _own_address(child: Child, template: str, onwards: str) -> ResponseReturnValue:
    if not is_near(child.born_on, clock.today()):
        abort(404)
    id, form = child.id, OwnAddressForm()
    language = str(get_locale())
    if form.carry_out(
        lambda: service.name_address(session(), actor(), id, form.email.data, language)
    ):
        flash(gettext("Thank you. On the birthday an invitation goes there."), "good")
        return redirect(onwards, 303)
    day = sixteenth(child.born_on)
    return page(template, form=form, child=child, day=day, onwards=onwards)


@bp.route("/family/children/<uuid:id>/parents-see", methods=["GET", "POST"])
@allow(Action.RELEASE, Resource.CHILD, load=queries.child)
def parents_see(child: Child) -> ResponseReturnValue:
    id, form = child.id, SeesForm(data={"sees": child.own and child.own.parents_see})
    if form.carry_out(lambda: service.decide(session(), actor(), id, form.sees.data)):
        flash(gettext("From now on it is like that."), "good")
        return redirect(url_for("families.mine"), 303)
    return page("families/youth_sees.html", form=form, child=child)


@piece("own_child")
def of_own_child(told: queries.Told) -> str | None:
    child = told.child
    oneself = child.own is not None and child.own.carer.user_id == actor().id
    if not oneself and (child.of_age or not is_near(child.born_on, clock.today())):
        return None
    day = sixteenth(child.born_on)
    return render_template("families/_youth_own.html", child=child, day=day, oneself=oneself)


@piece("child")
def of_child(child: Child) -> str | None:
    if not is_near(child.born_on, clock.today()) or (child.own and child.own.carer.user_id):
        return None
    return render_template("families/_youth.html", child=child, day=sixteenth(child.born_on))

"""The page on which a worker types a form of paper in."""

from contextlib import suppress
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.door.paper import queries, service
from kinderwerk.door.paper.forms import PaperForm
from kinderwerk.families import queries as families
from kinderwerk.web.access import actor, allow
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page

bp = Blueprint("paper_forms", __name__)


@bp.route("/children/from-paper", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.CHILD)
def enter() -> ResponseReturnValue:
    activity = _activity()
    form = PaperForm.offering(
        families.places(session(), actor().municipality_id),
        queries.choices(session(), actor(), activity), [activity] if activity else [],
    )  # fmt: skip
    _look_for_doubles(form)
    if form.carry_out(lambda: service.enter(session(), actor(), form.sheet())):
        return _done(form, activity)
    back_to = url_for("signups.of_activity", id=activity) if activity else None
    return page(
        "door/paper.html", form=form, activity=activity,
        back_to=back_to or url_for("families.index"),
    )  # fmt: skip


def _activity() -> UUID | None:
    with suppress(ValueError):
        return UUID(request.args.get("activity", ""))
    return None


def _look_for_doubles(form: PaperForm) -> None:
    for one in form.written if form.is_submitted() else ():
        if one.first_name.data and one.born_on.data:
            alike = families.alike(
                session(), actor(), one.first_name.data, one.surname.data or "", one.born_on.data
            )
            one.suspect(alike)
            shown("child", [child.id for child in alike], "searched")


def _done(form: PaperForm, activity: UUID | None) -> ResponseReturnValue:
    many = len(form.outcome)
    flash(
        ngettext(
            "The form is typed in, for %(num)d child.",
            "The form is typed in, for %(num)d children.", many,
        ),
        "good",
    )  # fmt: skip
    if activity:
        return redirect(url_for("signups.of_activity", id=activity), 303)
    return redirect(url_for("families.show", id=form.outcome[0].id), 303)

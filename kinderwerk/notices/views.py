"""Screens on which staff tell families something, and on which families say how."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, gettext

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.activities import service as activities
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.families.queries import Household
from kinderwerk.notices import queries, service, wishes
from kinderwerk.notices.forms import AmountForm, MoveForm, SayForm, WishesForm, amount
from kinderwerk.web.access import actor, allow, may, public
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import as_system, session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("notices", __name__)


@bp.route("/activities/dates/<uuid:id>/move", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.ACTIVITY, load=queries.occurrence)
def move(date: Occurrence) -> ResponseReturnValue:
    id, activity_id, form = date.id, date.activity_id, MoveForm.of(date)
    if form.carry_out(lambda: activities.move_occurrence(session(), actor(), id, form.slot())):
        flash(gettext("It is moved, and the families hear of it in a few minutes."), "good")
        return redirect(url_for("activities.detail", id=activity_id), 303)
    return page(
        "notices/move.html", form=form, date=date, told=queries.families(session(), date)
    )  # fmt: skip


@bp.route("/activities/dates/<uuid:id>/tell", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.ACTIVITY, load=queries.occurrence)
def tell(date: Occurrence) -> ResponseReturnValue:
    """Say something to all families of a date, from the telephone and in a hurry."""
    id, form = date.id, SayForm(data={"language": str(get_locale())})
    if form.carry_out(lambda: service.say(session(), actor(), id, form.say())):
        flash(gettext("It is on its way to the families."), "good")
        return redirect(url_for(".tell", id=id), 303)
    told = queries.audience_of(session(), date)
    shown("signup", [one.child_id for each in told.to_call for one in each.signups], of=id)
    return page(
        "notices/tell.html", form=form, date=date, told=told, said=queries.said(session(), id)
    )


@bp.route("/family/messages/<uuid:id>", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.FAMILY)
def my_wishes(id: UUID) -> ResponseReturnValue:
    """Ask somebody how they want to be told by one organisation; `id` is the organisation."""
    carer = wishes.mine(session(), actor(), id)
    form = WishesForm.of(carer)
    if form.carry_out(lambda: wishes.change(session(), actor(), id, form.wishes())):
        flash(
            gettext("We wrote to the new address. Press the button in that mail to confirm it.")
            if form.outcome else gettext("Saved."), "good",
        )  # fmt: skip
        return redirect(url_for("families.mine"), 303)
    box = queries.box(session(), actor(), wishes.mine(session(), actor(), id))
    return page("notices/wishes.html", form=form, box=box, to=url_for(".my_wishes", id=id))


@bp.route("/messages/for/<uuid:id>/<int:until>/<token>", methods=["GET", "POST"])
@public
def wishes_by_mail(id: UUID, until: int, token: str) -> ResponseReturnValue:
    """Ask whoever reads our mail how much of it they want; nothing else is shown or changed."""
    carer = wishes.by_mail(as_system(), id, until, token)
    form = AmountForm(data={"amount": amount(carer)})
    if form.carry_out(lambda: wishes.change_by_mail(session(), id, until, token, form.amount.data)):
        flash(gettext("Saved."), "good")
        return redirect(request.path, 303)
    return page("notices/wishes.html", form=form, box=None, to=request.path)


@bp.route("/messages/address/<int:id>/<token>", methods=["GET", "POST"])
@public
def confirm_address(id: int, token: str) -> ResponseReturnValue:
    """Confirm by a button that an address is one's own."""
    asked, form = wishes.asked(as_system(), id, token), Form()
    address = asked.address
    if form.carry_out(lambda: wishes.confirm(session(), id, token)):
        flash(gettext("From now on our messages go there."), "good")
        return redirect(request.path, 303)
    return page("notices/confirm_address.html", form=form, address=address)


@piece("family")
def silence(households: list[Household]) -> str | None:
    """Ask for another address where ours do not arrive."""
    boxes = queries.boxes(session(), actor()) if households else []
    silent = [box for box in boxes if box.silent]
    return render_template("notices/_silence.html", boxes=silent) if silent else None


@piece("settings")
def my_messages(households: list[Household]) -> str:
    boxes = queries.boxes(session(), actor())
    return render_template("notices/_settings.html", boxes=boxes, many=len(boxes) > 1)


@piece("date")
def of_date(date: Occurrence) -> str | None:
    """Show with a date what was said to its families, and offer to say something."""
    if not may("edit", "activity", date.facts):
        return None
    said = queries.said(session(), date.id)
    return render_template("notices/_of_date.html", date=date, said=said)


@piece("signups")
def unreached(activity: Activity) -> str | None:
    """Show with the list of an activity to which families mail does not arrive."""
    found = queries.unreached(session(), activity)
    return render_template("notices/_unreached.html", found=found) if found else None


@piece("plan")
def of_plan(activity: Activity | None) -> str | None:
    """Say beside a plan how many families a change of it is told to."""
    told = queries.families_of(session(), activity.id) if activity else 0
    return render_template("notices/_of_plan.html", told=told) if told else None

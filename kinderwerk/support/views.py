"""Screens of parenting support: short contacts without a name, and trajectories with a family."""

from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kinderwerk.access.vocabulary import Action, Resource
from kinderwerk.accounts import shares
from kinderwerk.accounts.sharing import ShareForm, asked
from kinderwerk.confided import queries as confided
from kinderwerk.confided.naming import NamingForm
from kinderwerk.confided.rules import Kind
from kinderwerk.core import clock
from kinderwerk.families.models import Child
from kinderwerk.signals.models import Signal
from kinderwerk.support import queries, rules, service
from kinderwerk.support.forms import (
    AimForm,
    ChoiceForm,
    ContactForm,
    ContactsForm,
    CourseForm,
    EndForm,
    StartForm,
    TalkForm,
    TallyForm,
)
from kinderwerk.support.models import Contact, Trajectory, TrajectoryShare
from kinderwerk.support.plan import queries as plans
from kinderwerk.web.access import actor, allow, may
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

LAST_PAGE = 10_000
bp = Blueprint("support", __name__, url_prefix="/support")


def back(trajectory: Trajectory, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for(".detail", id=trajectory.id), 303)


def to_list(words: str) -> ResponseReturnValue:
    """Whoever just handed it over, or left it, may no longer open it."""
    flash(words)
    return redirect(url_for(".index"), 303)


@bp.get("/")
@allow(Action.LIST, Resource.SUPPORT)
def index() -> ResponseReturnValue:
    form = ChoiceForm(request.args)
    trajectories = queries.visible(session(), actor(), form.choice())
    people = queries.people(session(), [one.owner_id for one in trajectories])
    shown("support", [one.id for one in trajectories])
    return page(
        "support/index.html", choice=form, trajectories=trajectories, people=people,
        today=clock.today(),
        late=plans.overdue(session(), [one.id for one in trajectories], clock.today()),
    )  # fmt: skip


@bp.get("/contacts")
@allow(Action.LIST, Resource.SUPPORT_CONTACT)
def contacts() -> ResponseReturnValue:
    form = ContactsForm(request.args)
    places = queries.neighbourhoods(session(), actor())
    form.neighbourhood_id.offer((place.id, place.name) for place in places)
    filters = form.filters()
    number = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    found = queries.contacts(session(), actor(), filters, number)
    return page(
        "support/contacts.html", choice=form, contacts=found[: queries.PAGE], number=number,
        summed=queries.summed(session(), actor(), filters), correctable=correctable,
        earlier=form.address(number - 1) if number > 1 else None,
        later=form.address(number + 1) if len(found) > queries.PAGE else None,
    )  # fmt: skip


def correctable(contact: Contact) -> bool:
    return may("edit", "support_contact", contact.facts) and rules.correctable(
        contact.created_at, clock.now()
    )


def placed(form: ContactForm) -> ContactForm:
    places = queries.neighbourhoods(session(), actor())
    form.offer(places, only=actor().neighbourhood_id is not None)
    return form


@bp.route("/contacts/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.SUPPORT_CONTACT)
def new_contact() -> ResponseReturnValue:
    form = placed(ContactForm.like(queries.last_contact(session(), actor())))
    if form.carry_out(lambda: service.write_contact(session(), actor(), form.contact())):
        flash(_("Written down. Thank you!"))
        return redirect(url_for(".contacts"), 303)
    return page("support/contact.html", form=form, contact=None)


@bp.route("/contacts/tally", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.SUPPORT_CONTACT)
def tally() -> ResponseReturnValue:
    """Count a question at the door; the next one can be counted at once."""
    asked = request.args.get("session", type=UUID)
    where = queries.whereabouts(session(), actor(), asked)
    form = TallyForm()
    if form.carry_out(lambda: service.write_contact(session(), actor(), form.contact(where))):
        flash(_("Counted."))
        return redirect(url_for(".tally", session=asked), 303)
    return page(
        "support/tally.html", form=form, asked=asked, minutes=rules.TAPPED,
        today=queries.counted_today(session(), actor()), last=_last_tap(),
    )  # fmt: skip


def _last_tap() -> Contact | None:
    """Return what this person counted a moment ago, to take it back."""
    last = queries.last_contact(session(), actor())
    return last if last and clock.now() - last.created_at <= rules.JUST_NOW else None


@bp.route("/contacts/<uuid:id>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.SUPPORT_CONTACT, load=queries.contact)
def correct_contact(contact: Contact) -> ResponseReturnValue:
    id, form = contact.id, placed(ContactForm(obj=contact))
    if form.carry_out(lambda: service.correct_contact(session(), actor(), id, form.contact())):
        flash(_("Put right."))
        return redirect(url_for(".contacts"), 303)
    return page("support/contact.html", form=form, contact=contact)


@bp.post("/contacts/<uuid:id>/remove")
@allow(Action.EDIT, Resource.SUPPORT_CONTACT, load=queries.contact)
def remove_contact(contact: Contact) -> ResponseReturnValue:
    id, form = contact.id, Form()
    done = form.carry_out(lambda: service.remove_contact(session(), actor(), id))
    flash(_("Taken away.") if done else " ".join(form.form_errors))
    counting = request.args.get("to") == "tally"
    asked = request.args.get("session", type=UUID) if counting else None
    return redirect(url_for(".tally" if counting else ".contacts", session=asked), 303)


@bp.route("/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.SUPPORT)
def new() -> ResponseReturnValue:
    signal_id = request.args.get("signal", type=UUID)
    family_id = (
        queries.family_of_signal(session(), actor(), signal_id)
        if signal_id
        else request.args.get("family", type=UUID)
    )
    families = queries.families(session(), actor())
    shown("family", [id for id, _ in families])
    form = StartForm.about(families, family_id)
    if form.carry_out(lambda: service.begin(session(), actor(), form.start())):
        return back(form.outcome, _("Begun. You carry it; nobody else reads along."))
    return page("support/new.html", form=form)


@bp.get("/<uuid:id>")
@allow(Action.VIEW, Resource.SUPPORT, load=queries.by_id)
def detail(trajectory: Trajectory) -> ResponseReturnValue:
    why = shares.reasons(session(), actor(), "support.share.seen", trajectory, TrajectoryShare)
    reading = service.read(session(), actor(), trajectory)
    named = confided.noted(session(), Kind.SUPPORT, trajectory.id)
    known = [trajectory.owner_id, *shares.people(trajectory.shares)]
    known += [one.note.author_id for one in reading.notes]
    known += [one.confirmed_by_id for one in named]
    known += [one.check.author_id for one in reading.checks]
    return page(
        "support/detail.html", trajectory=trajectory, reading=reading, why=why, named=named,
        people=queries.people(session(), known), naming=_naming(trajectory),
        over=trajectory.status in rules.OVER, today=clock.today(),
    )  # fmt: skip


def _naming(trajectory: Trajectory) -> NamingForm:
    form = NamingForm()
    form.offer(confided.candidates(session(), trajectory.family_id))
    return form


@bp.route("/<uuid:id>/talk", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.SUPPORT, load=queries.by_id)
def talk(trajectory: Trajectory) -> ResponseReturnValue:
    form = TalkForm()
    if form.carry_out(lambda: service.add_talk(session(), actor(), trajectory, form.talk())):
        return back(trajectory, _("Written down."))
    return page("support/talk.html", form=form, trajectory=trajectory)


@bp.route("/<uuid:id>/aim", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.SUPPORT, load=queries.by_id)
def aim(trajectory: Trajectory) -> ResponseReturnValue:
    form = AimForm()
    if form.carry_out(lambda: service.add_aim(session(), actor(), trajectory, form.aim())):
        return back(trajectory, _("Written down."))
    return page("support/aim.html", form=form, trajectory=trajectory)


@bp.route("/<uuid:id>/aims/<uuid:aim_id>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.SUPPORT, load=queries.by_id)
def change_aim(trajectory: Trajectory, aim_id: UUID) -> ResponseReturnValue:
    form = AimForm.of(service.read_aim(session(), actor(), trajectory, aim_id))
    if form.carry_out(
        lambda: service.change_aim(
            session(), actor(), trajectory, aim_id, form.version.data, form.aim()
        )
    ):
        return back(trajectory, _("Saved."))
    return page("support/aim.html", form=form, trajectory=trajectory)


@bp.route("/<uuid:id>/course", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.SUPPORT, load=queries.by_id)
def course(trajectory: Trajectory) -> ResponseReturnValue:
    form = CourseForm(obj=trajectory)
    form.owner_id.offer((one.id, one.name) for one in queries.colleagues(session(), trajectory))
    if form.carry_out(
        lambda: service.set_course(session(), actor(), trajectory, form.version.data, form.course())
    ):
        stays = may("view", "support", trajectory.facts)
        return back(trajectory, _("Saved.")) if stays else to_list(_("Saved."))
    return page("support/course.html", form=form, trajectory=trajectory)


@bp.route("/<uuid:id>/share", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.SUPPORT, load=queries.by_id)
def share(trajectory: Trajectory) -> ResponseReturnValue:
    form = ShareForm()
    form.offer(queries.colleagues(session(), trajectory), trajectory.facts)
    if form.carry_out(lambda: service.share(session(), actor(), trajectory, form.let_in())):
        return back(trajectory, _("Your colleague can read along now."))
    return asked(form, url_for(".detail", id=trajectory.id))


@bp.post("/<uuid:id>/unshare/<uuid:user_id>")
@allow(Action.EDIT, Resource.SUPPORT, load=queries.by_id)
def unshare(trajectory: Trajectory, user_id: UUID) -> ResponseReturnValue:
    service.unshare(session(), actor(), trajectory, user_id)
    return to_list(_("Your colleague no longer reads along."))


@bp.post("/<uuid:id>/name")
@allow(Action.EDIT, Resource.SUPPORT, load=queries.by_id)
def name_carer(trajectory: Trajectory) -> ResponseReturnValue:
    form = _naming(trajectory)
    done = form.carry_out(lambda: service.name_carer(session(), actor(), trajectory, form.wish()))
    return back(trajectory, _("Named.") if done else form.why)


@bp.post("/<uuid:id>/unname/<uuid:carer_id>")
@allow(Action.EDIT, Resource.SUPPORT, load=queries.by_id)
def unname_carer(trajectory: Trajectory, carer_id: UUID) -> ResponseReturnValue:
    service.unname_carer(session(), actor(), trajectory, carer_id)
    return back(trajectory, _("This person no longer sees it."))


@bp.route("/<uuid:id>/end", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.SUPPORT, load=queries.by_id)
def end(trajectory: Trajectory) -> ResponseReturnValue:
    form = EndForm.of(trajectory, service.read(session(), actor(), trajectory).aims)
    if form.carry_out(
        lambda: service.end(session(), actor(), trajectory, form.version.data, form.ending())
    ):
        return back(trajectory, _("Ended. Everything stays where it is."))
    return page("support/end.html", form=form, trajectory=trajectory)


@bp.post("/<uuid:id>/reopen")
@allow(Action.EDIT, Resource.SUPPORT, load=queries.by_id)
def reopen(trajectory: Trajectory) -> ResponseReturnValue:
    service.reopen(session(), actor(), trajectory)
    return back(trajectory, _("Running again. Look when you ask how it goes."))


@piece("child")
def of_child(child: Child) -> str | None:
    if not may("create", "support") or actor().id in child.family.circle:
        return None
    return render_template(
        "support/_of_child.html", family_id=child.family_id,
        trajectories=queries.of_family(session(), actor(), child.family_id),
    )  # fmt: skip


@piece("signal")
def of_signal(signal: Signal) -> str | None:
    if not may("create", "support") or not (signal.child_id or signal.family_id):
        return None
    return render_template("support/_of_signal.html", signal=signal)

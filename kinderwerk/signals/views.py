"""Screens for signals."""

from typing import TypeVar
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kinderwerk.access.vocabulary import Action, Resource, Role
from kinderwerk.accounts import shares
from kinderwerk.accounts.sharing import ShareForm, asked
from kinderwerk.core import clock
from kinderwerk.dossiers.asking import choose
from kinderwerk.dossiers.sections import collected
from kinderwerk.signals import dossier, joining, queries, rules, service
from kinderwerk.signals.forms import (
    CaptureForm,
    ChoiceForm,
    CloseForm,
    CompleteForm,
    CourseForm,
    JoinForm,
    NoteForm,
    PassOnForm,
    QuickForm,
    SignsForm,
    TakeOnForm,
    about,
)
from kinderwerk.signals.models import Signal, SignalShare
from kinderwerk.web.access import actor, allow, may, role
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

Offering = TypeVar("Offering", bound=CaptureForm | TakeOnForm)
bp = Blueprint("signals", __name__, url_prefix="/signals")
bp.add_app_template_filter(about, "about")


def back(signal: Signal, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for(".detail", id=signal.id), 303)


def to_list(words: str) -> ResponseReturnValue:
    """Whoever just handed it over, or left it, may no longer open it."""
    flash(words)
    return redirect(url_for(".index"), 303)


@bp.get("/")
@allow(Action.LIST, Resource.SIGNAL)
def index() -> ResponseReturnValue:
    form = ChoiceForm(request.args)
    signals = queries.visible(session(), actor(), form.choice())
    people = queries.people(session(), [signal.owner_id for signal in signals])
    shown("signal", [signal.id for signal in signals])
    return page(
        "signals/index.html", choice=form, signals=signals, people=people, today=clock.today()
    )


@bp.route("/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.SIGNAL)
def new() -> ResponseReturnValue:
    if role() is Role.VOLUNTEER:
        return redirect(url_for(".pass_on", session=request.args.get("session")))
    form = offered(CaptureForm())
    if form.carry_out(lambda: service.write_down(session(), actor(), form.capture())):
        return back(form.outcome, _("Written down. You carry it; nobody else reads along."))
    return page("signals/new.html", form=form)


@bp.route("/quick", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.SIGNAL)
def quick() -> ResponseReturnValue:
    of = request.args.get("session", type=UUID)
    if role() is Role.VOLUNTEER:
        return redirect(url_for(".pass_on", session=of))
    form, here = QuickForm(), queries.children_of(session(), actor(), of)
    everybody = () if here else queries.children(session(), actor())
    form.offer(here, everybody)
    shown("child", [child.id for child in (*here, *everybody)])
    jot = lambda: service.write_down(session(), actor(), form.capture(), unfinished=True)  # noqa: E731
    if form.carry_out(jot):
        return back(form.outcome, _("Written down. You carry it; complete it when there is time."))
    return page("signals/quick.html", form=form, here=here, asked=of)


def offered(form: Offering) -> Offering:
    children = queries.children(session(), actor())
    form.offer(
        children,
        queries.families(session(), actor()),
        queries.neighbourhoods(session(), actor()),
    )
    shown("child", [child.id for child in children])
    return form


@bp.route("/pass-on", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.SIGNAL)
def pass_on() -> ResponseReturnValue:
    form = PassOnForm()
    if form.carry_out(lambda: service.pass_on(session(), actor(), form.capture())):
        acute = form.level.data is rules.Level.ACUTE
        return redirect(url_for(".passed_on", acute="1" if acute else None), 303)
    return page("signals/pass_on.html", form=form)


@bp.get("/passed-on")
@allow(Action.CREATE, Resource.SIGNAL)
def passed_on() -> ResponseReturnValue:
    return page("signals/passed_on.html", acute="acute" in request.args)


@bp.get("/<uuid:id>")
@allow(Action.VIEW, Resource.SIGNAL, load=queries.by_id)
def detail(signal: Signal) -> ResponseReturnValue:
    why = shares.reasons(session(), actor(), "signal.share.seen", signal, SignalShare)
    reading = service.read_all(session(), actor(), signal)
    joins = may("edit", "signal_link", signal.facts)
    alike = queries.alike(session(), actor(), signal) if joins else ()
    shown("signal", [one.id for one in alike])
    known = [signal.owner_id, signal.author_id, *shares.people(signal.shares)]
    people = queries.people(session(), [*known, *(one.note.author_id for one in reading.notes)])
    return page(
        "signals/detail.html", signal=signal, notes=reading.notes, people=people, why=why,
        closed=signal.status in rules.CLOSED, today=clock.today(), joins=joins, alike=alike,
        joined=reading.joined, signs=by_area(reading.signs), me=actor().id,
    )  # fmt: skip


def by_area(signs: rules.Signs) -> dict[rules.Area, list[tuple[rules.Sign, rules.Factor]]]:
    """Return what was ticked, part of life by part of life, what worries first."""
    parts = {
        area: [(one, factor) for factor in rules.Factor for one in of if (one, factor) in signs]
        for area, of in rules.SIGNS.items()
    }
    return {area: found for area, found in parts.items() if found}


@bp.route("/<uuid:id>/take-on", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.SIGNAL, load=queries.by_id)
def take_on(signal: Signal) -> ResponseReturnValue:
    form = offered(TakeOnForm(obj=signal))
    if form.carry_out(lambda: service.take_on(session(), actor(), signal, form.capture())):
        return back(signal, _("You carry this now."))
    return page("signals/take_on.html", form=form, signal=signal)


@bp.route("/<uuid:id>/complete", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.SIGNAL, load=queries.by_id)
def complete(signal: Signal) -> ResponseReturnValue:
    form = offered(CompleteForm(obj=signal))
    if form.carry_out(lambda: service.complete(session(), actor(), signal, form.capture())):
        return back(signal, _("Completed."))
    return page("signals/take_on.html", form=form, signal=signal)


@bp.route("/<uuid:id>/signs", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.SIGNAL, load=queries.by_id)
def signs(signal: Signal) -> ResponseReturnValue:
    form = SignsForm.of(signal, service.read_all(session(), actor(), signal).signs)
    version = form.version.data
    if form.carry_out(lambda: service.tick(session(), actor(), signal, version, form.wish())):
        return back(signal, _("Saved."))
    return page("signals/signs.html", form=form, signal=signal)


@bp.route("/<uuid:id>/join", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.SIGNAL_LINK, load=queries.by_id)
def join(signal: Signal) -> ResponseReturnValue:
    form, others = JoinForm(), queries.to_join(session(), actor(), signal)
    form.offer(others)
    shown("signal", [one.id for one in others])
    wish = lambda: joining.join(session(), actor(), signal, form.other_id.data, form.why.data)  # noqa: E731
    if form.carry_out(wish):
        return back(signal, _("They belong together now."))
    return page("signals/join.html", form=form, signal=signal)


@bp.post("/<uuid:id>/part/<uuid:other_id>")
@allow(Action.EDIT, Resource.SIGNAL_LINK, load=queries.by_id)
def part(signal: Signal, other_id: UUID) -> ResponseReturnValue:
    joining.part(session(), actor(), signal, other_id)
    return back(signal, _("They stand apart again."))


@bp.route("/<uuid:id>/paper", methods=["GET", "POST"])
@allow(Action.RELEASE, Resource.SIGNAL, load=queries.by_id)
def on_paper(signal: Signal) -> ResponseReturnValue:
    id = signal.id
    sections = collected(session(), actor(), dossier.CASE, signal)
    return choose("signal", id, sections, back_to=url_for(".detail", id=id))


@bp.route("/<uuid:id>/note", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.SIGNAL, load=queries.by_id)
def note(signal: Signal) -> ResponseReturnValue:
    form = NoteForm()
    facts = [one for one in service.read(session(), actor(), signal) if one.is_fact]
    form.cites_id.offer((one.note.id, one.beginning) for one in facts)
    if form.carry_out(lambda: service.add_note(session(), actor(), signal, form.note())):
        return back(signal, _("Written down."))
    return page("signals/note.html", form=form, signal=signal)


@bp.route("/<uuid:id>/course", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.SIGNAL, load=queries.by_id)
def course(signal: Signal) -> ResponseReturnValue:
    form = CourseForm.of(signal)
    form.owner_id.offer((one.id, one.name) for one in queries.colleagues(session(), signal))
    if form.carry_out(
        lambda: service.set_course(session(), actor(), signal, form.version.data, form.course())
    ):
        stays = may("view", "signal", signal.facts)
        return back(signal, _("Saved.")) if stays else to_list(_("Saved."))
    return page("signals/course.html", form=form, signal=signal)


@bp.route("/<uuid:id>/share", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.SIGNAL, load=queries.by_id)
def share(signal: Signal) -> ResponseReturnValue:
    form = ShareForm()
    form.offer(queries.colleagues(session(), signal), signal.facts)
    if form.carry_out(lambda: service.share(session(), actor(), signal, form.let_in())):
        return back(signal, _("Your colleague can read along now."))
    return asked(form, url_for(".detail", id=signal.id))


@bp.post("/<uuid:id>/unshare/<uuid:user_id>")
@allow(Action.EDIT, Resource.SIGNAL, load=queries.by_id)
def unshare(signal: Signal, user_id: UUID) -> ResponseReturnValue:
    service.unshare(session(), actor(), signal, user_id)
    return to_list(_("Your colleague no longer reads along."))


@bp.route("/<uuid:id>/close", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.SIGNAL, load=queries.by_id)
def close(signal: Signal) -> ResponseReturnValue:
    form = CloseForm(version=signal.version)
    if form.carry_out(
        lambda: service.close(
            session(), actor(), signal, form.version.data, form.status.data, form.why.data
        )
    ):
        return back(signal, _("Closed. Everything stays where it is."))
    return page("signals/close.html", form=form, signal=signal)


@bp.post("/<uuid:id>/reopen")
@allow(Action.EDIT, Resource.SIGNAL, load=queries.by_id)
def reopen(signal: Signal) -> ResponseReturnValue:
    service.reopen(session(), actor(), signal)
    return back(signal, _("Open again. Look when it is to be looked at."))


@piece("today")
def to_complete(who: str) -> str | None:
    """Remind whoever wrote in a hurry that something is still to complete."""
    if not may("list", "signal"):
        return None
    many = queries.unfinished(session(), actor())
    return render_template("signals/_to_complete.html", many=many) if many else None

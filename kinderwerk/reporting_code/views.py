"""Screens of the reporting code."""

from typing import Any, TypeVar
from uuid import UUID

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kinderwerk.access.vocabulary import Action, Resource, Role
from kinderwerk.accounts import shares
from kinderwerk.accounts.models import Organisation
from kinderwerk.accounts.sharing import ShareForm, asked
from kinderwerk.core import clock
from kinderwerk.core.words import Labelled
from kinderwerk.reporting_code import queries, service, weighing
from kinderwerk.reporting_code.forms import (
    BeginForm,
    ChildForm,
    CloseForm,
    CourseForm,
    DecideForm,
    EntryForm,
    RulesForm,
    SecondForm,
    WeighForm,
)
from kinderwerk.reporting_code.models import CodeCase, CodeShare
from kinderwerk.reporting_code.rules import About, Beginning, EntryKind, Status
from kinderwerk.reporting_code.weighing import End, Question
from kinderwerk.signals.models import Signal
from kinderwerk.signals.rules import CLOSED, Level
from kinderwerk.signals.rules import Status as SignalStatus
from kinderwerk.web.access import actor, allow, may, role
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("reporting_code", __name__, url_prefix="/reporting-code")
CASE = Resource.CODE_CASE
SERIOUS = (Level.SERIOUS, Level.ACUTE)
L = TypeVar("L", bound=Labelled)


def one_of(kind: type[L], told: str) -> L:
    try:
        return kind(told)
    except ValueError:
        abort(404)


def back(case_id: UUID, words: str) -> ResponseReturnValue:
    flash(words)
    return redirect(url_for(".detail", id=case_id), 303)


def to_list(words: str) -> ResponseReturnValue:
    """Whoever just handed it over, or left it, may no longer open it."""
    flash(words)
    return redirect(url_for(".index"), 303)


@bp.get("/")
@allow(Action.LIST, CASE)
def index() -> ResponseReturnValue:
    closed = request.args.get("show") == "closed"
    cases = queries.listed(session(), actor(), closed=closed)
    people = queries.people(session(), [case.owner_id for case in cases])
    shown("code_case", [case.id for case in cases])
    here = actor().organisation_id if may("edit", "organisation") else None
    return page(
        "reporting_code/index.html", cases=cases, people=people, closed=closed,
        today=clock.today(), here=here,
    )  # fmt: skip


@bp.route("/new", methods=["GET", "POST"])
@allow(Action.CREATE, CASE)
def new() -> ResponseReturnValue:
    signal = _asked()
    if signal is None:
        return page("reporting_code/how.html")
    signal_id: UUID = signal.id
    family = signal.child.family if signal.child else signal.family
    children = queries.children_of(session(), family.id) if family else []
    form = BeginForm(data={"children": [one.id for one in children]})
    form.offer(children)
    if form.carry_out(
        lambda: service.begin(
            session(), actor(),
            Beginning(signal_id=signal_id, child_ids=tuple(form.children.data or ())),
        )
    ):  # fmt: skip
        return back(form.outcome.id, _("The case has begun. You carry it."))
    here = actor().organisation_id
    protocol = queries.in_force(session(), here) if here else None
    shown("child", [one.id for one in queries.children_of(session(), family.id)] if family else [])
    return page("reporting_code/new.html", form=form, signal_id=signal_id, protocol=protocol)


def _asked() -> Signal | None:
    try:
        return queries.signal_by_id(session(), actor(), UUID(request.args.get("signal", "")))
    except ValueError:
        return None


@bp.get("/<uuid:id>")
@allow(Action.VIEW, CASE, load=queries.by_id)
def detail(case: CodeCase) -> ResponseReturnValue:
    id = case.id
    reading = service.read(session(), actor(), id)
    why = shares.reasons(
        session(), actor(), "code_case.share.seen", queries.by_id(session(), id), CodeShare
    )
    case = queries.by_id(session(), id)
    stands = reading.written
    signal = queries.signal_by_id(session(), actor(), case.signal_id) if case.signal_id else None
    involved = [
        case.owner_id, case.author_id, *shares.people(case.shares),
        *stands.writers, *(one.author_id for one in reading.notes),
    ]  # fmt: skip
    return page(
        "reporting_code/detail.html", case=case, reading=reading, stands=stands, why=why,
        protocol=queries.protocol_of(case), steps=queries.due_of(session(), case, stands),
        standing=weighing.standing(stands.given), people=queries.people(session(), involved),
        closed=case.status is Status.CLOSED, today=clock.today(), kinds=_kinds(case), me=actor().id,
        signal=signal,
    )  # fmt: skip


def _kinds(case: CodeCase) -> list[EntryKind]:
    assessed = queries.protocol_of(case).assessed
    return [kind for kind in EntryKind if assessed or kind is not EntryKind.ASSESSMENT]


@bp.route("/<uuid:id>/write/<kind>", methods=["GET", "POST"])
@allow(Action.EDIT, CASE, load=queries.by_id)
def write(case: CodeCase, kind: str) -> ResponseReturnValue:
    chosen, id = one_of(EntryKind, kind), case.id
    protocol = queries.protocol_of(case)
    form = EntryForm.of(chosen, protocol)
    if form.carry_out(lambda: service.write_down(session(), actor(), id, form.entry(chosen))):
        return back(id, _("Written down."))
    return page("reporting_code/write.html", form=form, id=id, kind=chosen, protocol=protocol)


@bp.route("/<uuid:id>/weigh/<int:number>", methods=["GET", "POST"])
@allow(Action.EDIT, CASE, load=queries.by_id)
def weigh(case: CodeCase, number: int) -> ResponseReturnValue:
    question, id = one_of(Question, str(number)), case.id
    protocol, given = queries.protocol_of(case), queries.written(session(), case).given
    form = WeighForm.of(question)
    if form.carry_out(lambda: service.weigh(session(), actor(), id, form.weighed(question))):
        return back(id, _("Written down."))
    return page(
        "reporting_code/weigh.html", form=form, id=id, question=question, protocol=protocol,
        standing=weighing.standing(given),
    )  # fmt: skip


@bp.route("/<uuid:id>/decide/<about>", methods=["GET", "POST"])
@allow(Action.EDIT, CASE, load=queries.by_id)
def decide(case: CodeCase, about: str) -> ResponseReturnValue:
    chosen, id = one_of(About, about), case.id
    protocol, stands = queries.protocol_of(case), queries.written(session(), case)
    end = weighing.standing(stands.given).end
    form = DecideForm(data={"decider_id": actor().id})
    form.decider_id.offer((one.id, one.name) for one in queries.colleagues(session(), case))
    if form.carry_out(lambda: service.decide(session(), actor(), id, form.decision(chosen))):
        return back(id, _("Written down."))
    return page(
        "reporting_code/decide.html", form=form, id=id, about=chosen, protocol=protocol,
        reports=end is End.REPORT,
    )  # fmt: skip


@bp.route("/<uuid:id>/second/<uuid:decision_id>", methods=["GET", "POST"])
@allow(Action.EDIT, CASE, load=queries.by_id)
def second(case: CodeCase, decision_id: UUID) -> ResponseReturnValue:
    id, form = case.id, SecondForm()
    known = {one.id: one for one in queries.written(session(), case).decisions}
    if decision_id not in known:
        abort(404)
    about, yes = known[decision_id].about, known[decision_id].yes
    if form.carry_out(
        lambda: service.agree(
            session(), actor(), id, decision_id, agrees=form.agrees.told is True,
            words=form.words.data or "",
        )
    ):  # fmt: skip
        return back(id, _("Written down."))
    return page("reporting_code/second.html", form=form, id=id, about=about, yes=yes)


@bp.route("/<uuid:id>/children/<uuid:child_id>", methods=["GET", "POST"])
@allow(Action.EDIT, CASE, load=queries.by_id)
def child(case: CodeCase, child_id: UUID) -> ResponseReturnValue:
    id = case.id
    if child_id not in {one.child_id for one in case.children}:
        abort(404)
    words = service.read(session(), actor(), id).words
    row = next(one for one in queries.by_id(session(), id).children if one.child_id == child_id)
    form = ChildForm.of(row, words[row.id])
    version = form.version.data
    if form.carry_out(
        lambda: service.tell_child(session(), actor(), id, child_id, version, form.told())
    ):
        return back(id, _("Saved."))
    row = next(one for one in queries.by_id(session(), id).children if one.child_id == child_id)
    return page("reporting_code/child.html", form=form, id=id, child=row.child)


@bp.route("/<uuid:id>/children", methods=["GET", "POST"])
@allow(Action.EDIT, CASE, load=queries.by_id)
def children(case: CodeCase) -> ResponseReturnValue:
    """Take up brothers and sisters who are not in it yet."""
    id, inside = case.id, {one.child_id for one in case.children}
    family = queries.children_of(session(), case.family_id)
    form = BeginForm()
    form.offer([one for one in family if one.id not in inside])
    if form.carry_out(lambda: service.take_up(session(), actor(), id, form.children.data or ())):
        return back(id, _("Saved."))
    return page("reporting_code/children.html", form=form, id=id)


@bp.route("/<uuid:id>/course", methods=["GET", "POST"])
@allow(Action.EDIT, CASE, load=queries.by_id)
def course(case: CodeCase) -> ResponseReturnValue:
    id, form = case.id, CourseForm(obj=case)
    form.owner_id.offer((one.id, one.name) for one in queries.colleagues(session(), case))
    if form.carry_out(
        lambda: service.set_course(
            session(), actor(), id, form.version.data, form.owner_id.data, form.review_on.data
        )
    ):
        stays = may("view", "code_case", case.facts)
        return back(id, _("Saved.")) if stays else to_list(_("Saved."))
    return page("reporting_code/course.html", form=form, id=id)


@bp.route("/<uuid:id>/share", methods=["GET", "POST"])
@allow(Action.EDIT, CASE, load=queries.by_id)
def share(case: CodeCase) -> ResponseReturnValue:
    id, form = case.id, ShareForm()
    form.offer(queries.colleagues(session(), case), case.facts)
    if form.carry_out(lambda: service.share(session(), actor(), id, form.let_in())):
        return back(id, _("Your colleague can read along now."))
    return asked(form, url_for(".detail", id=id))


@bp.post("/<uuid:id>/unshare/<uuid:user_id>")
@allow(Action.EDIT, CASE, load=queries.by_id)
def unshare(case: CodeCase, user_id: UUID) -> ResponseReturnValue:
    service.unshare(session(), actor(), case.id, user_id)
    return to_list(_("Your colleague no longer reads along."))


@bp.route("/<uuid:id>/close", methods=["GET", "POST"])
@allow(Action.EDIT, CASE, load=queries.by_id)
def close(case: CodeCase) -> ResponseReturnValue:
    id, stands = case.id, queries.written(session(), case)
    missing = [one for one in queries.due_of(session(), case, stands) if not one.done]
    form = CloseForm.of(case, missing=bool(missing))
    version = form.version.data
    if form.carry_out(lambda: service.close(session(), actor(), id, version, form.closing())):
        return back(id, _("Closed. Everything stays where it is."))
    return page("reporting_code/close.html", form=form, id=id, missing=missing)


@bp.post("/<uuid:id>/reopen")
@allow(Action.EDIT, CASE, load=queries.by_id)
def reopen(case: CodeCase) -> ResponseReturnValue:
    id = case.id
    service.reopen(session(), actor(), id)
    return back(id, _("Open again."))


@bp.route("/rules/<uuid:id>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.ORGANISATION, load=queries.house)
def settings(here: Organisation) -> ResponseReturnValue:
    id, form = here.id, RulesForm(data={"second_person": here.second_person})
    if form.carry_out(
        lambda: service.set_rules(session(), actor(), id, second_person=form.second_person.data)
    ):
        flash(_("The changes are saved."), "good")
        return redirect(url_for(".settings", id=id), 303)
    return page("reporting_code/rules.html", form=form, id=id)


@piece("signal")
def of_signal(signal: Signal) -> str | None:
    """Lead from a signal to the case about it, or offer to begin one."""
    if not may("list", "code_case"):
        return None
    case = queries.of_signal(session(), actor(), signal.id)
    grave = signal.level in SERIOUS or role() is Role.PROTECTION_OFFICER
    open = signal.status not in {*CLOSED, SignalStatus.PASSED_ON, SignalStatus.IN_CODE}
    begins = grave and open and (case is None or case.status is Status.CLOSED)
    if case is None and not begins:
        return None
    return render_template(
        "reporting_code/_of_signal.html", case=case, begins=begins, signal=signal
    )


@piece("child-check")
def in_the_case(trajectory: Any) -> str | None:
    """Lead from parenting support to the case that runs, where the child check belongs then."""
    case = queries.of_family(session(), actor(), trajectory.family_id)
    return render_template("reporting_code/_child_check.html", case=case) if case else None


@piece("today")
def waiting(role: str) -> str | None:
    """Show on the first page in which cases something is to be done."""
    if not may("list", "code_case"):
        return None
    found = queries.waiting(session(), actor(), clock.today())
    if not found:
        return None
    shown("code_case", [one.id for one in found])
    return render_template("reporting_code/_waiting.html", found=found, today=clock.today())

"""The list on a device: a page that holds nobody, its worker, and what the device asks for."""

from functools import partial
from typing import Any, Final
from uuid import UUID

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    get_template_attribute,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import force_locale, gettext
from flask_wtf.csrf import generate_csrf

from kinderwerk.access.policy import permits
from kinderwerk.access.vocabulary import Action, Actor, Resource, Role
from kinderwerk.accounts import sessions
from kinderwerk.accounts.models import User
from kinderwerk.accounts.rules import device as browser
from kinderwerk.activities.models import Occurrence
from kinderwerk.core import clock
from kinderwerk.notes import service as notes
from kinderwerk.notes.queries import Meeting
from kinderwerk.notes.rules import WINDOW
from kinderwerk.offline import queries, rules, service
from kinderwerk.offline.forms import BeginForm, SettleForm
from kinderwerk.offline.models import RegisterDevice
from kinderwerk.offline.queries import State
from kinderwerk.offline.rules import Unreadable
from kinderwerk.offline.service import Answer
from kinderwerk.registers.queries import Line, Sheet
from kinderwerk.storage import reach
from kinderwerk.web.access import actor, allow, freshly, personal, public, signed_in
from kinderwerk.web.extensions import as_system, csrf, session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("offline", __name__)
#: The worker asks us for files, and does nothing else.
WORKER: Final = (
    "default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)


@bp.get("/offline/")
@public
def shell() -> ResponseReturnValue:
    """Show the page that works without network: the same for everybody, with nobody in it."""
    return page("offline/shell.html")


@bp.get("/offline/worker.js")
@public
def worker() -> ResponseReturnValue:
    sent = current_app.send_static_file("js/register-worker.js")
    sent.headers["Content-Security-Policy"] = WORKER
    sent.headers["Cache-Control"] = "no-cache"
    return sent


@bp.get("/offline/devices")
@allow(Action.LIST, Resource.NAMES)
def before() -> ResponseReturnValue:
    """Tell a device that is to be set up for whom, and the token to send along."""
    person = signed_in()
    return jsonify(token=generate_csrf(), person=str(actor().id), name=person and person.name)


@bp.post("/offline/devices")
@allow(Action.LIST, Resource.NAMES)
def begin() -> ResponseReturnValue:
    """Set this browser up; a tablet for several people ends the session of whoever did it."""
    form, me, name = BeginForm(), actor(), browser(request.user_agent.string)
    if not form.carry_out(
        lambda: service.begin(
            session(), me, name, again=form.again.data, occurrence_id=form.occurrence.data
        )
    ):
        abort(422)
    if form.occurrence.data:
        sessions.end()
    made = form.outcome
    return jsonify(id=str(made.id), key=made.key, person=str(me.id))


def device() -> RegisterDevice:
    """Return the device that asks by its key; it reaches its own organisation and no other."""
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    found = queries.by_key(as_system(), key) if scheme == "Device" and key else None
    if found is None:
        abort(401)
    if not found.is_open:
        abort(410)
    reach.say(session(), reach.Reach(str(found.organisation_id), str(found.user_id)))
    return found


@bp.post("/offline/lists")
@csrf.exempt  # type: ignore[untyped-decorator]
@public
def lists() -> ResponseReturnValue:
    """Give a device the lists it takes along; that they left us is on record first."""
    holder = device()
    if holder.actor.membership is None:
        abort(410)
    who, language = holder.actor, holder.user.language
    sheets = queries.taken_along(session(), holder)
    with force_locale(language):
        told = [_sheet(who, sheet) for sheet in sheets]
    service.take_along(session(), who, sheets)
    return jsonify(now=clock.now().isoformat(), lists=told, tablet=bool(holder.occurrence_id))


@bp.post("/offline/sync")
@csrf.exempt  # type: ignore[untyped-decorator]
@public
def sync() -> ResponseReturnValue:
    """Take over what a device tells, each thing once, and answer with what stands now."""
    holder = device()
    id, who, language = holder.id, holder.actor, holder.user.language
    try:
        sent = request.get_json(silent=True) or {}
        told = [rules.read(one) for one in sent.get("changes", ())[: rules.MOST]]
        phone = rules.instant(sent.get("now"))
    except (Unreadable, AttributeError, TypeError):
        abort(400)
    answers = service.take_over(session(), id, told, phone)
    states = queries.states(session(), who, {one.occurrence_id for one in told})
    with force_locale(language):
        given = [_answer(one) for one in answers]
    return jsonify(now=clock.now().isoformat(), answers=given, lists=[_state(s) for s in states])


@bp.post("/sessions/told/<uuid:change>")
@allow(Action.LIST, Resource.REGISTER)
def settle(change: UUID) -> ResponseReturnValue:
    """Say what is right where a device told something else than stands in the list."""
    form = SettleForm()
    settled = partial(service.settle, session(), actor(), change, take=form.take.data == "yes")
    if form.carry_out(settled):
        return redirect(url_for("registers.detail", id=form.outcome), 303)
    for said in (*form.form_errors, *form.take.errors):
        flash(said, "warn")
    return redirect(url_for("registers.index"), 303)


@bp.post("/account/devices/lists/<uuid:device_id>/end")
@personal
@freshly
def end(device_id: UUID) -> ResponseReturnValue:
    form = Form()
    if form.carry_out(lambda: service.end(session(), actor(), device_id)):
        flash(gettext("That device is closed. Its lists go when it next has a connection."), "good")
    return redirect(url_for("accounts.account"), 303)


@piece("account")
def devices_of(user: User) -> str | None:
    devices = queries.of_person(session(), user.id)
    return render_template("offline/_devices.html", devices=devices) if devices else None


@piece("date")
def told_of(occurrence: Occurrence) -> str | None:
    found = queries.questions(session(), actor(), occurrence)
    return render_template("offline/_told.html", questions=found, occurrence=occurrence)


def _sheet(who: Actor, sheet: Sheet) -> dict[str, Any]:
    date = sheet.occurrence
    notes_open = permits(who, Action.VIEW, Resource.CARE_NOTE, Meeting(date).facts)
    needs = notes.read(session(), who, date.id) if notes_open and sheet.named else []
    words = {one.child.id: render_template("offline/_needs.txt", help=one.help) for one in needs}
    staff = who.role is not Role.VOLUNTEER
    return {
        "id": str(date.id), "title": date.activity.title, "place": _place(date),
        "starts": date.starts_at.isoformat(), "ends": date.ends_at.isoformat(),
        "named": sheet.named, "closed": sheet.closed, "door": staff,
        "bands": [{"value": b.value, "label": gettext(b.label)} for b in sheet.bands],
        "kinds": [{"value": k.value, "label": gettext(k.label)} for k in sheet.kinds],
        "children": [_line(line, words.get(line.child_id, "")) for line in sheet.lines],
        "boxes": {f"{box.band}:{box.known}:{box.gender}": n for box, n in sheet.boxes.items()},
        "notesUntil": (date.ends_at + WINDOW).isoformat() if words else None,
    }  # fmt: skip


def _place(date: Occurrence) -> str:
    return date.place.name if date.place else ""


def _line(line: Line, note: str) -> dict[str, Any]:
    limit = get_template_attribute("macros/handing.html", "limit")
    return {
        "id": str(line.child_id), "name": line.name, "turn": line.turn,
        "presence": line.presence and line.presence.value, "left": _left(line),
        "away": line.away, "noPhotos": line.no_photos, "alone": line.goes_home_alone,
        "fetchers": list(line.fetchers), "note": note,
        "rule": str(limit(line.hand_over)).strip() if line.hand_over else "",
        "call": {"name": line.emergency_name, "number": line.emergency_phone, "dial": line.dial},
        "others": [list(one) for one in line.also_called],
    }  # fmt: skip


def _left(line: Line) -> str | None:
    return line.left_with if line.left_at else None


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "id": str(answer.id), "outcome": answer.outcome.value, "turn": answer.turn,
        "child": answer.child_id and str(answer.child_id), "stood": answer.stood,
        "why": gettext(answer.why) if answer.why else "",
    }  # fmt: skip


def _state(state: State) -> dict[str, Any]:
    return {
        "id": str(state.occurrence.id), "closed": state.closed,
        "calledOff": state.occurrence.cancelled_at is not None,
        "children": {
            str(mark.child_id): {
                "presence": mark.presence.value, "turn": mark.turn,
                "left": mark.left_with if mark.left_at else None,
            }
            for mark in state.marks
        },
        "boxes": {f"{box.band}:{box.known}:{box.gender}": n for box, n in state.boxes.items()},
    }  # fmt: skip

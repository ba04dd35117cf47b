"""A tablet by the exit: opened by whoever runs the session, and used by children alone."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from flask import (
    Blueprint,
    abort,
    current_app,
    flash,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.wrappers import Response as BaseResponse

from kinderwerk.access.policy import permits
from kinderwerk.access.vocabulary import Action, Resource, Role
from kinderwerk.accounts import sessions
from kinderwerk.activities.models import Occurrence
from kinderwerk.activities.rules import PRIVATE
from kinderwerk.core import clock, ids
from kinderwerk.ideas.votes import queries as votes
from kinderwerk.ideas.votes import service as voting
from kinderwerk.ideas.votes.rules import IDEAS, SIGNS
from kinderwerk.kiosk import queries, rules, service
from kinderwerk.kiosk.forms import CodeForm, OpenForm, VoteForm, shown
from kinderwerk.kiosk.models import Kiosk
from kinderwerk.kiosk.service import Opened
from kinderwerk.measuring import queries as measuring
from kinderwerk.measuring import rules as counting
from kinderwerk.measuring.models import Measurement, Question
from kinderwerk.papers import look
from kinderwerk.registers import queries as registers
from kinderwerk.storage import reach
from kinderwerk.web.access import actor, allow, public
from kinderwerk.web.extensions import as_system, csrf, session, settings
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("kiosk", __name__)
COOKIE: Final = "kinderwerk_kiosk"
PLACE: Final = "/kids/again"
#: The worker of the page asks us for files, and does nothing else.
WORKER: Final = (
    "default-src 'none'; connect-src 'self'; base-uri 'none'; form-action 'none';"
    " frame-ancestors 'none'"
)


@bp.route("/sessions/<uuid:id>/kiosk", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.REGISTER, load=registers.occurrence)
def of_session(occurrence: Occurrence) -> ResponseReturnValue:
    here, asked = occurrence.id, request.form.get("where") == "here"
    form = OpenForm.among(queries.may_be_asked(session(), occurrence))
    start = service.open_here if asked else service.open_elsewhere
    if form.carry_out(lambda: start(session(), actor(), here, UUID(form.question.data))):
        return _handed_over(form.outcome) if asked else _code(here, form.outcome)
    occurrence = registers.occurrence(session(), here)
    return page(
        "kiosk/session.html", form=form, occurrence=occurrence, results=_results(here),
        may_vote=_may_vote(occurrence),
        tablets=queries.at(session(), here), begun=occurrence.starts_at <= clock.now(),
        there=measuring.there(session(), here), labels=labels,
    )  # fmt: skip


def _handed_over(opened: Opened) -> BaseResponse:
    """Go over to the page of children; whoever was signed in on this device is signed out."""
    sessions.end()
    answer = _holding(redirect(url_for("kiosk.again"), 303), opened.secret)
    answer.headers["Clear-Site-Data"] = '"cache"'  # what going back would show
    return answer


def _holding(answer: BaseResponse, key: str) -> BaseResponse:
    answer.set_cookie(
        COOKIE, key, path=PLACE, httponly=True, samesite="Strict",
        secure=settings().secure_cookies, expires=clock.midnight(clock.today() + timedelta(days=1)),
    )  # fmt: skip
    return answer


def _code(
    occurrence_id: UUID, opened: Opened, back: str = "kiosk.of_session"
) -> ResponseReturnValue:
    """Show a code once: it is kept nowhere, so going back shows none."""
    there = f"{settings().public_url.rstrip('/')}{url_for('kiosk.again')}"
    return page(
        "kiosk/code.html", code=opened.secret, address=there, back_to=back,
        qr_code=look.code(f"{there}#{opened.secret}"),
        occurrence=registers.occurrence(session(), occurrence_id),
    )  # fmt: skip


def _results(occurrence_id: UUID) -> list[Measurement]:
    """Return what was answered, once no more can come.

    Not before: whoever looks twice, and lets one child answer in between, would know its answer.
    """
    tablets = queries.at(session(), occurrence_id)
    to_come = {one.question_id for one in tablets if not one.is_over}
    over = {one.question_id for one in tablets if one.question_id} - to_come
    kept = measuring.measurements(session(), occurrence_id)
    found = [kept[id] for id in sorted(over & kept.keys())]
    return [one for one in found if one.stands and counting.enough(one.answered)]


def labels(question: Question) -> list[str]:
    return list(question.options) or [gettext(step) for step in question.steps]


@bp.post("/sessions/<uuid:id>/kiosk/<uuid:kiosk>/close")
@allow(Action.EDIT, Resource.REGISTER, load=registers.occurrence)
def close(occurrence: Occurrence, kiosk: UUID) -> ResponseReturnValue:
    form, here = Form(), occurrence.id
    if queries.by_id(session(), kiosk).occurrence_id != here:
        abort(404)
    if form.carry_out(lambda: service.close(session(), actor(), kiosk)):
        flash(gettext("The tablet stops asking as soon as it has a connection."), "good")
    return redirect(url_for(".of_session", id=here), 303)


@bp.route("/sessions/<uuid:id>/vote", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.REGISTER, load=registers.occurrence)
def vote(occurrence: Occurrence) -> ResponseReturnValue:
    here, asked = occurrence.id, request.form.get("where") == "here"
    form = VoteForm.among(votes.to_choose(session(), occurrence))
    start = service.open_here if asked else service.open_elsewhere
    if form.carry_out(lambda: start(session(), actor(), here, form.ballot())):
        return _handed_over(form.outcome) if asked else _code(here, form.outcome, "kiosk.vote")
    return _vote_page(here, form)


@bp.post("/sessions/<uuid:id>/vote/tablet")
@allow(Action.EDIT, Resource.REGISTER, load=registers.occurrence)
def join(occurrence: Occurrence) -> ResponseReturnValue:
    """Let one more tablet take part in the vote that goes on."""
    here, asked, form = occurrence.id, request.form.get("where") == "here", Form()
    start = service.open_here if asked else service.open_elsewhere
    if form.carry_out(lambda: start(session(), actor(), here, None)):
        return _handed_over(form.outcome) if asked else _code(here, form.outcome, "kiosk.vote")
    flash(" ".join(map(str, form.form_errors)), "bad")
    return redirect(url_for(".vote", id=here), 303)


def _vote_page(occurrence_id: UUID, form: VoteForm) -> ResponseReturnValue:
    occurrence = registers.occurrence(session(), occurrence_id)
    found = votes.at(session(), occurrence_id)
    return page(
        "kiosk/votes.html", form=form, occurrence=occurrence, shown=shown,
        going_on=next((one for one in found if not one.is_over), None),
        over=[one for one in found if one.is_over], begun=occurrence.starts_at <= clock.now(),
        there=measuring.there(session(), occurrence_id),
    )  # fmt: skip


@bp.post("/sessions/<uuid:id>/vote/<uuid:vote>/close")
@allow(Action.EDIT, Resource.REGISTER, load=registers.occurrence)
def close_vote(occurrence: Occurrence, vote: UUID) -> ResponseReturnValue:
    form, here = Form(), occurrence.id
    if votes.by_id(session(), vote).occurrence_id != here:
        abort(404)
    if form.carry_out(lambda: voting.close(session(), actor(), vote)):
        flash(gettext("The vote is closed. Show children what came out: tell it back."), "good")
    return redirect(url_for(".vote", id=here), 303)


@bp.get(f"{PLACE}/")
@public
def again() -> ResponseReturnValue:
    kiosk = tablet()
    if kiosk and kiosk.tells:
        return page("kiosk/result.html", vote=kiosk.vote, shown=shown, signs=SIGNS, corner=None)
    if kiosk is None or not kiosk.asks:
        return page("kiosk/code_form.html", form=CodeForm(formdata=None), corner=None)
    once, thanks = ids.confidential(), "thanks" in request.args
    if kiosk.question:
        return page(
            "kiosk/again.html", kiosk=kiosk, labels=labels(kiosk.question), corner=None,
            thanks=thanks, once=once,
        )  # fmt: skip
    return page(
        "kiosk/vote.html", kiosk=kiosk, vote=kiosk.vote, shown=shown, signs=SIGNS, corner=None,
        thanks=thanks, over="over" in request.args, once=once,
    )  # fmt: skip


@bp.post(f"{PLACE}/")
@csrf.exempt  # type: ignore[untyped-decorator]
@public
def tap() -> ResponseReturnValue:
    """Take one answer where scripts do not run."""
    kiosk, steps = tablet(), request.form.getlist("step")
    if kiosk is None or not kiosk.asks or not steps:
        return redirect(url_for(".again"), 303)
    try:
        told = rules.read({"answers": [{"once": request.form.get("once"), "steps": steps}]})[0]
    except rules.Unreadable:
        abort(400)
    if service.hear(session(), kiosk.id, told) is rules.Outcome.REFUSED:
        return redirect(url_for(".again", over=1), 303)
    return redirect(url_for(".again", thanks=1), 303)


@bp.post(f"{PLACE}/open")
@csrf.exempt  # type: ignore[untyped-decorator]
@public
def take_up() -> ResponseReturnValue:
    form, place = CodeForm(), request.remote_addr or "nowhere"
    as_system()
    if form.carry_out(lambda: service.take_up(session(), form.code.data, place)):
        return _holding(redirect(url_for(".again"), 303), form.outcome)
    return page("kiosk/code_form.html", form=form, corner=None)


@bp.post(f"{PLACE}/told")
@csrf.exempt  # type: ignore[untyped-decorator]
@public
def told() -> ResponseReturnValue:
    """Hear what a tablet kept while it had no connection, each answer once."""
    kiosk = tablet()
    if kiosk is None or kiosk.is_over:
        abort(410)
    id = kiosk.id
    try:
        answers = rules.read(request.get_json(silent=True))
    except rules.Unreadable:
        abort(400)
    heard = {str(one.once): service.hear(session(), id, one).value for one in answers}
    return jsonify(answers=heard, asks=queries.by_id(session(), id).asks)


@bp.get(f"{PLACE}/worker.js")
@public
def worker() -> ResponseReturnValue:
    sent = current_app.send_static_file("js/kiosk-worker.js")
    sent.headers["Content-Security-Policy"] = WORKER
    sent.headers["Cache-Control"] = "no-cache"
    return sent


def tablet() -> Kiosk | None:
    """Return the tablet that asks, by its key; it reaches its own organisation and no other."""
    key = request.cookies.get(COOKIE, "")
    found = queries.by_key(as_system(), key) if key else None
    reach.say(session(), service.reach_of(found) if found else reach.NOTHING)
    return found


@piece("after-register")
def door(occurrence: Occurrence) -> str | None:
    """Lead from the list of a session to the tablet by the exit."""
    if occurrence.starts_at > clock.now() or occurrence.cancelled_at:
        return None
    if not permits(actor(), Action.EDIT, Resource.REGISTER, occurrence.facts):
        return None
    if not queries.may_be_asked(session(), occurrence):
        return None
    return render_template("kiosk/_door.html", occurrence=occurrence)


@piece("meeting")
def tablet_of(meeting: Any) -> str | None:
    """Lead from a session of today that has begun straight to its tablet."""
    begun = meeting.starts_at <= clock.now() and meeting.day == clock.today()
    here = begun and not getattr(meeting, "called_off", False) and meeting.format not in PRIVATE
    if not here or actor().role is not Role.WORKER:
        return None
    return render_template("kiosk/_of_meeting.html", id=meeting.id)


@piece("log-door")
def said(occurrence: Occurrence) -> str | None:
    """Lead from the log of a session to what children said on a tablet there."""
    if not queries.at(session(), occurrence.id):
        return None
    return render_template(
        "kiosk/_said.html", occurrence=occurrence, results=_results(occurrence.id)
    )


@piece("after-register")
def vote_door(occurrence: Occurrence) -> str | None:
    """Lead from the list of a session to a vote, where children can choose between ideas."""
    if occurrence.starts_at > clock.now() or occurrence.cancelled_at:
        return None
    if not permits(actor(), Action.EDIT, Resource.REGISTER, occurrence.facts):
        return None
    if not _may_vote(occurrence):
        return None
    return render_template("kiosk/_vote_door.html", occurrence=occurrence)


def _may_vote(occurrence: Occurrence) -> bool:
    """Tell whether there is something to choose between, or was."""
    ideas = votes.to_choose(session(), occurrence)
    return len(ideas) >= IDEAS.start or bool(votes.at(session(), occurrence.id))

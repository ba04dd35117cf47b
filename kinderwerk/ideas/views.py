"""Ideas of children: written down in a session, and followed until they heard the answer."""

from collections.abc import Callable
from typing import Any, Final
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from sqlalchemy.exc import NoResultFound

from kinderwerk.access.vocabulary import Action, Resource, Role
from kinderwerk.activities.models import Occurrence
from kinderwerk.core import clock
from kinderwerk.core.words import LANGUAGES
from kinderwerk.files import queries as files
from kinderwerk.ideas import moderating, paper, phrases, queries, service
from kinderwerk.ideas.forms import (
    AnswerForm,
    BoardForm,
    ChoiceForm,
    CorrectionForm,
    DecisionForm,
    DeclineForm,
    NewBoardForm,
    PlainForm,
    ReadingForm,
    SayingForm,
    SpaceForm,
    WordsForm,
    WorryForm,
)
from kinderwerk.ideas.models import ChildBoard, Idea
from kinderwerk.ideas.rules import Standing, State
from kinderwerk.ideas.votes import queries as votes
from kinderwerk.papers import service as papers
from kinderwerk.papers.kinds import KINDS
from kinderwerk.papers.orders import OrderForm
from kinderwerk.places.opening import Opening
from kinderwerk.web import pictures
from kinderwerk.web.access import actor, allow, may
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page
from kinderwerk.web.pieces import piece

bp = Blueprint("ideas", __name__)
PAPER: Final = KINDS[paper.NAME]
_READ: Final = (State.NEW, State.APPROVED, State.DECLINED)
#: What of the reading each role looks at.
SHOWN: Final = {
    Role.WORKER: _READ, Role.COORDINATOR: _READ,
    Role.PROTECTION_OFFICER: (*_READ, State.NEEDS_ADULT),
}  # fmt: skip


@bp.get("/ideas/")
@allow(Action.LIST, Resource.IDEA)
def index() -> ResponseReturnValue:
    form = ChoiceForm(request.args)
    form.neighbourhood_id.offer(queries.neighbourhoods(session(), actor()))
    chosen, standing = form.chosen, _standing()
    return page(
        "ideas/index.html", choice=form, standing=standing, standings=list(Standing),
        ideas=queries.visible(session(), actor(), standing, chosen), chosen=chosen,
        counted=queries.counted(session(), actor(), chosen),
    )  # fmt: skip


def _standing() -> Standing:
    try:
        return Standing(request.args.get("show", Standing.OPEN))
    except ValueError:
        return Standing.OPEN


@bp.route("/ideas/new", methods=["GET", "POST"])
@allow(Action.CREATE, Resource.IDEA)
def new() -> ResponseReturnValue:
    held = queries.session_of(session(), actor(), request.args.get("session", type=UUID))
    about, form = held.id if held else None, SayingForm()
    if form.carry_out(lambda: service.write_down(session(), actor(), form.saying(about))):
        flash(gettext("Written down. Now it waits for an answer."))
        return redirect(_after(about), 303)
    held = queries.session_of(session(), actor(), about)
    return page("ideas/new.html", form=form, occurrence=held)


def _after(occurrence_id: UUID | None) -> str:
    if occurrence_id:
        return url_for("logbook.log", id=occurrence_id)
    return url_for(".index") if may("list", "idea") else url_for("today.index")


@bp.get("/ideas/<uuid:id>")
@allow(Action.VIEW, Resource.IDEA, load=queries.by_id)
def detail(idea: Idea) -> ResponseReturnValue:
    return page(
        "ideas/detail.html", idea=idea, told_at=queries.told_at(session(), idea),
        votes=votes.of_idea(session(), idea.id),
    )  # fmt: skip


@bp.route("/ideas/<uuid:id>/words", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.IDEA, load=queries.by_id)
def correct(idea: Idea) -> ResponseReturnValue:
    id, form = idea.id, CorrectionForm(obj=idea)
    version = form.version.data
    return _written(
        id, form, "ideas/correct.html",
        lambda: service.correct(session(), actor(), id, version, form.wish()),
    )  # fmt: skip


@bp.get("/ideas/read")
@allow(Action.LIST, Resource.IDEA)
def to_read() -> ResponseReturnValue:
    """What children sent and nobody has read yet; and what became of what was read."""
    state = _state()
    found = (
        queries.to_read(session(), actor())
        if state is State.NEW else queries.lately(session(), actor(), state)
    )  # fmt: skip
    return page(
        "ideas/to_read.html", ideas=found, state=state, states=SHOWN[actor().role],
        many=queries.how_many_to_read(session(), actor()), board=queries.boards(session(), actor()),
    )  # fmt: skip


def _state() -> State:
    try:
        asked = State(request.args.get("show", State.NEW))
    except ValueError:
        return State.NEW
    return asked if asked in SHOWN[actor().role] else State.NEW


@bp.route("/ideas/<uuid:id>/read", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.IDEA, load=queries.by_id)
def read(idea: Idea) -> ResponseReturnValue:
    id, form = idea.id, ReadingForm.of(idea)
    version = form.version.data
    if form.carry_out(lambda: moderating.approve(session(), actor(), id, version, form.wish())):
        return _read(gettext("It stands on the board now."))
    return _to_be_read(id, form)


@bp.route("/ideas/<uuid:id>/decline", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.IDEA, load=queries.by_id)
def decline(idea: Idea) -> ResponseReturnValue:
    id, form = idea.id, DeclineForm(obj=idea)
    version = form.version.data
    if form.carry_out(lambda: moderating.decline(session(), actor(), id, version, form.why.data)):
        return _read(gettext("It is not placed, and the board says why."))
    return page("ideas/decline.html", form=form, idea=queries.by_id(session(), id))


@bp.route("/ideas/<uuid:id>/worry", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.IDEA, load=queries.by_id)
def worry(idea: Idea) -> ResponseReturnValue:
    id, form = idea.id, WorryForm(obj=idea)
    version = form.version.data
    if form.carry_out(
        lambda: moderating.worry(session(), actor(), id, version, form.seen.data or "")
    ):
        return _read(gettext("The protection officer has it now. Here it is gone."))
    return page("ideas/worry.html", form=form, idea=queries.by_id(session(), id))


def _to_be_read(idea_id: UUID, form: Form) -> ResponseReturnValue:
    idea = queries.by_id(session(), idea_id)
    return page(
        "ideas/read.html", form=form, idea=idea, marks=moderating.marks(session(), idea),
        question=queries.question(session(), idea), board=queries.board_of(session(), idea),
    )  # fmt: skip


def _read(said: str) -> ResponseReturnValue:
    flash(said, "good")
    return redirect(url_for(".to_read"), 303)


@bp.post("/ideas/<uuid:id>/archive")
@allow(Action.EDIT, Resource.IDEA, load=queries.by_id)
def archive(idea: Idea) -> ResponseReturnValue:
    id, form = idea.id, PlainForm()
    if form.carry_out(lambda: moderating.archive(session(), actor(), id, None)):
        flash(gettext("It is off the board."))
    else:
        flash(" ".join(map(str, form.form_errors)), "bad")
    return redirect(url_for(".detail", id=id), 303)


@bp.get("/ideas/<uuid:id>/drawing/<size>/<mark>.webp")
@allow(Action.VIEW, Resource.IDEA, load=queries.by_id)
def drawing(idea: Idea, size: str, mark: str) -> ResponseReturnValue:
    content = files.content(session(), idea.picture_id, size, mark)
    return pictures.send(content, mark, to_all=False)


@bp.route("/ideas/<uuid:id>/space", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.IDEA, load=queries.by_id)
def describe(idea: Idea) -> ResponseReturnValue:
    id, form = idea.id, SpaceForm(obj=idea)
    version = form.version.data
    return _written(
        id, form, "ideas/describe.html",
        lambda: moderating.describe(
            session(), actor(), id, version, form.wish(), clock.today()
        ),
    )  # fmt: skip


@bp.route("/ideas/boards", methods=["GET", "POST"])
@allow(Action.LIST, Resource.BOARD)
def boards() -> ResponseReturnValue:
    form = NewBoardForm()
    form.neighbourhood_id.offer(queries.without_board(session(), actor()))
    if form.carry_out(
        lambda: moderating.open_board(session(), actor(), form.neighbourhood_id.data, Opening())
    ):
        flash(gettext("The board is open. Say now when somebody looks after it."), "good")
        return redirect(url_for(".board", id=form.outcome.id), 303)
    return page("ideas/boards.html", form=form, boards=queries.boards(session(), actor()))


@bp.route("/ideas/boards/<uuid:id>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.BOARD, load=queries.board_by_id)
def board(board: ChildBoard) -> ResponseReturnValue:
    id, form = board.id, BoardForm.of(board)
    version = form.version.data
    if form.carry_out(
        lambda: moderating.keep_board(
            session(), actor(), id, version, open=form.open.data, hours=form.hours()
        )
    ):
        flash(gettext("Saved."), "good")
        return redirect(url_for(".boards"), 303)
    return page(
        "ideas/board.html", form=form, board=queries.board_by_id(session(), id),
        languages=LANGUAGES,
    )  # fmt: skip


@bp.route("/ideas/boards/<uuid:id>/paper", methods=["GET", "POST"])
@allow(Action.VIEW, Resource.BOARD, load=queries.board_by_id)
def on_paper(board: ChildBoard) -> ResponseReturnValue:
    id, form = board.id, OrderForm.of(PAPER)
    if form.carry_out(lambda: papers.ask(session(), actor(), form.order(PAPER, id))):
        return redirect(url_for("papers.detail", id=form.outcome), 303)
    return page(
        "ideas/ask_paper.html", form=form, kind=PAPER, board=queries.board_by_id(session(), id)
    )


@bp.route("/ideas/boards/<uuid:id>/words/<language>", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.BOARD, load=queries.board_by_id)
def words(board: ChildBoard, language: str) -> ResponseReturnValue:
    if language not in LANGUAGES:
        raise NoResultFound
    id, form = board.id, _words_form(board, language)
    version = form.version.data
    if form.carry_out(
        lambda: moderating.write_list(
            session(), actor(), queries.board_by_id(session(), id), language, version,
            form.phrases.data or "",
        )
    ):  # fmt: skip
        flash(gettext("Saved."), "good")
        return redirect(url_for(".board", id=id), 303)
    return page(
        "ideas/words.html", form=form, board=queries.board_by_id(session(), id),
        language=LANGUAGES[language],
    )  # fmt: skip


def _words_form(board: ChildBoard, language: str) -> WordsForm:
    kept = queries.worry_list(session(), board.organisation_id, language)
    ours = "\n".join(phrases.OURS.get((phrases.WORRY, language), ()))
    return WordsForm(
        data={"phrases": kept.phrases if kept else ours, "version": kept.version if kept else None}
    )


@bp.route("/ideas/<uuid:id>/decision", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.IDEA, load=queries.by_id)
def decide(idea: Idea) -> ResponseReturnValue:
    id, form = idea.id, DecisionForm(obj=idea)
    version = form.version.data
    return _written(
        id, form, "ideas/decide.html",
        lambda: service.decide(session(), actor(), id, version, form.wish()),
    )  # fmt: skip


@bp.route("/ideas/<uuid:id>/told-back", methods=["GET", "POST"])
@allow(Action.EDIT, Resource.IDEA, load=queries.by_id)
def tell_back(idea: Idea) -> ResponseReturnValue:
    id, form = idea.id, AnswerForm.of(idea, clock.today())
    version = form.version.data
    return _written(
        id, form, "ideas/tell_back.html",
        lambda: service.tell_back(session(), actor(), id, version, form.wish()),
    )  # fmt: skip


def _written(
    idea_id: UUID, form: Form, template: str, action: Callable[[], Any]
) -> ResponseReturnValue:
    if form.carry_out(action):
        flash(gettext("Saved."))
        return redirect(url_for(".detail", id=idea_id), 303)
    return page(template, form=form, idea=queries.by_id(session(), idea_id))


@bp.post("/ideas/<uuid:id>/remove")
@allow(Action.EDIT, Resource.IDEA, load=queries.by_id)
def remove(idea: Idea) -> ResponseReturnValue:
    id, form = idea.id, PlainForm()
    if form.carry_out(lambda: service.remove(session(), actor(), id)):
        flash(gettext("Taken away."))
    return redirect(url_for(".index"), 303)


@piece("log-door")
def door(occurrence: Occurrence) -> str | None:
    """Lead from the log of a session to writing an idea down."""
    if not may("create", "idea"):
        return None
    return render_template("ideas/_door.html", occurrence=occurrence)


@piece("today")
def waiting(role: str) -> str | None:
    """Show on the first page that children wait for an answer."""
    if not may("list", "idea"):
        return None
    counted = queries.counted(session(), actor())
    unread = queries.how_many_to_read(session(), actor())
    if not counted.waiting and not unread:
        return None
    return render_template("ideas/_waiting.html", counted=counted, unread=unread)

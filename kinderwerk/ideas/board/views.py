"""The board of a neighbourhood: look, say something, answer, tell that something is wrong.

No account; a cookie only where something is sent, against forgery.
"""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from kinderwerk.children import queries as corners
from kinderwerk.children import rules as places
from kinderwerk.children.rules import Corner, Tile
from kinderwerk.children.tiles import tile
from kinderwerk.files import queries as files
from kinderwerk.files.rules import LARGEST_PICTURE_FORM
from kinderwerk.ideas import posting
from kinderwerk.ideas.board import queries, rules
from kinderwerk.ideas.board.forms import PostForm, kind_of
from kinderwerk.ideas.rules import TO_BEGIN, Kind
from kinderwerk.ideas.votes import queries as votes
from kinderwerk.web import pictures
from kinderwerk.web.access import public
from kinderwerk.web.extensions import session
from kinderwerk.web.form import Form
from kinderwerk.web.pages import page

bp = Blueprint(
    "child_board", __name__, url_prefix="/kids/<uuid:organisation>/<uuid:neighbourhood>/board"
)
#: On its tile, and above the form.
DRAWINGS = {
    Kind.IDEA: ("brush", "talent"), Kind.DREAM: ("tent", "encounter"),
    Kind.POEM: ("book", "language"), Kind.COMPLAINT: ("letterbox", "safety"),
    Kind.QUESTION: ("talk", "participation"), Kind.ANSWER: ("talk", "participation"),
}  # fmt: skip


@bp.url_value_preprocessor
def admit_drawings(endpoint: str | None, values: Mapping[str, Any] | None) -> None:
    if endpoint in ("child_board.new", "child_board.answer"):
        request.max_content_length = LARGEST_PICTURE_FORM


@tile(places.BOARD)
def board_tile(corner: Corner) -> Tile | None:
    """Lead to the board, where there is one."""
    if corner.neighbourhood_id is None or queries.maybe(session(), corner) is None:
        return None
    return Tile(
        label=gettext("The board of this neighbourhood"), drawing="pinboard",
        theme="participation", url=url_for("child_board.index", **corner.address),
    )  # fmt: skip


@bp.get("/")
@public
def index(organisation: UUID, neighbourhood: UUID) -> ResponseReturnValue:
    corner = corners.corner(session(), organisation, neighbourhood)
    board, kind = queries.board(session(), corner), kind_of(request.args.get("kind"))
    posts = queries.posts(session(), board, kind)
    return page(
        "ideas/board/index.html", corner=corner, kind=kind, kinds=TO_BEGIN, drawings=DRAWINGS,
        posts=posts, stickers=votes.stickers(session(), [one.id for one in posts]),
        answered=queries.answered(session(), board),
        answers=queries.how_many_answers(session(), board),
        not_placed=queries.not_placed(session(), board),
    )  # fmt: skip


@bp.get("/<uuid:post>")
@public
def detail(organisation: UUID, neighbourhood: UUID, post: UUID) -> ResponseReturnValue:
    corner = corners.corner(session(), organisation, neighbourhood)
    board = queries.board(session(), corner)
    idea = queries.one(session(), board, post)
    return page(
        "ideas/board/detail.html", corner=corner, idea=idea,
        answers=queries.answers(session(), board, idea), takes=posting.takes_answers(idea),
        stickers=votes.stickers(session(), [idea.id]),
    )  # fmt: skip


@bp.get("/say")
@public
def say(organisation: UUID, neighbourhood: UUID) -> ResponseReturnValue:
    """Choose what to say."""
    corner = corners.corner(session(), organisation, neighbourhood)
    queries.board(session(), corner)
    return page("ideas/board/say.html", corner=corner, kinds=TO_BEGIN, drawings=DRAWINGS)


@bp.route("/say/<kind>", methods=["GET", "POST"])
@public
def new(organisation: UUID, neighbourhood: UUID, kind: str) -> ResponseReturnValue:
    chosen = kind_of(kind)
    if chosen is None:
        return redirect(
            url_for(".say", organisation=organisation, neighbourhood=neighbourhood), 303
        )
    corner = corners.corner(session(), organisation, neighbourhood)
    return _send(corner, chosen, None)


@bp.route("/<uuid:post>/answer", methods=["GET", "POST"])
@public
def answer(organisation: UUID, neighbourhood: UUID, post: UUID) -> ResponseReturnValue:
    corner = corners.corner(session(), organisation, neighbourhood)
    queries.one(session(), queries.board(session(), corner), post)
    return _send(corner, Kind.ANSWER, post)


def _send(corner: Corner, kind: Kind, parent_id: UUID | None) -> ResponseReturnValue:
    board, form = queries.board(session(), corner), PostForm()
    unseen = gettext(rules.UNSEEN)
    if form.carry_out(
        lambda: posting.send(session(), board, form.post(kind, parent_id), _address(), unseen)
    ):
        return redirect(url_for(".thanks", **corner.address), 303)
    corner = corners.corner(session(), corner.organisation_id, corner.neighbourhood_id)
    board = queries.board(session(), corner)
    question = queries.one(session(), board, parent_id) if parent_id else None
    return page(
        "ideas/board/new.html", form=form, corner=corner, kind=kind, question=question,
        drawing=DRAWINGS[kind],
    )  # fmt: skip


def _address() -> str:
    return request.remote_addr or "nowhere"


@bp.get("/thanks")
@public
def thanks(organisation: UUID, neighbourhood: UUID) -> ResponseReturnValue:
    """The same for everybody, whatever they sent."""
    corner = corners.corner(session(), organisation, neighbourhood)
    return page("ideas/board/thanks.html", corner=corner)


@bp.route("/<uuid:post>/report", methods=["GET", "POST"])
@public
def report(organisation: UUID, neighbourhood: UUID, post: UUID) -> ResponseReturnValue:
    """Say that something is not right; that alone hides nothing."""
    corner, form = corners.corner(session(), organisation, neighbourhood), Form()
    queries.picture(session(), queries.board(session(), corner), post)
    if form.carry_out(lambda: posting.report(session(), organisation, post, _address())):
        flash(gettext("Thank you. Somebody looks at it."), "good")
        return redirect(url_for(".index", **corner.address), 303)
    return page("ideas/board/report.html", form=form, corner=corner)


@bp.get("/<uuid:post>/drawing/<size>/<mark>.webp")
@public
def drawing(
    organisation: UUID, neighbourhood: UUID, post: UUID, size: str, mark: str
) -> ResponseReturnValue:
    corner = corners.corner(session(), organisation, neighbourhood)
    board = queries.board(session(), corner)
    content = files.content(session(), queries.picture(session(), board, post), size, mark)
    return pictures.send(content, mark, to_all=False)

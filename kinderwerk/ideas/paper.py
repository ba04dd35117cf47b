"""The board on paper, to hang up: what stands on it for everybody, and what became of it."""

from typing import Any, Final

from flask import url_for
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.children import queries as corners
from kinderwerk.core import clock
from kinderwerk.core.words import N_
from kinderwerk.ideas import queries
from kinderwerk.ideas.board import queries as public
from kinderwerk.papers.kinds import Words, paper
from kinderwerk.papers.look import code
from kinderwerk.papers.rules import Order

NAME: Final = "board"
#: What fits on the pages that somebody hangs up, the newest first.
MOST: Final = 24


@paper(
    NAME, N_("The board of this neighbourhood"), "ideas/board_paper.html", Action.VIEW,
    Resource.BOARD, subject=queries.board_by_id,
)  # fmt: skip
def sheet(session: Session, asker: Actor, board: Any, order: Order) -> Words:
    """Tell what children see as well, and nothing that waits to be read."""
    corner = corners.corner(session, board.organisation_id, board.neighbourhood_id)
    return {
        "corner": corner,
        "posts": public.posts(session, board)[:MOST],
        "answered": public.answered(session, board),
        "today": clock.today(),
        "qr_code": code(url_for("child_board.index", **corner.address, _external=True)),
    }

"""What children send to the board: kept unread, and never shown before somebody read it."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import NOBODY, SYSTEM
from kinderwerk.accounts.passing import passing
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.files import service as files
from kinderwerk.files.rules import Purpose, Redrawn
from kinderwerk.ideas import looking, queries, rules
from kinderwerk.ideas.models import ChildBoard, Idea
from kinderwerk.ideas.rules import Form, Kind, Post, State
from kinderwerk.ideas.said import Full, NoQuestion
from kinderwerk.signals import service as signals
from kinderwerk.signals.rules import Level, NobodyToAnswer, Note, NoteKind
from kinderwerk.storage import reach
from kinderwerk.storage.work import unit_of_work

SEND, REPORT = "board.send", "board.report"


def send(session: Session, board: ChildBoard, post: Post, address: str, unseen: str) -> None:
    """Take in what a child sends; the answer is the same whatever is in it.

    `unseen` stands for a drawing until somebody said what can be seen on it.
    """
    rules.check_post(post)
    board_id, here = board.id, board.organisation_id
    passing(session, SEND, address, rules.MOST_A_DAY)
    redrawn = files.redraw(post.picture) if post.picture else None
    with unit_of_work(session):
        reach.widen(session, here)
        board = session.get_one(ChildBoard, board_id, with_for_update={"of": ChildBoard})
        if not board.open:
            raise rules.NoBoard
        if _sent_already(session, board, post, redrawn):
            return
        if queries.waiting_on_board(session, board) >= rules.MOST_WAITING:
            raise Full
        _check_question(session, board, post)
        _keep(session, board, post, redrawn, unseen)


def _sent_already(session: Session, board: ChildBoard, post: Post, redrawn: Redrawn | None) -> bool:
    """Tell whether it came with the same form, or waits already word for word."""
    here = select(Idea.id).where(
        Idea.organisation_id == board.organisation_id, Idea.author_id.is_(None)
    )
    twice = here.where(Idea.once == post.once)
    if session.scalar(twice.limit(1)):
        return True
    same = here.where(
        Idea.neighbourhood_id == board.neighbourhood_id, Idea.waits_since.is_not(None),
        Idea.words == post.words, Idea.kind == post.kind,
    )  # fmt: skip
    return redrawn is None and session.scalar(same.limit(1)) is not None


def _check_question(session: Session, board: ChildBoard, post: Post) -> None:
    if post.kind is not Kind.ANSWER:
        return
    asked = session.get(Idea, post.parent_id) if post.parent_id else None
    if (
        asked is None
        or not takes_answers(asked)
        or asked.neighbourhood_id != board.neighbourhood_id
    ):
        raise NoQuestion


def takes_answers(idea: Idea) -> bool:
    """Tell whether other children may answer: of some things only a grown-up speaks."""
    if idea.kind is not Kind.QUESTION or not idea.is_public:
        return False
    told = {mark.what for mark in looking.marks(idea.words, drawn=True)}
    return looking.What.ADVICE not in told


def _keep(
    session: Session, board: ChildBoard, post: Post, redrawn: Redrawn | None, unseen: str
) -> None:
    worrying = looking.worries(post.words, queries.worrying(session, board.organisation_id))
    passed_on = worrying and _pass_on(session, board, post)
    idea = Idea(
        organisation_id=board.organisation_id, neighbourhood=board.neighbourhood, once=post.once,
        said_on=clock.today(), words="" if passed_on else post.words, band=post.band,
        kind=post.kind, pseudonym=post.pseudonym, parent_id=post.parent_id, on_board=True,
        form=Form.DRAWN if redrawn else Form.WRITTEN,
        state=State.NEEDS_ADULT if passed_on else State.NEW,
        waits_since=None if passed_on else clock.now(),
    )  # fmt: skip
    if redrawn:
        idea.picture = files.keep(
            session, NOBODY, board.organisation_id, Purpose.BOARD, redrawn, unseen
        )
    session.add(idea)
    session.flush()
    also = [idea.picture.id] if idea.picture else []
    audit.record(session, SYSTEM, "idea.sent", idea.id, kind=post.kind.value, also=also)


def _pass_on(session: Session, board: ChildBoard, post: Post) -> bool:
    """Hand to the protection officer what worries; where there is none, it waits to be read."""
    note = Note(
        kind=NoteKind.STATEMENT_CHILD, text=post.words, observed_on=clock.today(),
        place=board.neighbourhood.name,
    )  # fmt: skip
    try:
        signals.take_in(session, board.organisation_id, note, Level.SERIOUS)
    except NobodyToAnswer:
        return False
    return True


def report(session: Session, organisation_id: UUID, idea_id: UUID, address: str) -> None:
    """Have somebody read once more what is on the board; by itself that hides nothing."""
    passing(session, REPORT, address, rules.MOST_A_DAY)
    with unit_of_work(session):
        reach.widen(session, organisation_id)
        idea = session.get_one(Idea, idea_id, with_for_update={"of": Idea})
        if not idea.is_public or idea.organisation_id != organisation_id:
            raise NoResultFound
        if idea.waits_since is None:
            idea.waits_since, idea.escalated = clock.now(), 0
        idea.reports += 1
        audit.record(session, SYSTEM, "idea.reported", idea.id)

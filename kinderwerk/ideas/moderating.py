"""Reading what children sent before anybody else does, and deciding what becomes of it."""

from dataclasses import replace
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.audit import service as audit
from kinderwerk.core.errors import Withheld
from kinderwerk.ideas import looking, phrases, queries, rules
from kinderwerk.ideas.looking import Mark, What
from kinderwerk.ideas.models import ChildBoard, Idea, WorryList
from kinderwerk.ideas.rules import ASKING, Kind, Reading, Space, State
from kinderwerk.ideas.said import Why
from kinderwerk.places.models import Neighbourhood
from kinderwerk.places.opening import Opening
from kinderwerk.signals import queries as signals_queries
from kinderwerk.signals import service as signals
from kinderwerk.signals.rules import (
    Area,
    Capture,
    Level,
    NobodyToAnswer,
    Note,
    NoteKind,
    Subject,
)
from kinderwerk.storage.work import revise, unit_of_work

#: What no reader lets through by hand.
GONE: Final = (State.NEEDS_ADULT,)


def marks(session: Session, idea: Idea) -> list[Mark]:
    """Return why a moderator should look twice at what a child sent."""
    here = idea.organisation_id
    return looking.marks(
        idea.words, worry=queries.worrying(session, here), names=queries.surnames(session, here),
        places=queries.place_names(session, here), drawn=idea.picture_id is not None,
    )  # fmt: skip


def approve(
    session: Session, actor: Actor, idea_id: UUID, version: int | None, wish: Reading
) -> None:
    """Put it on the board as it now reads; what was taken out is kept nowhere."""
    with unit_of_work(session):
        idea = _locked(session, actor, idea_id)
        before, was = idea.words, idea.state
        revise(idea, version, words=wish.words, band=wish.band)
        _check(session, idea)
        edited = before != wish.words or was is State.EDITED
        idea.state = (
            State.ANSWERED if idea.told_back_on else State.EDITED if edited else State.APPROVED
        )
        idea.on_board, idea.declined_for = True, None
        if idea.picture and wish.shown:
            idea.picture.alt = wish.shown
        _was_read(idea)
        also = [idea.picture_id] if idea.picture_id else []
        audit.record(session, actor, "idea.approved", idea.id, edited=edited, also=also)


def _check(session: Session, idea: Idea) -> None:
    """Refuse to show what is about danger, or advice that no child should give another."""
    if idea.state in GONE:
        raise rules.AlreadyRead
    if queries.board_of(session, idea) is None:
        raise rules.NoBoard
    if not idea.words.strip() and idea.picture_id is None:
        raise rules.NotForTheBoard
    found = {mark.what for mark in marks(session, idea)}
    if What.WORRY in found:
        raise rules.Worrying
    alone = idea.kind is Kind.ANSWER or (idea.kind is Kind.QUESTION and not idea.decision)
    if What.ADVICE in found and alone:
        raise rules.ByAPerson


def decline(session: Session, actor: Actor, idea_id: UUID, version: int | None, why: Why) -> None:
    """Do not place it, for a reason that the child finds on the board."""
    with unit_of_work(session):
        idea = _locked(session, actor, idea_id)
        if idea.state in GONE:
            raise rules.AlreadyRead
        revise(idea, version, state=State.DECLINED, declined_for=why)
        _was_read(idea)
        audit.record(session, actor, "idea.declined", idea.id, why=why.value)


def worry(session: Session, actor: Actor, idea_id: UUID, version: int | None, seen: str) -> None:
    """Pass on to the protection officer what a child said; here none of its words stay.

    `seen` is what whoever read it wants to add: what is on the drawing, say.
    """
    with unit_of_work(session):
        idea = _locked(session, actor, idea_id)
        if idea.state in GONE:
            raise rules.AlreadyRead
        revise(idea, version)
        signals.pass_on(session, actor, _capture(idea, seen))
        idea.words, idea.state, idea.declined_for = "", State.NEEDS_ADULT, None
        _was_read(idea)
        audit.record(session, actor, "idea.passed_on", idea.id)


def _capture(idea: Idea, seen: str) -> Capture:
    said = Note(
        kind=NoteKind.STATEMENT_CHILD, text=idea.words or "\u2013", observed_on=idea.said_on,
        place=idea.neighbourhood.name if idea.neighbourhood else "",
    )  # fmt: skip
    also = Note(kind=NoteKind.FACT_OWN, text=seen, observed_on=idea.said_on)
    return Capture(
        subject=Subject.UNKNOWN, child_id=None, family_id=None, neighbourhood_id=None,
        area=Area.FAMILY, level=Level.SERIOUS, fact=said, more=(also,) if seen else (),
    )  # fmt: skip


def archive(session: Session, actor: Actor, idea_id: UUID, version: int | None) -> None:
    """Take it off the board; what asks for something only once children heard what became of it."""
    with unit_of_work(session):
        idea = _locked(session, actor, idea_id)
        if idea.kind in ASKING and idea.told_back_on is None:
            raise rules.Unanswered
        revise(idea, version, state=State.ARCHIVED)
        idea.declined_for = None
        _was_read(idea)
        audit.record(session, actor, "idea.archived", idea.id)


def describe(
    session: Session, actor: Actor, idea_id: UUID, version: int | None, space: Space, today: date
) -> None:
    """Note who could say it and how, who was missing, and who with power heard it."""
    rules.check_space(space, today)
    with unit_of_work(session):
        idea = _locked(session, actor, idea_id)
        revise(
            idea, version, how_asked=space.how_asked, who_missing=space.who_missing,
            form=space.form, heard_by=space.heard_by, heard_on=space.heard_on, degree=space.degree,
        )  # fmt: skip
        audit.record(session, actor, "idea.described", idea.id)


def _was_read(idea: Idea) -> None:
    idea.waits_since, idea.escalated, idea.reports = None, 0, 0


def _locked(session: Session, actor: Actor, idea_id: UUID) -> Idea:
    idea = session.get_one(Idea, idea_id, with_for_update={"of": Idea})
    demand(actor, Action.EDIT, Resource.IDEA, idea.facts)
    return idea


def open_board(
    session: Session, actor: Actor, neighbourhood_id: UUID, hours: Opening
) -> ChildBoard:
    """Open a board in a neighbourhood, once there is somebody who can take on what worries."""
    with unit_of_work(session):
        demand(actor, Action.CREATE, Resource.BOARD)
        area = session.get_one(Neighbourhood, neighbourhood_id)
        if actor.organisation_id is None or area.municipality_id != actor.municipality_id:
            raise Withheld("a neighbourhood elsewhere")
        board = ChildBoard(
            organisation_id=actor.organisation_id, neighbourhood=area, opening=hours.written()
        )
        demand(actor, Action.EDIT, Resource.BOARD, replace(board.facts, neighbourhood_id=area.id))
        if not signals_queries.receivers(session, board.organisation_id):
            raise NobodyToAnswer
        session.add(board)
        session.flush()
        audit.record(session, actor, "idea.board_opened", board.id)
    return board


def keep_board(
    session: Session, actor: Actor, board_id: UUID, version: int | None, *, open: bool,
    hours: Opening,
) -> None:  # fmt: skip
    """Say when the board is looked after, or close it: then nobody sees it or sends anything."""
    with unit_of_work(session):
        board = session.get_one(ChildBoard, board_id, with_for_update={"of": ChildBoard})
        demand(actor, Action.EDIT, Resource.BOARD, board.facts)
        revise(board, version, open=open)
        board.opening = hours.written()
        audit.record(session, actor, "idea.board_kept", board.id, open=open)


def write_list(
    session: Session, actor: Actor, board: ChildBoard, language: str, version: int | None,
    said: str,
) -> None:  # fmt: skip
    """Keep which words worry in a language; an empty list is ours again."""
    here, board_id = board.organisation_id, board.id
    with unit_of_work(session):
        board = session.get_one(ChildBoard, board_id, with_for_update={"of": ChildBoard})
        demand(actor, Action.EDIT, Resource.BOARD, board.facts)
        lines = "\n".join(dict.fromkeys(line.strip() for line in said.splitlines() if line.strip()))
        kept = queries.worry_list(session, here, language)
        if kept is None:
            lines = lines or "\n".join(phrases.OURS[phrases.WORRY, language])
            kept = WorryList(organisation_id=here, language=language, phrases=lines)
            session.add(kept)
            session.flush()
        elif lines:
            revise(kept, version, phrases=lines)
        else:
            session.delete(kept)
        audit.record(session, actor, "idea.words_kept", kept.id, language=language)

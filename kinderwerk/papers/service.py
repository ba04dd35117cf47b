"""Asking for a paper, keeping it once it is made, and handing it to whoever asked."""

import base64
from typing import Any, Final
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError, NoResultFound
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Membership, Resource
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.messages import service as messages
from kinderwerk.papers import queries
from kinderwerk.papers.kinds import KINDS, Kind
from kinderwerk.papers.models import Paper
from kinderwerk.papers.rules import KEPT, KEPT_FOR_ALL, WANTED, Order, State, Why
from kinderwerk.storage.integrity import violated
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import unit_of_work

#: The work that makes a paper.
MAKE: Final = "papers.make"


def ask(session: Session, actor: Actor, order: Order) -> UUID:
    """Have a paper made; whoever asks again while it is in the making gets the same one."""
    try:
        return _ask(session, actor, order)
    except IntegrityError as error:
        if violated(error) != "uq_paper_mark":
            raise
        return _ask(session, actor, order)  # somebody was faster by a moment


def _ask(session: Session, actor: Actor, order: Order) -> UUID:
    kind = KINDS[order.kind]
    with unit_of_work(session):
        subject, held = _admitted(session, actor, kind, order.subject_id)
        mark = _mark(session, actor, held, kind, order, subject)
        paper = session.scalar(select(Paper).where(Paper.mark == mark).with_for_update())
        demand(actor, kind.action, kind.resource, subject.facts)
        if paper is None:
            paper = _begun(session, actor, order, mark, kind, held, _owner(actor, subject))
        elif not _begins_anew(session, paper, kind) and paper.state is not State.WAITING:
            return paper.id
        messages.ask_for(session, MAKE, paper.id)
        return paper.id


def _begun(
    session: Session, actor: Actor, order: Order, mark: str, kind: Kind, held: Membership,
    owner: UUID,
) -> Paper:  # fmt: skip
    now = clock.now()
    paper = Paper(
        organisation_id=owner, mark=mark, kind=order.kind, subject_id=order.subject_id,
        language=order.language, choices=dict(order.choices),
        asked_by_id=None if kind.for_all else actor.id,
        membership_id=None if kind.for_all else held.id, asked_at=now, until=now + WANTED,
    )  # fmt: skip
    session.add(paper)
    session.flush()
    return paper


def _begins_anew(session: Session, paper: Paper, kind: Kind) -> bool:
    """Forget what was made before, unless it is still good enough, or still in the making."""
    now = clock.now()
    for_others = kind.for_all and paper.state is State.MADE
    if paper.until > now and (for_others or paper.state is State.WAITING):
        return False
    paper.state, paper.why, paper.content = State.WAITING, None, None
    paper.asked_at, paper.until = now, now + WANTED
    seal(session, paper, held=None)
    return True


def _admitted(
    session: Session, actor: Actor, kind: Kind, subject_id: UUID
) -> tuple[Any, Membership]:
    subject = kind.subject(session, subject_id)
    return subject, demand(actor, kind.action, kind.resource, subject.facts)


def _mark(
    session: Session, actor: Actor, held: Membership, kind: Kind, order: Order, subject: Any
) -> str:
    if kind.for_all:
        return order.mark(None, None)
    return order.mark(actor.id, held.id, kind.seen(session, actor, subject))


def _owner(actor: Actor, subject: Any) -> UUID:
    owner: UUID | None = subject.facts.organisation_id or actor.organisation_id
    if owner is None:
        raise Withheld("a paper belongs to an organisation")
    return owner


def keep(session: Session, paper_id: UUID, made: bytes) -> None:
    """Keep what the worker made, for a short time."""
    with unit_of_work(session):
        paper = session.get(Paper, paper_id, with_for_update=True)
        if paper is None or paper.state is not State.WAITING:
            return
        paper.state = State.MADE
        if paper.asked_by_id is None:
            paper.content, paper.until = made, clock.now() + KEPT_FOR_ALL
        else:
            seal(session, paper, held=base64.b64encode(made).decode())
            paper.until = clock.now() + KEPT


def give_up(session: Session, paper_id: UUID, why: Why) -> None:
    with unit_of_work(session):
        paper = session.get(Paper, paper_id, with_for_update=True)
        if paper is not None and paper.state is State.WAITING:
            paper.state, paper.why, paper.until = State.IMPOSSIBLE, why, clock.now() + KEPT


def fetch(session: Session, actor: Actor, paper_id: UUID) -> bytes:
    """Return the PDF, if whoever asks may still have it; that it was fetched is on record."""
    paper = queries.paper(session, paper_id)
    if paper.state is not State.MADE:
        raise NoResultFound
    check_open(session, actor, paper)
    if paper.asked_by_id is None:
        session.refresh(paper, ["content"])
        return paper.content or b""
    opened = audit.disclose(session, actor, "paper.fetched", paper_id, Paper, [paper_id], "held")
    if KINDS[queries.paper(session, paper_id).kind].once:
        _let_go(session, actor, paper_id)
    return base64.b64decode(opened[paper_id]["held"] or "")


def _let_go(session: Session, actor: Actor, paper_id: UUID) -> None:
    with unit_of_work(session):
        paper = session.get_one(Paper, paper_id, with_for_update=True)
        demand(actor, Action.VIEW, Resource.PAPER, paper.facts)
        session.delete(paper)


def check_open(session: Session, actor: Actor, paper: Paper) -> None:
    """Refuse what was open to whoever asked when they asked, and is not any more."""
    kind = KINDS[paper.kind]
    demand(actor, Action.VIEW, Resource.PAPER, paper.facts)
    subject, held = _admitted(session, actor, kind, paper.subject_id)
    if paper.mark != _mark(session, actor, held, kind, paper.order, subject):
        raise Withheld("another paper by now")


def is_open(session: Session, actor: Actor, paper: Paper) -> bool:
    """Tell whether it still is what it was when they asked, and still open to them."""
    try:
        check_open(session, actor, paper)
    except (Withheld, NoResultFound):
        return False
    return True


def tidy(session: Session) -> None:
    """Take away what nobody fetches any more."""
    with unit_of_work(session):
        session.execute(delete(Paper).where(Paper.until <= clock.now()))

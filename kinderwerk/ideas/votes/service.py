"""Opening a vote, taking the turn of one child, and closing it."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.activities.models import Occurrence
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.ideas.votes import queries, rules
from kinderwerk.ideas.votes.models import Choice, Vote
from kinderwerk.ideas.votes.rules import Ballot
from kinderwerk.measuring import queries as measuring
from kinderwerk.measuring.rules import MoreThanThereWere
from kinderwerk.registers import queries as registers
from kinderwerk.storage.work import unit_of_work


def opened(session: Session, actor: Actor, date: Occurrence, ballot: Ballot | None) -> Vote:
    """Return the vote that goes on at a session, else a new one; the session is locked."""
    demand(actor, Action.EDIT, Resource.REGISTER, date.facts)
    if going_on := queries.open_at(session, date.id):
        return going_on
    if ballot is None:
        raise rules.Closed
    rules.check(ballot)
    offered = {one.id for one in queries.to_choose(session, date)}
    if not offered.issuperset(ballot.ideas):
        raise rules.NotOnTheBoard
    vote = Vote(
        organisation_id=date.organisation_id, occurrence_id=date.id, stickers=ballot.stickers,
        until=clock.midnight(registers.day_of(date) + timedelta(days=1)),
        choices=[
            Choice(place=place, idea_id=idea_id, organisation_id=date.organisation_id)
            for place, idea_id in enumerate(dict.fromkeys(ballot.ideas))
        ],
    )  # fmt: skip
    session.add(vote)
    session.flush()
    audit.record(session, actor, "vote.opened", vote.id, about=date.id)
    return vote


def take(session: Session, actor: Actor, vote_id: UUID, picks: tuple[int, ...]) -> None:
    """Count the turn of one child: never more turns than children were there."""
    vote = queries.locked(session, vote_id)
    date = registers.occurrence(session, vote.occurrence_id)
    demand(actor, Action.EDIT, Resource.REGISTER, date.facts)
    if vote.is_over:
        raise rules.Closed
    rules.check_turn(picks, vote.stickers, [choice.place for choice in vote.choices])
    there = measuring.there(session, date.id)
    if vote.turns >= there:
        raise MoreThanThereWere(asked=there)
    vote.turns += 1
    for choice in vote.choices:
        choice.n += choice.place in picks
    audit.record(session, actor, "vote.taken", vote.id, n=vote.turns)


def close(session: Session, actor: Actor, vote_id: UUID) -> None:
    """End a vote for good: what is shown from now on does not change any more."""
    with unit_of_work(session):
        vote = queries.locked(session, vote_id)
        date = registers.occurrence(session, vote.occurrence_id)
        demand(actor, Action.EDIT, Resource.REGISTER, date.facts)
        if vote.closed_at is None:
            vote.closed_at = clock.now()
            audit.record(session, actor, "vote.closed", vote.id)

"""Writing stories, and letting them be told: by somebody else than who wrote them."""

from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.once import sent_before
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Stale, Withheld
from kinderwerk.families import queries as families
from kinderwerk.goals.models import Goal
from kinderwerk.registers import queries as registers
from kinderwerk.storage.work import revise, unit_of_work
from kinderwerk.stories import queries, rules
from kinderwerk.stories.models import Story
from kinderwerk.stories.rules import Rewording, Telling


def write_down(session: Session, actor: Actor, wish: Telling) -> Story:
    """Write a story down; the same form sent twice is one story."""
    if actor.id is None or actor.organisation_id is None:
        raise Withheld("somebody at an organisation writes it down")
    with unit_of_work(session):
        demand(actor, Action.CREATE, Resource.STORY)
        if written := sent_before(session, Story, actor.id, wish.once):
            return written
        child = families.visible_child(session, actor, wish.child_id)
        held = queries.session_of(session, actor, wish.occurrence_id)
        rules.check_words(wish.words, queries.names(session, child.id, held.id if held else None))
        story = Story(
            organisation_id=child.organisation_id, child_id=child.id, author_id=actor.id,
            written_by_id=actor.id, once=wish.once, words=wish.words,
            goal=_goal(session, child.organisation_id, wish.goal_id),
            told_on=registers.day_of(held) if held else clock.today(),
            occurrence_id=held.id if held else None,
        )  # fmt: skip
        session.add(story)
        session.flush()
        audit.record(session, actor, "story.written", story.id, also=[child.id])
    return story


def correct(
    session: Session, actor: Actor, story_id: UUID, version: int | None, wish: Rewording
) -> None:
    """Put other words; the family has not read those, and a second person starts anew."""
    with unit_of_work(session):
        story = _locked(session, actor, story_id, Action.EDIT)
        if actor.id is None:
            raise Withheld("somebody writes it")
        rules.check_words(wish.words, queries.names(session, story.child_id, story.occurrence_id))
        goal = _goal(session, story.organisation_id, wish.goal_id)
        revise(story, version, words=wish.words)
        story.goal, story.written_by_id, story.read_on = goal, actor.id, None
        story.released_on, story.released_by_id, story.refused_because = None, None, ""
        audit.record(session, actor, "story.corrected", story.id)


def read_by_family(
    session: Session, actor: Actor, story_id: UUID, version: int | None, day: date
) -> None:
    """Note that the family read just these words, or heard them."""
    with unit_of_work(session):
        story = _locked(session, actor, story_id, Action.EDIT)
        rules.check_read(day, told_on=story.told_on, today=clock.today())
        revise(story, version, read_on=day)
        audit.record(session, actor, "story.shown_to_family", story.id)


def release(session: Session, actor: Actor, story_id: UUID, version: int) -> None:
    """Let a story be told, as a second person who has just read these words."""
    with unit_of_work(session):
        story = _locked(session, actor, story_id, Action.RELEASE)
        families.locked_child(session, story.child_id)
        _check_version(story, version)
        rules.check_release(story.read_on, queries.known(session, story).word)
        rules.check_words(story.words, queries.names(session, story.child_id, story.occurrence_id))
        story.released_on, story.released_by_id = clock.today(), actor.id
        story.refused_because = ""
        story.version += 1
        audit.record(session, actor, "story.released", story.id)


def refuse(session: Session, actor: Actor, story_id: UUID, version: int, because: str) -> None:
    """Say why a story is not told; also of one that was released."""
    with unit_of_work(session):
        story = _locked(session, actor, story_id, Action.RELEASE)
        _check_version(story, version)
        story.released_on, story.released_by_id = None, None
        story.refused_because = because
        story.version += 1
        audit.record(session, actor, "story.refused", story.id)


def remove(session: Session, actor: Actor, story_id: UUID) -> None:
    with unit_of_work(session):
        story = _locked(session, actor, story_id, Action.EDIT)
        session.delete(story)
        audit.record(session, actor, "story.removed", story_id)


def _locked(session: Session, actor: Actor, story_id: UUID, action: Action) -> Story:
    story = session.get_one(Story, story_id, with_for_update={"of": Story})
    demand(actor, action, Resource.STORY, story.facts)
    return story


def _check_version(story: Story, version: int) -> None:
    """Whoever releases or refuses does so of the words that they had before them."""
    if story.version != version:
        raise Stale({}, story.version)


def _goal(session: Session, organisation_id: UUID, goal_id: UUID | None) -> Goal | None:
    goal = session.get(Goal, goal_id) if goal_id else None
    if goal and goal.organisation_id != organisation_id:
        raise rules.WrongGoal
    return goal

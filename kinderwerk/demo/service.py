"""Making the made-up neighbourhood: all of it, in one unit of work, or nothing."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from kinderwerk.core import clock
from kinderwerk.demo import queries
from kinderwerk.demo.chapters import (
    ahead,
    aims,
    asking,
    away,
    beginning,
    codes,
    concerns,
    conversations,
    crew,
    draws,
    families,
    keeping,
    learning,
    logs,
    needs,
    parents,
    partners,
    plans,
    programme,
    referrals,
    reporting,
    stories,
    talks,
    telling,
    turnout,
    voices,
    ways,
)
from kinderwerk.demo.models import Deployment
from kinderwerk.demo.rules import Calendar, NotEmpty, NotMadeUp, at_home
from kinderwerk.messages.models import Message
from kinderwerk.storage.work import unit_of_work


def load(session: Session) -> bool:
    """Make the neighbourhood unless it is there; tell whether it was made now."""
    if queries.made_up(session):
        return False
    with unit_of_work(session):
        if queries.anything(session):
            raise NotEmpty
        session.add(Deployment(purpose=queries.DEMO))
        story = beginning.begin(session, Calendar.of(clock.today()))
        beginning.people(story)
        beginning.places_of_the_town(story)
        aims.aims(story)
        partners.directory(story)
        families.families(story)
        needs.needs(story)
        programme.programme(story)
        turnout.places(story)
        draws.draws(story)
        turnout.attendance(story)
        concerns.concerns(story)
        codes.codes(story)
        parents.parents(story)
        conversations.conversations(story)
        referrals.handovers(story)
        referrals.often(story)
        learning.earlier(story)
        stories.stories(story)
        logs.earlier_hours(story)
        voices.earlier(story)
        reporting.reporting(story)
        keeping.keeping(story)
        telling.telling(story)
        logs.logs(story)
        logs.crowd(story)
        logs.incidents(story)
        asking.asking(story)
        asking.tablet(story)
        voices.voices(story)
        voices.board(story)
        voices.vote(story)
        voices.council(story)
        stories.waiting(story)
        learning.consultations(story)
        learning.reviews(story)
        learning.lessons(story)
        crew.crew(story)
        away.away(story)
        talks.talks(story)
        messages_read(session)
        telling.came_back(story)
        plans.plans(story)
        ways.ways(story)
        ahead.school_year(story)
    return True


def messages_read(session: Session) -> None:
    """Take everything that was told in the past as sent: nobody waits for it any more."""
    told = update(Message).where(Message.due_at < clock.now(), Message.sent_at.is_(None))
    session.execute(told.values(sent_at=Message.due_at))


def check_start(session: Session, *, demo: bool, host: str) -> None:
    """Refuse to serve made-up people to the world, or real ones through doors without a lock."""
    if not demo:
        if queries.made_up(session):
            raise NotMadeUp(
                "This database holds the made-up neighbourhood. Set KINDERWERK_DEMO=1 to show it, "
                "or begin with an empty database."
            )
        return
    if not at_home(host):
        raise NotMadeUp("The demo has no locks on its doors, so it listens on 127.0.0.1 only.")
    if queries.anything(session) and not queries.made_up(session):
        raise NotMadeUp(
            "There are data here that the demo did not make. It has no locks on its doors, so it "
            "does not open them. Begin with an empty database, or leave KINDERWERK_DEMO out."
        )

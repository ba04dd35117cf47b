"""What children ask, what is answered, and who hears of it until somebody acts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import count
from typing import Final
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Membership, Resource, Role
from kinderwerk.accounts.models import User
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.messages.service import tell
from kinderwerk.places.models import Venue
from kinderwerk.signals import service as signals
from kinderwerk.signals.rules import Area, Capture, Level, Note, NoteKind, Subject
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import unit_of_work
from kinderwerk.talks import keys, promises, queries, rules, throttle, words
from kinderwerk.talks.keys import Key
from kinderwerk.talks.models import Talk, TalkAlert, TalkMessage, TalkOffice, TalkTold
from kinderwerk.talks.rules import AlertKind, Answer, Asking, Why

SEALED: Final = ("words", "meeting")


@dataclass(frozen=True, slots=True)
class Begun:
    """What a child takes along: the key; and in danger, first that we do not know who it is."""

    talk_id: UUID
    key: Key
    danger: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One message as a keeper reads it."""

    by: str | None
    words: str
    meeting: str
    at: datetime
    tells: bool


def child(organisation_id: UUID) -> Actor:
    """Return as whom a child acts: nobody whom we know, at this organisation."""
    return Actor(None, Membership(Role.VISITOR, organisation_id=organisation_id))


def ask(
    session: Session, organisation_id: UUID, neighbourhood_id: UUID, asking: Asking, source: str
) -> Begun:
    """Put what a child asks before two people, and return the key with which it comes back."""
    within = throttle.spend(session, (keys.SENT_PLACE, source), (keys.SENT_BOX, neighbourhood_id))
    if not within:
        raise rules.TooMany
    with unit_of_work(session):
        office = queries.office(session, organisation_id, lock=True)
        rules.check_asking(asking)
        if office is None:
            raise rules.Closed
        key, tag, begun = _key(session, office, neighbourhood_id, asking)
        if begun:
            return Begun(begun.id, key, bool(begun.open_alerts))
        people = _two(session, organisation_id, asking)
        talk = Talk(
            organisation_id=organisation_id, neighbourhood_id=neighbourhood_id,
            keeper_id=people[0], second_id=people[1], key_tag=tag, last_at=clock.now(),
            waiting_since=clock.now(), past_line=asking.about_staff,
            why=Why.ABOUT_STAFF if asking.about_staff else None,
            about_id=asking.about_id if asking.about_staff else None,
            promised=promises.NEWEST, read_within=office.read_within,
        )  # fmt: skip
        session.add(talk)
        session.flush()
        danger = _take_in(
            session, office, talk, asking.words, _meeting(session, asking), asking.once
        )
        audit.record(session, child(organisation_id), "talk.begun", talk.id)
    return Begun(talk.id, key, danger)


def _two(session: Session, organisation_id: UUID, asking: Asking) -> tuple[UUID, UUID]:
    """Return the two who will be able to read it; what is about staff goes past the whole line."""
    house = queries.house(session, organisation_id)
    wall = queries.wall_now()
    if not house.is_open(wall):
        raise rules.Closed
    if asking.about_staff:
        if not house.can_go_beside(asking.about_id):
            raise rules.NobodyBeside
        first, second, *_ = house.beside(asking.about_id)
        return first, second
    there = house.there(wall)
    shown = [one.user_id for one in queries.faces(session, organisation_id, there)]
    return rules.pair(asking.keeper_id, there, shown, queries.busy(session, organisation_id))


def _key(
    session: Session, office: TalkOffice, neighbourhood_id: UUID, asking: Asking
) -> tuple[Key, str, Talk | None]:
    """Return a key that is free, or the one of the talk that the same form began already.

    The key follows from what was sent: a child who presses twice sees the same four pictures,
    whichever answer its browser shows, and no key has to be kept for that.
    """
    secret = queries.secret_of(session, office)
    for attempt in count():
        key = keys.drawn(keys.number(secret, repr(asking), attempt))
        tag = keys.tag(secret, neighbourhood_id, key)
        begun = queries.by_tag(session, office.organisation_id, tag)
        if begun and queries.was_sent(session, begun.id, asking.once):
            return key, tag, begun
        if not queries.is_taken(session, office.organisation_id, tag):
            return key, tag, None
    raise AssertionError("there is always another attempt")


def _meeting(session: Session, asking: Asking) -> str | None:
    if asking.venue_id is None:
        return None
    venue = session.get_one(Venue, asking.venue_id)
    return f"{venue.name}: {asking.when}" if asking.when else venue.name


def _take_in(
    session: Session, office: TalkOffice, talk: Talk, said: str, meeting: str | None, once: UUID
) -> bool:
    """Keep what a child wrote; tell whether it may be in danger: somebody looks at once."""
    message = TalkMessage(
        organisation_id=talk.organisation_id, talk_id=talk.id, by_id=None, once=once
    )
    seal(session, message, words=said, meeting=meeting)
    session.add(message)
    talk.last_at = clock.now()
    talk.waiting_since = talk.waiting_since or clock.now()
    danger = words.danger(f"{said} {meeting or ''}", words.every_word(office.danger_words))
    if danger:
        _raise(session, talk, AlertKind.DANGER)
    _say_that_it_waits(session, talk)
    return danger


def find(
    session: Session, organisation_id: UUID, neighbourhood_id: UUID, codes: Sequence[str],
    source: str,
) -> UUID:  # fmt: skip
    """Return the talk that these pictures open. Whatever is wrong, the answer is the same."""
    within = throttle.spend(
        session, (keys.GUESSES_PLACE, source), (keys.GUESSES_BOX, neighbourhood_id),
        (keys.GUESSES_ALL, ""),
    )  # fmt: skip
    office = queries.office(session, organisation_id)
    secret = queries.secret_of(session, office) if office else bytes(32)
    found = queries.by_tag(session, organisation_id, keys.tag(secret, neighbourhood_id, codes))
    if not within or found is None or not keys.is_key(codes):
        raise rules.Gone
    return found.id


def go_on(session: Session, talk_id: UUID, said: str, once: UUID) -> bool:
    """Add what the child writes next; tell whether it may be in danger."""
    if not throttle.spend(session, (keys.SENT_TALK, talk_id)):
        raise rules.TooMany
    with unit_of_work(session):
        talk = _living(session, talk_id)
        office = queries.office(session, talk.organisation_id)
        house = queries.house(session, talk.organisation_id)
        if office is None or not house.is_open(queries.wall_now()):
            raise rules.Closed
        if not said:
            raise rules.NothingSaid
        if queries.was_sent(session, talk_id, once):
            return bool(talk.open_alerts)
        danger = _take_in(session, office, talk, said, None, once)
        audit.record(session, child(talk.organisation_id), "talk.went_on", talk.id)
    return danger


def go_past(session: Session, talk_id: UUID, why: Why) -> None:
    """Take a talk away from who has it, to two confidential advisers; the child asks for that.

    What does not feel right is about whoever answered: they never see it again.
    """
    with unit_of_work(session):
        talk = _living(session, talk_id)
        about = talk.keeper_id if why is Why.NOT_RIGHT else talk.about_id
        able = queries.house(session, talk.organisation_id).beside(about)
        if len(able) < rules.PEOPLE:
            raise rules.NobodyBeside
        talk.past_line, talk.why, talk.about_id = True, why, about
        talk.keeper_id, talk.second_id = able[0], able[1]
        talk.waiting_since, talk.last_at = clock.now(), clock.now()
        for alert in talk.open_alerts:
            _climb(session, talk, alert, step=0)
            audit.record(session, child(talk.organisation_id), "talk.alert_moved", alert.id)
        audit.record(session, child(talk.organisation_id), "talk.past_line", talk.id, why=why.value)
        _say_that_it_waits(session, talk)


def stop(session: Session, talk_id: UUID) -> None:
    """End a talk because the child wants that; its key opens nothing any more."""
    with unit_of_work(session):
        talk = _living(session, talk_id)
        talk.closed_at = clock.now()
        audit.record(session, child(talk.organisation_id), "talk.stopped", talk.id)


def _living(session: Session, talk_id: UUID) -> Talk:
    session.get(Talk, talk_id, with_for_update={"of": Talk})
    talk = queries.living(session, talk_id)
    if talk is None:
        raise rules.Gone
    return talk


def read(session: Session, actor: Actor, talk_id: UUID) -> list[Line]:
    """Open a talk for one of its two; the reading is on record first, and the child is read."""
    talk = queries.by_id(session, talk_id)
    demand(actor, Action.VIEW, Resource.TALK, talk.facts)
    here = [one.id for one in queries.messages(session, talk_id)]
    found = audit.disclose(session, actor, "talk.read", talk_id, TalkMessage, here, *SEALED)
    with unit_of_work(session):
        talk = _locked(session, actor, Action.VIEW, talk_id)
        if talk.waiting_since and not _newer(session, talk, here):
            talk.waiting_since = None
        audit.record(session, actor, "talk.seen", talk_id)
    written = queries.messages(session, talk_id)
    names = queries.names(session, *(one.by_id for one in written))
    return [
        Line(
            by=names.get(one.by_id, "") if one.by_id else None,
            words=found[one.id]["words"] or "", meeting=found[one.id]["meeting"] or "",
            at=one.created_at, tells=one.tells,
        )
        for one in written
        if one.id in found
    ]  # fmt: skip


def _newer(session: Session, talk: Talk, seen: Sequence[UUID]) -> bool:
    return any(
        one.id not in seen and one.by_id is None for one in queries.messages(session, talk.id)
    )


def answer(session: Session, actor: Actor, talk_id: UUID, wish: Answer) -> None:
    """Answer a child; what leads it away from where others can see it is refused."""
    with unit_of_work(session):
        talk = _locked(session, actor, Action.EDIT, talk_id)
        _check_open(talk)
        ours = {one.id: one.name for one in queries.venues(session, talk.organisation_id)}
        words.check_answer(wish.words, tuple(ours.values()))
        if wish.venue_id is not None and wish.venue_id not in ours:
            raise Withheld("not one of our venues")
        if queries.was_sent(session, talk_id, wish.once):
            return
        message = TalkMessage(
            organisation_id=talk.organisation_id, talk_id=talk.id, by_id=actor.id,
            once=wish.once, tells=wish.tells,
        )  # fmt: skip
        meeting = ours[wish.venue_id] if wish.venue_id else None
        if meeting and wish.meet_at:
            meeting = f"{meeting}, {clock.to_wall(wish.meet_at):%d-%m %H:%M}"
        seal(session, message, words=wish.words, meeting=meeting)
        session.add(message)
        talk.last_at, talk.waiting_since = clock.now(), None
        talk.told = talk.told or wish.tells
        audit.record(session, actor, "talk.answered", talk.id)


def hand_over(session: Session, actor: Actor, talk_id: UUID, user_id: UUID) -> None:
    """Give a talk to a colleague; whoever had it stays the second only if they were that."""
    with unit_of_work(session):
        talk = _locked(session, actor, Action.EDIT, talk_id)
        _check_open(talk)
        if user_id == talk.second_id:
            raise rules.SamePerson
        if user_id not in able(session, talk):
            raise rules.NotTrained
        talk.keeper_id, talk.waiting_since = user_id, talk.waiting_since or clock.now()
        audit.record(session, actor, "talk.handed_over", talk.id, keeper=user_id)
        _say_that_it_waits(session, talk)


def able(session: Session, talk: Talk) -> list[UUID]:
    """Return who could take a talk over."""
    house = queries.house(session, talk.organisation_id)
    people = house.beside(talk.about_id) if talk.past_line else sorted(house.trained)
    return [one for one in people if one not in (talk.keeper_id, talk.second_id, talk.about_id)]


def close(session: Session, actor: Actor, talk_id: UUID) -> None:
    with unit_of_work(session):
        talk = _locked(session, actor, Action.EDIT, talk_id)
        _check_open(talk)
        talk.closed_at, talk.waiting_since = clock.now(), None
        audit.record(session, actor, "talk.closed", talk.id)


def into_signal(session: Session, actor: Actor, talk_id: UUID, what: str, level: Level) -> UUID:
    """Write a signal of it, once the child was told that others will hear of it."""
    with unit_of_work(session):
        talk = _locked(session, actor, Action.EDIT, talk_id)
        _check_open(talk)
        if not talk.told:
            raise rules.NotTold
        if talk.passed_on_at:
            raise rules.SignalAlready
        fact = Note(kind=NoteKind.STATEMENT_CHILD, text=what, observed_on=clock.today())
        wish = Capture(
            subject=Subject.GROUP, child_id=None, family_id=None,
            neighbourhood_id=talk.neighbourhood_id, area=Area.FAMILY, level=level, fact=fact,
        )  # fmt: skip
        made = signals.write_down(session, actor, wish, unfinished=True)
        talk.passed_on_at = clock.now()
        audit.record(session, actor, "talk.into_signal", talk.id, signal=made.id)
    return made.id


def saw(session: Session, actor: Actor, talk_id: UUID) -> None:
    """Say that one saw an alert. Only somebody whom the child did not choose ends it.

    Whoever was told beside the two becomes the second one, to be able to act.
    """
    if actor.id is None:
        raise Withheld("somebody sees it")
    with unit_of_work(session):
        talk = _locked(session, actor, Action.RELEASE, talk_id)
        for alert in talk.open_alerts:
            if rules.ends_alert(talk.keeper_id, actor.id, past_line=talk.past_line):
                alert.seen_at, alert.seen_by_id = clock.now(), actor.id
            audit.record(session, actor, "talk.alert_seen", alert.id, talk=talk.id)
        if actor.id not in (talk.keeper_id, talk.second_id):
            talk.second_id = actor.id
        audit.record(session, actor, "talk.looked_at", talk.id, second=talk.second_id)


def watch(session: Session) -> None:
    """Tell the next one of every alert that nobody saw in time, and of what nobody read."""
    now = clock.now()
    for id in queries.climbing(session, now):
        with unit_of_work(session):
            alert = session.get_one(TalkAlert, id, with_for_update={"of": TalkAlert})
            if alert.seen_at is None and alert.next_at <= now:
                _climb(session, alert.talk, alert, step=alert.step + 1)
                audit.record(
                    session, child(alert.organisation_id), "talk.alert_passed_on", alert.id
                )
    for late in queries.overdue(session, now):
        with unit_of_work(session):
            talk = session.get_one(Talk, late.id, with_for_update={"of": Talk})
            if talk.waiting_since and not talk.open_alerts and not talk.closed_at:
                _raise(session, talk, AlertKind.UNREAD)
    with unit_of_work(session):
        _expire(session, now)


def _expire(session: Session, now: datetime) -> None:
    """Close what is too old to come back to: from then the term of keeping runs."""
    old = select(Talk).where(queries.LIVING, Talk.last_at <= now - rules.EXPIRES)
    for talk in session.scalars(old.with_for_update(of=Talk)).all():
        if not talk.open_alerts:
            talk.closed_at = now
            audit.record(session, child(talk.organisation_id), "talk.expired", talk.id)


def _raise(session: Session, talk: Talk, kind: AlertKind) -> None:
    """Have somebody look; what climbs already goes on climbing."""
    if any(one.kind is kind for one in talk.open_alerts):
        return
    alert = TalkAlert(
        organisation_id=talk.organisation_id, talk=talk, kind=kind, next_at=clock.now()
    )
    session.add(alert)
    session.flush()
    _climb(session, talk, alert, step=0)
    audit.record(
        session,
        child(talk.organisation_id),
        "talk.alert",
        alert.id,
        kind=kind.value,
        also=[talk.id],
    )


def _climb(session: Session, talk: Talk, alert: TalkAlert, *, step: int) -> None:
    house = queries.house(session, talk.organisation_id)
    officers, coordinators = queries.above(session, talk.organisation_id)
    steps = rules.ladder(
        talk.keeper_id, talk.second_id, sorted(house.there(queries.wall_now())),
        [one for one in officers if one != talk.about_id],
        [one for one in coordinators if one != talk.about_id], past_line=talk.past_line,
    )  # fmt: skip
    alert.step, alert.next_at = step, clock.now() + rules.TO_SEE
    known = {one.user_id for one in alert.told}
    for user_id in rules.rung(steps, step):
        if user_id not in known:
            alert.told.append(
                TalkTold(organisation_id=talk.organisation_id, user_id=user_id, at=clock.now())
            )
        _send(session, talk, user_id, "talk_alert", f"{alert.id}:{step}:{talk.past_line}")


def _say_that_it_waits(session: Session, talk: Talk) -> None:
    for user_id in (talk.keeper_id, talk.second_id):
        _send(session, talk, user_id, "talk_waits", f"{talk.id}:{talk.last_at.timestamp():.0f}")


def _send(session: Session, talk: Talk, user_id: UUID, template: str, key: str) -> None:
    """Mail that something waits: no word of it, and not even of whom."""
    person = session.get_one(User, user_id)
    tell(
        session, key=f"{template}:{key}:{user_id}", template=template, address=person.email,
        language=person.language, organisation_id=talk.organisation_id, talk_id=talk.id,
    )  # fmt: skip


def _locked(session: Session, actor: Actor, action: Action, talk_id: UUID) -> Talk:
    talk = session.get_one(Talk, talk_id, with_for_update={"of": Talk})
    demand(actor, action, Resource.TALK, talk.facts)
    return talk


def _check_open(talk: Talk) -> None:
    if talk.closed_at:
        raise rules.TalkOver


def next_opening(session: Session, organisation_id: UUID) -> datetime | None:
    """Return when two are there together again."""
    wall = queries.wall_now()
    found = queries.house(session, organisation_id).next_hours(wall)
    if found is None:
        return None
    days, minute = found
    return clock.midnight(wall.date() + timedelta(days=days)) + timedelta(minutes=minute)

"""Writing signals down, reading them, and carrying them on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, TypeVar
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import SYSTEM, Action, Actor, Resource, Role
from kinderwerk.accounts import shares
from kinderwerk.accounts.away import reached
from kinderwerk.accounts.models import User
from kinderwerk.accounts.shares import LetIn
from kinderwerk.audit import service as audit
from kinderwerk.audit.service import Sealed
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.facts import service as facts
from kinderwerk.facts.rules import Contribution, Place, nothing
from kinderwerk.families.models import Child, Family
from kinderwerk.messages import service as messages
from kinderwerk.places.located import located
from kinderwerk.places.models import Neighbourhood
from kinderwerk.signals import queries, rules
from kinderwerk.signals.models import Signal, SignalLink, SignalNote, SignalShare
from kinderwerk.signals.rules import (
    Area,
    Capture,
    Course,
    Factor,
    Level,
    Note,
    NoteKind,
    Signs,
    Status,
    Subject,
)
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import revise, unit_of_work

K = TypeVar("K", Child, Family)
#: The work that looks whether something is known about the same child or family.
LOOK_ALIKE: Final = "signals.look_alike"
OF_SOURCE: Final = ("source", "source_why")


@dataclass(frozen=True, slots=True)
class OpenNote:
    """A note with its words, for one reading."""

    note: SignalNote
    text: str
    source: str | None
    source_why: str | None = None

    @property
    def is_fact(self) -> bool:
        return self.note.kind in rules.FACTS

    @property
    def weighing(self) -> list[str]:
        return rules.weighing(self.note.kind, self.text)

    @property
    def beginning(self) -> str:
        return self.text if len(self.text) < 80 else f"{self.text[:77]}…"


@dataclass(frozen=True, slots=True)
class Joined:
    """Another signal that belongs with this one, and why."""

    other: Signal
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that was written about a signal, opened once."""

    notes: list[OpenNote]
    signs: Signs
    joined: list[Joined]


def write_down(
    session: Session, actor: Actor, wish: Capture, *, unfinished: bool = False
) -> Signal:
    """Write down a concern; whoever does so carries it, unless a colleague takes over.

    Whether something is known already about the same child is looked up later and elsewhere:
    nothing in the answer, nor how long it takes, tells whoever writes.
    """
    today = clock.today()
    rules.check_capture(wish, today)
    with unit_of_work(session):
        membership = demand(actor, Action.CREATE, Resource.SIGNAL)
        if actor.id is None or membership.role is Role.VOLUNTEER:
            raise Withheld("a volunteer passes on")
        signal = _begun(session, actor, wish, owner_id=actor.id, status=Status.OPEN)
        demand(actor, Action.VIEW, Resource.SIGNAL, signal.facts)
        if unfinished:
            signal.unfinished = True
            signal.review_on = rules.review_day(wish.level, today, unfinished=True)
        _write_notes(session, actor, signal, wish)
        messages.ask_for(session, LOOK_ALIKE, signal.id)
        facts.replace(session, nothing(), _counted(session, signal))
        audit.record(session, actor, "signal.written", signal.id, level=signal.level.value)
    return signal


def pass_on(session: Session, actor: Actor, wish: Capture) -> Signal:
    """Hand a worry to someone who can take it on; whoever passes on cannot read it again."""
    today = clock.today()
    rules.check_capture(wish, today)
    with unit_of_work(session):
        demand(actor, Action.CREATE, Resource.SIGNAL)
        receivers = queries.receivers(session, _organisation(actor))
        if not receivers:
            raise rules.NobodyToAnswer
        owner = receivers[0]
        signal = _begun(session, actor, wish, owner_id=owner.id, status=Status.PASSED_ON)
        signal.review_on = today
        _write_notes(session, actor, signal, wish)
        audit.record(session, actor, "signal.passed_on", signal.id, level=signal.level.value)
        for receiver in reached(session, signal.organisation_id, receivers):
            _tell(session, signal, receiver)
    return signal


def take_in(session: Session, organisation_id: UUID, note: Note, level: Level) -> Signal:
    """Hand on what a child said where nobody at work wrote it down; about whom is not known.

    It stands in the name of whoever is to take it on: the trail says that the system did it.
    """
    with unit_of_work(session):
        receivers = queries.receivers(session, organisation_id)
        if not receivers:
            raise rules.NobodyToAnswer
        signal = Signal(
            organisation_id=organisation_id, author_id=receivers[0].id, owner_id=receivers[0].id,
            subject=Subject.UNKNOWN, area=Area.FAMILY, level=level, status=Status.PASSED_ON,
            observed_on=note.observed_on, review_on=clock.today(),
        )  # fmt: skip
        session.add(signal)
        session.flush()
        said = _note(session, Actor(receivers[0].id), signal, note)
        audit.record(
            session, SYSTEM, "signal.passed_on", signal.id, level=level.value, also=[said.id]
        )
        for receiver in reached(session, organisation_id, receivers):
            _tell(session, signal, receiver)
    return signal


def take_on(session: Session, actor: Actor, signal: Signal, wish: Capture) -> Signal:
    """Make a signal of what was passed on: say whom it is about, and how serious it is."""
    _check_aim(wish)
    with unit_of_work(session):
        signal = _locked(session, actor, signal.id)
        if signal.status is not Status.PASSED_ON:
            raise rules.TakenOn
        signal.status, signal.owner_id = Status.OPEN, actor.id
        _aim_anew(session, actor, signal, wish)
        facts.replace(session, nothing(), _counted(session, signal))
        audit.record(session, actor, "signal.taken_on", signal.id, level=signal.level.value)
    return signal


def complete(session: Session, actor: Actor, signal: Signal, wish: Capture) -> Signal:
    """Say, with time, what was left open when it was written down in a hurry."""
    _check_aim(wish)
    with unit_of_work(session):
        signal = _locked(session, actor, signal.id)
        if not signal.unfinished:
            raise rules.Completed
        before = _counted(session, signal)
        signal.unfinished = False
        _aim_anew(session, actor, signal, wish)
        first = queries.notes(session, signal)[0]
        more = _write_more(session, actor, signal, wish, first.id)
        facts.replace(session, before, _counted(session, signal))
        audit.record(
            session, actor, "signal.completed", signal.id, level=signal.level.value,
            also=[note.id for note in more],
        )  # fmt: skip
    return signal


def _check_aim(wish: Capture) -> None:
    if wish.subject is not Subject.UNKNOWN:
        rules.check_capture(wish, clock.today())


def _aim_anew(session: Session, actor: Actor, signal: Signal, wish: Capture) -> None:
    _aim(session, actor, signal, wish)
    signal.level, signal.area = wish.level, wish.area
    signal.review_on = rules.review_day(wish.level, clock.today())
    signal.version += 1
    session.flush()
    demand(actor, Action.EDIT, Resource.SIGNAL, signal.facts)
    messages.ask_for(session, LOOK_ALIKE, signal.id)


def tick(session: Session, actor: Actor, signal: Signal, version: int | None, signs: Signs) -> None:
    """Keep what plays a part, worrying or protective."""
    with unit_of_work(session):
        signal = _locked(session, actor, signal.id)
        if signal.status in rules.CLOSED:
            raise rules.IsClosed
        revise(signal, version)
        seal(session, signal, signs=rules.written(signs) or None)
        audit.record(session, actor, "signal.ticked", signal.id, n=len(signs))


def read(session: Session, actor: Actor, signal: Signal) -> list[OpenNote]:
    return read_all(session, actor, signal).notes


def read_all(session: Session, actor: Actor, signal: Signal, deed: str = "signal.read") -> Reading:
    """Open what was written; the reading is on record before the words are shown."""
    demand(actor, Action.VIEW, Resource.SIGNAL, signal.facts)
    ids, own = [note.id for note in queries.notes(session, signal)], signal.id
    links = [link.id for link, _ in queries.links(session, actor, own)]
    words = audit.disclose_together(
        session, actor, deed, own, Sealed(Signal, [own], ["signs"]),
        Sealed(SignalNote, ids, ["text", *OF_SOURCE]), Sealed(SignalLink, links, ["why"]),
    )  # fmt: skip
    notes = [
        OpenNote(note, words[note.id]["text"] or "", *(words[note.id][name] for name in OF_SOURCE))
        for note in queries.notes(session, signal)
        if note.id in words
    ]
    joined = [
        Joined(other, words[link.id]["why"] or "")
        for link, other in queries.links(session, actor, own)
        if link.id in words
    ]
    return Reading(notes, rules.ticked(words[own]["signs"]), joined)


def add_note(session: Session, actor: Actor, signal: Signal, wish: Note) -> SignalNote:
    with unit_of_work(session):
        signal = _locked(session, actor, signal.id)
        rules.check_note(wish, queries.fact_ids(session, signal.id), clock.today())
        note = _note(session, actor, signal, wish)
        audit.record(session, actor, "signal.noted", signal.id, also=[note.id])
    return note


def set_course(
    session: Session, actor: Actor, signal: Signal, version: int | None, course: Course
) -> None:
    """Change how serious it is, who carries it and when somebody looks again."""
    rules.check_course(course, clock.today())
    with unit_of_work(session):
        signal = _locked(session, actor, signal.id)
        if signal.status in rules.CLOSED:
            raise rules.IsClosed
        owner = _colleague(session, signal, course.owner_id)
        moved, before = signal.owner_id != owner.id, _counted(session, signal)
        revise(
            signal, version, level=course.level, status=course.status, owner_id=owner.id,
            review_on=course.review_on,
        )  # fmt: skip
        facts.replace(session, before, _counted(session, signal))
        audit.record(
            session, actor, "signal.course_set", signal.id, level=course.level.value,
            status=course.status.value, owner=owner.id, review=course.review_on,
        )  # fmt: skip
        for person in reached(session, signal.organisation_id, [owner] if moved else []):
            _tell(session, signal, person)


def close(
    session: Session, actor: Actor, signal: Signal, version: int | None, status: Status, why: str
) -> None:
    """Close it with a reason in words, which stays with the notes."""
    with unit_of_work(session):
        signal = _locked(session, actor, signal.id)
        if signal.status in rules.CLOSED:
            raise rules.IsClosed
        before = _counted(session, signal)
        revise(signal, version, status=status, closed_at=clock.now(), review_on=None)
        wish = Note(kind=NoteKind.AGREEMENT, text=why, observed_on=clock.today())
        note = _note(session, actor, signal, wish)
        facts.replace(session, before, _counted(session, signal))
        audit.record(
            session, actor, "signal.closed", signal.id, status=status.value, also=[note.id]
        )


def reopen(session: Session, actor: Actor, signal: Signal) -> None:
    with unit_of_work(session):
        signal = _locked(session, actor, signal.id)
        signal.status, signal.closed_at = Status.OPEN, None
        signal.owner_id = signal.owner_id or actor.id
        signal.review_on = rules.review_day(signal.level, clock.today())
        signal.version += 1
        audit.record(session, actor, "signal.reopened", signal.id)


def share(session: Session, actor: Actor, signal: Signal, wish: LetIn) -> None:
    """Let a colleague in, until a day, for a reason that everybody who reads it sees."""
    shares.check(wish, clock.today())
    with unit_of_work(session):
        signal = _locked(session, actor, signal.id)
        colleague = _colleague(session, signal, wish.user_id)
        if colleague.id not in signal.facts.readers and actor.id is not None:
            shares.let_in(session, signal, SignalShare, wish, actor.id)
            _tell(session, signal, colleague)
        audit.record(
            session, actor, "signal.shared", signal.id, reader=colleague.id, until=wish.until
        )


def unshare(session: Session, actor: Actor, signal: Signal, user_id: UUID) -> None:
    with unit_of_work(session):
        signal = _locked(session, actor, signal.id)
        shares.let_out(signal, user_id)
        audit.record(session, actor, "signal.unshared", signal.id, reader=user_id)


def _organisation(actor: Actor) -> UUID:
    if actor.organisation_id is None:
        raise Withheld("a signal belongs to an organisation")
    return actor.organisation_id


def _begun(
    session: Session, actor: Actor, wish: Capture, *, owner_id: UUID, status: Status
) -> Signal:
    if actor.id is None:
        raise Withheld("a signal is written down by someone")
    signal = Signal(
        organisation_id=_organisation(actor), author_id=actor.id, owner_id=owner_id,
        subject=Subject.UNKNOWN, area=wish.area, level=wish.level, status=status,
        observed_on=wish.fact.observed_on,
        occurrence_id=queries.ours(session, actor, wish.occurrence_id),
        review_on=rules.review_day(wish.level, clock.today()),
    )  # fmt: skip
    _aim(session, actor, signal, wish)
    session.add(signal)
    session.flush()  # only now its facts know where it lies
    return signal


def _aim(session: Session, actor: Actor, signal: Signal, wish: Capture) -> None:
    """Point the signal at whom or what it is about, within the organisation only."""
    child = _ours(session, Child, wish.child_id, actor) if wish.subject is Subject.CHILD else None
    family = (
        _ours(session, Family, wish.family_id, actor) if wish.subject is Subject.FAMILY else None
    )
    lives = _home(actor, child, family, wish)
    place = session.get_one(Neighbourhood, lives) if lives else None
    if place and place.municipality_id != actor.municipality_id:
        raise Withheld("a neighbourhood elsewhere")
    signal.subject, signal.child, signal.family, signal.neighbourhood = (
        wish.subject, child, family, place,
    )  # fmt: skip


def _home(actor: Actor, child: Child | None, family: Family | None, wish: Capture) -> UUID | None:
    """Return where a signal lies; who works in one neighbourhood sees nothing from elsewhere."""
    if child:
        return child.neighbourhood_id
    if family:
        return family.home
    return wish.neighbourhood_id or actor.neighbourhood_id


def _ours(session: Session, kind: type[K], row_id: UUID | None, actor: Actor) -> K:
    row = session.get_one(kind, row_id)
    if row.organisation_id != actor.organisation_id:
        raise Withheld("somebody elsewhere")
    return row


def _write_notes(session: Session, actor: Actor, signal: Signal, wish: Capture) -> None:
    fact = _note(session, actor, signal, wish.fact)
    more = _write_more(session, actor, signal, wish, fact.id)
    written = [fact, *more]
    audit.record(session, actor, "signal.noted", signal.id, also=[note.id for note in written])


def _write_more(
    session: Session, actor: Actor, signal: Signal, wish: Capture, fact_id: UUID
) -> list[SignalNote]:
    """Write what somebody makes of a fact, and what goes well beside it."""
    written = [_note(session, actor, signal, note) for note in wish.more]
    day = max(wish.fact.observed_on, signal.observed_on)
    if wish.interpretation:
        meaning = Note(
            kind=NoteKind.INTERPRETATION, text=wish.interpretation, observed_on=day,
            cites_id=fact_id,
        )  # fmt: skip
        written.append(_note(session, actor, signal, meaning))
    if wish.protective:
        good = Note(
            kind=NoteKind.FACT_OWN, text=wish.protective, observed_on=day, factor=Factor.PROTECTIVE
        )
        written.append(_note(session, actor, signal, good))
    return written


def _note(session: Session, actor: Actor, signal: Signal, wish: Note) -> SignalNote:
    if actor.id is None:
        raise Withheld("a note is written by someone")
    note = SignalNote(
        organisation_id=signal.organisation_id, signal=signal, author_id=actor.id, kind=wish.kind,
        factor=wish.factor, observed_on=wish.observed_on, place=wish.place,
        cites_id=wish.cites_id,
    )  # fmt: skip
    seal(
        session, note, text=wish.text, source=wish.source or None,
        source_why=wish.source_why or None,
    )  # fmt: skip
    session.add(note)
    session.flush()
    return note


def _locked(session: Session, actor: Actor, signal_id: UUID) -> Signal:
    """Return the signal under its lock, if this actor may still change it."""
    signal = session.get_one(Signal, signal_id, with_for_update=True)
    demand(actor, Action.EDIT, Resource.SIGNAL, signal.facts)
    return signal


def _colleague(session: Session, signal: Signal, user_id: UUID) -> User:
    """Return a colleague who may carry or read this; anybody else is not there."""
    for colleague in queries.colleagues(session, signal):
        if colleague.id == user_id:
            return colleague
    raise Withheld("not a colleague who may read this")


def _place(session: Session, signal: Signal) -> Place | None:
    session.flush()
    places: Sequence[Place] = list(located(session, [signal.neighbourhood_id]).values())
    return places[0] if places else None


def _counted(session: Session, signal: Signal) -> Contribution:
    return queries.contribution(signal, _place(session, signal))


def _tell(session: Session, signal: Signal, person: User) -> None:
    """Tell that something waits, never what; only ids go along."""
    messages.tell(
        session, key=f"signal:{signal.id}:{person.id}:{signal.version}", template="signal_waits",
        address=person.email, language=person.language, organisation_id=signal.organisation_id,
        signal_id=signal.id,
    )  # fmt: skip

"""Holding a consultation: planning it, going through its phases, and what comes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.once import sent_before
from kinderwerk.audit import service as audit
from kinderwerk.audit.service import Sealed
from kinderwerk.core import clock
from kinderwerk.core.errors import Stale, Withheld
from kinderwerk.learning import known
from kinderwerk.learning.consulting import queries, rules
from kinderwerk.learning.consulting.models import (
    Consultation,
    ConsultationSeat,
    Contribution,
    PhaseMinutes,
)
from kinderwerk.learning.consulting.rules import (
    Bringing,
    Kind,
    Part,
    Phase,
    Planning,
    Saying,
    Standing,
    Step,
)
from kinderwerk.learning.rules import check_nameless
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import revise, unit_of_work

OF_CASE = ("case_text", "key_question", "first_step")
OF_SAYING = ("text", "feeling", "answer")


@dataclass(frozen=True, slots=True)
class Said:
    """A contribution with its words, for one reading."""

    row: Contribution
    text: str
    feeling: str
    answer: str


@dataclass(frozen=True, slots=True)
class Reading:
    """All that stands in a consultation, opened once."""

    case_text: str
    key_question: str
    first_step: str
    said: list[Said]

    def of(self, kind: Kind) -> list[Said]:
        return [one for one in self.said if one.row.kind is kind]

    @property
    def chosen(self) -> list[Said]:
        return [one for one in self.of(Kind.SOLUTION) if one.row.chosen]


def plan(session: Session, actor: Actor, wish: Planning) -> Consultation:
    """Invite colleagues to think along; the same form sent twice is one consultation."""
    with unit_of_work(session):
        held = demand(actor, Action.CREATE, Resource.CONSULTATION)
        if actor.id is None or held.organisation_id is None:
            raise Withheld("colleagues of an organisation consult each other")
        if made := sent_before(session, Consultation, actor.id, wish.once):
            return made
        row = Consultation(
            organisation_id=held.organisation_id, author_id=actor.id, once=wish.once,
            held_at=wish.held_at,
        )  # fmt: skip
        _seat(session, row, wish)
        row.signal_id = _linked(session, actor, row, wish.signal_id)
        session.add(row)
        session.flush()
        audit.record(session, actor, "consultation.planned", row.id, people=list(row.parts))
    return row


def change(
    session: Session, actor: Actor, consultation_id: UUID, version: int | None, wish: Planning
) -> None:
    """Plan it otherwise, as long as it has not begun."""
    with unit_of_work(session):
        row = _locked(session, actor, consultation_id)
        if row.standing is not Standing.PLANNED:
            raise rules.NotPlanned
        revise(row, version, held_at=wish.held_at)
        _seat(session, row, wish)
        if wish.signal_id != row.signal_id:
            row.signal_id = _linked(session, actor, row, wish.signal_id)
        audit.record(session, actor, "consultation.changed", row.id, people=list(row.parts))


def _seat(session: Session, row: Consultation, wish: Planning) -> None:
    parts = wish.parts
    rules.check_parts(parts)
    able = {one.id for one in queries.colleagues(session, row.organisation_id)}
    if not parts.keys() <= able:
        raise Withheld("somebody who does not work here")
    kept = {seat.user_id: seat for seat in row.seats if seat.user_id in parts}
    for user_id, part in parts.items():
        if user_id in kept:
            kept[user_id].part = part
        else:
            kept[user_id] = ConsultationSeat(
                organisation_id=row.organisation_id, user_id=user_id, part=part
            )
    row.seats[:] = kept.values()


def _linked(
    session: Session, actor: Actor, row: Consultation, signal_id: UUID | None
) -> UUID | None:
    """Return the signal that may be linked: nobody thinks along about their own family."""
    if signal_id is None:
        return None
    signal = queries.signal_of(session, actor, signal_id)
    if signal is None or signal.organisation_id != row.organisation_id:
        raise Withheld("a signal that they do not read")
    if signal.facts.family & row.parts.keys():
        raise rules.SignalNotHere
    return signal.id


def cancel(session: Session, actor: Actor, consultation_id: UUID) -> None:
    with unit_of_work(session):
        row = _locked(session, actor, consultation_id)
        if row.standing is not Standing.PLANNED:
            raise rules.NotPlanned
        row.standing, row.closed_at = Standing.CANCELLED, clock.now()
        _happened(session, actor, row, "consultation.cancelled")


def bring(
    session: Session, actor: Actor, consultation_id: UUID, version: int | None, wish: Bringing
) -> None:
    """Write the case down without a name, and the key question; nobody overwrites the other."""
    try:
        with unit_of_work(session):
            row = _locked(session, actor, consultation_id)
            _only(row, actor, Part.BRINGER, Part.MINUTES)
            if row.phase not in rules.CASE_OPEN or row.standing in queries.OVER:
                raise rules.CaseClosed
            texts = wish.case_text, wish.key_question
            _check_names(session, row, *texts, only_words=wish.only_words)
            revise(row, version)
            seal(session, row, case_text=texts[0] or None, key_question=texts[1] or None)
            _happened(session, actor, row, "consultation.brought")
    except Stale as stale:
        theirs = read(session, actor, queries.by_id(session, consultation_id))
        told = {"case_text": theirs.case_text, "key_question": theirs.key_question}
        raise Stale({**told, **stale.theirs}, stale.version) from None


def begin(session: Session, actor: Actor, consultation_id: UUID) -> None:
    with unit_of_work(session):
        row = _locked(session, actor, consultation_id)
        _only(row, actor, Part.MODERATOR)
        if row.standing is not Standing.PLANNED:
            raise rules.NotPlanned
        _start(session, row, Phase.ROLES)
        _happened(session, actor, row, "consultation.begun")


def move_on(session: Session, actor: Actor, consultation_id: UUID, phase: Phase) -> None:
    """Go on to the next phase; whoever presses for one that is over already moves nothing."""
    with unit_of_work(session):
        row = _chaired(session, actor, consultation_id, phase)
        following = rules.after(phase)
        if following is None:
            _finish(row)
        else:
            _start(session, row, following)
        _happened(session, actor, row, "consultation.moved_on", phase=phase)


def extend(
    session: Session, actor: Actor, consultation_id: UUID, phase: Phase, minutes: int
) -> None:
    with unit_of_work(session):
        row = _chaired(session, actor, consultation_id, phase)
        row.phase_minutes = min((row.phase_minutes or 0) + max(minutes, 1), rules.MOST_MINUTES)
        _happened(session, actor, row, "consultation.extended", phase=phase)


def end(session: Session, actor: Actor, consultation_id: UUID) -> None:
    """End it before its last phase."""
    with unit_of_work(session):
        row = _running(session, actor, consultation_id)
        _only(row, actor, Part.MODERATOR)
        _finish(row)
        _happened(session, actor, row, "consultation.ended")


def take_chair(session: Session, actor: Actor, consultation_id: UUID) -> None:
    """Moderate from now on: whoever did sits on as an adviser, or has left."""
    with unit_of_work(session):
        row = _locked(session, actor, consultation_id)
        if row.standing in queries.OVER:
            raise rules.NotRunning
        if row.parts[_me(actor)] is Part.BRINGER:
            raise rules.NotTheChair
        for seat in row.seats:
            if seat.part is Part.MODERATOR:
                seat.part = Part.ADVISER
        _seat_of(row, _me(actor)).part = Part.MODERATOR
        _happened(session, actor, row, "consultation.chair_taken")


def leave(session: Session, actor: Actor, consultation_id: UUID) -> None:
    """Give up one's seat: what one said stays, and nothing of it opens any more."""
    with unit_of_work(session):
        row = _locked(session, actor, consultation_id)
        if row.parts[_me(actor)] is Part.BRINGER:
            raise rules.BringerStays
        row.seats.remove(_seat_of(row, _me(actor)))
        _happened(session, actor, row, "consultation.left")


def say(session: Session, actor: Actor, consultation_id: UUID, wish: Saying) -> Contribution:
    """Write down what somebody says, in the phase in which it belongs and in no other."""
    with unit_of_work(session):
        row = _running(session, actor, consultation_id)
        kind = rules.kind_of(row.phase, wish, row.parts[_me(actor)])
        _check_names(session, row, wish.text, wish.feeling, only_words=wish.only_words)
        if kind is Kind.FEELING and _felt(session, row, actor):
            raise rules.SaidAlready
        one = Contribution(
            organisation_id=row.organisation_id, consultation_id=row.id, author_id=_me(actor),
            kind=kind,
        )  # fmt: skip
        seal(session, one, text=wish.text, feeling=wish.feeling or None)
        session.add(one)
        session.flush()
        _happened(session, actor, row, "consultation.said", kind=kind, also=[one.id])
    return one


def _felt(session: Session, row: Consultation, actor: Actor) -> bool:
    return any(
        one.author_id == actor.id and one.kind is Kind.FEELING
        for one in queries.said(session, row.id)
    )


def take_back(session: Session, actor: Actor, consultation_id: UUID, said_id: UUID) -> None:
    """Take back what one said oneself, while its phase lasts."""
    with unit_of_work(session):
        row = _running(session, actor, consultation_id)
        one = _contribution(session, row, said_id)
        if one.author_id != actor.id or rules.SAID.get(_phase(row)) is not one.kind:
            raise rules.OtherPhase
        session.delete(one)
        _happened(session, actor, row, "consultation.taken_back", also=[said_id])


def answer(
    session: Session, actor: Actor, consultation_id: UUID, said_id: UUID, words: str,
    *, only_words: bool,
) -> None:  # fmt: skip
    """Answer a question about facts."""
    with unit_of_work(session):
        row = _running(session, actor, consultation_id)
        _only(row, actor, Part.BRINGER, Part.MINUTES)
        one = _contribution(session, row, said_id)
        if one.kind is not Kind.QUESTION or row.phase is not Phase.QUESTIONS:
            raise rules.OtherPhase
        _check_names(session, row, words, only_words=only_words)
        seal(session, one, answer=words)
        _happened(session, actor, row, "consultation.answered", also=[one.id])


def choose(session: Session, actor: Actor, consultation_id: UUID, said_id: UUID) -> None:
    """Take an idea up, or leave it again."""
    with unit_of_work(session):
        row = _running(session, actor, consultation_id)
        _only(row, actor, Part.BRINGER)
        one = _contribution(session, row, said_id)
        if one.kind is not Kind.SOLUTION or row.phase not in rules.CHOOSING:
            raise rules.OtherPhase
        one.chosen = not one.chosen
        _happened(session, actor, row, "consultation.chosen", also=[one.id])


def set_step(
    session: Session, actor: Actor, consultation_id: UUID, version: int | None, wish: Step
) -> None:
    """Promise a first step, by a day; it can be put off afterwards, too."""
    try:
        with unit_of_work(session):
            row = _locked(session, actor, consultation_id)
            _only(row, actor, Part.BRINGER)
            if row.phase not in rules.CHOOSING and row.standing is not Standing.FINISHED:
                raise rules.OtherPhase
            rules.check_step(wish, clock.today())
            _check_names(session, row, wish.first_step, only_words=wish.only_words)
            revise(row, version, first_step_on=wish.on)
            row.first_step_done_on = None
            seal(session, row, first_step=wish.first_step)
            _happened(session, actor, row, "consultation.promised")
    except Stale as stale:
        theirs = read(session, actor, queries.by_id(session, consultation_id))
        told = {"first_step": theirs.first_step, **stale.theirs}
        raise Stale(told, stale.version) from None


def tick(session: Session, actor: Actor, consultation_id: UUID) -> None:
    """The first step was taken."""
    with unit_of_work(session):
        row = _locked(session, actor, consultation_id)
        _only(row, actor, Part.BRINGER)
        if row.standing is not Standing.FINISHED or row.first_step_on is None:
            raise rules.NotFinished
        row.first_step_done_on = clock.today()
        _happened(session, actor, row, "consultation.step_done")


def read(session: Session, actor: Actor, row: Consultation) -> Reading:
    """Open what stands in a consultation; that it was read is on record first."""
    consultation_id = row.id
    ids = [one.id for one in queries.said(session, consultation_id)]
    words = audit.disclose_together(
        session, actor, "consultation.read", consultation_id,
        Sealed(Consultation, [consultation_id], OF_CASE), Sealed(Contribution, ids, OF_SAYING),
    )  # fmt: skip
    told = words[consultation_id]
    said = [
        Said(row=one, **{name: words[one.id][name] or "" for name in OF_SAYING})
        for one in queries.said(session, consultation_id)
        if one.id in words
    ]
    return Reading(said=said, **{name: told[name] or "" for name in OF_CASE})


def set_minutes(session: Session, actor: Actor, wish: Mapping[Phase, int]) -> None:
    """Agree how long each phase takes in this organisation."""
    with unit_of_work(session):
        held = demand(actor, Action.EDIT, Resource.PHASES)
        if held.organisation_id is None:
            raise Withheld("an organisation agrees")
        here = held.organisation_id
        for phase, minutes in wish.items():
            known_one = session.get(PhaseMinutes, (here, phase))
            if known_one is None:
                session.add(PhaseMinutes(organisation_id=here, phase=phase, minutes=minutes))
            else:
                known_one.minutes = minutes
        audit.record(session, actor, "consultation.phases_set", here)


def _start(session: Session, row: Consultation, phase: Phase) -> None:
    minutes = queries.minutes(session, row.organisation_id)[phase]
    row.standing, row.phase = Standing.RUNNING, phase
    row.phase_began_at, row.phase_minutes = clock.now(), minutes


def _finish(row: Consultation) -> None:
    row.standing, row.closed_at = Standing.FINISHED, clock.now()
    row.phase = row.phase_began_at = row.phase_minutes = None


def _happened(
    session: Session, actor: Actor, row: Consultation, deed: str, **details: object
) -> None:
    row.beat += 1
    audit.record(session, actor, deed, row.id, **details)


def _check_names(session: Session, row: Consultation, *texts: str, only_words: bool) -> None:
    check_nameless(texts, known.names(session, row.organisation_id), only_words=only_words)


def _locked(session: Session, actor: Actor, consultation_id: UUID) -> Consultation:
    row = session.get_one(Consultation, consultation_id, with_for_update={"of": Consultation})
    demand(actor, Action.EDIT, Resource.CONSULTATION, row.facts)
    return row


def _running(session: Session, actor: Actor, consultation_id: UUID) -> Consultation:
    row = _locked(session, actor, consultation_id)
    if row.standing is not Standing.RUNNING:
        raise rules.NotRunning
    return row


def _chaired(session: Session, actor: Actor, consultation_id: UUID, phase: Phase) -> Consultation:
    row = _running(session, actor, consultation_id)
    _only(row, actor, Part.MODERATOR)
    if row.phase is not phase:
        raise rules.MovedAlready
    return row


def _only(row: Consultation, actor: Actor, *parts: Part) -> None:
    if row.parts[_me(actor)] not in parts:
        raise rules.NotTheChair if Part.MODERATOR in parts else rules.NotYours


def _phase(row: Consultation) -> Phase:
    if row.phase is None:
        raise rules.NotRunning
    return row.phase


def _contribution(session: Session, row: Consultation, said_id: UUID) -> Contribution:
    one = session.get_one(Contribution, said_id)
    if one.consultation_id != row.id:
        raise Withheld("said in another consultation")
    return one


def _seat_of(row: Consultation, user_id: UUID) -> ConsultationSeat:
    return next(seat for seat in row.seats if seat.user_id == user_id)


def _me(actor: Actor) -> UUID:
    if actor.id is None:
        raise Withheld("somebody who sits there")
    return actor.id

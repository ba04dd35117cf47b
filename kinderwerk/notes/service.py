"""Writing what helpers must know, and opening it for those who run a session."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Stale, Withheld
from kinderwerk.families import queries as families
from kinderwerk.families.consents import queries as consents
from kinderwerk.families.consents import rules as consent_rules
from kinderwerk.families.consents import service as consenting
from kinderwerk.families.consents.service import Reply
from kinderwerk.families.models import Child
from kinderwerk.families.rules import Capacity, ConsentMethod, ConsentPurpose
from kinderwerk.notes import queries, rules
from kinderwerk.notes.joining import joined, opened
from kinderwerk.notes.models import CareNote
from kinderwerk.notes.rules import Food, Help, Season, Support
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import revise, unit_of_work

COLUMNS = ("medical", "food", "food_else", "joining", "support")


@dataclass(frozen=True, slots=True)
class Needs:
    """What is known of one child, opened for one reading."""

    child: Child
    help: Help


def write(
    session: Session, actor: Actor, child_id: UUID, version: int | None, wish: Help,
    *, agreed: bool, child_agreed: bool, language: str,
) -> None:  # fmt: skip
    """Keep what a carer tells, with the yes to it; nothing told is nothing kept."""
    try:
        with unit_of_work(session):
            child = families.locked_child(session, child_id)
            held = demand(actor, Action.EDIT, Resource.CARE_NOTE, child.facts)
            me = actor.using(held)
            note = queries.of_child(session, child.id)
            if note and version != note.version:
                raise Stale({}, note.version)
            if not wish:
                _forget(session, me, note)
                return
            party = _party(child)
            both = party is Capacity.BOTH
            rules.check_agreed(agreed=agreed, child=child_agreed, child_asked=both)
            _answer(session, actor, me, child, party, language, yes=True)
            note = note or _begun(session, child)
            revise(note, None, hands=wish.hands)
            seal(session, note, **_texts(wish))
            audit.record(session, me, "medical.written", child.id, also=[note.id])
    except Stale as stale:
        raise _with_theirs(session, actor, child_id, stale) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """Who signed what on paper: which version of the words, and in which language."""

    carer_id: UUID | None
    language: str
    version: int
    agreed: bool
    child_agreed: bool


def write_from_paper(
    session: Session, actor: Actor, child_id: UUID, wish: Help, paper: Paper
) -> None:
    """Keep what a family told on paper, beside what it told before, which nobody reads for it."""
    with unit_of_work(session):
        child = families.locked_child(session, child_id)
        held = demand(actor, Action.CREATE, Resource.CARE_NOTE, child.facts)
        me = actor.using(held)
        if not wish:
            raise rules.NothingTold
        both = _party(child) is Capacity.BOTH
        rules.check_agreed(agreed=paper.agreed, child=paper.child_agreed, child_asked=both)
        reply = Reply(
            purpose=ConsentPurpose.HEALTH, yes=True, capacity=_party(child),
            language=paper.language, version=paper.version,
        )  # fmt: skip
        consenting.note(session, actor, child_id, paper.carer_id, reply, ConsentMethod.PAPER)
        before = queries.of_child(session, child.id)
        note = before or _begun(session, child)
        texts = _texts(wish)
        if before:
            texts = joined([opened(session, before), texts])
        asked = rules.told(Support, texts["support"])
        revise(note, None, hands=len(rules.HANDS & set(asked)))
        seal(session, note, **texts)
        audit.record(session, me, "medical.written", child.id, also=[note.id])


def keep(session: Session, actor: Actor, child_id: UUID) -> None:
    """Keep it for another season."""
    with unit_of_work(session):
        child = families.locked_child(session, child_id)
        held = demand(actor, Action.EDIT, Resource.CARE_NOTE, child.facts)
        note = queries.of_child(session, child.id)
        if note is None:
            raise Withheld("nothing is kept")
        until = queries.renewed(note.until, queries.season(session, child.organisation_id))
        if note.until - clock.today() <= rules.ASKED_BEFORE:
            revise(note, None, until=until)
            audit.record(session, actor.using(held), "medical.kept", child.id, also=[note.id])


def withdraw(session: Session, actor: Actor, child_id: UUID, language: str) -> None:
    """Take the yes back, and with it all that was told."""
    with unit_of_work(session):
        child = families.locked_child(session, child_id)
        held = demand(actor, Action.EDIT, Resource.CARE_NOTE, child.facts)
        alone = _party(child) is Capacity.CHILD
        party = Capacity.CHILD if alone else Capacity.PARENT
        _answer(session, actor, actor.using(held), child, party, language, yes=False)
        _forget(session, actor.using(held), queries.of_child(session, child.id))


def read_own(session: Session, actor: Actor, child: Child) -> Help:
    """Open for a carer what the family told."""
    demand(actor, Action.EDIT, Resource.CARE_NOTE, child.facts)
    note = queries.of_child(session, child.id)
    if note is None:
        return Help()
    return next(iter(_opened(session, actor, child.id, [note.id]).values()))


def read(session: Session, actor: Actor, meeting_id: UUID) -> list[Needs]:
    """Open for who runs a session what they must know of its children; it is on record first."""
    meeting = queries.meeting(session, meeting_id)
    demand(actor, Action.VIEW, Resource.CARE_NOTE, meeting.facts)
    notes = {note.id: note.child_id for note in queries.agreed_to(session, meeting.occurrence)}
    if not notes:
        return []
    told = _opened(session, actor, meeting_id, list(notes))
    of = {notes[id]: words for id, words in told.items()}
    children = families.some(session, list(of))
    return [
        Needs(child, of[child.id])
        for child in sorted(children, key=lambda child: child.full_name.casefold())
    ]


def set_season(session: Session, actor: Actor, season: Season) -> None:
    """Say on which day of the year a season ends; what families were told stays as it is."""
    rules.check_season(season)
    with unit_of_work(session):
        demand(actor, Action.EDIT, Resource.RETENTION)
        if actor.organisation_id is None:
            raise Withheld("of no organisation")
        here = session.get_one(Organisation, actor.organisation_id, with_for_update=True)
        here.season_month, here.season_day = season.month, season.day
        audit.record(session, actor, "organisation.season_set", here.id)


def _answer(
    session: Session, actor: Actor, me: Actor, child: Child, party: Capacity, language: str,
    *, yes: bool,
) -> None:  # fmt: skip
    reply = Reply(
        purpose=ConsentPurpose.HEALTH, yes=yes, capacity=party, language=language,
        version=consent_rules.newest(ConsentPurpose.HEALTH).version,
    )  # fmt: skip
    consenting.write(session, me, child, consenting.own_care(child, actor), reply)


def _texts(wish: Help) -> dict[str, str | None]:
    return {
        "medical": wish.medical or None, "food": rules.stored(wish.food),
        "food_else": wish.food_else or None, "joining": wish.joining or None,
        "support": rules.stored(wish.support),
    }  # fmt: skip


def _party(child: Child) -> Capacity:
    """Return whose yes it takes, as one word."""
    asked = consent_rules.asked(consents.age(child))
    return Capacity.BOTH if len(asked) > 1 else next(iter(asked))


def _begun(session: Session, child: Child) -> CareNote:
    season = queries.season(session, child.organisation_id)
    note = CareNote(
        organisation_id=child.organisation_id, child_id=child.id, until=season.end(clock.today())
    )
    session.add(note)
    session.flush()
    return note


def _forget(session: Session, actor: Actor, note: CareNote | None) -> None:
    if note:
        session.delete(note)
        audit.record(session, actor, "medical.removed", note.child_id, also=[note.id])


def _opened(session: Session, actor: Actor, about: UUID, ids: list[UUID]) -> dict[UUID, Help]:
    words = audit.disclose(session, actor, "medical.read", about, CareNote, ids, *COLUMNS)
    return {
        id: Help(
            medical=one["medical"] or "", food=rules.told(Food, one["food"]),
            food_else=one["food_else"] or "", joining=one["joining"] or "",
            support=rules.told(Support, one["support"]),
        )
        for id, one in words.items()
    }  # fmt: skip


def _with_theirs(session: Session, actor: Actor, child_id: UUID, stale: Stale) -> Stale:
    theirs = read_own(session, actor, families.child(session, child_id))
    return Stale({name: getattr(theirs, name) for name in COLUMNS}, stale.version)

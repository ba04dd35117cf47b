"""Reading what goes, what is held, and what went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Select, func, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor, Facts
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.core import clock
from kinderwerk.core.retention import TERMS, Ending, Line, Term
from kinderwerk.families import queries as families
from kinderwerk.families.models import Carer, Child, Family
from kinderwerk.files.models import StoredFile
from kinderwerk.notes.models import CareNote
from kinderwerk.privacy import due
from kinderwerk.privacy.due import Due
from kinderwerk.privacy.models import Hold, Rule, Wish
from kinderwerk.privacy.rules import PREVIEW, Confirmation, proposal
from kinderwerk.referrals.models import Referral
from kinderwerk.reporting_code.models import CodeCase
from kinderwerk.safety.models import Incident
from kinderwerk.signals.models import Signal
from kinderwerk.signups.models import Signup
from kinderwerk.storage.base import Base
from kinderwerk.storage.erasing import Erasure, Kind
from kinderwerk.support.models import Trajectory
from kinderwerk.talks.models import Talk
from kinderwerk.team.models import StaffRecord

#: Where a subject is found, and its organisation; the others are held with the family they are of.
SUBJECTS: Final[dict[Kind, type[Base]]] = {
    Kind.CHILD: Child,
    Kind.FAMILY: Family,
    Kind.CARER: Carer,
    Kind.SIGNAL: Signal,
    Kind.SUPPORT: Trajectory,
    Kind.REFERRAL: Referral,
    Kind.SIGNUP: Signup,
    Kind.PHOTO: StoredFile,
    Kind.CARE_NOTE: CareNote,
    Kind.INCIDENT: Incident,
    Kind.STAFF_RECORD: StaffRecord,
    Kind.CODE_CASE: CodeCase,
    Kind.TALK: Talk,
}
NIGHTS_SHOWN: Final = 30


@dataclass(frozen=True, slots=True)
class Named:
    """A line by its name in an address; every organisation decides about its own."""

    line: Line

    @property
    def facts(self) -> Facts:
        return Facts()


@dataclass(frozen=True, slots=True)
class TermLine:
    """One line of the table of terms: the proposal, and what was decided."""

    line: Line
    term: Term
    rule: Rule | None
    confirmed_by: str

    @property
    def decided(self) -> Confirmation:
        if self.rule is None:
            return proposal(self.line)
        return Confirmation(amount=self.rule.amount, unit=self.rule.unit, ending=self.rule.ending)


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that can go, without a word of what it is about."""

    kind: Kind
    id: UUID
    organisation_id: UUID

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id)


@dataclass(frozen=True, slots=True)
class Group:
    """What goes on one day under one line."""

    on: date
    line: Line
    ending: Ending
    due: Sequence[Due]


@dataclass(frozen=True, slots=True)
class Board:
    """What goes soon, what waits for somebody to look, what is held, and what went."""

    going: Sequence[Group]
    to_review: Sequence[Due]
    held: Sequence[Hold]
    nights: Sequence["Night"]
    undecided: int


@dataclass(frozen=True, slots=True)
class Night:
    """How many went on one day under one line; no line: somebody asked."""

    day: date
    kind: Kind
    line: Line | None
    n: int


def lines(session: Session, actor: Actor) -> list[TermLine]:
    """Return the whole table of terms of an organisation."""
    known = due.rules(session, actor.organisation_id) if actor.organisation_id else {}
    by = {rule.confirmed_by_id for rule in known.values()}
    rows = session.execute(select(User.id, User.name).where(User.id.in_(by)))
    names = {id: name for id, name in rows}
    return [
        TermLine(line, term, rule, names.get(rule.confirmed_by_id, "") if rule else "")
        for line, term in TERMS.items()
        for rule in [known.get(line)]
    ]


def line(session: Session, actor: Actor, wanted: Line) -> TermLine:
    return next(one for one in lines(session, actor) if one.line is wanted)


def named(session: Session, code: str) -> Named:
    try:
        return Named(Line(code))
    except ValueError:
        raise NoResultFound from None


def undecided(session: Session, actor: Actor) -> int:
    """Count the lines that nobody has confirmed yet."""
    known = (
        select(func.count()).select_from(Rule).where(Rule.organisation_id == actor.organisation_id)
    )
    return len(TERMS) - (session.scalar(known) or 0)


def hesitating(session: Session) -> int:
    """Count the organisations that have not confirmed every line."""
    confirmed = (
        select(Rule.organisation_id)
        .group_by(Rule.organisation_id)
        .having(func.count() >= len(TERMS))
    )
    wanted = select(func.count()).select_from(Organisation)
    return session.scalars(wanted.where(Organisation.id.not_in(confirmed))).one()


def board(session: Session, actor: Actor) -> Board:
    here = actor.organisation_id
    if here is None:
        raise NoResultFound
    groups: dict[tuple[date, Line, Ending], list[Due]] = {}
    for one in going(session, here):
        groups.setdefault((one.over_on, one.line, one.ending), []).append(one)
    return Board(
        going=[Group(*key, found) for key, found in groups.items()],
        to_review=to_review(session, here),
        held=held(session, here),
        nights=nights(session, here),
        undecided=undecided(session, actor),
    )


def over(session: Session, organisation_id: UUID, until: date) -> list[Due]:
    """Return what is over by that day, the first to go first."""
    rules = due.rules(session, organisation_id).values()
    found = [one for rule in rules for one in due.due(session, rule, until)]
    return sorted(found, key=lambda one: (one.over_on, one.line, one.subject_id))


def going(session: Session, organisation_id: UUID) -> list[Due]:
    """Return what goes within the days of the preview, unless somebody holds it back."""
    found = over(session, organisation_id, clock.today() + PREVIEW)
    return [one for one in found if one.ending is not Ending.REVIEW]


def to_review(session: Session, organisation_id: UUID) -> list[Due]:
    found = over(session, organisation_id, clock.today())
    return [one for one in found if one.ending is Ending.REVIEW]


def held(session: Session, organisation_id: UUID) -> Sequence[Hold]:
    return session.scalars(
        select(Hold)
        .where(
            Hold.organisation_id == organisation_id,
            Hold.lifted_at.is_(None),
            Hold.until >= clock.today(),
        )
        .order_by(Hold.until, Hold.id)
    ).all()


def nights(session: Session, organisation_id: UUID) -> list[Night]:
    """Return what went lately, counted, the last day first."""
    rows = session.execute(
        select(Erasure.at, Erasure.kind, Erasure.line)
        .where(Erasure.organisation_id == organisation_id, Erasure.at > _lately())
        .order_by(Erasure.at.desc())
    )
    counted: dict[tuple[date, Kind, Line | None], int] = {}
    for at, kind, line in rows:
        key = (clock.to_wall(at).date(), kind, line)
        counted[key] = counted.get(key, 0) + 1
    return [Night(*key, n) for key, n in counted.items()][:NIGHTS_SHOWN]


def _lately() -> datetime:
    return clock.now() - 2 * PREVIEW


def subject(session: Session, subject_id: UUID, *, locked: bool = False) -> Subject:
    """Find what an id stands for."""
    for kind, model in SUBJECTS.items():
        row: Any = session.get(model, subject_id, with_for_update={"of": model} if locked else None)
        if row is not None:
            return Subject(kind, subject_id, row.organisation_id)
    raise NoResultFound


def hold_by_id(session: Session, hold_id: UUID) -> Hold:
    return session.get_one(Hold, hold_id)


def family(session: Session, family_id: UUID) -> Family:
    return families.family(session, family_id)


def open_wish(session: Session, family_id: UUID) -> Wish | None:
    whole = Wish.child_id.is_(None), Wish.carer_id.is_(None)
    return session.scalar(_open().where(Wish.family_id == family_id, *whole).limit(1))


def open_wishes(session: Session, organisation_id: UUID) -> Sequence[Wish]:
    return session.scalars(_open().where(Wish.organisation_id == organisation_id)).all()


def _open() -> Select[Wish]:
    return select(Wish).where(Wish.done_at.is_(None), Wish.withdrawn_at.is_(None))

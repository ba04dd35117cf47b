"""What a parent takes away: a copy of what one organisation keeps, as far as they may read it.

Each feature adds a chapter about what it keeps, as rows of plain values:

    @chapter("sign_ups")
    def sign_ups(session: Session, me: Reader) -> Iterable[Row]: ...

A chapter holds nothing of another carer, nothing of a case, and nobody's role.
"""

import csv
import io
import json
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.accounts.models import Organisation
from kinderwerk.core import clock
from kinderwerk.core.words import Labelled
from kinderwerk.families import queries
from kinderwerk.families.models import Carer, Child
from kinderwerk.families.persons.models import NearPerson
from kinderwerk.families.queries import Household, Told
from kinderwerk.families.rules import Answer, ConsentMethod, ConsentPurpose, Relation
from kinderwerk.messages.models import Message
from kinderwerk.messages.rules import Channel, Fate

#: The shape of the copy; it grows when a field changes its meaning.
FORMAT: Final = "kinderwerk-family/1"
#: What a spreadsheet takes for the beginning of a formula.
FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n")

Row = Mapping[str, str | int | bool | None]
Copy = Mapping[str, str | Sequence[Row]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Who takes a copy of what, at one organisation."""

    actor: Actor
    organisation: Organisation
    told: Sequence[Told]
    carers: Sequence[Carer]

    @property
    def children(self) -> dict[UUID, Child]:
        return {one.child.id: one.child for one in self.told}

    def name(self, child_id: UUID) -> str:
        return self.children[child_id].first_name


Chapter = Callable[[Session, Reader], Iterable[Row]]
CHAPTERS: Final[dict[str, Chapter]] = {}
#: Fields that hold one of the codes of an enumeration, or several.
CODES: Final[dict[str, type[Labelled]]] = {}


def chapter(name: str) -> Callable[[Chapter], Chapter]:
    """Add what the function returns under that name."""

    def keep(made: Chapter) -> Chapter:
        CHAPTERS[name] = made
        return made

    return keep


def coded(**fields: type[Labelled]) -> None:
    """Say which fields hold codes, so that paper can say them in words."""
    CODES.update(fields)


def gather(session: Session, actor: Actor, organisation_id: UUID) -> Copy:
    """Return all of it; the same chapters and fields for everybody, also where nothing is kept."""
    home = _household(session, actor, organisation_id)
    reader = Reader(
        actor=actor, organisation=home.organisation, told=home.children,
        carers=session.scalars(
            select(Carer)
            .where(Carer.user_id == actor.id, Carer.organisation_id == organisation_id)
            .order_by(Carer.id)
        ).all(),
    )  # fmt: skip
    head = {
        "format": FORMAT,
        "made_at": clock.now().isoformat(timespec="seconds"),
        "organisation": home.organisation.name,
    }
    return head | {name: list(make(session, reader)) for name, make in CHAPTERS.items()}


def _household(session: Session, actor: Actor, organisation_id: UUID) -> Household:
    homes = queries.households(session, actor)
    found = next((one for one in homes if one.organisation.id == organisation_id), None)
    if found is None:
        raise NoResultFound
    return found


def as_json(copy: Copy) -> bytes:
    return json.dumps(copy, ensure_ascii=False, indent=2).encode()


def as_csv(copy: Copy) -> bytes:
    """Return one table per chapter, zipped; no cell in them is taken for a formula."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as bundle:
        for name, rows in copy.items():
            if not isinstance(rows, str):
                bundle.writestr(f"{name}.csv", _table(rows))
    return packed.getvalue()


def _table(rows: Sequence[Row]) -> str:
    text = io.StringIO(newline="")
    text.write("\ufeff")  # so that a spreadsheet reads every alphabet
    if rows:
        table = csv.writer(text)
        table.writerow(rows[0])
        table.writerows([cell(value) for value in row.values()] for row in rows)
    return text.getvalue()


def cell(value: str | int | bool | None) -> str:
    """Return what stands in a cell, with a mark before what would be worked out."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) else text


coded(channel=Channel, fate=Fate, you_are=Relation)
coded(purpose=ConsentPurpose, answer=Answer, method=ConsentMethod)


@chapter("me")
def me(session: Session, reader: Reader) -> Iterable[Row]:
    for one in reader.carers:
        yield {
            "name": one.name, "phone": one.phone, "email": one.email, "language": one.language,
            "reminders": one.reminders, "channel": one.channel.value,
        }  # fmt: skip


@chapter("children")
def children(session: Session, reader: Reader) -> Iterable[Row]:
    for told in reader.told:
        child = told.child
        mine = next(care for care in child.cares if care.carer.user_id == reader.actor.id)
        yield {
            "first_name": child.first_name, "surname": child.surname,
            "born_on": child.born_on.isoformat(), "you_are": mine.relation.value,
            "neighbourhood": told.neighbourhood, "emergency_name": child.emergency_name,
            "emergency_phone": child.emergency_phone, "goes_home_alone": child.goes_home_alone,
            "picked_up_by": child.picked_up_by,
        }  # fmt: skip


@chapter("near_persons")
def near_persons(session: Session, reader: Reader) -> Iterable[Row]:
    """Yield whom this parent named; whom another carer named is not theirs to take away."""
    named = session.scalars(
        select(NearPerson)
        .where(
            NearPerson.child_id.in_(reader.children),
            NearPerson.carer_id.in_([one.id for one in reader.carers]),
        )
        .order_by(NearPerson.child_id, NearPerson.place)
    )
    for one in named:
        yield {
            "child": reader.name(one.child_id), "name": one.name, "phone": one.phone,
            "relation": one.relation, "is_called": one.calls, "picks_up": one.picks_up,
        }  # fmt: skip


@chapter("homes")
def homes(session: Session, reader: Reader) -> Iterable[Row]:
    for told in reader.told:
        for since, neighbourhood in told.moves:
            yield {
                "child": told.child.first_name, "since": since.isoformat(),
                "neighbourhood": neighbourhood,
            }  # fmt: skip


@chapter("consents")
def consents(session: Session, reader: Reader) -> Iterable[Row]:
    for told in reader.told:
        for one in told.agreed:
            yield {
                "child": told.child.first_name, "at": one.at.isoformat(timespec="seconds"),
                "purpose": one.purpose.value, "answer": one.answer.value,
                "method": one.method.value,
            }  # fmt: skip


@chapter("messages")
def messages(session: Session, reader: Reader) -> Iterable[Row]:
    ids = [one.id for one in reader.carers]
    addresses = [one.email for one in reader.carers if one.email]
    found = session.scalars(
        select(Message)
        .where(
            Message.organisation_id == reader.organisation.id,
            or_(
                Message.reader_id.in_(ids),
                Message.reader_id.is_(None) & Message.address.in_(addresses),
            ),
        )
        .order_by(Message.id)
    )
    for one in found:
        yield {
            "at": one.created_at.isoformat(timespec="seconds"), "what": one.template,
            "channel": one.channel.value, "fate": one.fate.value,
        }  # fmt: skip

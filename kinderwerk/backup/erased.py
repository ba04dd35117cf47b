"""The list of what was ever erased, by opaque ids: whoever puts something older back reads it."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.accounts.models import Organisation
from kinderwerk.core.retention import Line
from kinderwerk.privacy import erasing
from kinderwerk.storage.erasing import Erasure, Kind


class Damaged(Exception):
    """Says in which line a list cannot be read."""


@dataclass(frozen=True, slots=True)
class Gone:
    """One line of the list."""

    at: datetime
    organisation_id: UUID | None
    kind: Kind
    subject_id: UUID
    line: Line | None


def told(session: Session) -> str:
    found = session.execute(
        select(Erasure.at, Erasure.organisation_id, Erasure.kind, Erasure.subject_id, Erasure.line)
        .order_by(Erasure.id)
    )  # fmt: skip
    return "".join(
        json.dumps([at.isoformat(), here and str(here), kind, str(subject_id), line]) + "\n"
        for at, here, kind, subject_id, line in found
    )


def read(file: Path) -> list[Gone]:
    found = []
    for number, text in enumerate(file.read_text().splitlines(), 1):
        try:
            at, here, kind, subject_id, line = json.loads(text)
            found.append(
                Gone(
                    datetime.fromisoformat(at), UUID(here) if here else None, Kind(kind),
                    UUID(subject_id), Line(line) if line else None,
                )
            )  # fmt: skip
        except (ValueError, TypeError, AttributeError):
            raise Damaged(f"{file.name} is damaged in line {number}.") from None
    return found


def again(session: Session, gone: list[Gone]) -> int:
    """Erase what had gone when the list was written and is not known here to have gone."""
    done = 0
    houses = set(session.scalars(select(Organisation.id)))
    for one in gone:
        mine = Erasure.kind == one.kind, Erasure.subject_id == one.subject_id
        known = session.scalar(select(Erasure.id).where(*mine).limit(1))
        if known is None and one.organisation_id in {None, *houses}:
            erasing.erase(
                session, SYSTEM, one.organisation_id, one.kind, [one.subject_id], one.line
            )
            session.flush()
            session.expire_all()
            done += 1
    return done

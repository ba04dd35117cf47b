"""What helpers must know, told in two records of one child: nothing of it is lost.

It is sealed anew under the note that stays, and nobody reads it for that.
"""

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.audit import service as audit
from kinderwerk.families.merging import Merge
from kinderwerk.families.moving import drop, shift
from kinderwerk.notes.models import CareNote
from kinderwerk.notes.rules import Food, Support, stored, told
from kinderwerk.storage.sealing import Open, opener, place, seal
from kinderwerk.storage.work import revise

IN_WORDS: Final = ("medical", "food_else", "joining")
CHOSEN: Final = (("food", Food), ("support", Support))


def move(session: Session, merge: Merge) -> None:
    mine, theirs = (
        session.scalar(select(CareNote).where(CareNote.child_id == id))
        for id in (merge.kept, merge.gone)
    )
    if mine and theirs:
        _join(session, mine, theirs)
        audit.record(session, SYSTEM, "medical.joined", merge.kept, also=[mine.id])
        drop(session, CareNote, CareNote.id == theirs.id)
    else:
        shift(session, CareNote.child_id, merge.gone, merge.kept)


def _join(session: Session, mine: CareNote, theirs: CareNote) -> None:
    opened = opener(session)
    said = [_told(session, note, opened) for note in (mine, theirs)]
    texts: dict[str, str | None] = {
        name: "\n".join(dict.fromkeys(filter(None, (one[name] for one in said)))) or None
        for name in IN_WORDS
    }
    for name, kind in CHOSEN:
        chosen = {each for one in said for each in told(kind, one[name])}
        texts[name] = stored([each for each in kind if each in chosen])
    until, hands = max(mine.until, theirs.until), max(mine.hands, theirs.hands)
    revise(mine, None, until=until, hands=hands)
    seal(session, mine, **texts)
    session.flush()


def _told(session: Session, note: CareNote, opened: Open) -> dict[str, str | None]:
    columns = [*IN_WORDS, *(name for name, _kind in CHOSEN)]
    row = session.execute(
        select(*(getattr(CareNote, name) for name in columns)).where(CareNote.id == note.id)
    ).one()
    return {
        name: sealed and opened(sealed, place("care_note", name, note.id))
        for name, sealed in zip(columns, row, strict=True)
    }

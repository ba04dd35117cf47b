"""What helpers must know, told in two records of one child: nothing of it is lost.

It is sealed anew under the note that stays, and nobody reads it for that.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.audit import service as audit
from kinderwerk.families.merging import Merge
from kinderwerk.families.moving import drop, shift
from kinderwerk.notes.joining import joined, opened
from kinderwerk.notes.models import CareNote
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import revise


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
    texts = joined([opened(session, note) for note in (mine, theirs)])
    until, hands = max(mine.until, theirs.until), max(mine.hands, theirs.hands)
    revise(mine, None, until=until, hands=hands)
    seal(session, mine, **texts)
    session.flush()

"""What was told twice of one child is told once, and nothing of it is lost.

Nobody reads it for that.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.notes.models import CareNote
from kinderwerk.notes.rules import Food, Support, stored, told
from kinderwerk.storage.sealing import opener, place

IN_WORDS: Final = ("medical", "food_else", "joining")
CHOSEN: Final = (("food", Food), ("support", Support))


def joined(said: Sequence[Mapping[str, str | None]]) -> dict[str, str | None]:
    """Return all that was said, in the order in which it was."""
    texts: dict[str, str | None] = {
        name: "\n".join(dict.fromkeys(filter(None, (one[name] for one in said)))) or None
        for name in IN_WORDS
    }
    for name, kind in CHOSEN:
        chosen = {each for one in said for each in told(kind, one[name])}
        texts[name] = stored([each for each in kind if each in chosen])
    return texts


def opened(session: Session, note: CareNote) -> dict[str, str | None]:
    """Open a note for what is made of it; whoever asked does not see it."""
    columns = [*IN_WORDS, *(name for name, _kind in CHOSEN)]
    opens = opener(session)
    row = session.execute(
        select(*(getattr(CareNote, name) for name in columns)).where(CareNote.id == note.id)
    ).one()
    return {
        name: sealed and opens(sealed, place("care_note", name, note.id))
        for name, sealed in zip(columns, row, strict=True)
    }

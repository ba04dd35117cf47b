"""Stories about their children, in the copy that a family takes away."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from kinderwerk.families.copies import Reader, Row, chapter
from kinderwerk.stories import queries


@chapter("stories")
def stories(session: Session, reader: Reader) -> Iterable[Row]:
    for story in queries.of_children(session, reader.children):
        yield {
            "child": reader.name(story.child_id), "told_on": story.told_on.isoformat(),
            "words": story.words,
            "released_on": story.released_on.isoformat() if story.released_on else None,
        }  # fmt: skip

"""Who looked, in the copy that a family takes away: somebody who works there, and no more."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from kinderwerk.core import clock
from kinderwerk.families.copies import Reader, Row, chapter, coded
from kinderwerk.trail import queries
from kinderwerk.trail.queries import LONGEST, Period
from kinderwerk.trail.words import Kind

coded(how=Kind)


@chapter("who_looked")
def who_looked(session: Session, reader: Reader) -> Iterable[Row]:
    today = clock.today()
    for one in queries.of_family(session, reader.actor, Period(today - LONGEST, today)):
        if one.organisation == reader.organisation.name:
            yield {
                "day": one.day.isoformat(), "who": "medewerker", "what": one.about,
                "how": one.kind.value, "times": one.times,
            }  # fmt: skip

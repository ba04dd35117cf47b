"""Whether anybody who has all reports can work out a number that they hide.

Exact elimination over all sums and bounds that tighten each other look for it (disclosure.audit),
and linear programming for what is left too little open (disclosure.bounds): over everything that
went out of a year at once, all levels, organisations, goals and periods. A report that is not out
yet is looked at beside what is.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kinderwerk.core.periods import Period
from kinderwerk.disclosure.tables import Place
from kinderwerk.reports import queries, rules
from kinderwerk.reports.models import Edition


@dataclass(frozen=True, slots=True)
class Audited:
    """A report, and the hidden numbers that it and the released ones of its year give away."""

    municipality: str
    period: str
    out: bool
    hidden: int
    exposed: frozenset[Place]
    tight: frozenset[Place]

    @property
    def verdict(self) -> str:
        state = "released" if self.out else "waits"
        found = f"{len(self.exposed)} of them exposed, {len(self.tight)} bounded too tightly"
        return f"{state}, {self.hidden} hidden, {found}"


def audited(session: Session) -> Iterator[Audited]:
    """Yield what was found of each report, the oldest first."""
    editions = session.scalars(
        select(Edition)
        .options(joinedload(Edition.municipality))
        .order_by(Edition.municipality_id, Edition.period, Edition.number)
    ).all()
    for edition in editions:
        period = Period.read(edition.period)
        made = queries.made(session, [edition])[0]
        counts = queries.counts(session, rules.frame_of(made.held))
        beside = queries.out_before(session, edition.municipality_id, period, edition.number)
        yield Audited(
            municipality=edition.municipality.name, period=rules.span(edition.content),
            out=edition.released_at is not None,
            hidden=sum(shown.hidden for shown in rules.published(made.held).values()),
            exposed=rules.given_away(made, counts, beside),
            tight=rules.left_tight(made, counts, beside),
        )  # fmt: skip

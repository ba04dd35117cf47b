"""Reading across the features below what the map tells of each neighbourhood."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.core.ids import ALL
from kinderwerk.core.periods import Period
from kinderwerk.facts import queries as facts
from kinderwerk.facts.rules import Level, Measure
from kinderwerk.neighbourhood_map import rules
from kinderwerk.neighbourhood_map.outlined import joined
from kinderwerk.neighbourhood_map.rules import Area, Row
from kinderwerk.places import queries as places

FINE = (
    Measure.CHILDREN, Measure.VISITS_NAMED, Measure.VISITS_TALLY, Measure.SUPPORT_CONTACTS,
    Measure.SUPPORT_FAMILIES, Measure.REFERRALS,
)  # fmt: skip


def areas(session: Session, municipality_id: UUID) -> list[Area]:
    found = places.neighbourhoods(session, municipality_id)
    living = places.children_living(session, [one.id for one in found])
    return [
        Area(one.id, one.name, one.district_id, one.district.name, living.get(one.id))
        for one in found
    ]


def neighbourhood_rows(
    session: Session, organisation_id: UUID, known: Sequence[Area], period: Period,
    goal_id: UUID | None = None,
) -> list[Row]:  # fmt: skip
    """Return what may be told of each neighbourhood in a fixed period.

    With a goal only those who came for it are counted; help is never for a goal.
    """
    wanted = goal_id or ALL
    counts = facts.counts(
        session, organisation_ids=[organisation_id], periods=[str(period)], measures=FINE,
        goal_ids={ALL, wanted},
    )  # fmt: skip
    safe = rules.protected(organisation_id, known, counts, FINE, tuple(Level), wanted)
    return [rules.row(area, str(area.id), safe, FINE) for area in known]


def signal_rows(
    session: Session, organisation_id: UUID, known: Sequence[Area], period: Period
) -> list[Row]:
    """Return the totals of signals per district, for the half-year in which the period lies."""
    half = next(
        (p for p in Period.holding(period.begins) if p.kind == "H"), period
    ) if period.kind == "Q" else period  # fmt: skip
    counts = facts.counts(
        session, organisation_ids=[organisation_id], periods=[str(half)],
        measures=[Measure.SIGNALS],
    )  # fmt: skip
    levels = (Level.WHOLE, Level.DISTRICT)
    safe = rules.protected(organisation_id, known, counts, [Measure.SIGNALS], levels)
    first = {area.district_id: area for area in reversed(known)}
    return [
        rules.row(area, str(area.district_id), safe, [Measure.SIGNALS])
        for area in sorted(first.values(), key=lambda one: one.district)
    ]


def outlines(session: Session, municipality_id: UUID) -> Mapping[UUID, str]:
    return places.written_outlines(session, municipality_id)


def district_outlines(
    known: Sequence[Area], written: Mapping[UUID, str]
) -> Mapping[UUID, dict[str, Any]]:
    """Return the outline of each district: that of its neighbourhoods together."""
    parts: dict[UUID, list[str]] = {}
    for area in known:
        if area.id in written:
            parts.setdefault(area.district_id, []).append(written[area.id])
    return {district: joined(tuple(those)) for district, those in parts.items()}

"""What a goal report holds: exact counts in, what may be told out."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any, Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.ids import ALL
from kinderwerk.core.periods import Period
from kinderwerk.core.words import N_
from kinderwerk.disclosure.protection import Protected, protect
from kinderwerk.disclosure.tables import Axis, Key, Kind, Place, Shown, Split, Table, share
from kinderwerk.facts.rules import CellKey, Level, Measure

WHOLE: Final = "whole"
ELSEWHERE: Final = "elsewhere"
EVERYBODY: Final = "all"
REST: Final = "rest "
#: Counted per goal; the others per organisation only.
REACH: Final = (Measure.VISITS_NAMED, Measure.VISITS_TALLY, Measure.CHILDREN)
SENSITIVE: Final = (
    Measure.SIGNALS, Measure.SUPPORT_CONTACTS, Measure.SUPPORT_FAMILIES, Measure.REFERRALS,
)  # fmt: skip
#: Different children of two areas, goals or half-years are not the children of both together.
UNIQUE: Final = frozenset({Measure.CHILDREN})


class NotOver(Refusal):
    message = N_("This period is not over yet. A report is made of a whole period.")
    field = "period"


class MadeAlready(Refusal):
    message = N_("There is a report of this period already.")
    field = "period"


class Released(Refusal):
    message = N_("This report is released: it stays as it is.")


class NotSafe(Refusal):
    message = N_(
        "What was released before gives away a small number of this report. It cannot be released."
    )


class Overtaken(Refusal):
    message = N_("Another report of this year went out meanwhile. Count this one again first.")


@dataclass(frozen=True, slots=True)
class Area:
    """A district, with the children living there in the age band that was published.

    `living` is None unless it is known of every neighbourhood in the district.
    """

    id: UUID
    name: str
    living: int | None


@dataclass(frozen=True, slots=True)
class Aim:
    """A goal of an organisation, with what was aimed at."""

    id: UUID
    organisation_id: UUID
    title: str
    theme: str
    target_visits: int | None
    target_children: int | None


@dataclass(frozen=True, slots=True)
class Frame:
    """Everything a report is about, but the counts."""

    period: Period
    municipality: str
    organisations: Sequence[tuple[UUID, str]]
    districts: Sequence[Area]
    aims: Sequence[Aim]
    living: int | None
    band: str


def offered(today: date) -> list[Period]:
    """Return the half-years and years that are over, the newest first."""
    _quarter, half, year = Period.holding(today)
    halves = [half.previous, half.previous.previous, half.previous.previous.previous]
    return [halves[0], halves[1], halves[2], year.previous]


def check_over(period: Period, today: date) -> None:
    if period.ends >= today or period.kind == "Q":
        raise NotOver


def table(frame: Frame, measure: Measure, counts: Mapping[CellKey, int]) -> Table:
    """Return the exact counts of a measure with every margin that the report prints.

    Its axes are the half-years and the year, the areas, and whose work it was. What is not
    printed in this edition but follows from this and others together is there as well.
    """
    axes = _axes(frame, measure, (ELSEWHERE,))
    cells = _counted(axes, measure, counts)
    _fill_rests(cells, axes)
    if not any(n for key, n in cells.items() if key[1] == ELSEWHERE):
        axes = _axes(frame, measure, ())
        cells = {key: n for key, n in cells.items() if key[1] != ELSEWHERE}
    hidden = {
        key
        for key in cells
        if key[0] != str(frame.period) or key[1] == ELSEWHERE or key[2].startswith(REST)
    }
    return Table(
        name=measure.value, kind=Kind.PARTICIPATION if measure in REACH else Kind.SENSITIVE,
        axes=axes, counts=cells, unpublished=frozenset(hidden),
        within=Measure.VISITS_NAMED.value if measure in UNIQUE else None,
    )  # fmt: skip


def _axes(frame: Frame, measure: Measure, more: tuple[str, ...]) -> tuple[Axis, Axis, Axis]:
    adds = measure not in UNIQUE
    year = str(frame.period.year)
    halves = (str(Period(frame.period.year, "H", 1)), str(Period(frame.period.year, "H", 2)))
    districts = (*(str(area.id) for area in frame.districts), *more)
    splits = (Split(WHOLE, districts, adds),) if districts else ()
    return (
        Axis("period", (year, *halves), (Split(year, halves, adds),)),
        Axis("area", (WHOLE, *districts), splits),
        _works(frame, measure),
    )


def _counted(
    axes: tuple[Axis, Axis, Axis], measure: Measure, counts: Mapping[CellKey, int]
) -> dict[Key, int]:
    cells: dict[Key, int] = dict.fromkeys(product(*(axis.members for axis in axes)), 0)
    for key, n in counts.items():
        for place in _places(key, axes[2]) if key.measure is measure else ():
            if place in cells:
                cells[place] += n
    return cells


def _fill_rests(cells: dict[Key, int], axes: tuple[Axis, Axis, Axis]) -> None:
    """Put into each rest what a total has more than its other parts together."""
    for n, split in ((n, split) for n, axis in enumerate(axes) for split in axis.splits):
        if not split.parts[-1].startswith((ELSEWHERE, REST)):
            continue
        for key in [key for key in cells if key[n] == split.total]:
            parts = [(*key[:n], part, *key[n + 1 :]) for part in split.parts]
            cells[parts[-1]] = max(0, cells[key] - sum(cells[part] for part in parts[:-1]))


def _works(frame: Frame, measure: Measure) -> Axis:
    houses = tuple(str(id) for id, _name in frame.organisations)
    splits = [Split(EVERYBODY, houses)]
    members = [EVERYBODY, *houses]
    for house in houses if measure in REACH else ():
        aims = tuple(str(aim.id) for aim in frame.aims if str(aim.organisation_id) == house)
        if aims:
            splits.append(Split(house, (*aims, _rest(house)), adds=False))
            members += [*aims, _rest(house)]
    return Axis("work", tuple(members), tuple(splits))


def _rest(house: str) -> str:
    """What an organisation did for goals that are not in this report."""
    return f"{REST}{house}"


def _places(key: CellKey, works: Axis) -> Iterable[Key]:
    """Return where a count stands; that of an organisation is part of everybody's as well."""
    area = WHOLE if key.level is Level.WHOLE else str(key.area_id)
    if key.level is Level.NEIGHBOURHOOD:
        return
    if key.goal_id == ALL:
        yield key.period, area, str(key.organisation_id)
        yield key.period, area, EVERYBODY
    elif str(key.goal_id) in works.members:
        yield key.period, area, str(key.goal_id)


def protected(
    frame: Frame, counts: Mapping[CellKey, int], earlier: Mapping[Place, Shown]
) -> Protected:
    return protect([table(frame, measure, counts) for measure in (*REACH, *SENSITIVE)], earlier)


def check_fit(held: Mapping[str, Any], earlier: Mapping[Place, Shown]) -> None:
    """Refuse to let go out what earlier editions give away, or what was protected without them."""
    if held["earlier"] != fingerprint(earlier):
        raise Overtaken
    if not held["safe"]:
        raise NotSafe


def fingerprint(earlier: Mapping[Place, Shown]) -> str:
    told = {f"{measure} {key}": shown.count for (measure, key), shown in earlier.items()}
    return digest(told)


def content(frame: Frame, safe: Protected, earlier: Mapping[Place, Shown]) -> dict[str, Any]:
    """Return the whole edition as it is kept: only what may be told, None for what may not."""
    areas = [WHOLE, *(str(area.id) for area in frame.districts)]
    works = [EVERYBODY, *(str(id) for id, _ in frame.organisations)]
    aims = [str(aim.id) for aim in frame.aims]
    told = {
        measure.value: {
            area: {
                work: safe.at(measure.value, str(frame.period), area, work).count
                for work in (works + aims if measure in REACH else works)
            }
            for area in areas
        }
        for measure in (*REACH, *SENSITIVE)
    }
    return {
        "period": str(frame.period),
        "municipality": frame.municipality,
        "band": frame.band,
        "living": frame.living,
        "organisations": [{"id": str(id), "name": name} for id, name in frame.organisations],
        "districts": [
            {"id": str(area.id), "name": area.name, "living": area.living}
            for area in frame.districts
        ],
        "goals": [
            {
                "id": str(aim.id), "organisation": str(aim.organisation_id), "title": aim.title,
                "theme": aim.theme, "target_visits": aim.target_visits,
                "target_children": aim.target_children,
            }
            for aim in frame.aims
        ],
        "told": told,
        "safe": not safe.unproven,
        "earlier": fingerprint(earlier),
    }  # fmt: skip


def digest(held: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical form, which shows that nothing was changed since."""
    canonical = json.dumps(held, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def published(held: Mapping[str, Any]) -> dict[Place, Shown]:
    """Return what an earlier edition told, as the next one must take it for known."""
    return {
        (measure, (held["period"], area, work)): Shown(
            Kind.PARTICIPATION if Measure(measure) in REACH else Kind.SENSITIVE, count
        )
        for measure, by_area in held["told"].items()
        for area, by_work in by_area.items()
        for work, count in by_work.items()
    }


def together(living: Iterable[int | None]) -> int | None:
    """Add up who lives in the parts of an area; not known if of one part it is not known.

    Children are counted in the whole area, and a share of them has to be of the same area.
    """
    known = list(living)
    told = [one for one in known if one is not None]
    return sum(told) if known and len(told) == len(known) else None


def percent(part: int | None, whole: int | None) -> int | None:
    """Return whole percents of a base of at least twenty, else None.

    Never above a hundred: children of other ages than the published ones come as well.
    """
    if part is None or whole is None:
        return None
    found = share(Shown(Kind.PARTICIPATION, part), whole)
    return None if found is None else min(found, 100)

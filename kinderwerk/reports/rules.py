"""What a goal report holds: exact counts in, what may be told out."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import product
from typing import Any, Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.ids import ALL
from kinderwerk.core.periods import Period
from kinderwerk.core.words import N_
from kinderwerk.disclosure.audit import exposed
from kinderwerk.disclosure.protection import Protected, protect
from kinderwerk.disclosure.tables import Axis, Key, Kind, Place, Shown, Split, Table, share
from kinderwerk.facts.rules import CellKey, Level, Measure

WHOLE: Final = "whole"
ELSEWHERE: Final = "elsewhere"
EVERYBODY: Final = "all"
REST: Final = "rest "
#: An edition as it is kept.
Held = Mapping[str, Any]
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


class Changed(Refusal):
    message = N_("The figures were counted again since you looked. Look at them once more.")


class NotSafe(Refusal):
    message = N_(
        "Together with what went out before, this report would give away a small number."
        " Nothing went out."
    )


class Overtaken(Refusal):
    message = N_(
        "Another report of this year went out meanwhile, and this one was protected without it."
        " Nothing went out."
    )


@dataclass(frozen=True, slots=True)
class Made:
    """An edition: what it holds for readers, and the exact counts behind it, which none sees.

    What went out stays as it was; corrections that came later are in later editions only.
    """

    held: Held
    counted: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Band:
    """Of which ages (both included) and which year it was published who lives here."""

    first: int
    last: int
    year: int


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
    band: Band | None


def offered(today: date) -> list[Period]:
    """Return the half-years and years that are over, the newest first."""
    _quarter, half, year = Period.holding(today)
    halves = [half.previous, half.previous.previous, half.previous.previous.previous]
    return [halves[0], halves[1], halves[2], year.previous]


def check_over(period: Period, today: date) -> None:
    if period.ends >= today or period.kind == "Q":
        raise NotOver


def table(
    frame: Frame, measure: Measure, counts: Mapping[CellKey, int],
    earlier: Sequence[Made] = (),
) -> Table:  # fmt: skip
    """Return the exact counts of a measure with every margin that the report prints.

    Its axes are the periods, the areas, and whose work it was. What earlier editions printed is
    there as well, and what is printed nowhere yet follows from them and this one together: who
    has a year and one half of it has the other.
    """
    axes = (
        _periods(frame, measure, earlier),
        _areas(frame, measure, earlier),
        _works(frame, measure, earlier),
    )
    now = _counted_now(axes, measure, counts)
    out = {one.held["period"]: _counted_then(one, measure) for one in earlier}
    then = {key: out[key[0]].get(key) if key[0] in out else n for key, n in now.items()}
    printed = set(product(*_printed(frame, measure)))
    return Table(
        name=measure.value, kind=Kind.PARTICIPATION if measure in REACH else Kind.SENSITIVE,
        axes=axes, counts={key: n for key, n in then.items() if n is not None},
        unpublished=frozenset(now.keys() - printed),
        absent=frozenset(key for key, n in then.items() if n is None),
        within=Measure.VISITS_NAMED.value if measure in UNIQUE else None,
    )  # fmt: skip


def _counted_then(made: Made, measure: Measure) -> dict[Key, int]:
    """Return the counts that an edition printed, as they were when it was made."""
    return {
        (made.held["period"], area, work): n
        for area, by_work in made.counted.get(measure.value, {}).items()
        for work, n in by_work.items()
    }


def _counted_now(
    axes: tuple[Axis, Axis, Axis], measure: Measure, counts: Mapping[CellKey, int]
) -> dict[Key, int]:
    cells: dict[Key, int] = dict.fromkeys(product(*(axis.members for axis in axes)), 0)
    for key, n in counts.items():
        for place in _places(key, axes[2]) if key.measure is measure else ():
            if place in cells:
                cells[place] += n
    return cells


def _printed(frame: Frame, measure: Measure) -> tuple[list[str], list[str], list[str]]:
    """Return the members of each axis that this edition prints."""
    works = [EVERYBODY, *(str(id) for id, _name in frame.organisations)]
    if measure in REACH:
        works += [str(aim.id) for aim in frame.aims]
    return [str(frame.period)], [WHOLE, *(str(area.id) for area in frame.districts)], works


def _periods(frame: Frame, measure: Measure, earlier: Sequence[Made]) -> Axis:
    """Halves tell of each other only once the year is there: who has it and one has the other.

    Two halves without it are two editions that nothing ties together; and whatever they told, the
    year can still hide all that would be too much.
    """
    year = str(frame.period.year)
    if year not in (str(frame.period), *(one.held["period"] for one in earlier)):
        return Axis("period", (str(frame.period),))
    halves = (str(Period(frame.period.year, "H", 1)), str(Period(frame.period.year, "H", 2)))
    split = Split(year, halves, measure not in UNIQUE, over_time=True)
    return Axis("period", (year, *halves), (split,))


def _areas(frame: Frame, measure: Measure, earlier: Sequence[Made]) -> Axis:
    known = dict.fromkeys(str(area.id) for area in frame.districts)
    known |= dict.fromkeys(area["id"] for one in earlier for area in one.held["districts"])
    districts = tuple(known)
    splits = (Split(WHOLE, districts, rest=ELSEWHERE),) if districts else ()
    return Axis("area", (WHOLE, *districts), splits)


def _works(frame: Frame, measure: Measure, earlier: Sequence[Made]) -> Axis:
    aims: dict[str, dict[str, None]] = {str(id): {} for id, _name in frame.organisations}
    for house in (house for one in earlier for house in one.held["organisations"]):
        aims.setdefault(house["id"], {})
    for aim in frame.aims:
        aims[str(aim.organisation_id)][str(aim.id)] = None
    for goal in (goal for one in earlier for goal in one.held["goals"]):
        aims[goal["organisation"]][goal["id"]] = None
    splits = [Split(EVERYBODY, tuple(aims))]
    members = [EVERYBODY, *aims]
    for house, theirs in aims.items() if measure in REACH else ():
        if theirs:
            splits.append(Split(house, tuple(theirs), adds=False, rest=f"{REST}{house}"))
            members += theirs
    return Axis("work", tuple(members), tuple(splits))


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


def tables(frame: Frame, counts: Mapping[CellKey, int], earlier: Sequence[Made]) -> list[Table]:
    return [table(frame, measure, counts, earlier) for measure in (*REACH, *SENSITIVE)]


def make(frame: Frame, counts: Mapping[CellKey, int], earlier: Sequence[Made]) -> Made:
    """Return an edition, protected and looked at once more."""
    exact = tables(frame, counts, earlier)
    safe = protect(exact, told(earlier))
    made = Made(content(frame, safe, earlier), _counted(frame, exact))
    fit = not safe.unproven and not given_away(made, counts, earlier)
    return Made({**made.held, "safe": fit}, made.counted)


def _counted(frame: Frame, exact: Iterable[Table]) -> dict[str, Any]:
    counted: dict[str, Any] = {}
    for one in exact:
        for period, area, work in product(*_printed(frame, Measure(one.name))):
            by_area = counted.setdefault(one.name, {}).setdefault(area, {})
            by_area[work] = one.counts[period, area, work]
    return counted


def given_away(
    made: Made, counts: Mapping[CellKey, int], earlier: Sequence[Made]
) -> frozenset[Place]:
    """Return the hidden counts that this edition and the earlier ones together give away.

    `counts` are needed of periods of the same year that did not go out.
    """
    editions = [*earlier, made]
    return exposed(tables(frame_of(made.held), counts, editions), told(editions))


def check_fit(made: Made, counts: Mapping[CellKey, int], earlier: Sequence[Made]) -> None:
    """Refuse to let go out what would give something away, or was protected without the others."""
    if made.held["earlier"] != fingerprint(earlier):
        raise Overtaken
    if not made.held["safe"] or given_away(made, counts, earlier):
        raise NotSafe


def frame_of(held: Held) -> Frame:
    """Return what an edition that was made is about."""
    return Frame(
        period=Period.read(held["period"]),
        municipality=held["municipality"],
        organisations=[(UUID(house["id"]), house["name"]) for house in held["organisations"]],
        districts=[
            Area(UUID(area["id"]), area["name"], area["living"]) for area in held["districts"]
        ],
        aims=[
            Aim(
                UUID(goal["id"]), UUID(goal["organisation"]), goal["title"], goal["theme"],
                goal["target_visits"], goal["target_children"],
            )
            for goal in held["goals"]
        ],
        living=held["living"],
        band=Band(**held["band"]) if held["band"] else None,
    )  # fmt: skip


def told(editions: Iterable[Made]) -> dict[Place, Shown]:
    """Return everything that these editions told."""
    return {place: shown for one in editions for place, shown in published(one.held).items()}


def fingerprint(earlier: Sequence[Made]) -> str:
    return digest(
        {f"{measure} {key}": shown.count for (measure, key), shown in told(earlier).items()}
    )


def content(frame: Frame, safe: Protected, earlier: Sequence[Made]) -> dict[str, Any]:
    """Return what an edition holds: only what may be told, None for what may not."""
    areas = [WHOLE, *(str(area.id) for area in frame.districts)]
    works = [EVERYBODY, *(str(id) for id, _ in frame.organisations)]
    aims = [str(aim.id) for aim in frame.aims]
    shown = {
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
        "band": asdict(frame.band) if frame.band else None,
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
        "told": shown,
        "safe": False,
        "earlier": fingerprint(earlier),
    }  # fmt: skip


def digest(held: Held) -> str:
    """Return the SHA-256 of the canonical form, which shows that nothing was changed since."""
    canonical = json.dumps(held, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def published(held: Held) -> dict[Place, Shown]:
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

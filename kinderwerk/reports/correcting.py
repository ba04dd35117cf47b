"""A new version of a report that is out: what is counted anew, what stays, and what changed.

The older version stays as it went out. The new one is about the same organisations, areas and
goals; what is new since belongs in the next report. Counts of persons change as
`disclosure.corrections` lets them. What groups answered is not counted again, for a version with
one answer more would tell that answer.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import product
from typing import Any, Final

from kinderwerk.core.errors import Refusal
from kinderwerk.core.naming import suspects
from kinderwerk.core.words import N_
from kinderwerk.disclosure.corrections import corrected
from kinderwerk.disclosure.tables import Axis, Key, Table
from kinderwerk.facts.rules import CellKey
from kinderwerk.reports import rules
from kinderwerk.reports.rules import HOURS, Aim, Area, Frame, Held, Made

LONGEST_REASON: Final = 500
#: Less than ten hours more or less may be the talk with one family.
LEAST_MINUTES: Final = 600


class NotOut(Refusal):
    message = N_("This report is not released. Count it again instead.")


class CorrectedAlready(Refusal):
    message = N_("There is a newer version of this report, or one in preparation.")


class NamesInside(Refusal):
    message = N_("Say why without names. There are names in it: %(places)s")
    field = "reason"


class NoReason(Refusal):
    message = N_("Say why the report is corrected. Everybody who reads it sees the reason.")
    field = "reason"


class NoCorrection(Refusal):
    message = N_("Only a correction that is not released can be dropped.")


@dataclass(frozen=True, slots=True)
class Change:
    """A published figure as it was, and as it is; None is one that is not shown."""

    measure: str
    area: str
    work: str
    old: int | None
    new: int | None


def check_reason(reason: str, held: Held, names: Iterable[str]) -> None:
    """Refuse a reason that names somebody; what the report itself names may be named."""
    if not reason.strip():
        raise NoReason
    for place in sorted(_named(held), key=len, reverse=True):
        reason = reason.replace(place, "")
    if found := [one.around for one in suspects(reason, names)]:
        raise NamesInside(places="; ".join(found))


def _named(held: Held) -> Iterator[str]:
    yield held["municipality"]
    yield from (house["name"] for house in held["organisations"])
    yield from (goal["title"] for goal in held["goals"])
    yield from (area.name for area in _areas(rules.frame_of(held).districts))


def make(
    about: Frame, counts: Mapping[CellKey, int], earlier: Sequence[Made], before: Made
) -> Made:
    """Return the next version of an edition that is out, protected beside all that is."""
    made = rules.make(about, counts, earlier, _own(about, counts, before))
    counted = rules.with_ages(about, made.counted, before.counted)
    return Made({**made.held, "done": _done(before.held, made.held)}, counted)


def frame(now: Frame, then: Held) -> Frame:
    """Return what the new version is about: the same, by the names and with the plans of today."""
    about = rules.frame_of(then)
    areas = {area.id: area for area in _areas(now.districts)}
    known = areas.keys() == {area.id for area in _areas(about.districts)}
    if known and (now.band == about.band or not about.ages):
        districts = [_area(area, areas) for area in about.districts]
        about = replace(about, districts=districts, living=now.living, band=now.band)
    aims = {aim.id: aim for aim in now.aims}
    houses = {id for id, _name in about.organisations}
    names = dict(now.organisations)
    return replace(
        about,
        number=about.number + 1,
        organisations=[(id, names.get(id, name)) for id, name in about.organisations],
        aims=[_aim(aim, aims) for aim in about.aims],
        grants=[grant for grant in now.grants if grant.organisation_id in houses],
    )  # fmt: skip


def changes(then: Held, now: Held) -> Iterator[Change]:
    """Yield the published figures that are not what they were."""
    for part in ("told", "done"):
        before = then.get(part, {})
        for measure, by_area in now.get(part, {}).items():
            for area, by_work in by_area.items():
                for work, new in by_work.items():
                    old = before.get(measure, {}).get(area, {}).get(work)
                    if old != new:
                        yield Change(measure, area, work, old, new)


def with_changes(made: Made, before: Held, digest: str, reason: str) -> Made:
    """Put into a version which one it corrects, why, and what changed."""
    corrects = {
        "number": made.held["number"] - 1, "digest": digest, "reason": reason,
        "changes": [asdict(one) for one in changes(before, made.held)],
    }  # fmt: skip
    return Made({**made.held, "corrects": corrects}, made.counted)


def _own(about: Frame, counts: Mapping[CellKey, int], before: Made) -> dict[str, dict[Key, int]]:
    plain = replace(about, number=1)
    now = [
        _of_period(rules.table(plain, measure, counts))
        for measure in rules.protected_measures(plain.period)
    ]
    found = corrected([_as_it_was(one, before) for one in now], now)
    return {
        name: {(about.span, area, work): n for (_, area, work), n in cells.items()}
        for name, cells in found.items()
    }


def _of_period(table: Table) -> Table:
    """Return a table of one period with the cells that are printed, and no other."""
    axes = (Axis("period", table.axes[0].members[:1]), *table.axes[1:])
    keys = product(*(axis.members for axis in axes))
    return replace(table, axes=axes, counts={key: table.counts[key] for key in keys})


def _as_it_was(table: Table, before: Made) -> Table:
    """Return the same cells with the counts that were frozen when the edition was made."""
    frozen = before.counted.get(table.name, {})
    was = {key: frozen.get(key[1], {}).get(key[2], 0) for key in table.counts}
    return replace(table, counts=was)


def _done(then: Held, now: Held) -> dict[str, Any]:
    """Return what was done: counted again, but answers never, and hours if they changed by ten."""
    before, done = then.get("done", {}), dict(now["done"])
    done |= {one.value: before[one.value] for one in rules.VOICE if one.value in before}
    for one in HOURS:
        was = before.get(one.value)
        done[one.value] = {
            area: {work: _minutes(n, was[area][work] if was else n) for work, n in works.items()}
            for area, works in done[one.value].items()
        }
    return done


def _minutes(now: int, then: int) -> int:
    return now if abs(now - then) >= LEAST_MINUTES else then


def _areas(districts: Iterable[Area]) -> Iterator[Area]:
    for district in districts:
        yield district
        yield from district.parts


def _area(area: Area, now: Mapping[Any, Area]) -> Area:
    known = now[area.id]
    return Area(area.id, known.name, known.living, [_area(part, now) for part in area.parts])


def _aim(aim: Aim, now: Mapping[Any, Aim]) -> Aim:
    known = now.get(aim.id, aim)
    return replace(known, organisation_id=aim.organisation_id)

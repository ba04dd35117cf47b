"""What a goal report holds: exact counts in, what may be told out."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from itertools import combinations, islice, product, zip_longest
from typing import Any, Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.ids import ALL
from kinderwerk.core.periods import Period
from kinderwerk.core.words import N_
from kinderwerk.disclosure import bounds
from kinderwerk.disclosure.audit import exposed
from kinderwerk.disclosure.knowledge import Knowledge
from kinderwerk.disclosure.protection import Protected, protect
from kinderwerk.disclosure.tables import Axis, Key, Kind, Place, Shown, Split, Table, share
from kinderwerk.facts.rules import CellKey, Level, Measure
from kinderwerk.stories.rules import MOST_TOLD

WHOLE: Final = "whole"
ELSEWHERE: Final = "elsewhere"
EVERYBODY: Final = "all"
REST: Final = "rest "
#: Between the ages and the organisation to which children of these came.
OF: Final = " of "
AGES: Final = "ages "
#: In the place of a goal: children of the ages that were published, on the day of their visit.
IN_BAND: Final = UUID(int=1)
QUARTERS_OFFERED: Final = 4
#: An edition as it is kept.
Held = Mapping[str, Any]
#: Counted per goal; the others per organisation only.
REACH: Final = (Measure.VISITS_NAMED, Measure.VISITS_TALLY, Measure.CHILDREN)
SENSITIVE: Final = (
    Measure.SIGNALS, Measure.SUPPORT_CONTACTS, Measure.SUPPORT_FAMILIES, Measure.REFERRALS,
)  # fmt: skip
#: What was done, and how long it took: it points at nobody, so it is told as it is.
DONE: Final = (Measure.SESSIONS,)
HOURS: Final = tuple(one for one in Measure if one.value.startswith("minutes_"))
#: What groups answered, of each goal. Nothing adds it up, so no answer of few can be worked out.
VOICE: Final = (Measure.MEASURED, Measure.ASKED, Measure.ANSWERS)
ENOUGH_ANSWERS: Final = 10
#: Different children of two areas, goals or half-years are not the children of both together.
UNIQUE: Final = frozenset({Measure.CHILDREN})


class NotOver(Refusal):
    message = N_("This period is not over yet. A report is made of a whole period.")
    field = "period"


class MadeAlready(Refusal):
    message = N_("There is a report of this period already.")
    field = "period"


class TooLate(Refusal):
    message = N_(
        "There is a report already of the longer period in which this one lies. Together they would"
        " tell too much of the rest of it."
    )
    field = "period"


class Released(Refusal):
    message = N_("This report is released: it stays as it is.")


class AnsweredAlready(Refusal):
    message = N_("The municipality answered already. What it wrote stays as it is.")


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


class NotLooked(Refusal):
    message = N_(
        "The last look at this report before it goes out did not come about. Nothing went out;"
        " try again in a minute."
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

    @property
    def code(self) -> str:
        """Return the work of which children of these ages are told."""
        return f"{AGES}{self.first}-{self.last}"


@dataclass(frozen=True, slots=True)
class Area:
    """A neighbourhood, or a district with its neighbourhoods.

    `living` are the children living there in the age band that was published; of a district it is
    None unless it is known of every neighbourhood.
    """

    id: UUID
    name: str
    living: int | None
    parts: Sequence["Area"] = ()


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
class Agreed:
    """What a grant asks of an organisation, over all its days."""

    organisation_id: UUID
    reference: str
    first: date
    last: date
    hours: int | None
    activities: int | None
    children: int | None


@dataclass(frozen=True, slots=True)
class Told:
    """A story as an edition keeps it: its words, for which goal, and nothing of the child."""

    id: str
    organisation: str
    words: str
    goal: str
    theme: str


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
    grants: Sequence["Agreed"] = ()
    number: int = 1
    #: Reports of long ago do not tell children of these ages apart.
    banded: bool = True

    @property
    def ages(self) -> list[str]:
        """Return the work of which children of the published ages are told, if it is."""
        return [self.band.code] if self.band and self.banded else []

    @property
    def span(self) -> str:
        return _span(str(self.period), self.number)

    @property
    def neighbourhoods(self) -> list[Area]:
        """Return the neighbourhoods that are not the whole of their district."""
        return [part for area in self.districts if len(area.parts) > 1 for part in area.parts]

    @property
    def works(self) -> list[str]:
        """Return whose work is told of in every area: everybody's, and each organisation's."""
        return [EVERYBODY, *(str(id) for id, _name in self.organisations)]

    @property
    def goals(self) -> list[str]:
        return [str(aim.id) for aim in self.aims]


def span(held: Held) -> str:
    """Return how an edition is told from all others of its year: its period, and which version."""
    return _span(held["period"], _number(held))


def _span(period: str, number: int) -> str:
    return period if number == 1 else f"{period}@{number}"


def _number(held: Held) -> int:
    number: int = held.get("number", 1)
    return number


def offered(today: date) -> list[Period]:
    """Return the quarters, half-years and years that are over, the longest and newest first."""
    quarter, half, year = Period.holding(today)
    halves = [half.previous, half.previous.previous, half.previous.previous.previous]
    quarters = [quarter.previous]
    while len(quarters) < QUARTERS_OFFERED:
        quarters.append(quarters[-1].previous)
    return [year.previous, *halves, *quarters]


def check_over(period: Period, today: date) -> None:
    if period.ends >= today:
        raise NotOver


def check_order(period: Period, made: Iterable[Period]) -> None:
    """A part comes before the whole: only the longer period can still hide what is left."""
    holding = Period.holding(period.begins)
    if not set(holding[holding.index(period) + 1 :]).isdisjoint(made):
        raise TooLate


def protected_measures(period: Period) -> tuple[Measure, ...]:
    """Return what disclosure control is for; a quarter is too short for anything sensitive."""
    return REACH if period.kind == "Q" else (*REACH, *SENSITIVE)


def table(
    frame: Frame, measure: Measure, counts: Mapping[CellKey, int],
    earlier: Sequence[Made] = (), own: Mapping[Key, int] | None = None,
) -> Table:  # fmt: skip
    """Return the exact counts of a measure with every margin that the report prints.

    Its axes are the periods, the areas, and whose work it was. What earlier editions printed is
    there as well, and what is printed nowhere yet follows from them and this one together: who
    has a year and one half of it has the other. A correction has counts of its `own`.
    """
    axes = (
        _periods(frame, measure, earlier),
        _areas(frame, measure, earlier),
        _works(frame, measure, earlier),
    )
    now = _counted_now(axes, measure, counts, frame.ages)
    out: dict[str, Mapping[Key, int]] = {
        span(one.held): _counted_then(one, measure) for one in earlier
    }
    if own is not None:
        out[frame.span] = own
    then = {key: out[key[0]].get(key) if key[0] in out else n for key, n in now.items()}
    other = {one for one in axes[2].members if one.startswith(AGES)}.difference(frame.ages)
    then |= {key: None for key in then if key[2] in other and key[0] not in out}
    printed = set(_printed(frame, measure))
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
        (span(made.held), area, work): n
        for area, by_work in made.counted.get(measure.value, {}).items()
        for work, n in by_work.items()
    }


def _counted_now(
    axes: tuple[Axis, Axis, Axis], measure: Measure, counts: Mapping[CellKey, int],
    ages: Sequence[str],
) -> dict[Key, int]:  # fmt: skip
    cells: dict[Key, int] = dict.fromkeys(product(*(axis.members for axis in axes)), 0)
    for key, n in counts.items():
        for place in _places(key, axes[2], ages) if key.measure is measure else ():
            if place in cells:
                cells[place] += n
    return cells


def _printed(frame: Frame, measure: Measure) -> Iterator[Key]:
    """Yield the cells that this edition prints; nothing sensitive of a neighbourhood."""
    areas, works = [WHOLE, *(str(area.id) for area in frame.districts)], frame.works
    if measure in REACH:
        areas += [str(area.id) for area in frame.neighbourhoods]
        works += frame.goals
    if measure in UNIQUE:
        works += frame.ages
    yield from product([frame.span], areas, works)


def _periods(frame: Frame, measure: Measure, earlier: Sequence[Made]) -> Axis:
    """Tie periods to the longer ones that are out: who has a half-year and a quarter has the other.

    Two halves without the year are two editions that nothing ties together; and whatever they told,
    the year can still hide all that would be too much. Each version of the whole is tied to those
    of its parts, and to the versions before it.
    """
    versions: dict[Period, set[int]] = {frame.period: {frame.number}}
    for one in earlier:
        versions.setdefault(Period.read(one.held["period"]), set()).add(_number(one.held))
    if measure in SENSITIVE:
        versions = {one: them for one, them in versions.items() if one.kind != "Q"}
    root = next(one for one in reversed(Period.holding(frame.period.begins)) if one in versions)
    halves = root.parts if root.kind == "" else (root,)
    tied = [root] if root.kind == "" else []
    tied += [one for one in halves if one.kind == "H" and not versions.keys().isdisjoint(one.parts)]

    def spans(period: Period) -> list[str]:
        return [_span(str(period), number) for number in sorted(versions.get(period, {1}))]

    members = [root, *(part for whole in tied for part in whole.parts)]
    return Axis(
        "period", tuple(span for one in members for span in spans(one)),
        (
            *(
                Split(total, tuple(parts), measure not in UNIQUE, over_time=True)
                for whole in tied
                for total, *parts in product(spans(whole), *map(spans, whole.parts))
            ),
            *(
                Split(later, (before,), again=True)
                for one in members for before, later in combinations(spans(one), 2)
            ),
        ),
    )  # fmt: skip


def _areas(frame: Frame, measure: Measure, earlier: Sequence[Made]) -> Axis:
    known: dict[str, dict[str, None]] = {}
    for area in frame.districts:
        known[str(area.id)] = dict.fromkeys(str(part.id) for part in area.parts)
    for held in (area for one in earlier for area in one.held["districts"]):
        parts = known.setdefault(held["id"], {})
        parts |= dict.fromkeys(part["id"] for part in held.get("parts", ()))
    splits = [Split(WHOLE, tuple(known), rest=ELSEWHERE)] if known else []
    members: dict[str, None] = {WHOLE: None, **dict.fromkeys(known)}
    for district, hoods in known.items() if measure in REACH else ():
        if len(hoods) > 1:
            splits.append(Split(district, tuple(hoods), rest=f"{ELSEWHERE} {district}"))
            members |= hoods
    return Axis("area", tuple(members), tuple(splits))


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
    if measure in UNIQUE:
        bands = dict.fromkeys([*frame.ages, *(age for one in earlier for age in ages(one.held))])
        splits += [Split(EVERYBODY, (band,), rest=f"{REST}{band}", sums=True) for band in bands]
        members += bands
    return Axis("work", tuple(members), tuple(splits))


def ages(held: Held) -> list[str]:
    """Return of which ages an edition tells apart how many children came."""
    told = held["told"].get(Measure.CHILDREN.value, {}).get(WHOLE, ())
    return [work for work in told if work.startswith(AGES)]


def _places(key: CellKey, works: Axis, ages: Sequence[str]) -> Iterable[Key]:
    """Return where a count stands; that of an organisation is part of everybody's as well."""
    area = WHOLE if key.level is Level.WHOLE else str(key.area_id)
    if key.goal_id == ALL:
        yield key.period, area, str(key.organisation_id)
        yield key.period, area, EVERYBODY
    elif key.goal_id == IN_BAND:
        yield from ((key.period, area, band) for band in ages)
    elif str(key.goal_id) in works.members:
        yield key.period, area, str(key.goal_id)


def tables(
    frame: Frame, counts: Mapping[CellKey, int], earlier: Sequence[Made],
    own: Mapping[str, Mapping[Key, int]] | None = None,
) -> list[Table]:  # fmt: skip
    return [
        table(frame, measure, counts, earlier, own[measure.value] if own else None)
        for measure in protected_measures(frame.period)
    ]


def make(
    frame: Frame, counts: Mapping[CellKey, int], earlier: Sequence[Made],
    own: Mapping[str, Mapping[Key, int]] | None = None,
) -> Made:  # fmt: skip
    """Return an edition, protected and looked at once more; a correction has counts of its own."""
    exact = tables(frame, counts, earlier, own)
    safe = protect(exact, told(earlier))
    counted = _counted(frame, exact)
    for area, ages in by_age(frame, counts).items() if own is None else ():
        if area in counted[Measure.CHILDREN.value]:
            counted[Measure.CHILDREN.value][area] |= ages
    made = Made(content(frame, safe, earlier) | plain(frame, counts), counted)
    fit = not safe.unproven and not given_away(made, counts, earlier)
    return Made({**made.held, "safe": fit}, made.counted)


def _counted(frame: Frame, exact: Iterable[Table]) -> dict[str, Any]:
    counted: dict[str, Any] = {}
    for one in exact:
        for period, area, work in _printed(frame, Measure(one.name)):
            by_area = counted.setdefault(one.name, {}).setdefault(area, {})
            by_area[work] = one.counts[period, area, work]
    return counted


def by_age(frame: Frame, counts: Mapping[CellKey, int]) -> dict[str, dict[str, int]]:
    """Return by area how many children of the published ages came to each organisation."""
    found: dict[str, dict[str, int]] = {}
    for key, n in counts.items():
        if key.goal_id == IN_BAND and key.period == str(frame.period):
            area = WHOLE if key.level is Level.WHOLE else str(key.area_id)
            for band in frame.ages:
                found.setdefault(area, {})[f"{band}{OF}{key.organisation_id}"] = n
    return found


def with_ages(
    frame: Frame, counted: Mapping[str, Any], before: Mapping[str, Any]
) -> dict[str, Any]:
    """Keep of the ages what the version before counted: they are never counted again."""
    children = Measure.CHILDREN.value
    kept = {
        area: {work: n for work, n in by_work.items() if work.startswith(tuple(frame.ages))}
        for area, by_work in before.get(children, {}).items()
    }
    joint = {area: by_work | kept.get(area, {}) for area, by_work in counted[children].items()}
    return {**counted, children: joint}


def apart(made: Made) -> dict[UUID, dict[str, Any]]:
    """Return what each organisation counted: its own work, and that for its goals."""
    about = frame_of(made.held)
    return {
        id: _only(
            made.counted,
            {str(id), *(str(aim.id) for aim in about.aims if aim.organisation_id == id),
             *(f"{band}{OF}{id}" for band in about.ages)},
        )
        for id, _name in about.organisations
    }  # fmt: skip


def _only(counted: Mapping[str, Any], works: set[str]) -> dict[str, Any]:
    return {
        measure: {
            area: {work: n for work, n in by_work.items() if work in works}
            for area, by_work in by_area.items()
        }
        for measure, by_area in counted.items()
    }


def joined(parts: Mapping[UUID, Mapping[str, Any]]) -> dict[str, Any]:
    """Put together what organisations counted, with the sum of them all."""
    counted: dict[str, Any] = {}
    for house, theirs in parts.items():
        for measure, by_area in theirs.items():
            for area, by_work in by_area.items():
                there = counted.setdefault(measure, {}).setdefault(area, {})
                there |= by_work
                there[EVERYBODY] = there.get(EVERYBODY, 0) + by_work[str(house)]
                for work in (one for one in by_work if one.startswith(AGES)):
                    band, _, _house = work.partition(OF)
                    there[band] = there.get(band, 0) + by_work[work]
    return counted


def given_away(
    made: Made, counts: Mapping[CellKey, int], earlier: Sequence[Made]
) -> frozenset[Place]:
    """Return the hidden counts that this edition and the earlier ones together give away.

    `counts` are needed of periods of the same year that did not go out.
    """
    editions = [*earlier, made]
    return exposed(tables(frame_of(made.held), counts, editions), told(editions))


def as_system(made: Made, counts: Mapping[CellKey, int], earlier: Sequence[Made]) -> bounds.System:
    """Return what a reader of this edition and the earlier ones knows, for a solver to look at."""
    editions = [*earlier, made]
    return bounds.system(Knowledge(tables(frame_of(made.held), counts, editions), told(editions)))


def left_tight(
    made: Made, counts: Mapping[CellKey, int], earlier: Sequence[Made]
) -> frozenset[Place]:
    """Return the hidden counts that linear programming does not see left open enough."""
    editions = [*earlier, made]
    return bounds.tight(tables(frame_of(made.held), counts, editions), told(editions))


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
            Area(
                UUID(area["id"]), area["name"], area["living"],
                [
                    Area(UUID(part["id"]), part["name"], part["living"])
                    for part in area.get("parts", ())
                ],
            )
            for area in held["districts"]
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
        number=_number(held),
        banded=bool(ages(held)),
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
    shown: dict[str, dict[str, dict[str, int | None]]] = {}
    for measure in protected_measures(frame.period):
        for key in _printed(frame, measure):
            by_area = shown.setdefault(measure.value, {}).setdefault(key[1], {})
            by_area[key[2]] = safe.at(measure.value, *key).count
    return {
        "period": str(frame.period),
        "number": frame.number,
        "municipality": frame.municipality,
        "band": asdict(frame.band) if frame.band else None,
        "living": frame.living,
        "organisations": [{"id": str(id), "name": name} for id, name in frame.organisations],
        "districts": [
            _area(area) | {"parts": [_area(part) for part in area.parts]}
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
        "grants": [
            {
                "organisation": str(grant.organisation_id), "reference": grant.reference,
                "first": grant.first.isoformat(), "last": grant.last.isoformat(),
                "hours": grant.hours, "activities": grant.activities, "children": grant.children,
            }
            for grant in frame.grants
        ],
        "told": shown,
        "safe": False,
        "earlier": fingerprint(earlier),
    }  # fmt: skip


def _area(area: Area) -> dict[str, Any]:
    return {"id": str(area.id), "name": area.name, "living": area.living}


def plain(frame: Frame, counts: Mapping[CellKey, int]) -> dict[str, Any]:
    """Return what needs no protection: sessions in each area and for each goal, and minutes.

    Minutes are told of the whole area only, for what was done with parents in one district could
    be what was done with one family.
    """
    areas = [WHOLE, *(str(area.id) for area in (*frame.districts, *frame.neighbourhoods))]
    sessions = {area: dict.fromkeys(frame.works, 0) for area in areas}
    sessions[WHOLE] |= dict.fromkeys(frame.goals, 0)
    done = {measure.value: sessions for measure in DONE}
    done |= {measure.value: {WHOLE: dict.fromkeys(frame.works, 0)} for measure in HOURS}
    done |= {measure.value: {WHOLE: dict.fromkeys(frame.goals, 0)} for measure in VOICE}
    for key, n in counts.items():
        for area, work in _told_plainly(key, str(frame.period)):
            by_work = done.get(key.measure.value, {}).get(area, {})
            if work in by_work:
                by_work[work] += n
    return {"done": done | _answered(done)}


def _answered(done: Mapping[str, Mapping[str, Mapping[str, int]]]) -> dict[str, Any]:
    """Return of how many answers there were to a goal, where these are enough to tell of."""
    answers = done[Measure.ANSWERS.value][WHOLE]
    few = {goal for goal, n in answers.items() if 0 < n < ENOUGH_ANSWERS}
    return {
        one.value: {WHOLE: {goal: None if goal in few else n for goal, n in told.items()}}
        for one, told in ((one, done[one.value][WHOLE]) for one in (Measure.ASKED, Measure.ANSWERS))
    }


def _told_plainly(key: CellKey, period: str) -> Iterator[tuple[str, str]]:
    if key.period == period:
        area = WHOLE if key.level is Level.WHOLE else str(key.area_id)
        works = (str(key.organisation_id), EVERYBODY) if key.goal_id == ALL else (str(key.goal_id),)
        yield from ((area, work) for work in works)


def with_before(made: Made, before: Held | None) -> Made:
    """Put beside an edition what the one of the period before told of the whole area."""
    if before is None:
        return made
    whole = {
        part: {measure: by_area[WHOLE] for measure, by_area in before.get(part, {}).items()}
        for part in ("told", "done")
    }
    return Made({**made.held, "before": {"period": before["period"], **whole}}, made.counted)


def fairly(stories: Iterable[Told], most: int = MOST_TOLD) -> list[Told]:
    """Choose stories so that each organisation has its turn before any has a second one."""
    waiting: dict[str, list[Told]] = {}
    for one in stories:
        waiting.setdefault(one.organisation, []).append(one)
    rounds = (one for turn in zip_longest(*waiting.values()) for one in turn if one)
    return list(islice(rounds, most))


def with_stories(held: Held, stories: Iterable[Told], taken_back: Iterable[str]) -> dict[str, Any]:
    """Put the stories into an edition that goes out now; until then none are in it."""
    return {
        **held,
        "stories": [asdict(one) for one in fairly(stories)],
        "taken_back": sorted(taken_back),
    }


def digest(held: Held) -> str:
    """Return the SHA-256 of the canonical form, which shows that nothing was changed since."""
    canonical = json.dumps(held, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def published(held: Held) -> dict[Place, Shown]:
    """Return what an earlier edition told, as the next one must take it for known."""
    return {
        (measure, (span(held), area, work)): Shown(
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

    Never above a hundred: who comes to two organisations counts for both, and people move.
    """
    if part is None or whole is None:
        return None
    found = share(Shown(Kind.PARTICIPATION, part), whole)
    return None if found is None else min(found, 100)

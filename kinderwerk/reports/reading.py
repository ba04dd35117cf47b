"""An edition laid out for reading, the same on the screen and on paper."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from flask_babel import format_decimal
from flask_babel import gettext as _

from kinderwerk.activities.method import Recognised
from kinderwerk.core import charts
from kinderwerk.core.charts import BarChart, Datum, StackedChart, Whole
from kinderwerk.core.words import N_
from kinderwerk.facts.rules import Measure
from kinderwerk.learning.reviews.rules import Snag
from kinderwerk.logbook.rules import (
    ACCEPTABLE_ADMINISTRATION,
    USUAL_ADMINISTRATION,
    HourKind,
    Worked,
)
from kinderwerk.partners.rules import HelpSystem
from kinderwerk.reports import figures, rules
from kinderwerk.reports.meaning import MEANINGS
from kinderwerk.reports.models import Edition
from kinderwerk.reports.rules import EVERYBODY, WHOLE, Band, Held

#: Kinds of hours that a chart draws as one, so that its colours can be told apart.
TOGETHER: Final = (
    (N_("With children and parents"), (HourKind.CONTACT, HourKind.OUTREACH, HourKind.PARENTS)),
    (N_("Preparation"), (HourKind.PREPARATION,)),
    (N_("With partners"), (HourKind.NETWORK,)),
    (N_("Administration"), (HourKind.ADMINISTRATION,)),
    (N_("Training"), (HourKind.TRAINING,)),
    (N_("On the way"), (HourKind.TRAVEL,)),
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A count as it may be told; None is one that is too small, or would give one away.

    There may have been so many `more`: of whom nobody knows any more where they lived, or whether
    they were the same.
    """

    count: int | None
    more: int = 0

    @property
    def text(self) -> str:
        if self.count is None:
            return str(_("not shown"))
        if self.more:
            least, most = (format_decimal(n) for n in (self.count, self.count + self.more))
            return str(_("%(least)s to %(most)s", least=least, most=most))
        return str(format_decimal(self.count))

    @property
    def exactly(self) -> int | None:
        """Return the count if it is known exactly."""
        return None if self.more else self.count


@dataclass(frozen=True, slots=True)
class Line:
    name: str
    figures: Mapping[str, Figure]
    living: int | None = None
    share: int | None = None
    banded: Figure | None = None
    theme: str = ""
    organisation: str = ""
    district: str = ""
    target_visits: int | None = None
    target_children: int | None = None
    sessions: int | None = None
    voice: Mapping[str, Figure] = field(default_factory=dict)
    before: Mapping[str, Figure] = field(default_factory=dict)

    def figure(self, measure: str) -> Figure:
        return self.figures[measure]

    @property
    def visits(self) -> Figure:
        """Visits by name and visits counted, if both may be told."""
        parts = [self.figures[one.value].count for one in
                 (Measure.VISITS_NAMED, Measure.VISITS_TALLY)]  # fmt: skip
        known = [part for part in parts if part is not None]
        more = self.figures[Measure.VISITS_NAMED.value].more
        return Figure(sum(known) if len(known) == len(parts) else None, more)

    @property
    def response(self) -> int | None:
        """Return how many of a hundred who were asked answered."""
        return rules.percent(
            self.voice[Measure.ANSWERS.value].count, self.voice[Measure.ASKED.value].count
        )

    @property
    def reached(self) -> str:
        """Return how many children came; where none gave a name that is not nobody."""
        tally = self.figures[Measure.VISITS_TALLY.value].count
        if self.figures[Measure.CHILDREN.value].exactly == 0 and tally:
            return str(_("reached without names: %(n)s visits", n=tally))
        return self.figures[Measure.CHILDREN.value].text


@dataclass(frozen=True, slots=True)
class Hours:
    """How the time of an organisation was spent."""

    name: str
    worked: Worked

    @property
    def together(self) -> int:
        return in_hours(self.worked.together)

    @property
    def administration(self) -> int | None:
        """Return the share of administration in whole percents."""
        return self.worked.share(HourKind.ADMINISTRATION)

    def of(self, kind: HourKind) -> int:
        return in_hours(self.worked.minutes.get(kind, 0))


@dataclass(frozen=True, slots=True)
class Agreed:
    """A grant, and what was counted in this period of what it asks."""

    reference: str
    organisation: str
    first: date
    last: date
    hours: tuple[int | None, str]
    sessions: tuple[int | None, str]
    children: tuple[int | None, str]


@dataclass(frozen=True, slots=True)
class Told:
    """A story, whose work it tells of, and which goal it shows."""

    words: str
    organisation: str
    goal: str
    theme: str


@dataclass(frozen=True, slots=True)
class Method:
    """An intervention by which somebody worked, and whether a committee recognised it."""

    name: str
    organisation: str
    recognised: Recognised
    sessions: int


@dataclass(frozen=True, slots=True)
class Beside:
    """What an organisation did with volunteers, with partners, and with ideas of children."""

    name: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Pair:
    """What went from one help system to another, and what came back."""

    begins: HelpSystem
    ends: HelpSystem
    handed: Figure
    answered: int | None
    days: int | None
    waited: Figure
    declined: Figure


@dataclass(frozen=True, slots=True)
class Jam:
    """What jammed between two help systems, in how many learning reviews."""

    pair: Sequence[HelpSystem]
    snag: Snag
    reviews: int


@dataclass(frozen=True, slots=True)
class Meeting:
    """What an organisation saw where help systems meet, and how often it talked it over."""

    name: str
    pairs: Sequence[Pair]
    jams: Sequence[Jam]
    consultations: int
    conversations: Figure

    @property
    def told(self) -> list[Pair]:
        return [one for one in self.pairs if one.handed.count is not None]


@dataclass(frozen=True, slots=True)
class Changed:
    """A figure of the version before, and the same of this one."""

    measure: str
    level: str
    area: str
    work: str
    old: Figure
    new: Figure


@dataclass(frozen=True, slots=True)
class Reading:
    """A report as one reader gets it."""

    whole: Line
    organisations: Sequence[Line]
    districts: Sequence[Line]
    neighbourhoods: Sequence[Line]
    goals: Sequence[Line]
    goal_charts: Sequence[BarChart]
    district_charts: Sequence[BarChart]
    hours: Sequence[Hours]
    hours_chart: StackedChart | None
    grants: Sequence[Agreed]
    methods: Sequence[Method]
    besides: Sequence[Beside]
    meetings: Sequence[Meeting]
    stories: Sequence[Told]
    taken_back: int
    before: str
    changes: Sequence[Changed]
    corrects: int
    sensitive: bool
    band: str
    published: int

    @property
    def voices(self) -> list[Line]:
        """Return the goals about which groups were asked something."""
        return [
            line for line in self.goals if line.voice and line.voice[Measure.MEASURED.value].count
        ]

    @property
    def chapters(self) -> list[tuple[str, str]]:
        """Return the anchor and the title of each chapter that there is something in."""
        chapters = (
            ("changes", N_("What was corrected"), self.corrects),
            ("reach", N_("Reach"), True),
            ("districts", N_("Per district"), True),
            ("neighbourhoods", N_("Per neighbourhood"), self.neighbourhoods),
            ("goals", N_("Goals"), True),
            ("methods", N_("Interventions"), self.methods),
            ("voice", N_("What groups answered"), self.voices),
            ("help", N_("Signals, parents and referrals"), True),
            ("meeting", N_("Where help systems meet"), self.meetings),
            ("together", N_("Volunteers and partners"), self.besides),
            ("participation", N_("What children proposed"), self.besides),
            ("stories", N_("Stories"), self.stories or self.taken_back),
            ("hours", N_("Hours by kind of work"), self.hours),
            ("grants", N_("What was agreed"), self.grants),
            ("dialogue", N_("The conversation about the figures"), True),
            ("how", N_("How we count"), True),
        )
        return [(anchor, title) for anchor, title, there in chapters if there]

    @property
    def unshared(self) -> str:
        """The districts of which it is not known how many children live there."""
        return ", ".join(line.name for line in self.districts if line.living is None)


def reading(held: Held, *, only: UUID | None) -> Reading:
    """Lay out an edition. Before it is released an organisation sees its `only` own figures."""
    work = str(only) if only else EVERYBODY
    houses = {
        house["id"]: house["name"]
        for house in held["organisations"]
        if only is None or house["id"] == str(only)
    }
    told, band = held["told"][Measure.CHILDREN.value], held["band"]
    districts = [_of_area(held, district, work) for district in held["districts"]]
    goals = [
        _line(
            held, goal["title"], WHOLE, goal["id"], measures=rules.REACH, theme=goal["theme"],
            organisation=houses[goal["organisation"]], target_visits=goal["target_visits"],
            target_children=goal["target_children"],
        )
        for goal in held["goals"]
        if goal["organisation"] in houses
    ]  # fmt: skip
    hours = [Hours(name, _worked(held, id)) for id, name in houses.items()]
    hours = [one for one in hours if one.together]
    return Reading(
        whole=_line(held, held["municipality"], WHOLE, work, living=held["living"]),
        organisations=[_line(held, name, WHOLE, id) for id, name in houses.items()],
        districts=districts,
        neighbourhoods=[
            _of_area(held, part, work, district=district["name"])
            for district in held["districts"]
            for part in district.get("parts", ())
            if part["id"] in told
        ],
        goals=goals,
        goal_charts=charts.bars_in_parts(
            "goals", [datum(line, line.target_children) for line in goals]
        ),
        district_charts=charts.bars_in_parts(
            "districts", [datum(line, None) for line in districts]
        ),
        hours=hours,
        hours_chart=hours_chart(hours) if hours else None,
        grants=[
            _agreed(held, grant, houses[grant["organisation"]])
            for grant in held.get("grants", ())
            if grant["organisation"] in houses
        ],
        methods=methods(held, houses),
        besides=[
            Beside(houses[id], counts)
            for id, counts in held.get("besides", {}).items()
            if id in houses
        ],
        meetings=[
            _meeting(houses[id], one) for id, one in held.get("meeting", {}).items() if id in houses
        ],
        stories=[
            Told(one["words"], houses[one["organisation"]], one["goal"], one["theme"])
            for one in held.get("stories", ())
        ],
        taken_back=len(held.get("taken_back", ())),
        before=held.get("before", {}).get("period", ""),
        changes=[
            Changed(
                one.measure,
                one.level,
                one.area,
                ", ".join(filter(None, (one.organisation, one.goal))),
                Figure(one.old),
                Figure(one.new),
            )
            for one in figures.changes(held, only=str(only) if only else "")
        ],
        corrects=held.get("corrects", {}).get("number", 0),
        sensitive=all(measure.value in held["told"] for measure in rules.SENSITIVE),
        band=ages(Band(**band) if band else None),
        published=band["year"] if band else 0,
    )


def shown(edition: Edition, *, only: UUID | None) -> dict[str, Any]:
    """Return everything that the templates of a report ask for."""
    report = reading(edition.content, only=only)
    return {
        "edition": edition, "report": report, "chapters": report.chapters, **explaining(),
    }  # fmt: skip


def explaining() -> dict[str, Any]:
    """Return what every page of figures needs to say what they are."""
    return {
        "measure": Measure, "meanings": MEANINGS, "kinds": list(HourKind),
        "usual": USUAL_ADMINISTRATION, "fine": ACCEPTABLE_ADMINISTRATION,
    }  # fmt: skip


def ages(band: Band | None) -> str:
    return _("from %(first)d to %(last)d years", first=band.first, last=band.last) if band else ""


def methods(held: Held, houses: Mapping[str, str]) -> list[Method]:
    return [
        Method(
            one["name"], houses[one["organisation"]], Recognised(one["recognised"]), one["sessions"]
        )
        for one in held.get("methods", ())
        if one["organisation"] in houses
    ]  # fmt: skip


def in_hours(minutes: int) -> int:
    return round(minutes / 60)


def _of_area(held: Held, area: Mapping[str, Any], work: str, **more: Any) -> Line:
    return _line(held, area["name"], area["id"], work, living=area["living"], **more)


def _line(
    held: Held, name: str, area: str, work: str, *,
    measures: Iterable[Measure] = (*rules.REACH, *rules.SENSITIVE), living: int | None = None,
    **more: Any,
) -> Line:  # fmt: skip
    told, before = held["told"], held.get("before", {}).get("told", {})
    figures = {
        one.value: Figure(told[one.value][area][work])
        for one in measures
        if area in told.get(one.value, ())
    }
    banded = _banded(held, area, work)
    counted = banded or figures[Measure.CHILDREN.value]
    alone = banded is not None or not rules.ages(held)
    share = rules.percent(counted.count, living) if alone else None
    return Line(
        name, figures, living, share, banded, sessions=_done(held, Measure.SESSIONS, area, work),
        voice={
            one.value: Figure(held["done"][one.value][area][work])
            for one in rules.VOICE
            if area == WHOLE and work in held.get("done", {}).get(one.value, {}).get(WHOLE, ())
        },
        before={
            one.value: Figure(before[one.value][work])
            for one in measures
            if area == WHOLE and work in before.get(one.value, ())
        },
        **more,
    )  # fmt: skip


def _meeting(name: str, one: Mapping[str, Any]) -> Meeting:
    return Meeting(
        name,
        [
            Pair(
                HelpSystem(pair["begins"]), HelpSystem(pair["ends"]), Figure(pair["handed"]),
                pair["answered"], pair["days"], Figure(pair["waited"]), Figure(pair["declined"]),
            )
            for pair in one["pairs"]
        ],
        [
            Jam([HelpSystem(side) for side in jam["pair"]], Snag(jam["snag"]), jam["reviews"])
            for jam in one["snags"]
        ],
        one["consultations"], Figure(one["conversations"]),
    )  # fmt: skip


def _banded(held: Held, area: str, work: str) -> Figure | None:
    """Return how many children of the published ages came; it is told of all organisations only."""
    together = work == EVERYBODY or [house["id"] for house in held["organisations"]] == [work]
    told = held["told"][Measure.CHILDREN.value].get(area, {})
    return next((Figure(told[one]) for one in rules.ages(held) if together and one in told), None)


def _done(held: Held, measure: Measure, area: str, work: str) -> int | None:
    found: int | None = held.get("done", {}).get(measure.value, {}).get(area, {}).get(work)
    return found


def _worked(held: Held, work: str) -> Worked:
    minutes = {kind: _done(held, kind.measure, WHOLE, work) or 0 for kind in HourKind}
    return Worked(minutes)


def hours_chart(hours: Sequence[Hours]) -> StackedChart:
    rows = [
        Whole(
            label=one.name, text=_("%(n)s hours", n=one.together),
            values=[sum(one.worked.minutes[kind] for kind in kinds) for _label, kinds in TOGETHER],
        )
        for one in hours
    ]  # fmt: skip
    return charts.stacked("hours", [_(label) for label, _kinds in TOGETHER], rows)


def _agreed(held: Held, grant: Mapping[str, Any], name: str) -> Agreed:
    work = grant["organisation"]
    children = Figure(held["told"][Measure.CHILDREN.value][WHOLE][work])
    return Agreed(
        grant["reference"], name,
        date.fromisoformat(grant["first"]), date.fromisoformat(grant["last"]),
        hours=(grant["hours"], str(in_hours(_worked(held, work).together))),
        sessions=(grant["activities"], str(_done(held, Measure.SESSIONS, WHOLE, work) or 0)),
        children=(grant["children"], children.text),
    )  # fmt: skip


def datum(line: Line, target: int | None) -> Datum:
    children = line.figures[Measure.CHILDREN.value]
    return Datum(
        label=line.name, value=children.count, text=children.text, theme=line.theme, target=target
    )

"""What anybody writes down, in any order, is counted as plain SQL counts it, and told by its rule.

Each example adds to what those before it left behind, through the services that the pages use. What
is refused may leave no count behind either.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.activities.models import Activity, ActivityGoal, Occurrence
from kinderwerk.activities.rules import AgeBand, Format, RegisterMode
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal
from kinderwerk.core.periods import Period
from kinderwerk.families.models import Child
from kinderwerk.logbook import service as logbook
from kinderwerk.logbook.rules import HourKind
from kinderwerk.measuring import service as measuring
from kinderwerk.measuring.models import Question
from kinderwerk.measuring.rules import Instrument, Numbers, QuestionWish
from kinderwerk.places.models import Neighbourhood
from kinderwerk.registers import service as registers
from kinderwerk.registers.rules import Box, Known, Presence
from kinderwerk.reports import correcting, queries, rules
from kinderwerk.signals import service as signals
from kinderwerk.signals.rules import Area, Capture, Level, Note, NoteKind, Subject
from kinderwerk.support import service as support
from kinderwerk.support.rules import Channel, Helped, ShortContact, Topic
from tests import oracle
from tests.make import Make

YEAR = 2031
DEEDS = ("afternoon", "asked", "again", "answers", "contact", "concern", "hours")


class House:
    """An organisation with two activities for goals that overlap, and children of three areas."""

    def __init__(self, session: Session, make: Make, areas: list[Neighbourhood]) -> None:
        self.session, self.make, self.areas = session, make, areas
        self.organisation = here = make.organisation()
        self.held: list[Occurrence] = []
        self.worker = make.worker(organisation=here).actor()
        lead = make.user(Role.COORDINATOR, organisation=here).actor()
        goals = [make.goal(here) for _ in range(2)]
        self.activities: list[Activity] = [
            make.activity(
                make.worker(organisation=here), format=Format.DROPIN, register=RegisterMode.TALLY,
                age_from=6, venue=make.venue(here, neighbourhood=area),
                goals=[ActivityGoal(goal=g, position=n, why="So.") for n, g in enumerate(aimed)],
            )
            for area, aimed in zip(self.areas, (goals, goals[:1]), strict=False)
        ]  # fmt: skip
        self.children: list[Child] = [
            make.child(make.family(here), neighbourhood=home)
            for home in [*self.areas, None] * 3
        ]  # fmt: skip
        wish = QuestionWish(text="Did you learn something?", instrument=Instrument.AGAIN)
        self.question: Question = measuring.add_question(self.session, lead, goals[0].id, wish)

    def does(self, deed: str, month: int, chance: Random) -> None:
        """Let somebody do this on a day of that month; or be refused."""
        at = datetime(YEAR, month, chance.randint(1, 28), 13, tzinfo=UTC)
        with clock.stopped(at), suppress(Refusal):
            getattr(self, f"_{deed}")(at.date(), chance)

    def _afternoon(self, day: date, chance: Random) -> None:
        begins = clock.now() - timedelta(minutes=len(self.held))
        self.held.append(self.make.occurrence(chance.choice(self.activities), starts_at=begins))
        self._marks(self.held[-1].id, chance)
        if chance.random() < 0.7:
            box = Box(AgeBand.UP_TO_9, Known.KNOWN)
            registers.count(self.session, self.worker, self.held[-1].id, box, chance.randint(1, 9))
        if chance.random() < 0.3:
            registers.close(self.session, self.worker, self.held[-1].id)

    def _marks(self, occurrence_id: UUID, chance: Random) -> None:
        some = chance.sample(self.children, chance.randint(0, len(self.children)))
        marks = {child.id: chance.choice((*Presence, Presence.PRESENT, None)) for child in some}
        registers.mark(self.session, self.worker, occurrence_id, marks)

    def _again(self, day: date, chance: Random) -> None:
        if self.held:
            self._marks(chance.choice(self.held).id, chance)

    def _answers(self, day: date, chance: Random) -> None:
        if self.held:
            counts = tuple(chance.randint(0, 3) for _ in self.question.steps)
            measuring.set_numbers(
                self.session, self.worker, self.held[-1].id, self.question.id,
                Numbers(counts=counts, asked=None),
            )  # fmt: skip

    def _asked(self, day: date, chance: Random) -> None:
        """An afternoon with enough of them there for a question."""
        self._afternoon(day, Random(0))
        everybody = {child.id: Presence.PRESENT for child in self.children}
        registers.mark(self.session, self.worker, self.held[-1].id, everybody)
        self._answers(day, chance)

    def _contact(self, day: date, chance: Random) -> None:
        wish = ShortContact(
            topic=chance.choice(list(Topic)), helped=chance.choice([*Helped, None]),
            channel=chance.choice(list(Channel)), minutes=10, held_on=day,
            neighbourhood_id=chance.choice([None, *(area.id for area in self.areas)]),
            once=uuid4(),
        )  # fmt: skip
        support.write_contact(self.session, self.worker, wish)

    def _concern(self, day: date, chance: Random) -> None:
        note = Note(kind=NoteKind.FACT_OWN, text="Tired.", observed_on=day)
        wish = Capture(
            subject=Subject.CHILD, child_id=chance.choice(self.children).id, family_id=None,
            neighbourhood_id=None, area=Area.HEALTH, level=Level.NOTICED, fact=note,
        )  # fmt: skip
        signals.write_down(self.session, self.worker, wish)

    def _hours(self, day: date, chance: Random) -> None:
        kind = chance.choice(list(HourKind))
        logbook.add_hours(self.session, self.worker, day, kind, 15 * chance.randint(1, 20))


@pytest.fixture
def houses(session: Session, make: Make) -> list[House]:
    district = make.district()
    areas = [make.neighbourhood(district=district) for _ in range(2)] + [make.neighbourhood()]
    return [House(session, make, areas) for _ in range(2)]


DEED = st.lists(
    st.tuples(st.sampled_from(DEEDS), st.integers(1, 12), st.integers(0, 1)),
    min_size=8, max_size=14,
)  # fmt: skip
SOME = settings(
    max_examples=4, deadline=None, derandomize=True, phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)  # fmt: skip


@SOME
@given(DEED, st.integers(0, 2**32))
def test_every_count_is_that_of_plain_sql_and_every_figure_that_count_or_its_rule(
    houses: list[House], deeds: list[tuple[str, int, int]], seed: int
) -> None:
    chance, session = Random(seed), houses[0].session
    for deed, month, house in [("asked", 3, 0), *deeds]:
        houses[house].does(deed, month, chance)
    found = oracle.counted(session, range(YEAR, YEAR + 1))
    assert found == oracle.kept(session)
    assert {"sessions", "measured"} <= {key[0] for key in found}
    municipality_id = houses[0].organisation.municipality_id
    for period in (Period(YEAR, "Q", 1), Period(YEAR, "H", 1), Period(YEAR)):
        about = queries.frame(session, municipality_id, period)
        made = rules.make(about, queries.counts(session, about), [])
        for measure, area, work, value in figures(made):
            at = (str(period), area, work)
            answers = sum(exact(found, "answers", *at))
            assert_by_rule(measure, value, sum(exact(found, measure, *at)), answers)


@SOME
@given(DEED, DEED, st.integers(0, 2**32))
def test_a_corrected_count_is_that_of_plain_sql_or_the_one_that_went_out(
    houses: list[House], before: list[tuple[str, int, int]], after: list[tuple[str, int, int]],
    seed: int,
) -> None:  # fmt: skip
    """In the finest pieces all is taken over or nothing; what is told changes enough, or not."""
    chance, session = Random(seed), houses[0].session
    municipality_id = houses[0].organisation.municipality_id
    periods = (Period(YEAR, "Q", 1), Period(YEAR, "H", 1), Period(YEAR))
    for deed, month, house in [("asked", 3, 0), *before]:
        houses[house].does(deed, month, chance)
    then = oracle.counted(session, range(YEAR, YEAR + 1))
    out = []
    for period in periods:
        about = queries.frame(session, municipality_id, period)
        out.append(rules.make(about, queries.counts(session, about), []))
    for deed, month, house in [("afternoon", 2, 0), ("afternoon", 2, 1), *after]:
        houses[house].does(deed, month, chance)
    now = oracle.counted(session, range(YEAR, YEAR + 1))
    for period, first in zip(periods, out, strict=True):
        about = correcting.frame(queries.frame(session, municipality_id, period), first.held)
        made = correcting.make(about, queries.counts(session, about), [first], first)
        assert_corrected(made, Both(str(period), then, now))


@dataclass(frozen=True)
class Both:
    """What plain SQL counted when the first version was made, and now."""

    period: str
    then: Counter[oracle.Key]
    now: Counter[oracle.Key]

    def of(self, measure: str, area: str, work: str) -> tuple[int, int]:
        before, after = (
            sum(exact(found, measure, self.period, area, work)) for found in (self.then, self.now)
        )
        return before, after


def assert_corrected(made: rules.Made, both: Both) -> None:
    pieces: defaultdict[tuple[str, str, str], list[tuple[int, int, int]]] = defaultdict(list)
    about = rules.frame_of(made.held)
    goals = {str(aim.id): str(aim.organisation_id) for aim in about.aims}
    finest = {str(hood.id) for hood in about.neighbourhoods}
    finest |= {str(one.id) for one in about.districts if len(one.parts) == 1}
    for measure, area, work, value in figures(made):
        before, after = both.of(measure, area, work)
        if measure in made.held["told"]:
            count = made.counted[measure][area][work]
            assert_by_rule(measure, value, count, 0)
            sensitive = measure in {one.value for one in rules.SENSITIVE}
            assert count == before or abs(count - before) >= (10 if sensitive else 5)
            if area in finest and work != rules.EVERYBODY:
                pieces[measure, area, goals.get(work, work)].append((count, before, after))
            if before == after and area in finest and work != rules.EVERYBODY:
                assert count == before
        elif measure == "sessions":
            assert value == after
        elif measure.startswith("minutes_"):
            assert value == (after if abs(after - before) >= correcting.LEAST_MINUTES else before)
    assert pieces
    for numbers in pieces.values():
        counts, earlier, later = zip(*numbers, strict=True)
        assert counts in (earlier, later)


def figures(made: rules.Made) -> Iterator[tuple[str, str, str, int | None]]:
    for by_measure in (made.held["told"], made.held["done"]):
        for measure, by_area in by_measure.items():
            for area, by_work in by_area.items():
                for work, value in by_work.items():
                    yield measure, area, work, value


def exact(
    found: dict[oracle.Key, int], measure: str, period: str, area: str, work: str
) -> Iterator[int]:
    """Yield what plain SQL counted of this: a goal, an organisation, or all of these."""
    there = "" if area == rules.WHOLE else area
    for (of, house, span, _level, at, goal), n in found.items():
        if (of, span, at) == (measure, period, there) and (
            work == goal if goal else work in (house, rules.EVERYBODY)
        ):
            yield n


def assert_by_rule(measure: str, value: int | None, count: int, answers: int) -> None:
    """What is told is so, or so rounded; what is small, or answered by few, is not told."""
    sensitive = measure in {one.value for one in rules.SENSITIVE}
    protected = sensitive or measure in {one.value for one in rules.REACH}
    if value is None:
        assert protected or 0 < answers < rules.ENOUGH_ANSWERS, measure
        assert sensitive or count > 0, measure
    elif sensitive:
        assert count >= 10, measure
        assert value == 5 * ((count + 2) // 5), measure
    else:
        assert value == count, measure
        assert not (protected and 1 <= count <= 4), measure

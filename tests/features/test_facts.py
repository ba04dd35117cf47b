"""Cells stay exact under any history of changes, and a rebuild finds the same."""

from datetime import date
from itertools import pairwise
from random import Random
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.orm import Session

from kinderwerk.core import clock
from kinderwerk.facts import queries, rules, service
from kinderwerk.facts.models import Cell
from kinderwerk.facts.rules import Contribution, Level, Measure, Place, nothing
from kinderwerk.signals import service as signals
from kinderwerk.signals.rules import Area, Capture, Note, NoteKind, Subject
from kinderwerk.signals.rules import Level as SignalLevel
from kinderwerk.storage.work import unit_of_work
from tests.make import Make

HERE = uuid4()
GOALS = [uuid4() for _ in range(3)]
PLACES = [Place(uuid4(), uuid4()) for _ in range(3)]
CHILDREN = [uuid4() for _ in range(6)]


def some(chance: Random) -> Contribution:
    """An afternoon: some children of some places, for some goals."""
    day = date(2031, chance.randint(1, 12), 14)
    goals = chance.sample(GOALS, chance.randint(1, 3))
    return rules.total(
        rules.child(HERE, child, day, chance.choice([*PLACES, None]), goals)
        for child in chance.sample(CHILDREN, chance.randint(0, 6))
    )


@pytest.mark.parametrize("seed", range(4))
def test_cells_stay_exact_however_things_change(session: Session, seed: int) -> None:
    chance = Random(seed)
    afternoons = [nothing() for _ in range(4)]
    for _ in range(12):
        which, now = chance.randrange(4), some(chance)
        with unit_of_work(session):
            service.replace(session, afternoons[which], now)
        afternoons[which] = now
        assert service.deviations(session, afternoons) == []
    service.rebuild(session, afternoons)
    assert service.deviations(session, afternoons) == []


def children(session: Session, period: str, level: Level, area: UUID = rules.ALL) -> int:
    found = queries.counts(
        session, organisation_ids=[HERE], periods=[period], measures=[Measure.CHILDREN]
    )
    return found.get(rules.CellKey(HERE, Measure.CHILDREN, period, level, area), 0)


def test_the_same_child_twice_is_one_child_and_two_visits(session: Session) -> None:
    first = rules.child(HERE, CHILDREN[0], date(2031, 2, 5), PLACES[0])
    second = rules.child(HERE, CHILDREN[0], date(2031, 5, 5), PLACES[0])
    for before, after in pairwise([nothing(), first, rules.total([first, second])]):
        with unit_of_work(session):
            service.replace(session, before, after)
    assert children(session, "2031-H1", Level.WHOLE) == 1
    assert children(session, "2031-Q1", Level.WHOLE) == 1
    assert children(session, "2031-H1", Level.NEIGHBOURHOOD, PLACES[0].neighbourhood_id) == 1
    visits = queries.counts(
        session, organisation_ids=[HERE], periods=["2031"], measures=[Measure.VISITS_NAMED],
        levels=[Level.WHOLE],
    )  # fmt: skip
    assert list(visits.values()) == [2]


def test_taking_away_what_was_never_added_is_refused(session: Session) -> None:
    with pytest.raises(service.Miscounted), unit_of_work(session):
        service.replace(session, some(Random(7)), nothing())


def test_an_administrator_finds_a_wrong_count_and_mends_it(
    app: Flask, session: Session, make: Make
) -> None:
    worker = make.worker()
    organisation = worker.current_memberships[0].organisation
    assert organisation
    child = make.child(make.family(organisation), neighbourhood=make.neighbourhood())
    note = Note(kind=NoteKind.FACT_OWN, text="Tired.", observed_on=clock.today())
    wish = Capture(
        subject=Subject.CHILD, child_id=child.id, family_id=None, neighbourhood_id=None,
        area=Area.HEALTH, level=SignalLevel.NOTICED, fact=note,
    )  # fmt: skip
    signals.write_down(session, worker.actor(), wish)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["facts", "verify"]).exit_code == 0
    with unit_of_work(session):
        session.execute(update(Cell).values(n=Cell.n + 1))
    told = runner.invoke(args=["facts", "verify"])
    assert told.exit_code == 1
    assert "signals" in told.output
    assert "4 counts are wrong" in told.output
    assert runner.invoke(args=["facts", "rebuild"]).exit_code == 0
    assert runner.invoke(args=["facts", "verify"]).exit_code == 0

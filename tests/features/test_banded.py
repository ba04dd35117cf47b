"""The share of the children living somewhere: of the same ages, on the day of their visit."""

import csv
from datetime import date, timedelta
from io import StringIO
from random import Random

import pytest
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session

from kinderwerk.accounts.models import Organisation, User
from kinderwerk.core.periods import Period
from kinderwerk.facts.rules import Level
from kinderwerk.places.models import KeyFigure, Neighbourhood
from kinderwerk.reports import banded, figures, queries, rules, service
from kinderwerk.reports.reading import reading
from kinderwerk.reports.rules import Band
from kinderwerk.storage.work import unit_of_work
from tests.came import hold
from tests.make import Make, past_half
from tests.oracle import plain


def band() -> Band:
    return Band(0, 14, past_half().year)


#: How old on a day, as each database says it.
AGE = {
    "sqlite": "CAST(strftime('%Y.%m%d', held_on) - strftime('%Y.%m%d', born_on) AS int)",
    "postgresql": "date_part('year', age(held_on, born_on))",
}
PLAIN = """SELECT {area}, count(DISTINCT child_id) FROM attendance
    JOIN register USING (occurrence_id) JOIN child ON child.id = child_id
    LEFT JOIN neighbourhood ON neighbourhood.id = attendance.neighbourhood_id
    WHERE presence = 'present' AND held_on >= {first} AND held_on <= {last}
    AND {age} BETWEEN 0 AND 14 AND ({area} IS NOT NULL) GROUP BY {area}"""


@pytest.fixture
def areas(session: Session, make: Make) -> list[Neighbourhood]:
    """Two neighbourhoods of a district and one of another; in each two hundred children live."""
    district = make.district()
    found = [make.neighbourhood(district=district) for _ in range(2)] + [make.neighbourhood()]
    with unit_of_work(session):
        for area in found:
            session.add(
                KeyFigure(
                    neighbourhood_id=area.id, year=past_half().year, name="k_0_15", value=200,
                    label="0 tot 15 jaar", age_from=0, age_to=14,
                )
            )  # fmt: skip
    return found


@pytest.mark.parametrize("seed", range(2))
def test_it_is_what_plain_sql_counts(
    session: Session, make: Make, here: Organisation, worker: User,
    areas: list[Neighbourhood], seed: int,
) -> None:  # fmt: skip
    """Birthdays around the days of the visits, leap days among them, and children who move."""
    chance = Random(seed)
    day = past_half().begins + timedelta(days=40)
    children = [
        make.child(
            make.family(here),
            born_on=day.replace(year=day.year - chance.choice([4, 14, 15, 16]))
            + timedelta(days=chance.randint(-3, 3)),
        ).id
        for _ in range(12)
    ]
    children.append(make.child(make.family(here), born_on=date(2012, 2, 29)).id)
    for n in range(4):
        came = {one: chance.choice([*areas, None]) for one in chance.sample(children, 8)}
        hold(session, make, worker, day + timedelta(days=20 * n - 20), came)
    speech = session.get_bind().dialect.name
    quoted = "CAST(:{} AS date)" if speech == "postgresql" else ":{}"
    for period in (past_half(), *past_half().parts, Period(past_half().year)):
        found = {
            (level, plain(area)): n
            for _, level, area, n in banded.in_days(
                session, [here.id], band(), period.begins, period.ends
            )
        }
        expected = {}
        for level, area in (
            (Level.WHOLE, "'' "), (Level.DISTRICT, "neighbourhood.district_id"),
            (Level.NEIGHBOURHOOD, "attendance.neighbourhood_id"),
        ):  # fmt: skip
            query = PLAIN.format(
                area=area, age=AGE[speech], first=quoted.format("first"),
                last=quoted.format("last"),
            )  # fmt: skip
            if level is Level.WHOLE:
                query = query.replace("GROUP BY '' ", "").replace("SELECT '' ,", "SELECT '',")
            days = {"first": period.begins.isoformat(), "last": period.ends.isoformat()}
            for where, n in session.execute(text(query), days):
                if n:
                    expected[level, plain(where)] = n
        assert found == expected, period


@pytest.fixture
def came(
    session: Session, make: Make, here: Organisation, worker: User, areas: list[Neighbourhood]
) -> None:
    """Thirty children of ten and twelve young people of sixteen in each neighbourhood."""
    for area in areas:
        young = {
            make.child(make.family(here), born_on=date(past_half().year - 10, 1, 1)).id: area
            for _ in range(30)
        }
        older = {
            make.child(make.family(here), born_on=date(past_half().year - 17, 1, 1)).id: area
            for _ in range(12)
        }
        hold(session, make, worker, past_half().begins + timedelta(days=9), {**young, **older})


def test_the_share_counts_the_ages_that_were_published(
    session: Session, coordinator: User, areas: list[Neighbourhood], came: None
) -> None:
    edition = service.make(session, coordinator.actor(), past_half())
    report = reading(edition.content, only=None)
    assert report.whole.figures["children"].count == 126
    assert report.whole.banded
    assert report.whole.banded.count == 90
    assert (report.whole.living, report.whole.share) == (600, 15)
    assert {line.share for line in report.neighbourhoods} == {15}
    rows = [row for row in figures.rows(edition.content) if row.measure == "children_in_band"]
    assert {(row.level, row.value) for row in rows} == {
        ("whole", 90), ("district", 60), ("district", 30), ("neighbourhood", 30),
    }  # fmt: skip
    assert rules.frame_of(edition.content).ages == [band().code]


def test_what_is_left_of_all_children_is_never_a_small_number(
    session: Session, make: Make, here: Organisation, worker: User, coordinator: User,
    areas: list[Neighbourhood], came: None,
) -> None:  # fmt: skip
    """Two young people of sixteen are all that a reader could take from the other number."""
    alone = make.neighbourhood()
    children = {
        make.child(make.family(here), born_on=date(past_half().year - age, 1, 1)).id: alone
        for age in (*[8] * 20, 16, 17)
    }
    hold(session, make, worker, past_half().begins + timedelta(days=9), children)
    edition = service.make(session, coordinator.actor(), past_half())
    told = edition.content["told"]["children"][str(alone.district_id)]
    assert None in (told[rules.EVERYBODY], told[band().code])
    assert edition.content["safe"]


def test_a_report_of_before_keeps_the_share_that_it_told(
    session: Session, coordinator: User, came: None
) -> None:
    edition = service.make(session, coordinator.actor(), past_half())
    held = {**edition.content, "told": {**edition.content["told"]}}
    held["told"]["children"] = {
        area: {work: n for work, n in by_work.items() if not work.startswith(rules.AGES)}
        for area, by_work in held["told"]["children"].items()
    }
    assert reading(held, only=None).whole.share == 21
    assert rules.frame_of(held).ages == []
    assert queries.counts(session, rules.frame_of(held))


def test_the_team_sees_the_same_share(client: FlaskClient, worker: User, came: None) -> None:
    client.sign_in(worker)
    first, last = past_half().begins, past_half().begins + timedelta(days=20)
    for when in (f"period={past_half()}", f"first={first}&last={last}"):
        page = client.get(f"/reports/live?{when}").text
        assert "0 tot en met 14 jaar" in page
        table = client.get(f"/reports/live.csv?{when}").text.lstrip("\ufeff")
        told = {
            (row["measure"], row["level"]): row["value"] for row in csv.DictReader(StringIO(table))
        }
        assert told["children", "whole"] == "126"
        assert told["children_in_band", "whole"] == "90"

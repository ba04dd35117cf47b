"""A team looks at its own figures: of any area and days, small numbers hidden, nothing kept."""

import csv
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.periods import Period
from kinderwerk.facts import rules as facts
from kinderwerk.facts import service as cells
from kinderwerk.families import limits
from kinderwerk.families.limiting import Limit
from kinderwerk.families.models import Child
from kinderwerk.goals.models import Goal
from kinderwerk.places.models import Neighbourhood
from kinderwerk.registers import counting as registers
from kinderwerk.registers import erasure, recounting
from kinderwerk.registers.models import Attendance, Register
from kinderwerk.registers.rules import Presence
from kinderwerk.storage.work import unit_of_work
from tests.make import Make, past_quarter


def early() -> date:
    return past_quarter().begins + timedelta(days=10)


Held = Callable[..., list[object]]


@pytest.fixture
def area(make: Make) -> Neighbourhood:
    return make.neighbourhood()


@pytest.fixture
def goal(make: Make, here: Organisation) -> Goal:
    return make.goal(
        here, title="Everybody plays", target_children=50, begins_on=date(early().year - 1, 1, 1),
        ends_on=date(early().year + 1, 12, 31),
    )  # fmt: skip


@pytest.fixture
def held(
    session: Session, make: Make, here: Organisation, worker: User, area: Neighbourhood, goal: Goal
) -> Held:
    """Hold sessions to which children come; return the children."""

    def hold(
        came: int | list[object],
        *days: date,
        place: Neighbourhood | None = area,
        goals: bool = True,
    ) -> list[object]:
        children = (
            [make.child(make.family(here)).id for _ in range(came)]
            if isinstance(came, int)
            else came
        )
        for day in days:
            at = datetime(day.year, day.month, day.day, 14, tzinfo=UTC)
            activity = make.activity(worker, starts_at=at - timedelta(days=7))
            occurrence = make.occurrence(activity, starts_at=at)
            with unit_of_work(session):
                register = Register(
                    organisation_id=here.id, occurrence=occurrence, held_on=day,
                    goal_ids=[str(goal.id)] if goals else [], neighbourhood_id=area.id,
                )  # fmt: skip
                session.add(register)
                audit.record(session, SYSTEM, "test.made", occurrence.id)
                session.flush()
                session.execute(
                    insert(Attendance),
                    [
                        {"occurrence_id": occurrence.id, "child_id": child,
                         "organisation_id": here.id, "presence": Presence.PRESENT,
                         "marked_by_id": None, "marked_at": clock.now(),
                         "neighbourhood_id": place.id if place else None}
                        for child in children
                    ],
                )  # fmt: skip
                added = facts.total(registers.of_registers(session, [register]))
                cells.replace(session, facts.nothing(), added)
        return children

    return hold


def told(page: str, label: str) -> str:
    """Return the headline figure of that name."""
    found = re.search(rf"<dt>{label}</dt>.*?class=\"figure\">([^<]*)", page, re.DOTALL)
    assert found, label
    return found[1].strip()


def days(first: date, last: date) -> str:
    return f"/reports/live?first={first}&last={last}"


def test_the_menu_leads_a_team_to_its_own_figures(
    client: FlaskClient, coordinator: User, held: Held
) -> None:
    held(12, early())
    client.sign_in(coordinator)
    assert "/reports/live" in client.get("/reports/").text
    page = client.get(f"/reports/live?period={past_quarter()}").text
    assert told(page, "Verschillende kinderen") == "12"
    assert "Everybody plays" in page
    assert "50" in page


def test_the_municipality_and_volunteers_have_no_live_figures(
    client: FlaskClient, make: Make, held: Held
) -> None:
    held(12, early())
    for role in (Role.MUNICIPALITY, Role.VOLUNTEER, Role.ADMIN):
        client.sign_in(make.user(role))
        for path in ("/reports/live", "/reports/live.csv", days(early(), early())):
            assert client.get(path).status_code == 403, (role, path)


def test_another_organisation_sees_its_own(client: FlaskClient, make: Make, held: Held) -> None:
    held(12, early())
    client.sign_in(make.worker())
    page = client.get(f"/reports/live?period={past_quarter()}").text
    assert "niets geteld" in page
    assert "Everybody plays" not in page


def test_days_that_nobody_fixed_count_each_child_once(
    client: FlaskClient, session: Session, worker: User, held: Held
) -> None:
    often = held(7, early(), early() + timedelta(days=7), past_quarter().previous.begins)
    held(6, early() + timedelta(days=14), place=None)
    held([*often, *held(5, past_quarter().ends)], past_quarter().ends - timedelta(days=1))
    client.sign_in(worker)
    later = early() + timedelta(days=14)
    for first, last in (
        (early(), later),
        (past_quarter().previous.begins - timedelta(days=40), past_quarter().ends),
        (past_quarter().previous.begins, later),
        (early(), early()),
    ):
        page = client.get(days(first, last)).text
        visits, children = session.execute(
            text("""SELECT count(*), count(DISTINCT child_id) FROM attendance
                JOIN register USING (occurrence_id)
                WHERE held_on BETWEEN :first AND :last AND presence = 'present'"""),
            {"first": first, "last": last},
        ).one()  # fmt: skip
        assert told(page, "Verschillende kinderen") == str(children), (first, last)
        assert told(page, "Bezoeken, met naam") == str(visits), (first, last)


def test_days_that_are_a_quarter_are_that_quarter(
    client: FlaskClient, worker: User, held: Held
) -> None:
    held(9, early())
    client.sign_in(worker)
    by_days = client.get(days(past_quarter().begins, past_quarter().ends)).text
    by_name = client.get(f"/reports/live?period={past_quarter()}").text
    assert told(by_days, "Verschillende kinderen") == told(by_name, "Verschillende kinderen")
    assert f"kwartaal {past_quarter().number} van {past_quarter().year}" in by_days


def test_days_that_touch_who_was_erased_say_so_and_a_quarter_stays_exact(
    client: FlaskClient, session: Session, worker: User, held: Held
) -> None:
    gone = held(3, early(), early() + timedelta(days=7))
    held(10, early())
    with unit_of_work(session):
        erasure.forget_children(session, SYSTEM, gone)
    client.sign_in(worker)
    page = client.get(days(early(), early() + timedelta(days=8))).text
    assert "10 tot 16 verschillende kinderen" in page
    assert told(page, "Bezoeken, met naam") == "16"
    exact = client.get(f"/reports/live?period={past_quarter()}").text
    assert told(exact, "Verschillende kinderen") == "13"
    assert "sindsdien gewist" not in exact


def test_where_the_erased_lived_nobody_knows_so_no_area_has_an_exact_number(
    client: FlaskClient, session: Session, make: Make, worker: User, held: Held,
    area: Neighbourhood,
) -> None:  # fmt: skip
    gone = held(3, early(), early() + timedelta(days=7))
    held(10, early())
    held(8, early(), place=make.neighbourhood())
    with unit_of_work(session):
        erasure.forget_children(session, SYSTEM, gone)
    client.sign_in(worker)
    some = days(early(), early() + timedelta(days=8))
    page = client.get(f"{some}&area={area.district_id}").text
    assert told(page, "Verschillende kinderen") == "10 tot 16"
    assert told(page, "Bezoeken, met naam") == "10 tot 16"
    assert "waar zij woonden" in page
    whole = client.get(some).text
    assert told(whole, "Verschillende kinderen") == "18 tot 24"
    assert told(whole, "Bezoeken, met naam") == "24"
    assert "8 tot 14" in whole
    table = client.get(some.replace("live?", "live.csv?")).text.lstrip("\ufeff")
    for row in csv.DictReader(StringIO(table)):
        assert row["measure"] != "children" or row["value"] == ""
    exact = client.get(f"/reports/live?period={past_quarter()}&area={area.district_id}").text
    assert told(exact, "Verschillende kinderen") == "13"


def test_who_asked_not_to_be_counted_is_not_counted_in_any_days(
    client: FlaskClient, session: Session, worker: User, held: Held
) -> None:
    child, *_ = held(12, early())
    with unit_of_work(session), recounting.recounted(session, [child]):
        limits.put(session, [session.get_one(Child, child)], Limit.UNCOUNTED)
        audit.record(session, SYSTEM, "child.limited", child)
    client.sign_in(worker)
    for address in (days(early(), early()), f"/reports/live?period={past_quarter()}"):
        page = client.get(address).text
        assert told(page, "Verschillende kinderen") == "11"
        assert told(page, "Bezoeken, met naam") == "11"


def test_a_small_number_is_not_shown_here_either(
    client: FlaskClient, make: Make, worker: User, held: Held, area: Neighbourhood
) -> None:
    held(30, early())
    held(3, early(), place=make.neighbourhood(district=area.district))
    held(20, early(), place=make.neighbourhood(district=area.district))
    client.sign_in(worker)
    for path in (f"period={past_quarter()}", f"first={early()}&last={early()}"):
        table = client.get(f"/reports/live.csv?{path}&area={area.district_id}").text
        rows = list(csv.DictReader(StringIO(table.lstrip("\ufeff"))))
        values = [
            row["value"]
            for row in rows
            if row["measure"] == "children" and row["level"] == "neighbourhood"
        ]
        assert "3" not in values
        assert values.count("") >= 2, "else the hidden one is what is left of the whole"


@pytest.mark.parametrize(
    "query",
    [
        "first=2026-05-01&last=2026-02-01", "last=2026-02-01", "first=0001-01-01&last=9999-12-31",
        "first=gisteren", "period=2026-Q9", "period=1800", "area=nowhere", "goal=x",
        "area=00000000-0000-0000-0000-000000000001&goal=00000000-0000-0000-0000-000000000001",
        "period=2199", "first=1900-01-01&last=2200-12-31", "period=1900",
    ],
)  # fmt: skip
def test_what_makes_no_sense_gets_words_and_never_an_error(
    client: FlaskClient, worker: User, held: Held, query: str
) -> None:
    held(6, early())
    client.sign_in(worker)
    for extension in ("", ".csv", ".xlsx"):
        assert client.get(f"/reports/live{extension}?{query}").status_code == 200
    assert client.get("/reports/live.doc").status_code == 404


def test_days_said_the_wrong_way_round_are_turned_and_it_says_so(
    client: FlaskClient, worker: User, held: Held
) -> None:
    held(6, early())
    client.sign_in(worker)
    page = client.get(days(early() + timedelta(days=1), early() - timedelta(days=1))).text
    assert "omgedraaid" in page
    assert told(page, "Verschillende kinderen") == "6"


def test_one_goal_narrows_reach_down_and_keeps_counting_under_a_new_name(
    client: FlaskClient, session: Session, worker: User, held: Held, goal: Goal
) -> None:
    held(8, early())
    held(9, early(), goals=False)
    with unit_of_work(session):
        goal.title = "All of us play"
        audit.record(session, SYSTEM, "test.renamed", goal.id)
    client.sign_in(worker)
    for when in (f"period={past_quarter()}", f"first={early()}&last={early()}"):
        page = client.get(f"/reports/live?{when}&goal={goal.id}").text
        assert told(page, "Verschillende kinderen") == "8"
        assert "All of us play" in page
        assert told(client.get(f"/reports/live?{when}").text, "Verschillende kinderen") == "17"


def test_the_period_before_stands_beside(client: FlaskClient, worker: User, held: Held) -> None:
    held(8, past_quarter().previous.begins)
    held(13, early())
    client.sign_in(worker)
    page = client.get(f"/reports/live?period={past_quarter()}").text
    assert "+5" in page
    long = past_quarter().ends - early()
    before = early() - timedelta(days=1) - long
    assert before <= past_quarter().previous.ends


def test_signals_are_for_who_may_see_them_on_the_map(
    client: FlaskClient, worker: User, coordinator: User, held: Held
) -> None:
    half = Period.holding(early())[1]
    for person, seen in ((worker, False), (coordinator, True)):
        client.sign_in(person)
        table = client.get(f"/reports/live.csv?period={half}").text
        assert (",signals," in table) is seen
        assert ",referrals," in table
        assert ",signals," not in client.get(f"/reports/live.csv?period={past_quarter()}").text


def test_the_workbook_holds_what_the_table_holds(
    client: FlaskClient, worker: User, held: Held
) -> None:
    held(11, early())
    client.sign_in(worker)
    query = f"period={past_quarter()}"
    table = client.get(f"/reports/live.csv?{query}").text.lstrip("\ufeff")
    answer = client.get(f"/reports/live.xlsx?{query}")
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).worksheets[1]
    written = [
        ["" if x is None else str(x) for x in row] for row in sheet.iter_rows(values_only=True)
    ]
    assert written == list(csv.reader(StringIO(table)))
    assert ["children", "11"] in [[row[1], row[6]] for row in written]

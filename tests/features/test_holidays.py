"""Holidays: brought in whole or not at all, written by hand, reckoned; each with its source."""

from datetime import date
from io import BytesIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.accounts.rules import Country
from kinderwerk.holidays import rules
from kinderwerk.holidays.models import Holiday
from kinderwerk.holidays.reading import Usual, read
from kinderwerk.holidays.rules import Free, Kind, Period, Region
from tests.make import Make

#: As the files of governments are found: headers twice, folded by a tab, days as CREATED.
DIRTY = b"""BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//made up//EN\r
CALSCALE:GREGORIAN\r
X-WR-CALNAME:Schoolvakanties\r
VERSION:2.0\r
CALSCALE:GREGORIAN\r
PRODID:-//made up//EN\r
X-WR-CALNAME:Schoolvakanties\r
BEGIN:VEVENT\r
UID:one\r
SUMMARY:Schoolvakantie \xe2\x80\x94 herfstvakantie (midden)\r
DTSTART;VALUE=DATE:20311018\r
DTEND;VALUE=DATE:20311027\r
DESCRIPTION:&sup1\\\\\\; Voor de her\r
\tfst\r
CREATED:20310910\r
END:VEVENT\r
BEGIN:VEVENT\r
UID:two\r
SUMMARY:Kerstvakantie (noord)\r
DTSTART;VALUE=DATE:20311220\r
DTEND;VALUE=DATE:20320105\r
END:VEVENT\r
END:VCALENDAR\r
"""
TABLE = """\ufeffId;StartDate;EndDate;Type;Name;Groups
a;2031-10-18;2031-10-26;School;NL Herfstvakantie,DE Herbstferien;NO,MI
b;2031-12-25;;Public;NL Eerste kerstdag;
""".encode()
SCHOOL = Usual(Kind.SCHOOL, None)


@pytest.fixture
def organisation(make: Make) -> Organisation:
    return make.organisation()


@pytest.fixture
def coordinator(client: FlaskClient, make: Make, organisation: Organisation) -> User:
    person = make.user(Role.COORDINATOR, organisation=organisation)
    client.sign_in(person)
    return person


def send(client: FlaskClient, content: bytes, **given: str) -> TestResponse:
    usual = {"kind": "school", "region": "", "source": "The ministry", "checked_on": "2026-01-01"}
    answer = client.post(
        "/holidays/import", data=usual | given | {"file": (BytesIO(content), "holidays.ics")}
    )
    answer.request.environ["wsgi.input"].close()
    return answer


def stored(session: Session) -> list[tuple[str, Region, date, date]]:
    session.rollback()
    rows = session.scalars(select(Holiday).order_by(Holiday.first_on, Holiday.region))
    return [(row.name, row.region, row.first_on, row.last_on) for row in rows]


def test_a_calendar_is_brought_in_despite_its_repeated_headers(
    client: FlaskClient, session: Session, coordinator: User
) -> None:
    assert send(client, DIRTY).status_code == 303
    assert stored(session) == [
        ("Herfstvakantie", Region.MIDDLE, date(2031, 10, 18), date(2031, 10, 26)),
        ("Kerstvakantie", Region.NORTH, date(2031, 12, 20), date(2032, 1, 4)),
    ]
    shown = client.get("/holidays/").text
    for words in ("Herfstvakantie", "The ministry", "2026"):
        assert words in shown


def test_the_same_file_again_doubles_nothing_and_a_corrected_one_takes_its_place(
    client: FlaskClient, session: Session, coordinator: User
) -> None:
    send(client, DIRTY)
    before = stored(session)
    send(client, DIRTY)
    assert stored(session) == before
    send(client, DIRTY.replace(b"20311018", b"20311011").replace(b"20311027", b"20311020"))
    assert [first for _, _, first, _ in stored(session)] == [
        date(2031, 10, 11), date(2031, 12, 20),
    ]  # fmt: skip


def test_a_table_says_kinds_and_several_regions() -> None:
    found = read(TABLE, SCHOOL)
    assert found.findings.faults == []
    assert [(one.name, one.region, one.last_on) for one in found.periods] == [
        ("Eerste kerstdag", Region.ALL, date(2031, 12, 25)),
        ("Herfstvakantie", Region.MIDDLE, date(2031, 10, 26)),
        ("Herfstvakantie", Region.NORTH, date(2031, 10, 26)),
    ]


@pytest.mark.parametrize(
    ("content", "where", "said"),
    [
        (TABLE.replace(b"2031-10-26", b"2031-10-01"), 2, "The last day is before the first."),
        (TABLE.replace(b"2031-12-25", b"soon"), 3, "“soon” is no day"),
        (TABLE.replace(b"NO,MI", b"WEST"), 2, "“WEST” is no region"),
        (TABLE.replace(b";NO,MI", b";"), 2, "It does not say for which region it is."),
        (TABLE.replace(b"2031-10-26", b"2032-10-26"), 2, "No holiday lasts that long."),
        (TABLE.replace(b";School;", b";Party;"), 2, "“Party” is no kind of holiday."),
        (b"naam;eerste dag\n", None, "It has headings but no rows below them."),
        (b"a;b\n1;2\n", None, "A column with the name"),
        (DIRTY.replace(b" (midden)", b""), 1, "It does not say for which region it is."),
        (DIRTY.replace(b"20311027", b"20311001"), 1, "It ends before it starts."),
        (DIRTY.replace(b"DTSTART", b"RRULE:FREQ=SECONDLY\r\nDTSTART"), 1, "once a day"),
        (DIRTY.replace(b"DTSTART", b"RRULE:FREQ=YEARLY\r\nDTSTART"), 1, "without an end"),
        (DIRTY.replace(b"END:VCALENDAR", b""), None, "No event stands in it."),
        (DIRTY.replace(b"DTSTART;VALUE=DATE:2031", b"DTSTART:soon"), 1, "cannot be read"),
        (DIRTY.replace(b"(noord)", b"(midden)").replace(b"20311220", b"20311020"), None, "both"),
        (b"", None, "It is empty."),
        (b"PK\x03\x04" + b"x" * 100, None, "It is a spreadsheet"),
        (b"x" * 1_100_000, None, "It is larger than 1 MB."),
    ],
)
def test_a_file_with_faults_is_told_where_they_are(
    content: bytes, where: int | None, said: str
) -> None:
    faults = read(content, SCHOOL).findings.faults
    assert faults
    assert faults[0].number == where
    assert said in faults[0].text


def test_of_a_file_with_one_fault_nothing_is_written(
    client: FlaskClient, session: Session, coordinator: User
) -> None:
    answer = send(client, TABLE.replace(b"2031-12-25", b"soon"))
    assert answer.status_code == 422
    assert "Regel 3" in answer.text
    assert stored(session) == []


def test_one_is_written_down_changed_and_taken_out(
    client: FlaskClient, session: Session, coordinator: User
) -> None:
    one = {
        "name": "Spring", "kind": "school", "region": "south", "first_on": "2031-02-15",
        "last_on": "2031-02-23", "source": "The school", "checked_on": "2026-01-01",
    }  # fmt: skip
    assert client.post("/holidays/new", data=one).status_code == 303
    assert client.post("/holidays/new", data=one).status_code == 422
    (row,) = session.scalars(select(Holiday)).all()
    there = f"/holidays/{row.id}"
    wrong = one | {"version": "1", "last_on": "2031-02-01"}
    assert client.post(f"{there}/edit", data=wrong).status_code == 422
    client.post(f"{there}/edit", data=one | {"version": "1", "last_on": "2031-02-22"})
    assert stored(session)[0][3] == date(2031, 2, 22)
    client.post(f"{there}/remove")
    assert stored(session) == []


def test_public_holidays_are_reckoned_once_and_the_region_is_set(
    client: FlaskClient, session: Session, coordinator: User, organisation: Organisation
) -> None:
    for _ in range(2):
        client.post("/holidays/reckoned", data={"year": "2031"})
    assert len(stored(session)) == 10
    assert client.post("/holidays/reckoned", data={"year": "99999"}).status_code == 303
    client.post("/holidays/region", data={"region": "south"})
    session.rollback()
    assert session.get_one(Organisation, organisation.id).holiday_region == "south"


def test_easter_and_what_hangs_on_it_are_where_the_calendar_has_them() -> None:
    days = {one.name: one.first_on for one in rules.reckoned(Country.NETHERLANDS, 2031)}
    assert days["Eerste paasdag"] == date(2031, 4, 13)
    assert days["Hemelvaartsdag"] == date(2031, 5, 22)
    assert days["Koningsdag"] == date(2031, 4, 26), "on a Sunday it is the day before"
    german = {one.name for one in rules.reckoned(Country.GERMANY, 2031)}
    assert "Tag der Arbeit" in german


def test_a_worker_reads_them_and_changes_none(
    client: FlaskClient, make: Make, organisation: Organisation
) -> None:
    holiday = make.holiday(organisation)
    client.sign_in(make.worker(organisation=organisation))
    assert "May holidays" in client.get("/holidays/").text
    for path in ("/holidays/new", "/holidays/import", f"/holidays/{holiday.id}/edit"):
        assert client.get(path).status_code in (403, 404)
    assert client.post(f"/holidays/{holiday.id}/remove").status_code in (403, 404)


def test_a_region_keeps_its_own_holidays_and_those_of_everybody() -> None:
    day = date(2031, 5, 14)
    periods = {
        region: Period(
            kind=Kind.SCHOOL, region=region, name=region.value, first_on=day, last_on=day
        )
        for region in Region
    }
    north = Free(school=Region.NORTH)
    assert [one for one in periods if north.keeps(periods[one])] == [Region.NORTH, Region.ALL]
    assert not [one for one in periods if Free(public=True).keeps(periods[one])]
    assert rules.closed([periods[Region.NORTH]], [day, day + rules.DAY]) == {day: "north"}

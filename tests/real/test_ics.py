"""Calendars of others come in with the dates that two other libraries agree on."""

import json
from datetime import date
from pathlib import Path

import pytest

from kinderwerk.calendars import apart
from kinderwerk.calendars.events import Event, Moments
from kinderwerk.holidays import apart as holidays
from kinderwerk.holidays.rules import Kind, Region, Upload

pytestmark = pytest.mark.real
FIRST, LAST = date(2015, 1, 1), date(2027, 12, 31)


def written(event: Event, moment: Moments) -> str:
    """Write when something begins as the oracle does."""
    if event.whole_day:
        return f"{moment.starts:%Y-%m-%d}"
    return f"{moment.starts:%Y-%m-%dT%H:%M:%S}" + (".000Z" if moment.starts.tzinfo else "")


def test_every_file_on_which_two_libraries_agree_has_their_dates(real_data: Path) -> None:
    oracle = json.loads((real_data / "oracle/ics-occurrences.json").read_text("utf-8"))
    agreed = {name: one["python"] for name, one in oracle.items() if one["agree"]}
    differ = {}
    for name, expected in agreed.items():
        calendar = apart.read((real_data / "ics" / name).read_bytes(), FIRST, LAST)
        found = sorted(written(each, one) for each in calendar.events for one in each.dates)
        first = found[: len(expected["first"])]
        if (len(found), first) != (expected["count"], sorted(expected["first"])):
            differ[name] = (len(found), expected["count"])
    print(f"\n{len(agreed) - len(differ)} of {len(agreed)} files have the dates of the oracle")  # noqa: T201
    assert differ == {}
    assert len(agreed) == 55


@pytest.mark.parametrize(("region", "count"), [("central", 18), ("north", 18)])
def test_school_holidays_are_read_despite_their_repeated_headers(
    real_data: Path, region: str, count: int
) -> None:
    content = (real_data / f"ics/nl-school-{region}.ics").read_bytes()
    found = holidays.read(asked(content, Kind.SCHOOL))
    assert found.findings.faults == []
    assert len(found.periods) == count
    expected = Region.NORTH if region == "north" else Region.MIDDLE
    assert {one.region for one in found.periods} == {expected}
    print(f"\nnl-school-{region}.ics: {len(found.periods)} holidays")  # noqa: T201


def test_public_holidays_that_overlap_are_told_and_not_taken(real_data: Path) -> None:
    """The file says that each lasts two days, so that Easter Sunday is on Easter Monday too."""
    content = (real_data / "ics/nl-public-holidays.ics").read_bytes()
    found = holidays.read(asked(content, Kind.PUBLIC))
    assert len(found.periods) == 33
    assert any("Tweede Paasdag" in fault.text for fault in found.findings.faults)


@pytest.mark.parametrize("kind", Kind)
def test_the_open_table_of_holidays_is_read_whole(real_data: Path, kind: Kind) -> None:
    folder = real_data / "calendar"
    content = (folder / f"openholidays-nl-holidays.{kind.value}.csv").read_bytes()
    found = holidays.read(asked(content, kind))
    assert found.findings.faults == []
    assert len(found.periods) > 100


def asked(content: bytes, kind: Kind) -> Upload:
    return Upload(content=content, kind=kind, region=None, source="Public", checked_on=LAST)

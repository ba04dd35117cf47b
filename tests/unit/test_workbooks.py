"""A workbook is looked through before the library that reads it sees it."""

import pytest

from kinderwerk.places.reading import workbooks
from tests import hostile

EXPANDING = [name for name in hostile.FILES if name.startswith("expanding")]


@pytest.mark.parametrize("name", EXPANDING)
def test_whatever_declares_entities_is_refused_unread(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("openpyxl.load_workbook", lambda *_, **__: pytest.fail("it was read"))
    found = workbooks.read(hostile.FILES[name], lambda cells: "Naam" in cells, most=100)
    assert [fault.text for fault in found.findings.faults] == [
        "This workbook cannot be read. Save it anew."
    ]
    assert not found.rows


def test_what_a_program_of_tables_writes_is_read() -> None:
    content = hostile.workbook(["Naam", "Soort"], ["Trapveld", "play"])
    found = workbooks.read(content, lambda cells: "Naam" in cells, most=100)
    assert not found.findings.faults
    assert len(found.rows) == 1

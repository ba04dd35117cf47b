"""Tables of key figures as public bodies publish them, and as they should not."""

import pytest

from kinderwerk.places.reading import figures
from kinderwerk.places.reading.columns import Columns
from kinderwerk.places.reading.figures import Band, KeyFigures
from kinderwerk.places.reading.findings import Unreadable
from kinderwerk.places.reading.outlines import Wanted

TO_15 = Band(0, 15)


def read(text: str | bytes, wanted: Wanted | None = None) -> KeyFigures:
    data = text.encode() if isinstance(text, str) else text
    return figures.read(data, wanted, year=2024)


def faults(found: KeyFigures) -> list[str]:
    return [finding.text for finding in found.findings.faults]


THREE_LEVELS = (
    "code;naam;niveau;inwoners;inwoners_0_tot_15;woz_x1000\r\n"
    "GM0599;Rotterdam;gemeente;670610;108000;300,5\r\n"
    "WK059901;Centrum;wijk;42565;3270;413\r\n"
    "BU05990110;Stadsdriehoek;buurt;16300;1.265;412,5\r\n"
    "BU05990111;Oude Westen;buurt;9555;.;\r\n"
)


def test_three_levels_stand_in_one_table() -> None:
    found = read(THREE_LEVELS)
    assert [area.code.text for area in found.areas] == [
        "GM0599", "WK059901", "BU05990110", "BU05990111",
    ]  # fmt: skip
    assert found.bands == {TO_15: "inwoners_0_tot_15"}
    assert found.areas[2].children == {TO_15: 1265}
    assert found.areas[3].children == {TO_15: None}
    assert found.areas[3].residents == 9555


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_encoding_and_delimiter_are_found_out(encoding: str, delimiter: str) -> None:
    text = "code;naam;a_inw;a_00_14\nBU05990110;Curaçao;5;5\n".replace(";", delimiter)
    (area,) = read(text.encode(encoding)).areas
    assert (area.name, area.children) == ("Curaçao", {TO_15: 5})


def test_titles_above_the_headings_are_passed_over() -> None:
    text = "Kerncijfers 2024;;\n\n;bron: gemeente;\ncode;a_inw;a_00_14\nBU05990110;10;5\n"
    found = read(text)
    assert not faults(found)
    assert found.areas[0].number == 5


@pytest.mark.parametrize(
    ("headings", "expected"),
    [
        (["inwoners_0_tot_15"], {TO_15}),
        (["k_0Tot15Jaar_8", "k_15Tot25Jaar_9", "k_25Tot45Jaar_10"], {TO_15, Band(15, 25)}),
        (["a_00_14", "a_15_24"], {TO_15, Band(15, 25)}),
        (["0 t/m 3 jaar", "4 t/m 11 jaar"], {Band(0, 4), Band(4, 12)}),
        (["E_E00_06", "E_E06_10"], {Band(0, 6), Band(6, 11)}),
        (["unter 6", "6 bis unter 12"], {Band(0, 6), Band(6, 12)}),
        (["p_00_14_jr", "% 0-14", "inwoners_65_plus", "woz_2024", "scholen_binnen_3km"], set()),
    ],
)
def test_bands_of_ages_are_read_as_published(headings: list[str], expected: set[Band]) -> None:
    assert set(figures.bands_of(headings)) == expected


def test_the_column_of_a_band_can_be_named() -> None:
    wanted = Wanted(columns=Columns.parse("code=id,children0to12=kids,residents=all"))
    (area,) = read("id,kids,all\nBU05990110,7,90\n", wanted).areas
    assert area.children == {Band(0, 12): 7}
    assert area.residents == 90


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("12", 12), ("1.234", 1234), ("1 234", 1234), ("1\u00a0234", 1234), ("1.234.567", 1234567),
        ("12,0", 12), ("12.00", 12), ("007", 7), ("0", 0),
        ("", None), (".", None), ("-", None), ("x", None), ("-99997", None), ("-99999999.0", None),
    ],
)  # fmt: skip
def test_numbers_of_people_are_read_as_published(raw: str, expected: int | None) -> None:
    assert figures.count(raw) == expected


@pytest.mark.parametrize("raw", ["12,5", "-3", "1e5", "many", "=1+1", "99999999999", "1,234"])
def test_what_is_not_a_number_of_people_is_refused(raw: str) -> None:
    with pytest.raises(Unreadable):
        figures.count(raw)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "It is empty."),
        ("PK\x03\x04", "It is a spreadsheet; save it as CSV first."),
        ("{}", "It is not a table."),
        ("code;a\0;c\n", "It is not a text file."),
        ("code;inwoners\n", "It has headings but no rows below them."),
        ("code;inwoners;inwoners\nBU05990110;1;1\n",
         "The heading “inwoners” stands above more than one column."),
        ("code;inwoners\nBU05990110\n", "Row 2: It has 1 cells, and there are 2 headings."),
        ("code;inwoners\nBU05990110;1;2\n", "Row 2: It has 3 cells, and there are 2 headings."),
        ("code;inwoners\nBU05990110;veel\n", "Row 2: “veel” is not a number of people."),
        ("code;inwoners\nXX;1\n",
         "Row 2: “XX” is not a code of Statistics Netherlands (such as BU05991701)."),
        ("code;inwoners\nBU05990110;1\nBU05990110;1\n",
         "Row 3: The code BU05990110 stands in row 2 already."),
        ('code;inwoners\n"BU05990110;1\n',
         "Row 2 cannot be read: its quotation marks do not match."),
        ("code;naam\nBU05990110;Oost\n",
         "No column tells how many people or children live there. There are: code, naam."),
        ("a;b\n1;2\n",
         "No column is known to hold the code. There are: a, b. Say which one: code=…"),
        ("code;inwoners;a_00_14\nBU05990110;5;500\n",
         "Row 2: It has 500 children (0\u201315) but only 5 residents."),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_its_row(text: str, fault: str) -> None:
    assert faults(read(text)) == [fault]


def test_the_year_is_taken_from_its_column_or_from_the_name() -> None:
    told = figures.read(b"code;jaar;inwoners\nBU05990110;2023JJ00;5\n")
    assert told.year == 2023
    assert figures.year_in_name("kerncijfers-wijken-en-buurten-2024.csv") == 2024
    assert figures.year_in_name("kerncijfers-2999.csv") is None
    mixed = figures.read(b"code;jaar;inwoners\nBU05990110;2023;5\nBU05990111;2024;5\n")
    assert faults(mixed) == ["It holds the figures of more than one year: 2023, 2024. Keep one."]


def test_rows_of_other_municipalities_are_counted_and_left_out() -> None:
    found = read("code;inwoners\nBU05990110;1\nBU03630000;1\n", Wanted(municipality="GM0599"))
    assert (len(found.areas), found.elsewhere) == (1, 1)

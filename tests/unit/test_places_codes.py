import pytest

from kinderwerk.places.reading import codes
from kinderwerk.places.reading.codes import Level
from kinderwerk.places.reading.findings import Unreadable
from kinderwerk.places.rules import CodeScheme


@pytest.mark.parametrize(
    ("raw", "hint", "expected"),
    [
        ("BU05991701", Level.NEIGHBOURHOOD, "BU05991701"),
        (" bu 0599 1701 ", Level.NEIGHBOURHOOD, "BU05991701"),
        ("BU0363AF01", Level.NEIGHBOURHOOD, "BU0363AF01"),
        ("05991701", Level.NEIGHBOURHOOD, "BU05991701"),
        ("6060101", Level.NEIGHBOURHOOD, "BU06060101"),
        ("WK059917", Level.NEIGHBOURHOOD, "WK059917"),
        ("59917", Level.DISTRICT, "WK059917"),
        ("599", Level.MUNICIPALITY, "GM0599"),
        ("1701", Level.NEIGHBOURHOOD, "BU05991701"),
        ("101", Level.NEIGHBOURHOOD, "BU05990101"),
        ("7", Level.DISTRICT, "WK059907"),
    ],
)
def test_a_dutch_code_is_read_however_it_was_written(raw: str, hint: Level, expected: str) -> None:
    assert codes.read(CodeScheme.NL_CBS, raw, hint, "GM0599").text == expected


@pytest.mark.parametrize(
    "raw", ["", "  ", "BU", "BU0599170", "BU059917011", "node/7", "BU0599é701"]
)
def test_what_is_not_a_dutch_code_is_refused(raw: str) -> None:
    with pytest.raises(Unreadable):
        codes.read(CodeScheme.NL_CBS, raw)


def test_a_short_number_needs_its_municipality() -> None:
    with pytest.raises(Unreadable):
        codes.read(CodeScheme.NL_CBS, "1701")


def test_a_german_number_is_written_behind_the_key_of_its_municipality() -> None:
    read = codes.read(CodeScheme.DE_AGS, "77", municipality="05515000")
    assert read.text == "05515000-77"
    assert codes.read(CodeScheme.DE_AGS, "5515000", Level.MUNICIPALITY).text == "05515000"


def test_two_spellings_of_one_code_have_the_same_key() -> None:
    spellings = ("77", "077", "05515000-77")
    read = {codes.read(CodeScheme.DE_AGS, raw, municipality="05515000").key for raw in spellings}
    assert len(read) == 1


def test_a_neighbourhood_names_its_district_and_municipality() -> None:
    code = codes.read(CodeScheme.NL_CBS, "BU05991701")
    assert codes.district_of(CodeScheme.NL_CBS, code) == "WK059917"
    assert codes.municipality_of(CodeScheme.NL_CBS, code) == "GM0599"
    assert codes.municipality_of(CodeScheme.FREE, codes.read(CodeScheme.FREE, "Noord")) is None

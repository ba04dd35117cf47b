import pytest

from kinderwerk.places.reading import schools

HEADINGS = "brin,naam,straat,huisnummer,postcode,plaats,telefoon,internetadres,lat,lon\n"


def test_a_school_is_read_with_its_address_and_point() -> None:
    row = (
        "03NB00,De Rozenhorst,Jan Tooropstraat,1-3-5,3181he,HOEK VAN HOLLAND,"
        "010-1234567,www.rozenhorst.example,51.9,4.2\n"
    )
    (school,) = schools.read((HEADINGS + row).encode()).rows
    assert (school.reference, school.name) == ("03NB00", "De Rozenhorst")
    assert (school.address, school.postcode) == ("Jan Tooropstraat 1-3-5", "3181 HE")
    assert school.town == "Hoek van Holland"
    assert school.website == "https://www.rozenhorst.example"
    assert (school.latitude, school.longitude) == (51.9, 4.2)


def test_a_school_without_a_point_is_still_a_school() -> None:
    (school,) = schools.read((HEADINGS + "05DG00,Mahler,,,,,,,,\n").encode()).rows
    assert school.latitude is None
    assert not school.faults


@pytest.mark.parametrize(
    ("row", "fault"),
    [
        ("1,,a,1,,,,,,", "Row 2: It has no name."),
        ("1,A,a,1,,,,,51.9,", "Row 2: It has half a point: latitude or longitude is missing."),
        ("1,A,a,1,,,,,noord,4", "Row 2: “noord, 4” is not a latitude and longitude in degrees."),
        ("1,A,a,1,,,,,95,4", "Row 2: “95, 4” is not a latitude and longitude in degrees."),
        ("1,A,a,1,,,bel mij,,,", "Row 2: “bel mij” is not a phone number."),
        ("1,A,a,1,,,,javascript://x.nl,,",
         "Row 2: “javascript://x.nl” is not the address of a website."),
    ],
)  # fmt: skip
def test_a_faulty_row_says_what_is_wrong(row: str, fault: str) -> None:
    found = schools.read((HEADINGS + row + "\n").encode())
    assert [finding.text for finding in found.findings.faults] == [fault]
    assert found.rows[0].faults


def test_a_number_that_stands_twice_is_refused() -> None:
    found = schools.read((HEADINGS + "1,A,,,,,,,,\n1,B,,,,,,,,\n").encode())
    assert [finding.text for finding in found.findings.faults] == [
        "Row 3: The number 1 stands in row 2 already."
    ]


def test_a_list_without_names_is_refused() -> None:
    found = schools.read(b"straat,plaats\nMarkt,Delft\n")
    assert "hold the name" in found.findings.faults[0].text

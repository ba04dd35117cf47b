"""Real outlines, key figures and schools go in whole, and land where an oracle says."""

import csv
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.places import queries
from kinderwerk.places.locating import Locator
from kinderwerk.places.models import District, KeyFigure, Neighbourhood, Venue
from kinderwerk.places.reading import figures, outlines, schools
from kinderwerk.places.reading.columns import Columns
from kinderwerk.places.reading.figures import Band, KeyFigures
from kinderwerk.places.reading.joining import Joined, join
from kinderwerk.places.reading.outlines import Outlines, Wanted
from kinderwerk.places.rules import CodeScheme
from tests.make import Make

pytestmark = pytest.mark.real
CITIES = {"rotterdam": (91, 91), "schiedam": (52, 42), "utrecht": (111, 111)}
SCHIEDAM_WITHOUT_FIGURES = {
    "BU06060000", "BU06060405", "BU06060500", "BU06060707", "BU06060803", "BU06060905",
    "BU06060906", "BU06060907", "BU06060908", "BU06060909",
}  # fmt: skip


def drawn(folder: Path, city: str) -> Outlines:
    return outlines.read((folder / f"geo/nl-{city}-buurten.geojson").read_bytes())


def counted(folder: Path, city: str) -> KeyFigures:
    file = folder / f"kerncijfers/nl-{city}-kerncijfers-2024.csv"
    return figures.read(file.read_bytes(), year=figures.year_in_name(file.name))


def joined(folder: Path, city: str) -> Joined:
    return join(drawn(folder, city), counted(folder, city), CodeScheme.NL_CBS)


def expected(folder: Path, city: str) -> dict[str, str | None]:
    with (folder / f"oracle/nl-{city}-school-in-buurt.csv").open() as file:
        rows = list(csv.DictReader(file))
    nowhere = ("NO_COORDINATE", "OUTSIDE", "NONE", "")
    return {
        row["brin"]: None if row["expected_buurtcode"] in nowhere else row["expected_buurtcode"]
        for row in rows
    }


@pytest.mark.parametrize("city", CITIES)
def test_as_many_codes_join_as_there_are(real_data: Path, city: str) -> None:
    found = joined(real_data, city)
    assert not found.faulty
    assert (len(found.neighbourhoods), found.with_figures) == CITIES[city]
    assert found.year == 2024
    assert list(found.bands) == [Band(0, 15)]


def test_schiedam_tells_exactly_which_codes_do_not_join(real_data: Path) -> None:
    found = joined(real_data, "schiedam")
    assert {area.code for area in found.without_figures} == SCHIEDAM_WITHOUT_FIGURES
    assert len(found.without_outline) == 28
    renamed = {area.code: (area.name, name) for area, name in found.renamed}
    assert renamed["BU06060705"] == ("Kethel-dorp", "Groenoord-Noord")


@pytest.mark.parametrize("city", CITIES)
def test_every_school_lies_where_the_oracle_says(real_data: Path, city: str) -> None:
    locator = Locator((area.code.text, area.outline) for area in drawn(real_data, city).areas)
    read = schools.read((real_data / f"locations/nl-{city}-basisscholen.csv").read_bytes())
    assert not read.findings.faults
    found = {
        school.reference: locator.find(school.latitude, school.longitude)
        if school.latitude is not None and school.longitude is not None
        else None
        for school in read.rows
    }
    assert found == expected(real_data, city)


def test_the_untouched_dutch_metres_fall_on_the_converted_outlines(real_data: Path) -> None:
    raw = (real_data / "hostile/geojson/nl-rotterdam-buurten-RD28992-no-crs.geojson").read_bytes()
    columns = Columns.parse("code=TEKST,name=BUURTNAAM,district_name=GEBDNAAM")
    metres = outlines.read(raw, Wanted(municipality="GM0599", columns=columns))
    assert not metres.findings.faults
    degrees = {area.code.text: area.outline for area in drawn(real_data, "rotterdam").areas}
    for area in metres.areas:
        other = degrees[area.code.text]
        shared = area.outline.intersection(other).area / area.outline.union(other).area
        assert shared > 0.99, area.code.text


def test_german_districts_are_read_with_their_numbers(real_data: Path) -> None:
    wanted = Wanted(scheme=CodeScheme.DE_AGS, municipality="05515000")
    found = outlines.read((real_data / "geo/de-muenster-stadtteile.geojson").read_bytes(), wanted)
    assert not found.findings.faults
    assert len(found.areas) == 45
    assert "05515000-77" in {area.code.text for area in found.areas}


def test_rotterdam_is_imported_by_the_commands(
    app: Flask, session: Session, make: Make, real_data: Path
) -> None:
    town = make.municipality(name="Rotterdam")
    owner = make.organisation(municipality=town)
    runner = app.test_cli_runner()
    neighbourhoods = [
        "import", "neighbourhoods", f"{real_data}/geo/nl-rotterdam-buurten.geojson",
        "--key-figures", f"{real_data}/kerncijfers/nl-rotterdam-kerncijfers-2024.csv",
        "--municipality", "Rotterdam",
    ]  # fmt: skip
    told = runner.invoke(args=neighbourhoods)
    assert told.exit_code == 0, told.output
    assert "91 of them have figures of 2024." in told.output
    told = runner.invoke(
        args=["import", "schools", f"{real_data}/locations/nl-rotterdam-basisscholen.csv",
              "--organisation", owner.name]
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    session.rollback()
    assert len(session.scalars(select(District)).all()) == 21
    assert len(session.scalars(select(KeyFigure)).all()) == 182
    placed = {
        venue.source_key: venue.neighbourhood.code if venue.neighbourhood else None
        for venue in session.scalars(select(Venue))
    }
    assert placed == expected(real_data, "rotterdam")
    areas: list[UUID] = list(session.scalars(select(Neighbourhood.id)))
    living = queries.children_living(session, areas)
    assert sum(known.value or 0 for known in living.values()) == 101_195
    assert runner.invoke(args=neighbourhoods).exit_code == 0  # again: nothing doubles
    session.rollback()
    assert len(session.scalars(select(Neighbourhood)).all()) == 91

"""Every hostile file gets a clear refusal or a right result, through each reader and whole."""

import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.places.models import Neighbourhood, Venue
from kinderwerk.places.reading import figures, outlines, schools
from tests.make import Make

pytestmark = pytest.mark.real


def hostile(real_data: Path, kind: str) -> list[Path]:
    files = sorted((real_data / "hostile" / kind).iterdir())
    return [file for file in files if not file.name.endswith(".expected.json")]


def test_hostile_outlines_are_refused_in_words(real_data: Path) -> None:
    files = hostile(real_data, "geojson")
    assert len(files) > 40
    for file in files:
        found = outlines.read(file.read_bytes())
        assert found.findings.faults, file.name
        assert all(fault.text for fault in found.findings.faults), file.name


def test_hostile_geometries_inside_a_good_file_are_refused_with_their_place(
    real_data: Path,
) -> None:
    for file in hostile(real_data, "geojson"):
        try:
            document: Any = json.loads(file.read_bytes())
        except ValueError:
            continue
        geometry = document.get("geometry", document) if isinstance(document, dict) else document
        properties = {"buurtcode": "BU05990101", "buurtnaam": "Oost"}
        feature = {"type": "Feature", "properties": properties, "geometry": geometry}
        collection = {"type": "FeatureCollection", "features": [feature]}
        found = outlines.read(json.dumps(collection).encode())
        assert found.findings.faults, file.name
        assert not found.areas, file.name


def test_hostile_tables_are_refused_in_words(real_data: Path) -> None:
    for file in hostile(real_data, "csv"):
        found = figures.read(file.read_bytes(), year=2024)
        assert found.findings.faults, file.name
        assert all(fault.text for fault in found.findings.faults), file.name


def test_hostile_tables_as_schools_are_refused_or_read_right(real_data: Path) -> None:
    for file in hostile(real_data, "csv"):
        found = schools.read(file.read_bytes())
        assert found.findings.faults or found.rows, file.name
        assert all(school.name or school.faults for school in found.rows), file.name


def test_hostile_files_write_nothing(
    app: Flask, session: Session, make: Make, real_data: Path
) -> None:
    make.municipality(name="Rotterdam")
    runner = app.test_cli_runner()
    good = real_data / "geo/nl-rotterdam-buurten.geojson"
    tries = [[file] for file in hostile(real_data, "geojson")]
    tries += [[good, "--key-figures", file] for file in hostile(real_data, "csv")]
    for words in tries:
        result = runner.invoke(args=["import", "neighbourhoods", *map(str, words)])
        assert result.exit_code == 1, (words, result.output)
        assert "Nothing was written." in result.output, words
    session.rollback()
    assert session.scalars(select(Neighbourhood)).all() == []
    assert session.scalars(select(Venue)).all() == []

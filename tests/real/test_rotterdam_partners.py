"""The real schools of a city become partners, each in the neighbourhood that an oracle names."""

import csv
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.partners.models import Partner
from kinderwerk.partners.rules import HelpSystem, PartnerType
from tests.make import Make

pytestmark = pytest.mark.real
NOWHERE = ("NO_COORDINATE", "OUTSIDE", "NONE", "")


def expected(folder: Path, city: str) -> dict[str, str | None]:
    with (folder / f"oracle/nl-{city}-school-in-buurt.csv").open() as file:
        rows = {row["brin"]: row["expected_buurtcode"] for row in csv.DictReader(file)}
    return {number: None if code in NOWHERE else code for number, code in rows.items()}


@pytest.mark.parametrize(("city", "schools"), [("rotterdam", 175), ("schiedam", 21)])
def test_every_school_is_a_partner_where_the_oracle_says(
    app: Flask, session: Session, make: Make, real_data: Path, city: str, schools: int
) -> None:
    owner = make.organisation(municipality=make.municipality(name=city))
    runner = app.test_cli_runner()
    outlines = f"{real_data}/geo/nl-{city}-buurten.geojson"
    drawn = runner.invoke(args=["import", "neighbourhoods", outlines, "--municipality", city])
    assert drawn.exit_code == 0, drawn.output
    listed = f"{real_data}/locations/nl-{city}-basisscholen.csv"
    for new in (schools, 0):
        told = runner.invoke(args=["import", "partners", listed, "--organisation", owner.name])
        assert told.exit_code == 0, told.output
        assert f"Wrote {schools} partners ({new} new)." in told.output
    session.rollback()
    partners = session.scalars(select(Partner)).all()
    assert {partner.kind for partner in partners} == {PartnerType.PRIMARY_SCHOOL}
    assert {partner.help_system for partner in partners} == {HelpSystem.EDUCATION}
    placed = {
        partner.source_key: partner.neighbourhood.code if partner.neighbourhood else None
        for partner in partners
    }
    assert placed == expected(real_data, city)

"""Neighbourhoods come in through a page or the command line: all of a file, or nothing."""

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.audit.models import AuditEntry
from kinderwerk.places import queries
from kinderwerk.places.models import District, KeyFigure, Neighbourhood, PlaceImport, Venue
from kinderwerk.places.reading import apart
from kinderwerk.places.reading import upload as reading
from kinderwerk.places.rules import CodeScheme, Upload, VenueKind
from tests.make import Make

DATA = Path(__file__).parent.parent / "data" / "places"
OUTLINES = DATA / "zomerdorp-buurten.geojson"
FIGURES = DATA / "zomerdorp-kerncijfers-2024.csv"
SCHOOLS = DATA / "zomerdorp-scholen.csv"
RD = DATA / "zomerdorp-buurten-rd.geojson"


@pytest.fixture
def organisation(make: Make) -> Organisation:
    return make.organisation(municipality=make.municipality(name="Zomerdorp"))


@pytest.fixture
def admin(make: Make, organisation: Organisation, client: FlaskClient) -> User:
    user = make.user(Role.ADMIN, organisation=organisation)
    client.sign_in(user)
    return user


def send(
    client: FlaskClient, outlines: bytes | None = None, figures: bytes | None = None, **form: str
) -> TestResponse:
    files = {
        "outlines": (BytesIO(outlines or OUTLINES.read_bytes()), "buurten.geojson"),
        "figures": (BytesIO(figures or FIGURES.read_bytes()), "kerncijfers-2024.csv"),
    }
    answer = client.post("/neighbourhoods/import", data={"scheme": "nl_cbs", **files, **form})
    answer.request.environ["wsgi.input"].close()  # large bodies come from a temporary file
    return answer


def count(session: Session, table: type) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def test_an_import_is_looked_at_before_anything_is_written(
    client: FlaskClient, session: Session, admin: User
) -> None:
    answer = send(client)
    assert answer.status_code == 303
    preview = client.get(answer.location)
    assert "Park" in preview.text  # an outline without figures
    assert "Verdwenen" in preview.text  # figures without an outline
    assert count(session, Neighbourhood) == 0

    assert client.post(answer.location).status_code == 303
    assert count(session, PlaceImport) == 0
    shown = client.get("/neighbourhoods/")
    assert "Wijk 02 Water" in shown.text
    deeds = session.scalars(select(AuditEntry.deed)).all()
    assert "places.imported" in deeds


def test_figures_are_kept_as_published(client: FlaskClient, session: Session, admin: User) -> None:
    client.post(send(client).location)
    east, haven = (
        session.scalars(select(Neighbourhood).where(Neighbourhood.name == name)).one()
        for name in ("Oost", "Haven")
    )
    living = queries.children_living(session, [east.id, haven.id])
    assert (living[east.id].value, living[east.id].year) == (400, 2024)
    assert (living[east.id].age_from, living[east.id].age_to) == (0, 14)
    assert living[east.id].label == "inwoners_0_tot_15"
    assert living[haven.id].value is None
    assert queries.numbers(session, [east.id]).residents == {east.id: 1500}
    assert "inwoners 0 tot 15" in client.get(f"/neighbourhoods/{east.id}").text


def test_importing_again_changes_and_does_not_double(
    client: FlaskClient, session: Session, admin: User
) -> None:
    client.post(send(client).location)
    first = {row.code: row.id for row in session.scalars(select(Neighbourhood))}
    figures = count(session, KeyFigure)
    changed = OUTLINES.read_text().replace('"Oost"', '"Oostkwartier"').encode()
    client.post(send(client, changed).location)
    again = session.scalars(select(Neighbourhood)).all()
    assert {row.code: row.id for row in again} == first
    assert "Oostkwartier" in {row.name for row in again}
    assert (count(session, District), count(session, KeyFigure)) == (2, figures)


def test_files_with_faults_are_refused_with_every_fault_and_its_place(
    client: FlaskClient, session: Session, admin: User
) -> None:
    outlines = OUTLINES.read_text().replace("BU99990102", "BU99990101").encode()
    figures = FIGURES.read_text().replace("1.500", "veel").encode()
    answer = send(client, outlines, figures)
    assert answer.status_code == 422
    for word in ("BU99990101", "veel", "5"):
        assert word in answer.text
    assert (count(session, PlaceImport), count(session, Neighbourhood)) == (0, 0)


@pytest.mark.parametrize("rubbish", [b"", b"{", b"[" * 50_000, b"\xff\xfe\x00", b"PK\x03\x04" * 99])
def test_rubbish_is_refused_without_a_fuss(
    client: FlaskClient, admin: User, rubbish: bytes
) -> None:
    assert send(client, rubbish or b" ").status_code == 422
    assert send(client, figures=rubbish or b" ").status_code == 422


def test_files_that_take_too_long_are_refused_and_the_page_goes_on(
    client: FlaskClient, session: Session, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apart, "BOUNDS", replace(apart.BOUNDS, seconds=0.01))
    answer = send(client)
    assert answer.status_code == 422
    assert "te veel tijd" in answer.text
    assert count(session, PlaceImport) == 0


def test_what_the_child_reads_arrives_as_it_was_read() -> None:
    figures = FIGURES.read_text().replace("1.500", "veel").encode()
    for outlines, counted in ((OUTLINES.read_bytes(), FIGURES.read_bytes()), (b"{", figures)):
        upload = Upload(
            outlines=outlines, figures=counted, scheme=CodeScheme.NL_CBS, columns="", year=2024
        )
        assert apart.read(upload, "GM9999") == reading.read(upload, "GM9999")


def test_columns_can_be_named_for_files_that_name_them_otherwise(
    client: FlaskClient, session: Session, admin: User
) -> None:
    session.rollback()
    client.post(send(client).location)  # now the municipality has its code
    answer = send(client, RD.read_bytes(), columns="code=TEKST,name=BUURTNAAM,children0to15=kind")
    assert answer.status_code == 422  # the table has no such column
    figures = FIGURES.read_text().replace("code;naam", "TEKST;BUURTNAAM").encode()
    answer = send(client, RD.read_bytes(), figures, columns="code=TEKST,name=BUURTNAAM")
    assert answer.status_code == 303


def test_the_areas_of_another_municipality_are_refused(
    client: FlaskClient, make: Make, session: Session, admin: User
) -> None:
    client.post(send(client).location)
    elsewhere = OUTLINES.read_text().replace("BU9999", "BU8888").encode()
    answer = send(client, elsewhere)
    assert answer.status_code == 422


def test_an_upload_is_confirmed_once(client: FlaskClient, admin: User) -> None:
    preview = send(client).location
    assert client.post(preview).status_code == 303
    assert client.post(preview).status_code == 404


def test_an_upload_can_be_thrown_away(client: FlaskClient, session: Session, admin: User) -> None:
    preview = send(client).location
    assert client.post(f"{preview}/discard").status_code == 303
    assert (count(session, PlaceImport), count(session, Neighbourhood)) == (0, 0)


def test_only_administrators_of_the_municipality_import(
    app: Flask, client: FlaskClient, make: Make, organisation: Organisation, admin: User
) -> None:
    preview = send(client).location
    for role in (Role.WORKER, Role.COORDINATOR, Role.MUNICIPALITY):
        other = app.test_client()
        other.sign_in(make.user(role, organisation=organisation))
        assert send(other).status_code == 403
        assert other.get(preview).status_code == 403
    elsewhere = app.test_client()
    there = make.organisation(municipality=make.municipality())
    elsewhere.sign_in(make.user(Role.ADMIN, organisation=there))
    assert elsewhere.post(preview).status_code == 404


def test_a_file_too_large_for_others_is_read_for_the_administrator(
    app: Flask, client: FlaskClient, make: Make, organisation: Organisation, admin: User
) -> None:
    spacious = OUTLINES.read_bytes() + b" " * 4_000_000
    assert send(client, spacious).status_code == 303
    worker = app.test_client()
    worker.sign_in(make.worker(organisation=organisation))
    assert send(worker, spacious).status_code in (403, 413)


def test_neighbourhoods_of_elsewhere_are_not_listed_nor_shown(
    app: Flask, client: FlaskClient, make: Make, session: Session, admin: User
) -> None:
    client.post(send(client).location)
    east: UUID = session.scalars(select(Neighbourhood.id)).all()[0]
    stranger = app.test_client()
    stranger.sign_in(make.worker(organisation=make.organisation(municipality=make.municipality())))
    assert "Oost" not in stranger.get("/neighbourhoods/").text
    assert stranger.get(f"/neighbourhoods/{east}").status_code == 404


def test_a_venue_with_a_point_moves_into_the_neighbourhood_that_arrives(
    client: FlaskClient, make: Make, session: Session, organisation: Organisation, admin: User
) -> None:
    venue = make.venue(organisation, latitude=51.905, longitude=4.405)
    client.post(send(client).location)
    session.refresh(venue)
    assert venue.neighbourhood
    assert venue.neighbourhood.name == "Oost"


def run(app: Flask, *words: str) -> str:
    result = app.test_cli_runner().invoke(args=["import", *words])
    assert result.exit_code == 0, result.output
    return result.output


def test_the_command_line_imports_and_tells_exactly_what_does_not_join(
    app: Flask, session: Session
) -> None:
    output = run(
        app, "neighbourhoods", str(OUTLINES), "--key-figures", str(FIGURES),
        "--municipality", "Zomerdorp",
    )  # fmt: skip
    assert "4 neighbourhoods have an outline." in output
    assert "3 of them have figures of 2024." in output
    assert "Without figures (1):\n  BU99990202 Park" in output
    assert "In the figures, without an outline (1):\n  BU99990299 Verdwenen" in output
    session.rollback()
    assert count(session, Neighbourhood) == 4


def test_the_command_line_can_only_tell(app: Flask, session: Session) -> None:
    run(app, "neighbourhoods", str(OUTLINES), "--municipality", "Zomerdorp", "--dry-run")
    assert count(session, Neighbourhood) == 0


def test_the_command_line_reads_dutch_metres(app: Flask, session: Session, make: Make) -> None:
    make.municipality(name="Zomerdorp", code="GM9999")
    run(app, "neighbourhoods", str(RD), "--columns", "code=TEKST,name=BUURTNAAM")
    session.rollback()
    codes = session.scalars(select(Neighbourhood.code).order_by(Neighbourhood.code)).all()
    assert codes[0] == "BU99990101"


def test_the_command_line_refuses_a_faulty_file_whole(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    faulty = tmp_path / "faulty.geojson"
    faulty.write_text(OUTLINES.read_text().replace("BU99990102", "99990101"))
    result = app.test_cli_runner().invoke(
        args=["import", "neighbourhoods", str(faulty), "--municipality", "Zomerdorp"]
    )
    assert result.exit_code == 1
    assert "Area 2: The code BU99990101 was already given to area 1." in result.output
    assert count(session, Neighbourhood) == 0


def test_sports_pitches_become_venues_and_are_known_again(
    app: Flask, session: Session, organisation: Organisation, tmp_path: Path
) -> None:
    def pitch(number: int, at: list[float], **told: str) -> dict[str, Any]:
        told = {"@id": f"node/{number}", "leisure": "pitch"} | told
        return {"type": "Feature", "properties": told, "geometry": {"type": "Point",
                                                                    "coordinates": at}}  # fmt: skip

    run(app, "neighbourhoods", str(OUTLINES), "--municipality", "Zomerdorp")
    run(app, "schools", str(SCHOOLS), "--organisation", organisation.name)
    session.rollback()
    school = session.scalars(select(Venue).where(Venue.source_key == "99AA00")).one()
    here = [school.longitude or 0, school.latitude or 0]
    session.rollback()
    file, word = tmp_path / "pitches.geojson", "--organisation"
    features = [
        pitch(1, here, sport="soccer"), pitch(2, here, name="</script>Veld\u202e", sport="x"),
        pitch(3, here, leisure="park"), pitch(4, [4.0, 52.9]),
    ]  # fmt: skip
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    told = run(app, "pitches", str(file), word, organisation.name)
    assert "Wrote 3 sports pitches (3 new)." in told
    assert "Outside every neighbourhood (1):\n  Sportveld" in told
    assert "(0 new)" in run(app, "pitches", str(file), word, organisation.name)
    session.rollback()
    kinds = session.execute(select(Venue.name, Venue.kind, Venue.outdoors)).all()
    assert {
        ("Sportveld (voetbal)", VenueKind.PITCH, True),
        ("</script>Veld", VenueKind.PITCH, True),
        ("De Vlieger", VenueKind.SCHOOL, False),
    } <= {tuple(one) for one in kinds}


@pytest.mark.parametrize(
    "written",
    [b"", b"{}", b"[1]", b'{"type": "FeatureCollection", "features": [{}]}', b"\xff\xfe1",
     b'{"type": "Feature", "properties": {"leisure": "pitch"}, "geometry": {"type": "Point"}}',
     b'{"type": "Feature", "properties": {"leisure": "pitch"},'
     b' "geometry": {"type": "Point", "coordinates": [1e400, 2]}}',
     b'{"type": "Feature", "properties": {"leisure": "pitch"},'
     b' "geometry": {"type": "Point", "coordinates": [-120.5, 2.5]}}'],
)  # fmt: skip
def test_what_holds_no_pitches_is_refused_whole(
    app: Flask, session: Session, organisation: Organisation, tmp_path: Path, written: bytes
) -> None:
    file = tmp_path / "pitches.geojson"
    file.write_bytes(written)
    words = ["import", "pitches", str(file), "--organisation", organisation.name]
    told = app.test_cli_runner().invoke(args=words)
    assert told.exit_code == 1
    assert "Nothing was written." in told.output
    assert session.scalar(select(func.count()).select_from(Venue)) == 0


def test_schools_become_venues_and_are_known_again(
    app: Flask, session: Session, organisation: Organisation
) -> None:
    run(app, "neighbourhoods", str(OUTLINES), "--municipality", "Zomerdorp")
    owner = organisation.name
    output = run(app, "schools", str(SCHOOLS), "--organisation", owner)
    assert "Wrote 4 schools (4 new)." in output
    assert "Without a point, so in no neighbourhood (1):\n  De Reiziger" in output
    assert "Outside every neighbourhood (1):\n  De Verte" in output
    assert "(0 new)" in run(app, "schools", str(SCHOOLS), "--organisation", owner)
    session.rollback()
    kite = session.scalars(select(Venue).where(Venue.source_key == "99AA00")).one()
    assert (kite.name, kite.where) == ("De Vlieger", "Dorpsstraat 1, 9999 AA Zomerdorp")
    assert kite.neighbourhood
    assert kite.neighbourhood.name == "Oost"

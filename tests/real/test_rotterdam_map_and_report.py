"""A city of its real size on the map and in a report: real outlines and figures, made-up reach."""

import json
import os
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path
from random import Random
from time import perf_counter

import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.core.ids import sortable
from kinderwerk.facts import rules as facts
from kinderwerk.facts import service as cells
from kinderwerk.facts.rules import Measure, Place, nothing
from kinderwerk.places.models import Neighbourhood
from kinderwerk.reports import pdf, rules, service
from kinderwerk.storage.work import unit_of_work
from tests.make import Make, past_half

pytestmark = pytest.mark.real


def a_day() -> date:
    return past_half().begins + timedelta(days=40)


HELP = (Measure.SUPPORT_CONTACTS, Measure.SUPPORT_FAMILIES, Measure.REFERRALS, Measure.SIGNALS)


@pytest.fixture
def house(app: Flask, make: Make, real_data: Path) -> Organisation:
    """An organisation in Rotterdam, with its neighbourhoods, key figures and schools."""
    owner = make.organisation(municipality=make.municipality(name="Rotterdam"))
    runner = app.test_cli_runner()
    for words in (
        ["neighbourhoods", f"{real_data}/geo/nl-rotterdam-buurten.geojson", "--key-figures",
         f"{real_data}/kerncijfers/nl-rotterdam-kerncijfers-2024.csv",
         "--municipality", "Rotterdam"],
        ["schools", f"{real_data}/locations/nl-rotterdam-basisscholen.csv",
         "--organisation", owner.name],
        ["partners", f"{real_data}/locations/nl-rotterdam-basisscholen.csv",
         "--organisation", owner.name],
    ):  # fmt: skip
        told = runner.invoke(args=["import", *words])
        assert told.exit_code == 0, told.output
    make.session.rollback()
    return owner


@pytest.fixture
def coordinator(make: Make, house: Organisation) -> User:
    return make.user(Role.COORDINATOR, organisation=house)


@pytest.fixture
def reached(session: Session, make: Make, house: Organisation) -> int:
    """Children of every neighbourhood who came once for a goal, few here and many there."""
    goals = [
        make.goal(house, begins_on=past_half().begins, ends_on=past_half().ends) for _ in range(3)
    ]
    chance, parts, many = Random(91), [], 0
    wanted = select(Neighbourhood).options(joinedload(Neighbourhood.district))
    for area in session.scalars(wanted.order_by(Neighbourhood.code)):
        place = Place(area.id, area.district_id)
        here = chance.choice((0, 2, 4, 9, 30, 80))
        many += here
        children = [sortable() for _ in range(here)]
        parts.append(facts.children(house.id, children, a_day(), place, [chance.choice(goals).id]))
        parts += [facts.cells(one, house.id, a_day(), place, n=chance.randrange(9)) for one in HELP]
    session.rollback()
    with unit_of_work(session):
        cells.replace(session, nothing(), facts.total(parts))
    return many


def test_the_whole_city_is_on_the_map_and_in_its_table(
    client: FlaskClient, coordinator: User, reached: int
) -> None:
    client.sign_in(coordinator)
    took = {}
    for path in ("", "table", "data.json", "neighbourhoods.geojson"):
        address = f"/map/{path}?period={past_half()}{'&whole=1' if path == 'table' else ''}"
        client.get(address)
        began = perf_counter()
        answer = client.get(address)
        took[path or "page"] = f"{(perf_counter() - began) * 1000:.0f} ms, {len(answer.data)} bytes"
        if path:
            text = json.dumps(answer.json, ensure_ascii=False) if "json" in path else answer.text
            assert all(one in text for one in ("Feijenoord", "Oude Westen", "Kralingen West"))
        else:
            assert len(answer.data) < 60 * 1024
            assert "Witte vlekken" in answer.text
    print(took)  # noqa: T201


def test_the_report_of_the_whole_city_becomes_a_pdf(
    app: Flask, client: FlaskClient, session: Session, coordinator: User, reached: int
) -> None:
    edition = service.make(session, coordinator.actor(), past_half())
    told = edition.content["told"][Measure.CHILDREN.value][rules.WHOLE]
    assert told[rules.EVERYBODY] == reached
    assert None not in told.values(), "no goal of hundreds of children hides for another's sake"
    assert len(edition.content["districts"]) == 21
    service.agree(session, coordinator.actor(), edition, edition.digest)
    with app.test_request_context():
        pdf.make(session, str(edition.id))
    client.sign_in(coordinator)
    answer = client.get(f"/reports/{edition.id}/report.pdf")
    with pikepdf.open(BytesIO(answer.data)) as document:
        assert document.Root.MarkInfo.Marked
        assert len(document.pages) >= 3
    if keep := os.environ.get("KINDERWERK_KEEP_PDF"):
        Path(keep).write_bytes(answer.data)

"""The German statistics of youth work: right to the last visit, and for one's own use."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import User
from kinderwerk.accounts.rules import Country
from kinderwerk.activities.models import Activity, ActivityPartner
from kinderwerk.activities.rules import AgeBand, Format
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.partners.models import Partner
from kinderwerk.partners.rules import PartnerType
from kinderwerk.registers import service
from kinderwerk.registers.rules import Box, Gender, Known, Presence
from kinderwerk.reports.youth_work import KINDS
from kinderwerk.storage.work import unit_of_work
from tests.club import Club
from tests.make import A_WEDNESDAY, Make

ADDRESS = f"/reports/youth-work.csv?year={A_WEDNESDAY.year}"


@pytest.fixture
def club(session: Session, make: Make) -> Club:
    return Club(session, make, title="=Fußball", capacity=20, format=Format.CLUB)


@pytest.fixture
def coordinator(make: Make, club: Club) -> User:
    return make.user(Role.COORDINATOR, organisation=club.here)


def came(club: Club, days: int, *, present: int, missed: int = 0) -> None:
    """Let the first children of the club come, and the next ones not, so many weeks in a row."""
    children = [child.id for child in (club.child() for _ in range(present + missed))]
    for week in range(days):
        at = A_WEDNESDAY + timedelta(weeks=week)
        date = club.make.occurrence(club.activity, starts_at=at) if week else club.date
        with clock.stopped(at):
            service.mark(
                club.session, club.worker.actor(), date.id,
                dict.fromkeys(children[:present], Presence.PRESENT)
                | dict.fromkeys(children[present:], Presence.ABSENT),
            )  # fmt: skip


def read(client: FlaskClient, address: str = ADDRESS) -> list[dict[str, str]]:
    with clock.stopped(A_WEDNESDAY + timedelta(weeks=8)):
        answer = client.get(address)
    assert answer.status_code == 200
    first, *lines = csv.reader(StringIO(answer.data.decode("utf-8-sig")))
    assert first == ["Vorlage, gegen den Erhebungsbogen prüfen"]
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


def test_each_offer_is_counted_to_the_last_visit(
    client: FlaskClient, session: Session, make: Make, club: Club, coordinator: User
) -> None:
    school = make.partner(club.here, kind=PartnerType.PRIMARY_SCHOOL)
    with unit_of_work(session):
        activity = session.get_one(Activity, club.activity.id)
        activity.partners.append(ActivityPartner(partner=session.get_one(Partner, school.id)))
        audit.record(session, SYSTEM, "test.made", activity.id)
    came(club, 3, present=4, missed=2)
    with clock.stopped(A_WEDNESDAY):
        box = Box(AgeBand.UP_TO_9, Known.NEW, Gender.UNASKED)
        service.count(club.session, club.worker.actor(), club.date.id, box, 7)
    late = club.child()
    with clock.stopped(A_WEDNESDAY):
        service.mark(club.session, club.worker.actor(), club.date.id, {late.id: Presence.PRESENT})
    client.sign_in(coordinator)
    (told,) = read(client)
    assert told["Angebotsart"] == "Gruppenbezogenes Angebot"
    assert told["Name"] == "'=Fußball"
    assert told["Verschiedene Teilnehmende, mit Namen"] == "5"
    assert told["Stammbesuchende (dreimal oder öfter)"] == "4"
    assert told["Besuche, mit Namen"] == "13"
    assert told["Besuche, ohne Namen gezählt"] == "7"
    assert told["Stattgefundene Termine"] == "3"
    assert told["Minuten je Termin"] == "120"
    assert told["Zusammen mit einer Schule"] == "ja"
    assert told["Hauptamtlich Tätige"] == "1"
    assert told["Ehrenamtlich Tätige"] == "1"


def test_what_nobody_came_to_and_what_is_of_another_house_or_year_is_no_offer(
    client: FlaskClient, session: Session, make: Make, club: Club, coordinator: User
) -> None:
    came(club, 1, present=0, missed=2)
    other = Club(session, make)
    came(other, 1, present=3)
    client.sign_in(coordinator)
    assert read(client) == []
    assert read(client, f"/reports/youth-work.csv?year={A_WEDNESDAY.year - 1}") == []


def test_it_is_offered_where_german_law_asks_for_it(client: FlaskClient, make: Make) -> None:
    for country in Country:
        town = make.municipality(country=country)
        house = make.organisation(municipality=town)
        client.sign_in(make.user(Role.COORDINATOR, organisation=house))
        assert ("youth-work.csv" in client.get("/reports/").text) is (country is Country.GERMANY)
        client.sign_in(make.user(Role.MUNICIPALITY, municipality=town))
        assert "youth-work.csv" not in client.get("/reports/").text


@pytest.mark.parametrize("role", [Role.MUNICIPALITY, Role.VOLUNTEER, Role.WORKER, None])
def test_its_exact_numbers_are_for_who_makes_the_reports(
    client: FlaskClient, make: Make, club: Club, role: Role | None
) -> None:
    client.sign_in(make.user(role, organisation=club.here))
    assert client.get(f"/reports/youth-work.csv?year={clock.today().year}").status_code == 404


@pytest.mark.parametrize("year", ["", "x", "1900", "2999", "-1"])
def test_there_is_no_other_year(client: FlaskClient, coordinator: User, year: str) -> None:
    client.sign_in(coordinator)
    assert client.get(f"/reports/youth-work.csv?year={year}").status_code == 404


def test_every_format_is_of_a_kind_or_is_no_youth_work() -> None:
    others = {Format.ONE_TO_ONE, Format.HOME_VISIT, Format.PARENT_COURSE, Format.NETWORK}
    assert set(Format) == KINDS.keys() | others

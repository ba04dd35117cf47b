"""The register of talks: noted in a few taps, of nobody, and told without small counts."""

from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import String, Text, func, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.activities.rules import AgeBand
from kinderwerk.audit import service as audit
from kinderwerk.conversations import erasure, queries, service
from kinderwerk.conversations.models import Conversation
from kinderwerk.conversations.rules import Channel, Pointed, Serious, Wish
from kinderwerk.conversations.themes import Theme
from kinderwerk.core import clock
from kinderwerk.core.periods import Period
from kinderwerk.facts.models import Cell
from kinderwerk.facts.rules import Level, Measure
from kinderwerk.facts.service import deviations
from kinderwerk.places.models import Neighbourhood
from kinderwerk.storage.base import Base
from kinderwerk.storage.work import unit_of_work
from tests.make import Make
from tests.papers import is_tagged, made, words

NOW = clock.from_wall(datetime(2026, 9, 16, 12))


@pytest.fixture
def park(make: Make) -> Neighbourhood:
    return make.neighbourhood(name="Parkbuurt")


def typed(**given: str) -> dict[str, str]:
    return {
        "once": str(uuid4()), "channel": "spoken", "theme": "bullying", "band": "7-9",
        "serious": "yes", "pointed": "nobody", "held_on": clock.today().isoformat(),
        "minutes": "10",
    } | given  # fmt: skip


def wish(**given: Any) -> Wish:
    known: dict[str, Any] = {
        "channel": Channel.SPOKEN, "theme": Theme.SCHOOL, "band": AgeBand.UP_TO_9,
        "serious": Serious.YES, "pointed": Pointed.NOBODY, "minutes": 10,
        "held_on": clock.today(), "neighbourhood_id": None, "once": uuid4(),
    }  # fmt: skip
    return Wish(**known | given)


def heard(
    session: Session, worker: User, theme: Theme, many: int, day: date, area: UUID | None = None
) -> None:
    with clock.stopped(clock.midnight(day) + timedelta(hours=15)):
        for _ in range(many):
            one = wish(theme=theme, held_on=day, neighbourhood_id=area)
            service.write_down(session, worker.actor(), one)


def exact(session: Session) -> bool:
    return deviations(session, chain(queries.contributions(session))) == []


def test_a_talk_has_no_name_and_no_words() -> None:
    columns = Base.metadata.tables["conversation"].columns
    free = {one.name for one in columns if isinstance(one.type, String | Text)}
    kinds = {one.name for one in columns if hasattr(one.type, "enums")}
    assert free == kinds == {"channel", "theme", "band", "serious", "pointed"}
    people = [one.name for one in columns for key in one.foreign_keys if "user" in str(key.column)]
    assert people == ["author_id"]


def test_a_talk_is_noted_in_three_taps_and_the_last_one_can_be_taken_back(
    client: FlaskClient, session: Session, worker: User, park: Neighbourhood
) -> None:
    client.sign_in(worker)
    assert "/conversations/new" in client.get("/today").text
    page = client.get("/conversations/new").text
    chosen = {"channel": "spoken", "serious": "yes", "pointed": "nobody"}
    for name, value in chosen.items():
        assert f'checked class="form-check-input" id="{name}-0"' in page or (
            f'value="{value}"' in page
        )
    form = typed(neighbourhood_id=str(park.id))
    for _twice in range(2):
        sent = client.post("/conversations/new", data=form)
        assert (sent.status_code, sent.location) == (303, "/conversations/new")
    noted = session.scalars(select(Conversation)).one()
    assert (noted.theme, noted.minutes, noted.neighbourhood_id) == (Theme.BULLYING, 10, park.id)
    cells = session.scalars(select(Cell).where(Cell.measure == Measure.CONVERSATIONS)).all()
    assert {one.level for one in cells} == set(Level)
    assert exact(session)
    back = f"/conversations/{noted.id}/remove"
    assert back in client.get("/conversations/new").text
    assert client.post(back).status_code == 303
    assert session.scalars(select(Conversation)).all() == []
    assert exact(session)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"theme": ""}, "theme"),
        ({"theme": "Fatima from the green house"}, "theme"),
        ({"channel": "dream"}, "channel"),
        ({"band": "8"}, "band"),
        ({"minutes": "7"}, "minutes"),
        ({"minutes": "9" * 400}, "minutes"),
        ({"held_on": "2999-01-01"}, "held_on"),
        ({"held_on": "1999-01-01"}, "held_on"),
        ({"neighbourhood_id": str(uuid4())}, "neighbourhood_id"),
    ],
)
def test_what_cannot_be_is_blamed_on_its_field(
    client: FlaskClient, session: Session, worker: User, wrong: dict[str, str], field: str
) -> None:
    client.sign_in(worker)
    answer = client.post("/conversations/new", data=typed() | wrong)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert session.scalars(select(Conversation)).all() == []


def test_nobody_takes_back_the_talk_of_another_nor_one_of_long_ago(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User
) -> None:
    with clock.stopped(clock.now() - timedelta(hours=1)):
        old = service.write_down(session, worker.actor(), wish()).id
    new = service.write_down(session, worker.actor(), wish()).id
    client.sign_in(worker)
    client.post(f"/conversations/{old}/remove")
    client.sign_in(make.worker(organisation=here))
    assert client.post(f"/conversations/{new}/remove").status_code == 404
    assert {one.id for one in session.scalars(select(Conversation))} == {old, new}


def test_volunteers_parents_and_the_town_hall_see_nothing_of_it(
    app: Flask, make: Make, here: Organisation
) -> None:
    for role in (Role.VOLUNTEER, Role.MUNICIPALITY, Role.ADMIN, Role.GUARDIAN):
        client = app.test_client()
        client.sign_in(make.user(role, organisation=here))
        assert client.get("/conversations/").status_code == 403, role
        assert client.get("/conversations/new").status_code == 403, role


def test_who_works_in_one_neighbourhood_writes_about_that_one(
    client: FlaskClient, session: Session, make: Make, here: Organisation, park: Neighbourhood
) -> None:
    bound = make.worker(organisation=here, neighbourhood_id=park.id)
    client.sign_in(bound)
    form = typed(neighbourhood_id=str(park.id))
    assert client.post("/conversations/new", data=form).status_code == 303
    assert session.scalars(select(Conversation)).one().neighbourhood_id == park.id


def test_the_year_says_what_talks_were_about_from_twenty_on_and_hides_small_counts(
    client: FlaskClient, session: Session, worker: User, park: Neighbourhood
) -> None:
    client.sign_in(worker)
    with clock.stopped(NOW):
        heard(session, worker, Theme.SCHOOL, 19, date(2026, 3, 4), park.id)
        page = client.get("/conversations/").text
        assert "Vanaf 20 gesprekken" in page
        heard(session, worker, Theme.BULLYING, 12, date(2026, 4, 4), park.id)
        heard(session, worker, Theme.MONEY, 3, date(2026, 4, 5), park.id)
        heard(session, worker, Theme.VIOLENCE, 11, date(2026, 5, 5), park.id)
        heard(session, worker, Theme.SEXUALITY, 9, date(2026, 5, 6), park.id)
        page = client.get("/conversations/").text
        assert "54" in page
        district = page[page.index("Alleen voor ons") :]
        assert '<td data-label="januari tot en met juni" class="numeric">10</td>' in district
        assert "Seksualiteit" not in page[: page.index("Alleen voor ons")]
        assert "Geweld" not in page[: page.index("Alleen voor ons")]
        day = client.get("/conversations/2026/3").text
        assert "19" in day
        assert client.get("/conversations/2026/13").status_code == 404
        assert client.get("/conversations/2027/1").status_code == 404
        assert client.get("/conversations/?year=1999").status_code == 404
        assert "december 2025" not in client.get("/conversations/2026/1").text
        assert client.get("/conversations/2025/12").status_code == 404


def test_the_neighbourhood_hears_it_once_the_half_year_is_settled(
    app: Flask, client: FlaskClient, session: Session, here: Organisation, worker: User,
    park: Neighbourhood,
) -> None:  # fmt: skip
    public = f"/kids/{here.id}/{park.id}/talked-about"
    with clock.stopped(NOW):
        for theme, many in (
            (Theme.BULLYING, 12), (Theme.SCHOOL, 8), (Theme.MONEY, 4), (Theme.VIOLENCE, 14),
        ):  # fmt: skip
            heard(session, worker, theme, many, date(2026, 5, 6), park.id)
        heard(session, worker, Theme.HOME, 30, date(2026, 8, 6), park.id)
        found = queries.told(session, here.id, park.id)
        assert found is not None
        assert found.themes == ((Theme.BULLYING, 32), (Theme.SCHOOL, 21))
        assert found.about == 40
        assert queries.told(session, here.id, park.id, Period(2026)) is None
        page = client.get(public).text
        assert "Gepest" in page or "pest" in page
        for untold in ("Geweld", "Seksualiteit", "geld", " 38 "):
            assert untold not in page, untold
        assert public in client.get(f"/kids/{here.id}/{park.id}/").text
        client.sign_in(worker)
        pdf = made(app, client, f"/conversations/poster/{park.id}")
        assert is_tagged(pdf, "nl")
        assert "32 van de 100" in words(pdf)
        assert "Geweld" not in words(pdf)


def test_too_few_talks_are_not_told_and_there_is_no_poster_of_them(
    client: FlaskClient, session: Session, here: Organisation, worker: User, park: Neighbourhood
) -> None:
    with clock.stopped(NOW):
        heard(session, worker, Theme.BULLYING, 19, date(2026, 5, 6), park.id)
        public = f"/kids/{here.id}/{park.id}/talked-about"
        page = client.get(public)
        assert page.status_code == 200
        assert "te weinig gesprekken" in page.text
        assert " 19 " not in page.text
        assert public not in client.get(f"/kids/{here.id}/{park.id}/").text
        client.sign_in(worker)
        assert client.get(f"/conversations/poster/{park.id}").status_code == 404


def test_what_was_noted_is_forgotten_and_goes_on_counting(
    session: Session, here: Organisation, worker: User, park: Neighbourhood
) -> None:
    heard(session, worker, Theme.SCHOOL, 3, clock.today() - timedelta(days=5), park.id)
    heard(session, worker, Theme.HOME, 2, clock.today(), park.id)
    with unit_of_work(session):
        audit.record(session, worker.actor(), "erased", here.id)
        erasure.forget_talks(session, here.id, clock.now() - timedelta(days=2))
    kept = session.scalars(select(Conversation)).all()
    assert {one.theme for one in kept} == {Theme.HOME}
    years = {str((clock.today() - timedelta(days=ago)).year) for ago in (0, 5)}
    whole = select(func.sum(Cell.n)).where(
        Cell.measure == Measure.CONVERSATIONS, Cell.level == Level.WHOLE, Cell.period.in_(years)
    )
    assert session.scalar(whole) == 5
    assert exact(session)

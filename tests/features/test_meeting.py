"""Where help systems meet, as a report tells it: of half-years, from ten on, and of nobody."""

from datetime import datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.periods import Period
from kinderwerk.facts import rules as facts
from kinderwerk.facts import service as cells
from kinderwerk.facts.rules import Measure, nothing
from kinderwerk.learning.consulting.models import Consultation
from kinderwerk.learning.consulting.rules import Standing
from kinderwerk.reports import figures, meeting, service
from kinderwerk.reports.reading import reading
from kinderwerk.storage.work import unit_of_work
from tests.make import past_half


@pytest.fixture
def talked(session: Session, here: Organisation, worker: User) -> None:
    """Two consultations that were held, one that was called off, and a dozen and one talks."""
    noon = datetime.combine(past_half().begins, datetime.min.time(), clock.now().tzinfo)
    with unit_of_work(session):
        for n, standing in enumerate((Standing.FINISHED, Standing.FINISHED, Standing.CANCELLED)):
            one = Consultation(
                organisation_id=here.id, author_id=worker.id, standing=standing,
                held_at=noon + timedelta(days=3 + n),
            )  # fmt: skip
            session.add(one)
            audit.record(session, SYSTEM, "test.made", one.id)
        talks = facts.cells(Measure.CONVERSATIONS, here.id, past_half().begins, None, n=13)
        cells.replace(session, nothing(), talks)


def test_a_half_year_tells_how_often_it_was_talked_over(
    client: FlaskClient, session: Session, coordinator: User, here: Organisation, talked: None
) -> None:
    edition = service.make(session, coordinator.actor(), past_half())
    [met] = reading(edition.content, only=None).meetings
    assert (met.name, met.consultations, met.conversations.count) == (here.name, 2, 15)
    assert met.told == []
    rows = {row.measure: row.value for row in figures.rows(edition.content)}
    assert (rows["consultations"], rows["conversations"]) == (2, 15)
    assert [line[3] for line in figures.pairs(edition.content)] == [None] * 5
    client.sign_in(coordinator)
    page = client.get(f"/reports/{edition.id}").text
    assert 'id="meeting"' in page


def test_a_quarter_and_a_year_tell_nothing_of_it(
    session: Session, here: Organisation, talked: None
) -> None:
    for period in (Period(past_half().year), *past_half().parts):
        assert meeting.told(session, [here.id], period) == {}


@pytest.mark.parametrize(("n", "told"), [(0, None), (9, None), (10, 10), (12, 10), (13, 15)])
def test_what_is_about_families_is_rounded(n: int, told: int | None) -> None:
    assert meeting.rounded(n) == told


def test_pairs_and_what_jams_stand_in_the_report(
    session: Session, coordinator: User, here: Organisation, talked: None
) -> None:
    edition = service.make(session, coordinator.actor(), past_half())
    held = dict(edition.content)
    one = dict(held["meeting"][str(here.id)])
    one["pairs"] = [{**one["pairs"][0], "handed": 25, "answered": 80, "days": 6}]
    one["snags"] = [{"pair": ["health", "education"], "snag": "waiting", "reviews": 10}]
    [met] = reading({**held, "meeting": {str(here.id): one}}, only=here.id).meetings
    assert [(pair.handed.text, pair.answered, pair.days) for pair in met.told] == [("25", 80, 6)]
    assert [(jam.snag.value, jam.reviews) for jam in met.jams] == [("waiting", 10)]

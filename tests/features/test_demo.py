"""The made-up neighbourhood: made once, shown on this computer only, entered without a lock."""

import re
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale, gettext
from sqlalchemy import func, make_url, select, text
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import HELD, Role
from kinderwerk.accounts.models import User
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.rules import Format, State
from kinderwerk.app import create_app
from kinderwerk.audit.models import AuditEntry
from kinderwerk.conversations.rules import Channel
from kinderwerk.conversations.themes import Theme
from kinderwerk.core import clock
from kinderwerk.demo import service
from kinderwerk.demo.rules import NotEmpty, NotMadeUp
from kinderwerk.demo.town.people import DOORS, WING
from kinderwerk.facts import service as facts
from kinderwerk.facts.sources import everything
from kinderwerk.families.models import Child, Family
from kinderwerk.logbook.models import SessionLog
from kinderwerk.messages.models import Message
from kinderwerk.messages.queries import unsettled
from kinderwerk.messages.rules import Fate
from kinderwerk.places.models import Neighbourhood
from kinderwerk.referrals.models import Referral
from kinderwerk.referrals.rules import Status as Course
from kinderwerk.registers.models import Attendance, Register
from kinderwerk.reports import files
from kinderwerk.reports.models import Edition
from kinderwerk.signals.models import Signal
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from kinderwerk.support.models import Contact, Trajectory, TrajectoryNote
from kinderwerk.web.extensions import as_system, db
from tests import oracle
from tests.conftest import POSTGRES, RUN, settings
from tests.make import Make, all_seeing
from tests.pages import InspectingClient

DOORED = (Role.GUARDIAN, *HELD)
HIDDEN = "te klein"
HERE, WORLD = "127.0.0.1", "0.0.0.0"  # noqa: S104


@pytest.fixture(scope="module")
def town(
    request: pytest.FixtureRequest, migrated: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Flask]:
    """The product in demo mode with the neighbourhood in it, made once for all that only look."""
    directory: Path = tmp_path_factory.mktemp("town")
    source = str(make_url(migrated).database)
    if POSTGRES:
        cluster, name = request.getfixturevalue("cluster"), f"{RUN}_{uuid4().hex[:12]}"
        cluster.clone(source, name)
        url = cluster.named(name)
    else:
        shutil.copy(source, directory / "town.sqlite")
        url = f"sqlite:///{directory / 'town.sqlite'}"
    app = create_app(settings(directory, url, demo=True))
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = InspectingClient
    with app.app_context():
        assert service.load(as_system())
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    if POSTGRES:
        cluster.drop(name)


@pytest.fixture
def inside(town: Flask) -> Iterator[Session]:
    with town.app_context():
        engine = db.engine
    with all_seeing(engine) as session:
        yield session


def test_it_is_made_once(town: Flask, inside: Session) -> None:
    assert not service.load(inside)
    told = town.test_cli_runner().invoke(args=["demo", "load"])
    assert told.exit_code == 0
    assert "is there already" in told.output


def count(session: Session, *wanted: Any) -> int:
    return session.scalar(select(func.count()).select_from(wanted[0]).where(*wanted[1:])) or 0


def test_every_count_is_what_plain_sql_counts(inside: Session) -> None:
    """And the town is large enough for that to say something."""
    years = range(clock.today().year - 2, clock.today().year + 1)
    found = oracle.counted(inside, years)
    stored = {key: n for key, n in oracle.kept(inside).items() if int(key[2][:4]) in years}
    assert found == stored
    assert len(found) > 1000
    assert {key[0] for key in found} >= oracle.MEASURES


def test_it_is_a_believable_neighbourhood(inside: Session) -> None:
    assert count(inside, Neighbourhood) == 4
    assert count(inside, Child) == 251  # one of them twice
    names = [f"{one.first_name} {one.surname}" for one in inside.scalars(select(Child))]
    assert len(set(names)) == len(names)
    assert 110 < count(inside, Family) < 180
    assert 20 <= count(inside, Activity, Activity.state == State.PUBLISHED) <= 30
    assert count(inside, Signup, Signup.standing == Standing.WAITING) >= 10
    assert count(inside, Signup, Signup.standing == Standing.OFFERED) == 1
    assert count(inside, Attendance) > 2000
    assert 60 <= count(inside, Signal) <= 80
    assert count(inside, Contact) == 180
    assert count(inside, Trajectory) == 9
    assert 70 <= count(inside, Referral) <= 85
    assert set(inside.scalars(select(Referral.status))) == set(Course)


def test_nothing_lies_in_the_future_that_has_happened(inside: Session) -> None:
    assert count(inside, AuditEntry, AuditEntry.at > clock.now()) == 0
    assert count(inside, Register, Register.held_on > clock.today()) == 0
    assert count(inside, Contact, Contact.held_on > clock.today()) == 0
    assert count(inside, TrajectoryNote, TrajectoryNote.held_on > clock.today()) == 0
    assert count(inside, Message, *unsettled()) == 0
    assert {one.fate for one in inside.scalars(select(Message))} == {
        Fate.SENT, Fate.FAILED, Fate.BOUNCED,
    }  # fmt: skip


def test_what_it_counts_is_exact(inside: Session) -> None:
    assert facts.deviations(inside, everything(inside)) == []


def noted(session: Session) -> list[tuple[date, str, str]]:
    """Return every talk that the house of the worker noted: its day, its theme, its channel."""
    rows = session.execute(
        text(
            "SELECT c.held_on, c.theme, c.channel FROM conversation c JOIN organisation o"
            " ON o.id = c.organisation_id WHERE o.name = :name"
        ),
        {"name": WING},
    )
    return [(date.fromisoformat(str(day)), theme, channel) for day, theme, channel in rows]


def rows_of(page: str) -> list[list[str]]:
    """Return what stands in the tables of a page, row by row."""
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.S) for row in page.split("<tr>")]
    return [[re.sub(r"<[^>]*>", "", one).strip() for one in row] for row in cells]


def told_of(page: str, words: Mapping[str, str]) -> dict[str, list[str]]:
    """Return what a page of a year tells of each theme and channel: two halves and the year."""
    return {words[row[0]]: row[1:] for row in rows_of(page) if len(row) == 4 and row[0] in words}


def charted(page: str, words: Mapping[str, str]) -> dict[str, int]:
    """Return the whole percents that the pictures of a page show beside a theme or a channel."""
    bars = re.findall(r'>([^<]+)</text>\s*<text class="value"[^>]*>(\d+) %</text>', page)
    return {words[label.strip()]: int(n) for label, n in bars if label.strip() in words}


def test_the_register_of_talks_says_what_a_plain_count_says(town: Flask, inside: Session) -> None:
    """Each year's page and its months, against the rows themselves, counted one by one."""
    client, today = town.test_client(), clock.today()
    client.post("/demo/worker")
    with force_locale("nl"), town.test_request_context():
        words = {str(gettext(one.label)): one.value for one in (*Theme, *Channel)}
    talks, compared = noted(inside), Counter[str]()
    for year in sorted({day.year for day, *_ in talks}):
        held = [talk for talk in talks if talk[0].year == year]
        page = client.get(f"/conversations/?year={year}").text
        assert re.search(rf">{len(held)}</dd>", page), "all talks of the year"
        for month in range(1, 13):
            if date(year, month, 1) > today:
                continue
            days = Counter(day for day, *_ in held if day.month == month)
            assert re.search(rf"/{year}/{month}\">.*?numeric\">{days.total()}<", page, re.S)
            rows = rows_of(client.get(f"/conversations/{year}/{month}").text)[2:]
            assert [int(row[1]) for row in rows if row[1] != "0"] == [
                days[day] for day in sorted(days)
            ]
        told = told_of(page, words)
        assert not {"violence", "sexuality"} & set(told), "told nowhere but inside"
        halves = [[talk for talk in held if (talk[0].month > 6) == late] for late in (False, True)]
        for one, cells in told.items():
            exact = [sum(one in talk for talk in some) for some in (*halves, held)]
            shown = [(cell, n) for cell, n in zip(cells, exact, strict=True) if cell != HIDDEN]
            assert [cell for cell, _ in shown] == [str(n) for _, n in shown], one
            assert not [n for _, n in shown if 0 < n < 5], "no small count is told"
            compared["counts"] += len(shown)
        for one, share in charted(page, words).items():
            assert abs(share - 100 * sum(one in talk for talk in held) / len(held)) <= 0.5, one
            compared["shares"] += 1
    assert min(compared["counts"] // 3, compared["shares"]) >= 8, compared


def test_a_guest_lesson_was_held_counted_and_written_down(town: Flask, inside: Session) -> None:
    lesson = inside.scalars(
        select(Occurrence.id)
        .join(Occurrence.activity)
        .where(Activity.format == Format.SCHOOL_LESSON, Occurrence.ends_at < clock.now())
    ).one()
    client = town.test_client()
    client.post("/demo/coordinator")
    page = client.get(f"/sessions/{lesson}").text
    assert "Getraind voor gastlessen" in page
    assert re.search(r"\d+ kinderen waren er", page)
    assert inside.get(SessionLog, lesson)


def test_one_report_is_out_and_one_waits_for_the_coordinator(inside: Session) -> None:
    out, waiting = inside.scalars(select(Edition).order_by(Edition.period))
    assert out.released_at
    assert not waiting.released_at
    assert len(waiting.agreements) == 1
    told = out.content["told"]
    wide = {"whole", *(one["id"] for one in out.content["districts"])}
    told_of = [n for where in wide for n in told["children"][where].values()]
    assert told_of.count(None) * 5 < len(told_of), "of a few goals with few children"
    assert told["signals"]["whole"]["all"]
    assert told["referrals"]["whole"]["all"]
    met = list(out.content["meeting"].values())
    assert any(pair["answered"] and pair["waited"] for one in met for pair in one["pairs"])
    assert any(one["snags"] for one in met)
    handed = files.handovers(out).decode("utf-8-sig").splitlines()
    assert len(handed) == 1 + sum(len(one["pairs"]) for one in met)
    jammed = files.jams(out).decode("utf-8-sig").splitlines()
    assert len(jammed) == 1 + sum(len(one["snags"]) for one in met) > 1


@pytest.mark.parametrize("role", DOORED)
def test_every_role_has_a_door_that_leads_to_a_page_that_fits(town: Flask, role: Role) -> None:
    client = town.test_client()
    assert f'action="/demo/{role.value}"' in client.get("/sign-in").text
    answer = client.post(f"/demo/{role.value}")
    assert answer.location == ("/family" if role is Role.GUARDIAN else "/today")
    assert client.get(answer.location).status_code == 200


def test_whoever_comes_in_by_a_door_acts_in_that_role(town: Flask) -> None:
    client = town.test_client()
    client.post("/demo/admin")
    assert "Priya" in client.get("/today").text
    client.post("/demo/worker")
    assert "Sanne" in client.get("/today").text


def test_on_the_first_day_somebody_stands_in_with_an_incident_and_a_lent_role(town: Flask) -> None:
    worker = town.test_client()
    worker.post("/demo/worker")
    assert "Werk in die rol" in worker.get("/today").text
    assert "Aylin Demirkaya" in worker.get("/incidents/").text


@pytest.mark.parametrize("role", ["visitor", "system", "nobody", "", "worker/x"])
def test_there_is_no_door_for_others(town: Flask, role: str) -> None:
    assert town.test_client().post(f"/demo/{role}").status_code == 404


def test_a_door_is_not_a_link(town: Flask) -> None:
    assert town.test_client().get("/demo/worker").status_code == 405


@pytest.mark.parametrize("role", DOORED)
def test_elsewhere_there_are_no_doors(client: FlaskClient, make: Make, role: Role) -> None:
    make.user(Role.WORKER, email=DOORS[Role.WORKER])
    assert "/demo/" not in client.get("/sign-in").text
    assert client.post(f"/demo/{role.value}").status_code == 404


def test_doors_do_not_open_to_people_that_the_demo_did_not_make(
    database: str, make: Make, tmp_path: Path
) -> None:
    make.user(Role.WORKER, email=DOORS[Role.WORKER])
    app = create_app(settings(tmp_path, database, demo=True))
    assert app.test_client().post("/demo/worker").status_code in (400, 404)
    app.config["WTF_CSRF_ENABLED"] = False
    assert app.test_client().post("/demo/worker").status_code == 404
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def test_it_is_not_made_where_others_are(session: Session, make: Make) -> None:
    make.parent()
    with pytest.raises(NotEmpty):
        service.load(session)
    assert session.scalar(select(func.count()).select_from(User)) == 1


def test_the_demo_listens_to_this_computer_only(inside: Session) -> None:
    service.check_start(inside, demo=True, host=HERE)
    with pytest.raises(NotMadeUp, match="has no locks"):
        service.check_start(inside, demo=True, host=WORLD)


def test_the_demo_does_not_start_on_real_data(session: Session, make: Make) -> None:
    service.check_start(session, demo=True, host=HERE)
    make.parent()
    with pytest.raises(NotMadeUp, match="did not make"):
        service.check_start(session, demo=True, host=HERE)
    service.check_start(session, demo=False, host=WORLD)


def test_made_up_people_are_never_served_as_real_ones(inside: Session) -> None:
    with pytest.raises(NotMadeUp, match="KINDERWERK_DEMO"):
        service.check_start(inside, demo=False, host=HERE)

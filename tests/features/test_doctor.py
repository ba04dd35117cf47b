"""The doctor says what is wrong, and says so even when something else is broken."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.orm import Session

from kinderwerk.app import main
from kinderwerk.backup import shelf
from kinderwerk.config import Settings
from kinderwerk.core import clock
from kinderwerk.files import service as files
from kinderwerk.files.scanner import scanner
from kinderwerk.messages import worker
from kinderwerk.operation import doctor
from kinderwerk.operation.doctor import Finding
from kinderwerk.storage.sealing import keyring, sealer
from tests import postgres
from tests.clamd import Clamd
from tests.conftest import POSTGRES
from tests.make import A_WEDNESDAY, Make, all_seeing

Examined = Callable[..., dict[str, list[Finding]]]


@pytest.fixture
def examined(app: Flask, session: Session) -> Examined:
    def examine(**given: Any) -> dict[str, list[Finding]]:
        session.rollback()
        settings: Settings = replace(app.extensions["kinderwerk_settings"], **given)
        found: dict[str, list[Finding]] = {}
        for each in doctor.examine(session, settings):
            found.setdefault(each.about, []).append(each)
        return found

    return examine


def test_a_sound_installation_is_well(app: Flask, examined: Examined) -> None:
    worker.turn(app)
    found = examined(demo=True)
    assert not POSTGRES or {each.state for each in found.pop("role")} == {"well"}
    assert {name: {each.state for each in each} for name, each in found.items()} == {
        "site": {"well"}, "database": {"well"}, "keys": {"well"}, "clock": {"well"},
        "mail": {"well"}, "disk": {"well"}, "worker": {"well"}, "trail": {"well"},
        "terms": {"well"}, "uploads": {"well"},
    }  # fmt: skip


def test_temporary_files_on_a_full_disk_of_their_own_are_noticed(
    monkeypatch: pytest.MonkeyPatch, examined: Examined
) -> None:
    monkeypatch.setattr(doctor, "gettempdir", lambda: "/proc")  # which never has room
    assert {each.state: each.told for each in examined()["disk"]}["ill"] == "0.0 GiB free at /proc"
    assert {each.state for each in examined()["disk"]} == {"well", "ill"}


def test_other_keys_are_noticed(session: Session, examined: Examined) -> None:
    sealer(session)
    assert [each.state for each in examined()["keys"]] == ["well"]
    keyring.load({1: b"x" * 32})
    (found,) = examined()["keys"]
    assert found.state == "ill"
    assert "data key 1 (by 1)" in found.told


def test_a_scanner_that_does_not_answer_is_noticed(app: Flask, examined: Examined) -> None:
    with TemporaryDirectory() as directory:
        place = Path(directory, "clamd")
        scanner.load(place)
        try:
            assert [each.state for each in examined()["uploads"]] == ["well", "ill"]
            with Clamd(place):
                assert [each.state for each in examined()["uploads"]] == ["well", "well"]
        finally:
            scanner.load(None)


FAR = "postgresql+psycopg://kinderwerk:secret@db.example.org/kinderwerk"
SURE = f"{FAR}?sslmode=verify-full"


@pytest.mark.parametrize(
    ("url", "states"),
    [
        (FAR, ["ill"]),
        (f"{FAR}?sslmode=require", ["ill"]),
        (FAR.replace("db.example.org", "10.0.0.7"), ["ill"]),
        ("postgresql+psycopg:///kinderwerk?host=db.example.org", ["ill"]),
        (FAR.replace("db.example.org", "database"), ["look"]),
        (SURE, ["look"]),
        (f"{SURE}&sslcert=/a&sslkey=/b", ["well"]),
        (FAR.replace("db.example.org", "127.0.0.1"), []),
        ("postgresql+psycopg:///kinderwerk?host=/run/postgresql", []),
        ("sqlite:////tmp/x.sqlite", []),
    ],
)
def test_a_database_elsewhere_is_spoken_to_under_checked_certificates(
    app: Flask, session: Session, url: str, states: list[str]
) -> None:
    settings = replace(
        app.extensions["kinderwerk_settings"], owner_database_url=url,
        database_url="sqlite://", report_database_url=None,
    )  # fmt: skip
    found = list(doctor.wires(session, settings))
    assert [each.state for each in found] == states
    assert all("KINDERWERK_OWNER_DATABASE_URL" in each.told for each in found)
    assert not any("secret" in each.told for each in found)


def test_a_schema_left_behind_is_noticed(mighty: Engine, examined: Examined) -> None:
    with mighty.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001_accounts'"))
    (found,) = examined()["database"]
    assert found.state == "ill"
    assert "db upgrade" in found.told


@pytest.mark.parametrize(
    "given",
    [
        {"public_url": "http://kinderwerk.example"},
        {"public_url": "https://kinderwerk.example"},
        {"public_url": "https://a.example", "trusted_hosts": ("b.example",)},
    ],
)
def test_a_site_that_leads_astray_is_noticed(examined: Examined, given: dict[str, Any]) -> None:
    assert "ill" in {each.state for each in examined(**given)["site"]}


def test_a_mail_server_that_does_not_answer_is_noticed(examined: Examined) -> None:
    assert examined(smtp_url="smtp://127.0.0.1:1")["mail"][0].state == "ill"
    assert examined()["mail"][0].state == "look"


def test_a_child_that_reads_nothing_is_noticed(
    examined: Examined, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "BOUNDS", replace(files.BOUNDS, memory=1 << 20))
    assert [each.state for each in examined()["uploads"]] == ["ill"]


def test_a_worker_that_stopped_is_noticed(app: Flask, examined: Examined) -> None:
    assert examined()["worker"][0].state == "look"
    with clock.stopped(A_WEDNESDAY):
        worker.turn(app)
    with clock.stopped(A_WEDNESDAY + timedelta(hours=1)):
        assert examined()["worker"][0].state == "ill"


def test_backups_that_nobody_makes_are_noticed(examined: Examined, tmp_path: Path) -> None:
    places = {"backup_directory": tmp_path / "here", "backup_copies": (tmp_path / "there",)}
    told = examined(**places)["backup"]
    assert [each.state for each in told] == ["look", "look", "look"]
    assert "only the keys of this machine" in told[-1].told
    for each in ("here", "there"):
        shelf.fresh(tmp_path / each).touch()
    people = {"backup_recipients": (bytes(32),)}
    assert [each.state for each in examined(**places, **people)["backup"]] == ["well", "well"]
    with clock.stopped(clock.now() + timedelta(days=3)):
        states = [each.state for each in examined(**places, **people)["backup"]]
    assert states == ["ill", "ill"]


def test_terms_that_an_organisation_did_not_confirm_are_noticed(
    make: Make, examined: Examined
) -> None:
    make.organisation()
    (found,) = examined()["terms"]
    assert (found.state, "1 organisation(s)" in found.told) == ("look", True)


def test_a_clock_that_is_wrong_is_noticed(examined: Examined) -> None:
    with clock.stopped(A_WEDNESDAY):
        assert examined()["clock"][0].state == "ill"


def test_the_command_says_it_in_lines(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(main, ["doctor"])
    assert answer.exit_code == 0, answer.output
    assert "  database: answers" in answer.output
    assert "? mail: waits in the outbox" in answer.output


@pytest.mark.postgres
def test_a_role_that_nothing_holds_is_noticed(app: Flask, database: str, mighty: Engine) -> None:
    owner = create_engine(postgres.owned(database))
    for engine, state in ((mighty, "ill"), (owner, "look")):
        with all_seeing(engine) as theirs:
            (found,) = doctor.role(theirs, app.extensions["kinderwerk_settings"])
        assert found.state == state, found
    owner.dispose()

"""Backups that people open without the old machine, copies elsewhere, and how long they stay."""

import base64
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from kinderwerk.app import main
from kinderwerk.backup import persons, service, shelf, vessel
from kinderwerk.backup.vessel import Unreadable
from kinderwerk.config import Settings
from kinderwerk.core import clock
from tests.make import A_WEDNESDAY, Make

PHRASE = "four small boats at sea"
KEYS = {1: b"k" * 32, 2: b"l" * 32}


def run(app: Flask, *words: str, said: str | None = None) -> Result:
    return app.test_cli_runner().invoke(main, words, input=said)


def set_to(app: Flask, **given: Any) -> Settings:
    now: Settings = app.extensions["kinderwerk_settings"]
    app.extensions["kinderwerk_settings"] = replace(now, **given)
    return now


def test_each_recipient_finds_the_keys_and_nobody_else(
    app: Flask, session: Session, make: Make, tmp_path: Path
) -> None:
    make.organisation()
    people = {name: tmp_path / name for name in ("one", "two", "stranger")}
    public = {name: base64.b64decode(persons.make(file, PHRASE)) for name, file in people.items()}
    file = tmp_path / "a.kwbackup"
    service.make(session, KEYS, file, [public["one"], public["two"]])
    assert service.check(KEYS, file).rows
    for name in ("one", "two"):
        with file.open("rb") as read:
            assert vessel.keys_within(read, persons.load(people[name], PHRASE)) == KEYS
    with file.open("rb") as read, pytest.raises(Unreadable, match="not locked to that key"):
        vessel.keys_within(read, persons.load(people["stranger"], PHRASE))
    for wrong in (people["one"], file):
        with pytest.raises(persons.WrongKey):
            persons.load(wrong, "another pass phrase")


def test_a_new_machine_begins_with_a_backup_and_a_persons_key(
    app: Flask, session: Session, make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make.organisation()
    session.rollback()
    phrase = f"{PHRASE}\n{PHRASE}\n"
    told = run(app, "backup", "recipient", str(tmp_path / "mine"), said=phrase)
    assert told.exit_code == 0, told.output
    public = told.output.rsplit(" ", 1)[-1].strip()
    assert (tmp_path / "mine").stat().st_mode & 0o077 == 0
    assert run(app, "backup", "recipient", str(tmp_path / "mine"), said=phrase).exit_code == 1
    assert "12 characters" in run(
        app, "backup", "recipient", str(tmp_path / "short"), said="short\nshort\n"
    ).output  # fmt: skip

    before = set_to(app, backup_recipients=(base64.b64decode(public),))
    assert run(app, "backup", "--to", str(tmp_path / "b")).exit_code == 0
    (file,) = (tmp_path / "b").glob("*.kwbackup")
    monkeypatch.setenv("KINDERWERK_INSTANCE", str(tmp_path / "new"))
    words = ("backup", "keys", str(file), "--with", str(tmp_path / "mine"))
    assert "does not open" in run(app, *words, said="not the phrase\n").output
    assert not (tmp_path / "new/env").exists()
    answer = run(app, *words, said=f"{PHRASE}\n")
    assert answer.exit_code == 0, answer.output
    found = Settings.from_environment({"KINDERWERK_INSTANCE": str(tmp_path / "new")})
    assert found.sealing_keys == before.sealing_keys
    assert found.secret_key != before.secret_key
    assert "is there already" in run(app, *words, said=f"{PHRASE}\n").output


def test_a_copy_lies_elsewhere_and_both_places_let_go_of_what_is_old(
    app: Flask, session: Session, make: Make, tmp_path: Path
) -> None:
    make.organisation()
    session.rollback()
    here, there = tmp_path / "here", tmp_path / "there"
    set_to(app, backup_directory=here, backup_copies=(there,))
    for days in (0, 5, 10):
        with clock.stopped(A_WEDNESDAY + timedelta(days=days)):
            answer = run(app, "backup", "--keep", "7")
            assert answer.exit_code == 0, answer.output
    names = sorted(one.name for one in here.iterdir())
    assert [name.partition(".")[2] for name in names] == ["erased", "kwbackup"] * 2
    assert {one.name: one.read_bytes() for one in there.iterdir()} == {
        one.name: one.read_bytes() for one in here.iterdir()
    }
    assert all(one.stat().st_mode & 0o077 == 0 for one in there.iterdir())


def test_the_newest_backup_stays_however_old_it_is(
    app: Flask, session: Session, make: Make, tmp_path: Path
) -> None:
    make.organisation()
    with clock.stopped(A_WEDNESDAY):
        service.make(session, KEYS, shelf.fresh(tmp_path / "b"))
    with clock.stopped(A_WEDNESDAY + timedelta(days=400)):
        assert shelf.older(tmp_path / "b", 7) == []
    assert shelf.newest(tmp_path / "b") == A_WEDNESDAY.replace(microsecond=0)
    assert shelf.newest(tmp_path / "nowhere") is None


def test_what_cannot_be_put_elsewhere_is_said_and_stays_here(
    app: Flask, session: Session, make: Make, tmp_path: Path
) -> None:
    make.organisation()
    session.rollback()
    (tmp_path / "a file").write_text("in the way")
    set_to(app, backup_directory=tmp_path / "here", backup_copies=(tmp_path / "a file",))
    answer = run(app, "backup")
    assert answer.exit_code == 1
    assert "Only here, and not elsewhere" in answer.output
    assert len(list((tmp_path / "here").glob("*.kwbackup"))) == 1

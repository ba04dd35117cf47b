"""Everything in one file: asked for by one, agreed to by another, and gone after three days."""

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from uuid import UUID
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.archives import bringing, locking, service
from kinderwerk.archives.models import Archive, Piece
from kinderwerk.archives.rules import State
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.messages import worker as work
from kinderwerk.signals import service as signals
from kinderwerk.signals.rules import Note, NoteKind
from tests.features.test_signals import capture
from tests.make import Make

ASKED = {"why": "moving", "told": "To the new installation of the welfare board."}
FORMULA = "=cmd|' /C calc'!A0"


@pytest.fixture
def admin(make: Make, here: Organisation) -> User:
    return make.user(Role.ADMIN, organisation=here)


@pytest.fixture
def filled(session: Session, make: Make, here: Organisation, worker: User) -> None:
    """A child with a dangerous name, and a signal about it; and somebody else's child."""
    family = make.family(here, make.parent(name=FORMULA))
    seen = Note(kind=NoteKind.FACT_OWN, text="Torenvalk", observed_on=clock.today())
    child = make.child(family, first_name=FORMULA, neighbourhood=make.neighbourhood())
    signals.write_down(session, worker.actor(), capture(child, fact=seen))
    make.child(make.family(make.organisation()), first_name="Elsewhere")


def asked(client: FlaskClient, session: Session, admin: User) -> Archive:
    client.sign_in(admin)
    assert client.post("/archives/new", data=ASKED).status_code == 303
    return session.scalars(select(Archive)).one()


@pytest.fixture
def made(
    app: Flask, client: FlaskClient, session: Session, admin: User, officer: User, filled: None
) -> Archive:
    archive = asked(client, session, admin)
    client.sign_in(officer)
    assert client.post(f"/archives/{archive.id}/agree").status_code == 303
    while work.do_one(app):
        pass
    session.refresh(archive)
    assert archive.state is State.MADE
    return archive


def fetched(client: FlaskClient, admin: User, archive: Archive) -> ZipFile:
    client.sign_in(admin)
    answer = client.get(f"/archives/{archive.id}/kinderwerk.zip")
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    return ZipFile(io.BytesIO(answer.data))


def deeds(session: Session, archive_id: UUID) -> list[str]:
    session.rollback()
    mine = select(AuditEntry.deed).where(AuditEntry.subject_id == archive_id)
    return list(session.scalars(mine.order_by(AuditEntry.id)))


def test_nothing_is_made_before_somebody_else_agrees(
    app: Flask, client: FlaskClient, session: Session, make: Make, admin: User, officer: User,
    here: Organisation,
) -> None:  # fmt: skip
    archive = asked(client, session, admin)
    while work.do_one(app):
        pass
    assert session.scalar(select(func.count()).select_from(Piece)) == 0
    url = f"/archives/{archive.id}"
    assert client.get(f"{url}/kinderwerk.zip").status_code == 404
    assert client.post(f"{url}/agree").status_code == 404
    make.membership(admin, Role.PROTECTION_OFFICER, here)
    second = next(one for one in admin.memberships if one.role is Role.PROTECTION_OFFICER)
    client.sign_in(admin, second.id)
    assert client.post(f"{url}/agree").status_code == 404
    client.sign_in(officer)
    assert "/archives/" in client.get("/today").text
    assert ASKED["told"] in client.get(f"{url}/agree").text
    assert client.post(f"{url}/agree").status_code == 303
    assert client.post(f"{url}/agree").status_code == 422
    assert deeds(session, archive.id) == ["archive.asked", "archive.agreed"]


def test_only_who_asked_fetches_it_and_only_who_agreed_sees_the_key(
    client: FlaskClient, session: Session, make: Make, here: Organisation, admin: User,
    officer: User, made: Archive,
) -> None:  # fmt: skip
    other = make.user(Role.ADMIN, organisation=here)
    for person, shut in (
        (admin, "key"), (officer, "kinderwerk.zip"), (other, "kinderwerk.zip"), (other, "key"),
        (make.user(Role.COORDINATOR, organisation=here), "kinderwerk.zip"),
        (make.user(Role.PROTECTION_OFFICER), "key"),
    ):  # fmt: skip
        client.sign_in(person)
        assert client.get(f"/archives/{made.id}/{shut}").status_code == 404
    fetched(client, admin, made)
    client.sign_in(officer)
    assert client.get(f"/archives/{made.id}/key").status_code == 200
    assert deeds(session, made.id)[-2:] == ["archive.fetched", "archive.key_told"]


def test_it_holds_what_is_ours_and_nothing_sealed_in_words(
    client: FlaskClient, admin: User, made: Archive
) -> None:
    file = fetched(client, admin, made)
    assert file.testzip() is None
    everything = {name: file.read(name) for name in file.namelist()}
    assert not [name for name, words in everything.items() if b"Torenvalk" in words]
    assert not [name for name, words in everything.items() if b"Elsewhere" in words]
    manifest = json.loads(everything["manifest.json"])
    assert manifest["counts"]["child"] == 1 == len(everything["json/child.jsonl"].splitlines())
    assert manifest["locked"] > 0
    told = list(csv.DictReader(io.StringIO(everything["dictionary.csv"].decode("utf-8-sig"))))
    tables = {one["table"] for one in told}
    assert tables == set(manifest["counts"])
    sealed = [one for one in told if one["table"] == "signal_note" and one["sealed"] == "yes"]
    assert {one["column"] for one in sealed} == {"text", "source", "source_why"}


def test_no_cell_is_worked_out(client: FlaskClient, admin: User, made: Archive) -> None:
    file = fetched(client, admin, made)
    lines = csv.DictReader(io.StringIO(file.read("csv/child.csv").decode("utf-8-sig")))
    assert [one["first_name"] for one in lines] == [f"'{FORMULA}"]
    book = load_workbook(io.BytesIO(file.read("xlsx/child.xlsx")))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr", "n"}
    assert not [cell for cell in cells if cell.data_type == "f"]


def test_what_lies_here_is_locked_and_goes_after_three_days(
    app: Flask, client: FlaskClient, session: Session, admin: User, made: Archive
) -> None:
    id = made.id
    for locked in session.scalars(select(Piece.locked)):
        assert not locked.startswith(b"PK")
    assert made.until - clock.now() <= timedelta(days=3)
    with clock.stopped(clock.now() + timedelta(days=3, minutes=1)):
        client.sign_in(admin)
        assert client.get(f"/archives/{made.id}/kinderwerk.zip").status_code == 404
        service.tidy(session)
    for kind in (Archive, Piece):
        assert session.scalar(select(func.count()).select_from(kind)) == 0
    assert deeds(session, id)[-1] == "archive.over"


def test_a_second_one_waits_until_the_first_is_gone(
    client: FlaskClient, session: Session, admin: User
) -> None:
    archive = asked(client, session, admin)
    assert client.post("/archives/new", data=ASKED).status_code == 422
    assert client.post(f"/archives/{archive.id}/withdraw").status_code == 303
    assert client.post("/archives/new", data=ASKED).status_code == 303


@pytest.mark.parametrize("wrong", [{"why": ""}, {"why": "because"}, {"told": ""}])
def test_without_a_reason_nothing_is_asked(
    client: FlaskClient, session: Session, admin: User, wrong: dict[str, str]
) -> None:
    client.sign_in(admin)
    assert client.post("/archives/new", data=ASKED | wrong).status_code == 422
    assert session.scalar(select(func.count()).select_from(Archive)) == 0


def test_a_flipped_bit_and_a_cut_end_are_found(
    client: FlaskClient, session: Session, admin: User, officer: User, made: Archive,
    tmp_path: Path,
) -> None:  # fmt: skip
    client.sign_in(admin)
    whole = client.get(f"/archives/{made.id}/kinderwerk.zip").data
    file = tmp_path / "archive.zip"
    source = ZipFile(io.BytesIO(whole))
    forged = io.BytesIO()
    with ZipFile(forged, "w") as target:
        for name in source.namelist():
            words = source.read(name)
            target.writestr(name, words.replace(b"calc", b"kalk"))
    for broken in (whole[: len(whole) // 2], b"", b"PK", forged.getvalue()):
        file.write_bytes(broken)
        with pytest.raises(bringing.NotPossible):
            bringing.bring(session, file, locking.fresh())


def test_nobody_brings_one_in_without_saying_what_was_erased_since(
    app: Flask, client: FlaskClient, session: Session, admin: User, made: Archive, tmp_path: Path
) -> None:
    client.sign_in(admin)
    file, told = tmp_path / "archive.zip", tmp_path / "new.erased"
    file.write_bytes(client.get(f"/archives/{made.id}/kinderwerk.zip").data)
    told.write_text("not a list\n")

    def run(*words: str) -> str:
        done = app.test_cli_runner().invoke(args=["import", "archive", str(file), *words])
        assert done.exit_code != 0
        return str(done.output)

    assert "--nothing-erased" in run("--no-key")
    assert "new.erased is damaged in line 1" in run("--no-key", "--erased", str(told))
    assert "has the key" in run("--no-key", "--nothing-erased")

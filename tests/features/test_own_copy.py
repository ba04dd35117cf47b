"""A parent takes a copy away: all that they may read, and nothing of anybody else."""

import csv
import io
import json
import zipfile
from datetime import datetime

import pytest
from flask import Flask
from flask.testing import FlaskClient
from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.audit import service as audit
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.families import copies
from kinderwerk.families.models import Care
from kinderwerk.papers.models import Paper
from kinderwerk.privacy.own import printed
from kinderwerk.registers import service as registers
from kinderwerk.registers.rules import Presence
from kinderwerk.signups import service as signups
from kinderwerk.signups.rules import SignUp
from kinderwerk.storage.work import unit_of_work
from tests.club import Club
from tests.features.test_keys import SEEN, written
from tests.make import A_WEDNESDAY, Make
from tests.papers import is_tagged, made, words

CHAPTERS = {
    "me", "children", "homes", "consents", "messages", "sign_ups", "absences", "attendance",
    "who_looked", "near_persons", "what_helpers_know", "stories",
}  # fmt: skip


def test_the_copy_holds_what_the_parent_may_read_and_no_more(
    client: FlaskClient, session: Session, make: Make
) -> None:
    club, parent = Club(session, make, title="=Wood"), make.parent(name="The Mother")
    other = make.parent(name="The Father", email="father@example.org")
    child = make.child(make.family(club.here, parent), first_name="Noor", picked_up_by="+Oma")
    make.cared_for_by(child, other)
    elsewhere = make.child(make.family(make.organisation(), parent), first_name="Elsewhere")
    with clock.stopped(A_WEDNESDAY):
        wish = SignUp(activity_id=club.activity.id, child_ids=(child.id,), at_door=True)
        signups.sign_up(session, club.worker.actor(), wish)
        registers.mark(session, club.worker.actor(), club.date.id, {child.id: Presence.PRESENT})
    signal = written(session, club.worker, child)
    client.sign_in(club.worker)
    client.get(f"/children/{child.id}")
    client.get(f"/signals/{signal.id}")
    client.sign_in(parent)
    assert "Tabellen" in client.get("/family/known").text
    answer = client.post(f"/family/copy/{club.here.id}.json")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    assert "attachment" in answer.headers["Content-Disposition"]
    told = json.loads(answer.data)
    assert told.keys() == {"format", "made_at", "organisation"} | CHAPTERS
    assert [one["first_name"] for one in told["children"]] == ["Noor"]
    assert [one["standing"] for one in told["sign_ups"]] == ["placed"]
    assert [one["presence"] for one in told["attendance"]] == ["present"]
    assert {one["who"] for one in told["who_looked"]} == {"medewerker"}
    for secret in ("Father", other.email, SEEN, "signal", "worker", elsewhere.first_name,
                   str(child.id), str(other.id), club.worker.name):  # fmt: skip
        assert secret not in answer.text, secret
    deeds = session.scalars(select(AuditEntry.deed).where(AuditEntry.actor_id == parent.id))
    assert "family.exported" in deeds.all()
    packed = client.post(f"/family/copy/{club.here.id}.zip").data
    with zipfile.ZipFile(io.BytesIO(packed)) as bundle:
        assert {name.removesuffix(".csv") for name in bundle.namelist()} == CHAPTERS
        (row,) = csv.DictReader(io.StringIO(bundle.read("children.csv").decode("utf-8-sig")))
    assert row["picked_up_by"] == "'+Oma"
    client.sign_in(other)
    theirs = json.loads(client.post(f"/family/copy/{club.here.id}.json").data)
    assert [one["name"] for one in theirs["me"]] == ["The Father"]
    assert client.post(f"/family/copy/{elsewhere.organisation_id}.json").status_code == 404
    assert client.post(f"/family/copy/{club.here.id}.exe").status_code == 404


@pytest.mark.parametrize("evil", ["=1+1", "+31", "-2", "@SUM(A1)", "\tx", "\rx"])
def test_no_cell_is_worked_out(evil: str) -> None:
    assert copies.cell(evil) == f"'{evil}"
    assert copies.cell("Noor = here") == "Noor = here"


def test_paper_says_codes_and_moments_in_words(app: Flask) -> None:
    sent = {
        "at": "2029-05-14T15:00:00+00:00", "what": "signup.confirmed", "channel": "mail",
        "fate": "sent",
    }  # fmt: skip
    looked = {"day": "2029-05-14", "who": "medewerker", "what": "Attendance", "times": 2}
    noon = clock.from_wall(datetime(2031, 5, 14, 12))
    with app.test_request_context(), force_locale("nl"), clock.stopped(noon):
        told = list(printed.tables({"messages": [sent], "who_looked": [looked]}))
    assert [list(row) for table in told for row in table.rows] == [
        ["maandag 14 mei 2029, 17:00", "Bevestiging van een aanmelding", "E-mail", "Verstuurd"],
        ["maandag 14 mei 2029", "Iemand die hier werkt", "Aanwezigheid", "2"],
    ]


def test_the_copy_on_paper_is_made_for_one_parent_and_says_what_helpers_know(
    app: Flask, client: FlaskClient, session: Session, make: Make
) -> None:
    club, parent = Club(session, make), make.parent(name="The Mother")
    other = make.parent(name="The Father", email="father@example.org")
    child = make.child(make.family(club.here, parent), first_name="Noor")
    make.cared_for_by(child, other)
    client.sign_in(parent)
    client.post(
        f"/family/children/{child.id}/notes",
        data={"medical": "Inhaler in the red bag", "agreed": "y", "food": "nuts"},
    )
    url = f"/family/copy/{club.here.id}"
    assert url in client.get("/family/known").text
    told = json.loads(client.post(f"{url}.json").data)
    chapters = {name: rows for name, rows in told.items() if isinstance(rows, list)}
    assert chapters.keys() <= printed.CHAPTERS.keys()
    assert {field for rows in chapters.values() for row in rows for field in row} <= {
        *printed.FIELDS
    }, "paper says it in words"
    (note,) = told["what_helpers_know"]
    assert (note["health"], note["does_not_eat"]) == ("Inhaler in the red bag", "nuts")
    pdf = made(app, client, url)
    assert is_tagged(pdf, "nl")
    assert {"Noor", "Inhaler", "Noten"} <= {*words(pdf).replace(",", "").split()}
    assert "Father" not in words(pdf)
    (paper,) = session.scalars(select(Paper))
    place = f"/papers/{paper.id}"
    care = next(one for one in child.cares if one.carer.user_id == parent.id)
    client.sign_in(other)
    assert client.get(place).status_code == 404
    with unit_of_work(session):
        mine = session.get_one(Care, care.id)
        mine.contact_allowed = False
        audit.record(session, club.worker.actor(), "test.made", mine.id)
    client.sign_in(parent)
    assert ".pdf" not in client.get(place).text, "what they may not see any more is gone"
    assert client.get(f"{place}/copy.pdf").status_code == 404

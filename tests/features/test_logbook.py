"""The log after a session: prefilled, saved as one types, and finished with one button."""

from datetime import timedelta
from io import BytesIO
from typing import Any

import html5lib
import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.activities.models import Occurrence
from kinderwerk.activities.rules import Format, RegisterMode
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.retention import Line
from kinderwerk.facts import service as facts
from kinderwerk.facts.rules import Level, Measure
from kinderwerk.facts.sources import everything
from kinderwerk.files.models import StoredFile
from kinderwerk.logbook.models import GoalSeen, HourEntry, SessionLog
from kinderwerk.logbook.rules import HourKind, Seen
from kinderwerk.privacy import erasing
from kinderwerk.registers.models import Register, Tally
from kinderwerk.storage.erasing import Kind
from kinderwerk.storage.work import unit_of_work
from tests.club import Club
from tests.make import A_WEDNESDAY, Make

HTMX = {"HX-Request": "true"}
STORY = "Een jongen deelde zijn bal voor het eerst."


@pytest.fixture
def dropin(session: Session, make: Make) -> Club:
    return Club(session, make, format=Format.DROPIN, register=RegisterMode.TALLY)


@pytest.fixture(autouse=True)
def after_it(request: pytest.FixtureRequest) -> Any:
    with clock.stopped(A_WEDNESDAY + timedelta(hours=2)):
        yield


def screen(client: FlaskClient, club: Club, **changed: str) -> dict[str, str]:
    """Return what the log sends as it stands, with some of it changed."""
    page = html5lib.parse(client.get(f"{club.url}/log").text, namespaceHTMLElements=False)
    (form,) = [one for one in page.iter("form") if one.get("action") == f"{club.url}/log"]
    typed = {one.get("name") or "": one.text or "" for one in form.iter("textarea")}
    chosen = [
        one for one in form.iter("input") if one.get("type") != "radio" or "checked" in one.attrib
    ]
    return {one.get("name") or "": one.get("value") or "" for one in chosen} | typed | changed


def counted(session: Session, *tables: Any) -> list[int]:
    found = [session.scalar(select(func.count()).select_from(table)) or 0 for table in tables]
    session.rollback()
    return found


def exact(session: Session) -> bool:
    found = facts.deviations(session, everything(session))
    session.rollback()
    return found == []


def test_opening_it_makes_nothing(client: FlaskClient, session: Session, club: Club) -> None:
    client.sign_in(club.worker)
    page = client.get(f"{club.url}/log").text
    assert club.worker.name in page
    assert 'value="120"' in page, "the planned time stands there already"
    client.post(f"{club.url}/log/draft", data=screen(client, club), headers=HTMX)
    assert counted(session, SessionLog, Register, HourEntry, GoalSeen) == [0, 0, 0, 0]


def test_what_changes_is_saved_and_what_was_proposed_is_not(
    client: FlaskClient, session: Session, club: Club
) -> None:
    client.sign_in(club.worker)
    sent = screen(client, club, goal_0="a_little", story=STORY)
    answer = client.post(f"{club.url}/log/draft", data=sent, headers=HTMX)
    assert answer.status_code == 200
    assert "Bewaard om 16:00" in answer.text
    assert session.scalars(select(GoalSeen.seen)).one() is Seen.A_LITTLE
    log = session.scalars(select(SessionLog)).one()
    assert (log.story, log.finished_at) == (STORY, None)
    assert counted(session, HourEntry) == [0]


def test_the_button_writes_the_hours_that_stand_there_and_closes_the_list(
    client: FlaskClient, session: Session, club: Club
) -> None:
    client.sign_in(club.helper)
    sent = screen(client, club, note="Fijne middag.")
    sent[f"h_{club.helper.id.hex}_contact"] = "90"
    assert client.post(f"{club.url}/log", data=sent).status_code == 303
    rows = session.execute(select(HourEntry.user_id, HourEntry.kind, HourEntry.minutes)).all()
    assert {(user_id, kind): n for user_id, kind, n in rows} == {
        (club.worker.id, HourKind.CONTACT): 120, (club.worker.id, HourKind.PREPARATION): 30,
        (club.helper.id, HourKind.CONTACT): 90, (club.helper.id, HourKind.PREPARATION): 30,
    }  # fmt: skip
    register = session.scalars(select(Register)).one()
    assert register.note == "Fijne middag."
    assert register.closed_at
    session.rollback()
    assert club.cells(Measure.MINUTES_CONTACT) == 210
    assert club.cells(Measure.MINUTES_CONTACT, Level.NEIGHBOURHOOD) == 210
    sent = screen(client, club)
    sent[f"h_{club.helper.id.hex}_contact"] = "0"
    client.post(f"{club.url}/log/draft", data=sent, headers=HTMX)
    assert club.cells(Measure.MINUTES_CONTACT) == 120
    assert exact(session)


def test_a_screen_does_not_stand_in_its_own_way_and_shows_what_others_wrote(
    client: FlaskClient, club: Club
) -> None:
    client.sign_in(club.worker)
    mine, theirs = screen(client, club), screen(client, club)
    for note in ("Fij", "Fijn", "Fijne middag"):
        kept = client.post(f"{club.url}/log/draft", data=mine | {"note": note}, headers=HTMX)
        assert kept.status_code == 200
    stale = client.post(f"{club.url}/log/draft", data=theirs | {"note": "Druk"}, headers=HTMX)
    assert stale.status_code == 409
    assert "Fijne middag" in stale.text
    assert client.post(f"{club.url}/log", data=theirs | {"note": "Druk"}).status_code == 409
    assert client.post(f"{club.url}/log", data=mine | {"note": "Klaar"}).status_code == 303


def test_children_are_counted_on_the_same_screen(
    client: FlaskClient, session: Session, dropin: Club
) -> None:
    client.sign_in(dropin.worker)
    sent = screen(client, dropin, n_up_to_9_known="8", n_up_to_9_new="2")
    client.post(f"{dropin.url}/log/draft", data=sent, headers=HTMX)
    client.post(f"{dropin.url}/counts", data={"count": "10-12:new:more"})
    again = client.post(f"{dropin.url}/log", data=sent | {"note": "Druk."})
    assert again.status_code == 303
    rows = session.scalars(select(Tally.n).order_by(Tally.n)).all()
    assert rows == [1, 2, 8], "what another counted meanwhile stays"
    assert exact(session)
    wrong = screen(client, dropin, note="BSN 111222333")
    refused = client.post(f"{dropin.url}/log/draft", data=wrong, headers=HTMX)
    assert refused.status_code == 422
    assert "111222333" not in refused.text


def test_time_on_the_street_counts_as_that(
    client: FlaskClient, session: Session, make: Make
) -> None:
    street = Club(session, make, format=Format.OUTREACH, register=RegisterMode.TALLY)
    client.sign_in(street.worker)
    client.post(f"{street.url}/log", data=screen(client, street, estimated="30", contacts="5"))
    assert street.cells(Measure.MINUTES_OUTREACH) == 240
    assert street.cells(Measure.VISITS_TALLY) == 30
    assert "30 zijn een schatting" in client.get(f"{street.url}/log").text
    assert "30 daarvan zijn een schatting" in client.get("/what-came-back").text
    assert street.cells(Measure.MINUTES_CONTACT) == 0


def photo(seen: str) -> dict[str, Any]:
    made = BytesIO()
    Image.new("RGB", (40, 30), "#1f7a4d").save(made, "JPEG")
    made.seek(0)
    return {"seen": seen, "alt": "Een lange tafel", "picture": (made, "tafel.jpg")}


def test_a_photo_with_a_child_is_not_kept(
    client: FlaskClient, session: Session, club: Club
) -> None:
    client.sign_in(club.worker)
    refused = client.post(f"{club.url}/log/photo", data=photo("yes"))
    assert refused.status_code == 422
    assert counted(session, StoredFile, SessionLog) == [0, 0]
    assert client.post(f"{club.url}/log/photo", data=photo("no")).status_code == 303
    kept = session.scalars(select(StoredFile)).one()
    address = f"{club.url}/log/photo/small/{kept.mark}.webp"
    assert client.get(address).mimetype == "image/webp"
    session.rollback()
    erasing.erase(session, SYSTEM, club.here.id, Kind.PHOTO, [kept.id], Line.PHOTO)
    assert client.get(address).status_code == 404
    assert client.get(f"{club.url}/log").status_code == 200


def test_who_has_nothing_to_do_with_it_finds_no_log(
    client: FlaskClient, club: Club, make: Make
) -> None:
    for stranger in (make.worker(), make.parent()):
        client.sign_in(stranger)
        assert client.get(f"{club.url}/log").status_code == 404
    client.sign_in(club.worker)
    sent = screen(client, club)
    other = make.worker(organisation=club.here)
    sent[f"h_{other.id.hex}_contact"] = "60"
    assert client.post(f"{club.url}/log/draft", data=sent, headers=HTMX).status_code == 200
    assert club.cells(Measure.MINUTES_CONTACT) == 0


def test_there_is_nothing_to_log_before_it_begins_or_when_it_is_off(
    client: FlaskClient, session: Session, club: Club
) -> None:
    client.sign_in(club.worker)
    sent = screen(client, club, note="Alvast")
    with clock.stopped(A_WEDNESDAY - timedelta(minutes=1)):
        assert "zodra de bijeenkomst begonnen is" in client.get(f"{club.url}/log").text
        assert client.post(f"{club.url}/log", data=sent).status_code == 422
    with unit_of_work(session):
        off = session.get_one(Occurrence, club.date.id)
        off.cancelled_at = clock.now()
        audit.record(session, SYSTEM, "test.made", off.id)
    assert client.post(f"{club.url}/log", data=sent).status_code == 422
    assert counted(session, SessionLog, Register, HourEntry) == [0, 0, 0]


def test_one_writes_down_ones_own_hours_and_the_organisation_counts_them(
    client: FlaskClient, session: Session, club: Club, make: Make
) -> None:
    day = clock.today().isoformat()
    client.sign_in(club.worker)
    sent = {"day": day, "kind": "administration", "minutes": "60"}
    for minutes in ("45", "60", "60"):
        assert client.post("/hours", data=sent | {"minutes": minutes}).status_code == 303
    assert counted(session, HourEntry) == [1]
    assert club.cells(Measure.MINUTES_ADMINISTRATION) == 60
    client.post("/hours", data=sent | {"kind": "contact", "minutes": "540"})
    page = client.get("/hours").text
    assert "10%" in page
    assert "37%" in page
    assert client.post("/hours", data=sent | {"day": "2031-06-01"}).status_code == 422
    assert client.post("/hours", data=sent | {"minutes": "0"}).status_code == 303
    assert club.cells(Measure.MINUTES_ADMINISTRATION) == 0
    assert exact(session)
    client.sign_in(make.worker(organisation=club.here))
    assert "Samen:" not in client.get(f"/hours?week={day}").text
    for nonsense in ("x", "9999-99-99", "0001-01-01"):
        assert client.get(f"/hours?week={nonsense}").status_code == 200


def test_a_coordinator_sees_what_all_did_together_and_never_who(
    client: FlaskClient, club: Club, make: Make
) -> None:
    client.sign_in(club.worker)
    assert client.get("/hours/organisation").status_code == 403
    client.post("/hours", data={"day": "2031-05-13", "kind": "training", "minutes": "150"})
    assert club.activity.title in client.get("/hours").text, "its log is still to be written"
    client.sign_in(make.user(Role.COORDINATOR, organisation=club.here))
    page = client.get("/hours/organisation").text
    assert "2 uur 30 min" in page
    assert f"{club.worker.name}<" not in page

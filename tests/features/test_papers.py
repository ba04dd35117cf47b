"""What is printed: asked for on a page, made by the worker, fetched by whoever asked, then gone."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.activities.models import ActivityWords
from kinderwerk.activities.rules import Format, State
from kinderwerk.audit import service as audit
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.families.consents.rules import newest
from kinderwerk.messages import worker
from kinderwerk.messages.models import DueWork
from kinderwerk.papers import making, printing
from kinderwerk.papers.models import Paper
from kinderwerk.papers.rules import KEPT, Why
from kinderwerk.papers.sheets import form, week
from kinderwerk.registers import service as registers
from kinderwerk.registers.rules import Presence
from kinderwerk.storage.work import unit_of_work
from tests.club import Club
from tests.make import Make
from tests.papers import fonts, is_tagged, made, scanned, words


@pytest.fixture
def club(session: Session, make: Make) -> Club:
    return Club(session, make, title="Koken in de buurt", state=State.PUBLISHED)


def test_a_poster_is_made_by_the_worker_and_leads_a_telephone_to_the_activity(
    app: Flask, client: FlaskClient, club: Club, tmp_path: Path
) -> None:
    client.sign_in(club.worker)
    assert (
        f"/papers/poster/{club.activity.id}" in client.get(f"/activities/{club.activity.id}").text
    )
    pdf = made(app, client, f"/papers/poster/{club.activity.id}", size="a3")
    assert is_tagged(pdf, "nl")
    assert "Koken in de buurt" in words(pdf)
    assert scanned(pdf, tmp_path).endswith(f"/programme/{club.activity.id}")


def test_a_poster_is_written_from_the_right_in_arabic(
    app: Flask, session: Session, client: FlaskClient, club: Club
) -> None:
    with unit_of_work(session):
        club.activity.words.append(ActivityWords(language="ar", title="الطبخ في الحي"))
        session.flush()
        audit.record(session, club.worker.actor(), "test.made", club.activity.id)
    client.sign_in(club.worker)
    pdf = made(app, client, f"/papers/poster/{club.activity.id}", size="a4", language="ar")
    assert is_tagged(pdf, "ar")
    assert "Noto-Sans-Arabic" in fonts(pdf)


def test_only_whoever_asked_for_a_paper_finds_it(
    app: Flask, client: FlaskClient, make: Make, club: Club
) -> None:
    client.sign_in(club.worker)
    url = f"/papers/poster/{club.activity.id}"
    place = client.post(url, data={"language": "nl", "size": "a4"}).location
    assert client.post(url, data={"language": "nl", "size": "a4"}).location == place
    assert client.post(url, data={"language": "de", "size": "a4"}).location != place
    for other in (make.worker(organisation=club.here), make.worker(), make.parent(), None):
        stranger = app.test_client()
        if other:
            stranger.sign_in(other)
        assert stranger.get(place).status_code == 404
        assert stranger.get(f"{place}/poster.pdf").status_code == 404


def test_a_paper_that_still_waits_is_seen_to_when_it_is_asked_for_again(
    app: Flask, session: Session, client: FlaskClient, club: Club
) -> None:
    client.sign_in(club.worker)
    url, wish = f"/papers/poster/{club.activity.id}", {"language": "nl", "size": "a4"}
    place = client.post(url, data=wish).location
    with unit_of_work(session):
        session.execute(delete(DueWork))
    assert client.get(f"{place}/poster.pdf").status_code == 404
    client.post(url, data=wish)
    while worker.do_one(app):
        pass
    assert client.get(f"{place}/poster.pdf").status_code == 200


def test_a_paper_is_sealed_and_gone_after_a_while(
    app: Flask, session: Session, client: FlaskClient, club: Club
) -> None:
    client.sign_in(club.worker)
    made(app, client, f"/papers/poster/{club.activity.id}", size="a4")
    (paper,) = session.scalars(select(Paper))
    place, until = f"/papers/{paper.id}", paper.until
    assert paper.content is None
    assert until <= clock.now() + KEPT
    session.rollback()
    with clock.stopped(until + timedelta(seconds=1)):
        assert client.get(place).status_code == 404
        making.tidy(session, "papers.tidy")
    assert session.scalars(select(Paper)).all() == []


def test_nothing_is_made_for_whom_it_is_not_open_any_more(
    app: Flask, session: Session, client: FlaskClient, club: Club
) -> None:
    client.sign_in(club.worker)
    url = f"/papers/poster/{club.activity.id}"
    place = client.post(url, data={"language": "nl", "size": "a4"}).location
    with unit_of_work(session):
        held = session.merge(club.worker).current_memberships[0]
        held.ended_at = clock.now()
        audit.record(session, club.worker.actor(), "test.made", held.id)
    while worker.do_one(app):
        pass
    session.expire_all()
    assert session.get_one(Paper, UUID(place.split("/")[-1])).why is Why.GONE


def test_a_visit_to_a_family_hangs_on_no_door(client: FlaskClient, make: Make) -> None:
    here = make.organisation()
    visit = make.activity(
        make.worker(organisation=here), format=Format.HOME_VISIT, state=State.DRAFT
    )
    client.sign_in(make.user(Role.COORDINATOR, organisation=here))
    assert client.get(f"/activities/{visit.id}").status_code == 200
    assert client.get(f"/papers/poster/{visit.id}").status_code == 404


def test_paper_reads_no_file_but_our_own() -> None:
    fetcher = printing.fetcher()
    for address in (
        "file:///etc/passwd", "http://127.0.0.1/", "data:text/plain,x",
        f"{printing.ORIGIN}/static/../config.py", f"{printing.ORIGIN}/static/%2e%2e/config.py",
    ):  # fmt: skip
        with pytest.raises((ValueError, OSError)):
            fetcher.fetch(address)  # type: ignore[attr-defined]


def test_a_list_shows_each_reader_what_the_register_shows_and_is_on_record(
    app: Flask, session: Session, client: FlaskClient, club: Club
) -> None:
    child = club.child(first_name="Noor", surname="Visser", emergency_phone="06 12345678")
    pages = {}
    for reader in (club.worker, club.helper):
        client.sign_in(reader)
        assert f"/papers/list/{club.date.id}" in client.get(club.url).text
        pdf = made(app, client, f"/papers/list/{club.date.id}")
        pages[reader.id] = words(pdf)
        assert "06 1234" not in pages[reader.id]
    assert "Noor Visser" in pages[club.worker.id]
    assert "Noor V." in pages[club.helper.id]
    assert "Visser" not in pages[club.helper.id]
    client.sign_in(club.worker)
    told = words(made(app, client, f"/papers/list/{club.date.id}", numbers="y"))
    assert "06 12345678" in told.replace("\u2066", "").replace("\u2069", "")
    printed = session.scalars(select(AuditEntry).where(AuditEntry.deed == "register.printed")).all()
    assert [one.actor_id for one in printed] == [club.worker.id, club.helper.id, club.worker.id]
    assert printed[0].details["rows"] == [str(child.id)]
    client.sign_in(club.make.worker())
    assert client.get(f"/papers/list/{club.date.id}").status_code == 404


def test_the_sheet_of_a_session_names_no_child(app: Flask, client: FlaskClient, club: Club) -> None:
    club.child(first_name="Noor", surname="Visser")
    client.sign_in(club.helper)
    told = words(made(app, client, f"/papers/session/{club.date.id}"))
    assert "Koken in de buurt" in told
    assert "1 kind wordt verwacht" in told
    assert "Noor" not in told


def test_a_certificate_is_for_who_was_there_and_asked_by_who_may_edit_the_child(
    app: Flask, session: Session, client: FlaskClient, make: Make, club: Club
) -> None:
    parent = make.parent()
    child = make.child(make.family(club.here, parent), first_name="Łucja", surname="İnce")
    url = f"/papers/certificate/{child.id}"
    client.sign_in(parent)
    assert url in client.get("/family").text
    assert "Nog niets" in client.get(url).text
    with clock.stopped(club.date.starts_at):
        registers.mark(session, club.worker.actor(), club.date.id, {child.id: Presence.PRESENT})
    told = words(made(app, client, url, activity=str(club.activity.id), language="nl"))
    assert "Łucja İnce" in told
    assert "1 keer meedeed met Koken in de buurt" in told
    for other in (club.helper, make.parent()):
        client.sign_in(other)
        assert client.get(url).status_code == 404


@pytest.mark.parametrize("language", ["nl", "uk"])
def test_anybody_has_the_sign_up_form_made_with_the_versions_of_its_texts(
    app: Flask, session: Session, client: FlaskClient, club: Club, language: str
) -> None:
    url = f"/papers/form/{club.activity.id}"
    assert url in client.get(f"/programme/{club.activity.id}").text
    pdf = made(app, client, url, language=language)
    told = words(pdf)
    assert is_tagged(pdf, language)
    assert "Geboortedatum" in told, "in another language the Dutch stands beside"
    for purpose in form.ASKED:
        assert f"{purpose.value} {newest(purpose).version}" in told
    again = app.test_client().post(url, data={"language": language})
    (paper,) = session.scalars(select(Paper))
    assert again.location == f"/papers/{paper.id}", "made once for all who ask"
    assert paper.asked_by_id is None


def test_the_general_form_and_the_week_and_the_card_are_there_for_staff(
    app: Flask, client: FlaskClient, club: Club
) -> None:
    client.sign_in(club.worker)
    assert "/papers/" in client.get("/activities/").text
    page = client.get("/papers/").text
    for address in ("/papers/week", "/papers/helplines", f"/papers/general-form/{club.here.id}"):
        assert address in page
    with clock.stopped(club.date.starts_at - timedelta(hours=1)):
        monday = week.mondays()[0].isoformat()
        told = words(
            made(app, client, "/papers/week", neighbourhood=str(club.area.id), week=monday)
        )
    assert "Koken in de buurt" in told
    card = words(made(app, client, "/papers/helplines", country="nl", size="cards", language="tr"))
    assert card.count("0800 0432") == 4
    assert "116 111" in words(
        made(app, client, "/papers/helplines", country="de", size="a4", language="de")
    )
    assert is_tagged(made(app, client, f"/papers/general-form/{club.here.id}"), "nl")

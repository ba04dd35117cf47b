"""A worker shows a photo with an activity: redrawn, told in words, and gone when it should be."""

import re
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.activities import service
from kinderwerk.activities.models import Activity
from kinderwerk.activities.rules import Format, PhotoWish, Seen, State
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.files.models import StoredFile
from kinderwerk.files.rules import LARGE, LARGEST_KEPT, LARGEST_PICTURE_FORM
from kinderwerk.files.scanner import scanner
from kinderwerk.privacy import erasing
from kinderwerk.privacy import service as privacy
from kinderwerk.privacy.rules import PREVIEW
from kinderwerk.storage.erasing import Erasure, Kind
from tests.clamd import Clamd
from tests.make import A_WEDNESDAY, Make

ALT = "Een lange tafel vol groente"
RED, BLUE = (220, 30, 30), (30, 60, 200)


def jpeg(colour: tuple[int, int, int] = RED) -> bytes:
    file = BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "Secret place"
    Image.new("RGB", (900, 600), colour).save(file, "JPEG", exif=exif)
    return file.getvalue()


@pytest.fixture
def worker(make: Make, client: FlaskClient) -> User:
    worker = make.worker()
    client.sign_in(worker)
    return worker


@pytest.fixture
def club(make: Make, worker: User) -> Activity:
    return make.activity(worker)


def send(
    client: FlaskClient, club: Activity, content: bytes | None = None, name: str = "tafel.jpg",
    **form: Any,
) -> TestResponse:  # fmt: skip
    filled: dict[str, Any] = {"alt": ALT, "seen": "nobody", "version": club.version} | form
    if content is not None:
        filled["picture"] = (BytesIO(content), name)
    answer = client.post(f"/activities/{club.id}/photo", data=filled)
    answer.request.environ["wsgi.input"].close()  # large bodies come from a temporary file
    return answer


def images(answer: TestResponse) -> list[str]:
    return re.findall(r'<img class="kw-photo" src="([^"]+)"', answer.text)


def kept(session: Session) -> list[StoredFile]:
    session.rollback()
    return list(session.scalars(select(StoredFile)))


def test_a_photo_is_shown_to_everybody(
    app: Flask, client: FlaskClient, session: Session, club: Activity, worker: User
) -> None:
    assert "Voeg een foto toe" in client.get(f"/activities/{club.id}").text
    assert send(client, club, jpeg()).status_code == 303
    (file,) = kept(session)
    assert (file.width, file.height, file.author_id) == (900, 600, worker.id)
    assert (file.small_width, file.media_type) == (640, "image/webp")
    inside = client.get(f"/activities/{club.id}")
    assert ALT in inside.text
    assert "Foto toegevoegd" in inside.text
    visitor = app.test_client()
    with clock.stopped(A_WEDNESDAY - timedelta(hours=5)):
        programme, page = visitor.get("/"), visitor.get(f"/programme/{club.id}")
    for shown, size in ((programme, "small"), (page, "small")):
        (address,) = images(shown)
        assert f"/photo/{size}/" in address
        assert f'alt="{ALT}"' in shown.text
        assert 'loading="lazy"' in shown.text
    assert 'width="640" height="427"' in programme.text
    assert 'width="900" height="600"' in page.text
    assert "900w" in page.text


def test_it_is_sent_as_a_picture_and_nothing_else(
    app: Flask, client: FlaskClient, session: Session, club: Activity
) -> None:
    send(client, club, jpeg() + b"<script>alert(1)</script>", name="evil.html")
    page = f"/programme/{club.id}"
    address = images(client.get(page))[0]
    for who in (client, app.test_client()):
        answer = who.get(address)
        headers = answer.headers
        assert (answer.status_code, headers["Content-Type"]) == (200, "image/webp")
        assert headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert headers["Content-Security-Policy"].endswith("; sandbox")
        assert headers["X-Robots-Tag"] == "noindex"
        assert headers["Content-Disposition"] == "inline"
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Set-Cookie" not in headers
        assert Image.open(BytesIO(answer.data)).size == (640, 427)
        assert b"script" not in answer.data
        assert b"Secret" not in answer.data
        again = who.get(address, headers={"If-None-Match": headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    inside = client.get(address.replace("programme", "activities"))
    assert inside.headers["Cache-Control"] == "no-store"
    other = address.replace("small", "huge")
    assert client.get(other).status_code == 404
    assert client.get(address[:-9] + "0000.webp").status_code == 404


def test_the_photo_of_a_hidden_activity_is_not_there(
    app: Flask, client: FlaskClient, make: Make, worker: User, session: Session
) -> None:
    draft = make.activity(worker, state=State.DRAFT)
    send(client, draft, jpeg())
    (address,) = images(client.get(f"/activities/{draft.id}"))
    assert client.get(address).status_code == 200
    shown, nowhere = address.replace("activities", "programme"), str(make.worker().id)
    for stranger, path in ((app.test_client(), shown), (colleague(app, make), address)):
        hidden, missing = (
            stranger.get(one) for one in (path, path.replace(str(draft.id), nowhere))
        )
        assert hidden.status_code == 404
        assert hidden.data == missing.data.replace(nowhere.encode(), str(draft.id).encode())


def colleague(app: Flask, make: Make) -> FlaskClient:
    """Somebody of another organisation."""
    client = app.test_client()
    client.sign_in(make.worker(organisation=make.organisation()))
    return client


def test_another_photo_takes_its_place_and_the_first_is_gone(
    client: FlaskClient, session: Session, club: Activity
) -> None:
    send(client, club, jpeg())
    before = images(client.get(f"/programme/{club.id}"))[0]
    (first,) = [one.id for one in kept(session)]
    assert send(client, club, jpeg(BLUE), alt="Iets blauws", version=2).status_code == 303
    (second,) = kept(session)
    assert (second.id != first, second.alt) == (True, "Iets blauws")
    assert client.get(before).status_code == 404
    gone = session.scalars(select(Erasure.subject_id).where(Erasure.kind == Kind.PHOTO)).all()
    assert gone == [first]
    assert send(client, club, alt="Een blauw vlak", version=3).status_code == 303
    (same,) = kept(session)
    assert (same.id, same.alt) == (second.id, "Een blauw vlak")


def test_it_is_removed_for_good(client: FlaskClient, session: Session, club: Activity) -> None:
    send(client, club, jpeg())
    removal = f"/activities/{club.id}/photo/remove"
    stale = client.post(removal, data={"version": 1}, follow_redirects=True)
    assert "Iemand anders" in stale.text
    assert kept(session)
    assert client.post(removal, data={"version": 2}).status_code == 303
    assert kept(session) == []
    deeds = session.scalars(select(AuditEntry.deed).where(AuditEntry.subject_id == club.id)).all()
    assert {"activity.photo_shown", "activity.photo_removed"} <= set(deeds)
    assert client.post(removal, data={"version": 3}).status_code == 303


def test_a_photo_that_a_scanner_stops_or_cannot_look_at_is_not_kept(
    client: FlaskClient, session: Session, club: Activity
) -> None:
    with TemporaryDirectory() as directory:
        place = Path(directory, "clamd")
        scanner.load(place)
        try:
            away = send(client, club, jpeg())
            with Clamd(place, instead=b"stream: Eicar-Signature FOUND"):
                stopped = send(client, club, jpeg())
        finally:
            scanner.load(None)
    assert (away.status_code, stopped.status_code) == (422, 422)
    assert "niet op virussen" in away.text
    assert "virusscanner" in stopped.text
    assert kept(session) == []


@pytest.mark.parametrize(
    ("content", "form", "told"),
    [
        (b"<svg/>", {}, "geen foto"),
        (b"", {}, "Kies een foto."),
        (None, {}, "Kies een foto."),
        (jpeg()[:300], {}, "niet heel aangekomen"),
        (b"\x00\x00\x00\x18ftypheic" + b"x" * 99, {}, "HEIC"),
        (jpeg(), {"alt": ""}, "Vul dit nog in"),
        (jpeg(), {"seen": "unsure"}, "vraag het eerst aan hun ouders"),
        (jpeg(), {"seen": "perhaps"}, "Kies"),
        (jpeg(), {"seen": ""}, "Kies"),
    ],
)
def test_what_cannot_be_shown_is_refused_kindly(
    client: FlaskClient, session: Session, club: Activity, content: bytes | None,
    form: dict[str, str], told: str,
) -> None:  # fmt: skip
    answer = send(client, club, content, **form)
    assert answer.status_code == 422
    assert told in answer.text
    assert "nog een keer" in answer.text
    assert kept(session) == []


def many_frames(kind: str) -> bytes:
    frames = [Image.new("RGB", (8, 8), (n % 256, n // 256, 9)) for n in range(3000)]
    file = BytesIO()
    frames[0].save(file, kind, save_all=True, append_images=frames[1:])
    return file.getvalue()


def bomb() -> bytes:
    """A hundred million noughts in a hundred thousand bytes."""
    file = BytesIO()
    with ZipFile(file, "w", ZIP_DEFLATED) as packed:
        packed.writestr("party.jpg", bytes(100_000_000))
    return file.getvalue()


def note_that_swells() -> bytes:
    note, file = PngInfo(), BytesIO()
    note.add_text("Comment", "x" * 60_000_000, zip=True)
    Image.new("RGB", (9, 9)).save(file, "PNG", pnginfo=note)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "make_content", "told"),
    [
        ("party.jpg", lambda: b"%PDF-1.7 party", "geen foto"),
        ("logo.svg", lambda: b"<svg><script>alert(1)</script></svg>", "geen foto"),
        ("logo.png", lambda: b"<?xml version='1.0'?><svg onload='alert(1)'/>", "geen foto"),
        ("dance.gif", lambda: many_frames("GIF"), "geen foto"),
        ("party.jpg", bomb, "geen foto"),
        ("party.png", note_that_swells, "niet heel aangekomen"),
    ],
)
def test_what_is_no_photo_whatever_it_is_called_is_refused_and_opens_nowhere(
    client: FlaskClient, session: Session, club: Activity, name: str,
    make_content: Callable[[], bytes], told: str,
) -> None:  # fmt: skip
    answer = send(client, club, make_content(), name=name)
    assert answer.status_code == 422
    assert told in answer.text
    assert "alert(1)" not in answer.text
    assert kept(session) == []


def test_of_forty_million_pixels_or_thousands_of_frames_one_picture_is_kept(
    client: FlaskClient, session: Session, club: Activity
) -> None:
    file = BytesIO()
    Image.new("RGB", (8000, 5000), RED).save(file, "PNG")
    for version, content in enumerate((file.getvalue(), many_frames("WEBP")), 1):
        assert send(client, club, content, version=version).status_code == 303
        (one,) = kept(session)
        assert max(one.width, one.height) <= LARGE
        assert one.byte_count < LARGEST_KEPT


def test_what_is_never_published_has_no_photo(
    client: FlaskClient, session: Session, make: Make, worker: User
) -> None:
    visit = make.activity(worker, state=State.DRAFT, format=Format.HOME_VISIT)
    assert "Voeg een foto toe" not in client.get(f"/activities/{visit.id}").text
    answer = send(client, visit, jpeg())
    assert answer.status_code == 422
    assert kept(session) == []


def test_who_said_that_it_may_be_shown_is_on_record(
    client: FlaskClient, session: Session, club: Activity, worker: User
) -> None:
    send(client, club, jpeg(), seen="agreed")
    send(client, club, alt="Een tafel", version=2)
    found = session.execute(
        select(AuditEntry.deed, AuditEntry.actor_id, AuditEntry.details)
        .where(AuditEntry.subject_id == club.id, AuditEntry.deed.startswith("activity.photo"))
        .order_by(AuditEntry.id)
    ).all()
    assert [(deed, who, told["seen"]) for deed, who, told in found] == [
        ("activity.photo_shown", worker.id, "agreed"),
        ("activity.photo_described", worker.id, "nobody"),
    ]


def test_more_than_a_telephone_makes_is_not_read(client: FlaskClient, club: Activity) -> None:
    assert send(client, club, b"\xff\xd8" * (LARGEST_PICTURE_FORM // 2)).status_code == 413


def test_whoever_was_slower_sees_both_texts(
    client: FlaskClient, session: Session, club: Activity
) -> None:
    send(client, club, jpeg())
    slower = send(client, club, jpeg(BLUE), alt="Iets blauws", version=1)
    assert slower.status_code == 409
    assert ALT in slower.text
    assert "Iets blauws" in slower.text
    (file,) = kept(session)
    assert file.alt == ALT
    assert send(client, club, jpeg(BLUE), alt="Iets blauws", version=2).status_code == 303


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.PRIVACY_OFFICER, Role.COORDINATOR])
def test_who_plans_the_activity_shows_the_photo(
    app: Flask, make: Make, session: Session, club: Activity, role: Role
) -> None:
    client = app.test_client()
    person = make.user(role, organisation=session.get_one(Organisation, club.organisation_id))
    client.sign_in(person)
    right = role is Role.COORDINATOR
    assert client.get(f"/activities/{club.id}/photo").status_code == (200 if right else 403)
    assert send(client, club, jpeg()).status_code == (303 if right else 403)
    assert bool(kept(session)) == right


def test_it_goes_a_month_after_the_activity(
    client: FlaskClient, session: Session, make: Make, club: Activity
) -> None:
    with clock.stopped(A_WEDNESDAY - 3 * PREVIEW):
        officer = make.user(
            Role.PRIVACY_OFFICER, organisation=session.get_one(Organisation, club.organisation_id)
        )
        privacy.confirm_rest(session, officer.actor())
    send(client, club, jpeg())
    for days, left in ((29, 1), (30, 0)):
        with clock.stopped(A_WEDNESDAY + timedelta(days=days)):
            privacy.purge(session)
        assert len(kept(session)) == left
    assert session.get_one(Activity, club.id).photo_id is None


def test_what_was_erased_is_lost_again_when_a_backup_brings_it_back(
    client: FlaskClient, session: Session, club: Activity
) -> None:
    send(client, club, jpeg())
    (file,) = kept(session)
    erasing.erase(session, SYSTEM, club.organisation_id, Kind.PHOTO, [file.id])
    assert kept(session) == []
    assert session.get_one(Activity, club.id).photo_id is None
    assert client.get(f"/programme/{club.id}").status_code == 200


def test_the_answer_about_permission_comes_before_the_work(
    session: Session, make: Make, club: Activity, worker: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service.files, "redraw", lambda content: pytest.fail("it was read"))
    wish = PhotoWish(content=b"photo", alt=ALT, seen=Seen.UNSURE)
    with pytest.raises(service.rules.NotWithoutPermission):
        service.show_photo(session, worker.actor(), club.id, wish, 1)

"""Lists on a device: what it takes along, and that what it tells later counts once."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk import paths
from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Membership, User
from kinderwerk.activities.models import Occurrence
from kinderwerk.activities.rules import RegisterMode
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.retention import TERMS, Ending, Line, Span, Unit
from kinderwerk.families.models import Child
from kinderwerk.notes import service as notes
from kinderwerk.notes.rules import Help
from kinderwerk.offline.jobs import tidy
from kinderwerk.offline.models import RegisterChange, RegisterDevice
from kinderwerk.offline.rules import Outcome
from kinderwerk.privacy.erasing import erase
from kinderwerk.privacy.rules import AsBuilt, Confirmation, check, proposal
from kinderwerk.registers import queries as registers
from kinderwerk.registers.models import Attendance
from kinderwerk.registers.rules import Presence
from kinderwerk.storage.erasing import Kind
from kinderwerk.storage.work import unit_of_work
from tests.club import Club
from tests.make import A_WEDNESDAY, Make

NOON = A_WEDNESDAY + timedelta(minutes=10)


@pytest.fixture
def club(session: Session, make: Make) -> Club:
    return Club(session, make, register=RegisterMode.MIXED)


@pytest.fixture(autouse=True)
def on_the_day() -> Iterator[None]:
    with clock.stopped(NOON):
        yield


class Phone:
    """What the script on a device does, as far as the server sees it."""

    def __init__(self, client: FlaskClient, owner: User, **given: Any) -> None:
        self.client, self.seq, self.slow = client, 0, timedelta()
        client.sign_in(owner)
        made = client.post("/offline/devices", data=given)
        self.status = made.status_code
        self.id, self.key = made.json["id"], made.json["key"]
        client.post("/sign-out")

    def ask(self, path: str, body: Any = None, key: str | None = None) -> Any:
        told = {"Authorization": f"Device {key or self.key}"}
        return self.client.post(f"/offline/{path}", json=body or {}, headers=told)

    def change(self, club: Club, kind: str, child: Child | None = None, **value: Any) -> Any:
        self.seq += 1
        return {
            "id": str(uuid4()), "seq": self.seq, "occurrence": str(club.date.id), "kind": kind,
            "child": str(child.id) if child else None, "at": self.now(), "base": 0, "value": value,
        }  # fmt: skip

    def now(self) -> str:
        return (clock.now() - self.slow).isoformat()

    def send(self, *changes: Any) -> Any:
        answer = self.ask("sync", {"now": self.now(), "changes": changes})
        assert answer.status_code == 200, answer.text
        return answer.json

    def tell(self, *changes: Any) -> list[str]:
        return [one["outcome"] for one in self.send(*changes)["answers"]]


def marks(club: Club) -> dict[UUID, Presence]:
    club.session.expire_all()
    return club.marks()


def test_a_device_takes_along_its_own_sessions_of_two_days_as_their_helper_may_see_them(
    client: FlaskClient, club: Club, make: Make
) -> None:
    child = club.child(first_name="Sam", surname="Berg", goes_home_alone=True)
    phone = Phone(client, club.helper)
    (taken,) = phone.ask("lists").json["lists"]
    assert [one["name"] for one in taken["children"]] == ["Sam B."]
    assert taken["children"][0]["call"]["dial"] == "0687654321"
    assert taken["children"][0]["alone"]
    found = club.session.scalars(
        select(audit.AuditEntry.details).where(audit.AuditEntry.deed == "register.exported")
    ).all()
    assert str(child.id) in str(found)
    with clock.stopped(A_WEDNESDAY - timedelta(days=3)):
        assert phone.ask("lists").json["lists"] == []
    stranger = Phone(client, make.worker(organisation=club.here))
    assert stranger.ask("lists").json["lists"] == []


def test_a_key_opens_lists_and_nothing_else_and_only_while_the_device_stands(
    client: FlaskClient, club: Club
) -> None:
    phone = Phone(client, club.worker)
    told = {"Authorization": f"Device {phone.key}"}
    for path in ("/signals/", "/support/", "/today", "/children", club.url, "/offline/devices"):
        assert client.get(path, headers=told).status_code in (303, 401)
    for key in ("nonsense", phone.key[:-1], " "):
        assert phone.ask("lists", key=key).status_code == 401
    client.sign_in(club.worker)
    assert "Lijsten op een telefoon" in client.get("/account").text
    assert client.post(f"/account/devices/lists/{phone.id}/end").status_code == 303
    assert phone.ask("lists").status_code == 410
    assert phone.ask("sync", {"now": phone.now(), "changes": []}).status_code == 410


def test_what_must_be_known_comes_along_in_its_window_and_says_until_when(
    client: FlaskClient, club: Club, make: Make
) -> None:
    carer = make.parent()
    child = make.child(make.family(club.here, carer))
    club.place(child)
    notes.write(
        club.session, carer.actor(), child.id, None, Help(medical="Bees"), agreed=True,
        child_agreed=False, language="nl",
    )  # fmt: skip
    phone = Phone(client, club.worker)
    day = timedelta(days=1)
    for hours, comes in ((-25, False), (-23, True), (2, True)):
        with clock.stopped(A_WEDNESDAY + timedelta(hours=hours)):
            (taken,) = phone.ask("lists").json["lists"]
            assert ("Bees" in taken["children"][0]["note"]) is comes
            until = (club.date.ends_at + day).isoformat()
            assert taken["notesUntil"] == (until if comes else None)


def test_the_device_and_the_table_of_terms_say_the_same() -> None:
    vault = (paths.resource("static") / "js/register-vault.js").read_text()
    assert TERMS[Line.OFFLINE].span == Span(3, Unit.DAYS)
    assert "NAMES_STAY = 72 * 3600_000" in vault
    with pytest.raises(AsBuilt):
        check(
            Line.OFFLINE, Confirmation(amount=9, unit=Unit.DAYS, ending=Ending.DELETE),
            clock.today(),
        )  # fmt: skip
    check(Line.OFFLINE, proposal(Line.OFFLINE), clock.today())


def test_nobody_closes_the_device_of_somebody_else(client: FlaskClient, club: Club) -> None:
    phone = Phone(client, club.worker)
    client.sign_in(club.helper)
    assert client.post(f"/account/devices/lists/{phone.id}/end").status_code == 404
    assert phone.ask("lists").status_code == 200


def test_what_is_sent_again_changes_nothing(client: FlaskClient, club: Club) -> None:
    child, phone = club.child(), Phone(client, club.helper)
    sent = [
        phone.change(club, "mark", child, presence="present"),
        phone.change(club, "count", band="7-9", known="new", by=1),
        phone.change(club, "count", band="7-9", known="new", by=1),
    ]
    first = phone.send(*sent)
    again = phone.send(*reversed(sent))
    assert [one["outcome"] for one in first["answers"]] == ["applied"] * 3
    assert again == first
    assert marks(club) == {child.id: Presence.PRESENT}
    assert sum(registers.boxes(club.session, club.date.id).values()) == 2
    assert club.exact()
    assert first["lists"][0]["boxes"] == {"7-9:new:unasked": 2}


def test_on_one_device_the_later_mark_counts_in_whatever_order_they_arrive(
    client: FlaskClient, club: Club
) -> None:
    child, phone = club.child(), Phone(client, club.worker)
    early = phone.change(club, "mark", child, presence="absent")
    late = phone.change(club, "mark", child, presence="present")
    assert phone.tell(late) == ["applied"]
    assert phone.tell(early) == ["overtaken"]
    assert phone.tell(phone.change(club, "mark", child, presence="excused")) == ["applied"]
    assert marks(club) == {child.id: Presence.EXCUSED}


def test_two_devices_on_one_list_come_together_child_by_child(
    client: FlaskClient, club: Club
) -> None:
    one, other, both = club.child(), club.child(), club.child()
    mine, theirs = Phone(client, club.worker), Phone(client, club.helper)
    assert mine.tell(
        mine.change(club, "mark", one, presence="present"),
        mine.change(club, "mark", both, presence="present"),
    ) == ["applied", "applied"]
    assert theirs.tell(
        theirs.change(club, "mark", other, presence="absent"),
        theirs.change(club, "mark", both, presence="present"),
    ) == ["applied", "same"]
    assert marks(club) == {
        one.id: Presence.PRESENT, other.id: Presence.ABSENT, both.id: Presence.PRESENT,
    }  # fmt: skip


@pytest.mark.parametrize(("take", "stays"), [("yes", Presence.ABSENT), ("no", Presence.PRESENT)])
def test_a_real_conflict_is_shown_to_a_human_with_both_values(
    client: FlaskClient, club: Club, take: str, stays: Presence
) -> None:
    child = club.child()
    mine, theirs = Phone(client, club.worker), Phone(client, club.helper)
    mine.tell(mine.change(club, "mark", child, presence="present"))
    answer = theirs.send(theirs.change(club, "mark", child, presence="absent"))["answers"][0]
    assert (answer["outcome"], answer["stood"]["presence"]) == ("conflict", "present")
    assert marks(club) == {child.id: Presence.PRESENT}
    client.sign_in(club.worker)
    page = client.get(club.url).text
    assert "Wat klopt?" in page
    assert "Is er niet" in page.split("Wat klopt?")[1].split("</section>")[0]
    told = club.session.scalars(
        select(RegisterChange.id).where(RegisterChange.outcome == Outcome.CONFLICT)
    ).one()
    assert client.post(f"/sessions/told/{told}", data={"take": take}).status_code == 303
    assert marks(club) == {child.id: stays}
    assert "Wat klopt?" not in client.get(club.url).text


def test_a_child_that_was_seen_goes_home_once(client: FlaskClient, club: Club) -> None:
    child, phone = club.child(goes_home_alone=True), Phone(client, club.helper)
    assert phone.tell(
        phone.change(club, "mark", child, presence="present"),
        phone.change(club, "leave", child, who="", why=""),
        phone.change(club, "leave", child, who="A stranger", why=""),
        phone.change(club, "stay", child),
    ) == ["applied", "applied", "held", "applied"]
    assert club.session.get_one(Attendance, (club.date.id, child.id)).left_at is None


@pytest.mark.parametrize("wrong", [timedelta(days=1), timedelta(days=-1), timedelta(days=9000)])
def test_a_clock_that_is_wrong_by_a_day_still_says_when(
    client: FlaskClient, club: Club, wrong: timedelta
) -> None:
    child, phone = club.child(), Phone(client, club.worker)
    phone.slow = wrong
    mark = phone.change(club, "mark", child, presence="present")
    with clock.stopped(NOON + timedelta(hours=3)):
        assert phone.tell(mark) == ["applied"]
    club.session.expire_all()
    arrived = club.session.get_one(Attendance, (club.date.id, child.id)).arrived_at
    assert arrived == (NOON if wrong < timedelta(days=4000) else None)
    slow = club.session.scalars(select(RegisterDevice.slow)).one()
    assert slow == min(wrong, timedelta(days=4000)).total_seconds()


def test_a_child_who_walks_in_comes_in_by_the_rules_of_the_door(
    client: FlaskClient, club: Club
) -> None:
    phone, helping = Phone(client, club.worker), Phone(client, club.helper)
    noor = {"first_name": "Noor", "born": "8", "phone": "06 12345678", "agreed": True}
    walked = phone.change(club, "walk_in", **noor)
    nameless = phone.change(club, "walk_in", **noor | {"first_name": "Ravi", "phone": ""})
    answers = phone.send(walked, nameless, walked)["answers"]
    assert [one["outcome"] for one in answers] == ["applied", "applied", "refused"], [
        a["why"] for a in answers
    ]
    assert "nummer" in answers[2]["why"]
    assert marks(club) == {UUID(answers[0]["child"]): Presence.PRESENT}
    assert helping.tell(helping.change(club, "walk_in", **noor)) == ["refused"]
    kept = club.session.scalars(select(RegisterChange.value)).all()
    assert all(one == {} for one in kept), "what walked in is kept in words"


def test_after_a_session_was_called_off_what_was_marked_waits_for_somebody(
    client: FlaskClient, club: Club
) -> None:
    child, phone = club.child(), Phone(client, club.worker)
    with unit_of_work(club.session):
        date = club.session.get_one(Occurrence, club.date.id)
        date.cancelled_at = A_WEDNESDAY
        audit.record(club.session, SYSTEM, "test.cancelled", date.id)
    answer = phone.send(phone.change(club, "mark", child, presence="present"))
    assert answer["answers"][0]["outcome"] == "held"
    assert "gaat niet door" in answer["answers"][0]["why"]
    assert answer["lists"][0]["calledOff"]
    assert marks(club) == {}
    client.sign_in(club.worker)
    assert "Wat klopt?" in client.get(club.url).text


def test_of_a_child_that_was_forgotten_nothing_comes_back(client: FlaskClient, club: Club) -> None:
    child, phone = club.child(placed=False), Phone(client, club.worker)
    tick = phone.change(club, "mark", child, presence="present")
    first = phone.change(club, "mark", child, presence="absent")
    assert phone.tell(first) == ["applied"]
    erase(club.session, SYSTEM, club.here.id, Kind.CHILD, [child.id])
    assert club.session.scalars(select(RegisterChange)).all() == []
    assert phone.tell(tick) == ["gone"]
    kept = club.session.scalars(select(RegisterChange)).one()
    assert (kept.child_id, kept.value) == (None, {})


def test_after_somebody_left_what_they_marked_waits_for_a_colleague(
    client: FlaskClient, club: Club, make: Make
) -> None:
    child, phone = club.child(), Phone(client, club.helper)
    with unit_of_work(club.session):
        mine = select(Membership).where(Membership.user_id == club.helper.id)
        held = club.session.scalars(mine).one()
        held.ended_at = clock.now()
        audit.record(club.session, SYSTEM, "test.ended", held.id)
    answer = phone.send(phone.change(club, "mark", child, presence="present"))
    assert answer["answers"][0]["outcome"] == "held"
    assert "werkt hier niet meer" in answer["answers"][0]["why"]
    assert answer["lists"] == []
    assert phone.ask("lists").status_code == 410
    client.sign_in(club.worker)
    told = club.session.scalars(select(RegisterChange.id)).one()
    client.post(f"/sessions/told/{told}", data={"take": "yes"})
    assert marks(club) == {child.id: Presence.PRESENT}


def test_without_a_certificate_that_was_seen_no_list_goes_along(
    client: FlaskClient, club: Club
) -> None:
    child, phone = club.child(), Phone(client, club.helper)
    with unit_of_work(club.session):
        mine = select(Membership).where(Membership.user_id == club.helper.id)
        held = club.session.scalars(mine).one()
        held.checked = False
        audit.record(club.session, SYSTEM, "test.unchecked", held.id)
    assert phone.ask("lists").json["lists"] == []
    answer = phone.send(phone.change(club, "mark", child, presence="present"))
    assert answer["answers"][0]["outcome"] == "held"
    assert answer["lists"] == []
    assert marks(club) == {}
    client.sign_in(club.helper)
    assert client.post("/offline/devices").status_code in (403, 404)
    assert "Neem de lijst mee" not in client.get(club.url).text


def test_a_shared_tablet_ends_the_session_of_who_started_it_and_holds_one_list(
    client: FlaskClient, club: Club, make: Make
) -> None:
    child = club.child()
    goal = club.activity.goals[0].goal
    make.activity(club.worker, title="Another", goal=goal)
    client.sign_in(club.worker)
    made = client.post("/offline/devices", data={"occurrence": str(club.date.id)})
    assert client.get(club.url).status_code == 303
    phone = Phone.__new__(Phone)
    phone.client, phone.key, phone.seq, phone.slow = client, made.json["key"], 0, timedelta()
    assert [one["title"] for one in phone.ask("lists").json["lists"]] == [club.activity.title]
    elsewhere = Club(club.session, make)
    assert phone.tell(
        phone.change(club, "mark", child, presence="present"),
        phone.change(elsewhere, "mark", child, presence="present"),
    ) == ["applied", "gone"]
    client.sign_in(make.user(Role.VOLUNTEER, organisation=club.here))
    refused = client.post("/offline/devices", data={"occurrence": str(club.date.id)})
    assert refused.status_code == 404


@pytest.mark.parametrize(
    "body",
    [None, [], "x", {"now": "x"}, {"now": "2031-01-01T00:00:00+00:00", "changes": 5},
     {"now": "2031-01-01T00:00:00+00:00", "changes": [{}]},
     {"now": "2031-01-01T00:00:00+00:00", "changes": [{"id": "x" * 900, "seq": -1}]}],
)  # fmt: skip
def test_nonsense_is_refused_and_breaks_nothing(client: FlaskClient, club: Club, body: Any) -> None:
    assert Phone(client, club.worker).ask("sync", body).status_code == 400


def test_answers_are_forgotten_after_a_month_but_for_what_waits(
    client: FlaskClient, club: Club, session: Session
) -> None:
    one, other = club.child(), club.child()
    mine, theirs = Phone(client, club.worker), Phone(client, club.helper)
    mine.tell(mine.change(club, "mark", one, presence="present"))
    theirs.tell(
        theirs.change(club, "mark", one, presence="absent"),
        theirs.change(club, "mark", other, presence="absent"),
    )
    with clock.stopped(NOON + timedelta(days=31)):
        tidy(session, "")
    assert [str(one.outcome) for one in session.scalars(select(RegisterChange))] == ["conflict"]

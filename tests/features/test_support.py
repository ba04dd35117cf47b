"""Parenting support: contacts that point at nobody, trajectories that few can read."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from html import unescape
from itertools import chain
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import String, Text, select, text
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Membership, Organisation, User
from kinderwerk.audit import service as audit
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.facts.models import Cell
from kinderwerk.facts.rules import Level, Measure
from kinderwerk.facts.service import deviations
from kinderwerk.families.models import Child, Family
from kinderwerk.logbook import queries as hours
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import render
from kinderwerk.places.models import Neighbourhood
from kinderwerk.signals import service as signals
from kinderwerk.signals.rules import Area, Capture, Note, NoteKind, Subject
from kinderwerk.signals.rules import Level as HowSerious
from kinderwerk.storage.base import Base
from kinderwerk.storage.work import unit_of_work
from kinderwerk.support import queries, service
from kinderwerk.support.models import Aim, Contact, Trajectory, TrajectoryNote
from kinderwerk.support.plan.models import Agreed
from kinderwerk.support.rules import (
    AimWish,
    Channel,
    Helped,
    ShortContact,
    Start,
    Status,
    Talk,
    Topic,
)
from tests.conftest import reads
from tests.make import Make
from tests.planted import PLANTED
from tests.shares import let_in, letting_in

ASKED = f"He never sleeps before eleven, {PLANTED}."
WANTED = f"In bed at eight, {PLANTED}."
SAID = f"We talked about the evening, {PLANTED}."


@pytest.fixture
def park(make: Make) -> Neighbourhood:
    return make.neighbourhood()


@pytest.fixture
def child(make: Make, here: Organisation, park: Neighbourhood) -> Child:
    return make.child(make.family(here), neighbourhood=park)


@pytest.fixture
def family(child: Child) -> Family:
    return child.family


def start(family: Family, **given: Any) -> Start:
    usual: dict[str, Any] = {
        "family_id": family.id, "topic": Topic.SLEEP, "question": ASKED,
        "aim": AimWish(text=WANTED, scale_start=3), "began_on": clock.today(),
        "follow_up_on": clock.today() + timedelta(days=28), "once": uuid4(),
    }  # fmt: skip
    return Start(**usual | given)


def talk(**given: Any) -> Talk:
    usual: dict[str, Any] = {
        "held_on": clock.today(), "channel": Channel.HOME, "minutes": 45, "text": SAID,
        "agreed": "A book before the light goes out.", "once": uuid4(),
        "follow_up_on": clock.today() + timedelta(days=14),
    }  # fmt: skip
    return Talk(**usual | given)


def short(**given: Any) -> ShortContact:
    usual: dict[str, Any] = {
        "topic": Topic.SCREENS, "helped": Helped.LISTENED, "channel": Channel.STREET,
        "minutes": 10, "held_on": clock.today(), "neighbourhood_id": None, "once": uuid4(),
    }  # fmt: skip
    return ShortContact(**usual | given)


@pytest.fixture
def trajectory(session: Session, worker: User, family: Family) -> Trajectory:
    return service.begin(session, worker.actor(), start(family))


def typed(**given: str) -> dict[str, str]:
    return {
        "topic": "screens", "helped": "advice", "minutes": "15", "channel": "street",
        "held_on": clock.today().isoformat(), "neighbourhood_id": "", "once": str(uuid4()),
    } | given  # fmt: skip


def begun(family: Family, **given: str) -> dict[str, str]:
    return {
        "family_id": str(family.id), "topic": "sleep", "question": ASKED, "aim": WANTED,
        "scale_start": "3", "began_on": clock.today().isoformat(), "once": str(uuid4()),
        "follow_up_on": (clock.today() + timedelta(days=28)).isoformat(),
    } | given  # fmt: skip


def course(owner: User, **given: str) -> dict[str, str]:
    return {
        "version": "1", "topic": "sleep", "began_on": clock.today().isoformat(),
        "owner_id": str(owner.id),
        "follow_up_on": (clock.today() + timedelta(days=7)).isoformat(),
    } | given  # fmt: skip


def deeds(session: Session, subject_id: UUID) -> list[str]:
    return list(
        session.scalars(
            select(AuditEntry.deed)
            .where(AuditEntry.subject_id == subject_id)
            .order_by(AuditEntry.id)
        )
    )


def counted(session: Session, measure: Measure, level: Level = Level.WHOLE) -> dict[str, int]:
    found = select(Cell).where(Cell.measure == measure, Cell.level == level)
    return {cell.period: cell.n for cell in session.scalars(found) if cell.n}


def exact(session: Session) -> bool:
    counted = chain(queries.contributions(session), hours.contributions(session))
    return deviations(session, counted) == []


# Short contacts


def test_a_short_contact_has_no_name_and_no_words() -> None:
    columns = Base.metadata.tables["support_contact"].columns
    free = [one.name for one in columns if isinstance(one.type, String | Text)]
    kinds = {one.name for one in columns if hasattr(one.type, "enums")}
    assert set(free) == kinds == {"topic", "channel", "helped"}
    people = [one.name for one in columns for key in one.foreign_keys if "user" in str(key.column)]
    assert people == ["author_id"]


def test_a_short_contact_is_written_down_in_a_moment(
    client: FlaskClient, session: Session, worker: User, park: Neighbourhood
) -> None:
    client.sign_in(worker)
    assert client.get("/support/contacts/new").status_code == 200
    answer = client.post(
        "/support/contacts/new", data=typed(neighbourhood_id=str(park.id)), follow_redirects=True
    )
    assert answer.request.path == "/support/contacts"
    assert "Opgeschreven" in answer.text
    contact = session.scalars(select(Contact)).one()
    assert (contact.topic, contact.minutes, contact.neighbourhood_id) == (
        Topic.SCREENS, 15, park.id,
    )  # fmt: skip
    again = client.get("/support/contacts/new").text
    assert f'selected value="{park.id}"' in again
    assert set(counted(session, Measure.SUPPORT_CONTACTS).values()) == {1}
    assert set(counted(session, Measure.SUPPORT_CONTACTS, Level.NEIGHBOURHOOD).values()) == {1}
    assert exact(session)


def test_a_form_sent_twice_is_one_contact(
    client: FlaskClient, session: Session, worker: User
) -> None:
    client.sign_in(worker)
    form = typed()
    assert [client.post("/support/contacts/new", data=form).status_code for _ in "ab"] == [303, 303]
    assert len(session.scalars(select(Contact)).all()) == 1
    client.post("/support/contacts/new", data=typed())
    client.post("/support/contacts/new", data=typed(once="nonsense"))
    client.post("/support/contacts/new", data={k: v for k, v in typed().items() if k != "once"})
    assert len(session.scalars(select(Contact)).all()) == 4
    assert exact(session)


def test_a_form_sent_twice_at_the_same_moment_is_one_contact(
    app: Flask, session: Session, worker: User
) -> None:
    form, clients = typed(), [app.test_client() for _ in range(4)]
    for client in clients:
        client.sign_in(worker)
    app.extensions.pop("onlooker")  # one session is not for four threads

    def send(client: FlaskClient) -> int:
        return client.post("/support/contacts/new", data=form).status_code

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(send, clients)) == [303] * 4
    session.rollback()
    assert len(session.scalars(select(Contact)).all()) == 1
    assert exact(session)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"topic": ""}, "topic"),
        ({"helped": "prayed"}, "helped"),
        ({"minutes": "7"}, "minutes"),
        ({"minutes": "9" * 400}, "minutes"),
        ({"held_on": "2999-01-01"}, "held_on"),
        ({"held_on": "1999-01-01"}, "held_on"),
        ({"held_on": ""}, "held_on"),
        ({"neighbourhood_id": str(uuid4())}, "neighbourhood_id"),
    ],
)
def test_what_cannot_be_is_blamed_on_its_field(
    client: FlaskClient, session: Session, worker: User, wrong: dict[str, str], field: str
) -> None:
    client.sign_in(worker)
    answer = client.post("/support/contacts/new", data=typed() | wrong)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert session.scalars(select(Contact)).all() == []


def test_a_question_at_the_door_is_counted_in_two_taps(
    client: FlaskClient, session: Session, make: Make, worker: User, park: Neighbourhood,
    here: Organisation,
) -> None:  # fmt: skip
    venue = make.venue(here, neighbourhood=park)
    held = make.activity(worker, venue=venue, starts_at=clock.now()).occurrences[0].id
    client.sign_in(worker)
    assert f"/support/contacts/tally?session={held}" in client.get(f"/sessions/{held}/log").text
    for where, minutes in (("", "5"), (f"?session={held}", "15")):
        tapped = {"topic": "sleep", "minutes": minutes, "once": str(uuid4())}
        for _twice in range(2):
            sent = client.post(f"/support/contacts/tally{where}", data=tapped)
            assert (sent.status_code, sent.location) == (303, f"/support/contacts/tally{where}")
    assert client.post("/support/contacts/tally", data={"topic": "sleep"}).status_code == 422
    counted = session.scalars(select(Contact).order_by(Contact.minutes)).all()
    assert [(one.minutes, one.helped, one.neighbourhood_id) for one in counted] == [
        (5, None, None), (15, None, park.id),
    ]  # fmt: skip
    assert [one.channel for one in counted] == [Channel.STREET, Channel.AT_ACTIVITY]
    assert exact(session)
    elsewhere = make.activity(make.worker()).occurrences[0].id
    assert client.get(f"/support/contacts/tally?session={elsewhere}").status_code == 404
    back = f"/support/contacts/{counted[1].id}/remove?to=tally&session={held}"
    assert back in unescape(client.get(f"/support/contacts/tally?session={held}").text)
    assert client.post(back).location == f"/support/contacts/tally?session={held}"
    assert len(session.scalars(select(Contact)).all()) == 1
    assert exact(session)
    assert client.get("/support/contacts").status_code == 200


def test_one_puts_right_and_takes_away_what_one_wrote_oneself(
    client: FlaskClient, session: Session, worker: User, park: Neighbourhood
) -> None:
    contact = service.write_contact(session, worker.actor(), short())
    id = contact.id
    client.sign_in(worker)
    page = f"/support/contacts/{id}"
    assert page in client.get("/support/contacts").text
    last_year = (clock.today() - timedelta(days=300)).isoformat()
    changed = typed(held_on=last_year, neighbourhood_id=str(park.id), topic="money")
    assert client.post(page, data=changed).status_code == 303
    session.refresh(contact)
    assert (contact.topic, contact.held_on.isoformat()) == (Topic.MONEY, last_year)
    assert exact(session)
    assert client.post(f"{page}/remove").status_code == 303
    assert session.scalars(select(Contact)).all() == []
    assert counted(session, Measure.SUPPORT_CONTACTS) == {}
    assert exact(session)
    assert [deed.split(".")[1] for deed in deeds(session, id)] == [
        "written", "corrected", "removed",
    ]  # fmt: skip


def test_nobody_else_does_and_not_for_ever(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User
) -> None:
    with clock.stopped(clock.now() - timedelta(days=3)):
        old = service.write_contact(session, worker.actor(), short())
    new = service.write_contact(session, worker.actor(), short())
    client.sign_in(worker)
    shown = client.get("/support/contacts").text
    assert str(new.id) in shown
    assert str(old.id) not in shown
    assert client.post(f"/support/contacts/{old.id}", data=typed()).status_code == 422
    client.post(f"/support/contacts/{old.id}/remove")
    for stranger in (
        make.worker(organisation=here),
        make.user(Role.COORDINATOR, organisation=here),
    ):
        client.sign_in(stranger)
        assert str(new.id) not in client.get("/support/contacts").text
        assert client.get(f"/support/contacts/{new.id}").status_code == 403
        assert client.post(f"/support/contacts/{new.id}/remove").status_code == 403
    assert len(session.scalars(select(Contact)).all()) == 2


def test_the_list_of_contacts_is_chosen_by_its_address(
    client: FlaskClient, session: Session, make: Make, worker: User, park: Neighbourhood
) -> None:
    actor, ago = worker.actor(), clock.today() - timedelta(days=40)
    service.write_contact(session, actor, short(topic=Topic.SLEEP, held_on=ago))
    service.write_contact(session, actor, short(channel=Channel.PHONE, neighbourhood_id=park.id))
    service.write_contact(session, make.worker().actor(), short())
    client.sign_in(worker)

    def rows(asked: str) -> int:
        shown = client.get(f"/support/contacts?{asked}").text
        assert "kw-error" not in shown, asked
        return shown.count('<th scope="row">')

    day = (clock.today() - timedelta(days=20)).isoformat()
    for asked, n in {
        "": 2, "topic=sleep": 1, "channel=phone": 1, f"neighbourhood_id={park.id}": 1,
        f"since={day}": 1, f"until={day}": 1, "mine=1": 2, "topic=money": 0, "page=2": 0,
        "topic=&channel=&neighbourhood_id=&since=&until=&mine=": 2,
    }.items():  # fmt: skip
        assert rows(asked) == n, asked
    assert client.get("/support/contacts?topic=x&since=x&page=x").status_code == 200


def test_who_works_in_one_neighbourhood_writes_contacts_there(
    client: FlaskClient, session: Session, make: Make, here: Organisation, park: Neighbourhood
) -> None:
    local = make.worker(organisation=here, neighbourhood_id=park.id)
    harbour = make.neighbourhood()
    client.sign_in(local)
    assert str(harbour.id) not in client.get("/support/contacts/new").text
    answer = client.post("/support/contacts/new", data=typed(neighbourhood_id=str(harbour.id)))
    assert answer.status_code == 422
    answer = client.post("/support/contacts/new", data=typed(neighbourhood_id=str(park.id)))
    assert answer.status_code == 303
    service.write_contact(session, local.actor(), short())
    assert {one.neighbourhood_id for one in session.scalars(select(Contact))} == {park.id}
    with pytest.raises(Withheld):
        service.write_contact(session, local.actor(), short(neighbourhood_id=harbour.id))


# Trajectories


def test_a_worker_begins_with_a_family_and_reads_it_back(
    client: FlaskClient, session: Session, worker: User, child: Child, family: Family
) -> None:
    client.sign_in(worker)
    from_child = f"/support/new?family={family.id}"
    assert from_child in client.get(f"/children/{child.id}").text
    assert f'selected value="{family.id}"' in client.get(from_child).text
    answer = client.post("/support/new", data=begun(family), follow_redirects=True)
    for words in (ASKED, WANTED, "3 van 10", child.first_name):
        assert words in answer.text
    trajectory = session.scalars(select(Trajectory)).one()
    assert f"/support/{trajectory.id}" in client.get(f"/children/{child.id}").text
    assert family.called in client.get("/support/").text
    assert set(counted(session, Measure.SUPPORT_FAMILIES).values()) == {1}
    assert set(counted(session, Measure.SUPPORT_FAMILIES, Level.NEIGHBOURHOOD).values()) == {1}
    assert exact(session)


def test_a_form_sent_twice_is_one_trajectory(
    client: FlaskClient, session: Session, worker: User, family: Family
) -> None:
    client.sign_in(worker)
    form = begun(family)
    places = [client.post("/support/new", data=form).location for _ in "ab"]
    assert places[0] == places[1]
    assert len(session.scalars(select(Trajectory)).all()) == 1
    page, said = places[0], {
        "text": SAID, "agreed": "", "minutes": "30", "channel": "home", "once": str(uuid4()),
        "held_on": clock.today().isoformat(), "follow_up_on": clock.today().isoformat(),
    }  # fmt: skip
    assert [client.post(f"{page}/talk", data=said).status_code for _ in "ab"] == [303, 303]
    assert len(session.scalars(select(TrajectoryNote)).all()) == 1
    assert exact(session)


@pytest.mark.parametrize("about", ["child", "family"])
def test_a_signal_leads_to_a_trajectory_and_takes_only_the_family_along(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    child: Child, family: Family, about: str,
) -> None:  # fmt: skip
    fact = Note(kind=NoteKind.FACT_OWN, text=f"A bruise, {PLANTED}.", observed_on=clock.today())
    wish = Capture(
        subject=Subject(about), child_id=child.id if about == "child" else None,
        family_id=family.id if about == "family" else None, neighbourhood_id=None,
        area=Area.HEALTH, level=HowSerious.CONCERN, fact=fact,
    )  # fmt: skip
    signal = signals.write_down(session, worker.actor(), wish)
    client.sign_in(worker)
    step = f"/support/new?signal={signal.id}"
    assert step in client.get(f"/signals/{signal.id}").text
    form = client.get(step).text
    assert f'selected value="{family.id}"' in form
    assert "A bruise" not in form
    assert client.get(f"/support/new?signal={uuid4()}").status_code == 404
    client.sign_in(make.worker(organisation=here))
    assert client.get(step).status_code == 404


def test_a_trajectory_leads_to_a_signal(
    client: FlaskClient, worker: User, trajectory: Trajectory
) -> None:
    client.sign_in(worker)
    step = f"/support/{trajectory.id}/signal"
    assert step in client.get(f"/support/{trajectory.id}").text
    assert ASKED in client.get(step).text


def test_the_words_are_unreadable_on_disk(
    session: Session, worker: User, trajectory: Trajectory
) -> None:
    service.add_talk(session, worker.actor(), trajectory, talk())
    stored = [
        *session.execute(text("SELECT question FROM support_trajectory")).scalars(),
        *session.execute(text("SELECT text FROM support_aim")).scalars(),
        *session.execute(text("SELECT text FROM support_note")).scalars(),
        *session.execute(text("SELECT text FROM support_agreement")).scalars(),
    ]
    assert len(stored) == 4
    assert not [one for one in stored if PLANTED.encode() in bytes(one)]


def test_every_reading_is_one_entry_in_the_trail(
    client: FlaskClient, session: Session, worker: User, trajectory: Trajectory
) -> None:
    service.add_talk(session, worker.actor(), trajectory, talk())
    client.sign_in(worker)
    for n in (1, 2):
        assert SAID in client.get(f"/support/{trajectory.id}").text
        assert deeds(session, trajectory.id).count("support.read") == n
    read = session.scalars(select(AuditEntry).where(AuditEntry.deed == "support.read")).all()
    opened = [session.scalars(select(kind)).one() for kind in (Aim, TrajectoryNote, Agreed)]
    wanted = {str(one.id) for one in (trajectory, *opened)}
    assert set(read[-1].details["rows"]) == wanted
    client.get("/support/")
    client.get("/today")
    assert deeds(session, trajectory.id).count("support.read") == 2


def test_to_others_a_trajectory_does_not_exist(
    client: FlaskClient, make: Make, here: Organisation, trajectory: Trajectory
) -> None:
    strangers = [
        make.worker(organisation=here),
        make.user(Role.COORDINATOR, organisation=here),
        make.user(Role.PROTECTION_OFFICER, organisation=here),
        make.user(Role.VOLUNTEER, organisation=here),
        make.user(Role.ADMIN, organisation=here),
        make.user(Role.PRIVACY_OFFICER, organisation=here),
        make.user(Role.MUNICIPALITY, organisation=here),
        make.user(Role.COORDINATOR),
        make.parent(),
    ]
    lists = {Role.WORKER, Role.COORDINATOR}
    for stranger in strangers:
        client.sign_in(stranger)
        client.get("/sign-in")  # takes the language and the session of this person along
        for way in ("", "/talk", "/aim", f"/aims/{uuid4()}", "/course", "/end"):
            there, nowhere = f"/support/{trajectory.id}{way}", f"/support/{uuid4()}{way}"
            one, other = client.get(there), client.get(nowhere)
            assert one.status_code == other.status_code == 404
            assert one.data.replace(there.encode(), b"") == other.data.replace(
                nowhere.encode(), b""
            )
        for way in ("share", "reopen", f"unshare/{uuid4()}"):
            assert client.post(f"/support/{trajectory.id}/{way}").status_code == 404
        if stranger.current_memberships and stranger.current_memberships[0].role in lists:
            assert str(trajectory.id) not in client.get("/support/?status=all").text
        else:
            assert client.get("/support/").status_code == 403


def test_nobody_supports_the_own_family(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User
) -> None:
    own = make.child(make.family(here, worker)).family
    client.sign_in(worker)
    assert str(own.id) not in client.get("/support/new").text
    assert client.post("/support/new", data=begun(own)).status_code == 422
    with pytest.raises(Withheld):
        service.begin(session, worker.actor(), start(own))
    assert session.scalars(select(Trajectory)).all() == []
    assert counted(session, Measure.SUPPORT_FAMILIES) == {}


def test_nobody_carries_or_reads_what_is_about_a_household_of_the_own_child(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User
) -> None:
    father, partner = make.worker(organisation=here), make.worker(organisation=here)
    child = make.child(make.family(here))
    at_father, at_partner = make.cared_for_by(child, father, partner)
    for family in (child.family, at_father, at_partner):
        trajectory = service.begin(session, worker.actor(), start(family))
        for kin in (father, partner):
            with pytest.raises(Withheld):
                service.share(session, worker.actor(), trajectory, let_in(kin.id))
            client.sign_in(worker)
            page = f"/support/{trajectory.id}"
            assert client.post(f"{page}/course", data=course(kin)).status_code == 422
            assert kin.name not in client.get(f"{page}/course").text
            with pytest.raises(Withheld):
                service.begin(session, kin.actor(), start(family))


def test_who_becomes_family_no_longer_reads(
    client: FlaskClient, session: Session, make: Make, worker: User, child: Child,
    trajectory: Trajectory,
) -> None:  # fmt: skip
    client.sign_in(worker)
    assert client.get(f"/support/{trajectory.id}").status_code == 200
    make.cared_for_by(child, worker)
    assert client.get(f"/support/{trajectory.id}").status_code == 404
    assert str(trajectory.id) not in client.get("/support/?status=all").text
    assert str(trajectory.id) not in client.get("/today").text


def test_sharing_lets_a_colleague_in_and_out(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    trajectory: Trajectory,
) -> None:  # fmt: skip
    colleague, elsewhere = make.worker(organisation=here), make.worker()
    volunteer = make.user(Role.VOLUNTEER, organisation=here)
    officer = make.user(Role.PROTECTION_OFFICER, organisation=here)
    afar = make.worker(organisation=here, neighbourhood_id=make.neighbourhood().id)
    page = f"/support/{trajectory.id}"
    client.sign_in(worker)
    offered = client.get(f"{page}/share").text
    assert colleague.name in offered
    for nobody in (elsewhere, volunteer, officer, afar):
        assert nobody.name not in offered
        client.post(f"{page}/share", data=letting_in(nobody.id))
        with pytest.raises(Withheld):
            service.share(session, worker.actor(), trajectory, let_in(nobody.id))
    for _ in "ab":
        client.post(f"{page}/share", data=letting_in(colleague.id))
    other = client.application.test_client()
    other.sign_in(colleague)
    assert ASKED in other.get(page).text
    client.post(f"{page}/unshare/{colleague.id}")
    assert other.get(page).status_code == 404
    assert {"support.shared", "support.unshared"} <= set(deeds(session, trajectory.id))
    told = session.scalars(select(Message)).one()
    assert (told.address, told.subject_ids) == (
        colleague.email, {"trajectory_id": str(trajectory.id)},
    )  # fmt: skip


def test_handing_over_tells_that_something_waits_and_never_what(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    family: Family, trajectory: Trajectory,
) -> None:  # fmt: skip
    colleague = make.user(Role.COORDINATOR, organisation=here)
    service.share(session, worker.actor(), trajectory, let_in(colleague.id))
    client.sign_in(worker)
    page = f"/support/{trajectory.id}"
    assert client.post(f"{page}/course", data=course(colleague)).status_code == 303
    assert client.get(page).status_code == 404
    told = session.scalars(select(Message).order_by(Message.id)).all()[-1]
    with client.application.test_request_context():
        mail = render(session, told)
    assert mail
    assert "/support/" in mail.text
    assert family.called not in mail.text
    assert str(trajectory.id) not in mail.text
    client.sign_in(colleague)
    assert client.get(page).text.count(colleague.name) >= 1
    session.refresh(trajectory)
    assert trajectory.shares == []


def test_two_tabs_do_not_overwrite_each_other(
    client: FlaskClient, session: Session, worker: User, trajectory: Trajectory
) -> None:
    client.sign_in(worker)
    page = f"/support/{trajectory.id}"
    assert client.post(f"{page}/course", data=course(worker, topic="money")).status_code == 303
    stale = client.post(f"{page}/course", data=course(worker, topic="stress"))
    assert stale.status_code == 409
    assert "Geld en formulieren" in stale.text
    ending = {"version": "1", "status": "ended"}
    assert client.post(f"{page}/end", data=ending).status_code == 409
    aim = session.scalars(select(Aim)).one()
    words = {"version": "1", "text": f"At half past eight, {PLANTED}.", "scale_start": "4"}
    assert client.post(f"{page}/aims/{aim.id}", data=words).status_code == 303
    stale = client.post(f"{page}/aims/{aim.id}", data=words | {"text": "At nine."})
    assert stale.status_code == 409
    assert "At half past eight" in stale.text
    assert "At nine." in stale.text
    assert deeds(session, trajectory.id)[-1] == "support.read"


def test_aims_belong_to_their_own_trajectory(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    trajectory: Trajectory,
) -> None:  # fmt: skip
    stranger = make.worker(organisation=here)
    theirs = service.begin(session, stranger.actor(), start(make.family(here)))
    aim = session.scalars(select(Aim).where(Aim.trajectory_id == theirs.id)).one()
    client.sign_in(worker)
    assert client.get(f"/support/{trajectory.id}/aims/{aim.id}").status_code == 404
    words = {"version": "1", "text": "Mine now."}
    assert client.post(f"/support/{trajectory.id}/aims/{aim.id}", data=words).status_code == 404


def test_a_talk_sets_the_day_on_which_somebody_asks_again(
    client: FlaskClient, session: Session, worker: User, trajectory: Trajectory
) -> None:
    client.sign_in(worker)
    page, day = f"/support/{trajectory.id}", clock.today() + timedelta(days=10)
    said = {
        "text": SAID, "agreed": "A book before bed.", "minutes": "30", "channel": "phone",
        "held_on": clock.today().isoformat(), "follow_up_on": day.isoformat(),
    }  # fmt: skip
    answer = client.post(f"{page}/talk", data=said, follow_redirects=True)
    assert SAID in answer.text
    assert "A book before bed." in answer.text
    session.refresh(trajectory)
    assert trajectory.follow_up_on == day
    for wrong, field in (
        ({"follow_up_on": "2001-01-01"}, "follow_up_on"),
        ({"follow_up_on": ""}, "follow_up_on"),
        ({"follow_up_on": (clock.today() + timedelta(days=93)).isoformat()}, "follow_up_on"),
        ({"held_on": (clock.today() + timedelta(days=1)).isoformat()}, "held_on"),
        ({"text": ""}, "text"),
        ({"text": "Her number is 111222333"}, "text"),
        ({"minutes": ""}, "minutes"),
    ):
        refused = client.post(f"{page}/talk", data=said | wrong)
        assert refused.status_code == 422, wrong
        assert f'id="{field}-error"' in refused.text, wrong
        assert "111222333" not in refused.text


def test_it_ends_with_scales_and_can_go_on(
    client: FlaskClient, session: Session, worker: User, trajectory: Trajectory
) -> None:
    service.add_aim(session, worker.actor(), trajectory, AimWish(text="Calm.", scale_start=None))
    first, second = queries.aims(session, trajectory)
    client.sign_in(worker)
    page = f"/support/{trajectory.id}"
    form = client.get(f"{page}/end").text
    assert WANTED in form
    assert "Calm." in form
    ending = {"version": "1", "status": "passed_on", f"scale_{first.id.hex}": "8"}
    for wrong in ({"status": "running"}, {f"scale_{first.id.hex}": "11"}, {"status": ""}):
        assert client.post(f"{page}/end", data=ending | wrong).status_code == 422
    ended = client.post(f"{page}/end", data=ending, follow_redirects=True)
    assert "8 van 10" in ended.text
    session.refresh(trajectory)
    assert (trajectory.status, trajectory.follow_up_on) == (Status.PASSED_ON, None)
    assert trajectory.ended_at
    session.refresh(second)
    assert second.scale_end is None
    for way, data in {
        "end": ending | {"version": "2"},
        "talk": {
            "text": "x", "minutes": "30", "channel": "home",
            "held_on": clock.today().isoformat(), "follow_up_on": clock.today().isoformat(),
        },
        "course": course(worker, version="2"),
        "aim": {"text": "x"},
    }.items():  # fmt: skip
        assert client.post(f"{page}/{way}", data=data).status_code == 422, way
    assert str(trajectory.id) not in client.get("/support/").text
    assert str(trajectory.id) in client.get("/support/?status=over").text
    for _ in "ab":
        assert client.post(f"{page}/reopen").status_code == 303
    session.refresh(trajectory)
    assert (trajectory.status, trajectory.ended_at) == (Status.RUNNING, None)
    assert trajectory.follow_up_on == clock.today() + timedelta(days=28)
    assert deeds(session, trajectory.id).count("support.reopened") == 1
    assert set(counted(session, Measure.SUPPORT_FAMILIES).values()) == {1}
    assert exact(session)


def test_whoever_opens_it_again_carries_it_when_its_owner_is_gone(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    trajectory: Trajectory,
) -> None:  # fmt: skip
    colleague = make.worker(organisation=here)
    service.share(session, worker.actor(), trajectory, let_in(colleague.id))
    client.sign_in(worker)
    client.post(f"/support/{trajectory.id}/end", data={"version": "1", "status": "stopped"})
    with unit_of_work(session):
        held = session.scalars(select(Membership).where(Membership.user_id == worker.id)).one()
        held.ended_at = clock.now()
        audit.record(session, SYSTEM, "test.left", held.id)
    service.reopen(session, colleague.actor(), trajectory)
    session.refresh(trajectory)
    assert (trajectory.owner_id, trajectory.shares) == (colleague.id, [])


def test_a_family_counts_once_where_it_lives_on_the_day_it_began(
    client: FlaskClient, session: Session, worker: User, trajectory: Trajectory
) -> None:
    client.sign_in(worker)
    page = f"/support/{trajectory.id}"
    before = counted(session, Measure.SUPPORT_FAMILIES)
    day = clock.today() - timedelta(days=200)
    moved = course(worker, began_on=day.isoformat())
    assert client.post(f"{page}/course", data=moved).status_code == 303
    after = counted(session, Measure.SUPPORT_FAMILIES)
    assert before != after
    assert set(after.values()) == {1}
    assert exact(session)


def test_a_family_counts_where_its_eldest_with_a_known_home_lives(
    session: Session, make: Make, here: Organisation, worker: User, park: Neighbourhood
) -> None:
    family = make.family(here)
    make.child(family, born_on=date(2022, 3, 1))
    make.child(family, born_on=date(2024, 3, 1), neighbourhood=park)
    trajectory = service.begin(session, worker.actor(), start(family))
    assert trajectory.neighbourhood_id == park.id


def test_who_works_in_one_neighbourhood_supports_families_there(
    client: FlaskClient, session: Session, make: Make, here: Organisation, park: Neighbourhood,
    family: Family,
) -> None:  # fmt: skip
    local = make.worker(organisation=here, neighbourhood_id=park.id)
    afar = make.child(make.family(here), neighbourhood=make.neighbourhood()).family
    client.sign_in(local)
    offered = client.get("/support/new").text
    assert str(family.id) in offered
    assert str(afar.id) not in offered
    answer = client.post("/support/new", data=begun(family), follow_redirects=True)
    assert ASKED in answer.text
    assert client.post("/support/new", data=begun(afar)).status_code == 422
    with pytest.raises(Withheld):
        service.begin(session, local.actor(), start(afar))


def test_a_family_of_another_organisation_cannot_be_named(
    client: FlaskClient, session: Session, make: Make, worker: User
) -> None:
    elsewhere = make.child(make.family(make.organisation())).family
    client.sign_in(worker)
    assert client.post("/support/new", data=begun(elsewhere)).status_code == 422
    with pytest.raises(Withheld):
        service.begin(session, worker.actor(), start(elsewhere))


def test_the_first_page_says_whom_to_ask_how_it_goes(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User
) -> None:
    leader = make.user(Role.COORDINATOR, organisation=here)
    days = (0, 3, 4)
    families = [make.child(make.family(here)).family for _ in days]
    for family, days_ahead in zip(families, days, strict=True):
        for person in (worker, leader):
            ahead = clock.today() + timedelta(days=days_ahead)
            service.begin(session, person.actor(), start(family, follow_up_on=ahead))
    with clock.stopped(clock.now() + timedelta(days=1)):
        assert len(queries.due(session, worker.actor())) == 3
    for person in (worker, leader):
        client.sign_in(person)
        shown = client.get("/today").text
        assert "Ouders vragen hoe het gaat (2)" in shown
        names = [family.called in shown for family in families]
        assert names == [True, True, False]


def test_the_lists_take_the_same_few_statements_however_long(
    client: FlaskClient, session: Session, make: Make, here: Organisation, worker: User,
    statements: list[str],
) -> None:  # fmt: skip
    def count(path: str) -> int:
        statements.clear()
        client.get(path)
        return len(reads(statements))

    def more(n: int) -> None:
        for _ in range(n):
            family = make.child(make.family(here), neighbourhood=make.neighbourhood()).family
            ahead = start(family, follow_up_on=clock.today())
            service.begin(session, worker.actor(), ahead)
            where = family.home
            service.write_contact(session, worker.actor(), short(neighbourhood_id=where))

    client.sign_in(worker)
    more(2)
    paths = ("/support/", "/support/contacts", "/today")
    few = [count(path) for path in paths]
    more(5)
    assert [count(path) for path in paths] == few
    assert max(few[:2]) <= 6, few

"""Who cares for a child: several people, what each of them may, and what shutting one out does."""

import re
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Link, User
from kinderwerk.accounts.rules import LinkPurpose, LinkWish
from kinderwerk.accounts.service import links
from kinderwerk.audit import service as audit
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.families.models import Care, Carer, CareRequest, Child
from kinderwerk.messages import rendering, worker
from kinderwerk.messages.models import Message
from kinderwerk.messages.rules import Fate
from kinderwerk.signups import service as signups
from kinderwerk.signups.rules import SignUp
from kinderwerk.storage.base import SEALED
from kinderwerk.storage.sealing import sealed_by
from kinderwerk.storage.work import unit_of_work
from kinderwerk.web.extensions import as_system
from tests.club import Club
from tests.features.test_messages import Postman, postman
from tests.make import Make

__all__ = ["postman"]
OPEN = {
    "relation": "father", "has_custody": "yes", "custody_kind": "joint_parents",
    "contact_allowed": "y", "may_pick_up": "y", "portal_access": "y",
}  # fmt: skip
SHUT = {"relation": "father", "has_custody": "no", "custody_kind": "one_parent"}


class Homes:
    """A child with a mother and a father who live apart, and staff."""

    def __init__(self, app: Flask, session: Session, make: Make) -> None:
        self.app, self.session, self.make = app, session, make
        self.club = Club(session, make, title="Woodwork", capacity=5, age_to=18)
        self.coordinator = make.user(Role.COORDINATOR, organisation=self.club.here)
        self.mother = make.parent(name="Maryam", email="maryam@example.org")
        self.father = make.parent(name="Farid", email="farid@example.org")
        self.child: Child = make.child(make.family(self.club.here, self.mother), first_name="Noor")
        make.cared_for_by(self.child, self.father)
        self.staff = app.test_client()
        self.staff.sign_in(self.club.worker)

    def care(self, who: User) -> Care:
        self.session.rollback()
        wanted = select(Care).join(Carer, Care.carer_id == Carer.id)
        return self.session.scalars(wanted.where(Carer.name == who.name)).one()

    def client(self, who: User) -> FlaskClient:
        client = self.app.test_client()
        client.sign_in(who)
        return client

    def says(self, who: User, **given: str) -> None:
        """Have the worker say what somebody is to the child."""
        care = self.care(who)
        data = given | {"version": str(care.version)}
        answer = self.staff.post(f"/children/care/{care.id}", data=data)
        assert answer.status_code == 303, answer.text

    def change(self, who: User, **values: object) -> None:
        _change(self.session, self.care(who).carer_id, Carer, values)

    def signs_up(self, who: User) -> None:
        wish = SignUp(activity_id=self.club.activity.id, child_ids=(self.child.id,))
        signups.sign_up(self.session, who.actor(), wish)

    def fates(self) -> list[tuple[str, Fate]]:
        self.session.rollback()
        told = self.session.scalars(select(Message).order_by(Message.id))
        return [(one.address, one.fate) for one in told]

    def sends(self) -> list[str]:
        """Have the worker process send what it may; return to whom."""
        while worker.send_some(self.app):
            pass
        return [address for address, fate in self.fates() if fate is Fate.SENT]

    def link(self, template: str) -> str:
        self.session.rollback()
        newest = select(Message.id).where(Message.template == template).order_by(Message.id.desc())
        id = self.session.scalars(newest).first()
        with self.app.test_request_context():
            mail = rendering.render(as_system(), as_system().get_one(Message, id))
        assert mail
        return re.findall(r"https?://[^/]+(/\S+)", mail.text)[0]


@pytest.fixture
def homes(app: Flask, session: Session, make: Make) -> Homes:
    return Homes(app, session, make)


def _change(session: Session, id: UUID, kind: Any, values: dict[str, object]) -> None:
    with unit_of_work(session):
        row = session.get_one(kind, id)
        for name, value in values.items():
            setattr(row, name, value)
        audit.record(session, SYSTEM, "test.made", id)


def test_staff_add_a_second_carer_who_comes_in_by_a_button(homes: Homes) -> None:
    child, newcomer = homes.child, {"name": "Gran", "phone": "06 11112222", "language": "tr"}
    added = homes.staff.post(
        f"/children/{child.id}/carers/new",
        data=OPEN | newcomer | {"email": "gran@example.org", "relation": "grandparent"},
    )
    assert added.status_code == 303
    homes.session.rollback()
    care = homes.session.scalars(
        select(Care).join(Carer, Care.carer_id == Carer.id).where(Carer.name == "Gran")
    ).one()
    assert care.carer.family_id != child.family_id, "a household of her own"
    assert homes.staff.post(f"/children/care/{care.id}/invite").status_code == 303
    link, gran = homes.link("custody.invited"), homes.app.test_client()
    for _ in range(2):
        assert gran.get(link).status_code == 200, "opening it is nothing yet"
    assert "Noor" not in gran.get(link).text
    assert gran.post(link).location == "/family"
    assert "Noor" in gran.get("/family").text
    again = homes.app.test_client().post(link)
    assert again.status_code in (404, 410), "each link works once"


def test_a_parent_without_custody_sees_nothing_until_a_worker_says_so(homes: Homes) -> None:
    homes.says(homes.father, **OPEN | {"has_custody": "no", "portal_access": ""})
    assert "Noor" not in homes.client(homes.father).get("/family").text
    homes.says(homes.father, **OPEN | {"has_custody": "no"})
    assert "Noor" in homes.client(homes.father).get("/family").text


def test_a_parent_asks_for_another_carer_and_a_worker_decides(homes: Homes) -> None:
    mother, child = homes.client(homes.mother), homes.child
    wish = {"name": "Oma Zus", "phone": "06 11112222", "email": "", "relation": "grandparent"}
    assert mother.post(f"/family/children/{child.id}/carers", data=wish).status_code == 303
    assert "Oma Zus" in mother.get(f"/family/children/{child.id}/carers").text
    father = homes.client(homes.father).get(f"/family/children/{child.id}/carers")
    assert "Oma Zus" not in father.text, "what one carer asks is nothing of the other"
    homes.session.rollback()
    asked = homes.session.scalars(select(CareRequest)).one()
    page = f"/children/{child.id}/carers/new?request={asked.id}"
    assert "Oma Zus" in homes.staff.get(page).text
    assert f"/children/{child.id}#carers" in homes.staff.get("/children").text
    added = {**OPEN, "name": "Oma Zus", "phone": "06 11112222", "language": "nl"}
    assert homes.staff.post(page, data=added | {"relation": "grandparent"}).status_code == 303
    homes.session.rollback()
    assert homes.session.scalars(select(CareRequest)).one().granted
    assert f"/children/{child.id}#carers" not in homes.staff.get("/children").text
    late = homes.staff.post(f"/children/care/asked/{asked.id}/decline")
    assert late.status_code == 303
    homes.session.rollback()
    assert homes.session.scalars(select(CareRequest)).one().granted, "it was answered already"


def test_no_contact_acts_at_once(homes: Homes, postman: Postman) -> None:
    father, session = homes.client(homes.father), homes.session
    assert "Noor" in father.get("/family").text
    homes.signs_up(homes.father)
    asked = LinkWish(
        email=homes.father.email, purpose=LinkPurpose.SIGN_IN, language="nl", place="here"
    )
    links.ask(session, asked)
    key = homes.care(homes.father).carer.key
    homes.says(homes.father, **SHUT)
    assert "/sign-in" in father.get("/family").location, "signed out"
    care = homes.care(homes.father)
    assert not care.portal_access
    assert not care.may_pick_up
    assert care.carer.key != key
    assert session.scalars(select(Link)).one().used_at, "the open link is void"
    assert homes.fates()[0] == (homes.father.email, Fate.DROPPED)
    assert homes.sends() == []
    father = homes.client(homes.father)
    assert "Noor" not in father.get("/family").text
    assert father.get(f"/family/children/{homes.child.id}").status_code == 404
    homes.says(homes.mother, **OPEN | {"relation": "mother"})
    assert "Noor" in homes.client(homes.mother).get("/family").text


def test_no_contact_is_asked_for_brothers_and_sisters_in_the_same_step(homes: Homes) -> None:
    care = homes.care(homes.father)
    sister, brother = (
        homes.make.child(care.carer.family, first_name=name) for name in ("Liv", "Sem")
    )
    page = f"/children/care/{care.id}"
    asked = homes.staff.get(page).text
    assert all(name in asked for name in ("Liv", "Sem"))
    sisters = select(Care.id).where(Care.child_id == sister.id, Care.carer_id == care.carer_id)
    liv = {"siblings": str(homes.session.scalars(sisters).one())}
    for said, left in ((OPEN, {"Noor", "Liv", "Sem"}), (SHUT, {"Sem"})):
        version = {"version": str(homes.session.get_one(Care, care.id).version)}
        assert homes.staff.post(page, data=said | liv | version).status_code == 303
        homes.session.rollback()
        seen = homes.client(homes.father).get("/family").text
        assert {name for name in ("Noor", "Liv", "Sem") if name in seen} == left
    here, there = (homes.staff.get(f"/children/{id}").text for id in (homes.child.id, brother.id))
    assert "Maar contact over Sem mag wel" in here
    assert "Geen contact over" in there
    assert homes.staff.post(page, data=SHUT | {"siblings": str(brother.id)}).status_code == 422


@pytest.mark.parametrize("shared", ["address", "sign-in"])
def test_what_two_would_read_together_waits_for_a_safe_address(
    homes: Homes, postman: Postman, shared: str
) -> None:
    if shared == "address":
        homes.change(homes.mother, email=homes.father.email)
    else:
        homes.change(homes.mother, user_id=homes.father.id, email=homes.father.email)
    homes.signs_up(homes.mother if shared == "address" else homes.father)
    homes.says(homes.father, **SHUT)
    assert homes.sends() == []
    assert "Noor" not in homes.client(homes.father).get("/family").text
    care = homes.care(homes.mother)
    assert care.held_at
    page = f"/children/care/{care.id}/address"
    assert "Er wacht 1 bericht." in homes.staff.get(page).text
    refused = homes.staff.post(page, data={"email": homes.father.email})
    assert refused.status_code == 422, "that one is read by both"
    assert homes.staff.post(page, data={"email": "safe@example.org"}).status_code == 303
    assert set(homes.sends()) == {"safe@example.org"}
    assert {to for one in postman.bag for to in one.rcpt_tos} == {"safe@example.org"}
    if shared == "sign-in":
        mother = homes.app.test_client()
        mother.post(homes.link("custody.invited"))
        assert "Noor" in mother.get("/family").text
        assert homes.care(homes.mother).carer.user_id != homes.father.id
    assert "Noor" not in homes.client(homes.father).get("/family").text


def test_a_list_says_to_whom_alone_a_child_goes_along_and_never_why(homes: Homes) -> None:
    club, child = homes.club, homes.child
    club.place(child)
    homes.change(homes.father, phone="06 44445555")
    told = {"emergency_name": "Papa", "emergency_phone": "+31 6 44445555"}
    _change(homes.session, child.id, Child, told | {"picked_up_by": "Papa of mama"})
    with clock.stopped(club.date.starts_at):
        helper = homes.client(club.helper)
        before = helper.get(club.url).text
        assert "Papa of mama" in before
        assert "Alleen meegeven" not in before
        homes.staff = homes.client(club.worker)
        homes.says(homes.father, **SHUT)
        after = helper.get(club.url).text
    assert "Alleen meegeven aan Maryam, anders bel 06 12345678" in after
    for gone in ("Papa", "44445555", "Farid", "contact"):
        assert gone not in after.split("<main", 1)[1].split("</main")[0], gone
    page = f"/children/{child.id}"
    assert "Alleen meegeven aan Maryam" in homes.client(club.worker).get(page).text
    _change(homes.session, child.id, Child, {"goes_home_alone": True})
    alone = homes.client(club.worker).get(page).text
    assert "Gaat alleen naar huis. Wordt het opgehaald: alleen meegeven aan Maryam" in alone
    assert alone.count("lleen naar huis") == 1, "two lines would contradict each other"


def test_a_court_note_is_sealed_and_read_by_few(homes: Homes) -> None:
    care = homes.care(homes.father)
    page, boss = f"/children/care/{care.id}/court-note", homes.client(homes.coordinator)
    written = {"text": "No contact before May", "version": str(care.version)}
    assert boss.post(page, data=written).status_code == 303
    homes.session.rollback()
    (kept,) = homes.session.connection().scalars(
        select(Care.__table__.c.court_note).where(Care.__table__.c.id == care.id)
    )
    assert sealed_by(kept)
    assert Care.__table__.c.court_note.info[SEALED]
    assert "No contact before May" in boss.get(page).text
    homes.session.rollback()
    readings = select(AuditEntry).where(AuditEntry.deed == "court_note.read")
    assert len(homes.session.scalars(readings).all()) == 1
    officer = homes.make.user(Role.PROTECTION_OFFICER, organisation=homes.club.here)
    assert "No contact before May" in homes.client(officer).get(page).text
    for other in (homes.club.worker, homes.club.helper, homes.father, homes.mother):
        assert homes.client(other).get(page).status_code == 404


def test_nobody_who_works_here_settles_their_own_custody(homes: Homes, make: Make) -> None:
    worker = make.worker(organisation=homes.club.here, name="Worker too")
    make.cared_for_by(homes.child, worker)
    own = homes.client(worker)
    for care in (homes.care(worker), homes.care(homes.father)):
        assert own.get(f"/children/care/{care.id}").status_code == 404
        assert own.post(f"/children/care/{care.id}/end").status_code == 404
    assert own.get(f"/children/{homes.child.id}/carers/new").status_code == 404
    assert homes.care(homes.father).ended_at is None


def test_who_does_not_care_any_more_sees_nothing_and_may_begin_again(homes: Homes) -> None:
    id: UUID = homes.care(homes.father).id
    for deed, there in (("end", False), ("end", False), ("again", True)):
        assert homes.staff.post(f"/children/care/{id}/{deed}").status_code == 303
        assert ("Noor" in homes.client(homes.father).get("/family").text) is there

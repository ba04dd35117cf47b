"""Two records of one child: found, told apart, made one; and nobody sees more through it."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import User
from kinderwerk.audit import service as audit
from kinderwerk.core import clock, ids
from kinderwerk.core.errors import Withheld
from kinderwerk.doubles import queries, service
from kinderwerk.families import queries as families
from kinderwerk.families.merged import MergedChild
from kinderwerk.families.merging import MergeWish, Part
from kinderwerk.families.models import Care, Carer, Child, Consent, Family
from kinderwerk.families.rules import Answer, ConsentMethod, ConsentPurpose
from kinderwerk.messages.models import Message
from kinderwerk.notes.models import CareNote
from kinderwerk.registers import service as registers
from kinderwerk.registers.rules import Presence
from kinderwerk.signals.models import Signal
from kinderwerk.signups.models import Signup, SignupStep
from kinderwerk.signups.rules import Standing
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import unit_of_work
from tests.club import Club
from tests.conftest import reads
from tests.features.test_keys import written
from tests.make import A_WEDNESDAY, Make

BORN = date(2022, 4, 5)
SEM = {"first_name": "Sem", "surname": "van den Berg", "born_on": BORN}


class Twice:
    """A child whom its mother entered, and whom somebody added at the door."""

    def __init__(self, session: Session, make: Make) -> None:
        self.session, self.make = session, make
        self.club = Club(session, make, capacity=5)
        self.worker, self.here = self.club.worker, self.club.here
        self.mother = make.parent(email="mother@example.org")
        self.kept = make.child(make.family(self.here, self.mother), **SEM)
        self.gone = self.at_door(surname="Berg")

    def at_door(self, email: str | None = None, **given: Any) -> Child:
        family = Family(organisation_id=self.here.id)
        carer = Carer(
            organisation_id=self.here.id, family=family, name="Somebody", phone="06 1", email=email
        )
        self.make.save(family, carer)
        return self.make.child(family, **SEM | given)

    def change(self, row: Any, **values: Any) -> None:
        with unit_of_work(self.session):
            for name, value in values.items():
                setattr(row, name, value)
            audit.record(self.session, SYSTEM, "test.made", row.id)

    def merge(self, *taken: Part, by: User | None = None) -> Child:
        wish = MergeWish(kept_id=self.kept.id, gone_id=self.gone.id, taken=frozenset(taken))
        return service.merge(self.session, (by or self.worker).actor(), wish)

    def sees(self, person: User) -> list[UUID]:
        self.session.rollback()
        return [child.id for child in families.mine(self.session, person.actor())]

    def care_of(self, child_id: UUID, name: str) -> Care:
        wanted = select(Care).join(Care.carer).where(Care.child_id == child_id, Carer.name == name)
        return self.session.scalars(wanted).one()


@pytest.fixture
def twice(session: Session, make: Make) -> Twice:
    return Twice(session, make)


def test_records_that_look_alike_are_listed_until_they_are_told_apart(
    client: FlaskClient, twice: Twice
) -> None:
    client.sign_in(twice.worker)
    listed = client.get("/children/doubles").text
    assert f"/merge/{max(twice.kept.id, twice.gone.id)}" in listed
    client.post(f"/children/{twice.kept.id}/differs/{twice.gone.id}")
    assert "Niemand staat er dubbel" in client.get("/children/doubles").text


def test_two_thousand_children_are_looked_through_in_six_reads(
    session: Session, make: Make, twice: Twice, statements: list[str]
) -> None:
    made_up = {
        "organisation_id": twice.here.id, "family_id": twice.kept.family_id, "first_name": "Kind",
        "emergency_name": "", "emergency_phone": "", "created_at": clock.now(), "name_key": "",
    }  # fmt: skip
    with unit_of_work(session):
        session.execute(
            insert(Child).execution_options(audited="test.made"),
            [
                made_up
                | {
                    "id": ids.confidential(), "born_on": BORN - timedelta(days=n),
                    "surname": f"{pow(7, n + 9, 10**15 + 37):x}",
                }
                for n in range(2000)
            ],
        )  # fmt: skip
        audit.record(session, SYSTEM, "test.made", twice.here.id)
    statements.clear()
    assert len(queries.doubles(session, twice.worker.actor())) == 1
    assert len(reads(statements)) <= 6


def test_a_worker_makes_one_child_of_two(
    client: FlaskClient, session: Session, twice: Twice
) -> None:
    """Side by side; what is not chosen stays readable; the old address leads on."""
    kept, gone = twice.kept.id, twice.gone.id
    client.sign_in(twice.worker)
    page = client.get(f"/children/{gone}/merge/{kept}").text
    assert "van den Berg" in page
    assert "kan niet meer ongedaan" in page
    answer = client.post(
        f"/children/{gone}/merge/{kept}",
        data=dict.fromkeys([part.value for part in Part], "kept") | {"surname": "gone"}
        | {"kept_version": "1", "gone_version": "1"},
    )  # fmt: skip
    assert answer.location.endswith(f"/children/{kept}/merged")
    session.rollback()
    assert session.get(Child, gone) is None
    assert session.get_one(Child, kept).surname == "Berg"
    assert "van den Berg" in client.get(answer.location).text
    assert client.get(f"/children/{gone}").status_code == 200
    assert client.get(f"/children/{gone}/attendance").status_code == 200
    assert session.scalar(select(func.count()).select_from(Family)) == 1


def test_who_could_open_one_record_opens_neither_until_staff_say_so(
    client: FlaskClient, session: Session, twice: Twice
) -> None:
    father = twice.make.parent()
    twice.gone = twice.make.child(twice.make.family(twice.here, father), **SEM)
    kept = twice.kept.id
    twice.merge()
    assert twice.sees(father) == twice.sees(twice.mother) == []
    client.sign_in(twice.worker)
    assert "dit kind" in client.get(f"/children/{kept}/merged").text
    care = twice.care_of(kept, twice.mother.name)
    client.post(f"/children/{kept}/merged/{care.id}/yes")
    assert (twice.sees(twice.mother), twice.sees(father)) == ([kept], [])
    client.post(f"/children/{kept}/merged/{care.id}/yes")
    client.post(f"/children/{kept}/merged/{twice.care_of(kept, father.name).id}/no")
    assert twice.sees(father) == []
    assert "Niemand wacht" in client.get(f"/children/{kept}/merged").text


def test_a_mail_address_that_was_proved_makes_two_adults_one(twice: Twice) -> None:
    """A telephone number does not: anybody can type one."""
    twice.gone = twice.at_door(email="Mother@example.org")
    twice.merge()
    assert twice.sees(twice.mother) == [twice.kept.id]
    assert len(twice.session.get_one(Child, twice.kept.id).cares) == 1


@pytest.mark.parametrize("either", ["kept", "gone"])
def test_who_is_blocked_in_either_record_stays_blocked(twice: Twice, either: str) -> None:
    twice.gone = twice.make.child(twice.make.family(twice.here, twice.mother), **SEM)
    child = getattr(twice, either)
    twice.change(twice.care_of(child.id, twice.mother.name), contact_allowed=False)
    kept = twice.merge()
    assert twice.sees(twice.mother) == []
    assert not twice.care_of(kept.id, twice.mother.name).contact_allowed
    assert queries.undecided(twice.session, kept) == []


def test_the_better_place_stays_and_a_freed_one_goes_on(session: Session, twice: Twice) -> None:
    club = twice.club
    waits = club.place(twice.kept, standing=Standing.WAITING)
    has = club.place(twice.gone)
    twice.change(club.activity, taken=1)
    of_both = waits.id, has.id
    kept = twice.merge()
    found = {one.id: one for one in session.scalars(select(Signup))}
    assert [found[id].standing for id in of_both] == [Standing.CANCELLED, Standing.PLACED]
    assert {one.child_id for one in found.values()} == {kept.id}
    steps = session.scalars(select(SignupStep.standing).where(SignupStep.signup_id == of_both[0]))
    assert list(steps) == [Standing.CANCELLED]
    assert club.activity.taken == 1
    assert session.scalar(select(func.count()).select_from(Message)) == 0


def test_a_child_that_was_there_twice_was_there_once(session: Session, twice: Twice) -> None:
    club = twice.club
    later = twice.make.occurrence(club.activity, starts_at=A_WEDNESDAY + timedelta(days=7))
    with clock.stopped(A_WEDNESDAY + timedelta(days=7)):
        both = {twice.kept.id: Presence.ABSENT, twice.gone.id: Presence.PRESENT}
        registers.mark(session, twice.worker.actor(), club.date.id, both)
        registers.mark(session, twice.worker.actor(), later.id, {twice.gone.id: Presence.PRESENT})
        twice.merge()
    assert club.marks() == {twice.kept.id: Presence.PRESENT}
    assert club.exact()


def test_signals_move_and_the_page_tells_of_none(
    client: FlaskClient, session: Session, twice: Twice
) -> None:
    colleague = twice.make.worker(organisation=twice.here)
    id = written(session, colleague, twice.gone).id
    client.sign_in(twice.worker)
    before = client.get(f"/children/{twice.kept.id}/merge/{twice.gone.id}").text
    kept = twice.merge()
    assert session.get_one(Signal, id).child_id == kept.id
    assert "ignal" not in before.split("<main")[1].split("</main")[0]


def test_what_helpers_must_know_is_in_neither_record_lost(session: Session, twice: Twice) -> None:
    def note(child: Child, medical: str, food: str | None) -> UUID:
        made = CareNote(organisation_id=twice.here.id, child_id=child.id, until=BORN, hands=1)
        with unit_of_work(session):
            seal(session, made, medical=medical, food=food)
            session.add(made)
            audit.record(session, SYSTEM, "test.made", made.id)
        return made.id

    id, other = note(twice.kept, "Asthma", "nuts"), note(twice.gone, "Bee stings", "pork,nuts")
    twice.merge()
    told = audit.disclose(
        session, SYSTEM, "test.read", id, CareNote, [id, other], "medical", "food"
    )
    assert told == {id: {"medical": "Asthma\nBee stings", "food": "nuts,pork"}}


def test_nothing_is_agreed_to_by_merging(session: Session, twice: Twice) -> None:
    def say(child: Child, answer: Answer) -> None:
        with unit_of_work(session):
            session.add(
                Consent(
                    organisation_id=twice.here.id, child_id=child.id,
                    carer_id=child.cares[0].carer_id, purpose=ConsentPurpose.REGISTRATION,
                    answer=answer, method=ConsentMethod.ORAL, noted_by_id=None,
                )
            )  # fmt: skip

    say(twice.gone, Answer.WITHDRAWN)
    say(twice.kept, Answer.GIVEN)
    kept = twice.merge()
    told = families.told(session, twice.worker.actor(), kept)
    assert [one.answer for one in told.agreed] == [Answer.GIVEN, Answer.WITHDRAWN]


def test_nobody_merges_their_own_family_or_what_is_out_of_reach(twice: Twice) -> None:
    for person in (
        twice.mother,
        twice.make.worker(),
        twice.make.user(Role.VOLUNTEER, organisation=twice.here),
        twice.make.user(Role.PROTECTION_OFFICER, organisation=twice.here),
    ):
        with pytest.raises(Withheld):
            twice.merge(by=person)
    twice.gone = twice.make.child(twice.make.family(twice.here, twice.worker), **SEM)
    with pytest.raises(Withheld):
        twice.merge()
    assert twice.session.scalars(select(MergedChild)).all() == []

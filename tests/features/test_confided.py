"""Who of a family a record is confided to: by name, safely reached, and asked again each time."""

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.audit import service as audit
from kinderwerk.audit.models import AuditEntry
from kinderwerk.confided import queries, service
from kinderwerk.confided.models import Confided
from kinderwerk.confided.rules import CannotBeNamed, Kind, NothingToReach, ReadByAnother, Way, Wish
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.families.custody import service as custody
from kinderwerk.families.custody.rules import CareWish
from kinderwerk.families.models import Care, Carer, Child
from kinderwerk.families.rules import Relation
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import render
from kinderwerk.privacy.erasing import erase
from kinderwerk.storage.erasing import Kind as Gone
from kinderwerk.storage.work import unit_of_work
from kinderwerk.support import service as support
from kinderwerk.support.models import Trajectory
from kinderwerk.support.rules import Start, Topic
from tests.make import Make


@pytest.fixture
def child(make: Make, here: Organisation, mother: User, father: User) -> Child:
    """Of its mother; its father has a home of his own, and the same number."""
    child = make.child(make.family(here, mother))
    make.cared_for_by(child, father)
    return child


@pytest.fixture
def trajectory(session: Session, worker: User, child: Child) -> Trajectory:
    return support.begin(
        session, worker.actor(),
        Start(
            family_id=child.family_id, topic=Topic.SLEEP, question="?", aim=None,
            began_on=clock.today(), follow_up_on=clock.today(), once=uuid4(),
        ),
    )  # fmt: skip


def carer(session: Session, person: User) -> Carer:
    return session.scalars(select(Carer).where(Carer.user_id == person.id)).one()


@pytest.fixture
def name(session: Session, worker: User, trajectory: Trajectory) -> Callable[..., None]:
    def named(person: User, way: Way = Way.MAIL) -> None:
        wish = Wish(carer_id=carer(session, person).id, way=way)
        support.name_carer(session, worker.actor(), trajectory, wish)

    return named


def lets(session: Session, person: User, trajectory: Trajectory) -> bool:
    session.expire_all()
    return queries.lets(session, person.id, Kind.SUPPORT, trajectory.id)


def test_only_who_is_named_is_let_in(
    session: Session, trajectory: Trajectory, mother: User, father: User,
    name: Callable[..., None],
) -> None:  # fmt: skip
    assert not lets(session, mother, trajectory)
    name(mother)
    assert lets(session, mother, trajectory)
    assert not lets(session, father, trajectory)
    assert queries.open_to(session, mother.id, Kind.SUPPORT) == [trajectory.id]
    assert queries.open_to(session, father.id, Kind.SUPPORT) == []
    assert not queries.lets(session, mother.id, Kind.REFERRAL, trajectory.id)
    (named,) = queries.named(session, Kind.SUPPORT, trajectory.id)
    assert (named.way, named.address, named.stands) == (Way.MAIL, mother.email, True)


def test_a_way_that_another_adult_shares_is_not_safe(
    session: Session, make: Make, father: User, mother: User, name: Callable[..., None]
) -> None:
    with pytest.raises(ReadByAnother):
        name(mother, Way.PHONE)  # both have the same number
    alter(session, carer(session, mother), phone="")
    with pytest.raises(NothingToReach):
        name(mother, Way.PHONE)
    alter(session, carer(session, father), email=mother.email)
    with pytest.raises(ReadByAnother):
        name(mother)
    name(mother, Way.IN_PERSON)


def alter(session: Session, row: Any, **values: object) -> None:
    with unit_of_work(session):
        kept = session.get_one(type(row), row.id)
        for column, value in values.items():
            setattr(kept, column, value)
        audit.record(session, SYSTEM, "test.made", row.id)


@pytest.mark.parametrize(
    "shut",
    [
        {"contact_allowed": False, "portal_access": False},
        {"ended_at": clock.now()},
        {"held_at": clock.now()},
        {"portal_access": False},
    ],
)
def test_a_carer_who_is_shut_out_sees_nothing_from_that_moment(
    session: Session, trajectory: Trajectory, mother: User, name: Callable[..., None],
    shut: dict[str, object],
) -> None:  # fmt: skip
    name(mother)
    care = session.scalars(select(Care).where(Care.carer_id == carer(session, mother).id)).one()
    alter(session, care, **shut)
    assert not lets(session, mother, trajectory)


def test_who_may_hear_again_is_asked_again_first(
    session: Session, trajectory: Trajectory, worker: User, father: User,
    name: Callable[..., None],
) -> None:  # fmt: skip
    name(father)
    care = session.scalars(select(Care).where(Care.carer_id == carer(session, father).id)).one()
    for allowed in (False, True):
        wish = CareWish(
            relation=Relation.PARENT, has_custody=None, custody_kind=care.custody_kind,
            may_pick_up=allowed, portal_access=allowed, contact_allowed=allowed,
        )  # fmt: skip
        custody.change(session, worker.actor(), care.id, care.version, wish)
        assert not lets(session, father, trajectory)
        if not allowed:
            with pytest.raises(CannotBeNamed):
                name(father)
    (noted,) = queries.noted(session, Kind.SUPPORT, trajectory.id)
    assert not noted.stands
    assert queries.named(session, Kind.SUPPORT, trajectory.id) == []
    name(father)
    assert lets(session, father, trajectory)


def test_another_address_is_another_way(
    session: Session, trajectory: Trajectory, mother: User, name: Callable[..., None]
) -> None:
    name(mother)
    alter(session, carer(session, mother), email="new@example.org")
    assert not lets(session, mother, trajectory)


def test_nobody_from_outside_is_named_and_nobody_without_the_case_names(
    session: Session, make: Make, here: Organisation, worker: User, trajectory: Trajectory,
    mother: User, name: Callable[..., None],
) -> None:  # fmt: skip
    stranger = make.parent()
    make.child(make.family(here, stranger))
    with pytest.raises(Withheld):
        name(stranger)
    colleague = make.worker(organisation=here)
    wish = Wish(carer_id=carer(session, mother).id, way=Way.MAIL)
    with pytest.raises(Withheld):
        support.name_carer(session, colleague.actor(), trajectory, wish)
    name(mother)
    support.unname_carer(session, worker.actor(), trajectory, carer(session, mother).id)
    assert not lets(session, mother, trajectory)
    deeds = select(AuditEntry.deed).where(AuditEntry.subject_id == trajectory.id)
    assert session.scalars(deeds.order_by(AuditEntry.id)).all()[-2:] == [
        "support.named", "support.unnamed",
    ]  # fmt: skip


def test_a_mail_says_only_that_something_waits(
    app: Any, session: Session, trajectory: Trajectory, mother: User, father: User,
    name: Callable[..., None],
) -> None:  # fmt: skip
    name(mother)
    name(father, Way.IN_PERSON)
    with unit_of_work(session):
        others = service.tell_named(session, Kind.SUPPORT, trajectory.id, "plan")
    assert others == 1, "who is only met is told by a worker"
    told = select(Message).where(Message.template == "confided_waits").order_by(Message.id)
    message = session.scalars(told).all()[-1]
    assert (message.address, message.template) == (mother.email, "confided_waits")
    with app.test_request_context():
        mail = render(session, message)
        assert mail
        for word in ("opvoed", "traject", "plan", "steun"):
            assert word not in (mail.subject + mail.text).casefold()
        alter(session, carer(session, mother), epoch=9)
        assert render(session, message) is None


def test_a_naming_goes_with_its_record_and_with_its_carer(
    session: Session, here: Organisation, trajectory: Trajectory, mother: User, father: User,
    name: Callable[..., None],
) -> None:  # fmt: skip
    name(mother)
    name(father)

    def left() -> list[UUID]:
        return list(session.scalars(select(Confided.carer_id)))

    kept = carer(session, mother).id
    erase(session, SYSTEM, here.id, Gone.CARER, [carer(session, father).id])
    assert left() == [kept]
    erase(session, SYSTEM, here.id, Gone.SUPPORT, [trajectory.id])
    assert left() == []


def test_a_young_person_is_let_in_from_sixteen_on(
    session: Session, make: Make, trajectory: Trajectory, child: Child, name: Callable[..., None]
) -> None:
    young = make.parent()
    make.cared_for_by(child, young, relation=Relation.SELF)
    name(young)
    assert not lets(session, young, trajectory)
    alter(session, child, born_on=date(clock.today().year - 17, 1, 1))
    assert lets(session, young, trajectory)

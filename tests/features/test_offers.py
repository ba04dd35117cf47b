"""A place that came free: kept for the next in line, taken or left, and passed on in time."""

from datetime import datetime, time, timedelta
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Actor, Role
from kinderwerk.accounts.models import User
from kinderwerk.activities.models import Activity
from kinderwerk.audit import service as audit
from kinderwerk.core import clock, ids
from kinderwerk.families.models import Care, Carer, Child
from kinderwerk.messages import rendering
from kinderwerk.messages.models import DueWork, Message
from kinderwerk.signups import lines, offers, service
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import OfferOver, SignUp, Standing
from kinderwerk.storage.work import unit_of_work
from kinderwerk.web.extensions import as_system
from tests.make import Make

P, K, W, C = Standing.PLACED, Standing.OFFERED, Standing.WAITING, Standing.CANCELLED


class World:
    """A full club with one place, whose family gives it up, and others who wait."""

    def __init__(self, app: Flask, session: Session, make: Make) -> None:
        self.app, self.session, self.make = app, session, make
        self.here = make.organisation()
        self.worker = make.worker(organisation=self.here)
        self.club = make.activity(self.worker, title="Woodwork", capacity=1)
        self.parents: dict[UUID, Actor] = {}

    def wants(
        self, *names: str, club: Activity | None = None, together: bool = False
    ) -> list[Signup]:  # fmt: skip
        parent = self.make.parent()
        family = self.make.family(self.here, parent)
        children = [self.make.child(family, first_name=name) for name in names]
        wish = SignUp(
            activity_id=(club or self.club).id, child_ids=tuple(one.id for one in children),
            form_id=ids.confidential(), together=together,
        )  # fmt: skip
        made = service.sign_up(self.session, parent.actor(), wish)
        self.parents |= {one.id: parent.actor() for one in made}
        return made

    def gives_up(self, signup: Signup) -> None:
        service.cancel(self.session, self.parents[signup.id], signup.id)

    def answers(self, *taken: Signup, offer: UUID | None = None, by: Signup | None = None) -> None:
        whose = by or taken[0]
        offers.answer(
            self.session, self.parents[whose.id], offer or self.offer(whose),
            [one.id for one in taken],
        )  # fmt: skip

    def offer(self, signup: Signup) -> UUID:
        assert signup.offer_id is not None
        return signup.offer_id

    def standings(self, *signups: Signup) -> list[Standing]:
        self.session.rollback()
        return [self.session.get_one(Signup, one.id).standing for one in signups]

    def told(self) -> list[str]:
        self.session.rollback()
        return list(self.session.scalars(select(Message.template).order_by(Message.id)))

    def link(self) -> str:
        """Return the path in the newest mail about an offer."""
        self.session.rollback()
        wanted = select(Message.id).where(Message.template == "signup.offered")
        newest = self.session.scalars(wanted.order_by(Message.id.desc())).first()
        self.session.rollback()
        with self.app.test_request_context():
            mail = rendering.render(as_system(), as_system().get_one(Message, newest))
        assert mail is not None
        address = next(line for line in mail.text.splitlines() if "/offers/" in line)
        return "/" + address.split("/", 3)[3]

    def late(self, signup: Signup) -> datetime:
        assert signup.offered_until is not None
        return signup.offered_until + timedelta(seconds=1)


@pytest.fixture
def world(app: Flask, session: Session, make: Make) -> World:
    return World(app, session, make)


def test_a_free_place_is_kept_until_the_family_answers(world: World) -> None:
    (noor,), (sem,), (lot,) = world.wants("Noor"), world.wants("Sem"), world.wants("Lot")
    world.gives_up(noor)
    assert world.standings(noor, sem, lot) == [C, K, W]
    (late,) = world.wants("Late")
    assert world.standings(late) == [W]
    world.answers(sem)
    assert world.standings(sem, lot) == [P, W]
    assert world.club.taken == 1
    assert world.told()[-2:] == ["signup.waiting", "signup.confirmed"]


def test_yes_twice_is_one_place_and_one_confirmation(world: World) -> None:
    (noor,), (sem,) = world.wants("Noor"), world.wants("Sem")
    world.gives_up(noor)
    for _ in range(2):
        world.answers(sem)
    assert world.standings(sem) == [P]
    assert world.club.taken == 1
    assert world.told().count("signup.confirmed") == 2


def test_no_passes_the_place_on_at_once(world: World) -> None:
    (noor,), (sem,), (lot,) = world.wants("Noor"), world.wants("Sem"), world.wants("Lot")
    world.gives_up(noor)
    for _ in range(2):
        world.answers(by=sem)
    assert world.standings(sem, lot) == [C, K]
    assert world.club.taken == 1
    with pytest.raises(OfferOver):
        world.answers(sem)


def test_silence_passes_the_place_on_and_puts_the_child_at_the_end(world: World) -> None:
    (noor,), (sem,), (lot,) = world.wants("Noor"), world.wants("Sem"), world.wants("Lot")
    world.gives_up(noor)
    first = world.offer(sem)
    offers.over(world.session, first)
    assert world.standings(sem) == [K]
    with clock.stopped(world.late(sem)):
        for _ in range(2):
            offers.over(world.session, first)
    assert world.standings(sem, lot) == [W, K]
    assert world.told()[-2:] == ["signup.missed", "signup.offered"]
    with pytest.raises(OfferOver):
        world.answers(sem, offer=first)
    assert world.club.taken == 1


def test_who_lets_two_offers_pass_leaves_the_line(world: World) -> None:
    (noor,), (sem,) = world.wants("Noor"), world.wants("Sem")
    world.gives_up(noor)
    for missed in (K, C):
        with clock.stopped(world.late(sem)):
            offers.over(world.session, world.offer(sem))
        assert world.standings(sem) == [missed]
    assert world.club.taken == 0
    assert world.told().count("signup.missed") == 2


def test_an_answer_that_comes_late_is_good_while_the_place_is_still_kept(world: World) -> None:
    (noor,), (sem,) = world.wants("Noor"), world.wants("Sem")
    world.gives_up(noor)
    offer = world.offer(sem)
    with clock.stopped(world.late(sem)):
        world.answers(sem)
        offers.over(world.session, offer)
    assert world.standings(sem) == [P]


def test_siblings_get_one_offer_and_one_of_them_can_come(world: World) -> None:
    club = world.make.activity(world.worker, capacity=2)
    (noor, sem) = world.wants("Noor", "Sem", club=club)
    (lot, daan) = world.wants("Lot", "Daan", club=club)
    world.gives_up(noor)
    world.gives_up(sem)
    assert lot.offer_id != daan.offer_id  # two places came free one after the other
    world.answers(lot)
    world.answers(by=daan)
    assert world.standings(lot, daan) == [P, C]
    wide = world.make.activity(world.worker, capacity=1)
    world.wants("Noor", club=wide)
    (mia, teun) = world.wants("Mia", "Teun", club=wide)
    _widen(world, wide, 3)
    assert mia.offer_id == teun.offer_id
    world.answers(teun)
    assert world.standings(mia, teun) == [C, P]
    assert wide.taken == 2


def test_who_asked_together_comes_together_or_waits(world: World) -> None:
    club = world.make.activity(world.worker, capacity=2)
    (noor,) = world.wants("Noor", club=club)
    (lot, daan) = world.wants("Lot", "Daan", club=club, together=True)
    assert world.standings(lot, daan) == [W, W]
    (mia,) = world.wants("Mia", club=club)
    assert world.standings(mia) == [P]
    world.gives_up(noor)
    assert world.standings(lot, daan) == [W, W]
    world.gives_up(mia)
    assert world.standings(lot, daan) == [K, K]
    assert world.club.taken == 0
    assert club.taken == 2


def _widen(world: World, club: Activity, capacity: int) -> None:
    with unit_of_work(world.session):
        club.capacity = capacity
        audit.record(world.session, SYSTEM, "activity.changed", club.id)
    offers.hand_out(world.session, club.id)


def test_an_offer_asks_for_its_own_end(world: World) -> None:
    (noor,), (sem,) = world.wants("Noor"), world.wants("Sem")
    world.gives_up(noor)
    due = select(DueWork.run_at).where(
        DueWork.kind == lines.OFFER_OVER, DueWork.subject == str(world.offer(sem))
    )
    assert world.session.scalars(due).one() == sem.offered_until


def test_nothing_is_offered_once_it_has_begun(world: World) -> None:
    (noor,), (sem,) = world.wants("Noor"), world.wants("Sem")
    begun = world.club.occurrences[-1].starts_at + timedelta(minutes=1)
    with clock.stopped(begun):
        service.cancel(world.session, world.worker.actor(), noor.id)
    assert world.standings(sem) == [W]


def test_the_mail_leads_to_a_page_with_two_buttons(world: World, client: FlaskClient) -> None:
    (noor,), (sem,), (lot,) = world.wants("Noor"), world.wants("Sem"), world.wants("Lot")
    world.gives_up(noor)
    path = world.link()
    for _ in range(2):  # scanners of mail open links
        assert "Sem" in client.get(path).text
    assert world.standings(sem) == [K]
    client.post(path, data={"children": str(sem.id), "answer": "yes"})
    assert world.standings(sem, lot) == [P, W]
    assert "Sem" in client.get(path).text
    assert client.post(path, data={"answer": "yes"}).status_code == 422
    assert world.standings(sem, lot) == [P, W]


def test_who_answers_too_late_reads_how_it_stands(world: World, client: FlaskClient) -> None:
    (noor,), (sem,), (_lot,) = world.wants("Noor"), world.wants("Sem"), world.wants("Lot")
    world.gives_up(noor)
    path = world.link()
    with clock.stopped(world.late(sem)):
        offers.over(world.session, world.offer(sem))
        page = client.get(path).text
    assert "Sem: Op de wachtlijst" in page
    assert "Je hebt nu geen plek" not in page


def test_no_by_mail_gives_the_place_to_the_next(world: World, client: FlaskClient) -> None:
    (noor,), (sem,), (lot,) = world.wants("Noor"), world.wants("Sem"), world.wants("Lot")
    world.gives_up(noor)
    path = world.link()
    client.post(path, data={"children": str(sem.id), "answer": "no"})
    assert world.standings(sem, lot) == [C, K]
    late = client.post(path, data={"children": str(sem.id), "answer": "yes"})
    assert late.status_code == 422
    assert world.standings(sem, lot) == [C, K]


@pytest.mark.parametrize("twist", ["token", "offer"])
def test_a_link_that_was_tampered_with_opens_nothing(
    world: World, client: FlaskClient, twist: str
) -> None:
    (noor,), (sem,) = world.wants("Noor"), world.wants("Sem")
    world.gives_up(noor)
    *_, offer, token = world.link().split("/")
    path = f"/offers/{ids.confidential()}/{token}" if twist == "offer" else f"/offers/{offer}/x"
    assert client.get(path).status_code == 404
    assert client.post(path, data={"children": str(sem.id), "answer": "yes"}).status_code == 404
    assert world.standings(sem) == [K]


def test_a_link_is_worth_nothing_once_its_reader_may_not_be_reached(
    world: World, client: FlaskClient
) -> None:
    (noor,), (sem,) = world.wants("Noor"), world.wants("Sem")
    world.gives_up(noor)
    path = world.link()
    _block(world, sem.child)
    assert client.get(path).status_code == 404
    assert client.post(path, data={"children": str(sem.id), "answer": "yes"}).status_code == 404
    assert world.standings(sem) == [K]


def _without_mail(world: World, child: Child) -> None:
    with unit_of_work(world.session):
        for carer in world.session.scalars(select(Carer).where(Carer.family_id == child.family_id)):
            carer.email = None
            audit.record(world.session, SYSTEM, "carer.changed", carer.id)


def _block(world: World, child: Child) -> None:
    with unit_of_work(world.session):
        for care in world.session.scalars(select(Care).where(Care.child_id == child.id)):
            care.contact_allowed = False
            audit.record(world.session, SYSTEM, "care.changed", care.id)


def test_a_parent_answers_from_the_page_of_the_family(world: World, client: FlaskClient) -> None:
    (noor,), (sem,) = world.wants("Noor"), world.wants("Sem")
    world.gives_up(noor)
    client.sign_in(world.session.get_one(User, sem.made_by_id))
    assert f"/sign-ups/{sem.id}/offer" in client.get("/family").text
    page = client.get(f"/sign-ups/{sem.id}/offer").text
    assert "Sem" in page
    answered = client.post(
        f"/sign-ups/{sem.id}/offer", data={"children": str(sem.id), "answer": "yes"}
    )
    assert answered.status_code == 303
    assert world.standings(sem) == [P]


def test_another_family_finds_no_offer_there(world: World, client: FlaskClient) -> None:
    (noor,), (sem,), (lot,) = world.wants("Noor"), world.wants("Sem"), world.wants("Lot")
    world.gives_up(noor)
    client.sign_in(world.session.get_one(User, lot.made_by_id))
    for id in (sem.id, lot.id):
        assert client.get(f"/sign-ups/{id}/offer").status_code == 404
    with pytest.raises(NoResultFound):
        world.answers(lot, offer=world.offer(sem))


def test_staff_answer_for_a_family_without_e_mail(world: World, client: FlaskClient) -> None:
    (noor,) = world.wants("Noor")
    child = world.make.child(world.make.family(world.here), first_name="Sem")
    _without_mail(world, child)
    wish = SignUp(activity_id=world.club.id, child_ids=(child.id,))
    (sem,) = service.sign_up(world.session, world.worker.actor(), wish)
    before = len(world.told())
    world.gives_up(noor)
    assert world.told()[before:] == []
    client.sign_in(world.worker)
    listed = client.get(f"/activities/{world.club.id}/sign-ups").text
    assert f"/activities/sign-ups/{sem.id}/offer" in listed
    path = f"/activities/sign-ups/{sem.id}/offer"
    none = client.post(path, data={"answer": "yes"})
    assert none.status_code == 422
    assert world.standings(sem) == [K]
    assert client.post(path, data={"children": str(sem.id), "answer": "yes"}).status_code == 303
    assert world.standings(sem) == [P]


def test_an_organisation_says_how_long_an_offered_place_is_kept(
    client: FlaskClient, session: Session, make: Make
) -> None:
    here = make.organisation()
    coordinator = make.user(Role.COORDINATOR, organisation=here)
    page = f"/organisation/{here.id}/offers"
    for stranger, answer in (
        (make.worker(organisation=here), 403), (make.user(Role.COORDINATOR), 404),
    ):  # fmt: skip
        client.sign_in(stranger)
        assert client.get(page).status_code == answer
    client.sign_in(coordinator)
    for nonsense in ("", "0", "337", "two"):
        assert client.post(page, data={"hours": nonsense}).status_code == 422
    assert client.post(page, data={"hours": "4"}).status_code == 303
    club = make.activity(coordinator, capacity=1, starts_at=clock.now() + timedelta(days=20))
    signups = []
    for _ in range(2):
        parent = make.parent()
        child = make.child(make.family(here, parent))
        wish = SignUp(activity_id=club.id, child_ids=(child.id,))
        signups += service.sign_up(session, parent.actor(), wish)
    noon = clock.from_wall(datetime.combine(clock.today() + timedelta(days=1), time(12)))
    with clock.stopped(noon):
        service.cancel(session, coordinator.actor(), signups[0].id)
    assert signups[1].offered_until == noon + timedelta(hours=4)

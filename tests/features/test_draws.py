"""A draw from sign-up to the places: by itself, once, and so that anybody can check it."""

import json
import threading
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from click.testing import CliRunner
from flask import Flask, url_for
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import User
from kinderwerk.activities import service as activities
from kinderwerk.activities.models import Activity
from kinderwerk.activities.rules import State
from kinderwerk.app import main
from kinderwerk.audit import service as audit
from kinderwerk.core import clock, ids
from kinderwerk.draws import queries, service
from kinderwerk.draws.models import Draw, Ticket
from kinderwerk.draws.rules import digest
from kinderwerk.families.models import Child
from kinderwerk.messages.models import DueWork, Message
from kinderwerk.places.models import Neighbourhood
from kinderwerk.privacy import erasing
from kinderwerk.signups import service as signups
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import SignUp, Standing
from kinderwerk.storage.erasing import Kind
from kinderwerk.storage.work import unit_of_work
from tests.conftest import engine_of
from tests.make import A_WEDNESDAY, Make, all_seeing

E, P, K, W, C = (
    Standing.ENTERED, Standing.PLACED, Standing.OFFERED, Standing.WAITING, Standing.CANCELLED,
)  # fmt: skip
OPENS, CLOSES = A_WEDNESDAY - timedelta(days=30), A_WEDNESDAY - timedelta(days=10)
DRAWN = CLOSES + service.LIST_STANDS


class World:
    """A camp with five places by draw, to which more families want to come than that."""

    def __init__(self, app: Flask, session: Session, make: Make) -> None:
        self.app, self.session, self.make = app, session, make
        self.here = make.organisation()
        self.worker = make.worker(organisation=self.here)
        self.area: Neighbourhood = make.neighbourhood()
        self.camp = self.announce("Camp", reserved=0)

    def announce(self, title: str, *, reserved: int = 0, capacity: int = 5) -> Activity:
        with clock.stopped(OPENS):
            camp: Activity = self.make.activity(
                self.worker, title=title, capacity=capacity + reserved, state=State.DRAFT,
                venue=self.make.venue(self.here, neighbourhood=self.area), draw_closes_at=CLOSES,
                draw_reserved=reserved, draw_near=2, draw_new=1, draw_unlucky=3, draw_months=12,
            )  # fmt: skip
            activities.publish(self.session, self.worker.actor(), camp.id)
            service.prepare(self.session, camp.id)
        return camp

    def family(self, *names: str, near: bool = False) -> tuple[User, list[Child]]:
        parent = self.make.parent()
        family = self.make.family(self.here, parent)
        area = self.area if near else None
        return parent, [
            self.make.child(family, first_name=name, neighbourhood=area) for name in names
        ]

    def enters(
        self, parent: User, children: list[Child], camp: Activity | None = None, *,
        together: bool = False,
    ) -> list[Signup]:  # fmt: skip
        wish = SignUp(
            activity_id=(camp or self.camp).id, child_ids=tuple(one.id for one in children),
            form_id=ids.confidential(), together=together,
        )  # fmt: skip
        with clock.stopped(max(OPENS, min(clock.now(), A_WEDNESDAY))):
            return signups.sign_up(self.session, parent.actor(), wish)

    def crowd(self, many: int, camp: Activity | None = None) -> list[Signup]:
        families = [self.family(f"Child {number}") for number in range(many)]
        return [one for family in families for one in self.enters(*family, camp=camp)]

    def close(self, camp: Activity | None = None) -> None:
        with clock.stopped(CLOSES):
            service.close(self.session, (camp or self.camp).id)

    def hold(self, camp: Activity | None = None) -> None:
        with clock.stopped(DRAWN):
            service.hold(self.session, (camp or self.camp).id)

    def draw(self, camp: Activity | None = None) -> Draw:
        self.session.rollback()
        found = queries.of_activity(self.session, (camp or self.camp).id)
        assert found is not None
        return found

    def tickets(self, signup: Signup) -> list[Ticket]:
        self.session.rollback()
        held = select(Ticket).where(Ticket.party == service.party_of(signup))
        return list(self.session.scalars(held))

    def standings(self, signups: list[Signup]) -> list[Standing]:
        self.session.rollback()
        return [self.session.get_one(Signup, one.id).standing for one in signups]

    def told(self, template: str) -> int:
        self.session.rollback()
        wanted = select(func.count()).where(Message.template == template)
        return self.session.scalar(wanted) or 0


@pytest.fixture
def world(app: Flask, session: Session, make: Make) -> World:
    with clock.stopped(OPENS):
        return World(app, session, make)


def test_a_draw_gives_the_places_by_itself_and_tells_everybody(world: World) -> None:
    """Its seed is sealed from the start, and only its hash is there until the list is closed."""
    before = world.draw()
    assert before.seed is None
    entered = world.crowd(8)
    assert set(world.standings(entered)) == {E}
    assert (world.told("signup.entered"), world.told("signup.confirmed")) == (8, 0)
    world.close()
    closed = world.draw()
    assert (closed.places, closed.seed) == (5, None)
    assert closed.list_hash
    assert set(world.standings(entered)) == {E}
    world.hold()
    drawn = world.draw()
    assert digest(drawn.seed or "") == before.seed_hash
    assert (drawn.list_hash, drawn.holders_hash) == (closed.list_hash, closed.holders_hash)
    standings = world.standings(entered)
    assert (standings.count(P), standings.count(W)) == (5, 3)
    assert (world.told("signup.confirmed"), world.told("signup.not_drawn")) == (5, 3)
    camp = world.session.get_one(Activity, world.camp.id)
    assert (camp.taken, camp.entered, camp.drawn_at) == (5, 0, DRAWN)


def test_the_worker_does_each_step_in_its_time(world: World) -> None:
    world.crowd(6)
    due = {work.kind: work.run_at for work in world.session.scalars(select(DueWork))}
    assert due[service.CLOSE] == CLOSES
    world.session.rollback()
    with clock.stopped(CLOSES - timedelta(seconds=1)):
        service.close(world.session, world.camp.id)
    assert world.draw().closed_at is None
    world.hold()
    assert world.draw().seed is None  # nothing is drawn before the list is closed
    world.close()
    world.session.rollback()
    due = {work.kind: work.run_at for work in world.session.scalars(select(DueWork))}
    assert due[service.HOLD] == DRAWN


def test_two_workers_at_once_draw_once(world: World, app: Flask) -> None:
    engine, entered, id = engine_of(app), world.crowd(9), world.camp.id
    world.close()
    world.session.rollback()

    def work() -> None:
        with all_seeing(engine) as session, clock.stopped(DRAWN):
            service.close(session, id)
            service.hold(session, id)

    workers = [threading.Thread(target=work) for _ in range(4)]
    for one in workers:
        one.start()
    for one in workers:
        one.join()
    assert world.standings(entered).count(P) == 5
    assert (world.told("signup.confirmed"), world.told("signup.not_drawn")) == (5, 4)


def test_a_crash_before_saving_leaves_nothing_and_the_next_try_draws_the_same(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    entered = world.crowd(7)
    world.close()
    draw_id, order = world.draw().id, []

    def crash(*given: object, **more: object) -> None:
        order.append([one.number for one in queries.tickets(world.session, draw_id)])
        raise OSError("power cut")

    monkeypatch.setattr(service.lines, "hand_out", crash)
    with pytest.raises(OSError, match="power cut"):
        world.hold()
    assert set(world.standings(entered)) == {E}
    assert world.draw().seed is None
    assert world.told("signup.confirmed") == 0
    monkeypatch.undo()
    world.hold()
    assert [one.number for one in queries.tickets(world.session, world.draw().id)] == order[0]


def test_tickets_follow_the_rules_and_siblings_share_the_fewest(world: World) -> None:
    old = world.announce("Last year", capacity=5)
    been = world.family("Been")
    (before,) = world.enters(*been, camp=old)
    world.close(old)
    world.hold(old)  # there was room for all
    assert world.standings([before]) == [P]
    (alone,) = world.enters(*world.family("Noor", near=True))
    (again,) = world.enters(*been)
    mixed = world.family("Sem")
    home = world.family("Lot", near=True)[1][0]
    with unit_of_work(world.session):
        beside = mixed[1][0]
        home.family_id, home.cares[0].carer_id = beside.family_id, beside.cares[0].carer_id
        audit.record(world.session, SYSTEM, "test.made", home.id, also=[home.cares[0].id])
    party = world.enters(mixed[0], [*mixed[1], home], together=True)
    world.crowd(4)
    world.close()
    assert [len(world.tickets(one)) for one in (alone, again, *party)] == [4, 1, 2, 2]
    assert world.tickets(party[0]) == world.tickets(party[1])


def test_who_was_not_drawn_has_a_better_chance_until_there_was_a_place(world: World) -> None:
    entered = world.crowd(7)
    world.close()
    world.hold()
    standings = world.standings(entered)
    unlucky, lucky = (entered[standings.index(one)] for one in (W, P))
    later = world.announce("Next")
    tried = [
        world.enters(world.make.session.get_one(User, one.made_by_id), [one.child], camp=later)[0]
        for one in (unlucky, lucky)
    ]
    world.crowd(5, later)
    world.close(later)
    assert [len(world.tickets(one)) for one in tried] == [1 + 1 + 3, 1]


def test_where_there_is_room_for_all_nothing_is_drawn_or_told(world: World) -> None:
    entered = world.crowd(5)
    world.close()
    world.hold()
    assert set(world.standings(entered)) == {P}
    assert queries.tickets(world.session, world.draw().id) == []


def test_who_comes_too_late_waits_behind_all_who_were_in_the_draw(world: World) -> None:
    entered = world.crowd(7)
    late = world.family("Late")
    wish = SignUp(activity_id=world.camp.id, child_ids=(late[1][0].id,), form_id=ids.confidential())
    with clock.stopped(CLOSES):
        (behind,) = signups.sign_up(world.session, late[0].actor(), wish)
    assert world.standings([behind]) == [W]
    world.close()
    world.hold()
    assert world.standings([behind]) == [W]
    lost = [one for one in entered if world.standings([one]) == [W]]
    world.session.rollback()
    turns = {one.id: world.session.get_one(Signup, one.id).queue for one in [*lost, behind]}
    assert max(turns, key=lambda id: turns[id]) == behind.id
    first = min(lost, key=lambda one: turns[one.id])
    world.session.rollback()
    ranks = [min(ticket.rank or 0 for ticket in world.tickets(one)) for one in lost]
    assert min(world.tickets(first), key=lambda one: one.rank or 0).rank == min(ranks)
    winner = next(one for one in entered if world.standings([one]) == [P])
    with clock.stopped(DRAWN):
        signups.cancel(world.session, world.worker.actor(), winner.id)
    assert world.standings([first, behind]) == [K, W]


def test_who_signs_off_before_the_draw_is_not_in_it(world: World) -> None:
    entered = world.crowd(7)
    with clock.stopped(OPENS):
        signups.cancel(world.session, world.worker.actor(), entered[0].id)
    world.close()
    with clock.stopped(CLOSES):  # the list is closed, but nobody has a place yet
        signups.cancel(world.session, world.worker.actor(), entered[1].id)
    world.hold()
    assert world.tickets(entered[0]) == []
    assert world.tickets(entered[1])
    assert world.standings(entered) == [C, C, P, P, P, P, P]


def test_places_kept_apart_are_not_drawn_and_handed_out_by_a_worker(
    world: World, client: FlaskClient
) -> None:
    camp = world.announce("Sailing", reserved=2)
    entered = world.crowd(8, camp)
    client.sign_in(world.worker)
    with clock.stopped(OPENS):
        for signup in entered[:2]:
            assert client.post(f"/activities/sign-ups/{signup.id}/reserve").status_code == 303
        assert world.standings(entered[:3]) == [P, P, E]
        client.post(f"/activities/sign-ups/{entered[2].id}/reserve")
        signups.cancel(world.session, world.worker.actor(), entered[1].id)
    assert world.standings(entered[:3]) == [P, C, E]
    world.close(camp)
    world.hold(camp)
    assert world.draw(camp).places == 5
    assert world.standings(entered).count(P) == 6
    with clock.stopped(DRAWN):
        page = client.get(f"/activities/{camp.id}/draw").text
        assert "van 2" in page
        client.post(f"/activities/{camp.id}/draw/let-go")
    assert world.standings(entered).count(K) == 1


@pytest.mark.parametrize("off", [True, False])
def test_what_is_called_off_or_ended_is_not_drawn(world: World, off: bool) -> None:
    entered = world.crowd(7)
    with clock.stopped(OPENS):
        if off:
            signups.cancel_activity(world.session, world.worker.actor(), world.camp.id, "Storm")
        else:
            with pytest.raises(activities.rules.SignupsStand):
                activities.withdraw(world.session, world.worker.actor(), world.camp.id)
            return
    world.close()
    world.hold()
    assert set(world.standings(entered)) == {C}
    assert world.session.get_one(Activity, world.camp.id).entered == 0
    assert world.draw().closed_at is None


def test_everybody_can_draw_again_and_nothing_published_tells_why(
    world: World, client: FlaskClient, tmp_path: Path
) -> None:
    with clock.stopped(OPENS):
        page = client.get(f"/programme/{world.camp.id}").text
    with clock.stopped(A_WEDNESDAY - timedelta(days=11)):
        assert "Plekken worden verloot" in client.get("/").text
    assert world.draw().seed_hash in page
    assert client.get(f"/programme/{world.camp.id}/draw.json").status_code == 404
    pair = world.enters(*world.family("Sem", "Lot", near=True), together=True)
    entered = [*pair, *world.crowd(6)]
    world.close()
    file = tmp_path / "draw.json"
    verify = ["draw", "verify", str(file)]
    with clock.stopped(CLOSES):
        file.write_bytes(client.get(f"/programme/{world.camp.id}/draw.json").data)
    noted = json.loads(file.read_text())
    assert "not published yet" in CliRunner().invoke(main, verify).output
    world.hold()
    with clock.stopped(DRAWN):
        answer = client.get(f"/programme/{world.camp.id}/draw.json")
        pages = [client.get(f"/programme/{world.camp.id}/draw{end}").text for end in ("", "/again")]
    file.write_bytes(answer.data)
    run = CliRunner().invoke(main, [*verify, "--list-hash", noted["list_hash"]])
    assert run.exit_code == 0, run.output
    assert run.output.startswith("Match: ")
    told = json.loads(answer.data)
    assert set(told) == {
        "format", "activity", "places", "seed_hash", "list_hash", "holders_hash", "tickets",
        "seed", "line",
    }  # fmt: skip
    assert sorted(told["tickets"]) == noted["tickets"]
    assert "Precies hetzelfde" in pages[1]
    for text in (answer.text, *pages):
        assert not any(str(one.id) in text or one.child.first_name in text for one in entered)
    told["tickets"][0], told["tickets"][1] = told["tickets"][1], told["tickets"][0]
    file.write_text(json.dumps(told))
    changed = CliRunner().invoke(main, verify)
    assert changed.exit_code == 1
    assert f"Ticket 1 is {told['tickets'][0]}, and should be {told['tickets'][1]}" in changed.output


@pytest.mark.parametrize("way", ["/sign-up/{id}?children={a}&children={b}", "{several}"])
def test_the_rules_stand_where_one_signs_up_and_siblings_can_come_together(
    world: World, app: Flask, client: FlaskClient, way: str
) -> None:
    parent, (noor, sem) = world.family("Noor", "Sem")
    with app.test_request_context():
        several = url_for("signups.several", activity=world.camp.id)
    client.sign_in(parent)
    with clock.stopped(OPENS):
        address = way.format(id=world.camp.id, a=noor.id, b=sem.id, several=several)
        page = client.get(address).text
        assert "Extra lootjes voor kinderen die in de buurt wonen: 2." in page
        assert "together" in page
        wish = {"children": [str(noor.id), str(sem.id)], "together": "y"}
        client.post(f"/sign-up/{world.camp.id}", data=wish)
        assert "Je doet mee met de loting" in client.get(f"/sign-up/{world.camp.id}/done").text


def test_a_family_sees_its_own_tickets_and_nobody_elses(
    world: World, client: FlaskClient, make: Make
) -> None:
    noor, others = world.enters(*world.family("Noor")), world.crowd(6)
    world.close()
    own = {one.number for one in world.tickets(noor[0])}
    rest = {ticket.number for one in others for ticket in world.tickets(one)}
    client.sign_in(world.session.get_one(User, noor[0].made_by_id))
    with clock.stopped(CLOSES):
        page = client.get("/family").text
    assert all(number in page for number in own)
    assert not any(number in page for number in rest)


def test_what_is_erased_lets_go_of_its_tickets_and_the_draw_still_adds_up(
    world: World, client: FlaskClient
) -> None:
    entered = world.crowd(7)
    world.close()
    world.hold()
    lost = next(one for one in entered if world.standings([one]) == [W])
    held = {one.number for one in world.tickets(lost)}
    with clock.stopped(DRAWN):
        erasing.erase(world.session, SYSTEM, world.here.id, Kind.SIGNUP, [lost.id])
        world.session.rollback()
        again = client.get(f"/programme/{world.camp.id}/draw/again").text
    kept = world.session.scalars(select(Ticket).where(Ticket.number.in_(held))).all()
    assert {one.number for one in kept} == held
    assert {one.party for one in kept} == {None}
    assert "Precies hetzelfde" in again


PLAN = {
    "format": "camp", "title": "Camp", "drawing": "tent", "why": "Because.", "age_from": "6",
    "age_to": "12", "capacity": "9", "signup": "series", "register": "named", "repeats": "once",
    "weekday": "2", "begins_on": "2031-05-14", "ends_on": "2031-05-16", "starts": "10:00",
    "ends": "15:00", "by_draw": "y", "draw_closes_at": "2031-05-01T20:00", "reserved": "1",
    "near": "2",
}  # fmt: skip


def test_the_rules_stand_once_families_read_them(
    client: FlaskClient, session: Session, world: World, make: Make
) -> None:
    coordinator = make.user(Role.COORDINATOR, organisation=world.here)
    form = PLAN | {"goal_id": str(make.goal(world.here).id)}
    client.sign_in(coordinator)
    with clock.stopped(OPENS):
        for wrong in (
            {"draw_closes_at": ""}, {"capacity": ""}, {"capacity": "5"}, {"signup": "per_day"},
            {"draw_closes_at": "2031-12-01T20:00"},
        ):  # fmt: skip
            assert client.post("/activities/new", data=form | wrong).status_code == 422
        made = client.post("/activities/new", data=form)
        assert made.status_code == 303
        url = made.location
        client.post(f"{url}/publish")

        def change(**values: str) -> int:
            session.rollback()
            version = session.get_one(Activity, UUID(url.rsplit("/", 1)[1])).version
            session.rollback()
            sent = form | values | {"version": str(version)}
            return client.post(f"{url}/edit", data=sent).status_code

        assert change(near="5") == 422
        assert change(by_draw="") == 422
        assert change(draw_closes_at="2031-04-28T20:00") == 422
        assert change(draw_closes_at="2031-05-02T20:00", capacity="12") == 303
        work = select(DueWork.kind).where(DueWork.kind == "activities.draw_ahead")
        assert session.scalar(work)


@pytest.mark.parametrize("promised", ["seed_hash", "list_hash", "holders_hash"])
def test_what_is_not_as_it_was_promised_draws_nothing(world: World, promised: str) -> None:
    world.crowd(6)
    world.close()
    with unit_of_work(world.session):
        draw = world.session.scalars(select(Draw).where(Draw.activity_id == world.camp.id)).one()
        setattr(draw, promised, digest("other"))
        audit.record(world.session, SYSTEM, "test.made", draw.id)
    with pytest.raises(ValueError, match="promised"):
        world.hold()
    assert world.draw().seed is None

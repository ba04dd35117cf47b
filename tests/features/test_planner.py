"""The week planner: who does what where and when, and what somebody should look at first."""

from datetime import date, timedelta
from time import perf_counter
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.activities import service as activities
from kinderwerk.activities.duties import Duty
from kinderwerk.activities.models import Activity, ActivityStaff, Occurrence
from kinderwerk.activities.rules import AgeBand, Format, State
from kinderwerk.core import clock
from kinderwerk.core.ids import ALL
from kinderwerk.core.periods import Period
from kinderwerk.facts import queries as facts
from kinderwerk.facts.rules import CellKey, Level, Measure
from kinderwerk.families.models import Child
from kinderwerk.goals.models import GoalArea
from kinderwerk.notes.models import CareNote
from kinderwerk.places.models import Venue
from kinderwerk.planner import queries, reading
from kinderwerk.planner.models import AcceptedWarning, AdultTable
from kinderwerk.planner.ratios import Preset
from kinderwerk.planner.rules import Kind
from kinderwerk.registers import service as registers
from kinderwerk.registers.rules import Presence
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import Standing
from kinderwerk.staffing import service as staffing
from kinderwerk.staffing.rules import Post
from tests.conftest import reads
from tests.make import A_WEDNESDAY, Make

DAY = date(2031, 5, 14)
WEEK = {"day": DAY.isoformat()}


class House:
    """An organisation with a coordinator, a worker, and a hall in a neighbourhood."""

    def __init__(self, session: Session, make: Make, client: FlaskClient) -> None:
        self.session, self.make, self.client = session, make, client
        self.here: Organisation = make.organisation()
        self.lead: User = make.user(Role.COORDINATOR, organisation=self.here, name="Iris Lead")
        self.worker: User = make.worker(organisation=self.here, name="Wim Worker")
        self.area = make.neighbourhood(name="Oosterpark")
        self.hall: Venue = make.venue(self.here, name="The Hall", neighbourhood=self.area)
        client.sign_in(self.lead)

    def plan(self, title: str, *crew: User, **given: object) -> Occurrence:
        staff = [ActivityStaff(user_id=one.id) for one in crew]
        usual = {"title": title, "venue": self.hall, "staff": staff, "capacity": 40}
        activity = self.make.activity(crew[0] if crew else self.worker, **usual | given)
        return activity.occurrences[0]

    def comes(self, to: Activity, age: int, hands: int = 0) -> Child:
        born = clock.today().replace(year=clock.today().year - age, day=1)
        child = self.make.child(self.make.family(self.here), born_on=born)
        self.make.save(
            Signup(
                organisation_id=self.here.id, activity=to, made_by_id=None, child=child,
                standing=Standing.PLACED, queue=next(self.make.numbers),
            )
        )  # fmt: skip
        if hands:
            until = clock.today() + timedelta(days=99)
            self.make.save(
                CareNote(organisation_id=self.here.id, child_id=child.id, until=until, hands=hands)
            )
        return child

    def week(self, **asked: object) -> str:
        return self.client.get("/planner/", query_string=WEEK | asked).get_data(as_text=True)

    def page(self, date: Occurrence, *more: str) -> str:
        path = "/".join((f"/planner/dates/{date.id}", *more))
        return self.client.get(path).get_data(as_text=True)

    def kinds(self, date: Occurrence) -> list[Kind]:
        self.session.rollback()
        actor, at = self.lead.actor(), self.session.get_one(Occurrence, date.id)
        return [one.kind for one in queries.around(self.session, actor, at).open(date.id)]


@pytest.fixture
def house(session: Session, make: Make, client: FlaskClient) -> House:
    return House(session, make, client)


def test_a_week_stands_by_person_by_neighbourhood_and_by_venue(house: House) -> None:
    house.plan("Woodwork", house.worker)
    for by, of in (("person", house.worker.id), ("team", house.area.id), ("venue", house.hall.id)):
        assert "Woodwork" in house.week(by=by), by
        assert "Woodwork" in house.week(by=by, of=of), by
        assert "Woodwork" not in house.week(by=by, of=of, day="2031-05-21"), by
    assert "Woodwork" not in house.week(by="person", of=house.lead.id)


def test_hours_before_noon_stand_there_only_when_something_happens_then(house: House) -> None:
    before, after = ">Eerder<", ">Later<"
    house.plan("Woodwork", house.worker)
    assert before not in house.week(by="venue", of=house.hall.id)
    house.plan("Breakfast", house.worker, starts_at=A_WEDNESDAY - timedelta(hours=5))
    shown = house.week(by="venue", of=house.hall.id)
    assert before in shown
    assert after not in shown


def test_a_worker_first_sees_the_own_week(house: House) -> None:
    house.plan("Woodwork", house.worker)
    house.plan("Cooking", house.lead)
    house.client.sign_in(house.worker)
    shown = house.week()
    assert "Woodwork" in shown
    assert "Cooking" not in shown


def test_what_is_off_or_a_draft_says_so(house: House, session: Session) -> None:
    house.plan("Woodwork", house.worker, state=State.DRAFT)
    assert "Concept" in house.week(by="venue")
    with clock.stopped(A_WEDNESDAY - timedelta(days=1)):
        off = house.plan("Cooking", house.worker, starts_at=A_WEDNESDAY + timedelta(hours=3))
        activities.cancel_occurrence(session, house.lead.actor(), off.id, "Ill")
    session.rollback()
    shown = house.week(by="venue")
    assert "pl-off" in shown
    assert "Gaat niet door" in shown
    assert house.kinds(off) == []


@pytest.mark.parametrize("asked", [
    {"day": "soon"}, {"day": "0001-01-01"}, {"day": "9999-12-31"}, {"by": "moon"}, {"of": "nobody"},
    {"by": "team", "of": str(UUID(int=5))}, {"look": "1"},
])  # fmt: skip
def test_an_address_without_sense_still_shows_a_week(house: House, asked: dict[str, str]) -> None:
    assert house.client.get("/planner/", query_string=WEEK | asked).status_code == 200


def test_volunteers_and_others_have_no_planner(house: House) -> None:
    date = house.plan("Woodwork", house.worker)
    house.client.sign_in(house.make.user(Role.VOLUNTEER, organisation=house.here))
    assert house.client.get("/planner/").status_code == 403
    assert house.client.get(f"/planner/dates/{date.id}").status_code == 403


def test_a_venue_and_a_person_booked_twice_are_seen_on_both_dates(house: House) -> None:
    one = house.plan("Woodwork", house.worker, house.lead)
    other = house.plan("Cooking", house.worker, house.lead)
    expected = [Kind.VENUE_TWICE, Kind.PERSON_TWICE, Kind.PERSON_TWICE]
    assert house.kinds(one) == house.kinds(other) == expected
    assert "The Hall is bezet van 14:00 tot 16:00: Cooking." in house.page(one)
    house.client.sign_in(house.worker)
    assert "Om naar te kijken" in house.client.get(f"/activities/{one.activity_id}").get_data(
        as_text=True
    )


def test_a_home_visit_books_somebody_and_tells_nobody_what_it_is(house: House) -> None:
    date = house.plan("Woodwork", house.worker, house.lead)
    visitor = house.make.worker(organisation=house.here)
    house.plan(
        "To the Vos family", house.worker, visitor, format=Format.HOME_VISIT, venue=None,
        state=State.DRAFT,
    )  # fmt: skip
    house.client.sign_in(house.make.worker(organisation=house.here))
    shown = house.page(date)
    assert "Wim Worker is van 14:00 tot 16:00 ergens anders: iets anders." in shown
    assert "Vos" not in shown + house.week(by="person")


def test_children_by_age_and_what_families_ask_for_make_the_adults_needed(house: House) -> None:
    date = house.plan("Woodwork", house.worker, house.lead)
    for _ in range(12):
        house.comes(date.activity, 6)
    assert house.kinds(date) == []
    asking = house.comes(date.activity, 10, hands=2)
    assert house.kinds(date) == [Kind.FEW_ADULTS]
    shown = house.page(date)
    assert "5 volwassenen nodig" in shown
    assert asking.first_name not in shown


def test_an_organisation_chooses_its_table_and_sees_where_it_comes_from(
    house: House, session: Session
) -> None:
    date = house.plan("Woodwork", house.worker, house.lead)
    for _ in range(14):
        house.comes(date.activity, 6)
    assert house.kinds(date) == [Kind.FEW_ADULTS]
    assert "NSPCC, een Britse" in house.client.get("/planner/adults").get_data(as_text=True)
    own = {"preset": "own", "from_0": "4", "to_0": "12", "children_0": "20", "least": "1"}
    assert house.client.post("/planner/adults", data=own).status_code == 303
    assert house.kinds(date) == []
    assert house.client.post("/planner/adults", data={"preset": "buurt_nl"}).status_code == 303
    assert house.kinds(date) == []
    chosen = session.scalars(select(AdultTable)).one()
    session.refresh(chosen)
    assert (chosen.preset, chosen.rows) == (Preset.BUURT, [[4, 12, 20]])
    crossed = own | {"from_1": "6", "to_1": "9", "children_1": "3"}
    assert house.client.post("/planner/adults", data=crossed).status_code == 422
    house.client.sign_in(house.worker)
    assert house.client.post("/planner/adults", data=own).status_code == 403


def test_a_venue_with_opening_hours_is_closed_outside_them(house: House) -> None:
    date = house.plan("Woodwork", house.worker, house.lead)
    form = {"name": "The Hall", "version": "1", "neighbourhood_id": str(house.area.id)}
    path = f"/venues/{house.hall.id}/edit"
    half = house.client.post(path, data=form | {"opens_2": "15:00"})
    assert half.status_code == 422
    sent = form | {"opens_2": "15:00", "closes_2": "18:00", "water": "y"}
    assert house.client.post(path, data=sent).status_code == 303
    assert house.kinds(date) == [Kind.CLOSED]
    assert "The Hall is open van 15:00 tot 18:00." in house.page(date)
    assert 'value="15:00"' in house.client.get(path).get_data(as_text=True)


def test_a_warning_is_accepted_with_a_reason_and_comes_back_when_things_change(
    house: House, session: Session
) -> None:
    date = house.plan("Woodwork", house.worker)
    assert house.kinds(date) == [Kind.FEW_ADULTS]
    week = queries.around(session, house.lead.actor(), session.get_one(Occurrence, date.id))
    said = {"mark": week.open(date.id)[0].mark, "reason": "The caretaker is there too."}
    session.rollback()
    path = f"/planner/dates/{date.id}"
    assert house.client.post(path, data=said | {"reason": " "}).status_code == 422
    assert house.client.post(path, data=said | {"mark": "0" * 32}).status_code == 422
    assert house.client.post(path, data=said).status_code == 303
    assert house.client.post(path, data=said).status_code == 303
    assert house.kinds(date) == []
    assert session.scalars(select(AcceptedWarning.reason)).all() == [said["reason"]]
    assert "The caretaker is there too." in house.page(date)
    assert "ondanks een waarschuwing" in house.client.get(
        f"/activities/{date.activity_id}"
    ).get_data(as_text=True)
    for _ in range(13):
        house.comes(date.activity, 6)
    assert house.kinds(date) == [Kind.FEW_ADULTS]


def test_a_date_without_anybody_signed_up_moves_at_once(house: House, session: Session) -> None:
    date = house.plan("Woodwork", house.worker, house.lead)
    form = {"day": "2031-05-15", "starts": "15:00", "ends": "17:00"}
    answer = house.client.post(f"/planner/dates/{date.id}/move?by=venue", data=form)
    assert answer.location == "/planner/?day=2031-05-15&by=venue"
    session.refresh(date)
    assert date.starts_at == A_WEDNESDAY + timedelta(days=1, hours=1)


def test_where_somebody_comes_one_sees_what_a_move_means_before_it_is_done(
    house: House, session: Session
) -> None:
    date = house.plan("Woodwork", house.worker, house.lead)
    house.plan("Cooking", house.make.worker(organisation=house.here),
               starts_at=A_WEDNESDAY + timedelta(days=1))  # fmt: skip
    house.comes(date.activity, 8)
    path = f"/planner/dates/{date.id}/move"
    form = {"day": "2031-05-15", "starts": "14:00", "ends": "16:00"}
    asked = house.client.post(path, data=form)
    shown = asked.get_data(as_text=True)
    assert asked.status_code == 422
    assert "1 gezin krijgt een bericht" in shown
    assert "The Hall is bezet van 14:00 tot 16:00: Cooking." in shown
    session.refresh(date)
    assert date.starts_at == A_WEDNESDAY
    looked = "2031-05-15T12:00:00+00:00/2031-05-15T14:00:00+00:00"
    assert looked in shown
    elsewhere = form | {"starts": "15:00", "ends": "17:00", "looked": looked}
    assert house.client.post(path, data=elsewhere).status_code == 422
    assert house.client.post(path, data=form | {"looked": looked}).status_code == 303
    session.refresh(date)
    assert date.starts_at == A_WEDNESDAY + timedelta(days=1)


def test_the_address_of_a_move_fills_in_the_day_and_the_hour(house: House) -> None:
    date = house.plan("Woodwork", house.worker, house.lead)
    path = f"/planner/dates/{date.id}/move"
    shown = house.client.get(path, query_string={"day": "2031-05-16", "at": "09:30"})
    assert all(value in shown.get_data(as_text=True) for value in ("2031-05-16", "09:30", "11:30"))
    for asked in ({"day": "soon"}, {"at": "25:99"}, {"day": "9999-12-31", "at": "23:30"}):
        assert house.client.get(path, query_string=asked).status_code == 200
    house.client.sign_in(house.make.worker(organisation=house.here))
    assert house.client.get(path).status_code == 403


def test_sixty_people_forty_venues_and_four_hundred_dates_are_one_page_and_a_few_statements(
    house: House, session: Session, make: Make, statements: list[str],
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    people = [make.worker(organisation=house.here) for _ in range(58)]
    people += [house.lead, house.worker]
    venues = [make.venue(house.here, neighbourhood=house.area) for _ in range(39)] + [house.hall]
    goal = make.goal(house.here)

    def fill(numbers: range) -> None:
        for n in numbers:
            starts_at = A_WEDNESDAY + timedelta(days=n % 5 - 2, hours=n // 5 % 6 - 2)
            crew = [people[n % 60], people[(n + 1) % 60]]
            house.plan(f"Date {n}", *crew, venue=venues[n % 40], starts_at=starts_at, goal=goal)

    def asked(**by: object) -> tuple[int, str, float]:
        house.week(**by)
        statements.clear()
        began = perf_counter()
        shown = house.week(**by)
        return len(reads(statements)), shown, perf_counter() - began

    fill(range(10))
    few, _, _ = asked(by="person")
    fill(range(10, 400))
    for by in ("person", "team", "venue"):
        many, shown, took = asked(by=by)
        assert many == few or by != "person"
        assert shown.count('class="pl-date') == (800 if by == "person" else 400)
        with capsys.disabled():
            print(f"\nplanner by {by}: {many} statements, {len(shown) >> 10} KiB, {took:.2f} s")  # noqa: T201
    assert few <= 16
    assert len(session.scalars(select(Occurrence.id)).all()) == 400


def test_goals_show_what_is_planned_held_and_reached_and_where_nothing_is(
    house: House, make: Make, session: Session
) -> None:
    now = clock.now()
    other = make.neighbourhood(name="Westerpark")
    begins, ends = date(now.year, 1, 1), date(now.year + 1, 12, 31)
    goal = make.goal(
        house.here, title="Everybody joins in", begins_on=begins, ends_on=ends, target_children=40,
        areas=[GoalArea(neighbourhood_id=one.id) for one in (house.area, other)],
    )  # fmt: skip
    held = house.plan("Woodwork", house.lead, goal=goal, starts_at=now - timedelta(hours=3))
    children = [house.comes(held.activity, 8) for _ in range(2)]
    there = dict.fromkeys((child.id for child in children), Presence.PRESENT)
    registers.mark(session, house.lead.actor(), held.id, there)
    house.plan("Cooking", house.lead, goal=goal, starts_at=now + timedelta(minutes=5))
    quarter = Period.holding(clock.today())[0]
    covered = reading.covered(session, house.lead.actor(), quarter)[0]
    counts = facts.counts(session, organisation_ids=[house.here.id], periods=[str(quarter)])
    key = CellKey(house.here.id, Measure.SESSIONS, str(quarter), Level.NEIGHBOURHOOD,
                  house.area.id, goal.id)  # fmt: skip
    assert (covered.whole.planned, covered.whole.held) == (1, 1)
    assert covered.by_area[house.area.id].held == counts[key] == 1
    assert covered.gaps == [other.name]
    assert covered.by_age[AgeBand.UP_TO_9].planned == 1
    assert covered.by_age[AgeBand.UP_TO_15].planned == 0
    assert covered.reached[ALL]["children"].hidden
    session.rollback()
    shown = house.client.get("/planner/goals", query_string={"period": str(quarter)})
    assert "Westerpark" in shown.get_data(as_text=True)
    assert "van 40" not in shown.get_data(as_text=True)
    assert "Westerpark" in house.client.get("/planner/goals").get_data(as_text=True)
    form = house.client.get("/activities/new?format=club").get_data(as_text=True)
    assert "Voor dit doel is in Westerpark" in form


def test_whose_certificate_nobody_saw_is_an_extra_and_who_was_left_out_is_not_there(
    house: House, session: Session
) -> None:
    helper = house.make.user(
        Role.VOLUNTEER, organisation=house.here, name="Jo Helper", checked=False
    )
    date = house.plan("Woodwork", house.worker, helper)
    assert house.kinds(date) == [Kind.FEW_ADULTS, Kind.UNCHECKED]
    assert "Van Jo Helper is geen VOG gezien" in house.page(date)
    staffing.leave_out(session, house.lead.actor(), date.id, helper.id)
    assert house.kinds(date) == [Kind.FEW_ADULTS]
    staffing.post(
        session, house.lead.actor(), date.id, Post(duty=Duty.HELPS, user_id=house.lead.id)
    )
    assert house.kinds(date) == []


def test_who_said_to_be_away_is_named_in_the_planner(house: House) -> None:
    date = house.plan("Woodwork", house.worker, house.lead)
    house.client.sign_in(house.lead)
    assert house.kinds(date) == []
    away = {"first": DAY.isoformat(), "last": (DAY + timedelta(days=1)).isoformat()}
    assert house.client.post("/away/", data=away).status_code == 303
    assert house.kinds(date) == [Kind.AWAY]
    assert "Iris Lead is er dan niet." in house.page(date)

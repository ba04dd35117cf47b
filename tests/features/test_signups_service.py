"""Giving places through the service: rules, order, history, and the message in the same breath."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Actor, Role
from kinderwerk.activities.models import Activity
from kinderwerk.activities.rules import Format, SignupKind, State
from kinderwerk.audit import service as audit
from kinderwerk.core import clock, ids
from kinderwerk.core.errors import Withheld
from kinderwerk.families.models import Care, Child
from kinderwerk.messages.models import Message
from kinderwerk.signups import offers, queries, rules
from kinderwerk.signups.models import Signup, SignupStep
from kinderwerk.signups.rules import SignUp, Standing
from kinderwerk.signups.service import (
    cancel,
    cancel_activity,
    cancel_occurrence,
    sign_up,
)
from kinderwerk.storage.work import unit_of_work
from tests.make import A_WEDNESDAY, Make

P, K, W, C = Standing.PLACED, Standing.OFFERED, Standing.WAITING, Standing.CANCELLED


class World:
    """One organisation with an activity, and families who want to come."""

    def __init__(self, session: Session, make: Make) -> None:
        self.session, self.make = session, make
        self.here = make.organisation()
        self.worker = make.worker(organisation=self.here)

    def activity(self, **given: object) -> Activity:
        return self.make.activity(self.worker, **given)

    def child(self, **given: object) -> tuple[Child, Actor]:
        parent = self.make.parent()
        return self.make.child(self.make.family(self.here, parent), **given), parent.actor()

    def wants(self, activity: Activity, *dates: object, **given: object) -> Signup:
        child, parent = self.child(**given)
        wish = SignUp(
            activity_id=activity.id, child_ids=(child.id,),
            occurrence_ids=tuple(one.id for one in dates),
        )  # fmt: skip
        return sign_up(self.session, parent, wish)[0]

    def standings(self, activity: Activity) -> list[Standing]:
        wanted = select(Signup.standing).where(Signup.activity_id == activity.id)
        found = list(self.session.scalars(wanted.order_by(Signup.occurrence_id, Signup.queue)))
        self.session.rollback()
        return found

    def told(self) -> list[str]:
        found = list(self.session.scalars(select(Message.template).order_by(Message.id)))
        self.session.rollback()
        return found


@pytest.fixture
def world(session: Session, make: Make) -> World:
    return World(session, make)


def test_places_go_in_the_order_of_coming_and_the_rest_waits(world: World) -> None:
    club = world.activity(capacity=2)
    for _ in range(4):
        world.wants(club)
    assert world.standings(club) == [P, P, W, W]
    assert club.taken == 2
    assert world.told() == ["signup.confirmed"] * 2 + ["signup.waiting"] * 2


def test_without_a_limit_everybody_gets_a_place(world: World) -> None:
    club = world.activity(capacity=None)
    for _ in range(3):
        world.wants(club)
    assert world.standings(club) == [P, P, P]


def test_brothers_and_sisters_are_signed_up_together(world: World, make: Make) -> None:
    parent = make.parent()
    family = make.family(world.here, parent)
    children = [make.child(family) for _ in range(3)]
    club = world.activity(capacity=2)
    wish = SignUp(activity_id=club.id, child_ids=tuple(child.id for child in children))
    made = sign_up(world.session, parent.actor(), wish)
    assert [(one.child_id, one.standing) for one in made] == [
        (children[0].id, P), (children[1].id, P), (children[2].id, W),
    ]  # fmt: skip
    assert len(world.told()) == 3


def test_one_child_that_may_not_come_stops_the_whole_form(world: World, make: Make) -> None:
    parent = make.parent()
    family = make.family(world.here, parent)
    fits, too_young = make.child(family), make.child(family, born_on=date(2030, 1, 1))
    club = world.activity()
    wish = SignUp(activity_id=club.id, child_ids=(fits.id, too_young.id))
    with pytest.raises(rules.TooYoung) as refusal:
        sign_up(world.session, parent.actor(), wish)
    assert refusal.value.values == {"name": too_young.first_name, "age": 1, "limit": 4}
    assert world.standings(club) == []
    assert world.told() == []


@pytest.mark.parametrize(
    ("born_on", "refusal"),
    [
        (date(2027, 5, 14), None),
        (date(2027, 5, 15), rules.TooYoung),
        (date(2018, 5, 15), None),
        (date(2018, 5, 14), rules.TooOld),
    ],
)
def test_the_age_on_the_day_itself_counts(
    world: World, born_on: date, refusal: type[Exception] | None
) -> None:
    club = world.activity()
    if refusal:
        with pytest.raises(refusal):
            world.wants(club, born_on=born_on)
    else:
        assert world.wants(club, born_on=born_on).standing is P


def test_the_form_sent_twice_gets_one_place_and_one_message(world: World) -> None:
    child, parent = world.child()
    club = world.activity()
    wish = SignUp(activity_id=club.id, child_ids=(child.id,), form_id=ids.confidential())
    first, second = (sign_up(world.session, parent, wish) for _ in range(2))
    assert [one.id for one in first] == [one.id for one in second]
    assert world.standings(club) == [P]
    assert world.told() == ["signup.confirmed"]


def test_another_form_for_the_same_child_is_refused(world: World) -> None:
    child, parent = world.child()
    club = world.activity()
    for form_id in (None, ids.confidential()):
        wish = SignUp(activity_id=club.id, child_ids=(child.id,), form_id=form_id)
        if form_id is None:
            sign_up(world.session, parent, wish)
        else:
            with pytest.raises(rules.AlreadySignedUp):
                sign_up(world.session, parent, wish)


def test_cancelling_offers_the_place_to_the_first_who_waits_and_tells_them(world: World) -> None:
    club = world.activity(capacity=1)
    first, second, third = (world.wants(club) for _ in range(3))
    before = len(world.told())
    cancel(world.session, _parent(world, first), first.id)
    assert world.standings(club) == [C, K, W]
    assert club.taken == 1
    assert world.told()[before:] == ["signup.offered"]
    steps = world.session.execute(
        select(SignupStep.signup_id, SignupStep.standing).order_by(SignupStep.id)
    )
    assert [tuple(step) for step in steps] == [
        (first.id, P), (second.id, W), (third.id, W), (first.id, C), (second.id, K),
    ]  # fmt: skip


def _parent(world: World, signup: Signup) -> Actor:
    return Actor(signup.made_by_id)


def test_leaving_the_line_moves_nobody_into_a_place(world: World) -> None:
    club = world.activity(capacity=1)
    signups = [world.wants(club) for _ in range(3)]
    cancel(world.session, _parent(world, signups[1]), signups[1].id)
    assert world.standings(club) == [P, C, W]
    assert club.taken == 1


def test_cancelling_twice_frees_one_place(world: World) -> None:
    club = world.activity(capacity=1)
    signups = [world.wants(club) for _ in range(3)]
    for _ in range(2):
        cancel(world.session, _parent(world, signups[0]), signups[0].id)
    assert world.standings(club) == [C, K, W]


def test_whoever_cancelled_can_come_back_at_the_end_of_the_line(world: World) -> None:
    club = world.activity(capacity=1)
    first, second = world.wants(club), world.wants(club)
    parent = _parent(world, first)
    cancel(world.session, parent, first.id)
    wish = SignUp(activity_id=club.id, child_ids=(first.child_id,))
    again = sign_up(world.session, parent, wish)[0]
    assert (again.standing, again.queue) == (W, 3)
    assert world.standings(club) == [C, K, W]
    assert second.standing is K


def test_staff_who_cancel_tell_the_family(world: World) -> None:
    club = world.activity()
    signup = world.wants(club)
    cancel(world.session, world.worker.actor(), signup.id)
    assert world.told() == ["signup.confirmed", "signup.cancelled"]


def test_each_date_has_its_own_room_and_line(world: World, make: Make) -> None:
    camp = world.activity(format=Format.HOLIDAY, capacity=2)
    monday = camp.occurrences[0]
    tuesday = make.occurrence(camp, starts_at=A_WEDNESDAY + timedelta(days=1), capacity=1)
    for _ in range(3):
        world.wants(camp, monday, tuesday)
    assert world.standings(camp) == [P, P, W, P, W, W]
    assert (monday.taken, tuesday.taken, camp.taken) == (2, 1, 0)


def test_the_age_counts_per_date(world: World, make: Make) -> None:
    camp = world.activity(format=Format.HOLIDAY)
    later = make.occurrence(camp, starts_at=A_WEDNESDAY + timedelta(days=1))
    born_on = date(2027, 5, 15)
    with pytest.raises(rules.TooYoung):
        world.wants(camp, camp.occurrences[0], born_on=born_on)
    assert world.wants(camp, later, born_on=born_on).standing is P


def test_what_cannot_be_signed_up_for_says_why(world: World, make: Make) -> None:
    with pytest.raises(rules.NothingToSignUpFor):
        world.wants(world.activity(format=Format.DROPIN))
    camp = world.activity(format=Format.HOLIDAY)
    with pytest.raises(rules.NoDate):
        world.wants(camp)
    club = world.activity()
    with clock.stopped(A_WEDNESDAY + timedelta(minutes=1)), pytest.raises(rules.Over):
        world.wants(club)
    with (
        clock.stopped(A_WEDNESDAY + timedelta(minutes=1)),
        pytest.raises(rules.DateOver) as refusal,
    ):
        world.wants(camp, camp.occurrences[0])
    assert refusal.value.values == {"day": A_WEDNESDAY.date()}


def test_staff_sign_up_at_the_door_until_it_is_over(world: World) -> None:
    child, _parent = world.child()
    club = world.activity()
    wish = SignUp(activity_id=club.id, child_ids=(child.id,), at_door=True)
    with clock.stopped(A_WEDNESDAY + timedelta(hours=3)), pytest.raises(rules.Over):
        sign_up(world.session, world.worker.actor(), wish)
    with clock.stopped(A_WEDNESDAY + timedelta(hours=1)):
        assert sign_up(world.session, world.worker.actor(), wish)[0].standing is P


def test_a_parent_at_the_door_is_still_a_parent(world: World) -> None:
    child, parent = world.child()
    wish = SignUp(activity_id=world.activity().id, child_ids=(child.id,), at_door=True)
    with clock.stopped(A_WEDNESDAY + timedelta(hours=1)), pytest.raises(rules.Over):
        sign_up(world.session, parent, wish)


@pytest.mark.parametrize("state", [State.DRAFT, State.ENDED])
def test_what_is_not_published_is_not_there_for_a_parent(world: World, state: State) -> None:
    with pytest.raises((Withheld, rules.NotOpen)):
        world.wants(world.activity(state=state))


def test_another_family_and_another_organisation_are_out_of_reach(world: World, make: Make) -> None:
    club = world.activity()
    child, _ = world.child()
    stranger = make.parent()
    outsider = make.worker()
    for actor in (stranger.actor(), outsider.actor(), make.user(Role.VOLUNTEER).actor()):
        with pytest.raises(Withheld):
            sign_up(world.session, actor, SignUp(activity_id=club.id, child_ids=(child.id,)))
    there = make.child(make.family(make.organisation(), stranger))
    with pytest.raises(rules.OfAnotherOrganisation):
        sign_up(world.session, stranger.actor(), SignUp(activity_id=club.id, child_ids=(there.id,)))
    assert world.standings(club) == []


def test_a_carer_who_was_shut_out_can_neither_sign_up_nor_cancel(world: World) -> None:
    club = world.activity()
    signup = world.wants(club)
    parent = _parent(world, signup)
    care = world.session.scalars(select(Care).where(Care.child_id == signup.child_id)).one()
    with unit_of_work(world.session):
        care.portal_access = False
        audit.record(world.session, SYSTEM, "care.changed", care.id)
    with pytest.raises(Withheld):
        cancel(world.session, parent, signup.id)
    assert queries.of_family(world.session, parent) == []


def test_a_date_called_off_empties_it_and_tells_every_family(world: World) -> None:
    camp = world.activity(format=Format.HOLIDAY, capacity=1)
    day = camp.occurrences[0]
    for _ in range(2):
        world.wants(camp, day)
    cancel_occurrence(world.session, world.worker.actor(), day.id, "It rains.")
    assert world.standings(camp) == [C, C]
    assert (day.taken, day.cancelled_at is None) == (0, False)
    assert world.told()[2:] == ["signup.date_cancelled"] * 2
    with pytest.raises(rules.DateCancelled):
        world.wants(camp, day)


def test_a_date_of_a_series_called_off_keeps_the_places(world: World, make: Make) -> None:
    club = world.activity(capacity=1)
    make.occurrence(club, starts_at=A_WEDNESDAY + timedelta(days=7))
    world.wants(club)
    cancel_occurrence(world.session, world.worker.actor(), club.occurrences[0].id, "Ill.")
    assert world.standings(club) == [P]
    assert world.told()[1:] == ["signup.date_cancelled"]


@pytest.mark.parametrize("kind", [Format.CLUB, Format.HOLIDAY])
def test_an_activity_called_off_ends_and_tells_every_family(world: World, kind: Format) -> None:
    activity = world.activity(format=kind, capacity=1)
    dates = activity.occurrences if activity.signup is SignupKind.PER_DAY else []
    for _ in range(2):
        world.wants(activity, *dates)
    cancel_activity(world.session, world.worker.actor(), activity.id, "No more money.")
    assert world.standings(activity) == [C, C]
    assert activity.state is State.ENDED
    assert world.told()[2:] == ["signup.activity_cancelled"] * 2


def test_only_who_runs_it_calls_it_off(world: World, make: Make) -> None:
    club = world.activity()
    colleague = make.worker(organisation=world.here)
    for call_off, it in ((cancel_activity, club), (cancel_occurrence, club.occurrences[0])):
        with pytest.raises(Withheld):
            call_off(world.session, colleague.actor(), it.id, "No.")


def test_more_room_is_offered_to_who_waits_before_who_comes_new(world: World) -> None:
    club = world.activity(capacity=1)
    for _ in range(3):
        world.wants(club)
    _widen(world, club, 3)
    newcomer = world.wants(club)
    assert world.standings(club) == [P, K, K, W]
    assert newcomer.standing is W


def test_more_room_is_handed_out_by_the_worker(world: World) -> None:
    club = world.activity(capacity=1)
    for _ in range(3):
        world.wants(club)
    _widen(world, club, 2)
    for _ in range(2):
        offers.hand_out(world.session, club.id)
    assert world.standings(club) == [P, K, W]
    assert world.told()[3:] == ["signup.offered"]


def _widen(world: World, activity: Activity, capacity: int) -> None:
    with unit_of_work(world.session):
        activity.capacity = capacity
        audit.record(world.session, SYSTEM, "activity.changed", activity.id)


def test_nobody_moves_up_into_what_is_over(world: World) -> None:
    club = world.activity(capacity=1)
    first, _second = world.wants(club), world.wants(club)
    with clock.stopped(datetime(2031, 6, 1, tzinfo=UTC)):
        with pytest.raises(rules.TooLateToCancel):
            cancel(world.session, _parent(world, first), first.id)
        cancel(world.session, world.worker.actor(), first.id)
    assert world.standings(club) == [C, W]

"""Setting up talks: who answers, when they are there, which words count, and whether it is open."""

import secrets
from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.core.picture_words import PICTURES
from kinderwerk.storage.sealing import seal
from kinderwerk.storage.work import unit_of_work
from kinderwerk.talks import queries, rules
from kinderwerk.talks.models import TalkDuty, TalkKeeper, TalkOffice


def assess(session: Session, actor: Actor) -> None:
    """Confirm that somebody weighed today what this may do to children, and that it may go on."""
    with unit_of_work(session):
        office = _office(session, actor)
        office.assessed_on, office.assessed_by_id = clock.today(), actor.id
        audit.record(session, actor, "talk_office.assessed", office.id)


def open_up(session: Session, actor: Actor, read_within: int) -> None:
    """Let children ask for a talk from now on; not while anything is missing."""
    with unit_of_work(session):
        office = _office(session, actor)
        if queries.house(session, office.organisation_id).lacks(clock.today()):
            raise rules.Lacking
        office.opened, office.read_within = True, read_within
        audit.record(session, actor, "talk_office.opened", office.id, within=read_within)


def shut(session: Session, actor: Actor) -> None:
    """Take no new talks; whoever has a key still finds the answer."""
    with unit_of_work(session):
        office = _office(session, actor)
        office.opened = False
        audit.record(session, actor, "talk_office.shut", office.id)


def choose_words(session: Session, actor: Actor, own: Mapping[str, Sequence[str]]) -> None:
    """Say which words count as danger, by language; an empty list leaves ours."""
    with unit_of_work(session):
        office = _office(session, actor)
        office.danger_words = {language: list(found) for language, found in own.items() if found}
        audit.record(session, actor, "talk_office.words", office.id)


def train(session: Session, actor: Actor, user_id: UUID, on: date | None) -> None:
    """Put on record when somebody was trained for this; without a day they answer no child."""
    if on and on > clock.today():
        raise rules.NotYet
    with unit_of_work(session):
        here = _office(session, actor).organisation_id
        if user_id not in {one.id for one in queries.could_answer(session, here)}:
            raise Withheld("not somebody who can answer children")
        keeper = queries.keeper_of(session, here, user_id)
        if keeper is None:
            keeper = TalkKeeper(organisation_id=here, user_id=user_id)
            session.add(keeper)
        keeper.trained_on = on
        audit.record(session, actor, "talk_keeper.trained", keeper.id)


def put_on(
    session: Session, actor: Actor, user_id: UUID, weekday: int, begins: int, ends: int
) -> None:
    """Say when somebody is there."""
    rules.check_duty(begins, ends)
    with unit_of_work(session):
        here = _office(session, actor).organisation_id
        if queries.keeper_of(session, here, user_id) is None:
            raise Withheld("not one of those who answer")
        duty = TalkDuty(
            organisation_id=here, user_id=user_id, weekday=weekday, begins=begins, ends=ends
        )
        session.add(duty)
        audit.record(session, actor, "talk_duty.put_on", duty.id)


def take_off(session: Session, actor: Actor, duty_id: UUID) -> None:
    with unit_of_work(session):
        _office(session, actor)
        duty = session.get_one(TalkDuty, duty_id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.TALK_OFFICE, duty.facts)
        session.delete(duty)
        audit.record(session, actor, "talk_duty.taken_off", duty.id)


def show_oneself(session: Session, actor: Actor, first_name: str, picture: str) -> None:
    """Agree to be shown to children by a first name and a drawing: nobody says it for another."""
    if picture not in PICTURES:
        raise Withheld("not one of the drawings")
    with unit_of_work(session):
        keeper = _own(session, actor)
        keeper.first_name, keeper.picture, keeper.agreed_on = first_name, picture, clock.today()
        audit.record(session, actor, "talk_keeper.agreed", keeper.id)


def hide_oneself(session: Session, actor: Actor) -> None:
    """Take that back: from now on no child can choose them."""
    with unit_of_work(session):
        keeper = _own(session, actor)
        keeper.first_name, keeper.picture, keeper.agreed_on = "", "", None
        audit.record(session, actor, "talk_keeper.withdrew", keeper.id)


def _own(session: Session, actor: Actor) -> TalkKeeper:
    found = select(TalkKeeper).where(
        TalkKeeper.organisation_id == actor.organisation_id, TalkKeeper.user_id == actor.id
    )
    keeper = session.scalar(found.with_for_update())
    if keeper is None:
        raise Withheld("not one of those who answer")
    demand(actor, Action.EDIT, Resource.TALK_KEEPER, keeper.facts)
    return keeper


def _office(session: Session, actor: Actor) -> TalkOffice:
    """Return the office under the lock, made when it was never set up."""
    held = demand(actor, Action.EDIT, Resource.TALK_OFFICE)
    if held.organisation_id is None:
        raise Withheld("talks belong to an organisation")
    session.get_one(Organisation, held.organisation_id, with_for_update=True)
    demand(actor, Action.EDIT, Resource.TALK_OFFICE)
    office = queries.office(session, held.organisation_id, lock=True)
    if office is None:
        office = TalkOffice(organisation_id=held.organisation_id)
        seal(session, office, secret=secrets.token_hex(32))
        session.add(office)
        session.flush()
        audit.record(session, actor, "talk_office.begun", office.id)
    return office

"""Talks as those who answer them see them, and how an organisation sets them up."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Organisation
from kinderwerk.audit import service as audit
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.messages.models import Message
from kinderwerk.places.models import Neighbourhood
from kinderwerk.storage.erasing import ERASED, Kind, enlist
from kinderwerk.storage.work import unit_of_work
from kinderwerk.talks import erasure, office, service
from kinderwerk.talks.models import Talk, TalkAlert, TalkMessage, TalkOffice
from kinderwerk.talks.queries import keeper_of
from kinderwerk.talks.rules import Answer, Asking, Closed, Gone, NobodyBeside, Why
from tests.make import Make

NOON = clock.from_wall(datetime(2031, 5, 14, 15))
MINUTE = timedelta(minutes=1)


class House:
    """An organisation that offers talks on Wednesday afternoon, and everybody in it."""

    def __init__(self, session: Session, make: Make) -> None:
        self.session, self.make = session, make
        self.here: Organisation = make.organisation()
        self.area: Neighbourhood = make.neighbourhood()
        self.venue = make.venue(self.here, name="De Haven", neighbourhood=self.area)
        self.mila, self.noor, self.omar = (
            make.worker(organisation=self.here, name=name)
            for name in ("Mila Smit", "Noor Bos", "Omar Kok")
        )
        self.officer = make.user(Role.PROTECTION_OFFICER, organisation=self.here)
        self.coordinator = make.user(Role.COORDINATOR, organisation=self.here)
        self.confidants = [make.user(Role.CONFIDANT, organisation=self.here) for _ in range(2)]
        self.admin = make.user(Role.ADMIN, organisation=self.here)
        with clock.stopped(NOON):
            self.set_up()

    def set_up(self) -> None:
        actor = self.admin.actor()
        for person in (self.mila, self.noor):
            office.train(self.session, actor, person.id, clock.today())
            office.put_on(self.session, actor, person.id, 2, 14 * 60, 17 * 60)
            office.show_oneself(self.session, person.actor(), person.name.split()[0], "cat")
        office.assess(self.session, actor)
        office.open_up(self.session, actor, 60)

    def ask(self, words: str = "Ik wil praten", **given: object) -> service.Begun:
        usual: dict[str, object] = {
            "about_staff": False, "keeper_id": self.mila.id, "words": words, "once": uuid4(),
        }  # fmt: skip
        return service.ask(
            self.session,
            self.here.id,
            self.area.id,
            Asking(**{**usual, **given}),
            "a school",  # type: ignore[arg-type]
        )

    def talk(self, begun: service.Begun) -> Talk:
        self.session.expire_all()
        return self.session.get_one(Talk, begun.talk_id)

    def told(self, template: str = "talk_alert") -> list[str]:
        """Return to whom mails of a kind went, in order."""
        self.session.expire_all()
        return list(
            self.session.scalars(
                select(Message.address).where(Message.template == template).order_by(Message.id)
            )
        )


@pytest.fixture
def house(session: Session, make: Make) -> House:
    return House(session, make)


def test_it_opens_only_once_everything_is_in_order(
    client: FlaskClient, make: Make, session: Session
) -> None:
    here = make.organisation()
    admin = make.user(Role.ADMIN, organisation=here)
    client.sign_in(admin)
    assert client.get("/talks/office").text.count("ontbreekt nog<") == 4
    assert client.post("/talks/office/open", data={"read_within": "60"}).status_code == 303
    assert session.scalar(select(TalkOffice.opened)) is not True
    keepers = [make.worker(organisation=here) for _ in range(2)]
    with clock.stopped(NOON):
        client.post("/talks/office/assessed")
        for one in keepers:
            client.post(
                "/talks/office/keepers", data={"user_id": one.id, "trained_on": "2031-05-01"}
            )
            client.post(
                "/talks/office/duties",
                data={"user_id": one.id, "weekday": "2", "begins": "840", "ends": "1020"},
            )
        page = client.get("/talks/office").text
        assert page.count("ontbreekt nog<") == 1
        assert "<strong>14:00\N{EN DASH}17:00</strong>" in page
        client.post("/talks/office/open", data={"read_within": "60"})
        assert not session.scalars(select(TalkOffice.opened)).one()
        for _ in range(2):
            make.user(Role.CONFIDANT, organisation=here)
        client.post("/talks/office/open", data={"read_within": "30"})
    session.expire_all()
    assert session.scalars(select(TalkOffice.opened)).one()


def test_hours_that_end_before_they_begin_are_refused(client: FlaskClient, house: House) -> None:
    client.sign_in(house.admin)
    answer = client.post(
        "/talks/office/duties",
        data={"user_id": house.mila.id, "weekday": "2", "begins": "1020", "ends": "840"},
    )
    assert answer.status_code == 422


def test_who_was_never_trained_is_never_chosen(house: House) -> None:
    with clock.stopped(NOON):
        talk = house.talk(house.ask(keeper_id=None))
        assert {talk.keeper_id, talk.second_id} == {house.mila.id, house.noor.id}


def test_a_talk_without_a_second_keeper_cannot_exist(house: House, session: Session) -> None:
    for second in (house.mila.id, None):
        row = Talk(
            organisation_id=house.here.id, neighbourhood_id=house.area.id,
            keeper_id=house.mila.id, second_id=second,  # type: ignore[arg-type]
            key_tag="x", last_at=NOON,
        )  # fmt: skip
        with pytest.raises(IntegrityError):
            house.make.save(row)


def test_what_was_written_stays_as_it_was(house: House, session: Session) -> None:
    with clock.stopped(NOON):
        house.ask()
    for statement in ("UPDATE talk_message SET tells = true", "DELETE FROM talk_message"):
        with pytest.raises(DBAPIError), unit_of_work(session):
            session.connection().execute(text(statement))


def test_only_the_two_can_read_it_and_reading_is_on_record(
    client: FlaskClient, house: House, session: Session
) -> None:
    with clock.stopped(NOON):
        begun = house.ask("Het gaat niet goed op school")
        url = f"/talks/{begun.talk_id}"
        others = (house.omar, house.officer, house.coordinator, house.admin, *house.confidants)
        for stranger in others:
            client.sign_in(stranger)
            assert client.get(url).status_code == 404
            assert "goed op school" not in client.get("/today").text
        for person in (house.noor, house.mila):
            client.sign_in(person)
            assert "Het gaat niet goed op school" in client.get(url).text
    read = select(AuditEntry.actor_id).where(AuditEntry.deed == "talk.read")
    assert session.scalars(read.order_by(AuditEntry.id)).all() == [house.noor.id, house.mila.id]
    assert house.talk(begun).waiting_since is None


def test_the_words_are_sealed(house: House, session: Session) -> None:
    with clock.stopped(NOON):
        house.ask("Zonnebloemgeheim")
    stored = session.execute(select(TalkMessage.__table__.c.words)).scalar_one()
    assert b"Zonnebloem" not in bytes(stored)


def test_a_keeper_answers_and_may_not_lead_a_child_out_of_sight(
    client: FlaskClient, house: House
) -> None:
    with clock.stopped(NOON):
        begun = house.ask()
        client.sign_in(house.mila)
        url = f"/talks/{begun.talk_id}/answer"
        for words in ("Kom bij mij thuis", "Bel 06 12345678", "Vertel het niemand"):
            answer = client.post(url, data={"words": words, "at": "900", "venue_id": ""})
            assert answer.status_code == 422
            assert words.split()[-1] in answer.text
        sent = {"words": "Fijn dat je schrijft.", "at": "930", "day": "2031-05-16",
                "venue_id": house.venue.id}  # fmt: skip
        assert client.post(url, data=sent).status_code == 303
        page = client.get(f"/talks/{begun.talk_id}").text
        assert "De Haven, 16-05 15:30" in page


def test_words_of_danger_reach_two_and_pass_on_until_somebody_saw_them(
    client: FlaskClient, house: House, session: Session
) -> None:
    with clock.stopped(NOON):
        begun = house.ask("Mijn vader slaat mij")
        assert begun.danger
        assert set(house.told()) == {house.mila.email, house.noor.email}
        client.sign_in(house.mila)
        assert client.post(f"/talks/{begun.talk_id}/seen").status_code == 303
    with clock.stopped(NOON + 14 * MINUTE):
        service.watch(session)
        assert len(house.told()) == 2
    with clock.stopped(NOON + 15 * MINUTE):
        service.watch(session)
        service.watch(session)
        assert house.told()[2:] == [house.officer.email]
    with clock.stopped(NOON + 30 * MINUTE):
        service.watch(session)
        assert house.told()[3:] == [house.coordinator.email]
    with clock.stopped(NOON + 45 * MINUTE):
        service.watch(session)
        again = {house.officer.email, house.coordinator.email}
        assert set(house.told()[4:]) == again
    with clock.stopped(NOON + 60 * MINUTE):
        service.watch(session)
        assert len(house.told()) == 8, "it goes on until somebody saw it"
        client.sign_in(house.officer)
        assert "moet nu kijken" in client.get("/today").text
        assert client.get(f"/talks/{begun.talk_id}").status_code == 404
        assert client.post(f"/talks/{begun.talk_id}/seen").status_code == 303
        assert "slaat" in client.get(f"/talks/{begun.talk_id}").text
    with clock.stopped(NOON + 90 * MINUTE):
        service.watch(session)
        assert len(house.told()) == 8
    assert house.talk(begun).second_id == house.officer.id
    client.sign_in(house.noor)
    assert client.get(f"/talks/{begun.talk_id}").status_code == 404


def test_an_alert_holds_no_word_of_it(house: House, session: Session) -> None:
    with clock.stopped(NOON):
        house.ask("Mijn vader slaat mij")
    for message in session.scalars(select(Message)):
        assert "slaat" not in str(message.subject_ids)


def test_what_nobody_reads_in_time_becomes_an_alert(house: House, session: Session) -> None:
    with clock.stopped(NOON):
        house.ask()
    with clock.stopped(NOON + 59 * MINUTE):
        service.watch(session)
        assert house.told() == []
    with clock.stopped(NOON + 60 * MINUTE):
        service.watch(session)
        assert set(house.told()) == {house.mila.email, house.noor.email}


def test_a_talk_is_read_within_the_term_that_its_child_was_told(
    house: House, session: Session
) -> None:
    with clock.stopped(NOON):
        house.ask()
        office.open_up(session, house.admin.actor(), 120)
    with clock.stopped(NOON + 60 * MINUTE):
        service.watch(session)
        assert set(house.told()) == {house.mila.email, house.noor.email}


def test_what_is_about_staff_goes_past_the_whole_line(client: FlaskClient, house: House) -> None:
    with clock.stopped(NOON):
        begun = house.ask("Mila slaat", about_staff=True, about_id=house.mila.id, keeper_id=None)
        talk = house.talk(begun)
        assert {talk.keeper_id, talk.second_id} == {one.id for one in house.confidants}
        assert set(house.told()) == {one.email for one in house.confidants}
        for person in (house.mila, house.noor, house.officer, house.coordinator, house.admin):
            client.sign_in(person)
            assert client.get(f"/talks/{begun.talk_id}").status_code == 404
        client.sign_in(house.confidants[0])
        assert "Mila slaat" in client.get(f"/talks/{begun.talk_id}").text


def test_a_confidant_never_hears_of_what_is_about_them(house: House, make: Make) -> None:
    accused = house.confidants[0]
    with clock.stopped(NOON):
        with pytest.raises(NobodyBeside):
            house.ask(about_staff=True, about_id=accused.id, keeper_id=None)
        make.user(Role.CONFIDANT, organisation=house.here)
        talk = house.talk(house.ask(about_staff=True, about_id=accused.id, keeper_id=None))
        assert accused.id not in (talk.keeper_id, talk.second_id)


def test_what_does_not_feel_right_goes_to_the_confidants(
    client: FlaskClient, house: House, session: Session
) -> None:
    with clock.stopped(NOON):
        begun = house.ask()
        service.go_past(session, begun.talk_id, Why.NOT_RIGHT)
        client.sign_in(house.mila)
        assert client.get(f"/talks/{begun.talk_id}").status_code == 404
        client.sign_in(house.noor)
        assert client.get(f"/talks/{begun.talk_id}").status_code == 404
        client.sign_in(house.confidants[1])
        assert "niet goed voelt" in client.get(f"/talks/{begun.talk_id}").text
    assert house.talk(begun).about_id == house.mila.id


def test_outside_the_hours_nothing_is_kept(house: House, session: Session) -> None:
    for moment in (NOON - 61 * MINUTE, NOON + 120 * MINUTE, NOON + timedelta(days=1)):
        with clock.stopped(moment), pytest.raises(Closed):
            house.ask("Mijn vader slaat mij")
    assert session.scalars(select(Talk)).all() == []
    assert house.told() == []


def test_a_signal_is_made_only_with_the_knowledge_of_the_child(
    client: FlaskClient, house: House
) -> None:
    with clock.stopped(NOON):
        begun = house.ask("Thuis is er veel ruzie")
        client.sign_in(house.mila)
        url = f"/talks/{begun.talk_id}"
        signal = {"what": "Er is veel ruzie thuis.", "level": "1"}
        assert client.post(f"{url}/signal", data=signal).status_code == 422
        told = {"words": "Ik vertel dit aan een collega die hier veel van weet.", "tells": "y",
                "at": "900", "venue_id": ""}  # fmt: skip
        client.post(f"{url}/answer", data=told)
        made = client.post(f"{url}/signal", data=signal)
        assert made.status_code == 303
        assert "/signals/" in made.location
        assert client.post(f"{url}/signal", data=signal).status_code == 422


def test_two_keepers_at_once_leave_one_answer_each_form_once(
    house: House, session: Session
) -> None:
    with clock.stopped(NOON):
        begun, once = house.ask(), uuid4()
        for _ in range(2):
            service.answer(
                session, house.mila.actor(), begun.talk_id, Answer(words="Dag!", once=once)
            )
        service.answer(
            session, house.noor.actor(), begun.talk_id, Answer(words="Hoi!", once=uuid4())
        )
    assert len(session.scalars(select(TalkMessage)).all()) == 3


def test_a_keeper_who_leaves_hands_over_and_never_to_the_second(
    client: FlaskClient, house: House, session: Session
) -> None:
    with clock.stopped(NOON):
        begun = house.ask()
        office.train(session, house.admin.actor(), house.omar.id, clock.today())
        client.sign_in(house.mila)
        url = f"/talks/{begun.talk_id}/hand-over"
        client.post(url, data={"user_id": house.noor.id})
        assert house.talk(begun).keeper_id == house.mila.id
        client.post(url, data={"user_id": house.omar.id})
        assert house.talk(begun).keeper_id == house.omar.id
        assert client.get(f"/talks/{begun.talk_id}").status_code == 404


def test_a_key_expires_thirty_days_after_the_last_message(house: House, session: Session) -> None:
    with clock.stopped(NOON):
        begun = house.ask()
    with clock.stopped(NOON + timedelta(days=30) - MINUTE):
        assert find(house, session, begun) == begun.talk_id
    with clock.stopped(NOON + timedelta(days=30)):
        with pytest.raises(Gone):
            find(house, session, begun)
        service.watch(session)
    assert session.scalars(select(TalkAlert)).all()
    assert house.talk(begun).closed_at is None, "what nobody read is not over"


def test_what_is_too_old_is_closed_and_goes_after_its_term(house: House, session: Session) -> None:
    with clock.stopped(NOON):
        begun = house.ask()
        service.read(session, house.noor.actor(), begun.talk_id)
    with clock.stopped(NOON + timedelta(days=30)):
        service.watch(session)
    assert house.talk(begun).closed_at is not None
    with unit_of_work(session):
        audit.record(session, SYSTEM, ERASED, house.here.id)
        enlist(session, house.here.id, Kind.TALK, [begun.talk_id], None)
        erasure.forget(session, [begun.talk_id])
    for kind in (Talk, TalkMessage, TalkAlert):
        assert session.scalars(select(kind)).all() == []


def find(house: House, session: Session, begun: service.Begun) -> UUID:
    return service.find(session, house.here.id, house.area.id, begun.key, "a school")


def test_nobody_agrees_for_another_to_be_shown(client: FlaskClient, house: House) -> None:
    keeper = keeper_of(house.session, house.here.id, house.mila.id)
    assert keeper
    for stranger in (house.noor, house.admin, house.coordinator):
        client.sign_in(stranger)
        assert client.get(f"/talks/keepers/{keeper.id}").status_code in (403, 404)
    client.sign_in(house.mila)
    face = {"first_name": "Mila", "picture": "owl", "agreed": "y"}
    assert client.post(f"/talks/keepers/{keeper.id}", data=face).status_code == 303
    assert client.post(f"/talks/keepers/{keeper.id}/hide").status_code == 303
    house.session.expire_all()
    assert keeper.agreed_on is None

"""Peer consultation: phase by phase, without a name, and only for whoever was invited."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.audit import service as audit
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock, ids
from kinderwerk.core.errors import Refusal, Withheld
from kinderwerk.learning.consulting import erasure, queries, rules, service
from kinderwerk.learning.consulting.models import Consultation, ConsultationSeat, Contribution
from kinderwerk.learning.consulting.rules import (
    Bringing,
    Kind,
    Part,
    Phase,
    Planning,
    Saying,
    Standing,
    Step,
)
from kinderwerk.signals import service as signals
from kinderwerk.signals.rules import Area, Capture, Level, Note, NoteKind, Subject
from kinderwerk.storage import sealing
from kinderwerk.storage.erasing import ERASED
from kinderwerk.storage.work import unit_of_work
from tests.make import A_WEDNESDAY, Make
from tests.papers import is_tagged, made, words
from tests.planted import PLANTED

CASE = f"K1 is stil sinds de zomer. O1 zegt dat het wel overgaat. {PLANTED}"
QUESTION = "Hoe begin ik er met O1 over?"


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with clock.stopped(A_WEDNESDAY):
        yield


class Circle:
    """A bringer, a moderator and some colleagues who think along."""

    def __init__(self, session: Session, make: Make, here: Organisation) -> None:
        self.session, self.here = session, here
        self.bringer, self.moderator, self.scribe, *self.team = (
            make.worker(organisation=here) for _ in range(7)
        )
        self.id = service.plan(session, self.bringer.actor(), self.planning()).id
        self.page = f"/consultations/{self.id}"

    def planning(self, **given: Any) -> Planning:
        usual: dict[str, Any] = {
            "held_at": clock.now(), "bringer_id": self.bringer.id,
            "moderator_id": self.moderator.id, "minutes_id": self.scribe.id,
            "adviser_ids": [one.id for one in self.team], "signal_id": None,
            "once": ids.confidential(),
        }  # fmt: skip
        return Planning(**usual | given)

    @property
    def row(self) -> Consultation:
        self.session.expire_all()
        return queries.by_id(self.session, self.id)

    def until(self, phase: Phase) -> None:
        if self.row.standing is Standing.PLANNED:
            service.begin(self.session, self.moderator.actor(), self.id)
        while (now := self.row.phase) is not phase:
            assert now
            service.move_on(self.session, self.moderator.actor(), self.id, now)

    def say(self, person: User, phase: Phase, text: str = "Zou kunnen.", feeling: str = "") -> UUID:
        wish = Saying(phase=phase, text=text, feeling=feeling)
        return service.say(self.session, person.actor(), self.id, wish).id

    def read(self, person: User) -> service.Reading:
        return service.read(self.session, person.actor(), self.row)


@pytest.fixture
def circle(session: Session, make: Make, here: Organisation) -> Circle:
    return Circle(session, make, here)


def test_a_consultation_goes_through_its_phases(
    client: FlaskClient, session: Session, circle: Circle
) -> None:
    client.sign_in(circle.bringer)
    case = {"case_text": CASE, "key_question": QUESTION, "version": "1"}
    assert client.post(f"{circle.page}/case", data=case).status_code == 303
    client.sign_in(circle.moderator)
    assert "Intervisie:" in client.get("/today").text
    client.post(f"{circle.page}/begin")
    for phase in Phase:
        client.sign_in(circle.moderator)
        assert circle.row.phase is phase
        room = client.get(circle.page)
        assert room.status_code == 200
        assert QUESTION in room.text
        if kind := rules.SAID.get(phase):
            client.sign_in(circle.bringer if kind is Kind.RESPONSE else circle.team[0])
            sent = {"phase": phase.value, "text": f"Gezegd in {phase.value}", "feeling": "Onrust"}
            answer = client.post(f"{circle.page}/say", data=sent)
            assert answer.status_code == 303, phase
        if phase is Phase.CHOICE:
            client.sign_in(circle.bringer)
            (idea,) = circle.read(circle.bringer).of(Kind.SOLUTION)
            assert client.post(f"{circle.page}/choose/{idea.row.id}").status_code == 303
            step = {"first_step": "Ik bel O1.", "first_step_on": "2031-05-20", "version": "2"}
            assert client.post(f"{circle.page}/step", data=step).status_code == 303
        client.sign_in(circle.moderator)
        client.post(f"{circle.page}/next", data={"phase": phase.value})
    assert circle.row.standing is Standing.FINISHED
    reading = circle.read(circle.bringer)
    assert {one.row.kind for one in reading.said} == set(Kind)
    assert (reading.first_step, len(reading.chosen)) == ("Ik bel O1.", 1)
    client.sign_in(circle.bringer)
    assert "Jouw eerste stap" in client.get("/today").text
    assert client.post(f"{circle.page}/done").status_code == 303
    assert "Jouw eerste stap" not in client.get("/today").text
    assert queries.held(session, [circle.here.id], clock.today(), clock.today()) == 1


def test_hypotheses_and_advice_are_kept_apart(circle: Circle) -> None:
    circle.until(Phase.HYPOTHESES)
    circle.say(circle.team[0], Phase.HYPOTHESES)
    with pytest.raises(rules.OtherPhase):
        circle.say(circle.team[0], Phase.SOLUTIONS)
    circle.until(Phase.SOLUTIONS)
    with pytest.raises(rules.OtherPhase):
        circle.say(circle.team[0], Phase.HYPOTHESES)
    circle.say(circle.team[0], Phase.SOLUTIONS)
    kinds = {one.row.kind for one in circle.read(circle.bringer).said}
    assert kinds == {Kind.HYPOTHESIS, Kind.SOLUTION}


def test_the_bringer_listens_while_the_team_talks_and_the_other_way_round(circle: Circle) -> None:
    for phase, kind in rules.SAID.items():
        circle.until(phase)
        if kind in rules.BRINGER_LISTENS:
            with pytest.raises(rules.BringerListens):
                circle.say(circle.bringer, phase, feeling="Moe")
        if kind in rules.TEAM_LISTENS:
            with pytest.raises(rules.TeamListens):
                circle.say(circle.team[0], phase)
            circle.say(circle.scribe, phase)


def test_each_says_one_feeling_and_can_take_it_back(session: Session, circle: Circle) -> None:
    circle.until(Phase.FEELINGS)
    one = circle.team[0]
    with pytest.raises(rules.WhatFeeling):
        circle.say(one, Phase.FEELINGS)
    first = circle.say(one, Phase.FEELINGS, feeling="Onrust")
    with pytest.raises(rules.SaidAlready):
        circle.say(one, Phase.FEELINGS, feeling="Boos")
    with pytest.raises(rules.OtherPhase):
        service.take_back(session, circle.team[1].actor(), circle.id, first)
    service.take_back(session, one.actor(), circle.id, first)
    circle.say(one, Phase.FEELINGS, feeling="Boos")
    assert [one.feeling for one in circle.read(one).said] == ["Boos"]


def test_a_text_that_comes_too_late_is_not_lost(client: FlaskClient, circle: Circle) -> None:
    circle.until(Phase.SOLUTIONS)
    client.sign_in(circle.team[0])
    late = {"phase": "hypotheses", "text": "Misschien is hij bang."}
    answer = client.post(f"{circle.page}/say", data=late)
    assert answer.status_code == 422
    assert "Misschien is hij bang." in answer.text
    assert circle.read(circle.bringer).said == []


def test_nobody_else_reads_it_whatever_they_lead(
    client: FlaskClient, circle: Circle, coordinator: User, officer: User, make: Make
) -> None:
    circle.until(Phase.CASE)
    strangers = [coordinator, officer, make.worker(organisation=circle.here), make.worker()]
    strangers += [
        make.user(role, organisation=circle.here) for role in (Role.ADMIN, Role.VOLUNTEER)
    ]
    strangers += [make.user(Role.MUNICIPALITY), make.parent()]
    for stranger in strangers:
        client.sign_in(stranger)
        for address in ("", "/case", "/plan", "/paper", "/step"):
            assert client.get(f"{circle.page}{address}").status_code == 404
        for address in ("/live", "/say", "/next", "/begin", "/leave", "/chair"):
            assert client.post(f"{circle.page}{address}").status_code == 404
        assert str(circle.id) not in client.get("/consultations/").text


def test_only_the_moderator_moves_on_and_two_at_once_move_once(
    client: FlaskClient, session: Session, circle: Circle
) -> None:
    circle.until(Phase.CASE)
    client.sign_in(circle.team[0])
    client.post(f"{circle.page}/next", data={"phase": "case"})
    assert circle.row.phase is Phase.CASE
    service.take_chair(session, circle.scribe.actor(), circle.id)
    assert list(circle.row.parts.values()).count(Part.MODERATOR) == 1
    with pytest.raises(rules.NotTheChair):
        service.move_on(session, circle.moderator.actor(), circle.id, Phase.CASE)
    service.move_on(session, circle.scribe.actor(), circle.id, Phase.CASE)
    with pytest.raises(rules.MovedAlready):
        service.move_on(session, circle.scribe.actor(), circle.id, Phase.CASE)
    assert circle.row.phase is Phase.FEELINGS


def test_whoever_leaves_reads_no_more_and_somebody_else_can_moderate(
    client: FlaskClient, session: Session, circle: Circle
) -> None:
    circle.until(Phase.HYPOTHESES)
    circle.say(circle.moderator, Phase.HYPOTHESES, "Blijft staan.")
    client.sign_in(circle.moderator)
    assert client.post(f"{circle.page}/leave").status_code == 303
    assert client.get(circle.page).status_code == 404
    client.sign_in(circle.team[0])
    assert client.post(f"{circle.page}/chair").status_code == 303
    client.post(f"{circle.page}/next", data={"phase": "hypotheses"})
    assert circle.row.phase is Phase.RESPONSE
    assert circle.read(circle.bringer).said[0].text == "Blijft staan."
    with pytest.raises(rules.BringerStays):
        service.leave(session, circle.bringer.actor(), circle.id)


def test_the_clock_is_that_of_the_server(client: FlaskClient, circle: Circle) -> None:
    circle.until(Phase.CASE)
    client.sign_in(circle.team[0])
    for passed, left in ((0, 600), (4, 360), (11, -60)):
        with clock.stopped(A_WEDNESDAY + timedelta(minutes=passed)):
            assert f'data-left="{left}"' in client.get(circle.page).text
    client.sign_in(circle.moderator)
    client.post(f"{circle.page}/extend/5", data={"phase": "case"})
    assert 'data-left="900"' in client.get(circle.page).text
    for _ in range(20):
        client.post(f"{circle.page}/extend/5", data={"phase": "case"})
    assert circle.row.phase_minutes == rules.MOST_MINUTES


def test_a_browser_that_asks_hears_only_what_is_new(client: FlaskClient, circle: Circle) -> None:
    circle.until(Phase.HYPOTHESES)
    client.sign_in(circle.team[0])
    asked = {"seen": circle.row.mark, "phase": "hypotheses"}
    live, htmx = f"{circle.page}/live", {"HX-Request": "true"}
    assert client.post(live, data=asked).status_code == 303, "without scripts one looks again"
    assert client.post(live, data=asked, headers=htmx).status_code == 204
    circle.say(circle.team[1], Phase.HYPOTHESES, "Nieuw idee.")
    news = client.post(live, data=asked, headers=htmx, follow_redirects=True)
    assert "Nieuw idee." in news.text
    assert 'id="say"' not in news.text, "what somebody is typing stays"
    circle.until(Phase.SOLUTIONS)
    assert 'id="say"' in client.post(live, data=asked, headers=htmx).text
    service.end(circle.session, circle.moderator.actor(), circle.id)
    over = client.post(live, data=asked, headers=htmx)
    assert over.headers["HX-Redirect"] == circle.page


def test_names_of_known_people_are_refused_everywhere(
    client: FlaskClient, session: Session, make: Make, circle: Circle
) -> None:
    family = make.family(circle.here)
    make.child(family, first_name="Küçükçan", surname="Roos")
    client.sign_in(circle.bringer)
    for text in ("Met kucukcan gaat het slecht.", "We zagen KÜÇÜKÇAN.", "Mevrouw Roos belde."):
        case = {"case_text": text, "key_question": QUESTION, "version": "1"}
        answer = client.post(f"{circle.page}/case", data=case)
        assert answer.status_code == 422, text
        assert text in answer.text
    maybe = {
        "case_text": "Ze gaf een roos. Roos is haar kleur.",
        "key_question": "",
        "version": "1",
    }
    assert client.post(f"{circle.page}/case", data=maybe).status_code == 422
    sure = client.post(f"{circle.page}/case", data=maybe | {"only_words": "y"})
    assert sure.status_code == 303
    named = {"case_text": "Mevrouw Roos belde.", "version": "2", "only_words": "y"}
    assert client.post(f"{circle.page}/case", data=named).status_code == 422
    circle.until(Phase.HYPOTHESES)
    with pytest.raises(Refusal):
        circle.say(circle.team[0], Phase.HYPOTHESES, "Küçükçan is bang.")
    assert (
        client.post(f"{circle.page}/case", data={"case_text": "BSN 111222333"}).status_code == 422
    )


def test_two_parts_for_one_person_are_refused_and_few_advisers_only_warned_of(
    client: FlaskClient, session: Session, circle: Circle, make: Make
) -> None:
    with pytest.raises(rules.TwoParts):
        service.plan(
            session, circle.bringer.actor(), circle.planning(moderator_id=circle.bringer.id)
        )
    stranger = make.worker()
    with pytest.raises(Withheld):
        service.plan(session, circle.bringer.actor(), circle.planning(adviser_ids=[stranger.id]))
    few = service.plan(
        session, circle.bringer.actor(), circle.planning(adviser_ids=[circle.team[0].id])
    )
    client.sign_in(circle.bringer)
    assert "1 persoon denkt mee" in client.get(f"/consultations/{few.id}").text
    assert "denken mee. Vier" not in client.get(circle.page).text


def test_the_same_form_sent_twice_is_one_consultation(
    client: FlaskClient, session: Session, circle: Circle
) -> None:
    client.sign_in(circle.bringer)
    sent = {
        "held_at": "2031-06-01T10:00", "bringer_id": str(circle.bringer.id),
        "moderator_id": str(circle.moderator.id), "once": str(ids.confidential()),
        "adviser_ids": [str(one.id) for one in circle.team],
    }  # fmt: skip
    for _ in range(2):
        assert client.post("/consultations/new", data=sent).status_code == 303
    assert len(session.scalars(select(Consultation)).all()) == 2


def test_the_signal_is_a_link_only_for_whoever_may_read_it(
    client: FlaskClient, session: Session, circle: Circle, make: Make
) -> None:
    child = make.child(make.family(circle.here))
    wish = Capture(
        subject=Subject.CHILD, child_id=child.id, family_id=None, neighbourhood_id=None,
        area=Area.SOCIAL, level=Level.CONCERN,
        fact=Note(kind=NoteKind.FACT_OWN, text="Stil.", observed_on=clock.today()),
    )  # fmt: skip
    signal = signals.write_down(session, circle.bringer.actor(), wish).id
    client.sign_in(circle.bringer)
    assert f"/consultations/new?signal={signal}" in client.get(f"/signals/{signal}").text
    linked = service.plan(session, circle.bringer.actor(), circle.planning(signal_id=signal)).id
    assert f"/signals/{signal}" in client.get(f"/consultations/{linked}").text
    client.sign_in(circle.team[0])
    assert str(signal) not in client.get(f"/consultations/{linked}").text
    with pytest.raises(Withheld):
        service.plan(session, circle.team[0].actor(), circle.planning(signal_id=signal))


def test_nobody_thinks_along_about_their_own_family(
    session: Session, circle: Circle, make: Make
) -> None:
    child = make.child(make.family(circle.here, circle.team[0]))
    wish = Capture(
        subject=Subject.CHILD, child_id=child.id, family_id=None, neighbourhood_id=None,
        area=Area.SOCIAL, level=Level.CONCERN,
        fact=Note(kind=NoteKind.FACT_OWN, text="Stil.", observed_on=clock.today()),
    )  # fmt: skip
    signal = signals.write_down(session, circle.bringer.actor(), wish).id
    with pytest.raises(rules.SignalNotHere):
        service.plan(session, circle.bringer.actor(), circle.planning(signal_id=signal))


def test_every_reading_is_on_record_and_no_word_of_it(
    client: FlaskClient, session: Session, circle: Circle
) -> None:
    bringing = Bringing(case_text=CASE, key_question=QUESTION)
    service.bring(session, circle.bringer.actor(), circle.id, None, bringing)
    client.sign_in(circle.team[0])
    client.get(circle.page)
    entries = session.scalars(select(AuditEntry).where(AuditEntry.subject_id == circle.id)).all()
    read = [one for one in entries if one.deed == "consultation.read"]
    assert circle.team[0].id in {one.actor_id for one in read}
    assert PLANTED not in str([one.details for one in entries])


def test_what_was_said_goes_after_its_term_and_that_it_was_held_stays(
    session: Session, circle: Circle
) -> None:
    service.bring(
        session, circle.bringer.actor(), circle.id, None,
        Bringing(case_text=CASE, key_question=QUESTION),
    )  # fmt: skip
    circle.until(Phase.HYPOTHESES)
    circle.say(circle.team[0], Phase.HYPOTHESES)
    service.end(session, circle.moderator.actor(), circle.id)
    for before, left in ((clock.now(), 1), (clock.now() + timedelta(seconds=1), 0)):
        with unit_of_work(session):
            audit.record(session, SYSTEM, ERASED, circle.here.id)
            erasure.forget_consultations(session, circle.here.id, before)
        assert len(session.scalars(select(Contribution)).all()) == left
    assert session.scalars(select(ConsultationSeat)).all() == []
    held = session.execute(select(Consultation.case_text, Consultation.key_question)).one()
    assert held == (None, None)
    assert queries.held(session, [circle.here.id], clock.today(), clock.today()) == 1


def test_a_missing_key_says_so_and_loses_nothing(
    client: FlaskClient, session: Session, circle: Circle
) -> None:
    service.bring(
        session, circle.bringer.actor(), circle.id, None,
        Bringing(case_text=CASE, key_question=QUESTION),
    )  # fmt: skip
    client.sign_in(circle.bringer)
    kept = dict(sealing.keyring._keys)
    try:
        sealing.keyring._keys, sealing.keyring._unwrapped = {99: kept[max(kept)]}, {}
        answer = client.get(circle.page)
        assert answer.status_code == 503
        assert PLANTED not in answer.text
    finally:
        sealing.keyring._keys, sealing.keyring._unwrapped = kept, {}
    assert PLANTED in client.get(circle.page).text


def test_the_minutes_say_what_came_of_it_and_not_who_said_what(
    app: Flask, client: FlaskClient, make: Make, circle: Circle
) -> None:
    bringing = Bringing(case_text=CASE, key_question=QUESTION)
    service.bring(circle.session, circle.bringer.actor(), circle.id, None, bringing)
    circle.until(Phase.FEELINGS)
    circle.say(circle.team[0], Phase.FEELINGS, "Ik wil meteen iets doen.", "Onrust")
    circle.until(Phase.HYPOTHESES)
    circle.say(circle.team[1], Phase.HYPOTHESES, "K1 slaapt te kort.")
    service.end(circle.session, circle.moderator.actor(), circle.id)
    client.sign_in(circle.team[2])
    pdf = made(app, client, f"{circle.page}/paper")
    assert is_tagged(pdf, "nl")
    told = words(pdf)
    assert all(one in told for one in (QUESTION, "Onrust", "slaapt te kort", "Wie erbij was"))
    seated, who = told.split("Wie erbij was")
    for person in (circle.bringer, circle.moderator, *circle.team):
        assert person.name not in seated
        assert person.name in who
    client.sign_in(make.worker(organisation=circle.here))
    assert client.get(f"{circle.page}/paper").status_code == 404


def test_the_house_agrees_how_long_phases_take(
    client: FlaskClient, circle: Circle, coordinator: User
) -> None:
    client.sign_in(circle.bringer)
    assert client.get("/consultations/phases").status_code in (403, 404)
    client.sign_in(coordinator)
    wish = {phase.value: "6" for phase in Phase}
    assert client.post("/consultations/phases", data=wish | {"case": "99"}).status_code == 422
    assert client.post("/consultations/phases", data=wish).status_code == 303
    circle.until(Phase.CASE)
    assert circle.row.phase_minutes == 6


def test_a_first_step_lies_ahead(session: Session, circle: Circle) -> None:
    service.begin(session, circle.moderator.actor(), circle.id)
    step = Step(first_step="Bellen", on=clock.today())
    with pytest.raises(rules.OtherPhase):
        service.set_step(session, circle.bringer.actor(), circle.id, None, step)
    service.end(session, circle.moderator.actor(), circle.id)
    late = Step(first_step="Bellen", on=clock.today() - timedelta(days=1))
    with pytest.raises(rules.StepInThePast):
        service.set_step(session, circle.bringer.actor(), circle.id, None, late)
    service.set_step(session, circle.bringer.actor(), circle.id, None, step)
    assert len(queries.steps(session, circle.bringer.actor())) == 1
    assert queries.steps(session, circle.team[0].actor()) == []


def test_rooms_that_were_called_off_or_are_over_take_nothing_more(
    session: Session, circle: Circle
) -> None:
    service.cancel(session, circle.bringer.actor(), circle.id)
    with pytest.raises(rules.NotPlanned):
        service.begin(session, circle.moderator.actor(), circle.id)
    with pytest.raises(rules.NotRunning):
        circle.say(circle.team[0], Phase.HYPOTHESES)
    with pytest.raises(rules.CaseClosed):
        service.bring(
            session, circle.bringer.actor(), circle.id, None,
            Bringing(case_text="K1", key_question=""),
        )  # fmt: skip

"""A case on paper: chosen, covered, looked at, made once, and kept nowhere."""

import json
import re
from uuid import UUID, uuid4, uuid5

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.dossiers.rules import BAR, Audience, Covering, covered, found
from kinderwerk.families.models import Child
from kinderwerk.messages import worker
from kinderwerk.papers.models import Paper
from kinderwerk.papers.rules import State, Why
from kinderwerk.referrals import service as referrals
from kinderwerk.referrals.models import Referral
from kinderwerk.referrals.rules import Change, Kind, Prepare, Subject
from kinderwerk.reporting_code import service as code
from kinderwerk.reporting_code.rules import Beginning, Entry, EntryKind
from kinderwerk.reporting_code.rules import Words as CodeWords
from kinderwerk.signals import service
from kinderwerk.signals.models import Signal, SignalNote
from kinderwerk.signals.rules import Note, NoteKind
from kinderwerk.support import service as support
from kinderwerk.support.rules import Start, Topic
from tests.features.test_signals import capture
from tests.make import Make
from tests.papers import is_tagged, words
from tests.planted import PLANTED

CHANGED = "De tekst is veranderd nadat je keek. Kijk eerst opnieuw."
HEARD = f"Mevrouw Bakker zag dat Milan huilde, {PLANTED}."


@pytest.fixture
def owner(make: Make, here: Organisation) -> User:
    return make.worker(organisation=here)


@pytest.fixture
def child(make: Make, here: Organisation) -> Child:
    return make.child(make.family(here), neighbourhood=make.neighbourhood())


@pytest.fixture
def signal(session: Session, owner: User, child: Child) -> Signal:
    signal = service.write_down(session, owner.actor(), capture(child))
    heard = Note(
        kind=NoteKind.FACT_OTHER, text=HEARD, observed_on=clock.today(), source="Mevrouw Bakker",
        source_why="Bang voor ruzie.",
    )  # fmt: skip
    service.add_note(session, owner.actor(), signal, heard)
    return signal


def notes(session: Session) -> dict[NoteKind, str]:
    found = {one.kind: str(one.id) for one in session.scalars(select(SignalNote))}
    session.rollback()
    return found


def made(client: FlaskClient, url: str, wish: dict[str, object]) -> TestResponse:
    """Look at what goes out, and have it made."""
    (seen,) = re.findall(r'name="seen" value="(\w{64})"', client.post(url, data=wish).text)
    return client.post(url, data=wish | {"make": "1", "seen": seen})


def test_only_what_was_chosen_goes_out_and_names_are_covered(
    app: Flask, client: FlaskClient, session: Session, owner: User, signal: Signal
) -> None:
    client.sign_in(owner)
    url, known = f"/signals/{signal.id}/paper", notes(session)
    wish = {
        "audience": "family", "language": "nl", "names": "mevrouw bakker\nMilan",
        "along": list(known.values()),
    }  # fmt: skip
    shown = client.post(url, data=wish).text
    assert f"{BAR * 7} {BAR * 6} zag dat {BAR * 5} huilde" in shown
    assert client.post(url, data=wish | {"along": []}).status_code == 422
    answer = made(client, url, wish)
    assert answer.status_code == 303
    kept = session.scalars(select(Paper)).one()
    assert "Bakker" not in json.dumps(kept.choices)
    session.rollback()
    while worker.do_one(app):
        pass
    address = f"{answer.location}/signal.pdf"
    pdf = client.get(address)
    assert pdf.status_code == 200
    assert is_tagged(pdf.data, "nl")
    told = words(pdf.data)
    assert "A bruise on the left arm" in told
    assert owner.name in told, "who made the copy"
    for word in ("Bakker", "Milan", "ruzie"):
        assert word not in told
    assert client.get(address).status_code == 404, "handed over once"
    assert session.scalars(select(Paper)).all() == []
    deeds = session.scalars(select(AuditEntry.deed).where(AuditEntry.subject_id == signal.id))
    assert "signal.printed" in deeds.all()


@pytest.mark.parametrize("seen", ["", "0" * 64, "é"])
def test_nothing_is_made_of_what_nobody_looked_at(
    client: FlaskClient, session: Session, owner: User, signal: Signal, seen: str
) -> None:
    client.sign_in(owner)
    url, known = f"/signals/{signal.id}/paper", notes(session)
    wish = {"audience": "family", "language": "nl", "along": list(known.values())}
    answer = client.post(url, data=wish | {"make": "1", "seen": seen})
    assert answer.status_code == 422
    assert CHANGED in answer.text
    assert session.scalars(select(Paper)).all() == []


def test_what_comes_from_a_secret_source_is_not_chosen_by_itself(
    client: FlaskClient, session: Session, owner: User, signal: Signal
) -> None:
    client.sign_in(owner)
    known = notes(session)
    page = client.get(f"/signals/{signal.id}/paper").text

    def box(kind: NoteKind) -> str:
        return next(one for one in page.split("<input") if known[kind] in one)

    assert "checked" in box(NoteKind.FACT_OWN)
    assert "checked" not in box(NoteKind.FACT_OTHER).split(">")[0]


@pytest.fixture
def thread(session: Session, make: Make, owner: User, signal: Signal) -> dict[str, str]:
    """What was written elsewhere about the same child: a case, a referral, a trajectory."""
    case = code.begin(session, owner.actor(), Beginning(signal_id=signal.id))
    talk = Entry(
        kind=EntryKind.TALK_PARENTS, day=clock.today(),
        words=CodeWords(said=f"Over Milan, {PLANTED}.", answer=f"Milan slaapt slecht, {PLANTED}."),
    )  # fmt: skip
    entry = code.write_down(session, owner.actor(), case.id, talk)
    partner = make.partner(owner.current_memberships[0].organisation)
    assert signal.child
    referral = referrals.prepare(
        session, owner.actor(),
        Prepare(
            partner_id=partner.id, kind=Kind.COLD, subject=Subject.CHILD, child_id=signal.child_id,
            signal_id=signal.id, note=f"Milan zoekt rust, {PLANTED}.",
        ),
    )  # fmt: skip
    start = Start(
        family_id=signal.child.family_id, topic=Topic.STRESS, question=f"Hulp, {PLANTED}.",
        aim=None, began_on=clock.today(), follow_up_on=clock.today(), once=uuid4(),
    )  # fmt: skip
    trajectory = support.begin(session, owner.actor(), start)
    return {"entry": str(entry.id), "referral": str(referral.id), "support": str(trajectory.id)}


def test_referrals_and_support_are_offered_and_support_only_goes_if_somebody_ticks_it(
    client: FlaskClient, session: Session, owner: User, signal: Signal, thread: dict[str, str]
) -> None:
    client.sign_in(owner)
    page = client.get(f"/signals/{signal.id}/paper").text
    ticked = {
        name: "checked" in next(one for one in page.split("<input") if id in one).split(">")[0]
        for name, id in thread.items()
    }
    assert ticked == {"entry": True, "referral": True, "support": False}
    deeds = session.scalars(select(AuditEntry.deed)).all()
    assert {"referral.read", "support.read", "code_case.read"} <= set(deeds)


def test_a_name_stays_covered_in_every_part_and_in_another_language(
    app: Flask, client: FlaskClient, session: Session, owner: User, signal: Signal,
    thread: dict[str, str],
) -> None:  # fmt: skip
    client.sign_in(owner)
    url = f"/signals/{signal.id}/paper"
    answered = str(uuid5(UUID(thread["entry"]), "answer"))
    wish = {
        "audience": "authority", "language": "de", "names": "Milan",
        "along": [*notes(session).values(), *thread.values(), answered],
    }  # fmt: skip
    assert f"{BAR * 5} zoekt rust" in client.post(url, data=wish).text
    answer = made(client, url, wish)
    session.rollback()
    while worker.do_one(app):
        pass
    told = words(client.get(f"{answer.location}/signal.pdf").data)
    assert "Milan" not in told
    for said in ("slaapt slecht", "zoekt rust", "Hulp"):
        assert said in told
    assert told.index("Was aufgeschrieben wurde") < told.index("slaapt slecht"), "as it began"
    deeds = session.scalars(select(AuditEntry.deed)).all()
    assert {"referral.printed", "support.printed", "code_case.printed"} <= set(deeds)


def test_what_was_changed_after_the_look_is_not_put_on_paper(
    app: Flask, client: FlaskClient, session: Session, owner: User, signal: Signal,
    thread: dict[str, str],
) -> None:  # fmt: skip
    """Bars lie where a word stood: over a longer text they would lie beside it."""
    client.sign_in(owner)
    url, referral = (
        f"/signals/{signal.id}/paper",
        session.get_one(Referral, UUID(thread["referral"])),
    )
    wish: dict[str, object] = {
        "audience": "family", "language": "nl", "names": "Milan", "along": [thread["referral"]],
    }  # fmt: skip
    answer = made(client, url, wish)
    change = Change(
        partner_id=referral.partner_id, kind=Kind.COLD, note=f"Onze Milan zoekt rust, {PLANTED}."
    )
    referrals.change(session, owner.actor(), referral, referral.version, change)
    session.rollback()
    while worker.do_one(app):
        pass
    assert CHANGED in client.get(answer.location).text
    assert client.get(f"{answer.location}/signal.pdf").status_code == 404
    paper = session.scalars(select(Paper)).one()
    assert (paper.state, paper.why) == (State.IMPOSSIBLE, Why.CHANGED)
    session.rollback()
    answer = made(client, url, wish)
    while worker.do_one(app):
        pass
    told = words(client.get(f"{answer.location}/signal.pdf").data)
    assert "zoekt rust" in told, "after another look it goes on"
    assert "Milan" not in told


def test_only_who_carries_a_case_puts_it_on_paper(
    client: FlaskClient, make: Make, here: Organisation, signal: Signal
) -> None:
    officer = make.user(Role.PROTECTION_OFFICER, organisation=here)
    for person, status in ((make.worker(organisation=here), 404), (officer, 200)):
        client.sign_in(person)
        assert client.get(f"/signals/{signal.id}/paper").status_code == status
        assert client.get(f"/signals/{uuid4()}/paper").status_code == 404


@given(st.text(max_size=60), st.lists(st.text(min_size=1, max_size=5), max_size=4))
def test_what_is_covered_cannot_be_read(text: str, names: list[str]) -> None:
    hidden = covered(text, found(text, names))
    assert len(hidden) == len(text)
    for first, last in found(text, names):
        assert set(hidden[first:last]) <= {BAR} | {one for one in hidden if one.isspace()}


@given(
    st.frozensets(st.uuids(), max_size=3),
    st.dictionaries(st.uuids(), st.lists(st.tuples(st.integers(0, 9), st.integers(9, 20)))),
)
def test_a_covering_is_kept_without_words(
    along: frozenset[object], spans: dict[object, list[tuple[int, int]]]
) -> None:
    covering = Covering(Audience.FAMILY, along, spans, "seen")  # type: ignore[arg-type]
    again = Covering.read(covering.kept())
    assert (again.along, again.seen) == (along, "seen")
    assert again.spans == {id: pairs for id, pairs in spans.items() if pairs}

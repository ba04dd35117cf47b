"""The board of children: read before anybody sees it, and nothing lies unread."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.routing import IntegerConverter

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.jobs import forget_day
from kinderwerk.accounts.models import Away, DayKey, User
from kinderwerk.accounts.passing import Crowded
from kinderwerk.core import clock, ids
from kinderwerk.ideas import erasure, escalating, moderating, posting, queries, rules, said, service
from kinderwerk.ideas.models import ChildBoard, Idea
from kinderwerk.ideas.rules import Answer, Decision, How, Kind, Post, Reading, State
from kinderwerk.ideas.said import Why
from kinderwerk.messages.models import Message
from kinderwerk.signals.models import Signal
from kinderwerk.storage.work import unit_of_work
from tests.club import Club
from tests.conftest import reads
from tests.make import A_WEDNESDAY, Make
from tests.papers import made, words
from tests.planted import PLANTED

WORDS = f"Een doel met een net {PLANTED}"
DANGER = f"mijn papa slaat mij {PLANTED}"


@pytest.fixture(autouse=True)
def in_the_afternoon() -> Iterator[None]:
    with clock.stopped(A_WEDNESDAY):
        yield


@pytest.fixture
def watched(make: Make, club: Club) -> User:
    """Somebody is there to take on what worries."""
    return make.user(Role.PROTECTION_OFFICER, organisation=club.here)


@pytest.fixture
def board(make: Make, club: Club, watched: User) -> ChildBoard:
    return make.save(ChildBoard(organisation_id=club.here.id, neighbourhood=club.area))


def post(words: str = WORDS, kind: Kind = Kind.IDEA, **given: object) -> Post:
    usual = {"pseudonym": "cat dog", "band": None, "once": ids.confidential()}
    return Post(kind=kind, words=words, **usual | given)  # type: ignore[arg-type]


def sent(session: Session, board: ChildBoard, *args: object, **given: object) -> Idea:
    posting.send(session, board, post(*args, **given), "192.0.2.1", "?")  # type: ignore[arg-type]
    session.expire_all()
    return session.scalars(select(Idea).order_by(Idea.created_at.desc(), Idea.id.desc())).first()  # type: ignore[return-value]


def approved(session: Session, board: ChildBoard, by: User, *args: object, **given: object) -> Idea:
    idea = sent(session, board, *args, **given)
    moderating.approve(session, by.actor(), idea.id, None, Reading(words=idea.words, band=None))
    return session.get_one(Idea, idea.id)


def test_a_post_waits_until_a_worker_puts_it_on_the_board(
    client: FlaskClient, session: Session, club: Club, board: ChildBoard
) -> None:
    idea = sent(session, board, f"{WORDS} Bel 06 12345678")
    assert (idea.state, idea.is_public, idea.author_id) == (State.NEW, False, None)
    client.sign_in(club.worker)
    assert "1 bericht van een kind wacht op lezen" in client.get("/today").text
    assert WORDS in client.get("/ideas/read").text
    page = client.get(f"/ideas/{idea.id}/read").text
    assert "Misschien een telefoonnummer" in page
    placed = client.post(f"/ideas/{idea.id}/read", data={"words": WORDS, "version": "1"})
    assert placed.status_code == 303
    session.expire_all()
    idea = session.get_one(Idea, idea.id)
    assert (idea.state, idea.words, idea.waits_since) == (State.EDITED, WORDS, None)
    late = client.post(f"/ideas/{idea.id}/decline", data={"why": "hurts", "version": "1"})
    assert late.status_code == 409
    assert "Iemand anders" in late.text


def test_what_worries_goes_sealed_to_the_protection_officer_and_is_nowhere_else(
    client: FlaskClient, session: Session, club: Club, board: ChildBoard, watched: User
) -> None:
    idea = sent(session, board, DANGER)
    assert (idea.state, idea.words, idea.waits_since) == (State.NEEDS_ADULT, "", None)
    signal = session.scalars(select(Signal)).one()
    assert (signal.subject, signal.status, signal.owner_id) == ("unknown", "draft", watched.id)
    mail = select(Message).where(Message.template == "signal_waits")
    assert [one.address for one in session.scalars(mail)] == [watched.email]
    client.sign_in(club.worker)
    assert PLANTED not in client.get("/ideas/read").text
    assert client.get(f"/ideas/{idea.id}").status_code in (403, 404)
    client.sign_in(watched)
    assert client.get(f"/ideas/{idea.id}").status_code == 200


def test_a_reader_who_worries_passes_on_too_and_nothing_stays_here(
    client: FlaskClient, session: Session, club: Club, board: ChildBoard
) -> None:
    idea = sent(session, board)
    client.sign_in(club.worker)
    answer = client.post(f"/ideas/{idea.id}/worry", data={"seen": "", "version": "1"})
    assert answer.status_code == 303
    session.expire_all()
    assert session.get_one(Idea, idea.id).words == ""
    assert len(session.scalars(select(Signal)).all()) == 1


def test_words_that_worry_cannot_be_placed_and_advice_of_children_on_danger_neither(
    session: Session, club: Club, board: ChildBoard
) -> None:
    actor, idea = club.worker.actor(), sent(session, board)
    with pytest.raises(rules.Worrying):
        moderating.approve(session, actor, idea.id, None, Reading(words=DANGER, band=None))
    asked = approved(session, board, club.worker, "Wie wil er kamperen?", Kind.QUESTION)
    told = sent(session, board, "Neem pillen", Kind.ANSWER, parent_id=asked.id)
    with pytest.raises(rules.ByAPerson):
        moderating.approve(session, actor, told.id, None, Reading(words=told.words, band=None))
    about = sent(session, board, "Hoe werkt een condoom?", Kind.QUESTION)
    with pytest.raises(rules.ByAPerson):
        moderating.approve(session, actor, about.id, None, Reading(words=about.words, band=None))
    service.decide(session, actor, about.id, None, Decision(decision="Kom langs.", because="Zo."))
    moderating.approve(session, actor, about.id, None, Reading(words=about.words, band=None))
    assert not posting.takes_answers(session.get_one(Idea, about.id))
    assert posting.takes_answers(session.get_one(Idea, asked.id))


def test_nothing_lies_unread_whoever_is_away(
    session: Session, club: Club, board: ChildBoard, watched: User, make: Make
) -> None:
    leads = make.user(Role.COORDINATOR, organisation=club.here)
    sent(session, board)

    def told(hours: float) -> set[str]:
        with clock.stopped(A_WEDNESDAY + timedelta(hours=hours)):
            escalating.escalate(session, "")
            escalating.escalate(session, "")
        wanted = select(Message).where(Message.template.in_(["board_waits", "board_late"]))
        return {one.address for one in session.scalars(wanted)}

    assert told(0.1) == {club.worker.email}
    assert told(1.9) == {club.worker.email}
    assert told(2.1) == {club.worker.email, leads.email}
    assert watched.email in told(24), "a night does not count, the next morning does"
    count = select(Message.id).where(Message.template.in_(["board_waits", "board_late"]))
    assert len(session.scalars(count).all()) == 3, "each heard once"


def test_where_the_workers_are_away_the_next_one_hears_at_once(
    session: Session, club: Club, board: ChildBoard, make: Make
) -> None:
    leads = make.user(Role.COORDINATOR, organisation=club.here)
    today = clock.today()
    make.save(
        Away(
            organisation_id=club.here.id, user_id=club.worker.id, first_day=today, last_day=today,
            deputy_id=None, by_id=leads.id,
        )
    )  # fmt: skip
    sent(session, board)
    with clock.stopped(A_WEDNESDAY + timedelta(minutes=1)):
        escalating.escalate(session, "")
    mails = session.scalars(select(Message).where(Message.template.like("board%"))).all()
    assert [one.address for one in mails] == [leads.email]


def test_an_item_closes_only_with_decision_because_and_told_back(
    session: Session, club: Club, board: ChildBoard
) -> None:
    actor, idea = club.worker.actor(), approved(session, board, club.worker)
    with pytest.raises(rules.Unanswered):
        moderating.archive(session, actor, idea.id, None)
    for state in (State.ANSWERED, State.ARCHIVED):
        with pytest.raises(IntegrityError), unit_of_work(session):
            session.execute(
                update(Idea).where(Idea.id == idea.id).values(state=state),
                execution_options={"audited": "erased"},
            )
        session.rollback()
    service.decide(session, actor, idea.id, None, Decision(decision="Ja.", because="Velen."))
    with pytest.raises(rules.Unanswered):
        moderating.archive(session, actor, idea.id, None)
    service.tell_back(session, actor, idea.id, None, Answer(how=How.WALL, on=clock.today()))
    assert session.get_one(Idea, idea.id).state is State.ANSWERED
    here, today = [club.here.id], clock.today()
    assert queries.participation(session, here, today, today) == queries.Answered(1, 1, 1)
    moderating.archive(session, actor, idea.id, None)
    assert session.get_one(Idea, idea.id).state is State.ARCHIVED


def test_what_is_unread_or_not_placed_is_no_question_that_waits_for_an_answer(
    session: Session, club: Club, board: ChildBoard
) -> None:
    idea = sent(session, board)
    here, today = [club.here.id], clock.today()
    assert queries.participation(session, here, today, today).asked == 0
    actor, decision = club.worker.actor(), Decision(decision="x", because="y")
    service.decide(session, actor, idea.id, None, decision)
    with pytest.raises(rules.NotRead):
        service.tell_back(session, actor, idea.id, None, Answer(how=How.WALL, on=today))
    moderating.decline(session, club.worker.actor(), idea.id, None, Why.HURTS)
    assert queries.participation(session, here, today, today).asked == 0


def test_a_flood_is_met_kindly_and_the_same_words_wait_once(
    session: Session, club: Club, board: ChildBoard, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules, "MOST_A_DAY", 4)
    monkeypatch.setattr(rules, "MOST_WAITING", 2)
    sent(session, board, "een")
    sent(session, board, "een")
    sent(session, board, "twee")
    assert len(session.scalars(select(Idea)).all()) == 2
    with pytest.raises(said.Full):
        sent(session, board, "drie")
    with pytest.raises(Crowded):
        sent(session, board, "vier")


def test_the_key_that_hides_addresses_is_destroyed_with_its_day(
    session: Session, club: Club, board: ChildBoard
) -> None:
    sent(session, board)
    assert len(session.scalars(select(DayKey)).all()) == 1
    with clock.stopped(A_WEDNESDAY + timedelta(days=1)):
        forget_day(session, "")
    assert session.scalars(select(DayKey)).all() == []


def test_a_report_hides_nothing_and_has_somebody_read_it_again(
    session: Session, club: Club, board: ChildBoard
) -> None:
    idea = approved(session, board, club.worker)
    for _ in range(3):
        posting.report(session, club.here.id, idea.id, "192.0.2.1")
    idea = session.get_one(Idea, idea.id)
    assert (idea.is_public, idea.reports) == (True, 3)
    assert idea.waits_since is not None


def test_bad_posts_are_refused_and_no_name_of_its_own_is_taken(
    session: Session, club: Club, board: ChildBoard
) -> None:
    for wrong in (post("  "), post(pseudonym="Noor de Vries"), post(pseudonym="cat cat")):
        with pytest.raises((said.NothingSaid, said.NoName)):
            posting.send(session, board, wrong, "192.0.2.1", "?")
    with pytest.raises(said.NoQuestion):
        sent(session, board, "Ja!", Kind.ANSWER, parent_id=ids.confidential())


def test_a_board_opens_where_somebody_takes_on_what_worries(
    client: FlaskClient, session: Session, make: Make, club: Club
) -> None:
    leads = make.user(Role.COORDINATOR, organisation=club.here)
    client.sign_in(leads)
    data = {"neighbourhood_id": str(club.area.id)}
    client.sign_in(club.worker)
    assert client.post("/ideas/boards", data=data).status_code in (403, 404)
    client.sign_in(leads)
    opened = client.post("/ideas/boards", data=data)
    assert opened.status_code == 303
    board = session.scalars(select(ChildBoard)).one()
    page = f"/ideas/boards/{board.id}"
    kept = {"open": "y", "opens_0": "13:00", "closes_0": "17:00", "version": "1"}
    assert client.post(page, data=kept).status_code == 303
    assert client.post(page, data=kept | {"closes_0": "", "version": "2"}).status_code == 422
    words = client.get(f"{page}/words/nl")
    assert "zelfmoord*" in words.text
    assert client.post(f"{page}/words/nl", data={"phrases": "boze geest"}).status_code == 303
    assert "boze geest" in queries.worrying(session, club.here.id)
    assert "zelfmoord*" not in queries.worrying(session, club.here.id)


def test_it_goes_with_its_answers_when_its_term_is_over(
    session: Session, club: Club, board: ChildBoard
) -> None:
    asked = approved(session, board, club.worker, "Wie wil er kamperen?", Kind.QUESTION)
    sent(session, board, "Ik!", Kind.ANSWER, parent_id=asked.id)
    with unit_of_work(session):
        moderating.audit.record(session, club.worker.actor(), "erased", club.here.id)
        erasure.forget_ideas(session, club.here.id, datetime.now(UTC) + timedelta(days=9999))
    assert session.scalars(select(Idea)).all() == []


# What children see


def picture() -> bytes:
    """Return a photo as a telephone makes it, with more in it than can be seen."""
    file, told = BytesIO(), Image.Exif()
    told[0x010E] = PLANTED
    Image.new("RGB", (64, 48), "orange").save(file, "JPEG", exif=told)
    return file.getvalue()


def at(board: ChildBoard, rest: str = "") -> str:
    return f"/kids/{board.organisation_id}/{board.neighbourhood_id}/board/{rest}"


def filled(words: str = WORDS, **given: str) -> dict[str, object]:
    usual = {"words": words, "pseudonym": "cat dog", "band": "", "once": str(ids.confidential())}
    return usual | given


def test_a_child_says_something_and_finds_on_the_board_what_became_of_it(
    client: FlaskClient, session: Session, club: Club, board: ChildBoard
) -> None:
    looked = client.get(at(board))
    assert "Set-Cookie" not in looked.headers, "who only looks gets no cookie"
    assert client.get(at(board, "say/idea")).status_code == 200
    sent_to = client.post(at(board, "say/idea"), data=filled())
    assert (sent_to.status_code, sent_to.location) == (303, at(board, "thanks"))
    assert WORDS not in client.get(at(board)).text
    session.expire_all()
    idea = session.scalars(select(Idea)).one()
    actor = club.worker.actor()
    moderating.approve(session, actor, idea.id, None, Reading(words=WORDS, band=None))
    assert WORDS in client.get(at(board)).text
    decision = Decision(decision="We hangen een net op.", because="Velen vroegen het.")
    service.decide(session, actor, idea.id, None, decision)
    service.tell_back(session, actor, idea.id, None, Answer(how=How.WALL, on=clock.today()))
    told = client.get(at(board)).text
    assert "We hangen een net op." in told
    assert "Kinderen vroegen hier 1 keer iets. 1 keer vertelden we wat ervan kwam." in told
    assert client.post(at(board, f"{idea.id}/report")).status_code == 303
    session.expire_all()
    assert session.get_one(Idea, idea.id).reports == 1


def test_the_answer_is_the_same_whatever_a_child_sent(
    client: FlaskClient, session: Session, board: ChildBoard
) -> None:
    answers = {
        (one.status_code, one.location)
        for one in (client.post(at(board, "say/idea"), data=filled(w)) for w in (WORDS, DANGER))
    }
    assert answers == {(303, at(board, "thanks"))}
    thanks = client.get(at(board, "thanks")).text
    assert PLANTED not in thanks


def test_no_word_that_nobody_approved_is_in_any_answer_to_the_public(
    app: Flask, client: FlaskClient, session: Session, club: Club, board: ChildBoard
) -> None:
    actor = club.worker.actor()
    sent(session, board, f"nieuw {PLANTED}")
    declined = sent(session, board, f"niet {PLANTED}")
    moderating.decline(session, actor, declined.id, None, Why.HURTS)
    sent(session, board, DANGER)
    asked = approved(session, board, club.worker, "Wie durft?", Kind.QUESTION)
    sent(session, board, f"ik {PLANTED}", Kind.ANSWER, parent_id=asked.id)
    over = approved(session, board, club.worker, f"klaar {PLANTED}", Kind.POEM)
    moderating.archive(session, actor, over.id, None)
    edited = sent(session, board, f"Bel {PLANTED}")
    moderating.approve(session, actor, edited.id, None, Reading(words="Een net", band=None))
    every = [one.id for one in session.scalars(select(Idea))]
    seen = 0
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        if "GET" not in (rule.methods or ()) or getattr(view, "access", None) != "public":
            continue
        for one in every if "post" in rule.arguments else every[:1]:
            values = {
                "organisation": board.organisation_id, "neighbourhood": board.neighbourhood_id,
                "post": one, "id": one, "size": "large", "mark": "0", "kind": "idea",
                "token": "x", "until": 1, "filename": "img/mark.svg", "language": "nl",
            }  # fmt: skip
            wanted = {
                name: 1 if isinstance(kind, IntegerConverter) else values.get(name, 1)
                for name, kind in rule._converters.items()
            }
            with app.test_request_context():
                address = url_for(rule.endpoint, **wanted)
            answer = client.get(address)
            assert PLANTED not in answer.get_data(as_text=True), address
            assert PLANTED not in str(answer.headers), address
            seen += 1
    assert seen > 20
    assert "Een net" in client.get(at(board)).text


def test_a_board_that_is_closed_is_not_there(
    client: FlaskClient, session: Session, make: Make, club: Club, board: ChildBoard
) -> None:
    assert at(board) in client.get(at(board).removesuffix("board/")).text
    leads = make.user(Role.COORDINATOR, organisation=club.here)
    moderating.keep_board(session, leads.actor(), board.id, None, open=False, hours=board.hours)
    assert client.get(at(board)).status_code == 404
    assert client.post(at(board, "say/idea"), data=filled()).status_code == 404


def test_a_drawing_is_drawn_anew_and_one_of_fifty_megabytes_refused_kindly(
    client: FlaskClient, session: Session, club: Club, board: ChildBoard
) -> None:
    drawn = filled("") | {"picture": (BytesIO(picture()), "tekening.jpg")}
    assert client.post(at(board, "say/dream"), data=drawn).status_code == 303
    session.expire_all()
    idea = session.scalars(select(Idea)).one()
    assert idea.picture is not None
    there = at(board, f"{idea.id}/drawing/small/{idea.picture.mark}.webp")
    assert client.get(there).status_code == 404
    wish = Reading(words="", band=None, shown="Een zon boven een plein")
    moderating.approve(session, club.worker.actor(), idea.id, None, wish)
    shown = client.get(there)
    assert (shown.status_code, shown.data[:4]) == (200, b"RIFF")
    assert b"EXIF" not in shown.data
    assert "Een zon boven een plein" in client.get(at(board)).text
    huge = client.post(
        at(board, "say/dream"), input_stream=BytesIO(b"--x"),
        environ_overrides={"CONTENT_LENGTH": "50000000"},
        content_type="multipart/form-data; boundary=x",
    )  # fmt: skip
    assert (huge.status_code, "te groot" in huge.text) == (413, True)
    none = filled("") | {"picture": (BytesIO(b"GIF89a"), "x.gif")}
    assert client.post(at(board, "say/dream"), data=none).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [filled(""), filled(pseudonym="Noor de Vries"), filled(pseudonym=""), filled(band="99")],
)
def test_bad_forms_are_shown_again(
    client: FlaskClient, board: ChildBoard, wrong: dict[str, object]
) -> None:
    assert client.post(at(board, "say/idea"), data=wrong).status_code == 422


def test_a_list_costs_the_same_whatever_its_length(
    client: FlaskClient, session: Session, club: Club, board: ChildBoard, statements: list[str]
) -> None:
    spent = []
    for name in "abcdef":
        approved(session, board, club.worker, f"Idee {name}")
        statements.clear()
        client.get(at(board))
        spent.append(len(reads(statements)))
    assert len(set(spent[1:])) == 1, spent


def test_the_board_on_paper_has_what_everybody_sees_and_nothing_else(
    app: Flask, client: FlaskClient, session: Session, make: Make, club: Club, board: ChildBoard
) -> None:
    approved(session, board, club.worker, "Een hinkelbaan bij de deur.")
    sent(session, board, "Dit heeft nog niemand gelezen.")
    page = f"/ideas/boards/{board.id}/paper"
    client.sign_in(club.worker)
    assert page in client.get("/ideas/boards").text
    told = words(made(app, client, page))
    assert "hinkelbaan" in told
    assert "niemand gelezen" not in told
    client.sign_in(make.worker())
    assert client.get(page).status_code in (403, 404)

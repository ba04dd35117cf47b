"""The library of lessons: found by their words, and only once nobody can be recognised in them."""

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.audit import service as audit
from kinderwerk.core import clock, ids
from kinderwerk.learning.library import erasure, finding, queries
from kinderwerk.learning.library.models import Lesson, LessonText
from kinderwerk.learning.library.queries import Asked
from kinderwerk.learning.library.rules import Check, Standing
from kinderwerk.storage.erasing import ERASED
from kinderwerk.storage.work import unit_of_work
from tests.make import A_WEDNESDAY, Make
from tests.planted import PLANTED

TOLD = {
    "title": "Vraag om een tekening", "situation": "Een kind wil stoppen.",
    "lesson": "Op de tekening staat wat er schuurt. In gesprekken komt het niet.",
    "helped": "Potloden klaar leggen.", "tags": "Tekenen, eerste  gesprek,tekenen",
    "areas": ["social"], "origin": "work", "language": "nl",
}  # fmt: skip
EVERY: Mapping[str, Any] = {"confirmed": [one.value for one in Check]}
EVIL = (
    '"', "'", '"half', "a OR", "NOT", "tekening*", "title:tekening", "NEAR(a b)", "(", "^a", "{}",
    "' OR 1=1 --", "%", "_", "\\", "\0", "🎈", "<b>tekening</b>", "a & | !", ":*", "''", "$$", "-",
    "tekening AND (", '"tekening" "', "x" * 5000, "a " * 500,
)  # fmt: skip


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with clock.stopped(A_WEDNESDAY):
        yield


@pytest.fixture
def checker(make: Make, here: Organisation) -> User:
    return make.worker(organisation=here)


def only(session: Session) -> Lesson:
    session.expire_all()
    return session.scalars(select(Lesson)).one()


def write(client: FlaskClient, author: User, checker: User, **given: Any) -> Any:
    client.sign_in(author)
    sent = {**TOLD, "once": str(ids.confidential()), "checker_id": str(checker.id), **given}
    return client.post("/library/new", data=sent)


def let_in(client: FlaskClient, session: Session, checker: User, **given: Any) -> Any:
    client.sign_in(checker)
    lesson = session.scalars(
        select(Lesson).where(Lesson.standing == Standing.WAITING).order_by(Lesson.created_at)
    ).first()
    assert lesson
    sent = {**EVERY, "version": str(lesson.version), **given}
    return client.post(f"/library/{lesson.id}/release", data=sent)


def search(client: FlaskClient, **asked: str) -> str:
    answer = client.get("/library/", query_string=asked)
    assert answer.status_code == 200
    return answer.text


@pytest.fixture
def lesson(client: FlaskClient, session: Session, worker: User, checker: User) -> Lesson:
    """One that stands in the library."""
    assert write(client, worker, checker).status_code == 303
    assert let_in(client, session, checker).status_code == 303
    return only(session)


def test_until_a_second_person_lets_it_in_nobody_else_sees_a_lesson(
    client: FlaskClient, session: Session, worker: User, checker: User, here: Organisation,
    make: Make,
) -> None:  # fmt: skip
    assert write(client, worker, checker, lesson=f"Wacht even. {PLANTED}").status_code == 303
    page = f"/library/{only(session).id}"
    others = [make.worker(organisation=here), make.user(Role.COORDINATOR, organisation=here)]
    for person, status in ((worker, 200), (checker, 200), *((one, 404) for one in others)):
        client.sign_in(person)
        assert client.get(page).status_code == status
        assert PLANTED not in search(client, q="wacht")
    assert session.scalars(select(LessonText)).all() == []
    client.sign_in(checker)
    assert "wacht op jouw blik" in client.get("/today").text
    assert let_in(client, session, checker).status_code == 303
    for person in others:
        client.sign_in(person)
        assert PLANTED in client.get(page).text
        assert "<mark>Wacht</mark>" in search(client, q="wacht")


def test_nobody_is_the_second_person_to_their_own_lesson(
    client: FlaskClient, session: Session, worker: User, checker: User
) -> None:
    assert write(client, worker, worker).status_code == 422
    assert write(client, worker, checker).status_code == 303
    assert let_in(client, session, worker).status_code == 404
    assert only(session).standing is Standing.WAITING


def test_each_point_is_confirmed_and_only_of_the_words_that_were_read(
    client: FlaskClient, session: Session, worker: User, checker: User
) -> None:
    write(client, worker, checker)
    some = [one.value for one in list(Check)[1:]]
    assert let_in(client, session, checker, confirmed=some).status_code == 422
    assert let_in(client, session, checker, confirmed=[]).status_code == 422
    assert let_in(client, session, checker, version="7").status_code in (409, 422)
    assert only(session).standing is Standing.WAITING
    assert let_in(client, session, checker).status_code == 303
    assert set(only(session).confirmed) == set(Check)


def test_somebody_whom_we_know_is_found_when_it_is_saved_and_when_it_is_let_in(
    client: FlaskClient, session: Session, worker: User, checker: User, here: Organisation,
    make: Make,
) -> None:  # fmt: skip
    make.child(make.family(here), first_name="Küçükçan", surname="Aârabi")
    for field in ("title", "situation", "lesson", "helped", "tags"):
        answer = write(client, worker, checker, **{field: "toen Aarabi kwam"})
        assert answer.status_code == 422, field
    assert session.scalars(select(Lesson)).all() == []
    write(client, worker, checker, lesson="Later vroeg Quintijn Zevenhuizen om raad.")
    make.child(make.family(here), first_name="Quintijn", surname="Zevenhuizen")
    assert let_in(client, session, checker).status_code == 422
    assert only(session).standing is Standing.WAITING


def test_what_comes_back_is_changed_and_looked_at_anew(
    client: FlaskClient, session: Session, worker: User, checker: User
) -> None:
    write(client, worker, checker)
    page = f"/library/{only(session).id}"
    client.sign_in(checker)
    back = {"because": "De gang kent iedereen.", "version": "1"}
    assert client.post(f"{page}/send-back", data={"version": "1"}).status_code == 422
    assert client.post(f"{page}/send-back", data=back).status_code == 303
    assert let_in_again(client, page, 2).status_code == 422, "it does not wait any more"
    client.sign_in(worker)
    assert "De gang kent iedereen." in client.get(page).text
    assert "kwam terug" in client.get("/today").text
    sent = {**TOLD, "checker_id": str(checker.id), "version": "2", "title": "Vraag om een plaatje"}
    assert client.post(f"{page}/edit", data=sent).status_code == 303
    assert let_in(client, session, checker).status_code == 303
    assert "Vraag om een plaatje" in search(client, q="plaatje")


def let_in_again(client: FlaskClient, page: str, version: int) -> Any:
    return client.post(f"{page}/release", data={**EVERY, "version": str(version)})


def test_whoever_recognises_somebody_takes_it_out_and_its_words_are_gone(
    client: FlaskClient, session: Session, lesson: Lesson, here: Organisation, make: Make
) -> None:
    page = f"/library/{lesson.id}"
    client.sign_in(make.worker(organisation=here))
    assert client.post(f"{page}/withdraw", data={}).status_code == 422
    told = {"because": "Dat is die ene familie."}
    assert client.post(f"{page}/withdraw", data=told).status_code == 303
    assert client.get(page).status_code == 404
    assert "Vraag om een tekening" not in search(client, q="tekening")
    assert session.scalars(select(LessonText)).all() == []
    assert only(session).standing is Standing.WITHDRAWN
    if session.get_bind().dialect.name == "sqlite":
        left = session.execute(text("SELECT block FROM lesson_index_data")).scalars().all()
        assert not [one for one in left if b"potloden" in one], "deleted, and gone"


def test_what_stands_in_the_library_is_not_changed_behind_its_second_person(
    client: FlaskClient, session: Session, worker: User, checker: User, lesson: Lesson
) -> None:
    client.sign_in(worker)
    sent = {**TOLD, "checker_id": str(checker.id), "version": str(lesson.version)}
    page = f"/library/{lesson.id}"
    assert client.post(f"{page}/edit", data=sent | {"lesson": "Anders."}).status_code == 422
    assert client.post(f"{page}/remove").status_code in (303, 422)
    assert session.scalars(select(LessonText.lesson)).one() == TOLD["lesson"]


@pytest.mark.parametrize(
    "asked",
    ["tekening", "TEKENING", "tékening", "teken", "tekeningen", "gesprek", "gesprekken wachten",
     "schuurt tekening", '"tekening"', "tekening!"],
)  # fmt: skip
def test_a_lesson_is_found_by_its_words_in_other_forms(
    client: FlaskClient, lesson: Lesson, asked: str
) -> None:
    found = "Vraag om een tekening" in search(client, q=asked)
    assert found is (asked != "gesprekken wachten"), "all the words have to stand in it"


def test_what_stands_in_the_title_comes_first(
    client: FlaskClient, session: Session, worker: User, checker: User
) -> None:
    for title, told in (("Wachten", "Soms helpt samen eten."), ("Samen eten", "Dan praten ze.")):
        write(client, worker, checker, title=title, lesson=told, helped="", situation="", tags="")
        let_in(client, session, checker)
    page = search(client, q="eten")
    assert page.index(">Samen eten<") < page.index(">Wachten<")


def test_keywords_and_life_areas_lead_to_what_has_them(
    client: FlaskClient, session: Session, worker: User, checker: User, lesson: Lesson
) -> None:
    write(client, worker, checker, title="Bel school", tags="school", areas=["school_work"])
    let_in(client, session, checker)
    assert session.scalars(select(LessonText.tags)).all().count("tekenen, eerste gesprek") == 1
    for asked, found in (
        ({"tag": "school"}, "Bel school"), ({"tag": "eerste gesprek"}, "Vraag om een tekening"),
        ({"area": "school_work"}, "Bel school"), ({"area": "social"}, "Vraag om een tekening"),
    ):  # fmt: skip
        page = search(client, **asked)
        assert [one in page for one in ("Bel school<", "Vraag om een tekening<")].count(True) == 1
        assert f"{found}<" in page
    for nothing in ({"tag": "gesprek"}, {"tag": "%"}, {"area": "nowhere", "q": "qwerty"}):
        assert "Niets gevonden" in search(client, **nothing)


@pytest.mark.parametrize("asked", EVIL)
def test_whatever_is_typed_is_only_words(client: FlaskClient, lesson: Lesson, asked: str) -> None:
    page = search(client, q=asked)
    assert "<b>tekening</b>" not in page


@given(st.text(max_size=60))
@example("\ud800")
@settings(max_examples=300)
def test_only_words_are_asked_for(asked: str) -> None:
    for one in finding.words(asked):
        assert one.isprintable()
        assert not set(one) & set("\"'\\:*&|!()<>-")


@given(st.text(max_size=300), st.text(min_size=1, max_size=20))
def test_an_excerpt_is_a_part_of_the_text_and_marks_only_words(told: str, asked: str) -> None:
    pieces = finding.excerpt([told], finding.words(asked))
    inside = "".join(one.text for one in pieces if one.text not in ("… ", " …"))
    assert inside in told
    assert all(one.text.isprintable() for one in pieces if one.marked)


def test_marks_are_ours_and_never_what_somebody_wrote(
    client: FlaskClient, session: Session, worker: User, checker: User
) -> None:
    write(client, worker, checker, lesson="<script>x</script> Rust <mark>eerst</mark>")
    let_in(client, session, checker)
    page = search(client, q="rust")
    assert "<mark>Rust</mark>" in page
    assert "<script>x" not in page
    assert "&lt;mark&gt;eerst" in page


def test_another_organisation_finds_nothing(
    client: FlaskClient, session: Session, lesson: Lesson, make: Make
) -> None:
    stranger = make.worker()
    client.sign_in(stranger)
    assert "Vraag om een tekening" not in search(client, q="tekening")
    assert "eerste gesprek" not in search(client)
    assert client.get(f"/library/{lesson.id}").status_code == 404
    assert queries.found(session, stranger.actor(), Asked(tag="tekenen")) == []


def test_a_lesson_begins_with_what_a_review_says_and_does_not_point_at_it(
    client: FlaskClient, session: Session, worker: User, checker: User
) -> None:
    client.sign_in(worker)
    review = {
        "trigger": "good_course", "level": "case", "timeline": "K1 kwam weer.",
        "lesson": "Vraag eerst het kind.", "once": str(ids.confidential()),
    }  # fmt: skip
    address = client.post("/learning-reviews/new", data=review).location
    begun = client.get(address.replace("/learning-reviews/", "/library/from-review/"))
    assert "Vraag eerst het kind." in begun.text
    assert "K1 kwam weer." not in begun.text
    keys = {key.column.table.name for key in Lesson.__table__.foreign_keys}
    assert keys == {"user_account", "organisation"}


def test_a_lesson_goes_long_after_it_was_let_in_and_its_words_with_it(
    session: Session, lesson: Lesson, here: Organisation
) -> None:
    for days, left in ((-1, 1), (1, 0)):
        with unit_of_work(session):
            audit.record(session, SYSTEM, ERASED, here.id)
            erasure.forget_lessons(session, here.id, A_WEDNESDAY + timedelta(days=days))
        assert len(session.scalars(select(Lesson.id)).all()) == left
        assert len(session.scalars(select(LessonText.lesson_id)).all()) == left


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""}, {"lesson": ""}, {"title": "x" * 121}, {"origin": "blame"},
        {"language": "fr"}, {"tags": "a,b,c,d,e,f,g"}, {"tags": "x" * 31}, {"areas": ["nowhere"]},
        {"checker_id": ""},
    ],
)  # fmt: skip
def test_half_a_lesson_is_not_saved(
    client: FlaskClient, session: Session, worker: User, checker: User, wrong: dict[str, Any]
) -> None:
    assert write(client, worker, checker, **wrong).status_code == 422
    assert session.scalars(select(Lesson)).all() == []


def test_learning_leads_to_all_from_which_colleagues_learn(
    client: FlaskClient, worker: User
) -> None:
    client.sign_in(worker)
    page = client.get("/learning/").text
    assert all(f'href="{one}"' in page for one in ("/consultations/", "/learning-reviews/"))
    assert 'href="/library/"' in page

"""The log of the child council: an agenda, what was decided, why, and told back."""

from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.activities.rules import AgeBand, Format
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.council import erasure
from kinderwerk.council.models import CouncilPoint
from kinderwerk.ideas import erasure as ideas_erasure
from kinderwerk.ideas import service as ideas
from kinderwerk.ideas.models import Idea
from kinderwerk.ideas.rules import How, Saying, Standing
from kinderwerk.places.models import Neighbourhood
from kinderwerk.storage.work import unit_of_work
from tests.make import Make


@pytest.fixture
def park(make: Make) -> Neighbourhood:
    return make.neighbourhood(name="Parkbuurt")


@pytest.fixture
def held(make: Make, here: Organisation, worker: User, park: Neighbourhood) -> UUID:
    venue = make.venue(here, neighbourhood=park)
    council = make.activity(
        worker, format=Format.CHILD_COUNCIL, venue=venue, starts_at=clock.now(), title="Kinderraad"
    )
    found: UUID = council.occurrences[0].id
    return found


def typed(**given: str) -> dict[str, str]:
    return {"title": "Het veld is te donker.", "idea_id": "", "once": str(uuid4())} | given


def decided(point: CouncilPoint, **given: str) -> dict[str, str]:
    return {
        "decision": "Er komen twee lampen.", "because": "Vijftien kinderen vroegen het.",
        "version": str(point.version),
    } | given  # fmt: skip


def told(point: CouncilPoint, **given: str) -> dict[str, str]:
    return {
        "told_back_how": "council", "told_back_on": clock.today().isoformat(),
        "version": str(point.version),
    } | given  # fmt: skip


def only(session: Session) -> CouncilPoint:
    session.expire_all()
    return session.scalars(select(CouncilPoint)).one()


def test_a_point_goes_from_the_agenda_to_told_back_and_only_then_everybody_reads_it(
    client: FlaskClient, session: Session, here: Organisation, worker: User, park: Neighbourhood,
    held: UUID,
) -> None:  # fmt: skip
    client.sign_in(worker)
    public = f"/kids/{here.id}/{park.id}/council"
    assert f"/sessions/{held}/council" in client.get(f"/sessions/{held}").text
    form = typed()
    for _twice in range(2):
        assert client.post(f"/sessions/{held}/council", data=form).status_code == 303
    point = only(session)
    assert (point.standing, point.neighbourhood_id) == (Standing.OPEN, park.id)
    assert client.post(f"/council/{point.id}/told", data=told(point)).status_code == 422
    assert client.post(f"/council/{point.id}", data=decided(point, because="")).status_code == 422
    assert client.post(f"/council/{point.id}", data=decided(point)).status_code == 303
    assert only(session).standing is Standing.DECIDED
    assert "lampen" not in client.get(public).text
    assert public not in client.get(f"/kids/{here.id}/{park.id}/").text
    point = only(session)
    assert client.post(f"/council/{point.id}/told", data=told(point)).status_code == 303
    assert only(session).standing is Standing.ANSWERED
    assert "twee lampen" in client.get(public).text
    assert public in client.get(f"/kids/{here.id}/{park.id}/").text
    assert "Gevraagd 1, antwoord gegeven 1" in client.get("/council/").text
    assert client.get(f"/council/{point.id}").status_code == 200


def test_who_decides_otherwise_tells_it_back_anew(
    client: FlaskClient, session: Session, worker: User, held: UUID
) -> None:
    client.sign_in(worker)
    client.post(f"/sessions/{held}/council", data=typed())
    client.post(f"/council/{only(session).id}", data=decided(only(session)))
    client.post(f"/council/{only(session).id}/told", data=told(only(session)))
    stale = decided(only(session), version="1")
    assert client.post(f"/council/{only(session).id}", data=stale).status_code in (409, 422)
    again = decided(only(session), decision="Er komt toch één lamp.")
    assert client.post(f"/council/{only(session).id}", data=again).status_code == 303
    assert only(session).standing is Standing.DECIDED


@pytest.mark.parametrize("words", ["Bel Sanne op 06 12345678", "mail naar kind@example.nl"])
def test_what_tells_who_a_child_is_does_not_get_into_the_log(
    client: FlaskClient, session: Session, worker: User, held: UUID, words: str
) -> None:
    client.sign_in(worker)
    assert client.post(f"/sessions/{held}/council", data=typed(title=words)).status_code == 422
    client.post(f"/sessions/{held}/council", data=typed())
    point = only(session)
    for field in ("decision", "because"):
        answer = client.post(f"/council/{point.id}", data=decided(point, **{field: words}))
        assert answer.status_code == 422
        assert f'id="{field}-error"' in answer.text
    assert only(session).decided_on is None


def test_an_idea_that_the_council_talked_about_is_answered_by_it(
    client: FlaskClient, session: Session, worker: User, held: UUID
) -> None:
    saying = Saying(words="Een doel met een net.", band=AgeBand.UP_TO_9, once=uuid4(),
                    occurrence_id=held)  # fmt: skip
    idea = ideas.write_down(session, worker.actor(), saying).id
    client.sign_in(worker)
    sent = typed(title="", idea_id=str(idea))
    assert client.post(f"/sessions/{held}/council", data=sent).status_code == 303
    assert only(session).title == "Een doel met een net."
    client.post(f"/council/{only(session).id}", data=decided(only(session)))
    client.post(f"/council/{only(session).id}/told", data=told(only(session)))
    assert session.get_one(Idea, idea, populate_existing=True).standing is Standing.ANSWERED
    with unit_of_work(session):
        audit.record(session, worker.actor(), "erased", held)
        ideas_erasure.forget(session, Idea.id == idea)
    assert only(session).idea_id is None


def test_only_a_council_has_an_agenda_and_only_its_own_people_write_it(
    client: FlaskClient, session: Session, make: Make, worker: User, held: UUID
) -> None:
    other = make.activity(worker, starts_at=clock.now()).occurrences[0].id
    client.sign_in(worker)
    assert client.post(f"/sessions/{other}/council", data=typed()).status_code == 422
    assert f"{other}/council" not in client.get(f"/sessions/{other}").text
    assert client.post(f"/sessions/{held}/council", data=typed(title="")).status_code == 422
    client.post(f"/sessions/{held}/council", data=typed())
    point = only(session).id
    for stranger in (make.worker(), make.user(Role.VOLUNTEER), make.parent()):
        client.sign_in(stranger)
        assert client.get(f"/council/{point}").status_code in (403, 404)
        assert client.post(f"/council/{point}/remove").status_code in (403, 404)
        assert client.get(f"/sessions/{held}/council").status_code in (403, 404)
    client.sign_in(worker)
    assert client.post(f"/council/{point}/remove").status_code == 303
    assert session.scalars(select(CouncilPoint)).all() == []


def test_the_database_itself_knows_no_point_that_was_told_back_and_not_decided(
    session: Session, make: Make, worker: User, held: UUID, client: FlaskClient
) -> None:
    client.sign_in(worker)
    client.post(f"/sessions/{held}/council", data=typed())
    wrong = update(CouncilPoint).values(told_back_on=clock.today(), told_back_how=How.WALL)
    with unit_of_work(session):
        audit.record(session, worker.actor(), "test.made", held)
        with pytest.raises(IntegrityError):
            session.execute(wrong, execution_options={"audited": "test.made"})
        session.rollback()


def test_old_points_are_forgotten(
    session: Session, client: FlaskClient, here: Organisation, worker: User, held: UUID
) -> None:
    client.sign_in(worker)
    client.post(f"/sessions/{held}/council", data=typed())
    with unit_of_work(session):
        audit.record(session, worker.actor(), "erased", here.id)
        erasure.forget_points(session, here.id, clock.now())
    assert session.scalars(select(CouncilPoint)).all() == []

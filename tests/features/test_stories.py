"""Stories: without a name, with the family's word, released by a second person, taken back."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.audit import service as audit
from kinderwerk.core import clock, ids
from kinderwerk.core.errors import Withheld
from kinderwerk.core.periods import Period
from kinderwerk.families.models import Child
from kinderwerk.logbook.models import SessionLog
from kinderwerk.privacy import erasing
from kinderwerk.reports import files, queries, rules
from kinderwerk.reports import service as reports
from kinderwerk.reports.models import Edition
from kinderwerk.reports.rules import Told
from kinderwerk.storage.erasing import Kind
from kinderwerk.storage.work import unit_of_work
from kinderwerk.stories import service
from kinderwerk.stories.models import Story
from kinderwerk.stories.rules import MOST_TOLD, NotAgreed, Standing, Telling
from tests.club import Club
from tests.make import A_WEDNESDAY, Make, past_half

WORDS = "Een jongen die nooit wilde zingen, stond vooraan en zong."


def then() -> datetime:
    half = past_half()
    return clock.from_wall(datetime(half.year, half.ends.month, 10, 12))


@pytest.fixture
def child(make: Make, here: Organisation, parent: User) -> Child:
    born = then().date().replace(year=then().year - 9)
    return make.child(make.family(here, parent), born_on=born, first_name="Jesse")


def telling(child: Child, **given: Any) -> Telling:
    return Telling(**{"words": WORDS, "child_id": child.id, "once": ids.confidential()} | given)


@pytest.fixture
def story(session: Session, worker: User, child: Child) -> Story:
    """Written in the half-year that is over."""
    with clock.stopped(then()):
        return service.write_down(session, worker.actor(), telling(child))


def only(session: Session) -> Story:
    session.expire_all()
    return session.scalars(select(Story)).one()


def says(client: FlaskClient, parent: User, child: Child, answer: str, **given: str) -> None:
    client.sign_in(parent)
    sent = {"purpose": "story", "version": "1", "capacity": "parent", "answer": answer}
    page = f"/family/children/{child.id}/consents"
    assert client.post(page, data=sent | given).status_code == 303


def release(client: FlaskClient, story: Story, by: User) -> int:
    client.sign_in(by)
    version = {"version": str(story.version)}
    return client.post(f"/stories/{story.id}/release", data=version).status_code


@pytest.fixture
def released(
    client: FlaskClient, session: Session, worker: User, coordinator: User, parent: User,
    child: Child, story: Story,
) -> Story:  # fmt: skip
    says(client, parent, child, "yes")
    service.read_by_family(session, worker.actor(), story.id, story.version, story.told_on)
    assert release(client, only(session), coordinator) == 303
    return only(session)


def draft(session: Session, coordinator: User) -> Edition:
    return reports.make(session, coordinator.actor(), past_half())


def out(session: Session, coordinator: User, edition: Edition) -> Edition:
    session.expire_all()
    assert reports.agree(session, coordinator.actor(), edition, edition.digest)
    return edition


def test_it_takes_the_familys_word_and_a_second_person(
    client: FlaskClient, session: Session, worker: User, coordinator: User, parent: User,
    child: Child, story: Story,
) -> None:  # fmt: skip
    page = f"/stories/{story.id}"
    assert release(client, story, coordinator) == 422, "nobody of the family has read it"
    today = {"day": clock.today().isoformat(), "version": str(story.version)}
    tomorrow = today | {"day": (clock.today() + timedelta(days=1)).isoformat()}
    assert client.post(f"{page}/read", data=tomorrow).status_code == 422
    assert client.post(f"{page}/read", data=today).status_code == 303
    assert release(client, only(session), coordinator) == 422, "nobody of the family said yes"
    client.sign_in(parent)
    assert WORDS in client.get("/family").text
    says(client, parent, child, "yes")
    assert release(client, only(session), worker) == 404, "whoever wrote it is not the second"
    client.sign_in(worker)
    assert "wacht op een tweede persoon" not in client.get("/today").text
    client.sign_in(coordinator)
    assert "1 verhaal wacht op een tweede persoon" in client.get("/today").text
    assert WORDS in client.get("/stories/").text
    assert "Niemand kan raden" in client.get(page).text
    stale = {"version": str(story.version - 1)}
    assert client.post(f"{page}/release", data=stale).status_code == 409
    assert release(client, only(session), coordinator) == 303
    assert only(session).standing is Standing.RELEASED
    assert WORDS in client.get("/stories/?show=released").text


def test_names_of_the_family_and_of_who_was_there_are_not_taken(
    client: FlaskClient, session: Session, club: Club
) -> None:
    child, _other = club.child(first_name="Jesse"), club.child(first_name="Zahra")
    with clock.stopped(A_WEDNESDAY + timedelta(hours=2)):
        client.sign_in(club.worker)
        with unit_of_work(session):
            session.merge(
                SessionLog(
                    organisation_id=club.here.id, occurrence_id=club.date.id,
                    held_on=club.date.starts_at.date(), story=WORDS,
                )
            )  # fmt: skip
            audit.record(session, SYSTEM, "test.made", club.date.id)
        address = f"/stories/new?session={club.date.id}"
        assert address in client.get(f"{club.url}/log").text
        page = client.get(address).text
        assert WORDS in page
        assert "Zahra" in page
        sent = {"child_id": str(child.id), "goal_id": "", "once": str(ids.confidential())}
        for name in ("Jesse", "zahra's"):
            named = client.post(address, data=sent | {"words": f"Toen zong {name} lied mee."})
            assert named.status_code == 422
            assert "er staan namen in" in named.text
        nobody = client.post(address, data=sent | {"words": WORDS, "child_id": ""})
        assert nobody.status_code == 422, "no child is chosen for whoever forgets to"
        for _twice in range(2):
            assert client.post(address, data=sent | {"words": WORDS}).status_code == 303
    assert only(session).occurrence_id == club.date.id


def test_other_words_are_read_and_released_anew(
    client: FlaskClient, session: Session, make: Make, here: Organisation, coordinator: User,
    released: Story,
) -> None:  # fmt: skip
    other = make.worker(organisation=here)
    client.sign_in(other)
    wish = {"words": "Iemand zong.", "goal_id": "", "version": str(released.version)}
    assert client.post(f"/stories/{released.id}/words", data=wish).status_code == 303
    story = only(session)
    assert (story.standing, story.read_on) == (Standing.WAITING, None)
    assert release(client, story, other) == 404
    assert release(client, story, coordinator) == 422


def test_who_refuses_says_why(
    client: FlaskClient, session: Session, coordinator: User, worker: User, story: Story
) -> None:
    page = f"/stories/{story.id}"
    client.sign_in(coordinator)
    version = {"version": str(story.version)}
    assert client.post(f"{page}/refuse", data=version | {"because": ""}).status_code == 422
    because = version | {"because": "De straat kent dit kind."}
    assert client.post(f"{page}/refuse", data=because).status_code == 303
    client.sign_in(worker)
    assert "De straat kent dit kind." in client.get(page).text
    assert client.post(f"{page}/refuse", data=because).status_code == 404


def test_from_twelve_on_the_child_says_yes_as_well(
    client: FlaskClient, session: Session, coordinator: User, parent: User, child: Child,
    released: Story,
) -> None:  # fmt: skip
    edition, actor = draft(session, coordinator), coordinator.actor()
    twelve = child.born_on.replace(year=child.born_on.year + 12)
    with clock.stopped(clock.from_wall(datetime.combine(twelve, time(12)))):
        assert queries.stories_of(session, edition.content) == []
        service.refuse(session, actor, released.id, released.version, "Even wachten")
        version = only(session).version
        with pytest.raises(NotAgreed):
            service.release(session, actor, released.id, version)
        says(client, parent, child, "yes", capacity="child")
        service.release(session, actor, released.id, version)
        assert queries.stories_of(session, edition.content) == [only(session)]


def test_it_is_frozen_in_the_report_and_in_every_file(
    client: FlaskClient, session: Session, make: Make, coordinator: User, parent: User,
    child: Child, released: Story,
) -> None:  # fmt: skip
    edition = draft(session, coordinator)
    client.sign_in(coordinator)
    assert WORDS in client.get(f"/reports/{edition.id}").text, "whoever agrees has read it"
    assert "stories" not in edition.content
    out(session, coordinator, edition)
    says(client, parent, child, "no")
    session.expire_all()
    assert edition.digest == rules.digest(edition.content)
    client.sign_in(make.user(Role.MUNICIPALITY))
    page = client.get(f"/reports/{edition.id}").text
    assert WORDS in page
    for name in ("Jesse", str(child.id)):
        assert name not in page
        assert name not in str(edition.content)
    for extension in ("json", "stories.csv"):
        assert WORDS in files.FORMATS[extension].make(edition).decode("utf-8-sig")


def test_what_is_taken_back_is_told_no_more_and_the_next_report_says_so(
    client: FlaskClient, session: Session, coordinator: User, parent: User, child: Child,
    released: Story,
) -> None:  # fmt: skip
    first = out(session, coordinator, draft(session, coordinator))
    assert [one["words"] for one in first.content["stories"]] == [WORDS]
    after = Period.holding(past_half().ends + timedelta(days=1))[1]
    with clock.stopped(clock.now() + timedelta(days=370)):
        second = reports.make(session, coordinator.actor(), after)
        says(client, parent, child, "no")
        out(session, coordinator, second)
        assert second.content["taken_back"] == [str(released.id)]
        client.sign_in(coordinator)
        assert "trok de toestemming in" in client.get(f"/reports/{second.id}").text
        later = Period.holding(after.ends + timedelta(days=1))[1]
        if later.ends < clock.today():
            third = out(session, coordinator, reports.make(session, coordinator.actor(), later))
            assert third.content["taken_back"] == [], "once is enough"


def test_withdrawn_between_release_and_the_report_it_is_in_none(
    client: FlaskClient, session: Session, coordinator: User, parent: User, child: Child,
    released: Story,
) -> None:  # fmt: skip
    edition = draft(session, coordinator)
    says(client, parent, child, "no")
    client.sign_in(coordinator)
    assert WORDS not in client.get(f"/reports/{edition.id}").text
    out(session, coordinator, edition)
    assert (edition.content["stories"], edition.content["taken_back"]) == ([], [])


def test_a_family_that_is_forgotten_takes_its_story_along(
    session: Session, here: Organisation, coordinator: User, child: Child, released: Story
) -> None:
    edition, family = draft(session, coordinator), child.family_id
    with unit_of_work(session):
        erasing.erase(session, SYSTEM, here.id, Kind.FAMILY, [family])
    session.expire_all()
    assert session.scalars(select(Story)).all() == []
    out(session, coordinator, edition)
    assert edition.content["stories"] == []


def test_others_hear_nothing_of_it(
    client: FlaskClient, session: Session, make: Make, here: Organisation, child: Child,
    story: Story,
) -> None:  # fmt: skip
    elsewhere = make.worker(organisation=make.organisation())
    helper = make.user(Role.VOLUNTEER, organisation=here)
    official = make.user(Role.MUNICIPALITY)
    for person in (elsewhere, helper, official, make.parent()):
        client.sign_in(person)
        assert client.get(f"/stories/{story.id}").status_code == 404
        assert client.get("/stories/").status_code in (200, 403)
        assert WORDS not in client.get("/stories/").text
    with pytest.raises(Withheld):
        service.release(session, elsewhere.actor(), story.id, story.version)


def test_each_organisation_has_its_turn_before_any_has_a_second_one() -> None:
    stories = [Told(str(n), house, WORDS, "", "") for n, house in enumerate("aaaab")]
    assert [one.organisation for one in rules.fairly(stories)] == ["a", "b", "a"]
    assert len(rules.fairly(stories)) == MOST_TOLD

"""A report that is out and was wrong: a new version says what changed, and points at nobody."""

import csv
import json
from datetime import date
from io import BytesIO, StringIO

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.audit import service as audit
from kinderwerk.facts import rules as facts
from kinderwerk.facts import service as cells
from kinderwerk.facts.rules import Measure, nothing, total
from kinderwerk.goals.models import Goal
from kinderwerk.messages.models import Message
from kinderwerk.messages.rendering import render
from kinderwerk.places.models import Neighbourhood
from kinderwerk.reports import files, rules, service
from kinderwerk.reports.models import Edition
from kinderwerk.storage.work import unit_of_work
from tests.features.test_reports import a_day, count, publish, visits
from tests.make import Make, past_half

WHY = "The register of the playground was left out."


@pytest.fixture
def areas(make: Make) -> list[Neighbourhood]:
    return [make.neighbourhood() for _ in range(3)]


@pytest.fixture
def goal(make: Make, here: Organisation) -> Goal:
    return make.goal(
        here, begins_on=date(past_half().year, 1, 1), ends_on=date(past_half().year, 12, 31),
        title="Everybody plays",
    )  # fmt: skip


@pytest.fixture
def edition(
    session: Session, here: Organisation, coordinator: User, areas: list[Neighbourhood], goal: Goal
) -> Edition:
    """A report that is out: sixty, forty-one and three children came."""
    count(session, [
        *visits(here, areas[0], 60, [goal]), *visits(here, areas[1], 41, []),
        *visits(here, areas[2], 3, []),
    ])  # fmt: skip
    made = service.make(session, coordinator.actor(), past_half())
    assert service.agree(session, coordinator.actor(), made, made.digest)
    return made


def told(edition: Edition, measure: Measure, area: object = rules.WHOLE) -> int | None:
    number: int | None = edition.content["told"][measure.value][str(area)][rules.EVERYBODY]
    return number


def correction(session: Session, coordinator: User, edition: Edition, why: str = WHY) -> Edition:
    return service.correct(session, coordinator.actor(), edition, why)


def test_a_correction_tells_what_changed_and_why_and_the_older_version_stays(
    client: FlaskClient, session: Session, make: Make, here: Organisation, coordinator: User,
    areas: list[Neighbourhood], goal: Goal, edition: Edition,
) -> None:  # fmt: skip
    before, digest = json.dumps(edition.content, sort_keys=True), edition.digest
    count(session, visits(here, areas[0], 12, [goal]))
    client.sign_in(coordinator)
    assert client.post(f"/reports/{edition.id}/correct", data={"reason": " "}).status_code == 422
    answer = client.post(f"/reports/{edition.id}/correct", data={"reason": WHY})
    assert answer.status_code == 303
    new = session.scalars(select(Edition).where(Edition.number == 2)).one()
    page = client.get(answer.location).text
    for words in (WHY, "72", "116", "Versie 1", "Versie 2"):
        assert words in page
    reader = make.user(Role.MUNICIPALITY)
    municipal = client.application.test_client()
    municipal.sign_in(reader)
    assert municipal.get(f"/reports/{new.id}").status_code == 404
    client.post(f"/reports/{new.id}/agree", data={"digest": new.digest})
    page = municipal.get(f"/reports/{new.id}").text
    for words in (WHY, "104", "116", f'href="/reports/{edition.id}"'):
        assert words in page
    listed = municipal.get("/reports/").text
    assert f"/reports/{new.id}" in listed
    assert f"/reports/{edition.id}" not in listed
    older = municipal.get(f"/reports/{edition.id}").text
    assert f'href="/reports/{new.id}"' in older
    assert "104" in older
    session.refresh(edition)
    assert json.dumps(edition.content, sort_keys=True) == before
    assert (edition.digest, edition.number) == (digest, 1)
    today = municipal.get("/today").text
    assert f"/reports/{new.id}" in today
    assert f"/reports/{edition.id}" not in today


def test_a_change_of_few_children_is_told_nowhere(
    session: Session, here: Organisation, coordinator: User, areas: list[Neighbourhood],
    edition: Edition,
) -> None:  # fmt: skip
    count(session, [*visits(here, areas[0], 2, []), *visits(here, areas[1], 30, [])])
    new = correction(session, coordinator, edition)
    assert new.content["safe"]
    assert told(new, Measure.CHILDREN) == 104 + 30
    assert told(new, Measure.CHILDREN, areas[0].district_id) == 60
    assert told(new, Measure.CHILDREN, areas[1].district_id) in (None, 71)
    changed = [(one["old"], one["new"]) for one in new.content["corrects"]["changes"]]
    numbers = [abs(new - old) for old, new in changed if None not in (old, new)]
    assert numbers
    assert min(numbers) >= 5


def test_what_was_hidden_stays_hidden_by_the_next_version(
    session: Session, here: Organisation, coordinator: User, areas: list[Neighbourhood],
    edition: Edition, app: Flask,
) -> None:  # fmt: skip
    """Three came; two more were forgotten, which is too few; or five, which would give it away."""
    for more in (2, 5):
        count(session, visits(here, areas[2], more, []))
        new = correction(session, coordinator, edition)
        assert told(new, Measure.CHILDREN, areas[2].district_id) is None
        service.drop(session, coordinator.actor(), new)
    assert session.scalars(select(Edition)).all() == [edition]
    new = correction(session, coordinator, edition)
    assert service.agree(session, coordinator.actor(), new, new.digest)
    audit_of_all = app.test_cli_runner().invoke(args=["disclosure", "audit"])
    assert audit_of_all.exit_code == 0, audit_of_all.output
    assert f"{past_half()}@2" in audit_of_all.output


def test_a_weakened_version_does_not_go_out(
    client: FlaskClient, session: Session, here: Organisation, coordinator: User,
    areas: list[Neighbourhood], edition: Edition,
) -> None:  # fmt: skip
    """The three that were hidden stand in the next version, as somebody counted them anew."""
    new = correction(session, coordinator, edition)
    with unit_of_work(session):
        content = json.loads(json.dumps(new.content))
        for area, n in (rules.WHOLE, 104), (areas[0].district_id, 60), (areas[1].district_id, 41):
            row = content["told"][Measure.VISITS_NAMED.value][str(area)]
            row |= dict.fromkeys((rules.EVERYBODY, str(here.id)), n)
        new.content, new.digest = content, rules.digest(content)
        audit.record(session, SYSTEM, "test.weakened", new.id)
    client.sign_in(coordinator)
    answer = client.post(f"/reports/{new.id}/agree", data={"digest": new.digest})
    assert answer.status_code == 422
    assert "klein getal" in answer.text
    session.refresh(new)
    assert new.released_at is None


def test_nobody_is_named_in_the_reason(
    client: FlaskClient, session: Session, make: Make, here: Organisation, coordinator: User,
    areas: list[Neighbourhood], edition: Edition,
) -> None:  # fmt: skip
    make.child(make.family(here), first_name="Soraya", surname="Benhaddou")
    client.sign_in(coordinator)
    for why in ("The visits of Soraya were missing.", "benhaddou was counted twice", "", "x" * 501):
        answer = client.post(f"/reports/{edition.id}/correct", data={"reason": why})
        assert answer.status_code == 422
    why = f"In {areas[0].district.name} a register was missing."
    answer = client.post(f"/reports/{edition.id}/correct", data={"reason": why})
    assert answer.status_code == 303


def test_only_the_newest_version_that_is_out_is_corrected_and_once_at_a_time(
    client: FlaskClient, session: Session, here: Organisation, coordinator: User,
    areas: list[Neighbourhood], edition: Edition, worker: User,
) -> None:  # fmt: skip
    count(session, visits(here, areas[0], 12, []))
    new = correction(session, coordinator, edition)
    client.sign_in(coordinator)
    for one in (edition, new):
        answer = client.post(f"/reports/{one.id}/correct", data={"reason": WHY})
        assert answer.status_code == 422
    client.post(f"/reports/{edition.id}/drop")
    assert len(session.scalars(select(Edition)).all()) == 2
    client.post(f"/reports/{new.id}/drop")
    assert session.scalars(select(Edition)).all() == [edition]
    client.sign_in(worker)
    for what in ("correct", "drop"):
        answer = client.post(f"/reports/{edition.id}/{what}", data={"reason": WHY})
        assert answer.status_code in (403, 404)


def test_counting_a_correction_again_keeps_which_version_it_corrects(
    session: Session, here: Organisation, coordinator: User, areas: list[Neighbourhood],
    edition: Edition,
) -> None:  # fmt: skip
    new = correction(session, coordinator, edition)
    assert new.content["corrects"]["changes"] == []
    count(session, visits(here, areas[1], 20, []))
    service.count_again(session, coordinator.actor(), new)
    assert new.content["corrects"]["changes"]
    assert new.content["corrects"]["digest"] == edition.digest
    assert new.content["corrects"]["reason"] == WHY
    assert service.agree(session, coordinator.actor(), new, new.digest)
    third = correction(session, coordinator, new, "Once more.")
    assert (third.number, third.content["corrects"]["number"]) == (3, 2)


def test_the_municipality_hears_that_it_is_a_correction_and_its_answer_stays(
    client: FlaskClient, session: Session, make: Make, here: Organisation, coordinator: User,
    areas: list[Neighbourhood], edition: Edition,
) -> None:  # fmt: skip
    reader = make.user(Role.MUNICIPALITY)
    service.react(session, reader.actor(), edition, "Thank you for this.")
    count(session, visits(here, areas[0], 12, []))
    new = correction(session, coordinator, edition)
    service.agree(session, coordinator.actor(), new, new.digest)
    message = session.scalars(select(Message).where(Message.template == "report.released")).one()
    with client.application.test_request_context():
        mail = render(session, message)
    assert mail is not None
    for words in (WHY, "versie 2", str(new.id)):
        assert words in mail.text
    client.sign_in(reader)
    assert "Thank you for this." in client.get(f"/reports/{new.id}").text
    assert client.get("/today").text.count("versie 2") == 1


def test_every_file_says_of_which_version_it_is(
    client: FlaskClient, session: Session, here: Organisation, coordinator: User,
    areas: list[Neighbourhood], edition: Edition,
) -> None:  # fmt: skip
    count(session, visits(here, areas[0], 12, []))
    new = correction(session, coordinator, edition)
    service.agree(session, coordinator.actor(), new, new.digest)
    client.sign_in(coordinator)
    for extension in files.FORMATS:
        answer = client.get(f"/reports/{new.id}/figures.{extension}")
        assert f"-v2.{extension}" in answer.headers["Content-Disposition"]
        if extension.endswith("csv"):
            rows = list(csv.DictReader(StringIO(answer.data.decode("utf-8-sig"))))
            assert {(row["version"], row["digest"]) for row in rows} <= {("2", new.digest)}
    document = client.get(f"/reports/{new.id}/figures.json").json
    assert (document["version"], document["digest"], document["reason"]) == ("2", new.digest, WHY)
    assert {"old": 104, "new": 116}.items() <= document["changes"][0].items()
    book = openpyxl.load_workbook(BytesIO(files.workbook(new)))
    assert new.digest in {cell.value for row in book["About"].iter_rows() for cell in row}
    assert 116 in {cell.value for row in book["What was corrected"].iter_rows() for cell in row}


def test_a_goal_that_is_called_otherwise_since_changes_no_report_that_is_out(
    session: Session, coordinator: User, goal: Goal, edition: Edition
) -> None:
    with unit_of_work(session):
        goal.title = "Everybody plays outside"
        audit.record(session, SYSTEM, "test.renamed", goal.id)
    new = correction(session, coordinator, edition)
    assert edition.content["goals"][0]["title"] == "Everybody plays"
    assert edition.digest == rules.digest(edition.content)
    assert new.content["goals"][0]["title"] == "Everybody plays outside"


def test_who_was_erased_since_still_counts_in_both_versions(
    session: Session, here: Organisation, coordinator: User, areas: list[Neighbourhood],
    edition: Edition,
) -> None:  # fmt: skip
    gone = visits(here, areas[0], 20, [])
    count(session, gone)
    first = correction(session, coordinator, edition)
    assert told(first, Measure.CHILDREN) == 124
    service.drop(session, coordinator.actor(), first)
    with unit_of_work(session):
        cells.freeze(session, total(gone))
        audit.record(session, SYSTEM, "test.erased", here.id)
    new = correction(session, coordinator, edition)
    assert (told(edition, Measure.CHILDREN), told(new, Measure.CHILDREN)) == (104, 124)
    assert cells.deviations(session, [nothing()]) is not None


def test_what_groups_answered_is_not_counted_again_and_hours_by_ten_hours(
    session: Session, here: Organisation, coordinator: User, goal: Goal, edition: Edition
) -> None:
    few = [
        facts.cells(Measure.ANSWERS, here.id, a_day(), None, [goal.id], n=11),
        facts.cells(Measure.MINUTES_PARENTS, here.id, a_day(), None, n=30),
        facts.cells(Measure.MINUTES_CONTACT, here.id, a_day(), None, n=600),
        facts.cells(Measure.SESSIONS, here.id, a_day(), None, n=1),
    ]
    count(session, few)
    new = correction(session, coordinator, edition)
    done = new.content["done"]
    assert done["answers"] == edition.content["done"]["answers"]
    assert done["minutes_parents"][rules.WHOLE][rules.EVERYBODY] == 0
    assert done["minutes_contact"][rules.WHOLE][rules.EVERYBODY] == 600
    assert done["sessions"][rules.WHOLE][rules.EVERYBODY] == 1


def test_children_of_the_published_ages_are_not_counted_again(
    session: Session, here: Organisation, coordinator: User, areas: list[Neighbourhood]
) -> None:
    """What is left of all children without them could change by one."""
    publish(session, {area.id: 200 for area in areas})
    count(session, [*visits(here, areas[0], 60, []), *visits(here, areas[1], 41, [])])
    first = service.make(session, coordinator.actor(), past_half())
    assert service.agree(session, coordinator.actor(), first, first.digest)
    (ages,) = rules.ages(first.content)
    count(session, visits(here, areas[0], 12, []))
    new = correction(session, coordinator, first)
    assert told(new, Measure.CHILDREN) == 113
    children = first.content["told"]["children"], new.content["told"]["children"]
    assert [by_area[rules.WHOLE][ages] for by_area in children] == [0, 0]
    assert service.agree(session, coordinator.actor(), new, new.digest)

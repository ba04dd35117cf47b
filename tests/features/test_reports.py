"""The goal report: told safely, agreed by all, frozen, and read by the municipality."""

import copy
import csv
import json
import re
from datetime import UTC, date, datetime
from io import BytesIO, StringIO
from threading import Thread
from uuid import UUID

import openpyxl
import pikepdf
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.activities.method import Recognised
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.errors import Refusal
from kinderwerk.core.ids import sortable
from kinderwerk.core.periods import Period
from kinderwerk.facts import rules as facts
from kinderwerk.facts import service as cells
from kinderwerk.facts.rules import Contribution, Measure, Place, nothing
from kinderwerk.goals.models import Goal
from kinderwerk.ideas import service as ideas
from kinderwerk.ideas.rules import Decision, Saying
from kinderwerk.logbook import service as logbook
from kinderwerk.logbook.rules import HourKind, Hours
from kinderwerk.messages.models import Message
from kinderwerk.places.models import KeyFigure, Neighbourhood
from kinderwerk.registers.models import Register
from kinderwerk.reports import figures, files, pdf, queries, rules, service
from kinderwerk.reports.drawn import Reached, drawn
from kinderwerk.reports.models import Edition
from kinderwerk.reports.reading import reading
from kinderwerk.storage.work import unit_of_work
from tests.came import hold
from tests.make import Make, all_seeing, past_half


def a_day() -> date:
    return past_half().begins.replace(day=20)


@pytest.fixture
def areas(make: Make) -> list[Neighbourhood]:
    return [make.neighbourhood() for _ in range(3)]


@pytest.fixture
def goal(make: Make, here: Organisation) -> Goal:
    return make.goal(
        here, begins_on=date(past_half().year, 1, 1), ends_on=date(past_half().year, 12, 31),
        target_children=100,
        title="Everybody plays",
    )  # fmt: skip


def count(session: Session, parts: list[Contribution]) -> None:
    with unit_of_work(session):
        cells.replace(session, nothing(), facts.total(parts))


def visits(
    here: Organisation,
    area: Neighbourhood,
    children: int,
    goals: list[Goal],
    day: date | None = None,
) -> list[Contribution]:
    place = Place(area.id, area.district_id)
    return [
        facts.child(here.id, sortable(), day or a_day(), place, [goal.id for goal in goals])
        for _ in range(children)
    ]


@pytest.fixture
def counted(session: Session, here: Organisation, areas: list[Neighbourhood], goal: Goal) -> None:
    parts = [
        *visits(here, areas[0], 60, [goal]), *visits(here, areas[1], 41, []),
        *visits(here, areas[2], 3, []),
    ]  # fmt: skip
    place = Place(areas[0].id, areas[0].district_id)
    for area in areas:
        there = Place(area.id, area.district_id)
        parts.append(facts.cells(Measure.REFERRALS, here.id, a_day(), there, n=23))
    parts.append(facts.cells(Measure.SIGNALS, here.id, a_day(), place, n=9))
    count(session, parts)


@pytest.fixture
def edition(session: Session, coordinator: User, counted: None) -> Edition:
    return service.make(session, coordinator.actor(), past_half())


def told(edition: Edition, measure: Measure, area: object = rules.WHOLE) -> int | None:
    number: int | None = edition.content["told"][measure.value][str(area)][rules.EVERYBODY]
    return number


def test_a_report_tells_reach_against_targets(
    client: FlaskClient, coordinator: User, counted: None
) -> None:
    client.sign_in(coordinator)
    answer = client.post("/reports/new", data={"period": str(past_half())}, follow_redirects=True)
    assert answer.status_code == 200
    for words in ("Everybody plays", "104", "60", "100"):
        assert words in answer.text


def test_small_numbers_are_nobody(
    edition: Edition, areas: list[Neighbourhood], here: Organisation
) -> None:
    by_area = [told(edition, Measure.CHILDREN, area.district_id) for area in areas]
    assert by_area[2] is None
    assert told(edition, Measure.CHILDREN) == 104
    assert told(edition, Measure.SIGNALS) is None
    assert told(edition, Measure.REFERRALS, areas[0].district_id) == 25
    assert told(edition, Measure.REFERRALS) == 70
    everywhere = [rules.WHOLE, *(area.district_id for area in areas)]
    visits_told = [told(edition, Measure.VISITS_NAMED, area) for area in everywhere]
    assert visits_told.count(None) >= 2, "else the hidden one is what is left of the whole"


def test_nothing_small_stands_anywhere_in_what_is_kept(edition: Edition) -> None:
    def numbers(held: object) -> list[int]:
        if isinstance(held, dict):
            return [n for part in held.values() for n in numbers(part)]
        return [held] if isinstance(held, int) else []

    sensitive = {measure.value for measure in rules.SENSITIVE}
    for measure, by_area in edition.content["told"].items():
        least = 10 if measure in sensitive else 5
        assert not [n for n in numbers(by_area) if 0 < n < least], measure
        assert measure not in sensitive or not [n for n in numbers(by_area) if n % 5]


def test_it_goes_out_once_all_agree_and_then_stays(
    client: FlaskClient, session: Session, make: Make, coordinator: User, edition: Edition
) -> None:
    other = make.user(Role.COORDINATOR, organisation=make.organisation())
    service.count_again(session, coordinator.actor(), edition)
    reader = make.user(Role.MUNICIPALITY)
    municipal = client.application.test_client()
    municipal.sign_in(reader)
    assert municipal.get(f"/reports/{edition.id}").status_code == 404
    for person in (coordinator, other):
        client.sign_in(person)
        assert municipal.get(f"/reports/{edition.id}").status_code == 404
        page = client.get(f"/reports/{edition.id}").text
        assert ("Wie al akkoord ging" in page) is (person is other)
        data = {"digest": edition.digest}
        assert client.post(f"/reports/{edition.id}/agree", data=data).status_code == 303
    page = municipal.get(f"/reports/{edition.id}")
    assert page.status_code == 200
    assert "104" in page.text
    session.refresh(edition)
    before = json.dumps(edition.content, sort_keys=True)
    client.post(f"/reports/{edition.id}/count-again")
    client.post(f"/reports/{edition.id}/dialogue", data={"seen": "x", "version": "1"})
    session.refresh(edition)
    assert json.dumps(edition.content, sort_keys=True) == before
    assert edition.digest == rules.digest(edition.content)
    assert edition.seen == ""


def test_before_it_goes_out_each_sees_only_their_own(
    client: FlaskClient, session: Session, make: Make, areas: list[Neighbourhood],
    coordinator: User, counted: None,
) -> None:  # fmt: skip
    there = make.organisation(name="The neighbours")
    count(session, visits(there, areas[0], 77, []))
    edition = service.make(session, coordinator.actor(), past_half())
    client.sign_in(coordinator)
    page = client.get(f"/reports/{edition.id}").text
    figures = re.findall(r">(\d+)<", page)
    assert "104" in figures
    assert not {"77", "181"} & set(figures)


def test_whoever_makes_a_report_counts_for_all_and_reaches_the_others_for_nothing_else(
    client: FlaskClient, session: Session, make: Make, areas: list[Neighbourhood],
    coordinator: User, counted: None,
) -> None:  # fmt: skip
    there = make.organisation(name="The neighbours")
    count(session, visits(there, areas[0], 77, []))
    client.sign_in(coordinator)
    assert client.post("/reports/new", data={"period": str(past_half())}).status_code == 303
    edition = session.scalars(select(Edition)).one()
    assert told(edition, Measure.CHILDREN) == 104 + 77
    assert client.post(f"/reports/{edition.id}/count-again").status_code == 303
    session.refresh(edition)
    assert told(edition, Measure.CHILDREN) == 104 + 77


def test_figures_that_changed_meanwhile_are_not_agreed_to(
    client: FlaskClient, session: Session, coordinator: User, edition: Edition
) -> None:
    client.sign_in(coordinator)
    answer = client.post(f"/reports/{edition.id}/agree", data={"digest": "of another day"})
    assert answer.status_code == 422
    assert "opnieuw geteld" in answer.text
    session.refresh(edition)
    assert edition.agreements == []
    assert edition.released_at is None


def test_two_reports_do_not_go_out_at_once_each_fit_only_without_the_other(
    session: Session, coordinator: User, counted: None
) -> None:
    last = clock.today().year - 1
    half = service.make(session, coordinator.actor(), Period(last, "H", 2))
    year = service.make(session, coordinator.actor(), Period(last))
    actor, year_id, year_digest = coordinator.actor(), year.id, year.digest
    refused: list[Refusal] = []

    def agree_elsewhere() -> None:
        with all_seeing(session.get_bind().engine) as other:
            try:
                service.agree(other, actor, queries.by_id(other, year_id), year_digest)
            except Refusal as refusal:
                refused.append(refusal)

    meanwhile = Thread(target=agree_elsewhere)
    with unit_of_work(session):
        service.agree(session, actor, half, half.digest)
        meanwhile.start()
        meanwhile.join(0.5)
    meanwhile.join()
    session.expire_all()
    assert half.released_at is not None
    assert year.released_at is None
    assert [type(refusal) for refusal in refused] == [rules.Overtaken]


@pytest.mark.parametrize(
    "role",
    [Role.VOLUNTEER, Role.PROTECTION_OFFICER, Role.ADMIN, Role.PRIVACY_OFFICER, None],
)
def test_a_report_is_not_for_everybody(
    client: FlaskClient, make: Make, here: Organisation, edition: Edition, role: Role | None
) -> None:
    client.sign_in(make.user(role, organisation=here))
    assert client.get("/reports/").status_code == 403
    assert client.get(f"/reports/{edition.id}").status_code == 404


def test_another_municipality_reads_its_own_only(
    client: FlaskClient, session: Session, make: Make, coordinator: User, edition: Edition
) -> None:
    service.agree(session, coordinator.actor(), edition, edition.digest)
    client.sign_in(make.user(Role.MUNICIPALITY, municipality=make.municipality()))
    assert client.get(f"/reports/{edition.id}").status_code == 404
    assert past_half().begins.isoformat() not in client.get("/reports/").text
    client.sign_in(make.user(Role.MUNICIPALITY))
    assert client.get(f"/reports/{edition.id}").status_code == 200


def test_a_period_is_over_and_has_one_report(
    client: FlaskClient, coordinator: User, edition: Edition
) -> None:
    client.sign_in(coordinator)
    now = Period.holding(clock.today())[1]
    for wrong in (str(past_half()), str(now), "1999-H1", "x"):
        assert client.post("/reports/new", data={"period": wrong}).status_code == 422


def test_a_quarter_tells_nothing_sensitive_and_comes_before_what_it_is_part_of(
    client: FlaskClient, coordinator: User, edition: Edition
) -> None:
    client.sign_in(coordinator)
    late = client.post("/reports/new", data={"period": str(past_half().quarters[0])})
    assert late.status_code == 422
    quarter = Period.holding(clock.today())[0].previous
    if quarter in past_half().quarters:
        quarter = next(one for one in rules.offered(clock.today()) if one.kind == "Q"
                       and one not in past_half().quarters)  # fmt: skip
    page = client.post("/reports/new", data={"period": str(quarter)}, follow_redirects=True)
    assert "alleen per halfjaar en per jaar" in page.text


def test_a_neighbourhood_that_was_only_counted_is_reached_without_names(
    client: FlaskClient, session: Session, make: Make, here: Organisation,
    areas: list[Neighbourhood], coordinator: User, counted: None,
) -> None:  # fmt: skip
    beside = make.neighbourhood(district=areas[0].district)
    place = Place(beside.id, beside.district_id)
    count(session, [facts.cells(Measure.VISITS_TALLY, here.id, a_day(), place, n=33)])
    edition = service.make(session, coordinator.actor(), past_half())
    assert service.agree(session, coordinator.actor(), edition, edition.digest)
    client.sign_in(coordinator)
    page = client.get(f"/reports/{edition.id}").text
    assert "zonder namen bereikt: 33 bezoeken" in page


def test_hours_stand_beside_what_others_spend_and_the_period_before_beside_this_one(
    client: FlaskClient, session: Session, here: Organisation, coordinator: User, goal: Goal,
    areas: list[Neighbourhood], counted: None,
) -> None:  # fmt: skip
    before = past_half().previous
    count(session, visits(here, areas[0], 77, [goal], before.begins.replace(day=20)))
    for measure, n in (Measure.MINUTES_CONTACT, 90 * 60), (Measure.MINUTES_ADMINISTRATION, 30 * 60):
        count(session, [facts.cells(measure, here.id, a_day(), None, n=n)])
    first = service.make(session, coordinator.actor(), before)
    assert service.agree(session, coordinator.actor(), first, first.digest)
    edition = service.make(session, coordinator.actor(), past_half())
    report = reading(edition.content, only=None)
    assert report.whole.before[Measure.CHILDREN.value].count == 77
    assert [(one.together, one.administration) for one in report.hours] == [(120, 25)]
    client.sign_in(coordinator)
    assert "Administratie, van de 100 uur" in client.get(f"/reports/{edition.id}").text


def test_what_groups_answered_is_told_of_a_goal_from_ten_answers_on(
    client: FlaskClient, session: Session, make: Make, here: Organisation, coordinator: User,
    goal: Goal, counted: None,
) -> None:  # fmt: skip
    other = make.goal(
        here, begins_on=past_half().begins, ends_on=past_half().ends, title="Few were asked"
    )
    for one, asked, answers in (goal, 40, 30), (other, 12, 9):
        for measure, n in (
            (Measure.MEASURED, 2), (Measure.ASKED, asked), (Measure.ANSWERS, answers),
        ):  # fmt: skip
            count(session, [facts.cells(measure, here.id, a_day(), None, [one.id], n=n)])
    edition = service.make(session, coordinator.actor(), past_half())
    lines = {line.name: line for line in reading(edition.content, only=None).voices}
    assert (lines["Everybody plays"].response, lines["Few were asked"].response) == (75, None)
    assert lines["Few were asked"].voice[Measure.ANSWERS.value].count is None
    told = [
        (row.goal, row.value) for row in figures.rows(edition.content)
        if row.measure == Measure.ANSWERS.value
    ]  # fmt: skip
    assert sorted(told, key=str) == [("Everybody plays", 30), ("Few were asked", None)]
    client.sign_in(coordinator)
    assert "Wat groepen antwoordden" in client.get(f"/reports/{edition.id}").text


def test_a_later_edition_does_not_give_away_an_earlier_small_number(
    session: Session, here: Organisation, areas: list[Neighbourhood], coordinator: User,
    edition: Edition,
) -> None:  # fmt: skip
    """The year minus the published half must not be the half that was hidden."""
    actor, year = coordinator.actor(), Period(past_half().year)
    other = Period(past_half().year, "H", 3 - past_half().number)
    count(session, visits(here, areas[2], 40, [], other.begins.replace(day=20)))
    assert service.agree(session, actor, edition, edition.digest)
    with clock.stopped(datetime(past_half().year + 1, 2, 1, tzinfo=UTC)):
        for period in (other, year):
            later = service.make(session, actor, period)
            assert service.agree(session, actor, later, later.digest)
    editions = session.scalars(select(Edition).order_by(Edition.period))
    out = queries.made(session, editions.all())
    shown = rules.told(out)
    district, named = str(areas[2].district_id), Measure.VISITS_NAMED.value
    hidden = [shown[named, (str(period), district, rules.EVERYBODY)].hidden
              for period in (past_half(), other, year)]  # fmt: skip
    assert hidden[0]
    assert hidden[1] or hidden[2]
    assert not rules.given_away(out[0], {}, out[1:])


def test_what_would_give_away_a_small_number_does_not_go_out(
    client: FlaskClient, session: Session, here: Organisation, areas: list[Neighbourhood],
    coordinator: User, edition: Edition,
) -> None:  # fmt: skip
    """Somebody put back a number that was hidden; or a fault in protecting did."""
    told = copy.deepcopy(edition.content)
    row = told["told"][Measure.VISITS_NAMED.value]
    for area, n in (rules.WHOLE, 104), (areas[0].district_id, 60), (areas[1].district_id, 41):
        row[str(area)] = dict.fromkeys(row[str(area)], n)
    with unit_of_work(session):
        edition.content, edition.digest = told, rules.digest(told)
        audit.record(session, coordinator.actor(), "test.made", edition.id)
    client.sign_in(coordinator)
    answer = client.post(f"/reports/{edition.id}/agree", data={"digest": edition.digest})
    assert answer.status_code == 422
    for words in ("klein getal", "Tel het rapport opnieuw", here.name, "count-again"):
        assert words in answer.text
    session.refresh(edition)
    assert edition.released_at is None
    assert edition.agreements == []
    client.post(f"/reports/{edition.id}/count-again")
    session.refresh(edition)
    client.post(f"/reports/{edition.id}/agree", data={"digest": edition.digest})
    session.refresh(edition)
    assert edition.released_at is not None


def test_the_audit_says_what_a_weakened_report_gives_away(
    app: Flask, session: Session, areas: list[Neighbourhood], coordinator: User, edition: Edition
) -> None:
    assert service.agree(session, coordinator.actor(), edition, edition.digest)
    told = app.test_cli_runner().invoke(args=["disclosure", "audit"])
    assert told.exit_code == 0, told.output
    weakened = copy.deepcopy(edition.content)
    row = weakened["told"][Measure.VISITS_NAMED.value]
    for area, n in (rules.WHOLE, 104), (areas[0].district_id, 60), (areas[1].district_id, 41):
        row[str(area)] = dict.fromkeys(row[str(area)], n)
    with unit_of_work(session):
        edition.content = weakened
        audit.record(session, coordinator.actor(), "test.made", edition.id)
    told = app.test_cli_runner().invoke(args=["disclosure", "audit"])
    assert told.exit_code == 1
    assert "can be worked out" in told.output


def test_a_report_that_was_protected_without_another_is_counted_again_first(
    client: FlaskClient, session: Session, coordinator: User, counted: None
) -> None:
    actor, last = coordinator.actor(), clock.today().year - 1
    half = service.make(session, actor, Period(last, "H", 2))
    year = service.make(session, actor, Period(last))
    service.agree(session, actor, half, half.digest)
    client.sign_in(coordinator)
    answer = client.post(f"/reports/{year.id}/agree", data={"digest": year.digest})
    assert answer.status_code == 422
    assert "Tel het rapport opnieuw" in answer.text
    client.post(f"/reports/{year.id}/count-again")
    session.refresh(year)
    answer = client.post(f"/reports/{year.id}/agree", data={"digest": year.digest})
    assert answer.status_code == 303
    session.refresh(year)
    assert year.released_at is not None


def test_a_report_that_could_not_be_made_safe_says_so_before_anybody_agrees(
    client: FlaskClient, session: Session, coordinator: User, edition: Edition
) -> None:
    with unit_of_work(session):
        edition.content = edition.content | {"safe": False}
        edition.digest = rules.digest(edition.content)
        audit.record(session, coordinator.actor(), "test.made", edition.id)
    client.sign_in(coordinator)
    page = client.get(f"/reports/{edition.id}").text
    assert "kan zo niet naar buiten" in page
    assert "/agree" not in page
    answer = client.post(f"/reports/{edition.id}/agree", data={"digest": edition.digest})
    assert answer.status_code == 422


def test_files_hold_what_the_page_holds_and_nothing_that_is_worked_out(
    client: FlaskClient, session: Session, make: Make, here: Organisation, coordinator: User,
    counted: None,
) -> None:  # fmt: skip
    make.goal(
        here, begins_on=past_half().begins, ends_on=past_half().ends, title="=1+1, @home",
    )  # fmt: skip
    edition = service.make(session, coordinator.actor(), past_half())
    client.sign_in(coordinator)
    address = f"/reports/{edition.id}/figures."
    assert client.get(address + "csv").status_code == 404
    assert service.agree(session, coordinator.actor(), edition, edition.digest)
    told = {
        (row.measure, row.area, row.organisation, row.goal): row.value
        for row in figures.rows(edition.content)
    }
    whole = edition.content["municipality"]
    assert told[Measure.CHILDREN, whole, "", ""] == 104
    assert None in told.values()
    lines = list(csv.DictReader(StringIO(client.get(address + "csv").data.decode("utf-8-sig"))))
    read = {
        (line["measure"], line["area"], line["organisation"], line["goal"].removeprefix("'")):
        int(line["value"]) if line["shown"] == "yes" else None
        for line in lines
    }  # fmt: skip
    assert read == told
    assert "'=1+1, @home" in {line["goal"] for line in lines}
    document = client.get(address + "json").json
    assert document["digest"] == edition.digest
    assert [row["value"] for row in document["figures"]] == list(told.values())
    meant = {entry["name"] for entry in document["dictionary"]}
    assert {row["measure"] for row in document["figures"]} | set(document["figures"][0]) <= meant
    book = openpyxl.load_workbook(BytesIO(client.get(address + "xlsx").data))
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert "=1+1, @home" in {cell.value for cell in cells}
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert client.get(address + "exe").status_code == 404


def test_the_municipality_is_told_and_asked_and_answers_once(
    client: FlaskClient, session: Session, make: Make, coordinator: User, edition: Edition
) -> None:
    reader, worker = make.user(Role.MUNICIPALITY), make.user(Role.WORKER)
    make.user(Role.MUNICIPALITY, municipality=make.municipality())
    said = service.Dialogue(seen="", thought="", agreed="", asked="A safe way across?")
    service.write(session, coordinator.actor(), edition, edition.version, said)
    client.sign_in(reader)
    assert client.get(f"/reports/{edition.id}/react").status_code == 404
    service.agree(session, coordinator.actor(), edition, edition.digest)
    told = session.scalars(select(Message).where(Message.template == "report.released"))
    assert [message.address for message in told] == [reader.email]
    assert "A safe way across?" in client.get("/today").text
    for words in ("It comes this autumn.", "On second thoughts, it does not."):
        client.post(f"/reports/{edition.id}/react", data={"reaction": words})
    client.sign_in(worker)
    page = client.get(f"/reports/{edition.id}").text
    assert "It comes this autumn." in page
    assert "On second thoughts" not in page
    assert client.post(f"/reports/{edition.id}/react", data={"reaction": "x"}).status_code == 403


def publish(session: Session, living: dict[UUID, int | None]) -> None:
    with unit_of_work(session):
        session.add_all(
            KeyFigure(
                neighbourhood_id=id, year=past_half().year, name="children_0_14",
                label="inwoners_0_tot_15", age_from=0, age_to=14, value=value,
            )
            for id, value in living.items()
        )  # fmt: skip


def came(session: Session, make: Make, here: Organisation, often: dict[Neighbourhood, int]) -> None:
    homes = {make.child(make.family(here)).id: area for area, n in often.items() for _ in range(n)}
    hold(session, make, make.worker(organisation=here), a_day(), homes)


def test_a_share_is_of_the_children_of_the_same_area(
    client: FlaskClient, session: Session, make: Make, here: Organisation,
    areas: list[Neighbourhood], coordinator: User,
) -> None:  # fmt: skip
    """A district of which one neighbourhood has no figure has no share, nor has the whole."""
    beside = make.neighbourhood(district=areas[1].district)
    publish(session, {areas[0].id: 240, areas[1].id: 41, areas[2].id: 100, beside.id: None})
    came(session, make, here, dict(zip(areas, (60, 41, 23), strict=True)))
    client.sign_in(coordinator)
    page = client.post(
        "/reports/new", data={"period": str(past_half())}, follow_redirects=True
    ).text
    shares = re.findall(r'data-label="Hoogstens, van de 100" class="numeric">(.*?)<', page)
    assert [share.isdigit() for share in shares[: len(areas)]] == [True, False, True]
    assert shares[0] == "25"
    assert f"hoeveel kinderen er wonen: {areas[1].district.name}." in page
    assert "kinderen die hier wonen" not in page


def test_the_share_of_the_whole_area_is_there_once_every_neighbourhood_is_known(
    client: FlaskClient, session: Session, make: Make, here: Organisation,
    areas: list[Neighbourhood], coordinator: User,
) -> None:  # fmt: skip
    publish(session, {area.id: 200 for area in areas})
    came(session, make, here, dict(zip(areas, (60, 41, 3), strict=True)))
    client.sign_in(coordinator)
    page = client.post(
        "/reports/new", data={"period": str(past_half())}, follow_redirects=True
    ).text
    assert "Hoogstens 17 van de 100 kinderen die hier wonen (0 tot en met 14 jaar)" in page


def test_the_pdf_is_tagged_and_made_once(
    app: Flask, session: Session, coordinator: User, edition: Edition, client: FlaskClient
) -> None:
    client.sign_in(coordinator)
    assert client.get(f"/reports/{edition.id}/report.pdf").status_code == 404
    service.agree(session, coordinator.actor(), edition, edition.digest)
    with app.test_request_context():
        pdf.make(session, str(edition.id))
    answer = client.get(f"/reports/{edition.id}/report.pdf")
    assert answer.mimetype == "application/pdf"
    with pikepdf.open(BytesIO(answer.data)) as document:
        assert document.Root.MarkInfo.Marked
        assert "/StructTreeRoot" in document.Root
        assert str(document.Root.Lang) == "nl"


def test_the_map_on_paper_tells_what_the_table_tells(
    edition: Edition, areas: list[Neighbourhood]
) -> None:
    square = {"type": "Polygon", "coordinates": [[[4, 52], [5, 52], [5, 53], [4, 52]]]}
    picture = drawn(edition.content, [(area.id, area.name, square) for area in areas])
    shown = [area.reached for area in picture.areas]
    assert shown[2] is Reached.HIDDEN, "three children are not told"
    assert Reached.KNOWN in picture.legend, "nobody knows how many live there"
    assert drawn(edition.content, []).areas == ()


def test_methods_volunteers_partners_and_ideas_stand_in_every_form(
    client: FlaskClient, session: Session, make: Make, here: Organisation, coordinator: User,
    worker: User, counted: None,
) -> None:  # fmt: skip
    helper = make.user(Role.VOLUNTEER, organisation=here)
    make.partner(here, agreed_from=past_half().begins)
    day = a_day()
    with clock.stopped(clock.from_wall(datetime(day.year, day.month, day.day, 12))):
        logbook.set_hours(
            session, helper.actor(), Hours(day=day, kind=HourKind.CONTACT, minutes=180)
        )
        saying = Saying(words="Een net", band=None, once=sortable())
        idea = ideas.write_down(session, worker.actor(), saying)
        ideas.decide(
            session, worker.actor(), idea.id, None, Decision(decision="Ja", because="Velen vroegen")
        )
    activity = make.activity(worker, intervention="Sportief Samen", recognised=Recognised.YES)
    with unit_of_work(session):
        session.add(
            Register(
                organisation_id=here.id, occurrence=activity.occurrences[0], held_on=day,
                goal_ids=[], neighbourhood_id=None, closed_at=clock.now(),
            )
        )  # fmt: skip
        audit.record(session, SYSTEM, "test.made", activity.occurrences[0].id)
    edition = service.make(session, coordinator.actor(), past_half())
    assert edition.content["besides"][str(here.id)] == {
        "volunteers": 1, "volunteer_hours": 3, "partners": 0, "agreements": 1, "ideas": 1,
        "ideas_decided": 1, "ideas_answered": 0,
    }  # fmt: skip
    assert [(one["name"], one["sessions"]) for one in edition.content["methods"]] == [
        ("Sportief Samen", 1)
    ]
    client.sign_in(coordinator)
    page = client.get(f"/reports/{edition.id}").text
    for words in ("Sportief Samen", "Uren van vrijwilligers", "Wat kinderen voorstelden"):
        assert words in page
    assert service.agree(session, coordinator.actor(), edition, edition.digest)
    rows = list(csv.DictReader(StringIO(files.table(edition).decode("utf-8-sig"))))
    assert {"volunteers", "ideas_answered"} <= {row["measure"] for row in rows}
    held = json.loads(files.document(edition))
    assert held["interventions"][0]["recognised"] == "yes"
    assert "Interventions" in openpyxl.load_workbook(BytesIO(files.workbook(edition))).sheetnames

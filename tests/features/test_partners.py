"""The directory: who else helps here, for whom, how you get in, and how long people wait."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from shapely.geometry import box, mapping
from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation
from kinderwerk.accounts.rules import Country
from kinderwerk.audit.models import AuditEntry
from kinderwerk.core import clock
from kinderwerk.partners.models import Partner, PartnerContact
from kinderwerk.partners.rules import HelpSystem, PartnerType
from kinderwerk.places.models import Neighbourhood
from tests.make import Make

SCHOOLS = Path(__file__).parent.parent / "data" / "places" / "zomerdorp-scholen.csv"
TEAM = {
    "name": "Wijkteam Haven", "kind": "neighbourhood_team", "help_system": "",
    "contact_name": "Balie", "phone": "010 1234567", "email": "Team@example.org",
    "how_to_reach": "Loop binnen op dinsdag.", "age_from": "0", "age_to": "18",
}  # fmt: skip


@pytest.fixture
def harbour(make: Make) -> Neighbourhood:
    outline = dict(mapping(box(4.4, 51.9, 4.41, 51.91)))
    return make.neighbourhood(name="Havenkwartier", outline=outline)


@pytest.fixture
def worker(client: FlaskClient, make: Make, here: Organisation) -> FlaskClient:
    client.sign_in(make.worker(organisation=here))
    return client


def only(session: Session) -> Partner:
    return session.scalars(select(Partner)).one()


@pytest.mark.parametrize("role", [Role.WORKER, Role.COORDINATOR, Role.ADMIN])
def test_a_partner_is_noted_and_found(
    client: FlaskClient, session: Session, make: Make, here: Organisation, role: Role
) -> None:
    client.sign_in(make.user(role, organisation=here))
    answer = client.post("/partners/new", data=TEAM)
    assert answer.status_code == 303
    shown = client.get(answer.location).text
    for words in ("Wijkteam Haven", "010 1234567", "team@example.org", "Loop binnen", "Balie"):
        assert words in shown
    assert "Wijkteam Haven" in client.get("/partners/").text
    assert only(session).help_system is HelpSystem.YOUTH_HELP
    deeds = session.scalars(
        select(AuditEntry.deed).where(AuditEntry.subject_id == only(session).id)
    )
    assert deeds.all() == ["partner.added"]


def test_the_help_system_follows_the_kind_unless_somebody_says_otherwise(
    worker: FlaskClient, session: Session
) -> None:
    worker.post("/partners/new", data=TEAM | {"kind": "gp"})
    worker.post("/partners/new", data=TEAM | {"kind": "gp", "help_system": "disability"})
    systems = set(session.scalars(select(Partner.help_system)))
    assert systems == {HelpSystem.HEALTH, HelpSystem.DISABILITY}


def test_a_point_finds_its_neighbourhood(
    worker: FlaskClient, session: Session, harbour: Neighbourhood
) -> None:
    worker.post("/partners/new", data=TEAM | {"latitude": "51,905", "longitude": "4,405"})
    assert only(session).neighbourhood_id == harbour.id
    assert "Havenkwartier" in worker.get(f"/partners/{only(session).id}").text


def test_without_a_point_the_neighbourhood_is_chosen(
    worker: FlaskClient, session: Session, harbour: Neighbourhood
) -> None:
    worker.post("/partners/new", data=TEAM | {"neighbourhood_id": str(harbour.id)})
    assert only(session).neighbourhood_id == harbour.id


def test_a_waiting_time_says_when_somebody_asked(worker: FlaskClient, session: Session) -> None:
    page = worker.post("/partners/new", data=TEAM | {"waiting_weeks": "6"}).location
    assert only(session).checked_on == clock.today()
    assert "6 weken" in worker.get(page).text
    old = TEAM | {"waiting_weeks": "2", "checked_on": "2020-01-01", "version": "1"}
    worker.post(f"{page}/edit", data=old)
    for shown in (page, "/partners/"):
        assert "Vraag opnieuw na" in worker.get(shown).text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 161}, "name"),
        ({"kind": "wizard"}, "kind"),
        ({"help_system": "magic"}, "help_system"),
        ({"latitude": "51.9"}, "longitude"),
        ({"latitude": "nan", "longitude": "4"}, "latitude"),
        ({"neighbourhood_id": "nowhere"}, "neighbourhood_id"),
        ({"neighbourhood_id": str(uuid4())}, "neighbourhood_id"),
        ({"website": "javascript:alert(1)"}, "website"),
        ({"email": "nobody"}, "email"),
        ({"phone": "bel maar"}, "phone"),
        ({"age_from": "-1"}, "age_from"),
        ({"age_from": "12", "age_to": "4"}, "age_to"),
        ({"age_to": "9" * 30}, "age_to"),
        ({"waiting_weeks": "1e9"}, "waiting_weeks"),
        ({"checked_on": "2999-01-01"}, "checked_on"),
        ({"checked_on": "31-02-2026"}, "checked_on"),
        ({"how_to_reach": "x" * 1001}, "how_to_reach"),
        ({"how_to_reach": "The mother has 111222333"}, "how_to_reach"),
    ],
)
def test_what_makes_no_sense_is_blamed_on_its_field_and_nothing_is_lost(
    worker: FlaskClient, session: Session, wrong: dict[str, str], field: str
) -> None:
    answer = worker.post("/partners/new", data=TEAM | wrong)
    assert answer.status_code == 422
    assert f'id="{field}-error"' in answer.text
    assert "010 1234567" in answer.text or field == "phone"
    assert "111222333" not in answer.text
    assert session.scalars(select(Partner)).all() == []


@pytest.mark.parametrize(
    "name", ["<script>alert(1)</script>", "{{ 7*7 }}", "\u202eannaH", "👩‍👧 Team", "' OR 1=1 --"]
)
def test_odd_names_are_only_text(worker: FlaskClient, name: str) -> None:
    page = worker.post("/partners/new", data=TEAM | {"name": name}).location
    for shown in (page, "/partners/", f"{page}/edit"):
        text = worker.get(shown).text
        assert "<script>alert" not in text
        assert "\u202e" not in text
        assert ">49<" not in text


def test_two_people_changing_a_partner_see_each_others_text(
    worker: FlaskClient, session: Session
) -> None:
    page = worker.post("/partners/new", data=TEAM).location + "/edit"
    first = worker.post(page, data=TEAM | {"name": "Sociaal team", "version": "1"})
    assert first.status_code == 303
    late = worker.post(page, data=TEAM | {"name": "Buurtteam", "version": "1"})
    assert late.status_code == 409
    assert "Sociaal team" in late.text
    assert "Buurtteam" in late.text
    assert only(session).name == "Sociaal team"


def test_a_partner_no_longer_used_stays_and_can_come_back(worker: FlaskClient) -> None:
    page = worker.post("/partners/new", data=TEAM).location
    worker.post(f"{page}/retire")
    assert "Wijkteam Haven" not in worker.get("/partners/").text
    assert "Wijkteam Haven" in worker.get("/partners/?retired=1").text
    assert worker.get(page).status_code == 200
    worker.post(f"{page}/retire")
    assert "Wijkteam Haven" in worker.get("/partners/").text


def test_the_list_shows_what_was_chosen_and_the_choice_stays_in_the_address(
    worker: FlaskClient, make: Make, here: Organisation, harbour: Neighbourhood
) -> None:
    make.partner(
        here, name="Vlieger", kind=PartnerType.PRIMARY_SCHOOL, help_system=HelpSystem.EDUCATION,
        neighbourhood=harbour, age_from=4, age_to=12,
    )  # fmt: skip
    make.partner(here, name="Huisarts Park", kind=PartnerType.GP, help_system=HelpSystem.HEALTH)
    make.partner(here, name="Jongerenhuis", kind=PartnerType.YOUTH_WORK, age_from=12)

    def listed(query: str) -> set[str]:
        shown = worker.get(f"/partners/?{query}").text
        return {name for name in ("Vlieger", "Huisarts Park", "Jongerenhuis") if name in shown}

    assert listed("") == {"Vlieger", "Huisarts Park", "Jongerenhuis"}
    assert listed("kind=gp") == {"Huisarts Park"}
    assert listed("help_system=education") == {"Vlieger"}
    assert listed(f"neighbourhood_id={harbour.id}") == {"Vlieger"}
    assert listed("age=8") == {"Vlieger", "Huisarts Park"}
    assert listed("age=0") == {"Huisarts Park"}
    assert listed("q=huis") == {"Huisarts Park", "Jongerenhuis"}
    assert listed("q=huis&age=15") == {"Huisarts Park", "Jongerenhuis"}
    assert listed("kind=gp&age=8&q=vlieger") == set()
    chips = worker.get("/partners/?kind=gp&age=8").text
    assert 'href="/partners/?age=8"' in chips
    assert 'href="/partners/?kind=gp"' in chips


@pytest.mark.parametrize(
    "query",
    ["age=old", "age=-1", "kind=wizard", "neighbourhood_id=1", "q=%00", "q=%25", "q=" + "x" * 500,
     "neighbourhood_id=00000000-0000-4000-8000-000000000007", "page=0", "page=many",
     "q=%E2%80%AE", "age=99999999999999999999"],
)  # fmt: skip
def test_choices_that_make_no_sense_change_nothing(
    worker: FlaskClient, make: Make, here: Organisation, query: str
) -> None:
    make.partner(here, name="Vlieger % Co")
    answer = worker.get(f"/partners/?{query}")
    assert answer.status_code in (200, 422)
    assert "Vlieger" in answer.text


def test_a_long_list_comes_in_pages_that_keep_the_choice(
    worker: FlaskClient, make: Make, here: Organisation
) -> None:
    for number in range(51):
        make.partner(here, name=f"Team {number:02d}", kind=PartnerType.GP)
    first = worker.get("/partners/?kind=gp").text
    assert "Team 49" in first
    assert "Team 50" not in first
    assert "/partners/?kind=gp&amp;page=2" in first
    assert "Team 50" in worker.get("/partners/?kind=gp&page=2").text
    assert worker.get("/partners/?page=999999999999999999999").status_code == 200


def test_partners_of_another_organisation_are_out_of_sight(
    app: Flask, worker: FlaskClient, make: Make
) -> None:
    page = worker.post("/partners/new", data=TEAM).location
    stranger = app.test_client()
    stranger.sign_in(make.worker())
    assert "Wijkteam Haven" not in stranger.get("/partners/").text
    assert stranger.get(page).status_code == 404
    assert stranger.post(f"{page}/edit", data=TEAM).status_code == 404
    assert stranger.post(f"{page}/retire").status_code == 404


def test_whoever_works_in_one_neighbourhood_has_the_whole_directory(
    client: FlaskClient, make: Make, here: Organisation, harbour: Neighbourhood
) -> None:
    partner = make.partner(here, name="Kinderarts")
    client.sign_in(make.worker(organisation=here, neighbourhood_id=harbour.id))
    assert "Kinderarts" in client.get("/partners/").text
    assert client.get(f"/partners/{partner.id}").status_code == 200


@pytest.mark.parametrize("role", [Role.VOLUNTEER, Role.PROTECTION_OFFICER])
def test_some_read_the_directory_and_do_not_change_it(
    client: FlaskClient, make: Make, here: Organisation, role: Role
) -> None:
    partner = make.partner(here, name="Speeltuin")
    client.sign_in(make.user(role, organisation=here))
    assert "Speeltuin" in client.get("/partners/").text
    assert client.get(f"/partners/{partner.id}").status_code == 200
    for way in ("new", f"{partner.id}/edit"):
        assert client.get(f"/partners/{way}").status_code == 403
    assert client.post(f"/partners/{partner.id}/retire").status_code == 403


@pytest.mark.parametrize("role", [Role.MUNICIPALITY, Role.PRIVACY_OFFICER, Role.CONFIDANT, None])
def test_others_have_no_directory(
    client: FlaskClient, make: Make, here: Organisation, role: Role | None
) -> None:
    partner = make.partner(here)
    client.sign_in(make.user(role, organisation=here) if role else make.parent())
    assert client.get("/partners/").status_code == 403
    assert client.get(f"/partners/{partner.id}").status_code == 403


def test_the_list_takes_the_same_few_statements_however_long(
    worker: FlaskClient, make: Make, here: Organisation, harbour: Neighbourhood,
    statements: list[str],
) -> None:  # fmt: skip
    def count() -> int:
        statements.clear()
        worker.get("/partners/")
        return len(statements)

    make.partner(here, neighbourhood=harbour)
    few = count()
    for _ in range(8):
        make.partner(here, neighbourhood=harbour)
    assert count() == few <= 6


def bring_in(app: Flask, session: Session, file: Path, *more: str) -> str:
    result = app.test_cli_runner().invoke(args=["import", "partners", str(file), *more])
    session.rollback()  # so that the test sees what the command wrote
    assert result.exit_code == 0, result.output
    return result.output


def test_schools_become_partners_and_are_known_again(
    app: Flask, session: Session, here: Organisation, harbour: Neighbourhood
) -> None:
    owner = ("--organisation", here.name)
    output = bring_in(app, session, SCHOOLS, *owner)
    assert "Wrote 4 partners (4 new)." in output
    assert "Without a point, so in no neighbourhood (1):\n  De Reiziger" in output
    assert "Outside every neighbourhood (2):\n  Het Anker\n  De Verte" in output
    assert "Wrote 4 partners (0 new)." in bring_in(app, session, SCHOOLS, *owner)
    kite = session.scalars(select(Partner).where(Partner.source_key == "99AA00")).one()
    assert (kite.kind, kite.help_system) == (PartnerType.PRIMARY_SCHOOL, HelpSystem.EDUCATION)
    assert kite.neighbourhood_id == harbour.id
    assert kite.address == "Dorpsstraat 1, 9999 AA Zomerdorp"
    assert kite.version == 1, "nothing had changed"


def test_what_somebody_noted_survives_the_next_import(
    app: Flask, session: Session, worker: FlaskClient, here: Organisation, tmp_path: Path
) -> None:
    bring_in(app, session, SCHOOLS, "--organisation", here.name)
    kite = session.scalars(select(Partner).where(Partner.source_key == "99AA00")).one()
    noted = {"name": kite.name, "kind": "primary_school", "phone": "010 7654321", "version": "1"}
    worker.post(f"/partners/{kite.id}/edit", data=noted)
    renamed = tmp_path / "renamed.csv"
    renamed.write_text(SCHOOLS.read_text().replace("De Vlieger", "De Vliegers"))
    bring_in(app, session, renamed, "--organisation", here.name)
    session.refresh(kite)
    assert (kite.name, kite.phone) == ("De Vliegers", "010 7654321")


def test_a_list_of_another_kind_of_partner(
    app: Flask, session: Session, here: Organisation
) -> None:
    bring_in(app, session, SCHOOLS, "--organisation", here.name, "--type", "sport_club")
    assert set(session.scalars(select(Partner.kind))) == {PartnerType.SPORT_CLUB}


@pytest.mark.parametrize(
    ("spoilt", "told"),
    [
        (("99AB00", "99AA00"), "Row 3: The number 99AA00 stands in row 2 already."),
        (("51.915", "noord"), "Row 3"),
        (("De Verte", " "), "Row 5: It has no name."),
    ],
)
def test_a_faulty_list_is_refused_whole_with_its_rows(
    app: Flask, session: Session, here: Organisation, tmp_path: Path, spoilt: tuple[str, str],
    told: str,
) -> None:  # fmt: skip
    file = tmp_path / "faulty.csv"
    file.write_text(SCHOOLS.read_text().replace(*spoilt))
    arguments = ["import", "partners", str(file), "--organisation", here.name]
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 1
    assert "Nothing was written." in result.output
    assert told in result.output
    assert session.scalars(select(Partner)).all() == []


def test_an_unknown_organisation_is_said_so(app: Flask) -> None:
    arguments = ["import", "partners", str(SCHOOLS), "--organisation", "Nobody"]
    result = app.test_cli_runner().invoke(args=arguments)
    assert result.exit_code == 2
    assert "There is no organisation called Nobody." in result.output


def test_languages_and_the_agreement_are_noted_and_found(
    worker: FlaskClient, session: Session
) -> None:
    more = {"languages": ["ar", "tr"], "agreed_from": "2024-01-01", "agreement": "Contract 7"}
    worker.post("/partners/new", data=TEAM | more)
    shown = worker.get(f"/partners/{only(session).id}").text
    for words in ("العربية", "Contract 7"):
        assert words in shown
    assert TEAM["name"] in worker.get("/partners/?language=ar").text
    assert TEAM["name"] not in worker.get("/partners/?language=pl").text
    wrong = more | {"agreed_until": "2023-01-01"}
    assert worker.post("/partners/new", data=TEAM | wrong).status_code == 422


def test_kinds_are_those_of_the_country(client: FlaskClient, make: Make) -> None:
    german = make.organisation(municipality=make.municipality(country=Country.GERMANY))
    for organisation, there, away in (
        (make.organisation(), "veilig_thuis", "jugendamt"),
        (german, "jugendamt", "veilig_thuis"),
    ):
        client.sign_in(make.worker(organisation=organisation))
        page = client.get("/partners/new").text
        assert f'value="{there}"' in page
        assert f'value="{away}"' not in page


def test_there_are_several_people_to_ask_for(
    worker: FlaskClient, session: Session, make: Make, here: Organisation
) -> None:
    at = f"/partners/{make.partner(here).id}"
    nobody = {"name": "Noor Dekker", "role": "Aanmelden"}
    assert worker.post(f"{at}/contacts", data=nobody).status_code == 422
    worker.post(f"{at}/contacts", data=nobody | {"phone": "010 7654321"})
    assert "010 7654321" in worker.get(at).text
    contact = session.scalars(select(PartnerContact)).one()
    worker.post(f"{at}/contacts/{contact.id}/remove")
    assert "010 7654321" not in worker.get(at).text


def test_a_supervisor_sees_in_time_which_agreements_end(client: FlaskClient, make: Make) -> None:
    here, today = make.organisation(), clock.today()
    for name, days in (("Over", -3), ("Soon", 30), ("Long", 200), ("Open", None), ("Past", -9)):
        ends = today + timedelta(days=days) if days else None
        make.partner(here, name=f"{name} & co", agreed_until=ends, retired=name == "Past")
    shown = {}
    for role in (Role.COORDINATOR, Role.WORKER):
        client.sign_in(make.user(role, organisation=here))
        page = client.get("/today").text
        names = ("Over", "Soon", "Long", "Open", "Past")
        shown[role] = [name for name in names if f"{name} &amp; co" in page]
    assert shown == {Role.COORDINATOR: ["Over", "Soon"], Role.WORKER: []}

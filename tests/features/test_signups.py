"""Signing up as a parent does it, and as staff do it at the door, page by page."""

from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import User
from kinderwerk.activities.models import Activity
from kinderwerk.activities.rules import Format, SignupKind, State
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.families.models import Carer, Child, Consent
from kinderwerk.messages.models import Message
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import SignUp, Standing
from kinderwerk.signups.service import sign_up
from kinderwerk.storage.work import unit_of_work
from tests.conftest import reads
from tests.make import A_WEDNESDAY, Make
from tests.pages import hidden

NOOR = {
    "first_name": "Noor", "surname": "de Vries", "born_on": "2023-06-01",
    "emergency_name": "Oma", "emergency_phone": "06 12345678", "goes_home_alone": "picked_up",
    "picked_up_by": "Papa", "relation": "mother", "carer_name": "Sam de Vries",
    "carer_phone": "06 11223344", "neighbourhood_id": "",
}  # fmt: skip


@pytest.fixture
def worker(make: Make) -> User:
    return make.worker(organisation=make.organisation())


@pytest.fixture
def club(make: Make, worker: User) -> Activity:
    return make.activity(worker, title="Woodwork", capacity=1)


def test_a_new_parent_goes_from_the_activity_to_the_confirmation(
    client: FlaskClient, session: Session, club: Activity, parent: User
) -> None:
    here = f"/sign-up/{club.id}"
    away = client.get(here)
    assert away.status_code == 302
    assert away.location == f"{here}/start"
    asked = client.get(away.location).text
    assert f"/sign-in/link?next={here}" in asked.replace("%2F", "/")
    client.sign_in(parent)
    first = client.get(here).text
    new_child = f"/family/children/new/{club.organisation_id}?next={here}"
    assert new_child in first.replace("%2F", "/").replace("&amp;", "&")
    added = client.post(new_child, data=NOOR)
    assert added.status_code == 303
    check = client.get(added.location)
    assert "Noor de Vries" in check.text
    assert "Oma" in check.text
    confirmed = client.post(here, data=hidden(check.text))
    assert (confirmed.status_code, confirmed.location) == (303, f"{here}/done")
    done = client.get(confirmed.location).text
    assert "Noor" in done
    assert "Woodwork" in done
    signup = session.scalars(select(Signup)).one()
    assert (signup.standing, signup.made_by_id) == (Standing.PLACED, parent.id)
    assert session.scalars(select(Consent)).one().child_id == signup.child_id
    message = session.scalars(select(Message)).one()
    assert (message.template, message.address) == ("signup.confirmed", parent.email)


def test_the_form_sent_twice_is_one_sign_up(
    client: FlaskClient, session: Session, make: Make, club: Activity, parent: User, worker: User
) -> None:
    make.child(make.family(worker.memberships[0].organisation, parent))
    client.sign_in(parent)
    data = hidden(client.get(f"/sign-up/{club.id}").text)
    answers = [client.post(f"/sign-up/{club.id}", data=data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert session.scalar(select(func.count()).select_from(Signup)) == 1
    assert session.scalar(select(func.count()).select_from(Message)) == 1


def test_faults_in_a_new_child_keep_everything_that_was_typed(
    client: FlaskClient, session: Session, club: Activity, parent: User
) -> None:
    client.sign_in(parent)
    wrong = NOOR | {"born_on": "2090-01-01", "picked_up_by": "", "emergency_phone": "call me"}
    answer = client.post(f"/family/children/new/{club.organisation_id}", data=wrong)
    assert answer.status_code == 422
    for kept in ("Noor", "de Vries", "2090-01-01", "call me", "Sam de Vries"):
        assert f'value="{kept}"' in answer.text
    wrong["emergency_phone"] = NOOR["emergency_phone"]
    answer = client.post(f"/family/children/new/{club.organisation_id}", data=wrong)
    assert answer.status_code == 422
    wrong["born_on"] = NOOR["born_on"]
    answer = client.post(f"/family/children/new/{club.organisation_id}", data=wrong)
    assert answer.status_code == 422
    assert session.scalars(select(Child)).all() == []


def test_several_children_are_chosen_on_one_page(
    client: FlaskClient, session: Session, make: Make, parent: User, worker: User
) -> None:
    family = make.family(worker.memberships[0].organisation, parent)
    children = [make.child(family, first_name=name) for name in ("Noor", "Sem", "Liv")]
    baby = make.child(family, first_name="Baby", born_on=date(2031, 1, 1))
    club = make.activity(worker, capacity=2)
    client.sign_in(parent)
    who = client.get(f"/sign-up/{club.id}").text
    assert all(f'value="{child.id}"' in who for child in children)
    assert f'value="{baby.id}"' not in who
    assert "Baby is dan 0" in who
    nobody = client.get(f"/sign-up/{club.id}?step=who")
    assert nobody.status_code == 422
    check = client.get(
        f"/sign-up/{club.id}", query_string={"step": "who", "children": [c.id for c in children]}
    )
    client.post(f"/sign-up/{club.id}", data=hidden(check.text))
    assert list(session.scalars(select(Signup.standing).order_by(Signup.queue))) == [
        Standing.PLACED, Standing.PLACED, Standing.WAITING,
    ]  # fmt: skip
    done = client.get(f"/sign-up/{club.id}/done").text
    assert all(name in done for name in ("Noor", "Sem", "Liv"))


def test_brothers_and_sisters_wait_together_when_asked(
    client: FlaskClient, session: Session, make: Make, parent: User, worker: User
) -> None:
    family = make.family(worker.memberships[0].organisation, parent)
    children = [make.child(family) for _ in range(2)]
    club = make.activity(worker, capacity=1)
    client.sign_in(parent)
    chosen = {"step": "who", "children": [one.id for one in children]}
    check = client.get(f"/sign-up/{club.id}", query_string=chosen).text
    client.post(f"/sign-up/{club.id}", data=hidden(check) | {"together": "y"})
    assert list(session.scalars(select(Signup.standing))) == [Standing.WAITING] * 2


def test_who_was_here_before_says_who_comes_and_is_done(
    client: FlaskClient, session: Session, make: Make, parent: User, worker: User
) -> None:
    family = make.family(worker.memberships[0].organisation, parent)
    children = [make.child(family, emergency_name="Oma Bep") for _ in range(2)]
    club, other = (make.activity(worker, title=title) for title in ("Wood", "Paint"))
    client.sign_in(parent)
    here = f"/sign-up/{club.id}"
    page = client.get(here).text
    assert "Oma Bep" in page
    assert client.post(here, data=hidden(page)).status_code == 422
    sent = hidden(page) | {"children": [str(one.id) for one in children]}
    assert client.post(here, data=sent).location == f"{here}/done"
    there = f"/sign-up/{other.id}"
    clash = client.post(there, data=hidden(client.get(there).text) | sent)
    assert clash.status_code == 422
    assert client.post(there, data=hidden(clash.text) | {"anyway": "y"}).status_code == 303
    assert len(session.scalars(select(Signup)).all()) == 4


def test_dates_are_chosen_where_each_date_counts(
    client: FlaskClient, session: Session, make: Make, parent: User, worker: User
) -> None:
    make.child(make.family(worker.memberships[0].organisation, parent))
    camp = make.activity(worker, format=Format.HOLIDAY)
    tuesday = make.occurrence(camp, starts_at=A_WEDNESDAY + timedelta(days=6))
    client.sign_in(parent)
    dates = client.get(f"/sign-up/{camp.id}").text
    assert f'value="{tuesday.id}"' in dates
    data = hidden(dates)
    none = client.get(f"/sign-up/{camp.id}", query_string=data)
    assert none.status_code == 422
    check = client.get(f"/sign-up/{camp.id}", query_string=data | {"dates": str(tuesday.id)})
    assert check.status_code == 200
    assert client.post(f"/sign-up/{camp.id}", data=hidden(check.text)).status_code == 303
    assert session.scalars(select(Signup)).one().occurrence_id == tuesday.id


def test_a_parent_signs_off_with_one_click_and_a_question(
    client: FlaskClient, session: Session, make: Make, club: Activity, parent: User, worker: User
) -> None:
    child = make.child(make.family(worker.memberships[0].organisation, parent))
    made = sign_up(session, parent.actor(), SignUp(activity_id=club.id, child_ids=(child.id,)))[0]
    client.sign_in(parent)
    family = client.get("/family").text
    assert "Woodwork" in family
    assert f"/sign-ups/{made.id}/cancel" in family
    assert client.get(f"/sign-ups/{made.id}/cancel").status_code == 200
    for _ in range(2):
        assert client.post(f"/sign-ups/{made.id}/cancel").status_code == 303
    assert (made.standing, club.taken) == (Standing.CANCELLED, 0)
    assert "Woodwork" not in client.get("/family").text


def test_who_waits_gives_up_no_place(
    client: FlaskClient, session: Session, make: Make, club: Activity, parent: User, worker: User
) -> None:
    family = make.family(worker.memberships[0].organisation, parent)
    children = tuple(make.child(family).id for _ in range(club.capacity + 1))
    made = sign_up(session, parent.actor(), SignUp(activity_id=club.id, child_ids=children))
    client.sign_in(parent)
    told = {one.standing: client.get(f"/sign-ups/{one.id}/cancel").text for one in made}
    assert "gaat van de wachtlijst af" in told[Standing.WAITING]
    assert "De plek gaat naar" not in told[Standing.WAITING]
    assert "De plek gaat naar" in told[Standing.PLACED]


def test_what_is_of_another_family_is_not_there(
    client: FlaskClient, session: Session, make: Make, club: Activity, parent: User, worker: User
) -> None:
    child = make.child(make.family(worker.memberships[0].organisation, parent))
    made = sign_up(session, parent.actor(), SignUp(activity_id=club.id, child_ids=(child.id,)))[0]
    other = make.parent()
    client.sign_in(other)
    for path in (
        f"/sign-ups/{made.id}/cancel", f"/family/children/{child.id}", f"/children/{child.id}",
        f"/family/children/{child.id}/move", f"/sign-up/{club.id}/done",
        f"/sign-up/{club.id}/calendar.ics",
    ):  # fmt: skip
        assert client.get(path).status_code == 404, path
    for path in (f"/sign-ups/{made.id}/cancel", f"/family/children/{child.id}"):
        assert client.post(path).status_code == 404, path
    assert client.get(f"/activities/{club.id}/sign-ups").status_code == 403
    stolen = {"children": str(child.id), "dates": [], "form_id": ""}
    assert client.post(f"/sign-up/{club.id}", data=stolen).status_code == 404
    assert made.standing is Standing.PLACED
    assert child.first_name not in client.get("/family").text


@pytest.mark.parametrize("state", [State.DRAFT, State.ENDED])
def test_what_is_not_published_is_not_there_for_parents(
    client: FlaskClient, make: Make, worker: User, parent: User, state: State
) -> None:
    hidden_away = make.activity(worker, state=state)
    client.sign_in(parent)
    assert client.get(f"/sign-up/{hidden_away.id}").status_code == 404
    assert client.post(f"/sign-up/{hidden_away.id}").status_code == 404


@pytest.mark.parametrize(
    "hostile",
    [
        {"children": "x"}, {"children": "' OR 1=1 --"}, {"children": ["{{7*7}}", "\x00"]},
        {"dates": "nonsense"}, {"form_id": "nonsense"}, {"step": "<script>"}, {},
    ],
)  # fmt: skip
def test_hostile_input_gets_a_clear_page(
    client: FlaskClient, make: Make, club: Activity, parent: User, worker: User,
    hostile: dict[str, object],
) -> None:  # fmt: skip
    make.child(make.family(worker.memberships[0].organisation, parent))
    client.sign_in(parent)
    assert client.get(f"/sign-up/{club.id}", query_string=hostile).status_code in (200, 422)
    assert client.post(f"/sign-up/{club.id}", data=hostile).status_code in (303, 422)


def test_staff_see_the_list_with_the_order_of_waiting(
    client: FlaskClient, session: Session, make: Make, club: Activity, worker: User
) -> None:
    organisation = worker.memberships[0].organisation
    for name in ("Noor", "Sem", "Liv"):
        parent = make.parent()
        child = make.child(make.family(organisation, parent), first_name=name)
        sign_up(session, parent.actor(), SignUp(activity_id=club.id, child_ids=(child.id,)))
    client.sign_in(worker)
    text = client.get(f"/activities/{club.id}/sign-ups").text
    assert text.index("Noor") < text.index("1. <a") < text.index("Sem") < text.index("2. <a")


@pytest.mark.parametrize(
    ("role", "status"),
    [
        (Role.COORDINATOR, 200), (Role.VOLUNTEER, 403), (Role.ADMIN, 403),
        (Role.PROTECTION_OFFICER, 403), (Role.MUNICIPALITY, 403), (Role.CONFIDANT, 403),
        (Role.PRIVACY_OFFICER, 403),
    ],
)  # fmt: skip
def test_who_may_see_the_list(
    client: FlaskClient, make: Make, club: Activity, worker: User, role: Role, status: int
) -> None:
    client.sign_in(make.user(role, organisation=worker.memberships[0].organisation))
    assert client.get(f"/activities/{club.id}/sign-ups").status_code == status


def test_the_list_tells_whether_the_last_message_arrived(
    client: FlaskClient, session: Session, make: Make, worker: User, statements: list[str]
) -> None:
    here = worker.memberships[0].organisation
    club = make.activity(worker, capacity=9)
    counts = []
    fates = ({"sent_at": clock.now()}, {}, {"bounced_at": clock.now()}, None)
    for fate in fates:
        parent = make.parent()
        child = make.child(make.family(here, parent))
        sign_up(session, parent.actor(), SignUp(activity_id=club.id, child_ids=(child.id,)))
        with unit_of_work(session):
            newest = select(Message).order_by(Message.id.desc()).limit(1)
            message = session.scalars(newest).one()
            for name, value in (fate or {}).items():
                setattr(message, name, value)
            if fate is None:
                session.delete(message)
                carer = session.get_one(Carer, message.reader_id)
                carer.email, carer.phone = None, ""
                audit.record(session, SYSTEM, "test.changed", carer.id)
        client.sign_in(worker)
        statements.clear()
        page = client.get(f"/activities/{club.id}/sign-ups").text
        counts.append(len(reads(statements)))
    said = ("Aangekomen", "Onderweg", "Kwam terug: bel", "Geen adres: bel")
    assert [page.count(f"{one}</span>") for one in said] == [1, 1, 1, 1]
    assert len(set(counts[1:])) == 1


def test_at_the_door_a_child_is_added_and_signed_up(
    client: FlaskClient, session: Session, club: Activity, worker: User
) -> None:
    client.sign_in(worker)
    door = f"/activities/{club.id}/sign-ups/new"
    new_child = f"/children/new?next={door}"
    data = NOOR | {"language": "tr", "carer_email": "sam@example.org"}
    assert client.post(new_child, data=data).status_code == 422
    added = client.post(new_child, data=data | {"agreed": "y"})
    assert added.status_code == 303
    confirm = client.get(client.get(added.location).location)
    answer = client.post(confirm.request.path, data=hidden(confirm.text))
    assert (answer.status_code, answer.location) == (303, f"/activities/{club.id}/sign-ups")
    assert session.scalars(select(Signup)).one().made_by_id == worker.id
    consent = session.scalars(select(Consent)).one()
    assert (consent.method.value, consent.noted_by_id) == ("oral", worker.id)
    message = session.scalars(select(Message)).one()
    assert (message.address, message.language) == ("sam@example.org", "tr")


def test_at_the_door_a_known_child_is_found_by_name_and_the_name_is_in_no_address(
    client: FlaskClient, session: Session, make: Make, club: Activity, worker: User
) -> None:
    child = make.child(
        make.family(worker.memberships[0].organisation), first_name="Şükrü", surname="Öz"
    )
    client.sign_in(worker)
    door = f"/activities/{club.id}/sign-ups/new"
    sent = client.post("/children/search", query_string={"next": door}, data={"name": "sukru"})
    assert sent.location == door
    found = client.get(door).text
    assert f"{door}/{child.id}" in found
    confirm = client.get(f"{door}/{child.id}")
    assert client.post(f"{door}/{child.id}", data=hidden(confirm.text)).status_code == 303
    assert session.scalars(select(Signup)).one().child_id == child.id


def test_a_date_called_off_on_the_page_of_its_activity_tells_the_families(
    client: FlaskClient, session: Session, make: Make, club: Activity, worker: User
) -> None:
    parent = make.parent()
    child = make.child(make.family(worker.memberships[0].organisation, parent))
    sign_up(session, parent.actor(), SignUp(activity_id=club.id, child_ids=(child.id,)))
    client.sign_in(worker)
    page = f"/activities/dates/{club.occurrences[0].id}/call-off"
    assert page in client.get(f"/activities/{club.id}").text
    assert client.post(page, data={"reason": "It rains."}).status_code == 303
    told = list(session.scalars(select(Message.template).order_by(Message.id)))
    assert told == ["signup.confirmed", "signup.date_cancelled"]
    assert "It rains." in client.get(f"/activities/{club.id}").text


def test_calling_off_asks_why_and_tells_the_families(
    client: FlaskClient, session: Session, make: Make, club: Activity, worker: User
) -> None:
    parent = make.parent()
    child = make.child(make.family(worker.memberships[0].organisation, parent))
    sign_up(session, parent.actor(), SignUp(activity_id=club.id, child_ids=(child.id,)))
    client.sign_in(worker)
    page = f"/activities/{club.id}/call-off"
    assert client.get(page).status_code == 200
    assert client.post(page, data={"reason": ""}).status_code == 422
    assert client.post(page, data={"reason": "It rains."}).status_code == 303
    told = list(session.scalars(select(Message.template).order_by(Message.id)))
    assert told == ["signup.confirmed", "signup.activity_cancelled"]


@pytest.mark.parametrize("kind", SignupKind)
def test_what_is_over_is_told_by_every_way_in(
    client: FlaskClient, make: Make, worker: User, parent: User, kind: SignupKind
) -> None:
    make.child(make.family(worker.memberships[0].organisation, parent))
    over = make.activity(worker, signup=kind, starts_at=A_WEDNESDAY - timedelta(days=4000))
    ways = (f"/sign-up/{over.id}", f"/sign-up?activity={over.id}")
    for _ in ("a visitor", "a parent"):
        for way in ways:
            assert client.get(way, follow_redirects=True).status_code == 200
        client.sign_in(parent)


def test_every_child_is_told_exactly_what_stands_in_its_way(
    client: FlaskClient, session: Session, make: Make, parent: User, worker: User
) -> None:
    here = worker.memberships[0].organisation
    near, far = (make.neighbourhood(name=name) for name in ("Zonnehof", "Maanhof"))
    family = make.family(here, parent)
    make.child(make.family(make.organisation(), parent), first_name="Vreemd")
    born = {"Klein": date(2029, 1, 1), "Groot": date(2015, 1, 1)}
    lives = {"Ver": far, "Klein": near, "Groot": near, "Past": near, "Al": near}
    children = {
        name: make.child(
            family, first_name=name, neighbourhood=lives.get(name),
            born_on=born.get(name, date(2022, 3, 1)),
        )
        for name in (*lives, "Zwerf")
    }  # fmt: skip
    club = make.activity(worker, only_for=[str(near.id)])
    sign_up(session, parent.actor(), SignUp(activity_id=club.id, child_ids=(children["Al"].id,)))
    client.sign_in(parent)
    who = client.get(f"/sign-up/{club.id}").text
    for reason, way in (
        ("Klein is dan 2. Dit is voor kinderen vanaf 4 jaar.", "/?age=2"),
        ("Groot is dan 16. Dit is voor kinderen tot en met 12 jaar.", "/?age=16"),
        ("Dit is alleen voor kinderen die wonen in Zonnehof. Ver woont ergens anders.", "/move"),
        ("Dit is alleen voor kinderen die wonen in Zonnehof. Waar woont Zwerf?", "/move"),
        ("Al is al aangemeld.", f"/sign-up/{club.id}/done"),
        (
            "Vreemd is nog niet bekend bij deze organisatie.",
            "/family/children/new/",
        ),
    ):
        assert reason in who
        assert way in who.split(reason)[1].split("</p>")[0]
    assert f'value="{children["Past"].id}"' in who
    move = f"/family/children/{children['Zwerf'].id}/move?next=/sign-up/{club.id}"
    moved = client.post(move, data={"neighbourhood_id": near.id, "since": clock.today()})
    assert moved.location == f"/sign-up/{club.id}"
    assert f'value="{children["Zwerf"].id}"' in client.get(moved.location).text


def test_a_clash_is_told_and_can_be_overruled(
    client: FlaskClient, session: Session, make: Make, club: Activity, parent: User, worker: User
) -> None:
    child = make.child(make.family(worker.memberships[0].organisation, parent), first_name="Noor")
    sign_up(session, parent.actor(), SignUp(activity_id=club.id, child_ids=(child.id,)))
    other = make.activity(worker, starts_at=A_WEDNESDAY + timedelta(hours=1))
    client.sign_in(parent)
    check = client.get(f"/sign-up/{other.id}").text
    assert "Noor heeft dan een plek bij “Woodwork”: woensdag 14 mei, 14:00." in check
    refused = client.post(f"/sign-up/{other.id}", data=hidden(check))
    assert refused.status_code == 422
    assert session.scalars(select(Signup.activity_id)).all() == [club.id]
    agreed = hidden(check) | {"anyway": "y"}
    assert client.post(f"/sign-up/{other.id}", data=agreed).status_code == 303


def test_a_full_activity_says_where_in_the_line_one_would_come(
    client: FlaskClient, session: Session, make: Make, club: Activity, parent: User, worker: User
) -> None:
    for _ in range(3):
        other = make.parent()
        child = make.child(make.family(worker.memberships[0].organisation, other))
        sign_up(session, other.actor(), SignUp(activity_id=club.id, child_ids=(child.id,)))
    make.child(make.family(worker.memberships[0].organisation, parent))
    client.sign_in(parent)
    check = client.get(f"/sign-up/{club.id}").text
    assert "op plek 3 van de wachtlijst" in check
    client.post(f"/sign-up/{club.id}", data=hidden(check))
    assert "plek 3" in client.get(f"/sign-up/{club.id}/done").text


def test_of_several_dates_it_says_which_are_full_and_calls_the_others_not_so(
    client: FlaskClient, session: Session, make: Make, parent: User, worker: User
) -> None:
    days = make.activity(worker, format=Format.HOLIDAY, capacity=1)
    first = days.occurrences[0]
    second = make.occurrence(days, starts_at=A_WEDNESDAY + timedelta(days=6))
    other = make.parent()
    taken = make.child(make.family(worker.memberships[0].organisation, other))
    wish = SignUp(activity_id=days.id, child_ids=(taken.id,), occurrence_ids=(first.id,))
    sign_up(session, other.actor(), wish)
    child = make.child(make.family(worker.memberships[0].organisation, parent))
    client.sign_in(parent)
    asked = f"/sign-up/{days.id}?step=dates&children={child.id}&dates={first.id}"
    assert "Het is vol" in client.get(asked).text
    check = client.get(f"{asked}&dates={second.id}").text
    assert "Niet op elke datum is plek" in check
    assert "Het is vol" not in check
    assert check.count("Vol: er is een wachtlijst") == 1


@pytest.mark.parametrize(
    ("opens", "closes", "said"),
    [
        (timedelta(days=-1), None, "Je kunt je aanmelden vanaf dinsdag 13 mei, 14:00."),
        (None, timedelta(days=-4000), "Aanmelden kon tot "),
    ],
)
def test_who_comes_too_early_or_too_late_is_told_when(
    client: FlaskClient, session: Session, make: Make, parent: User, worker: User,
    opens: timedelta | None, closes: timedelta | None, said: str,
) -> None:  # fmt: skip
    child = make.child(make.family(worker.memberships[0].organisation, parent))
    club = make.activity(
        worker, signup_opens_at=opens and A_WEDNESDAY + opens,
        signup_closes_at=closes and A_WEDNESDAY + closes,
    )  # fmt: skip
    assert said in client.get(f"/programme/{club.id}").text
    client.sign_in(parent)
    here = f"/sign-up/{club.id}"
    assert said in client.get(here).text
    assert said in client.post(here, data={"children": child.id, "form_id": ""}).text
    client.sign_in(worker)
    door = f"/activities/{club.id}/sign-ups/new/{child.id}"
    assert client.post(door, data=hidden(client.get(door).text)).status_code == 303


def test_a_date_on_which_a_child_cannot_come_is_not_offered(
    client: FlaskClient, session: Session, make: Make, parent: User, worker: User
) -> None:
    family = make.family(worker.memberships[0].organisation, parent)
    noor = make.child(family, first_name="Noor", born_on=date(2027, 5, 18))
    camp = make.activity(worker, format=Format.HOLIDAY)
    later = make.occurrence(camp, starts_at=A_WEDNESDAY + timedelta(days=6))
    last = make.occurrence(camp, starts_at=A_WEDNESDAY + timedelta(days=7))
    wish = SignUp(activity_id=camp.id, child_ids=(noor.id,), occurrence_ids=(last.id,))
    sign_up(session, parent.actor(), wish)
    client.sign_in(parent)
    dates = client.get(f"/sign-up/{camp.id}").text
    assert f'value="{later.id}"' in dates
    assert f'value="{last.id}"' not in dates
    assert f'value="{camp.occurrences[0].id}"' not in dates
    assert "Noor is al aangemeld." in dates
    assert "Noor is dan 3." in dates


LONG = "Aurelia-Maximiliana" * 4 + "Noor"


@pytest.mark.parametrize(
    ("first", "born_on"),
    [
        ("Ö", "2023-06-01"), (LONG, "2024-02-29"), ("سامي", "2022-02-28"), ("Şükrü", "2021-12-31"),
    ],
)  # fmt: skip
def test_children_of_any_name_and_birthday_come_through_the_whole_flow(
    client: FlaskClient, session: Session, club: Activity, parent: User, first: str, born_on: str
) -> None:
    client.sign_in(parent)
    here = f"/sign-up/{club.id}"
    new_child = f"/family/children/new/{club.organisation_id}?next={here}"
    twin = NOOR | {"first_name": f"{first[:79]}2"}
    for data in (NOOR | {"first_name": first}, twin):
        added = client.post(new_child, data=data | {"born_on": born_on})
        assert added.status_code == 303, added.text
    who = client.get(f"{here}?choose=1").text
    isolated = f"\u2068{first} de Vries\u2069" if first == "سامي" else f"{first} de Vries"
    assert f"{isolated} (" in who
    both = [str(one) for one in session.scalars(select(Child.id))]
    check = client.get(here, query_string={"step": "who", "children": both})
    assert client.post(here, data=hidden(check.text)).status_code == 303
    done = client.get(f"{here}/done").text
    assert f"<bdi>{first}</bdi>" in done
    again = client.get(here).text
    assert "al aangemeld" in again
    assert "Voeg je kind toe" not in again


@pytest.mark.parametrize(
    ("wrong", "kept"),
    [
        ({"first_name": "N" * 90}, "N" * 90),
        ({"born_on": (clock.today() + timedelta(days=1)).isoformat()}, "Noor"),
        ({"born_on": "2023-02-29"}, "2023-02-29"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field_and_stays(
    client: FlaskClient, club: Activity, parent: User, wrong: dict[str, str], kept: str
) -> None:
    client.sign_in(parent)
    answer = client.post(f"/family/children/new/{club.organisation_id}", data=NOOR | wrong)
    assert answer.status_code == 422
    (field,) = wrong
    assert f'id="{field}-error"' in answer.text
    assert f'value="{kept}"' in answer.text


def test_a_form_left_open_over_night_says_what_changed_meanwhile(
    client: FlaskClient, make: Make, parent: User, worker: User
) -> None:
    make.child(make.family(worker.memberships[0].organisation, parent))
    camp = make.activity(worker, format=Format.HOLIDAY)
    (date_,) = camp.occurrences
    client.sign_in(parent)
    chosen = {"dates": str(date_.id)}
    sent = hidden(client.get(f"/sign-up/{camp.id}", query_string=chosen).text)
    with clock.stopped(date_.starts_at + timedelta(minutes=1)):
        late = client.post(f"/sign-up/{camp.id}", data=sent)
    assert late.status_code == 422
    assert "is al begonnen" in late.text


def test_an_address_with_any_letters_gets_a_link(client: FlaskClient, club: Activity) -> None:
    start = client.get(f"/sign-up/{club.id}/start").text
    assert "novalidate" in start
    for address in ("jörg@exämple.org", "用户@例子.广告"):
        asked = client.post(f"/sign-in/link?next=/sign-up/{club.id}", data={"email": address})
        assert asked.status_code in (200, 302, 303), asked.text

"""Who came: written down with one tap each, by several people at once, and counted exactly."""

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.activities.rules import Format, RegisterMode, State
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.facts import queries as facts_queries
from kinderwerk.facts.rules import Level, Measure
from kinderwerk.families.models import Child
from kinderwerk.registers import queries
from kinderwerk.registers.rules import Presence
from kinderwerk.storage.work import unit_of_work
from tests.club import Club
from tests.make import A_WEDNESDAY, Make
from tests.planted import PLANTED

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def on_the_day(request: pytest.FixtureRequest) -> Any:
    with clock.stopped(A_WEDNESDAY + timedelta(minutes=10)):
        yield


def set_mark(client: FlaskClient, club: Club, child: Child, state: str, **given: Any) -> Any:
    return client.post(f"{club.url}/marks", data={"mark": f"{child.id}:{state}"}, **given)


def test_a_child_is_marked_with_one_tap(client: FlaskClient, club: Club) -> None:
    child = club.child(neighbourhood=club.area)
    client.sign_in(club.worker)
    answer = set_mark(client, club, child, "present")
    assert answer.status_code == 303
    assert answer.location == f"{club.url}#child-{child.id}"
    assert club.marks() == {child.id: Presence.PRESENT}
    assert "1 kind is er" in client.get(club.url).text
    assert club.cells(Measure.SESSIONS) == 1
    assert club.cells(Measure.VISITS_NAMED) == 1
    assert club.cells(Measure.CHILDREN, Level.NEIGHBOURHOOD) == 1
    assert club.exact()


def test_marking_twice_sets_the_same_state(client: FlaskClient, club: Club) -> None:
    child = club.child()
    client.sign_in(club.worker)
    for _ in range(2):
        set_mark(client, club, child, "present")
    assert club.marks() == {child.id: Presence.PRESENT}
    assert club.cells(Measure.VISITS_NAMED) == 1


def test_the_last_state_of_each_child_stays(client: FlaskClient, club: Club) -> None:
    one, other = club.child(), club.child()
    client.sign_in(club.worker)
    set_mark(client, club, one, "absent")
    client.sign_in(club.helper)
    set_mark(client, club, other, "excused")
    set_mark(client, club, one, "present")
    assert club.marks() == {one.id: Presence.PRESENT, other.id: Presence.EXCUSED}
    set_mark(client, club, one, "clear")
    assert club.marks() == {other.id: Presence.EXCUSED}
    assert club.cells(Measure.SESSIONS) == 0
    assert club.exact()


def test_htmx_gets_only_what_changed(client: FlaskClient, club: Club) -> None:
    one, other = club.child(), club.child()
    client.sign_in(club.worker)
    answer = set_mark(client, club, one, "present", headers=HTMX)
    assert answer.status_code == 200
    assert f"child-{one.id}" in answer.text
    assert f"child-{other.id}" not in answer.text
    assert "1 kind is er" in answer.text


def test_the_rest_is_marked_at_once_without_touching_the_others(
    client: FlaskClient, club: Club
) -> None:
    marked, left = club.child(), [club.child() for _ in range(3)]
    client.sign_in(club.helper)
    set_mark(client, club, marked, "excused")
    assert client.post(f"{club.url}/rest", data={"rest": "present"}).status_code == 303
    assert club.marks() == {marked.id: Presence.EXCUSED} | dict.fromkeys(
        (child.id for child in left), Presence.PRESENT
    )
    assert club.exact()


@pytest.mark.parametrize("mark", ["", "nonsense", "x:present", "{id}:asleep", "{id}:present:x"])
def test_a_strange_button_changes_nothing(client: FlaskClient, club: Club, mark: str) -> None:
    child = club.child()
    client.sign_in(club.worker)
    answer = client.post(f"{club.url}/marks", data={"mark": mark.format(id=child.id)})
    assert answer.status_code == 422
    assert club.marks() == {}


def test_helpers_see_first_names_and_whom_to_call(client: FlaskClient, club: Club) -> None:
    club.child(first_name="Sam", surname=f"van der {PLANTED}")
    client.sign_in(club.helper)
    page = client.get(club.url).text
    assert "Sam Z." in page
    assert f"van der {PLANTED}" not in page
    assert 'href="tel:0687654321"' in page
    assert "Geen foto" in page
    client.sign_in(club.worker)
    assert f"Sam van der {PLANTED}" in client.get(club.url).text


def test_helpers_find_no_number_long_after_the_session(client: FlaskClient, club: Club) -> None:
    club.child()
    with clock.stopped(A_WEDNESDAY + timedelta(days=3)):
        client.sign_in(club.helper)
        assert "tel:" not in client.get(club.url).text
        client.sign_in(club.worker)
        assert "tel:" in client.get(club.url).text


def test_others_are_told_that_it_does_not_exist(
    client: FlaskClient, club: Club, make: Make
) -> None:
    child = club.child()
    strangers = [
        make.user(Role.VOLUNTEER, organisation=club.here),
        make.worker(),
        make.user(Role.PROTECTION_OFFICER, organisation=club.here),
        make.user(Role.ADMIN, organisation=club.here),
        make.user(Role.MUNICIPALITY),
        make.parent(),
    ]
    for stranger in strangers:
        client.sign_in(stranger)
        assert client.get(club.url).status_code == 404
        assert set_mark(client, club, child, "present").status_code == 404
    assert club.marks() == {}


def test_a_child_who_walks_in_is_found_and_added(client: FlaskClient, club: Club) -> None:
    child = club.child(placed=False, first_name="Noor")
    client.sign_in(club.worker)
    found = client.post(f"{club.url}/children", data={"name": "noor"})
    assert found.status_code == 200
    assert f'value="{child.id}:present"' in found.text
    assert set_mark(client, club, child, "present").status_code == 303
    assert "Noor" in client.get(club.url).text
    assert club.exact()


def test_helpers_cannot_look_for_children_or_add_them(client: FlaskClient, club: Club) -> None:
    child = club.child(placed=False)
    client.sign_in(club.helper)
    assert "Naam van het kind" not in client.get(club.url).text
    assert client.post(f"{club.url}/children", data={"name": "c"}).status_code == 404
    assert set_mark(client, club, child, "present").status_code == 404
    assert club.marks() == {}


def test_a_child_of_another_organisation_is_never_added(
    client: FlaskClient, club: Club, make: Make
) -> None:
    elsewhere = make.child(make.family(make.organisation()), first_name="Noor")
    client.sign_in(club.worker)
    found = client.post(f"{club.url}/children", data={"name": "Noor"})
    assert str(elsewhere.id) not in found.text
    assert set_mark(client, club, elsewhere, "present").status_code == 404


def test_nobody_is_marked_on_a_date_that_does_not_go_on(client: FlaskClient, club: Club) -> None:
    child = club.child()
    with unit_of_work(club.session):
        date = club.session.get_one(Occurrence, club.date.id)
        date.cancelled_at = A_WEDNESDAY
        audit.record(club.session, SYSTEM, "test.cancelled", date.id)
    client.sign_in(club.worker)
    assert "gaat niet door" in client.get(club.url).text
    answer = set_mark(client, club, child, "present")
    assert answer.status_code == 422
    assert club.marks() == {}


@pytest.mark.parametrize(("ahead", "status"), [(1, 303), (2, 422)])
def test_marks_are_made_from_the_day_before(
    client: FlaskClient, club: Club, ahead: int, status: int
) -> None:
    child = club.child()
    client.sign_in(club.worker)
    with clock.stopped(A_WEDNESDAY - timedelta(days=ahead)):
        assert client.get(club.url).status_code == 200
        assert set_mark(client, club, child, "excused").status_code == status


def test_a_closed_list_is_reopened_before_it_changes(client: FlaskClient, club: Club) -> None:
    child = club.child()
    client.sign_in(club.worker)
    assert client.post(f"{club.url}/close").status_code == 303
    assert club.cells(Measure.SESSIONS) == 1
    assert client.post(f"{club.url}/close").status_code == 303
    refused = set_mark(client, club, child, "present", headers=HTMX)
    assert refused.status_code == 422
    assert "Heropen" in refused.text
    assert client.post(f"{club.url}/reopen").status_code == 303
    assert club.cells(Measure.SESSIONS) == 0
    assert set_mark(client, club, child, "present").status_code == 303
    assert club.exact()


def counted(club: Club) -> dict[str, int]:
    return {
        f"{box.band}:{box.known}": n for box, n in queries.boxes(club.session, club.date.id).items()
    }


@pytest.fixture
def dropin(session: Session, make: Make) -> Club:
    return Club(session, make, format=Format.DROPIN)


def test_children_are_counted_by_age_and_never_as_different_children(
    client: FlaskClient, dropin: Club
) -> None:
    client.sign_in(dropin.helper)
    for button in ("7-9:new:more", "7-9:new:more", "7-9:known:more", "7-9:new:less"):
        answer = client.post(f"{dropin.url}/counts", data={"count": button})
        assert answer.status_code == 303
    assert counted(dropin) == {"7-9:new": 1, "7-9:known": 1}
    assert "2 kinderen zijn er" in client.get(dropin.url).text
    assert dropin.cells(Measure.VISITS_TALLY) == 2
    assert dropin.cells(Measure.VISITS_TALLY, Level.NEIGHBOURHOOD) == 2
    assert dropin.cells(Measure.CHILDREN) == 0
    assert dropin.exact()


def test_a_count_stops_at_nothing(client: FlaskClient, dropin: Club) -> None:
    client.sign_in(dropin.worker)
    assert client.post(f"{dropin.url}/counts", data={"count": "4-6:new:less"}).status_code == 303
    assert counted(dropin) == {}


def test_the_last_tap_is_taken_back_and_one_that_changed_nothing_is_not_offered(
    client: FlaskClient, dropin: Club
) -> None:
    client.sign_in(dropin.worker)
    tap = {"count": "7-9:new:more"}
    shown = client.get(client.post(f"{dropin.url}/counts", data=tap).location).text
    back = re.findall(r'value="([^"]+)">(?:(?!</button>).)*Ongedaan maken', shown, re.DOTALL)
    assert back == ["7-9:new:less:unasked"]
    assert "Ongedaan maken" in client.post(f"{dropin.url}/counts", data=tap, headers=HTMX).text
    for _ in range(2):
        client.post(f"{dropin.url}/counts", data={"count": back[0]})
    assert counted(dropin) == {}
    nothing = client.post(f"{dropin.url}/counts", data={"count": back[0]})
    assert "Ongedaan maken" not in client.get(nothing.location).text
    assert client.get(f"{dropin.url}?tap=7-9:nobody").status_code == 200
    assert dropin.exact()


def test_who_cannot_count_a_crowd_estimates_it_and_every_page_says_so(
    client: FlaskClient, make: Make, session: Session
) -> None:
    street = Club(session, make, format=Format.OUTREACH)
    client.sign_in(street.worker)
    client.post(f"{street.url}/counts", data={"count": "7-9:new:more"})
    told = {"estimated": "30", "contacts": "4"}
    stale = {"estimated": "0", "contacts": "6", "was_contacts": "4"}
    for sent in (told, stale):
        assert client.post(f"{street.url}/crowd", data=sent).status_code == 303
    assert street.cells(Measure.VISITS_TALLY) == 31
    assert street.cells(Measure.CHILDREN) == 0
    page = client.get(street.url).text
    assert all(words in page for words in ("ongeveer 31", "30 zijn een schatting", "met 6 gepraat"))
    assert "ongeveer 31, een schatting" in client.get("/sessions/?show=all").text
    assert street.exact()
    for n in ("-1", "10000", "veel"):
        assert client.post(f"{street.url}/crowd", data={"estimated": n}).status_code == 422
    assert client.post(f"{street.url}/close").status_code == 303
    assert client.post(f"{street.url}/crowd", data=told | {"estimated": "1"}).status_code == 422
    assert street.cells(Measure.SESSIONS) == 1
    assert street.exact()


def test_where_everybody_can_be_counted_nothing_is_estimated(
    client: FlaskClient, dropin: Club
) -> None:
    client.sign_in(dropin.worker)
    assert "schatting" not in client.get(dropin.url).text
    assert client.post(f"{dropin.url}/crowd", data={"estimated": "30"}).status_code == 422
    assert dropin.cells(Measure.VISITS_TALLY) == 0


def test_two_people_type_different_numbers(
    client: FlaskClient, make: Make, session: Session
) -> None:
    club = Club(session, make, format=Format.SCHOOL_LESSON)
    assert club.activity.register is RegisterMode.HEADCOUNT
    client.sign_in(club.worker)
    for typed in ({"n_up_to_6_unasked": "12"}, {"n_up_to_9_unasked": "20"}):
        stale = {"seen_up_to_6_unasked": "0", "n_up_to_6_unasked": "0"}
        assert client.post(f"{club.url}/numbers", data=stale | typed).status_code == 303
    assert counted(club) == {"4-6:unasked": 12, "7-9:unasked": 20}
    assert club.cells(Measure.VISITS_TALLY) == 32
    assert club.exact()


@pytest.mark.parametrize("n", ["-1", "1000", "many", "9" * 30])
def test_impossible_numbers_are_refused(client: FlaskClient, dropin: Club, n: str) -> None:
    client.sign_in(dropin.worker)
    answer = client.post(f"{dropin.url}/numbers", data={"n_up_to_9_new": n})
    assert answer.status_code == 422
    assert counted(dropin) == {}


def test_names_and_counts_together_make_the_total(
    client: FlaskClient, make: Make, session: Session
) -> None:
    club = Club(session, make, register=RegisterMode.MIXED)
    child = club.child()
    client.sign_in(club.worker)
    set_mark(client, club, child, "present")
    client.post(f"{club.url}/counts", data={"count": "7-9:new:more"})
    page = client.get(club.url).text
    assert "2 kinderen zijn er" in page
    assert "1 zonder naam" in page


def test_goals_that_change_leave_what_was_counted_until_somebody_says_so(
    client: FlaskClient, club: Club, make: Make, session: Session
) -> None:
    child = club.child()
    client.sign_in(club.worker)
    set_mark(client, club, child, "present")
    first = club.activity.goals[0].goal
    old, new = first.id, make.goal(club.here, theme=first.theme)
    with unit_of_work(session):
        activity = session.get_one(Activity, club.activity.id)
        activity.goals[0].goal = new
        audit.record(session, SYSTEM, "test.changed", activity.id)
    assert club.exact()
    assert of_goal(club, old) == 1
    assert "doelen" in client.get(club.url).text
    assert client.post(f"{club.url}/recount").status_code == 303
    assert club.exact()
    assert (of_goal(club, old), of_goal(club, new.id)) == (0, 1)


def of_goal(club: Club, goal_id: UUID) -> int:
    found = facts_queries.counts(
        club.session, organisation_ids=[club.here.id], periods=["2031"],
        measures=[Measure.VISITS_NAMED], levels=[Level.WHOLE],
    )  # fmt: skip
    return sum(n for key, n in found.items() if key.goal_id == goal_id)


def test_a_family_reads_when_its_child_came_but_not_of_talks(
    client: FlaskClient, club: Club, make: Make
) -> None:
    parent = make.parent()
    child = make.child(make.family(club.here, parent))
    club.place(child)
    goal = club.activity.goals[0].goal
    talk = make.activity(
        club.worker, format=Format.ONE_TO_ONE, state=State.DRAFT, title="A talk", goal=goal
    )
    client.sign_in(club.worker)
    set_mark(client, club, child, "present")
    answer = client.post(
        f"/sessions/{talk.occurrences[0].id}/marks", data={"mark": f"{child.id}:present"}
    )
    assert answer.status_code == 303
    assert "A talk" in client.get(f"/children/{child.id}/attendance").text
    client.sign_in(parent)
    page = client.get(f"/children/{child.id}/attendance").text
    assert club.activity.title in page
    assert "A talk" not in page
    client.sign_in(make.parent())
    assert client.get(f"/children/{child.id}/attendance").status_code == 404


def test_helpers_find_only_their_own_sessions_in_the_list(
    client: FlaskClient, club: Club, make: Make
) -> None:
    goal = club.activity.goals[0].goal
    other = make.activity(make.worker(organisation=club.here), title="Of another", goal=goal)
    client.sign_in(club.helper)
    page = client.get("/sessions/?show=all").text
    assert club.activity.title in page
    assert other.title not in page
    client.sign_in(club.worker)
    assert other.title not in client.get("/sessions/").text
    assert other.title in client.get("/sessions/?show=all").text

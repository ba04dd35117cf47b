"""The policy as a matrix, the lists as its shadow, and no view without a declaration."""

from itertools import product
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException

from kinderwerk.access import conditions
from kinderwerk.access.policy import POLICY, demand, permits
from kinderwerk.access.vocabulary import (
    SYSTEM,
    Action,
    Actor,
    Facts,
    Membership,
    Resource,
    Role,
)
from kinderwerk.core.errors import Withheld
from kinderwerk.web.access import allow, undeclared
from tests.contract.matrix import matrix

MATRIX = Path(__file__).with_name("access_matrix.txt")


def test_the_matrix_is_as_agreed() -> None:
    """Changing who may do what means changing the agreed matrix, in the same commit."""
    assert matrix() == MATRIX.read_text()


def test_every_view_declares_its_access(app: Flask) -> None:
    assert undeclared(app) == []


#: The one changes the language that is shown; the account's own is out of reach from elsewhere,
#: because the cookie is not sent along. The second remembers what somebody wants to sign up for,
#: unless another site asks. The third opens what is made up, where nothing else is. Devices show a
#: key of their own in a header, which no other site can send along, and no cookie counts there.
#: A tablet by the exit shows a cookie that browsers send along from our own pages only, or a code.
WITHOUT_TOKEN = {
    "accounts.language", "signups.choose", "demo.enter", "offline.lists", "offline.sync",
    "kiosk.tap", "kiosk.take_up", "kiosk.told",
}  # fmt: skip


def test_posting_without_a_token_is_refused(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    client = app.test_client()
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and rule.endpoint not in WITHOUT_TOKEN:
            url = rule.rule
            for argument in rule.arguments:
                url = url.replace(f"<uuid:{argument}>", str(uuid4()))
                url = url.replace(f"<int:{argument}>", "1").replace(f"<{argument}>", "x")
            assert client.post(url).status_code == 400, rule


def test_two_memberships_are_two_ways_to_act() -> None:
    here, there = uuid4(), uuid4()
    edits = [
        permits(
            Actor(uuid4(), membership),
            Action.EDIT,
            Resource.ACTIVITY,
            Facts(organisation_id=organisation),
        )
        for membership, organisation in product(
            (
                Membership(Role.COORDINATOR, here, checked=True),
                Membership(Role.VOLUNTEER, there, checked=True),
            ),
            (here, there),
        )
    ]
    assert edits == [True, False, False, False]


def test_a_membership_in_a_neighbourhood_stays_there() -> None:
    here, park, harbour = uuid4(), uuid4(), uuid4()
    local = Actor(uuid4(), Membership(Role.WORKER, here, park, checked=True))
    views = [
        permits(
            local,
            Action.VIEW,
            Resource.CHILD,
            Facts(organisation_id=here, neighbourhood_id=neighbourhood),
        )
        for neighbourhood in (park, harbour, None)
    ]
    assert views == [True, False, False]


def test_whoever_is_signed_in_may_also_be_a_parent() -> None:
    worker = Actor(uuid4(), Membership(Role.WORKER, uuid4(), checked=True))
    own_child = Facts(organisation_id=uuid4(), carers=frozenset({worker.id}))
    assert permits(worker, Action.VIEW, Resource.CHILD, own_child)
    assert not permits(Actor(uuid4()), Action.VIEW, Resource.CHILD, own_child)


@pytest.mark.parametrize("role", [Role.WORKER, Role.COORDINATOR, Role.PROTECTION_OFFICER])
def test_nobody_reads_the_case_of_their_own_family(role: Role) -> None:
    here, person = uuid4(), uuid4()
    actor = Actor(person, Membership(role, here, checked=True))
    case = {"organisation_id": here, "owner_id": person, "readers": frozenset({person})}
    assert permits(actor, Action.VIEW, Resource.SIGNAL, Facts(**case))
    of_own_family = Facts(**case, family=frozenset({person}))
    assert not permits(actor, Action.VIEW, Resource.SIGNAL, of_own_family)


@pytest.mark.parametrize("role", [Role.MUNICIPALITY, Role.ADMIN, Role.VOLUNTEER, Role.CONFIDANT])
@pytest.mark.parametrize("resource", [Resource.SIGNAL, Resource.SUPPORT, Resource.REFERRAL])
def test_some_never_read_a_case(role: Role, resource: Resource) -> None:
    here, person = uuid4(), uuid4()
    actor = Actor(person, Membership(role, here, municipality_id=here, checked=True))
    everything = Facts(
        organisation_id=here, municipality_id=here, author_id=person, owner_id=person,
        readers=frozenset({person}), published=True, released=True,
    )  # fmt: skip
    assert not permits(actor, Action.VIEW, resource, everything)
    assert not permits(actor, Action.EDIT, resource, everything)


def test_a_demand_names_the_membership_or_raises() -> None:
    here = uuid4()
    membership = Membership(Role.WORKER, here, checked=True)
    worker = Actor(uuid4(), membership)
    assert demand(worker, Action.CREATE, Resource.SIGNAL) == membership
    with pytest.raises(Withheld):
        demand(worker, Action.RELEASE, Resource.REPORT)


def test_the_system_is_granted_nothing_by_the_policy() -> None:
    assert not [entry for entry in POLICY.values() if Role.SYSTEM in entry]
    with pytest.raises(Withheld):
        demand(SYSTEM, Action.VIEW, Resource.SIGNAL, Facts(organisation_id=uuid4()))


def test_compound_conditions_say_what_they_are() -> None:
    assert conditions.on_the_case.name == (
        "checked and same organisation and (owner or deputy of the owner or reader"
        " or officer in place of a reader) and not own family"
    )


def test_whoever_has_no_grant_is_refused_before_anything_is_loaded(app: Flask) -> None:
    def load(session: Session, id: UUID) -> None:
        raise AssertionError("loaded for somebody who may not ask")

    view = allow(Action.VIEW, Resource.MEMBER, load=load)(lambda subject: "")
    with app.test_request_context("/"), pytest.raises(HTTPException):
        view(id=uuid4())


def test_no_request_is_made_inside_an_app_context(app: Flask) -> None:
    with app.app_context(), pytest.raises(AssertionError, match="share this context"):
        app.test_client().get("/healthz")

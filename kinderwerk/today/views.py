"""The first page of each role."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from kinderwerk.access.vocabulary import Action, Resource, Role
from kinderwerk.core import clock
from kinderwerk.facts.rules import Measure
from kinderwerk.privacy import queries as privacy
from kinderwerk.referrals import queries as referrals
from kinderwerk.reports.reading import reading
from kinderwerk.safety import queries as safety
from kinderwerk.signals import queries as signals
from kinderwerk.signals.rules import Status
from kinderwerk.signups import pictures
from kinderwerk.support import queries as support
from kinderwerk.today import nearest, queries
from kinderwerk.today.rules import DOORS
from kinderwerk.web.access import actor, allow, role
from kinderwerk.web.disclosing import shown
from kinderwerk.web.extensions import session
from kinderwerk.web.pages import page

bp = Blueprint("today", __name__)
Board = Callable[[], Mapping[str, Any]]


def running() -> Mapping[str, Any]:
    agenda = queries.sessions(session(), actor())
    return {"agenda": agenda, "nearest": nearest.nearest(session(), actor(), agenda)}


def working() -> Mapping[str, Any]:
    return {
        **running(),
        "signals": signals.due(session(), actor(), clock.today()),
        "referrals": referrals.due(session(), actor()),
        "trajectories": support.due(session(), actor()),
        "pictures": pictures.doubts(session(), actor()),
        "incidents": safety.due(session(), actor(), clock.today()),
    }


def leading() -> Mapping[str, Any]:
    return {
        **working(),
        "lines": queries.long_lines(session(), actor()),
        "drafts": queries.drafts(session(), actor()),
        "editions": queries.to_agree(session(), actor()),
        "troubled": nearest.troubled(session(), actor()),
    }


def protecting() -> Mapping[str, Any]:
    today = clock.today()
    due = signals.due(session(), actor(), today)
    carried = [one for one in due if one.status is not Status.PASSED_ON]
    return {
        "passed_on": [one for one in due if one.status is Status.PASSED_ON],
        "signals": carried,
        "overdue": [one for one in carried if one.review_on and one.review_on < today],
        "due_today": [one for one in carried if one.review_on == today],
        "referrals": [one for one in referrals.listed(session(), actor(), WAITING) if one.waits],
    }


def commissioning() -> Mapping[str, Any]:
    editions = queries.released(session(), actor())
    newest = reading(editions[0].content, only=None) if editions else None
    unanswered = [one for one in editions if one.asked and one.reacted_at is None]
    return {"editions": editions, "report": newest, "measure": Measure, "unanswered": unanswered}


def administering() -> Mapping[str, Any]:
    return {
        "house": queries.house(session(), actor()),
        "undecided": privacy.undecided(session(), actor()),
    }


def guarding() -> Mapping[str, Any]:
    return {
        "readings": queries.readings(session(), actor()),
        "undecided": privacy.undecided(session(), actor()),
        "breaches": safety.breaches(session(), actor(), undecided=True),
        "now": clock.now(),
    }


def hearing() -> Mapping[str, Any]:
    return {"boundaries": safety.boundaries(session(), actor())}


WAITING: Final = referrals.Filters()
#: The page of each role, and what it shows.
BOARDS: Final[Mapping[Role, tuple[str, Board]]] = MappingProxyType(
    {
        Role.VOLUNTEER: ("today/volunteer.html", running),
        Role.WORKER: ("today/worker.html", working),
        Role.COORDINATOR: ("today/coordinator.html", leading),
        Role.PROTECTION_OFFICER: ("today/protection_officer.html", protecting),
        Role.CONFIDANT: ("today/confidant.html", hearing),
        Role.PRIVACY_OFFICER: ("today/privacy_officer.html", guarding),
        Role.MUNICIPALITY: ("today/municipality.html", commissioning),
        Role.ADMIN: ("today/admin.html", administering),
    }
)

#: What on these pages is about people, and what the trail calls it.
PEOPLE: Final[Mapping[str, str]] = MappingProxyType(
    {
        "signals": "signal",
        "passed_on": "signal",
        "referrals": "referral",
        "trajectories": "support",
        "pictures": "child",
        "incidents": "incident",
        "boundaries": "boundary",
        "breaches": "breach",
    }
)


@bp.get("/today")
@allow(Action.LIST, Resource.TODAY)
def index() -> ResponseReturnValue:
    if role() not in BOARDS:
        return redirect(url_for("families.mine"), 303)
    template, board = BOARDS[role()]
    told = board()
    for what, noun in PEOPLE.items():
        if told.get(what):
            shown(noun, [one.id for one in told[what]])
    return page(template, doors=DOORS.get(role(), ()), today=clock.today(), **told)

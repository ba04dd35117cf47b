"""A child of whom what is kept is not used: no list to choose from and no overview names it.

What protects a child goes on, and so does the register of what it comes to. Every page that tells
about people is opened; one that names the child stands below with its reason.
"""

from collections.abc import Mapping
from typing import Final
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM
from kinderwerk.accounts.models import User
from kinderwerk.audit import service as audit
from kinderwerk.families import limits
from kinderwerk.families.limiting import Limit
from kinderwerk.families.models import Child
from kinderwerk.storage.work import unit_of_work
from tests.contract.test_disclosures import TELLS, coordinator, rows

NAME: Final = "Zonnekind"
ITS_OWN: Final = "the page of the child itself, or of somebody around it"
PROTECTS: Final = "keeps a child safe"
COMES: Final = "the register of what the child comes to, and its place there"
CASE: Final = "a case that somebody carries, opened by its own address"
RIGHTS: Final = "how the limit is lifted, and how the family is forgotten"
#: Pages and lists that name the child all the same: how their endpoints begin, and why.
NAMES_IT: Final[Mapping[str, str]] = {
    "families.show": ITS_OWN, "families.edit": ITS_OWN, "families.move": ITS_OWN,
    "consents.of_child": ITS_OWN, "custody.": ITS_OWN, "youth.address_of": ITS_OWN,
    "papers.certificate": ITS_OWN, "registers.of_child": ITS_OWN,
    "doubles.merge": ITS_OWN, "doubles.merged": ITS_OWN,
    "signals.": PROTECTS, "reporting_code.": PROTECTS, "trail.emergency": PROTECTS,
    "safety.new": PROTECTS, "safety.detail": PROTECTS, "safety.complete": PROTECTS,
    "safety.copy": PROTECTS, "concern.into_signal": PROTECTS,
    "registers.detail": COMES, "registers.hand_over": COMES, "notes.of_session": COMES,
    "logbook.log": COMES, "door.let_in": COMES, "signups.of_activity": COMES,
    "signups.at_door": COMES, "signups.take_off": COMES, "signups.answer_for": COMES,
    "draws.manage": COMES, "notices.tell": COMES, "papers.session_sheet": COMES,
    "support.detail": CASE, "support.share": CASE, "support.end": CASE, "plan.": CASE,
    "referrals.detail": CASE, "referrals.letter": CASE, "referrals.pdf": CASE,
    "referrals.edit": CASE, "referrals.consent": CASE, "referrals.step": CASE,
    "referrals.share": CASE, "referrals.hand_over": CASE, "referrals.show": CASE,
    "referrals.helped": CASE, "referrals.reopen": CASE,
    "access_requests.new": RIGHTS, "privacy.forget": RIGHTS,
}  # fmt: skip
#: With these words in the address a search would find the child.
SEARCHES: Final = {"families.index": "?q=Zonne", "signups.find_child": "?q=Zonne"}
__all__ = ["coordinator", "rows"]


@pytest.fixture
def limited(session: Session, rows: dict[str, UUID]) -> dict[str, UUID]:
    """The child of all these rows, under a name that stands nowhere else."""
    with unit_of_work(session):
        child = session.get_one(Child, rows["child"])
        child.first_name = NAME
        limits.put(session, [child], Limit.KEPT_ONLY)
        audit.record(session, SYSTEM, "child.limited", child.id)
    return rows


def plain_lists(app: Flask) -> dict[str, str]:
    """Return every page without a place to fill in: among them is every list."""
    return {
        rule.endpoint: rule.rule
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments
    }


def test_no_list_and_no_search_names_a_child_that_is_not_used(
    app: Flask, client: FlaskClient, limited: dict[str, UUID], coordinator: User
) -> None:
    client.sign_in(coordinator)
    pages = plain_lists(app) | {endpoint: told[0] for endpoint, told in TELLS.items()}
    named = set()
    for endpoint, address in pages.items():
        answer = client.get(address.format(**limited) + SEARCHES.get(endpoint, ""))
        if NAME.encode() in answer.data:
            named.add(endpoint)
    assert {one for one in named if not one.startswith(tuple(NAMES_IT))} == set()
    assert {"registers.detail", "signals.index", "families.show"} <= named


@pytest.mark.parametrize("page", ["/support/", "/referrals/", "/today"])
def test_an_overview_keeps_the_row_so_that_nobody_loses_sight_of_it(
    client: FlaskClient, session: Session, limited: dict[str, UUID], coordinator: User, page: str
) -> None:
    carer = session.get_one(Child, limited["child"]).family.carers[0].name
    session.rollback()
    client.sign_in(coordinator)
    text = client.get(page).get_data(as_text=True)
    assert carer in text
    assert NAME not in text


def test_what_is_free_again_is_named_again(
    client: FlaskClient, session: Session, limited: dict[str, UUID], coordinator: User
) -> None:
    with unit_of_work(session):
        child = session.get_one(Child, limited["child"])
        limits.put(session, [child], None)
        audit.record(session, SYSTEM, "child.limited", child.id)
    client.sign_in(coordinator)
    for page in ("/support/", "/support/new", "/referrals/", "/children?q=Zonne"):
        assert NAME in client.get(page).get_data(as_text=True), page

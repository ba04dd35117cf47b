"""The menu: what it names exists, each role may open it, and there is never too much of it."""

from itertools import chain

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kinderwerk.access.vocabulary import HELD, Role
from kinderwerk.today.rules import DOORS
from kinderwerk.web import navigation
from tests.make import Make


def test_a_role_sees_six_main_entries_at_most_and_none_of_them_twice() -> None:
    for role, main in navigation.MAIN.items():
        grouped = [one for _, entries in navigation.more(role) for one in entries]
        assert len(main) <= navigation.MOST
        assert len({*main, *grouped}) == len(main) + len(grouped), role
        assert set(grouped) == navigation.MORE.get(role, set()), role


def test_no_heading_has_more_under_it_than_one_takes_in_at_a_glance() -> None:
    for role in navigation.MORE:
        assert all(len(entries) <= 9 for _, entries in navigation.more(role)), role


def test_every_entry_and_every_door_leads_to_a_page(app: Flask) -> None:
    entries = chain(*navigation.MAIN.values(), *navigation.MORE.values(), *DOORS.values())
    assert {entry.endpoint for entry in entries} <= set(app.view_functions)


@pytest.mark.parametrize("role", [Role.VISITOR, Role.GUARDIAN, *HELD], ids=lambda role: role.value)
def test_whoever_has_an_entry_may_open_it(
    app: Flask, client: FlaskClient, make: Make, role: Role
) -> None:
    if role is not Role.VISITOR:
        client.sign_in(make.user(None if role is Role.GUARDIAN else role))
    entries = chain(navigation.MAIN[role], navigation.MORE.get(role, ()), DOORS.get(role, ()))
    with app.test_request_context():
        addresses = [app.url_for(entry.endpoint) for entry in entries]
    answers = {address: client.get(address).status_code for address in addresses}
    assert set(answers.values()) == {200}, answers

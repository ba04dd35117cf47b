"""Who is there in most tests of a feature: an organisation, and people of it."""

from collections.abc import Iterator

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from kinderwerk.activities.rules import AgeBand, Format, RegisterMode
from kinderwerk.registers import service as registers
from kinderwerk.registers.rules import Box, Gender, Known, Number
from tests.club import THERE, Club
from tests.faults import Site, started
from tests.make import Make


@pytest.fixture
def here(make: Make) -> Organisation:
    return make.organisation()


@pytest.fixture
def worker(make: Make, here: Organisation) -> User:
    return make.worker(organisation=here)


@pytest.fixture
def officer(make: Make, here: Organisation) -> User:
    return make.user(Role.PROTECTION_OFFICER, organisation=here)


@pytest.fixture
def coordinator(make: Make, here: Organisation) -> User:
    return make.user(Role.COORDINATOR, organisation=here)


@pytest.fixture
def parent(make: Make) -> User:
    return make.parent()


@pytest.fixture
def mother(make: Make) -> User:
    return make.parent()


@pytest.fixture
def father(make: Make) -> User:
    return make.parent()


@pytest.fixture
def club(session: Session, make: Make) -> Club:
    return Club(session, make)


@pytest.fixture
def open_club(session: Session, make: Make) -> Club:
    """A session at which six children were counted."""
    club = Club(session, make, format=Format.DROPIN, register=RegisterMode.TALLY, age_from=6)
    box = Box(AgeBand.UP_TO_9, Known.KNOWN, Gender.UNASKED)
    registers.set_numbers(session, club.worker.actor(), club.date.id, {box: Number(0, THERE)})
    return club


@pytest.fixture
def site(app: Flask, session: Session, make: Make) -> Iterator[Site]:
    with started(app, session, make) as site:
        yield site

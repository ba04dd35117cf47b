"""Who is there in most tests of a feature: an organisation, and people of it."""

import pytest
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Organisation, User
from tests.club import Club
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

"""The world of two organisations, made once; a file of tests takes it as its `source`."""

from collections.abc import Iterator

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.conftest import copy, engine_of, serving
from tests.contract.world import Known, Neighbours, Planting, World
from tests.make import Make, all_seeing


@pytest.fixture(scope="session")
def planted(
    migrated: str,
    compiled: FileSystemBytecodeCache,
    spoken: Engine,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[str, Known]]:
    """The database of the world, and whom to find in it."""
    home = tmp_path_factory.mktemp("world")
    with copy(migrated, home) as url:
        with (
            serving(url, home, compiled, spoken) as app,
            all_seeing(engine_of(app), expire_on_commit=False) as session,
        ):
            known = Planting(session, Make(session)).known
        yield url, known


@pytest.fixture(scope="session")
def fuller(
    planted: tuple[str, Known],
    compiled: FileSystemBytecodeCache,
    spoken: Engine,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The same, in which others have settled and have much more."""
    home = tmp_path_factory.mktemp("fuller")
    with copy(planted[0], home) as url:
        with (
            serving(url, home, compiled, spoken) as app,
            all_seeing(engine_of(app), expire_on_commit=False) as session,
        ):
            Neighbours(World(app, session, planted[1])).settle()
        yield url


@pytest.fixture
def world(app: Flask, session: Session, planted: tuple[str, Known]) -> World:
    return World(app, session, planted[1])

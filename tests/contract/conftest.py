"""The world of two organisations, made once; a file of tests takes it as its `source`."""

import pickle

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from tests.conftest import engine_of, in_turn, lasting, of_all_workers, serving
from tests.contract.world import Known, Neighbours, Planting, World
from tests.make import Make, all_seeing


@pytest.fixture(scope="session")
def planted(
    migrated: str,
    compiled: FileSystemBytecodeCache,
    spoken: Engine,
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[str, Known]:
    """The database of the world, and whom to find in it; one worker makes it for all."""
    home = of_all_workers(tmp_path_factory) / "world"
    with in_turn(home):
        made = home / "made"
        if not made.is_file():
            url = lasting(migrated, home)
            with (
                serving(url, home, compiled, spoken) as app,
                all_seeing(engine_of(app), expire_on_commit=False) as session,
            ):
                known = Planting(session, Make(session)).known
            made.write_bytes(pickle.dumps((url, known)))
    found: tuple[str, Known] = pickle.loads(made.read_bytes())  # noqa: S301
    return found


@pytest.fixture(scope="session")
def fuller(
    planted: tuple[str, Known],
    compiled: FileSystemBytecodeCache,
    spoken: Engine,
    tmp_path_factory: pytest.TempPathFactory,
) -> str:
    """The same, in which others have settled and have much more."""
    home = of_all_workers(tmp_path_factory) / "fuller"
    with in_turn(home):
        made = home / "made"
        if not made.is_file():
            url = lasting(planted[0], home)
            with (
                serving(url, home, compiled, spoken) as app,
                all_seeing(engine_of(app), expire_on_commit=False) as session,
            ):
                Neighbours(World(app, session, planted[1])).settle()
            made.write_text(url)
    return made.read_text()


@pytest.fixture
def world(app: Flask, session: Session, planted: tuple[str, Known]) -> World:
    return World(app, session, planted[1])

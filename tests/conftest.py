"""Fixtures: a migrated database for each test, a client that inspects every page.

KINDERWERK_TEST_DATABASE says where: sqlite, or postgres. For the latter the run starts a server
of its own, unless KINDERWERK_TEST_POSTGRES names one, such as postgresql+psycopg://me@localhost.
"""

import fcntl
import hashlib
import logging
import os
import shutil
from collections.abc import Generator, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final
from uuid import uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck
from hypothesis import settings as searching
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import Engine, create_engine, event, make_url
from sqlalchemy.orm import Session

from kinderwerk.app import create_app
from kinderwerk.config import Settings
from kinderwerk.web import migrating
from kinderwerk.web.extensions import db
from tests import asking, postgres, quick
from tests.make import Make, all_seeing
from tests.pages import InspectingClient
from tests.planted import Watchman

ROOT: Final = Path(__file__).resolve().parent.parent
SERVER: Final = "KINDERWERK_TEST_POSTGRES"
POSTGRES: Final = os.environ.get("KINDERWERK_TEST_DATABASE", "sqlite") == "postgres"
CI: Final = os.environ.get("CI") == "true"
RUN: Final = os.environ.setdefault("KINDERWERK_TEST_RUN", f"kw_{uuid4().hex[:8]}")
whole_run: Final = ExitStack()
watchman: Final = Watchman()
searching.register_profile(
    "busy", searching.get_profile("ci" if CI else "default"),
    deadline=None, suppress_health_check=[HealthCheck.too_slow],
)  # fmt: skip
searching.load_profile("busy")
told_elsewhere: Final[list[str]] = []


def settings(directory: Path, database: str, **given: Any) -> Settings:
    """The one place where tests make settings."""
    usual: dict[str, Any] = {
        "secret_key": "for tests, and for tests only",
        "sealing_keys": {1: b"k" * 32},
        "database_url": database,
        "instance": directory,
        "owner_database_url": postgres.owned(database)
        if database.startswith("postgresql")
        else None,
        "secure_cookies": False,
    }
    return Settings(**usual | given)


def pytest_configure(config: pytest.Config) -> None:
    """Start the server before the workers, which find its address in their environment."""
    quick.begin()
    logging.getLogger().addHandler(watchman)
    logging.getLogger().setLevel(logging.INFO)  # as in a running installation
    if not POSTGRES or hasattr(config, "workerinput") or config.option.collectonly:
        return
    if SERVER not in os.environ:
        if postgres.programs() is None:
            pytest.exit(f"Not tested: {postgres.MISSING}", returncode=1 if CI else 0)
        os.environ[SERVER] = whole_run.enter_context(postgres.server())
        whole_run.callback(os.environ.pop, SERVER)
    cluster = postgres.Cluster(os.environ[SERVER])
    whole_run.callback(lambda: cluster.drop(*cluster.names(RUN)))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Fail the run for what was logged beside its tests, by its workers too."""
    told_elsewhere.extend(watchman.take())
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["told"] = told_elsewhere
    elif told_elsewhere:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if told_elsewhere:
        terminalreporter.section("the log tells what it may not", red=True)
        terminalreporter.line("\n".join(told_elsewhere))


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    told_elsewhere.extend(getattr(node, "workeroutput", {}).get("told", ()))


def pytest_unconfigure() -> None:
    logging.getLogger().removeHandler(watchman)
    whole_run.close()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what holds on the other database only: nothing is ever skipped."""
    other = "sqlite" if POSTGRES else "postgres"
    config.hook.pytest_deselected(items=[item for item in items if item.get_closest_marker(other)])
    items[:] = [item for item in items if not item.get_closest_marker(other)]


def pytest_collection_finish() -> None:
    quick.all_is_there()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Where everything is there, a skipped test is a failed one."""
    report = yield
    if CI and report.skipped:
        report.outcome = "failed"
        report.longrepr = f"skipped, where nothing may be: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def nothing_planted_is_logged() -> Iterator[None]:
    yield
    if found := watchman.take():
        pytest.fail("the log tells what it may not:\n" + "\n".join(found), pytrace=False)


@pytest.fixture(scope="session")
def witness() -> Iterator[asking.Witness]:
    with asking.watched() as witness:
        yield witness


@pytest.fixture(autouse=True)
def everybody_asks_again_under_the_lock(witness: asking.Witness) -> Iterator[None]:
    yield
    if found := witness.take():
        pytest.fail("stale rights would do:\n" + "\n".join(sorted(set(found))), pytrace=False)


def migrate(directory: Path, url: str) -> None:
    app = create_app(settings(directory, url))
    with app.app_context():
        migrating.upgrade()
        db.session.remove()
        db.engine.dispose()


@pytest.fixture(scope="session")
def cluster() -> postgres.Cluster:
    return postgres.Cluster(os.environ[SERVER])


def kept(directory: Path) -> Path:
    """Return a migrated file; the next run takes it over unless a migration has changed."""
    migrations = sorted((ROOT / "migrations").rglob("*.py"))
    state = hashlib.sha256(b"".join(file.read_bytes() for file in migrations)).hexdigest()
    known = ROOT / ".pytest_cache/migrated" / f"{state}.sqlite"
    if not known.is_file():
        made = directory / "migrated.sqlite"
        migrate(directory, f"sqlite:///{made}")
        known.parent.mkdir(parents=True, exist_ok=True)
        for old in known.parent.glob("*.sqlite"):
            old.unlink(missing_ok=True)
        mine = known.with_suffix(f".{os.getpid()}")
        shutil.move(made, mine)
        mine.replace(known)
    return Path(shutil.copy(known, directory / "kept.sqlite"))


@pytest.fixture(scope="session")
def migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The URL of a database that went through every migration, once."""
    directory = tmp_path_factory.mktemp("migrated")
    if not POSTGRES:
        return f"sqlite:///{kept(directory)}"
    cluster: postgres.Cluster = request.getfixturevalue("cluster")
    name = f"{RUN}_template"
    with cluster.one_at_a_time():
        if not cluster.names(name):
            migrate(directory, cluster.fresh(name))
    return cluster.named(name)


def lasting(source: str, directory: Path) -> str:
    """Return the URL of a fresh copy of that database, which stays until the end of the run."""
    original = str(make_url(source).database)
    if not POSTGRES:
        return f"sqlite:///{shutil.copy(original, directory / 'test.sqlite')}"
    cluster = postgres.Cluster(os.environ[SERVER])
    name = f"{RUN}_{uuid4().hex[:12]}"
    cluster.clone(original, name)
    return cluster.named(name)


@contextmanager
def copy(source: str, directory: Path) -> Iterator[str]:
    """Yield the URL of a fresh copy of that database."""
    url = lasting(source, directory)
    try:
        yield url
    finally:
        if POSTGRES:
            postgres.Cluster(os.environ[SERVER]).drop(str(make_url(url).database))


@pytest.fixture(scope="session")
def source(migrated: str) -> str:
    """What each test gets a copy of; a file of tests may put something fuller here."""
    return migrated


@pytest.fixture(scope="session")
def reused(migrated: str) -> Iterator[postgres.Reused | None]:
    """What the tests of this worker find empty, one after the other."""
    if not POSTGRES:
        yield None
        return
    worker = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    cluster = postgres.Cluster(os.environ[SERVER])
    reused = postgres.Reused(cluster, str(make_url(migrated).database), f"{RUN}_{worker}")
    yield reused
    reused.drop()


@pytest.fixture
def database(
    source: str, migrated: str, tmp_path: Path, reused: postgres.Reused | None
) -> Iterator[str]:
    """The URL of a database in which stands what stands in the source, and nothing else."""
    if reused is None or source != migrated:
        with copy(source, tmp_path) as url:
            yield url
        return
    yield reused.url
    reused.clean()


def of_all_workers(factory: pytest.TempPathFactory) -> Path:
    """Return the one folder in which the workers of the run find what others made."""
    base = factory.getbasetemp()
    return base.parent if base.name.startswith("popen-") else base


@contextmanager
def in_turn(home: Path) -> Iterator[None]:
    """Keep other workers waiting, which would make the same there."""
    home.mkdir(exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """What templates were compiled to in this run, so that each test need not do it again."""
    home = of_all_workers(tmp_path_factory) / "templates"
    home.mkdir(exist_ok=True)
    return FileSystemBytecodeCache(str(home))


@pytest.fixture(scope="session")
def spoken(migrated: str) -> Engine:
    """One that knows the server already, as the engines of all apps do then."""
    engine = create_engine(os.environ[SERVER] if POSTGRES else migrated)
    engine.connect().close()
    engine.dispose()
    return engine


@contextmanager
def serving(
    database: str, directory: Path, compiled: FileSystemBytecodeCache, spoken: Engine
) -> Iterator[Flask]:
    """Yield an app as it is made for that database, and let go of the connections afterwards."""
    made = quick.Made.take(settings(directory, database), compiled)
    app = made.app
    quick.speak_alike(app, spoken)
    app.testing = True
    app.config["WTF_CSRF_ENABLED"] = False
    app.test_client_class = InspectingClient
    try:
        yield app
    finally:
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        made.give_back()


@pytest.fixture
def app(
    database: str, tmp_path: Path, compiled: FileSystemBytecodeCache, spoken: Engine
) -> Iterator[Flask]:
    with serving(database, tmp_path, compiled, spoken) as app:
        yield app


def engine_of(app: Flask) -> Engine:
    with app.app_context():
        return db.engine


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A session of the test's own: no app context is held while the client makes requests."""
    with all_seeing(engine_of(app)) as session:
        app.extensions["onlooker"] = session
        yield session


@pytest.fixture
def mighty(session: Session) -> Iterator[Engine]:
    """Connections of somebody to whom no role and no policy of the database is a limit."""
    engine = postgres.unbound(session.get_bind().engine)
    yield engine
    engine.dispose()


@pytest.fixture
def make(session: Session) -> Make:
    return Make(session)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


#: Begins a transaction on PostgreSQL and reads nothing; `test_reach` counts how often.
SAYS_WHO: Final = "SELECT kinderwerk_reach"


def reads(statements: list[str]) -> list[str]:
    """Return what was read, without saying who reads."""
    return [
        one
        for one in statements
        if one.lstrip().startswith("SELECT") and not one.startswith(SAYS_WHO)
    ]


@pytest.fixture
def statements() -> Iterator[list[str]]:
    """Every SQL statement sent from here on; clear it to count anew."""
    sent: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        sent.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    yield sent
    event.remove(Engine, "before_cursor_execute", note)

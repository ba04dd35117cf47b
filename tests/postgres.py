"""A PostgreSQL server of the tests' own: started from the installed programs, gone afterwards."""

import os
import pwd
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from sqlalchemy import URL, Connection, Engine, create_engine, make_url
from sqlalchemy.pool import NullPool, StaticPool

MISSING: Final = "no PostgreSQL here to test with: apt-get install postgresql"
SETTINGS: Final = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "autovacuum": "off",
    "shared_buffers": "64MB",
    "max_connections": "200",
    "timezone": "UTC",
}
#: As in production: one role owns the tables and migrates, another serves.
OWNER: Final = "kinderwerk_test_owner"
APP: Final = "kinderwerk_test_app"
DURABLE: Final = {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}


def programs() -> Path | None:
    """Return where the newest installed server's programs lie."""
    packaged = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    newest = sorted(packaged, key=lambda path: _number(path.parent.parent.name))
    found = str(newest[-1]) if newest else shutil.which("initdb")
    return Path(found).parent if found else None


def _number(name: str) -> int:
    return int(re.match(r"\d*", name)[0] or 0)  # type: ignore[index]


@contextmanager
def server(**given: str) -> Iterator[str]:
    """Run a server on a socket in a short temporary path, and yield its URL.

    It keeps nothing safe from a power cut, unless the settings say `**DURABLE`, which is why it
    is quick. It refuses to run as root, so root lends it another account.
    """
    bin_directory = programs()
    if bin_directory is None:
        raise FileNotFoundError(MISSING)
    who = _account()
    home = Path(tempfile.mkdtemp(prefix="kw-pg-", dir="/tmp"))
    try:
        if who:
            os.chown(home, who["user"], who["group"])
        data = home / "data"
        _run(bin_directory / "initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8",
             "--locale=C", "--no-sync", who=who, cwd=home)  # fmt: skip
        given = {**SETTINGS, "unix_socket_directories": str(home), **given}
        with (data / "postgresql.conf").open("a") as file:
            file.writelines(f"{name} = '{value}'\n" for name, value in given.items())
        control = bin_directory / "pg_ctl"
        _run(control, "-D", data, "-l", home / "log", "-w", "start", who=who, cwd=home)
        try:
            yield URL.create(
                "postgresql+psycopg", username="postgres", query={"host": str(home)}
            ).render_as_string()
        finally:
            _run(control, "-D", data, "-m", "immediate", "-w", "stop", who=who, cwd=home)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _account() -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = names.get("postgres") or names["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


def _run(*command: str | Path, who: dict[str, Any], cwd: Path) -> None:
    done = subprocess.run(
        [str(word) for word in command], cwd=cwd, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, **who,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"{Path(command[0]).name} failed:\n{done.stdout}")


def _as(url: URL, role: str) -> str:
    return url.set(username=role, password=role).render_as_string(hide_password=False)


def owned(url: str) -> str:
    """Return the URL by which the database of that one is migrated."""
    return _as(make_url(url), OWNER)


def unbound(engine: Engine) -> Engine:
    """Return connections to the same database to which no role and no policy is a limit."""
    if engine.dialect.name != "postgresql":
        return create_engine(engine.url)
    server = make_url(os.environ["KINDERWERK_TEST_POSTGRES"])
    return create_engine(server.set(database=engine.url.database))


class Cluster:
    """The databases of a test run on a server, the template among them."""

    def __init__(self, url: str) -> None:
        self.url = make_url(url)
        self.engine: Engine = create_engine(
            self.url.set(database="postgres"), isolation_level="AUTOCOMMIT", poolclass=NullPool
        )

    def named(self, name: str) -> str:
        """Return the URL by which that database is served."""
        return _as(self.url.set(database=name), APP)

    def fresh(self, name: str) -> str:
        """Make an empty database, and return the URL by which it is served."""
        self.make_roles()
        self.do(f'CREATE DATABASE "{name}" OWNER {OWNER}')
        return self.named(name)

    def make_roles(self) -> None:
        for role in (OWNER, APP):
            self.do(
                f"DO $$ BEGIN CREATE ROLE {role} LOGIN PASSWORD '{role}';"
                " EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
            )

    def do(self, *statements: str) -> None:
        with self.engine.connect() as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)

    def names(self, prefix: str) -> Sequence[str]:
        wanted = "SELECT datname FROM pg_database WHERE starts_with(datname, %(prefix)s)"
        with self.engine.connect() as connection:
            return connection.exec_driver_sql(wanted, {"prefix": prefix}).scalars().all()

    @contextmanager
    def one_at_a_time(self) -> Iterator[None]:
        """Keep other workers of the run waiting."""
        with self.engine.connect() as connection:
            connection.exec_driver_sql("SELECT pg_advisory_lock(0)")
            yield

    def clone(self, template: str, name: str) -> None:
        self.do(f'CREATE DATABASE "{name}" TEMPLATE "{template}" OWNER {OWNER} STRATEGY FILE_COPY')

    def drop(self, *names: str) -> None:
        self.do(*(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)' for name in names))


#: How often a table, a rule or a right of a database was changed, whatever stands in the tables.
_SHAPE: Final = " UNION ALL ".join(
    f"SELECT '{catalogue}', count(*), sum(xmin::text::bigint) FROM {catalogue}"
    for catalogue in (
        "pg_attribute", "pg_class", "pg_constraint", "pg_index", "pg_policy", "pg_proc",
        "pg_trigger",
    )
)  # fmt: skip
_TABLES: Final = """
    SELECT quote_ident(relname), pg_relation_size(oid) FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' AND pg_relation_size(oid) > 0
"""
_COUNT_ANEW: Final = "SELECT setval(seqrelid::regclass, seqstart, false) FROM pg_sequence"
_SEND_HOME: Final = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE datname = current_database() AND pid <> pg_backend_pid()
"""
#: Above this many bytes a table is made anew, and below it its rows are deleted.
_SMALL: Final = 256 * 1024


class Reused:
    """A copy of a template that each test finds without a row of the one before it.

    Making a copy takes longer than most tests. One that changes more than rows, or what stood in
    the template, costs the copy, and the next gets another.
    """

    def __init__(self, cluster: Cluster, template: str, name: str) -> None:
        self.cluster, self.template, self.name = cluster, template, name
        self.engine = create_engine(
            cluster.url.set(database=name), isolation_level="AUTOCOMMIT", poolclass=StaticPool
        )
        self.kept: dict[str, Any] = {}
        self.shape: object = None

    @property
    def url(self) -> str:
        if self.shape is None:
            self.cluster.clone(self.template, self.name)
            with self.engine.connect() as connection:
                self.kept = dict.fromkeys(self._sizes(connection))
                self.shape = self._shape(connection)
        return self.cluster.named(self.name)

    def clean(self) -> None:
        with self.engine.connect() as connection:
            connection.exec_driver_sql(_SEND_HOME)
            changed = self._shape(connection) != self.shape
            if not changed:
                self._empty(connection)
                self.shape = self._shape(connection)
        if changed:
            self.drop()

    def drop(self) -> None:
        self.engine.dispose()
        self.cluster.drop(self.name)
        self.shape = None

    def _empty(self, connection: Connection) -> None:
        sizes = {
            table: size for table, size in self._sizes(connection).items() if table not in self.kept
        }
        large = [table for table, size in sizes.items() if size > _SMALL]
        emptied = [f"TRUNCATE {', '.join(large)} CASCADE"] if large else []
        emptied += [f"DELETE FROM {table}" for table in sizes.keys() - set(large)]
        of_one_go = ["BEGIN", "SET LOCAL session_replication_role = replica", *emptied, "COMMIT"]
        connection.exec_driver_sql("; ".join([*of_one_go, _COUNT_ANEW]))

    def _shape(self, connection: Connection) -> object:
        rows = [connection.exec_driver_sql(f"SELECT * FROM {table}").all() for table in self.kept]
        return rows, connection.exec_driver_sql(_SHAPE).all()

    @staticmethod
    def _sizes(connection: Connection) -> dict[str, int]:
        return {table: size for table, size in connection.exec_driver_sql(_TABLES)}

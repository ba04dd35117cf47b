"""What was confirmed outlives a power cut: as served, though not in tests, which have no time."""

from kinderwerk.storage.work import PRAGMAS
from tests.postgres import DURABLE, SETTINGS


def test_sqlite_is_served_so_that_what_was_confirmed_is_on_the_disk() -> None:
    assert {"journal_mode=WAL", "synchronous=FULL"} <= set(PRAGMAS)


def test_a_server_that_is_to_be_killed_is_told_what_tests_leave_out() -> None:
    assert {SETTINGS[name] for name in DURABLE} == {"off"}
    assert set(DURABLE.values()) == {"on"}

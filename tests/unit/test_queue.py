"""Writers of SQLite wait in turn, over threads and processes, and nobody waits for ever."""

import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import active_count

import pytest

from kinderwerk.storage import queue
from tests.faults import stopped_in_its_turn


def in_turn(database: Path) -> bool:
    try:
        with queue.turn(database):
            return True
    except queue.TooLong:
        return False


def test_who_waits_for_a_process_that_was_stopped_is_told_and_the_queue_goes_on_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PATIENCE", 0.3)
    database, threads = tmp_path / "x.sqlite", active_count()
    with stopped_in_its_turn(database), ThreadPoolExecutor(4) as people:
        began = time.monotonic()
        assert list(people.map(in_turn, [database] * 8)) == [False] * 8
        assert time.monotonic() - began < 10
    monkeypatch.setattr(queue, "PATIENCE", 30)
    with ThreadPoolExecutor(4) as people:
        assert list(people.map(in_turn, [database] * 8)) == [True] * 8
    until = time.monotonic() + 10
    while active_count() > threads:
        assert time.monotonic() < until, "who gave up still waits"


def test_nobody_is_overtaken(tmp_path: Path) -> None:
    database, came = tmp_path / "x.sqlite", []

    def wait(number: int) -> None:
        with queue.turn(database):
            came.append(number)

    with ThreadPoolExecutor(5) as people:
        with queue.turn(database):
            for number in range(5):
                people.submit(wait, number)
                until = time.monotonic() + 10
                while len(queue._turnstiles[database]._waiting) <= number:
                    assert time.monotonic() < until
        people.shutdown()
    assert came == [0, 1, 2, 3, 4]

"""A child that reads what somebody sent has nothing to steal, and ends in time."""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import pytest

from kinderwerk.files import bounded
from kinderwerk.files.bounded import Bounds, Busy, Unanswered, ask
from tests import readers

READER = readers.__name__
BOUNDS = Bounds(memory=1 << 30, computing=1, seconds=20, answer=1 << 20)


def test_a_child_knows_nothing_and_may_do_little(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KINDERWERK_SECRET_KEY", "not for children")
    told, pieces = ask(READER, "about_itself", [b"one", b"", b"two\n"], BOUNDS)
    assert pieces == [b"one", b"", b"two\n"]
    assert set(told["environment"]) <= {*bounded.ENVIRONMENT, "LC_CTYPE"}
    assert told["limits"] == {
        "AS": [1 << 30, 1 << 30], "CPU": [1, 1], "FSIZE": [1 << 20, 1 << 20], "NOFILE": [32, 32],
        "NPROC": [0, 0], "CORE": [0, 0],
    }  # fmt: skip
    assert (told["open"], told["where"]) == ([0, 1, 2], "/")
    assert told["isolated"]
    assert told["leads"]


@pytest.mark.parametrize("deed", ["compute", "allocate", "chatter", "lie", "unheard_of"])
def test_whatever_it_does_it_ends_and_gives_no_answer(deed: str) -> None:
    with pytest.raises(Unanswered):
        ask(READER, deed, [], BOUNDS)


def test_a_child_that_waits_for_ever_is_ended() -> None:
    began = time.monotonic()
    with pytest.raises(Unanswered, match="out of time"):
        ask(READER, "wait", [], Bounds(memory=1 << 30, computing=5, seconds=0.5, answer=1 << 20))
    assert time.monotonic() - began < 10


def test_several_at_once_take_turns() -> None:
    with ThreadPoolExecutor(5) as pool:
        answers = [pool.submit(ask, READER, "clock", [], BOUNDS) for _ in range(5)]
    spans = [answer.result()[0] for answer in answers]
    beside = [sum(begins <= moment < ends for begins, ends in spans) for moment, _ in spans]
    assert max(beside) <= bounded.AT_ONCE


def test_whoever_waits_too_long_is_told_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bounded, "PATIENCE", 0.01)
    with ExitStack() as taken:
        for _ in range(bounded.AT_ONCE):
            taken.enter_context(bounded._turns)
        with pytest.raises(Busy):
            ask(READER, "clock", [], BOUNDS)
    assert ask(READER, "clock", [], BOUNDS)

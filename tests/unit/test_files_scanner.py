"""What a virus scanner knows is not let in, and what it could not look at neither."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kinderwerk.files.bounded import Bounds, ask
from kinderwerk.files.scanner import CHUNK, Infected, Scanner, Unscanned, scanner
from tests import readers
from tests.clamd import HARMFUL, Clamd

BOUNDS = Bounds(memory=1 << 30, computing=1, seconds=20, answer=1 << 20)


@pytest.fixture
def place() -> Iterator[Path]:
    """A short path: sockets have no long ones."""
    with TemporaryDirectory() as directory:
        yield Path(directory) / "clamd"


def known(place: Path) -> Scanner:
    one = Scanner()
    one.load(place)
    return one


def test_without_one_nothing_is_asked() -> None:
    Scanner().look([HARMFUL])


def test_what_is_clean_goes_through_whole(place: Path) -> None:
    large = b"x" * (2 * CHUNK + 1)
    with Clamd(place) as clamd:
        known(place).look([b"one", b"", large])
        assert clamd.seen == [b"one", large]


def test_what_is_known_to_do_harm_is_stopped(place: Path) -> None:
    with Clamd(place), pytest.raises(Infected):
        known(place).look([b"clean", b"before " + HARMFUL])


@pytest.mark.parametrize(
    "said", [b"INSTREAM size limit exceeded. ERROR", b"", b"stream: OK but", b"y" * 5000]
)
def test_what_it_does_not_call_clean_is_not_let_in(place: Path, said: bytes) -> None:
    with Clamd(place, instead=said or b" "), pytest.raises(Unscanned):
        known(place).look([b"one"])


def test_a_scanner_that_is_away_lets_nothing_in(place: Path) -> None:
    with pytest.raises(Unscanned):
        known(place).look([b"one"])
    assert not known(place).is_there()


def test_one_that_is_there_says_so(place: Path) -> None:
    with Clamd(place):
        assert known(place).is_there()


def test_every_file_is_looked_at_before_it_is_read(place: Path) -> None:
    scanner.load(place)
    try:
        with Clamd(place) as clamd:
            ask(readers.__name__, "about_itself", [b"one"], BOUNDS)
            assert clamd.seen == [b"one"]
            with pytest.raises(Infected):
                ask(readers.__name__, "about_itself", [HARMFUL], BOUNDS)
    finally:
        scanner.load(None)

"""The watch over the log: it reads what a running installation would write."""

import logging
from collections.abc import Iterator

import pytest

from tests.planted import PLANTED, Watchman

logger = logging.getLogger("kinderwerk.tests")


@pytest.fixture
def watch() -> Iterator[Watchman]:
    """A watchman of this test's own; the one of the run is sent away meanwhile."""
    root, watch = logging.getLogger(), Watchman()
    others = [handler for handler in root.handlers if isinstance(handler, Watchman)]
    for handler in others:
        root.removeHandler(handler)
    root.addHandler(watch)
    yield watch
    root.removeHandler(watch)
    for handler in others:
        root.addHandler(handler)


def test_the_run_is_watched() -> None:
    assert any(isinstance(handler, Watchman) for handler in logging.getLogger().handlers)


def test_a_planted_word_is_found_wherever_a_line_tells_it(watch: Watchman) -> None:
    logger.info("a child called %s", PLANTED.lower())
    logger.info("answered", extra={"told": {"route": f"/children/{PLANTED}"}})
    try:
        raise ValueError(PLANTED)
    except ValueError:
        logger.exception("did not work")
    assert len(watch.take()) == 3


def test_what_no_line_tells_is_not_found(watch: Watchman) -> None:
    logger.debug("a child called %s", PLANTED)
    logger.info("answered")
    assert watch.take() == []

"""What docs say of the code is what the code says."""

import re
from typing import Final

import click
import pytest

from kinderwerk import paths
from kinderwerk.app import main
from scripts.papers import DOCS, PAPERS, below, paper

#: No database has a say in papers.
pytestmark = pytest.mark.sqlite

ROOT: Final = paths.PACKAGE.parent
VERDICTS: Final = {"met", "partly", "not yet", "not here", "with who runs it"}
#: A row is about one point, or about several that follow each other.
ROW: Final = re.compile(r"^\| (\d+\.\d+\.\d+)\S* \| [\d, ]+ \| [^|]+ \| ([^|]+) \|", re.M)


@pytest.mark.parametrize("name", PAPERS)
def test_a_paper_says_what_the_code_does(name: str) -> None:
    """When this fails, `make papers` writes it anew; read what changed."""
    assert (DOCS / name).read_text("utf-8") == paper(name)


def test_every_command_and_each_of_its_options_says_what_it_is_for() -> None:
    told = list(below("kinderwerk", main))
    assert len(told) > 20
    for name, command in told:
        assert command.help, name
        for one in command.params:
            assert not isinstance(one, click.Option) or one.help, (name, one.name)


@pytest.mark.parametrize("name", ["asvs.md", "security.md", "threat-model.md"])
def test_what_a_paper_names_is_there(name: str) -> None:
    text = (DOCS / name).read_text("utf-8")
    named = set(re.findall(r"`([a-z_]+(?:/[a-z_]+)*\.py)`", text))
    missing = {
        each for each in named
        if not (ROOT / "tests" / each).is_file() and not (paths.PACKAGE / each).is_file()
    }  # fmt: skip
    linked = set(re.findall(r"\]\(((?!http)[^)#]+)\)", text))
    assert len(named) > 10
    assert not missing
    assert not {each for each in linked if not (DOCS / each).is_file()}


def test_each_point_of_the_standard_is_answered_once_and_in_order() -> None:
    rows = ROW.findall((DOCS / "asvs.md").read_text("utf-8"))
    numbers = [tuple(map(int, first.split("."))) for first, _ in rows]
    assert numbers == sorted(set(numbers))
    assert {number[0] for number in numbers} == set(range(1, 18))
    assert {verdict for _, verdict in rows} <= VERDICTS

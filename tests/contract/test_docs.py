"""What people read is true: links lead somewhere, files are there, names stand on the screen."""

import re
import subprocess
from pathlib import Path

import click
import pytest
from babel.messages.pofile import read_po

from kinderwerk.app import main
from tests.rush import ROOT

#: No database has a say in papers.
pytestmark = pytest.mark.sqlite

PAPERS = [*sorted(ROOT.glob("*.md")), *sorted(ROOT.glob("docs/**/*.md"))]
FILE = re.compile(r"`((?:kinderwerk|templates|static|scripts|tests|docs|migrations)/[\w./-]+)`")
COMMAND = re.compile(r"(?:`|^ {4}(?:\S*/)?)kinderwerk (?!unix)([a-z][^`\n]*)", re.MULTILINE)
MADE = {"static/vendor"}  # installed, never committed
CATALOGUE = ROOT / "kinderwerk/translations/nl/LC_MESSAGES/messages.po"


def of_a_paper(file: Path) -> str:
    return str(file.relative_to(ROOT))


@pytest.mark.parametrize("paper", PAPERS, ids=of_a_paper)
def test_links_between_papers_lead_somewhere(paper: Path) -> None:
    for link in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", paper.read_text()):
        assert (paper.parent / link).exists(), link


@pytest.mark.parametrize("paper", PAPERS, ids=of_a_paper)
def test_files_that_papers_name_are_there(paper: Path) -> None:
    for name in FILE.findall(paper.read_text()):
        assert (ROOT / name).exists() or name in MADE, name


def test_every_paper_is_reached_from_the_first() -> None:
    reached: set[Path] = set()
    ahead = [ROOT / "README.md"]
    while ahead:
        paper = ahead.pop()
        reached.add(paper)
        for link in re.findall(r"\]\(([^)#\s]+\.md)", paper.read_text()):
            there = (paper.parent / link).resolve()
            if there.is_relative_to(ROOT) and there not in reached:
                ahead.append(there)
    assert set(PAPERS) <= reached


def spoken() -> tuple[set[str], set[str]]:
    """Return what the product says in English and in Dutch, on its pages and in its data."""
    english, dutch = set(), set()
    with CATALOGUE.open("rb") as file:
        for message in read_po(file):
            english |= {message.id} if isinstance(message.id, str) else set(message.id)
            dutch |= {message.string} if isinstance(message.string, str) else set(message.string)
    return english, dutch


def bold(paper: Path) -> set[str]:
    return {
        " ".join(name.split()) for name in re.findall(r"\*\*(.+?)\*\*", paper.read_text(), re.S)
    }


def test_papers_for_people_call_everything_as_the_screen_does() -> None:
    english, dutch = spoken()
    protocol = (ROOT / "kinderwerk/reporting_code/protocols/nl_meldcode.1.toml").read_text()
    for paper in sorted(ROOT.glob("docs/nl/*.md")):
        strange = {name for name in bold(paper) - dutch if f'"{name}"' not in protocol}
        assert not strange, (paper.name, strange)
    assert bold(ROOT / "docs/parents.md") <= english


def test_make_says_only_targets_that_there_are() -> None:
    told = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S607
    targets = {line.split()[0] for line in told.stdout.splitlines() if line}
    for paper in PAPERS:
        for target in re.findall(r"(?:`|^    )make ([a-z-]+)", paper.read_text(), re.MULTILINE):
            assert target in targets, (paper.name, target)


def test_commands_that_papers_name_are_there_with_their_options() -> None:
    for paper in PAPERS:
        for told in COMMAND.findall(paper.read_text()):
            command: click.Command = main
            for word in told.partition(" #")[0].split():
                if word.startswith("--"):
                    assert any(word in param.opts for param in command.params), (paper.name, told)
                elif isinstance(command, click.Group) and word.isalpha() and word.islower():
                    found = command.get_command(click.Context(command), word)
                    assert found, (paper.name, told)
                    command = found

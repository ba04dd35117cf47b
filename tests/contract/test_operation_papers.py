"""What the administrator reads is true: settings, commands and units are those that there are."""

import json
import re
import shlex
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import click
import pytest
import yaml
from typing_extensions import override

from kinderwerk.app import main
from kinderwerk.config import Settings
from tests.rush import ROOT

#: No database has a say in papers.
pytestmark = pytest.mark.sqlite

NAME = re.compile(r"KINDERWERK_[A-Z]+(?:_[A-Z]+)*")
COMMAND = re.compile(r"(?:`|^    |bin/)kinderwerk ([a-z][a-z-]*(?: [a-z][a-z-]*)?)", re.M)
DEPLOY = ROOT / "docs/deploy"
CONTAINER = (DEPLOY / "Containerfile").read_text()
GUIDE = ROOT / "docs/operations.md"
PAPERS = [
    ROOT / "README.md", *sorted(ROOT.glob("docs/*.md")), *sorted(ROOT.glob("docs/nl/*.md")),
    *(file for file in sorted(DEPLOY.rglob("*")) if file.is_file()),
]  # fmt: skip


def known() -> set[str]:
    """Return the settings that the product reads."""
    sources = (ROOT / "kinderwerk/config.py", ROOT / "kinderwerk/paths.py")
    return {name for file in sources for name in NAME.findall(file.read_text())}


def described() -> set[str]:
    """Return the settings of the table in the guide, where `_BODY` goes on from the first."""
    found: set[str] = set()
    for line in GUIDE.read_text().splitlines():
        first = ""
        if not line.startswith("| `KINDERWERK"):
            continue
        for name in re.findall(r"`([A-Z_]+)`", line.split(" | ")[0]):
            first = first or name.rpartition("_")[0]
            found.add(name if name.startswith("KINDERWERK") else first + name)
    return found


@pytest.mark.parametrize("paper", PAPERS, ids=lambda file: file.name)
def test_papers_name_only_settings_and_commands_that_there_are(paper: Path) -> None:
    text = paper.read_text()
    shortened = {"KINDERWERK_SMS"}  # its endings stand beside it
    assert set(NAME.findall(text)) - shortened <= known()
    for words in COMMAND.findall(text):
        assert exists(words.split()), words


def exists(words: list[str]) -> bool:
    found: click.Command | None = main
    for word in words:
        if not isinstance(found, click.Group):
            return True  # the rest are its arguments
        found = found.get_command(click.Context(found), word)
        if found is None:
            return False
    return True


def test_the_guide_describes_every_setting() -> None:
    assert described() == known()


@pytest.mark.parametrize(
    "unit", sorted((DEPLOY / "systemd").glob("*.service")), ids=lambda file: file.name
)
def test_units_start_commands_that_there_are(unit: Path) -> None:
    for line in re.findall(r"^ExecStart\w*=(.*)$", unit.read_text(), re.MULTILINE):
        program, *words = shlex.split(line)
        assert program == "/opt/kinderwerk/bin/kinderwerk"
        command = main.commands[words[0]]
        rest = words[1:]
        if isinstance(command, click.Group) and rest and not rest[0].startswith("-"):
            command, rest = command.commands[rest[0]], rest[1:]
        command.make_context("kinderwerk", rest, resilient_parsing=False)


def test_the_example_of_settings_is_read(tmp_path: Path) -> None:
    told = dict(
        line.split("=", 1)
        for line in (DEPLOY / "env.example").read_text().splitlines()
        if line and not line.startswith("#")
    )
    filled = told | {
        "KINDERWERK_SECRET_KEY": "filled in by who installs it",
        "KINDERWERK_SEALING_KEYS": "1:" + "a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=",
        "KINDERWERK_INSTANCE": str(tmp_path),
    }
    settings = Settings.from_environment(filled)
    assert settings.proxies == 1
    assert settings.embedded_worker is False
    assert settings.owner_database_url != settings.database_url


def test_the_compose_file_stops_later_than_what_is_at_work_needs() -> None:
    told = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    for name in ("web", "worker"):
        assert int(told["services"][name]["stop_grace_period"].removesuffix("s")) > 30
    for name in ("worker", "upgrade"):
        assert exists(told["services"][name]["command"].split()[1:])


def test_the_container_starts_what_there_is() -> None:
    starts = json.loads(CONTAINER.rpartition("\nCMD ")[2])
    assert starts[0] == "kinderwerk"
    main.commands[starts[1]].make_context("kinderwerk", starts[2:], resilient_parsing=False)
    assert re.findall(r"^EXPOSE (.*)$", CONTAINER, re.MULTILINE) == [starts[-1]]


@pytest.mark.parametrize(
    ("told", "asked"),
    [("", "localhost"), ("buurt.example", "buurt.example"), (".a.example b.example", "a.example")],
)
def test_the_container_asks_how_it_is_by_a_name_that_it_answers_to(told: str, asked: str) -> None:
    found = re.search(r"^HEALTHCHECK .*\n +(\[.*\])$", CONTAINER, re.MULTILINE)
    assert found
    *_, program = json.loads(found[1])
    with HTTPServer(("127.0.0.1", 0), Noting) as server:
        answering = Thread(target=server.handle_request)
        answering.start()
        there = program.replace("127.0.0.1:5000", f"127.0.0.1:{server.server_port}")
        surroundings = {"KINDERWERK_TRUSTED_HOSTS": told, "no_proxy": "*"}
        done = subprocess.run([sys.executable, "-c", there], env=surroundings, timeout=60)
        answering.join()
        assert done.returncode == 0
    assert Noting.asked == ("/healthz", asked)


class Noting(BaseHTTPRequestHandler):
    asked = ("", "")

    def do_GET(self) -> None:
        Noting.asked = (self.path, self.headers["Host"])
        self.send_response(200)
        self.end_headers()

    @override
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

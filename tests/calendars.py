"""Calendars of strangers: programs that subscribe to our feeds, in an environment of their own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

PROGRAMS: Final = Path(sys.prefix).with_name(".venv-calendar") / "bin"
MISSING: Final = "no calendars here to test with: python3 scripts/prepare.py test"
SUBSCRIPTION: Final = """
[general]
status_path = "{here}/status"
[pair family]
a = "theirs"
b = "mine"
collections = null
[storage theirs]
type = "http"
url = "{url}"
[storage mine]
type = "filesystem"
path = "{here}/calendar"
fileext = ".ics"
"""
READING: Final = """
[calendars]
[[family]]
path = {here}/calendar
[locale]
local_timezone = Europe/Amsterdam
default_timezone = Europe/Amsterdam
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%d %H:%M
longdatetimeformat = %Y-%m-%d %H:%M
[sqlite]
path = {here}/khal.db
"""


class Subscriber:
    """Somebody whose calendar fetches an address (vdirsyncer), and who looks into it (khal)."""

    def __init__(self, home: Path, url: str) -> None:
        self.home = home
        (home / "calendar").mkdir(parents=True)
        (home / "vdirsyncer").write_text(SUBSCRIPTION.format(here=home, url=url))
        (home / "khal").write_text(READING.format(here=home))
        self._run("vdirsyncer", "discover")

    def fetch(self) -> None:
        self._run("vdirsyncer", "sync")

    def look(self, since: str, until: str) -> list[str]:
        """Return what stands there in those days, by the clock on the wall."""
        shown = "{start-long-full} {title} {status}"
        told = self._run("khal", "list", "--day-format", "", "--format", shown, since, until)
        return [line.strip() for line in told.splitlines() if line.strip()]

    def _run(self, program: str, *words: str) -> str:
        command = [PROGRAMS / program, "-c", self.home / program, *words]
        clean = {"HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        done = subprocess.run(command, capture_output=True, text=True, env=clean, timeout=200)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

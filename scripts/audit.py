"""Ask the registries whether a hole is known in one of the libraries of the locks.

It ends with 1 when there is one, and with 2 when somebody could not be asked: silence is no answer.
How soon a hole has to be closed: docs/security.md, "Libraries".
"""

import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
PIP_AUDIT: Final = ROOT / ".venv-audit/bin/pip-audit"
LOCKS: Final = ("requirements-dev.txt", "requirements-node.txt")
#: Of how many that nobody could be asked about the name is said.
NAMED: Final = 5


@dataclass(frozen=True, slots=True)
class Hole:
    library: str
    version: str
    name: str
    closed_in: str


@dataclass(frozen=True, slots=True)
class Found:
    """What is known of the libraries of one lock, and of which of them nothing could be asked."""

    holes: tuple[Hole, ...] = ()
    unasked: tuple[str, ...] = ()


def of_pip(answer: str, lock: str) -> Found:
    """Read what pip-audit says; a library that it passed over was not looked at."""
    try:
        told = json.loads(answer)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return Found(unasked=(lock,))
    holes = (
        Hole(one["name"], one["version"], _name(hole), ", ".join(hole["fix_versions"]))
        for one in told for hole in one.get("vulns", ())
    )  # fmt: skip
    unasked = tuple(one["name"] for one in told if "skip_reason" in one)
    return Found(tuple(dict.fromkeys(holes)), unasked)


def _name(hole: dict[str, Any]) -> str:
    return next((each for each in hole.get("aliases", ()) if each.startswith("CVE")), hole["id"])


def of_npm(answer: str, lock: str) -> Found:
    """Read what npm says; without a list it could not ask."""
    try:
        told = json.loads(answer)["vulnerabilities"]
    except (ValueError, KeyError, TypeError):
        return Found(unasked=(lock,))
    return Found(
        tuple(
            Hole(name, one["range"], one["severity"], "" if one["fixAvailable"] else "nothing yet")
            for name, one in told.items()
        )
    )


def verdict(found: Iterable[Found]) -> tuple[int, list[str]]:
    """Return how to end, and what to say."""
    holes = {hole for one in found for hole in one.holes}
    unasked = sorted({name for one in found for name in one.unasked})
    lines = [
        f"{one.library} {one.version}: {one.name}, closed in {one.closed_in or 'a newer version'}"
        for one in sorted(holes, key=lambda one: (one.library, one.name))
    ]
    if unasked:
        named = ", ".join(unasked[:NAMED]) + (", …" if len(unasked) > NAMED else "")
        lines.append(f"Nobody could be asked about {len(unasked)} ({named}): this is no answer.")
    if not lines:
        lines.append("No hole is known in any library of the locks.")
    return (1 if holes else 2 if unasked else 0), lines


def _said(*command: object) -> str:
    words = [str(word) for word in command]
    try:
        return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, timeout=600).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""


def asked() -> list[Found]:
    pip = (PIP_AUDIT, "--require-hashes", "--disable-pip", "--format", "json", "--progress-spinner")
    found = [of_pip(_said(*pip, "off", "--requirement", lock), lock) for lock in LOCKS]
    return [*found, of_npm(_said("npm", "audit", "--json", "--package-lock-only"), "package.json")]


if __name__ == "__main__":
    code, lines = verdict(asked())
    print("\n".join(lines))
    sys.exit(code)

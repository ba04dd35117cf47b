"""What Kinderwerk is made of beside its own code: every library of the locks, and its licence.

`make sbom` writes it as CycloneDX, for machines; `make papers` into docs/licences.md, for people.
"""

import base64
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
LOCK: Final = ROOT / "requirements.txt"
FRONT_END: Final = ROOT / "package-lock.json"
PINNED: Final = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+)((?:.*\\\n)+.*)$", re.MULTILINE)
#: What a work under EUPL-1.2 may be built on and handed on with, each under its own terms: free,
#: and asking nothing of the whole. LGPL and MPL ask it of themselves only, and are unchanged here.
GOOD: Final = frozenset(
    {
        "0BSD", "Apache-2.0", "BSD", "BSD-0-Clause", "BSD-2-Clause", "BSD-3-Clause", "CC0-1.0",
        "ISC", "LGPL-2.1-or-later", "LGPL-3.0-only", "MIT", "MIT-0", "MIT-CMU", "MPL-1.1",
        "MPL-2.0", "OFL-1.1", "PSF-2.0", "Unlicense", "ZPL-2.1", "Zlib",
    }
)  # fmt: skip
#: How packages call in their own words what has a short name.
SPOKEN: Final = {
    "Apache License, Version 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD",
    "GNU General Public License v2 or later (GPLv2+)": "GPL-2.0-or-later",
    "GNU Lesser General Public License v2 or later (LGPLv2+)": "LGPL-2.1-or-later",
    "MIT License": "MIT",
    "Mozilla Public License 1.1 (MPL 1.1)": "MPL-1.1",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "The Unlicense (Unlicense)": "Unlicense",
    "ZPL 2.1": "ZPL-2.1",
    "Zope Public License": "ZPL-2.1",
}
#: What is locked for other machines than the one on which this is written.
ELSEWHERE: Final = {"brotlicffi": "MIT"}


@dataclass(frozen=True, slots=True)
class Library:
    kind: str  # pypi or npm
    name: str
    version: str
    licence: str
    hashes: tuple[tuple[str, str], ...]

    @property
    def purl(self) -> str:
        return f"pkg:{self.kind}/{self.name.replace('@', '%40')}@{self.version}"

    @property
    def is_good(self) -> bool:
        """Tell whether one of the licences to choose from is good, with all that it joins."""
        choices = self.licence.split(" OR ")
        return any(set(choice.strip("()").split(" AND ")) <= GOOD for choice in choices)


def libraries() -> list[Library]:
    return sorted({*python(), *front_end()}, key=lambda one: (one.kind, one.name, one.version))


def python() -> Iterator[Library]:
    for name, version, rest in PINNED.findall(LOCK.read_text("utf-8")):
        hashes = tuple(("SHA-256", one) for one in re.findall(r"sha256:([0-9a-f]{64})", rest))
        yield Library("pypi", name, version, _licence(name), hashes)


def front_end() -> Iterator[Library]:
    for path, told in json.loads(FRONT_END.read_text("utf-8"))["packages"].items():
        if path and not told.get("dev"):
            way, _, digest = told["integrity"].partition("-")
            hashes = ((way.upper().replace("SHA", "SHA-"), base64.b64decode(digest).hex()),)
            name = path.removeprefix("node_modules/")
            yield Library("npm", name, told["version"], told["license"], hashes)


def _licence(name: str) -> str:
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ELSEWHERE[name]
    if short := told.get("License-Expression"):
        return short
    named = [each.rpartition(" :: ")[2] for each in told.get_all("Classifier") or []
             if each.startswith("License :: ")]  # fmt: skip
    own = (told.get("License") or "").strip()
    if own in GOOD:
        return own
    said = named or [own]
    return " OR ".join(dict.fromkeys(SPOKEN.get(each, each) for each in said))


def _named(licence: str) -> dict[str, Any]:
    """Return a licence as the form wants it: an expression, a short name, or words."""
    if " " in licence:
        return {"expression": licence}
    known = licence not in ("BSD", "BSD-0-Clause")
    return {"license": {"id" if known else "name": licence}}


def told(found: list[Library]) -> dict[str, Any]:
    """Return a bill of materials in the form of CycloneDX 1.6."""
    parts = [
        {
            "type": "library", "bom-ref": one.purl, "name": one.name, "version": one.version,
            "purl": one.purl, "licenses": [_named(one.licence)],
            "hashes": [{"alg": way, "content": digest} for way, digest in one.hashes],
        }
        for one in found
    ]  # fmt: skip
    itself = {
        "type": "application", "bom-ref": "kinderwerk", "name": "kinderwerk",
        "licenses": [{"license": {"id": "EUPL-1.2"}}],
    }  # fmt: skip
    needs = {"ref": "kinderwerk", "dependsOn": [one.purl for one in found]}
    return {
        "bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
        "metadata": {"component": itself}, "components": parts, "dependencies": [needs],
    }  # fmt: skip


if __name__ == "__main__":
    json.dump(told(libraries()), sys.stdout, indent=1)
    sys.stdout.write("\n")

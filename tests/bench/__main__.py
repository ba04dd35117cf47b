"""Every benchmark in one go, and at the end one table: what was found, the bar, the verdict.

`python -m tests.bench` takes small sizes, `--full` the sizes of the bars; names run only those.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tests.bench import bars
from tests.rush import ROOT

#: With what each is run when time is short.
SMALL: Final[Mapping[str, Sequence[str]]] = {
    "serve": (),
    "signups": (),
    "rush": ("2",),
    "trail": (),
    "facts": (),
    "pdf": (),
    "map": (),
    "rotation": ("--rows", "200"),
    "keys": (),
}
FULL: Final[Mapping[str, Sequence[str]]] = {"facts": ("--full",)}
#: Seconds that one may take, so that one that hangs is told of and the next begins.
PATIENCE: Final = {False: 600, True: 7200}


def run(name: str, *, full: bool) -> str | None:
    """Run one, and return what is wrong with it, if anything is."""
    words = FULL.get(name, ()) if full else SMALL[name]
    print(f"-- {' '.join((name, *words))}", flush=True)
    begun = time.monotonic()
    command = [sys.executable, "-m", f"tests.bench.{name}", *words]
    try:
        ended = subprocess.run(command, cwd=ROOT, timeout=PATIENCE[full], check=False)
    except subprocess.TimeoutExpired:
        return f"{name} was stopped after {PATIENCE[full]} s"
    print(f"   {time.monotonic() - begun:.0f} s", flush=True)
    return f"{name} ended with {ended.returncode}" if ended.returncode else None


def main() -> None:
    full = "--full" in sys.argv
    names = [word for word in sys.argv[1:] if word in SMALL] or list(SMALL)
    with tempfile.TemporaryDirectory() as home:
        table = Path(home, "table")
        table.touch()
        os.environ[bars.TABLE] = str(table)
        wrong = list(filter(None, (run(name, full=full) for name in names)))
        rows = bars.read(table)
    print("", bars.written(rows), sep="\n")
    print(f"\n{sum(row.met for row in rows)} of {len(rows)} bars met")
    if wrong:
        raise SystemExit("; ".join(wrong))


if __name__ == "__main__":
    main()

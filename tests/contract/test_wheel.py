"""A wheel carries everything it needs, or is not built."""

import shutil
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from kinderwerk import paths

pytestmark = pytest.mark.slow
NOT_COPIED = (".git", ".venv*", ".*_cache", "__pycache__", "node_modules", "vendor", "instance")


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A copy of the checkout, whose front end was never installed."""
    copy = tmp_path / "tree"
    shutil.copytree(paths.PACKAGE.parent, copy, ignore=shutil.ignore_patterns(*NOT_COPIED))
    return copy


def run(tree: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *words], cwd=tree, capture_output=True, text=True)


def inside(directory: Path) -> set[str]:
    (wheel,) = directory.glob("*.whl")
    return set(ZipFile(wheel).namelist())


def test_the_wheel_made_from_the_source_archive_is_complete(tree: Path, tmp_path: Path) -> None:
    (tree / "static/vendor/htmx").mkdir(parents=True)
    (tree / "static/vendor/MANIFEST").write_text("htmx 4\n")
    (tree / "static/vendor/htmx/htmx.js").write_text("// installed, never committed\n")
    built = run(tree, "-m", "build", "--no-isolation", "--outdir", str(tmp_path / "dist"))
    assert built.returncode == 0, built.stdout + built.stderr
    wanted = {
        f"kinderwerk/_bundled/{path.relative_to(tree)}"
        for name in ("templates", "static", "migrations")
        for path in (tree / name).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert "kinderwerk/_bundled/static/vendor/htmx/htmx.js" in wanted
    carried = inside(tmp_path / "dist")
    assert wanted <= carried, wanted - carried
    languages = {path.name for path in (tree / "kinderwerk/translations").iterdir()}
    assert languages
    assert (
        not {
            f"kinderwerk/translations/{language}/LC_MESSAGES/messages.mo" for language in languages
        }
        - carried
    )
    assert [name for name in carried if name.endswith("licenses/LICENSE")]
    assert not [name for name in carried if name.startswith(("tests/", "scripts/"))]


def test_no_wheel_is_built_without_the_front_end(tree: Path, tmp_path: Path) -> None:
    words = ("-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist"))
    refused = run(tree, *words)
    assert refused.returncode != 0
    assert "static/vendor/MANIFEST is missing" in refused.stdout + refused.stderr


def test_an_editable_install_carries_no_copies(tree: Path, tmp_path: Path) -> None:
    script = f"from hatchling.build import build_editable; build_editable({str(tmp_path)!r})"
    built = run(tree, "-c", script)
    assert built.returncode == 0, built.stderr
    assert not [name for name in inside(tmp_path) if "_bundled" in name]

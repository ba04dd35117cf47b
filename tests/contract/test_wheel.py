"""A wheel carries everything it needs, or is not built."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path
from zipfile import ZipFile

import pytest

from kinderwerk import paths
from tests.programs import ask, awake, free_port

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


@pytest.fixture
def installed(tree: Path, tmp_path: Path) -> Path:
    """A wheel installed by itself, beside the libraries that it names; returns its command."""
    shutil.copytree(Path(paths.resource("static"), "vendor"), tree / "static/vendor")
    build = ("-m", "build", "--wheel", "--no-isolation", "--outdir", str(tmp_path / "dist"))
    assert run(tree, *build).returncode == 0
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    home = tmp_path / "home"
    assert run(tmp_path, "-m", "venv", "--without-pip", str(home)).returncode == 0
    install = ("-m", "pip", "--python", str(home), "install", "--no-deps", "--no-index", str(wheel))
    assert run(tmp_path, *install).returncode == 0
    (packages,) = home.glob("lib/python*/site-packages")
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib"))  # not what lies beside
    assert (packages / "kinderwerk/_bundled/static/vendor/MANIFEST").is_file()
    return home / "bin/kinderwerk"


def test_an_installed_wheel_serves_the_demo(installed: Path, tmp_path: Path) -> None:
    port, instance = free_port(), tmp_path / "instance"
    told = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"} | {
        "KINDERWERK_INSTANCE": str(instance), "KINDERWERK_DEMO": "1",
        "KINDERWERK_INSECURE_COOKIES": "1",
    }  # fmt: skip

    def said(*words: str) -> None:
        command = [str(installed), *words]
        done = subprocess.run(command, cwd=tmp_path, env=told, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr

    said("init")
    said("db", "upgrade")
    said("demo", "load")
    with subprocess.Popen(
        [str(installed), "run", "--port", str(port)], cwd=tmp_path, env=told, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    ) as running:  # fmt: skip
        try:
            awake(port, running)
            status, page = ask(port, "/")
            assert status == 200
            assert "/programme/" in page
            style = re.findall(r'href="(/static/[^"]+\.css[^"]*)"', page)
            assert style
            assert [path for path in style if ask(port, path)[0] != 200] == []
        finally:
            running.terminate()
            running.communicate(timeout=30)
    assert running.returncode in (0, -15)

"""The shape of the code: layers hold, views stay short, templates live where they belong."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from jinja2 import Environment, nodes

from kinderwerk import paths
from kinderwerk.app import create_app
from tests.conftest import settings

#: No database has a say in how the code is made up.
pytestmark = pytest.mark.sqlite

ROOT = paths.PACKAGE.parent
VIEWS = sorted([*paths.PACKAGE.glob("*/views.py"), *paths.PACKAGE.glob("*/views/*.py")])
TEMPLATES = sorted(paths.resource("templates").rglob("*.html"))


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Environment:
    """Where all of them are at home: one app does for every template."""
    return create_app(settings(tmp_path_factory.mktemp("templates"), "sqlite://")).jinja_env


def test_the_layers_hold() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    result = subprocess.run([tool, "--no-cache"], cwd=ROOT, capture_output=True, text=True)
    assert result.returncode == 0, result.stdout


@pytest.mark.parametrize("path", VIEWS, ids=lambda path: str(path.relative_to(paths.PACKAGE)))
def test_views_are_short_and_own_their_templates(path: Path) -> None:
    feature = path.relative_to(paths.PACKAGE).parts[0]
    shared = ("layouts/", "macros/", "errors/", f"{feature}/")
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            assert (node.end_lineno or 0) - node.lineno < 20, f"{node.name} is too long"
        if isinstance(node, ast.Constant) and str(node.value).endswith(".html"):
            assert str(node.value).startswith(shared), node.value


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_templates_compile_and_use_what_they_import(templates: Environment, path: Path) -> None:
    tree = templates.parse(path.read_text())
    names = [name for node in tree.find_all(nodes.FromImport) for name in node.names]
    imported = {name[-1] if isinstance(name, tuple) else name for name in names}
    used = {node.name for node in tree.find_all(nodes.Name)}
    assert imported <= used, f"imported and never used: {imported - used}"


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_the_first_of_what_may_be_empty_has_something_instead(
    templates: Environment, path: Path
) -> None:
    filters = list(templates.parse(path.read_text()).find_all(nodes.Filter))
    helped = {id(one.node) for one in filters if one.name == "default"}
    bare = [
        one.lineno for one in filters if one.name in ("first", "last") and id(one) not in helped
    ]
    assert not bare, f"fails where there is none, in lines {bare}"

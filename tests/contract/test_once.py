"""Rows that are written once for everybody: nothing in them may hang on who reads."""

import re
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import meta

from kinderwerk import paths

TEMPLATES = Path(paths.resource("templates"))
#: What is the same for every reader in one language on one day.
SAME_FOR_ALL = {"_", "url_for", "ngettext"}
ABOUT_PEOPLE = ("child", "carer", "famil", "signup", "parent")


def written_once() -> list[str]:
    pages = (path.read_text("utf-8") for path in TEMPLATES.rglob("*.html"))
    return sorted({name for page in pages for name in re.findall(r'\brows\("([^"]+)"', page)})


@pytest.mark.parametrize("name", written_once())
def test_rows_that_are_kept_ask_nothing_about_who_reads(app: Flask, name: str) -> None:
    source = (TEMPLATES / name).read_text("utf-8")
    asked = meta.find_undeclared_variables(app.jinja_env.parse(source))
    assert asked <= SAME_FOR_ALL
    assert not any(noun in name.partition("/")[0] for noun in ABOUT_PEOPLE)


def test_there_are_rows_that_are_kept() -> None:
    assert written_once()

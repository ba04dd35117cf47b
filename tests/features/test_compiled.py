"""Templates that were compiled are found again at the next start, and never missed."""

import shutil
from pathlib import Path

from flask import Flask

from kinderwerk.web import compiled

TEMPLATE = "weak_spots.html"


def kept(app: Flask) -> list[Path]:
    return list(Path(app.instance_path, compiled.DIRECTORY).rglob("*.bytecode"))


def test_what_was_compiled_is_read_again_and_is_nobody_elses(app: Flask) -> None:
    compiled.keep(app)
    before = set(kept(app))
    app.jinja_env.cache.clear()
    app.jinja_env.get_template(TEMPLATE)
    made = set(kept(app)) - before
    assert made
    written = {each: each.stat().st_mtime_ns for each in made}
    app.jinja_env.cache.clear()
    app.jinja_env.get_template(TEMPLATE)
    assert {each: each.stat().st_mtime_ns for each in made} == written
    home = Path(app.instance_path, compiled.DIRECTORY)
    assert all(each.stat().st_mode & 0o077 == 0 for each in (home, *made))


def test_without_room_to_keep_them_pages_are_made_all_the_same(app: Flask) -> None:
    compiled.keep(app)
    shutil.rmtree(Path(app.instance_path, compiled.DIRECTORY))
    app.jinja_env.cache.clear()
    assert app.jinja_env.get_template(TEMPLATE)
    assert kept(app) == []
    compiled.keep(app)

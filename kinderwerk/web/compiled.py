"""Templates are compiled once, aside, and kept in the instance: the next start finds them there.

There are many hundred of them. A process that holds all of them needs tens of megabytes more, and
one that reads a compiled one when it is first asked for is a millisecond later.
"""

import os
from collections.abc import MutableMapping
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from flask import Flask
from flask.templating import Environment
from jinja2.bccache import Bucket, FileSystemBytecodeCache
from typing_extensions import override

DIRECTORY: Final = "compiled"


class Templates(Environment):
    """Has its globals in one dict; Jinja chains two, and each page asks some ten times for all."""

    @override
    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        return super().make_globals(d) if d else self.globals


class Kept(FileSystemBytecodeCache):
    """Files beside the database and the keys, open to nobody else; without room there are none."""

    @override
    def dump_bytecode(self, bucket: Bucket) -> None:
        try:
            super().dump_bytecode(bucket)
        except OSError:
            return


def keep(app: Flask) -> None:
    """Let this app use what was compiled of its version, and add to it."""
    home = Path(app.instance_path, DIRECTORY, f"{version('kinderwerk')}-{version('jinja2')}")
    for each in (home.parent, home):
        each.mkdir(mode=0o700, exist_ok=True)
    app.jinja_env.bytecode_cache = Kept(str(home), "%s.bytecode")


def aside(app: Flask) -> None:
    """Compile what is missing in a process that nobody waits for; before there are threads."""
    keep(app)
    if child := os.fork():
        os.waitpid(child, 0)
        return
    try:
        if os.fork() == 0:
            _detach()
            everything(app)
    finally:
        os._exit(0)


def _detach() -> None:
    """Keep nobody waiting who reads what the process above says, and let others go first."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for each in range(3):
        os.dup2(nowhere, each)
    os.nice(10)


def everything(app: Flask) -> None:
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)

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
from jinja2.compiler import CodeGenerator, Frame
from jinja2.nodes import Expr, Template
from jinja2.runtime import Context, Macro
from markupsafe import Markup, escape
from typing_extensions import override

DIRECTORY: Final = "compiled"


def put(value: Any) -> str:
    """Escape what stands in a page, as Jinja does, without wrapping it once more."""
    return value if type(value) is Markup else escape(value)


class Writer(CodeGenerator):
    @override
    def visit_Template(self, node: Template, frame: Frame | None = None) -> None:
        self.writeline(f"from {__name__} import put")
        super().visit_Template(node, frame)

    @override
    def _output_child_pre(self, node: Expr, frame: Frame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile:
            self.write(f"put({finalize.src or ''}")
        else:
            super()._output_child_pre(node, frame, finalize)


class Around(Context):
    """Calls macros, which is most of what a page calls, without asking what they want."""

    @override
    def call(self, __obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        if type(__obj) is not Macro:
            return super().call(__obj, *args, **kwargs)
        kwargs.pop("_block_vars", None)
        kwargs.pop("_loop_vars", None)
        return __obj(self.eval_ctx, *args, **kwargs)


class Templates(Environment):
    """Has its globals in one dict; Jinja chains two, and each page asks some ten times for all."""

    code_generator_class = Writer
    context_class = Around

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

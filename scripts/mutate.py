"""Change one thing of a module at a time, and list the changes that its tests do not notice.

    .venv/bin/python -m scripts.mutate kinderwerk.signups.rules tests/unit/test_signup_rules.py

No file is written: each change lives in a pytest of its own, which loads the module through this
one. What is listed is a question and not a verdict, since a change may mean nothing.
"""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from pathlib import Path
from types import CodeType, ModuleType
from typing import Final

from typing_extensions import override

MUTANT: Final = "KINDERWERK_MUTANT"  # module:number of the change
PATIENCE: Final = 300.0
AT_ONCE: Final = 2
OTHER: Final[dict[type[ast.AST], type[ast.AST]]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.In: ast.NotIn, ast.NotIn: ast.In,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Add, ast.FloorDiv: ast.Mult,
    ast.BitOr: ast.BitAnd, ast.BitAnd: ast.BitOr,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Change:
    line: int
    before: str
    after: str
    tree: ast.Module


def changes(source: str) -> Iterator[Change]:
    """Yield the module with one thing changed, for each thing that can be; decorators stay."""
    whole = ast.parse(source)
    left = {
        inner
        for node in ast.walk(whole)
        for decorator in getattr(node, "decorator_list", ())
        for inner in ast.walk(decorator)
    }
    for place, node in enumerate(ast.walk(whole)):
        for name, value in () if node in left else _options(node):
            tree = ast.parse(source)
            there = next(each for at, each in enumerate(ast.walk(tree)) if at == place)
            setattr(there, name, value)
            ast.fix_missing_locations(tree)
            yield Change(_line(node), ast.unparse(node), ast.unparse(there), tree)


def _options(node: ast.AST) -> list[tuple[str, object]]:
    match node:
        case ast.Compare(ops=[op]) if type(op) in OTHER:
            return [("ops", [OTHER[type(op)]()])]
        case ast.BoolOp(op=op) | ast.BinOp(op=op) if type(op) in OTHER:
            return [("op", OTHER[type(op)]())]
        case ast.Constant(value=bool() as value):
            return [("value", not value)]
        case ast.Constant(value=int() as value):
            return [("value", value + 1)]
        case ast.If(test=test) | ast.IfExp(test=test) if not isinstance(test, ast.Compare):
            return [("test", ast.UnaryOp(ast.Not(), test))]
        case ast.comprehension(ifs=[test]) if not isinstance(test, ast.Compare):
            return [("ifs", [ast.UnaryOp(ast.Not(), test)])]
        case _:
            return []


def _line(node: ast.AST) -> int:
    return node.ifs[0].lineno if isinstance(node, ast.comprehension) else getattr(node, "lineno", 0)


class _Changed(SourceFileLoader):
    @override
    def get_code(self, fullname: str) -> CodeType:
        source = Path(self.path).read_text("utf-8")
        number = int(os.environ[MUTANT].partition(":")[2])
        tree = list(changes(source))[number].tree if number >= 0 else ast.parse(source)
        return compile(tree, self.path, "exec")


class _Finder(MetaPathFinder):
    @override
    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != os.environ[MUTANT].partition(":")[0]:
            return None
        spec = PathFinder.find_spec(fullname, path)
        if spec and spec.origin:
            spec.loader = _Changed(fullname, spec.origin)
        return spec


def noticed(module: str, tests: Sequence[str], number: int) -> bool:
    """Tell whether the tests fail, or do not end, with that change."""
    command = [sys.executable, "-m", "pytest", "-x", "-q", "-n", "0", "-p", "no:cacheprovider"]
    try:
        ended = subprocess.run(
            [*command, "-p", "scripts.mutate", *tests],
            env={**os.environ, MUTANT: f"{module}:{number}"},
            capture_output=True, timeout=PATIENCE, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return True
    return ended.returncode != 0


def main(module: str, *tests: str) -> None:
    path = Path(*module.split(".")).with_suffix(".py")
    every = list(changes(path.read_text("utf-8")))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        told = list(pool.map(partial(noticed, module, tests), range(-1, len(every))))
    if told[0]:
        sys.exit("These tests fail without any change.")
    print(f"{path}: {len(every)} changes, {told[1:].count(False)} not noticed")
    for change, seen in zip(every, told[1:], strict=True):
        if not seen:
            print(f"{path}:{change.line}: {change.before}  ->  {change.after}")


if MUTANT in os.environ:
    sys.meta_path.insert(0, _Finder())
elif __name__ == "__main__":
    main(*sys.argv[1:])

"""Every service that changes rows asks the policy again under the lock, or says why it need not.

The run watches each unit of work that a test goes through (`tests.asking`). What no test goes
through is found here, in the text of the services.
"""

import ast
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import pytest
from sqlalchemy.orm import Session

from kinderwerk import paths
from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource, Role
from kinderwerk.audit import service as audit
from kinderwerk.partners.models import Partner
from kinderwerk.storage.work import unit_of_work
from tests.asking import EXCUSED, Witness
from tests.make import Make

#: What `tests.asking` is told to watch in this module as if it were a service.
STANDS_IN: Final = True
UNIT: Final = "kinderwerk.storage.work.unit_of_work"
ASKS: Final = "kinderwerk.access.policy.demand"


@dataclass(slots=True)
class Code:
    """Functions by their full name, and what each module calls them."""

    functions: dict[str, ast.FunctionDef] = field(default_factory=dict)
    names: dict[str, dict[str, str]] = field(default_factory=dict)

    def read(self, module: str, text: str) -> None:
        tree = ast.parse(text)
        known = self.names[module] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                known |= {each.asname or each.name: f"{node.module}.{each.name}"
                          for each in node.names}  # fmt: skip
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                known[node.name] = f"{module}.{node.name}"
                self.functions[f"{module}.{node.name}"] = node

    def called(self, name: str, *nodes: ast.AST) -> Iterator[str]:
        """Name what is called there, as far as it is ours."""
        known = self.names[name.rpartition(".")[0]]
        for node in nodes:
            for call in ast.walk(node):
                if not isinstance(call, ast.Call):
                    continue
                match call.func:
                    case ast.Name(called):
                        yield known.get(called, "")
                    case ast.Attribute(ast.Name(held), called):
                        yield f"{known.get(held)}.{called}"

    def reaches(self, goal: str, name: str, *nodes: ast.AST, seen: set[str] | None = None) -> bool:
        seen = set() if seen is None else seen
        for called in self.called(name, *nodes):
            if called == goal:
                return True
            if called in self.functions and called not in seen:
                seen.add(called)
                if self.reaches(goal, called, self.functions[called], seen=seen):
                    return True
        return False

    def units(self, name: str) -> list[ast.With]:
        """Return where a function opens a unit of work, itself or by a private context manager."""
        return [
            node for node in ast.walk(self.functions[name]) if isinstance(node, ast.With)
            and any(
                called == UNIT or (self.manages(called) and self.reaches(UNIT, name, item))
                for item in node.items for called in self.called(name, item)
            )
        ]  # fmt: skip

    def manages(self, name: str) -> bool:
        function = self.functions.get(name)
        return function is not None and any(
            isinstance(one, ast.Name) and one.id == "contextmanager"
            for one in function.decorator_list
        )

    def silent(self) -> set[str]:
        """Name the public functions with a unit of work in which nothing is asked."""
        return {
            name for name in self.functions
            if not name.rpartition(".")[2].startswith("_") and name != UNIT
            and not self.manages(name) and (units := self.units(name))
            and not all(self.reaches(ASKS, name, *unit.items, *unit.body) for unit in units)
        }  # fmt: skip


@pytest.fixture(scope="module")
def product() -> Code:
    code = Code()
    for path in paths.PACKAGE.rglob("*.py"):
        parts = path.relative_to(paths.PACKAGE.parent).with_suffix("").parts
        code.read(".".join(parts), path.read_text())
    return code


def test_what_changes_rows_asks_in_its_unit_of_work_or_says_why_not(product: Code) -> None:
    assert not product.silent() - set(EXCUSED), "ask again under the lock"


def test_nobody_is_excused_who_asks(product: Code) -> None:
    assert set(EXCUSED) <= set(product.functions), "no longer there"
    opens = {name for name in EXCUSED if product.units(name)}
    assert not opens - product.silent(), "asks by now: take it off the list"


MADE: Final[Mapping[str, str]] = {
    "before": "demand(actor)\n    with unit_of_work(session):\n        session.add(row)",
    "never": "with unit_of_work(session):\n        session.add(row)",
    "inside": "with unit_of_work(session):\n        demand(actor)\n        session.add(row)",
    "by_another": "with unit_of_work(session):\n        _locked(session)",
    "twice": "with unit_of_work(session):\n        _locked(session)\n"
    "    with unit_of_work(session):\n        session.add(row)",
}


@pytest.mark.parametrize(("made", "silent"), [
    ("before", True), ("never", True), ("inside", False), ("by_another", False), ("twice", True),
])  # fmt: skip
def test_a_service_made_up_that_does_not_ask_is_found_in_its_text(made: str, silent: bool) -> None:
    code = Code()
    code.read(
        "made",
        "from kinderwerk.access.policy import demand\n"
        "from kinderwerk.storage.work import unit_of_work\n"
        "def _locked(session):\n    demand(session)\n"
        f"def service(session, actor, row):\n    {MADE[made]}\n",
    )
    assert code.silent() == ({"made.service"} if silent else set())


def asks_before(session: Session, actor: Actor, row: Partner) -> None:
    demand(actor, Action.EDIT, Resource.PARTNER, row.facts)
    asks_never(session, actor, row)


def asks_never(session: Session, actor: Actor, row: Partner) -> None:
    with unit_of_work(session):
        rename(session, actor, session.get_one(Partner, row.id, with_for_update=True))


def asks_before_the_lock(session: Session, actor: Actor, row: Partner) -> None:
    with unit_of_work(session):
        demand(actor, Action.EDIT, Resource.PARTNER, row.facts)
        rename(session, actor, session.get_one(Partner, row.id, with_for_update=True))


def asks_under_the_lock(session: Session, actor: Actor, row: Partner) -> None:
    with unit_of_work(session):
        locked = session.get_one(Partner, row.id, with_for_update=True)
        demand(actor, Action.EDIT, Resource.PARTNER, locked.facts)
        rename(session, actor, locked)


def rename(session: Session, actor: Actor, locked: Partner) -> None:
    locked.name = "Another"
    audit.record(session, actor, "partner.changed", locked.id)


@pytest.mark.parametrize(("service", "found"), [
    (asks_before, "asks_never changes rows and does not ask"),
    (asks_never, "asks_never changes rows and does not ask"),
    (asks_before_the_lock, "asks_before_the_lock asks about a row that it has not locked"),
    (asks_under_the_lock, ""),
])  # fmt: skip
def test_a_service_made_up_that_does_not_ask_is_seen_at_work(
    session: Session, make: Make, witness: Witness,
    service: Callable[[Session, Actor, Partner], None], found: str,
) -> None:  # fmt: skip
    worker = make.user(Role.WORKER)
    here = worker.current_memberships[0].organisation
    assert here
    row = make.partner(here)
    service(session, worker.actor(), row)
    seen = witness.take()
    assert len(seen) == bool(found)
    assert all(found in each for each in seen)

"""Write what the code says of itself into docs: who may do what, and what is kept of whom."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast

from sqlalchemy import Table

import kinderwerk.app  # noqa: F401  every table
from kinderwerk.access.policy import POLICY
from kinderwerk.access.vocabulary import Action, Resource, Role
from kinderwerk.core.retention import TERMS, Retention
from kinderwerk.storage.base import SEALED, Base

DOCS: Final = Path(__file__).resolve().parent.parent / "docs"
BETWEEN: Final = "<!-- written by scripts/papers.py: {} -->"


def access() -> Iterator[str]:
    """Yield one block per thing: for each action, who may, and under which condition."""
    for resource in Resource:
        told = [action for action in Action if (resource, action) in POLICY]
        if not told:
            continue
        yield f"### {resource.label.capitalize()}\n"
        yield "| may | who | when |\n| --- | --- | --- |"
        for action in told:
            grants = POLICY[resource, action]
            for name in dict.fromkeys(condition.name for condition in grants.values()):
                who = [r.label for r in Role if r in grants and grants[r].name == name]
                yield f"| {action.label} | {', '.join(who)} | {name} |"
        yield ""


def tables() -> Iterator[str]:
    """Yield one line per table: of whom, how it goes, what is sealed, whether it only grows."""
    yield "| table | holds something of | goes | sealed | only grows |"
    yield "| --- | --- | --- | --- | --- |"
    mappers = sorted(Base.registry.mappers, key=lambda each: each.class_.__tablename__)
    for mapper in mappers:
        table, kept = cast(Table, mapper.local_table), cast(Retention, mapper.class_.__retention__)
        shut = ", ".join(f"`{c.name}`" for c in table.columns if c.info.get(SEALED))
        grows = "yes" if mapper.class_.__append_only__ else ""
        yield f"| `{table.name}` | {kept.whose.label.lower()} | {goes(kept)} | {shut} | {grows} |"


def goes(kept: Retention) -> str:
    if kept.line:
        return f"by the line “{kept.line.label}”"
    if kept.along:
        return f"with `{kept.along}`"
    if kept.tidied:
        return "within two days, by the worker"
    return f"stays: {kept.stays}"


def terms() -> Iterator[str]:
    yield "| line | starts at | proposed | then | rests on |\n| --- | --- | --- | --- | --- |"
    for line, term in TERMS.items():
        span = f"{term.span.amount} {term.span.unit.label}"
        told = line.label, term.starts, span, term.ending.label, term.rests_on
        yield f"| {' | '.join(told)} |"


PAPERS: Final = {
    "access.md": {"access": access},
    "privacy.md": {"tables": tables, "terms": terms},
}


def paper(name: str) -> str:
    """Return a paper as it ought to be: what people wrote, and what the code says in between."""
    text = (DOCS / name).read_text("utf-8")
    for part, lines in PAPERS[name].items():
        begins, ends = BETWEEN.format(part), BETWEEN.format(f"end of {part}")
        before, _, rest = text.partition(begins)
        _, _, after = rest.partition(ends)
        text = "\n".join([f"{before}{begins}", *lines(), f"{ends}{after}"])
    return text


if __name__ == "__main__":
    for each in PAPERS:
        (DOCS / each).write_text(paper(each), "utf-8")

"""Write what the code says of itself into docs: who may do what, what is kept, what is limited."""

import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Final, cast

import click
from sqlalchemy import Table

from kinderwerk.access.policy import POLICY
from kinderwerk.access.vocabulary import PROVED, Action, Resource, Role
from kinderwerk.accounts.guessing import WORDS
from kinderwerk.accounts.rules import LIMITS
from kinderwerk.app import main
from kinderwerk.core.retention import TERMS, Retention
from kinderwerk.storage.base import SEALED, Base
from scripts import inventory

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


#: By what the policy calls it somebody opens what is sealed in tables that are called otherwise;
#: a table that holds a part of a case begins like it.
OPENED_AS: Final = {
    "archive": Resource.ARCHIVE_KEY, "break_glass": Resource.FINDING, "care": Resource.COURT_NOTE,
    "care_note": Resource.CARE_NOTE, "code": Resource.CODE_CASE,
    "contribution": Resource.CONSULTATION, "signal_link": Resource.SIGNAL_LINK,
    "staff_record": Resource.STAFF, "talk_message": Resource.TALK,
}  # fmt: skip
#: What lies in the same table for somebody else.
BESIDE: Final = {Resource.INCIDENT: Resource.BOUNDARY}
#: Sealed for the program alone.
MACHINE: Final = frozenset({"draw", "talk_office", "trail_key", "user_account"})


def opened_as(table: str) -> Resource | None:
    """Return the thing of the policy by which what is sealed in a table opens; None: nobody's."""
    if table in MACHINE:
        return None
    known = OPENED_AS | {thing.value: thing for thing in Resource if thing.value not in OPENED_AS}
    return known[max((name for name in known if table.startswith(name)), key=len)]


def fields() -> Iterator[str]:
    """Yield one line per thing of the policy: what is sealed in it, who reads, after a proof."""
    shut: dict[Resource | None, list[str]] = {}
    for table in sorted(Base.metadata.tables.values(), key=lambda each: each.name):
        if names := ", ".join(column.name for column in table.columns if column.info.get(SEALED)):
            shut.setdefault(opened_as(table.name), []).append(f"`{table.name}` ({names})")
    yield "| opens as | sealed fields | for whom | after a proof |\n| --- | --- | --- | --- |"
    for thing, tables in sorted(shut.items(), key=lambda each: each[0] or ""):
        reads = [POLICY[each, Action.VIEW] for each in (thing, BESIDE.get(thing)) if each]
        who = ", ".join(role.label for one in reads for role in one) or "the program alone"
        proof = "yes" if thing and (Action.VIEW, thing) in PROVED else "no"
        yield f"| {thing.label if thing else ''} | {', '.join(tables)} | {who} | {proof} |"


def tries() -> Iterator[str]:
    """Yield one line per thing that is locked: how often it may be tried."""
    yield "| what is tried | by one person | from one place |\n| --- | --- | --- |"
    for tried, limit in LIMITS.items():
        yield f"| {tried.value.replace('_', ' ')} | {limit.person} | {limit.place} |"


def words() -> Iterator[str]:
    yield from textwrap.wrap(", ".join(sorted(WORDS)) + ".", 100)


def licences() -> Iterator[str]:
    yield "| library | version | from | licence |\n| --- | --- | --- | --- |"
    for one in inventory.libraries():
        yield f"| {one.name} | {one.version} | {one.kind} | {one.licence} |"


def commands() -> Iterator[str]:
    """Yield one block per command: what it does, what it is given, what it can be told."""
    for name, command in below("kinderwerk", main):
        given = [one for one in command.params if isinstance(one, click.Argument)]
        written = " ".join([name, *(one.human_readable_name for one in given)])
        yield f"### `{written}`\n\n{command.help}\n"
        options = [one for one in command.params if isinstance(one, click.Option)]
        for one in options:
            yield f"- `{', '.join(one.opts)}`: {one.help}"
        if options:
            yield ""


def below(name: str, group: click.Group) -> Iterator[tuple[str, click.Command]]:
    """Yield every command by all its words; the tools of those who develop are left out."""
    for word, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from below(f"{name} {word}", command)
        if isinstance(command, click.Group) and not command.invoke_without_command:
            continue
        if command.callback and command.callback.__module__.startswith("kinderwerk."):
            yield f"{name} {word}", command


PAPERS: Final = {
    "access.md": {"access": access},
    "commands.md": {"commands": commands},
    "licences.md": {"licences": licences},
    "privacy.md": {"tables": tables, "terms": terms},
    "security.md": {"words": words, "tries": tries, "fields": fields},
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

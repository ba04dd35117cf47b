"""What the trail holds against whom, how long, and what its sentences are."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

#: Deeds about these are kept for sixty months, all others for twenty-four: the log of who saw
#: what about a child or a family in trouble is a log of care (NEN 7513).
SENSITIVE: Final = frozenset(
    {
        "signal", "support", "referral", "child", "family", "medical", "emergency", "trail",
        "incident", "boundary", "breach", "code_case",
    }
)  # fmt: skip
TERMS: Final = {True: 60, False: 24}  # months
FlawKind = Literal["changed", "cut", "inserted", "truncated", "seal", "head", "horizon", "key"]


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is not as it was sealed, in a plain sentence."""

    kind: FlawKind
    told: str


def is_sensitive(deed: str) -> bool:
    return deed.partition(".")[0] in SENSITIVE


def month(at: datetime) -> tuple[int, int]:
    """Return the month in which something was done, by UTC: the same wherever it is read."""
    return at.astimezone(UTC).year, at.astimezone(UTC).month


def months_before(at: datetime, months: int) -> datetime:
    """Return the first instant of the month that lies so many months before that of `at`."""
    year, number = month(at)
    count = year * 12 + number - 1 - months
    return datetime(count // 12, count % 12 + 1, 1, tzinfo=UTC)


def runs(ids: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Yield neighbouring numbers as stretches, from and to."""
    first = last = None
    for id in sorted(ids):
        if first is None or last is None:
            first = id
        elif id != last + 1:
            yield first, last
            first = id
        last = id
    if first is not None and last is not None:
        yield first, last


def entries(first: int, last: int) -> str:
    return f"Entry {first}" if first == last else f"Entries {first} to {last}"


def flaws_of(
    sealed: dict[int, bytes], found: dict[int, bytes | None], top: int, *, purging: bool = False
) -> Iterator[Flaw]:
    """Compare the marks of a sealed stretch with what is there now.

    What was found but cannot even be read has no mark. `top` is the last entry of the trail;
    `purging` allows entries to be gone.
    """
    if not purging:
        missing = sealed.keys() - found.keys()
        for first, last in runs(id for id in missing if id <= top):
            yield Flaw("cut", f"{entries(first, last)}: cut out; sealed once, and gone.")
        for first, last in runs(id for id in missing if id > top):
            yield Flaw("truncated", f"{entries(first, last)}: cut off at the end of the trail.")
    for first, last in runs(found.keys() - sealed.keys()):
        yield Flaw("inserted", f"{entries(first, last)}: inserted after the sealing.")
    common = sealed.keys() & found.keys()
    for first, last in runs(id for id in common if sealed[id] != found[id]):
        yield Flaw("changed", f"{entries(first, last)}: changed or replaced after the sealing.")

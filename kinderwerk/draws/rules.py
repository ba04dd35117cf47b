"""How places are drawn. Anybody can do the same in any language that knows SHA-256.

Tickets are numbers that say nothing. The list of them, each on a line of its own and sorted, has a
hash. The order of the draw is that of the hashes of `SEED:HASH OF THE LIST:TICKET`. The seed was
chosen before sign-up opened, and its own hash published then; the list is closed before the seed
is opened. So nobody could choose who wins: neither whoever knew the seed, nor whoever signed up.

In that order each ticket gives a place to its party, a child or the siblings who come together,
unless it has one. The line falls before the first party for which there is no room: whoever has a
ticket above the line has a place. What room is left there goes to those below who still fit.
"""

import json
import secrets
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from kinderwerk.activities.rules import ByDraw
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled

#: What a published draw says that it is.
FORMAT: Final = "kinderwerk-draw-1"
#: Letters and digits that nobody takes for one another.
ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 8
HASH_LENGTH: Final = 64


class NoPlaceKept(Refusal):
    message = N_("No place is kept apart any more.")


class HasPlace(Refusal):
    message = N_("%(name)s has a place already.")


class NotDrawnYet(Refusal):
    message = N_("Families were told how many places are drawn. Wait until that is done.")


class Unreadable(ValueError):
    """A file that is no draw of ours."""


def new_seed() -> str:
    return secrets.token_hex(32)


def new_numbers(many: int) -> list[str]:
    """Return so many numbers for tickets, each of them another one."""
    numbers: set[str] = set()
    while len(numbers) < many:
        numbers.add("".join(secrets.choice(ALPHABET) for _ in range(LENGTH)))
    return secrets.SystemRandom().sample(sorted(numbers), many)


def digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()


def list_hash(tickets: Iterable[str]) -> str:
    return digest("\n".join(sorted(tickets)))


def in_order(seed: str, tickets: Sequence[str]) -> list[str]:
    """Return the tickets as they are drawn."""
    listed = list_hash(tickets)
    return sorted(tickets, key=lambda ticket: (digest(f"{seed}:{listed}:{ticket}"), ticket))


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One child, or siblings who come together or not at all, and their tickets."""

    id: UUID
    size: int
    tickets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Chances:
    """What a child has for the rules: does it live there, is it new, was it unlucky?"""

    near: bool
    new: bool
    unlucky: bool


@dataclass(slots=True)
class Outcome:
    """The tickets in the order of the draw, how many lie above the line, and who has a place."""

    order: list[str]
    line: int = 0
    placed: list[UUID] = field(default_factory=list)
    waiting: list[UUID] = field(default_factory=list)


def tickets_of(rules: ByDraw, children: Iterable[Chances]) -> int:
    """Return how many tickets a party gets: as many as that of its children that has the fewest.

    So nobody has a better chance for coming with a brother or sister.
    """
    return min(
        1 + rules.near * one.near + rules.new * one.new + rules.unlucky * one.unlucky
        for one in children
    )


def draw(seed: str, tickets: Sequence[str], parties: Iterable[Party], places: int) -> Outcome:
    """Give the places. A ticket that is nobody's, because somebody left, is passed over."""
    outcome = Outcome(in_order(seed, tickets))
    holders = {ticket: party for party in parties for ticket in party.tickets}
    left, line = places, None
    for number, ticket in enumerate(outcome.order):
        party = holders.get(ticket)
        if party is None or party.id in outcome.placed or party.id in outcome.waiting:
            continue
        if party.size <= left:
            left -= party.size
            outcome.placed.append(party.id)
        else:
            line = number if line is None else line
            outcome.waiting.append(party.id)
    outcome.line = len(outcome.order) if line is None else line
    return outcome


def holders_hash(salt: str, hands: Iterable[Iterable[str]]) -> str:
    """Fix which tickets are in one hand, without telling it: nobody guesses the salt."""
    held = sorted(" ".join(sorted(tickets)) for tickets in hands)
    return digest("\n".join([salt, *held]))


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """All that is published of a draw. Tickets are sorted by number until they were drawn."""

    places: int
    seed_hash: str
    list_hash: str
    holders_hash: str
    tickets: tuple[str, ...]
    seed: str | None = None
    line: int | None = None

    def text(self, **about: str) -> str:
        told = {name: getattr(self, name) for name in self.__slots__}
        return json.dumps({"format": FORMAT, **about, **told}, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def read(cls, text: str) -> "Published":
        """Read what `text()` wrote, or raise Unreadable."""
        try:
            told = json.loads(text)
        except (ValueError, RecursionError):
            raise Unreadable from None
        if not isinstance(told, dict) or told.get("format") != FORMAT or not _whole(told):
            raise Unreadable
        values = {name: told.get(name) for name in cls.__slots__}
        return cls(**values | {"tickets": tuple(told["tickets"])})


def _whole(told: Mapping[str, Any]) -> bool:
    tickets, line, seed = told.get("tickets"), told.get("line"), told.get("seed")
    return (
        isinstance(tickets, list)
        and all(isinstance(one, str) for one in tickets)
        and type(told.get("places")) is int
        and all(isinstance(told.get(name), str) for name in HASHES)
        and (seed is None or isinstance(seed, str))
        and (line is None or type(line) is int)
    )


HASHES: Final = ("seed_hash", "list_hash", "holders_hash")


class Check(Labelled):
    """What anybody can find out about a draw, in the order in which one would."""

    TICKETS = "tickets", N_("Each ticket is on the list once")
    LIST = "list", N_("The list is the one that was closed before the draw")
    SEED = "seed", N_("The seed is the one that was fixed before sign-up")
    ORDER = "order", N_("The tickets come in the same order when drawn again")
    LINE = "line", N_("The line lies within the list")


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Whether it is so; where it is not, what stands there and what should."""

    check: Check
    right: bool
    number: int | None = None
    stands: str = ""
    should: str = ""


def examine(told: Published) -> Iterator[Finding]:
    """Draw again from what is published, and say what is so; the seed's part once it is there."""
    yield _compared(Check.TICKETS, len(told.tickets), len(set(told.tickets)))
    yield _compared(Check.LIST, told.list_hash, list_hash(told.tickets))
    if told.seed is None:
        return
    yield _compared(Check.SEED, told.seed_hash, digest(told.seed))
    yield _order(told.tickets, in_order(told.seed, told.tickets))
    line = told.line if told.line is not None else -1
    yield _compared(Check.LINE, line, min(max(line, 0), len(told.tickets)))


def _compared(check: Check, stands: object, should: object) -> Finding:
    return Finding(check=check, right=stands == should, stands=str(stands), should=str(should))


def _order(stands: Sequence[str], should: Sequence[str]) -> Finding:
    """Name the first ticket that is not where the draw puts it."""
    for number, (here, there) in enumerate(zip(stands, should, strict=True), 1):
        if here != there:
            return Finding(check=Check.ORDER, right=False, number=number, stands=here, should=there)
    return Finding(check=Check.ORDER, right=True)

"""What of a case goes onto paper, and what is covered first. Pure."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled

#: Stands for each sign that is covered, so that nothing shifts.
BAR: Final = "█"
Span = tuple[int, int]


class Audience(Labelled):
    FAMILY = "family", N_("For the family")
    AUTHORITY = "authority", N_("For Veilig Thuis or the youth welfare office")
    ACCESS = "access", N_("For an access request")


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """One thing that was written down; a source that is `secret` is told to nobody.

    `label`, and what stands `before` the text, are ours and are translated where they are shown:
    pieces are covered by their place, and the text has to be the same in every language. What is
    `aside` goes along only when somebody ticks it.
    """

    id: UUID
    on: date
    label: str
    text: str
    before: str = ""
    source: str | None = None
    secret: bool = False
    aside: bool = False
    author: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """What one feature has to say about a case."""

    title: str
    passages: Sequence[Passage]


@dataclass(frozen=True, slots=True)
class Covering:
    """What goes along, and which pieces of it are covered: numbers, and never the words.

    Pieces are covered by their place, so `seen` stands for the text in which somebody saw them.
    """

    audience: Audience
    along: frozenset[UUID]
    spans: Mapping[UUID, Sequence[Span]] = field(default_factory=dict)
    seen: str | None = None

    def kept(self) -> dict[str, str | None]:
        """Return it as the choices of a paper are kept: without a word of what is covered."""
        pieces = (
            f"{id}:" + ",".join(f"{first}-{last}" for first, last in found)
            for id, found in sorted(self.spans.items())
            if found
        )
        return {
            "audience": self.audience.value,
            "along": " ".join(sorted(map(str, self.along))),
            "covered": " ".join(pieces),
            "seen": self.seen,
        }

    @classmethod
    def read(cls, kept: Mapping[str, str | None]) -> "Covering":
        spans = {}
        for piece in (kept["covered"] or "").split():
            id, _, pairs = piece.partition(":")
            spans[UUID(id)] = [_span(pair) for pair in pairs.split(",")]
        along = frozenset(UUID(id) for id in (kept["along"] or "").split())
        return cls(Audience(kept["audience"] or ""), along, spans, kept.get("seen"))


class NothingGoesAlong(Refusal):
    message = N_("Choose at least one thing that goes along.")
    field = "along"


def _span(pair: str) -> Span:
    first, _, last = pair.partition("-")
    return int(first), int(last)


def found(text: str, words: Iterable[str]) -> list[Span]:
    """Return where these words stand in a text, whatever their case, as pieces that do not meet."""
    wanted = [re.escape(word) for word in sorted(set(words), key=len, reverse=True) if word]
    if not wanted:
        return []
    pattern = re.compile("|".join(wanted), re.IGNORECASE)
    return [one.span() for one in pattern.finditer(text)]


def covered(text: str, spans: Iterable[Span]) -> str:
    """Return the text with a bar over these pieces; its length and its lines stay."""
    signs = list(text)
    for first, last in spans:
        for place in range(first, min(last, len(signs))):
            if not signs[place].isspace():
                signs[place] = BAR
    return "".join(signs)


def names(typed: str) -> list[str]:
    """Return the words to cover, one a line."""
    return [line for line in (each.strip() for each in typed.splitlines()) if line]


def spread(sections: Sequence[Section], typed: str) -> dict[UUID, Sequence[Span]]:
    """Return where what somebody wants covered stands, in every passage."""
    wanted = names(typed)
    every = {one.id: found(one.text, wanted) for part in sections for one in part.passages}
    return {id: spans for id, spans in every.items() if spans}


def as_seen(sections: Sequence[Section], along: frozenset[UUID]) -> str:
    """Return all that people wrote in what goes along; the same words, the same text."""
    every = [one for part in sections for one in part.passages if one.id in along]
    told = [
        (str(one.id), one.on.isoformat(), one.text, one.source, one.secret, one.author)
        for one in sorted(every, key=lambda one: one.id)
    ]
    return json.dumps(told)


def outgoing(sections: Sequence[Section], covering: Covering) -> list[Section]:
    """Return exactly what goes out: what was chosen, covered where somebody said so.

    Who wrote it down, and from whom it comes, is for the authority only; a source that is secret
    is for nobody.
    """
    official = covering.audience is Audience.AUTHORITY
    parts = [
        Section(
            part.title,
            [
                replace(
                    one, text=covered(one.text, covering.spans.get(one.id, ())),
                    source=one.source if official and not one.secret else None,
                    author=one.author if official else None,
                )
                for one in part.passages
                if one.id in covering.along
            ],
        )
        for part in sections
    ]  # fmt: skip
    return [part for part in parts if part.passages]

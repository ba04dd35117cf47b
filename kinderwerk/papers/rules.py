"""What somebody wants on paper, what became of that, and how long it is kept."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled

#: What was made is fetched soon, or asked for again.
KEPT: Final = timedelta(hours=2)
#: What everybody may have is made once for all who ask in this time.
KEPT_FOR_ALL: Final = timedelta(minutes=30)
#: What no worker got round to in this time is not wanted any more.
WANTED: Final = timedelta(days=1)


class State(Labelled):
    WAITING = (
        "waiting",
        N_("We are making it. That takes a few seconds, and this page goes on by itself."),
    )
    MADE = "made", N_("It is ready.")
    IMPOSSIBLE = "impossible", N_("It cannot be made.")


class Why(Labelled):
    """Why something cannot be made."""

    GONE = "gone", N_("What it is about is gone, or is not open to you any more.")
    NO_PANGO = "no_pango", N_("This machine cannot make PDFs yet. Tell your administrator.")
    CHANGED = "changed", N_("The text was changed after you looked at it. Look again first.")


class Overtaken(Refusal):
    """Somebody looked at what goes out, and it is not the same any more."""

    message = Why.CHANGED.label


class Size(Labelled):
    A4 = "a4", N_("A4, for a door or a board")
    A3 = "a3", N_("A3, for a window")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Which paper, about what, in which language, and whatever else can be chosen."""

    kind: str
    subject_id: UUID
    language: str
    choices: Mapping[str, str | None] = field(default_factory=dict)

    def mark(self, asker: UUID | None, membership: UUID | None, seen: Iterable[UUID] = ()) -> str:
        """Return what is the same when the same person asks for the same again.

        `seen` is of whom they see something: once that changes, it is another paper.
        """
        told = [
            self.kind, self.subject_id, self.language, sorted(self.choices.items()), asker,
            membership, sorted(map(str, seen)),
        ]  # fmt: skip
        return hashlib.sha256(json.dumps(told, default=str).encode()).hexdigest()

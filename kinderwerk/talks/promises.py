"""What a child reads before it writes: who reads along, and what happens when there is danger.

A wording that children have read is never changed: a new one gets the next number, and every talk
keeps the one with which it began. `tests/data/talk_promises.toml` holds each as children read it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from kinderwerk.core.words import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """One line with the drawing that tells it too; `n` stands for the minutes until it is read."""

    drawing: str
    theme: str
    words: str


WORDINGS: Final[Mapping[int, Sequence[Promise]]] = {
    1: (
        Promise(
            drawing="eyes", theme="safety",
            words=N_("We do not know who you are. You do not have to say your name."),
        ),
        Promise(
            drawing="letterbox", theme="participation",
            words=N_(
                "Two grown-ups can read it: the one you choose, and one more who looks along."
                " Never only one."
            ),
        ),
        Promise(
            drawing="talk", theme="encounter",
            words=N_(
                "Are you or somebody else in danger? Then we get help. We tell you first if we can."
            ),
        ),
        Promise(
            drawing="again", theme="play",
            words=N_(
                "Somebody reads it within %(n)d minutes."
                " You look for the answer with four pictures."
            ),
        ),
    ),
}  # fmt: skip
NEWEST: Final = max(WORDINGS)

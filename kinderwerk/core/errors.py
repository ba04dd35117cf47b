"""Refusals: the ways in which a rule can say no."""

from collections.abc import Callable

from kinderwerk.core.words import N_


class Refusal(Exception):
    """A rule said no. `field` names the form field to blame, or None for the whole form.

    `values` fill the places in the message, once it is translated.
    """

    message: str = N_("That is not possible.")
    field: str | None = None

    def __init__(self, **values: object) -> None:
        self.values = values
        super().__init__(self.message)


class Stale(Refusal):
    """Someone else changed the row since this form was opened; `theirs` is what they made of it.

    `version` is theirs: whoever saves again after comparing means to.
    """

    message = N_("Someone else changed this while you were writing. Compare, and save again.")

    def __init__(self, theirs: dict[str, object], version: int | None = None) -> None:
        self.theirs = theirs
        self.version = version
        super().__init__()


class NoRoom(Exception):
    """What was sent could be laid down nowhere: the disk for it is full."""


class Withheld(Exception):
    """The policy says no, found out while acting: pages answer as if it were not there."""


class Unchecked(Withheld):
    """It opens as soon as somebody has seen their certificate of good conduct."""


def why_not(check: Callable[[], object]) -> Refusal | None:
    """Return what stands in the way, if anything does."""
    try:
        check()
    except Refusal as refusal:
        return refusal
    return None

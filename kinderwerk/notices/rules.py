"""What is different in a plan, and what a worker may say to all families of one date."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from kinderwerk.activities.series import Slot


@dataclass(frozen=True, slots=True)
class Moved:
    """A date that has another time now."""

    before: Slot
    now: Slot


@dataclass(frozen=True, slots=True)
class Difference:
    """What a family has to know that it did not know yet; what stayed as it was is empty."""

    moved: Mapping[UUID, Moved]
    gone: Sequence[Slot] = ()
    new: Sequence[Slot] = ()
    details: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.moved or self.gone or self.details)

    def of(self, dates: Collection[UUID] | None) -> "Difference":
        """Return what concerns who comes on these dates only; None comes on all of them."""
        if dates is None:
            return self
        moved = {id: one for id, one in self.moved.items() if id in dates}
        return Difference(moved, details=self.details)


def compare(
    known: Mapping[UUID, Slot], standing: Mapping[UUID, Slot], off: Collection[UUID],
    details: Collection[str],
) -> Difference:  # fmt: skip
    """Say what became of the dates that families know; those called `off` they were told about.

    New dates are told where others went: the group has another day now.
    """
    moved = {
        id: Moved(slot, standing[id])
        for id, slot in sorted(known.items(), key=lambda pair: pair[1])
        if id in standing and standing[id] != slot
    }
    gone = sorted(slot for id, slot in known.items() if id not in standing and id not in off)
    new = sorted(slot for id, slot in standing.items() if id not in known) if gone else []
    return Difference(moved, gone, new, frozenset(details))

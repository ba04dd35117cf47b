"""Which features have something to say about a case; this package knows none of them.

    @section("signal")
    def referrals_of(session: Session, actor: Actor, signal: Signal) -> Section | None: ...

Each opens what is sealed itself, by its own rules and with its own entry in the trail; of what this
reader may not see it says nothing. `deed` is what the trail is to call that: read, or printed.
"""

from collections import defaultdict
from collections.abc import Callable
from typing import Any, Final

from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor
from kinderwerk.dossiers.rules import Section

Told = Callable[[Session, Actor, Any, str], Section | None]
SECTIONS: Final[dict[str, list[Told]]] = defaultdict(list)


def section(case: str, *, first: bool = False) -> Callable[[Told], Told]:
    """Add to the dossier of such a case what the function tells; how it began comes first."""

    def keep(told: Told) -> Told:
        SECTIONS[case].insert(0 if first else len(SECTIONS[case]), told)
        return told

    return keep


def collected(
    session: Session, actor: Actor, case: str, subject: Any, deed: str = "read"
) -> list[Section]:
    told = [each(session, actor, subject, deed) for each in SECTIONS[case]]
    return [part for part in told if part and part.passages]

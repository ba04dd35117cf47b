"""Who counts: each feature whose facts are counted says how all of them are read anew.

@source
def contributions(session: Session) -> Iterator[Contribution]: ...
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final

from sqlalchemy.orm import Session

from kinderwerk.facts.rules import Contribution

Source = Callable[[Session], Iterable[Contribution]]
SOURCES: Final[list[Source]] = []


def source(reads: Source) -> Source:
    SOURCES.append(reads)
    return reads


def everything(session: Session, sources: Sequence[Source] = SOURCES) -> Iterator[Contribution]:
    """Yield what everything that ever happened contributes."""
    for reads in sources:
        yield from reads(session)

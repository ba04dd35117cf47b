"""Which papers there are, and who may have one made.

    @paper("list", N_("Attendance list"), "papers/list.html", Action.VIEW, Resource.REGISTER,
           subject=queries.occurrence, languages=STAFF_LANGUAGES)
    def told(session: Session, asker: Actor, occurrence: Occurrence, order: Order) -> Words: ...

The function returns what the template tells; it runs in the worker, as whoever asked, and says by
`web.disclosing.shown` about whom the paper tells.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Action, Actor, Facts, Resource
from kinderwerk.core.words import LANGUAGES
from kinderwerk.papers.rules import Order

Words = Mapping[str, Any]


class Subject(Protocol):
    @property
    def facts(self) -> Facts: ...


def nobody(session: Session, asker: Actor, subject: Any) -> Iterable[UUID]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A paper that can be asked for, by whom the policy allows that about its subject.

    What is `for_all` holds nothing of anybody: whoever asks gets the same. `proved` asks first for
    a proof given not long ago. `seen` tells of whom somebody sees something on it. What is handed
    over `once` goes in the moment in which it is fetched.
    """

    name: str
    title: str
    template: str
    action: Action
    resource: Resource
    subject: Callable[[Session, UUID], Any]
    told: Callable[[Session, Actor, Any, Order], Words]
    languages: Sequence[str]
    for_all: bool
    proved: bool
    seen: Callable[[Session, Actor, Any], Iterable[UUID]]
    once: bool


KINDS: Final[dict[str, Kind]] = {}
Told = Callable[[Session, Actor, Any, Order], Words]


def paper(
    name: str, title: str, template: str, action: Action, resource: Resource,
    *, subject: Callable[[Session, UUID], Any], languages: Sequence[str] = tuple(LANGUAGES),
    for_all: bool = False, proved: bool = False,
    seen: Callable[[Session, Actor, Any], Iterable[UUID]] = nobody, once: bool = False,
) -> Callable[[Told], Told]:  # fmt: skip
    """Let the paper of that name tell what the function returns."""

    def keep(told: Told) -> Told:
        KINDS[name] = Kind(
            name=name, title=title, template=template, action=action, resource=resource,
            subject=subject, told=told, languages=languages, for_all=for_all, proved=proved,
            seen=seen, once=once,
        )  # fmt: skip
        return told

    return keep

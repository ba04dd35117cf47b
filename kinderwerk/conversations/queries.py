"""Counting talks with children. No list shows one of them."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Select, extract, func, select
from sqlalchemy.orm import Session

from kinderwerk.access import conditions
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.conversations import rules
from kinderwerk.conversations.models import Conversation
from kinderwerk.conversations.rules import Some, Told
from kinderwerk.conversations.themes import Theme
from kinderwerk.core import clock
from kinderwerk.core.periods import Period
from kinderwerk.disclosure.tables import SMALLEST_BASE, Shown
from kinderwerk.facts import rules as facts
from kinderwerk.facts.rules import Contribution, Measure, Place
from kinderwerk.facts.sources import source
from kinderwerk.places.located import located
from kinderwerk.places.models import District, Neighbourhood
from kinderwerk.storage.scoping import scope, within

SCOPE: Final = scope(
    Resource.CONVERSATION,
    Conversation,
    {
        conditions.same_organisation: within(
            Conversation.organisation_id, Conversation.neighbourhood_id
        ),
        conditions.own: lambda actor, membership: Conversation.author_id == actor.id,
    },
)


def by_id(session: Session, conversation_id: UUID) -> Conversation:
    return session.get_one(Conversation, conversation_id)


def last(session: Session, actor: Actor) -> Conversation | None:
    """Return what this actor wrote down last: the next one is often much the same."""
    return session.scalar(
        select(Conversation)
        .where(SCOPE.visible(actor, Action.EDIT))
        .order_by(Conversation.created_at.desc(), Conversation.id)
        .limit(1)
    )


def counted_today(session: Session, actor: Actor) -> int:
    today = Conversation.held_on == clock.today()
    many = select(func.count(Conversation.id)).where(SCOPE.visible(actor, Action.EDIT), today)
    return session.scalar(many) or 0


def neighbourhoods(session: Session, actor: Actor) -> Sequence[Neighbourhood]:
    """Return where a talk can have been: whoever works in one neighbourhood has no choice."""
    wanted = select(Neighbourhood).where(Neighbourhood.municipality_id == actor.municipality_id)
    if actor.neighbourhood_id:
        wanted = wanted.where(Neighbourhood.id == actor.neighbourhood_id)
    return session.scalars(wanted.order_by(Neighbourhood.name)).all()


def neighbourhood(session: Session, neighbourhood_id: UUID) -> Neighbourhood:
    return session.get_one(Neighbourhood, neighbourhood_id)


def years(session: Session, organisation_id: UUID | None) -> list[int]:
    """Return of which years there is something to tell, the last one first; always this one."""
    spread = select(func.min(Conversation.held_on)).where(_of(organisation_id))
    first: date | None = session.scalar(spread)
    this = clock.today().year
    return list(range(this, (first.year if first else this) - 1, -1))


def of_year(session: Session, organisation_id: UUID | None, year: int) -> list[Some]:
    """Return the talks of a year as counts; what of them may be told is for the rules to say."""
    kinds = (
        extract("month", Conversation.held_on), Conversation.channel, Conversation.theme,
        Conversation.band, Conversation.serious, Conversation.pointed,
    )  # fmt: skip
    rows = session.execute(
        select(*kinds, func.count(Conversation.id), func.sum(Conversation.minutes))
        .where(_of(organisation_id), _within(Period(year)))
        .group_by(*kinds)
    )
    return [
        Some(int(month), how, theme, band, serious, pointed, n, int(took))
        for month, how, theme, band, serious, pointed, n, took in rows
    ]


def by_day(
    session: Session, organisation_id: UUID | None, first: date, until: date
) -> Mapping[date, int]:
    """Return how many talks there were on each day; of none of them anything else."""
    rows = session.execute(
        select(Conversation.held_on, func.count(Conversation.id))
        .where(
            _of(organisation_id), Conversation.held_on >= first, Conversation.held_on < until
        )
        .group_by(Conversation.held_on)
    )  # fmt: skip
    return {day: n for day, n in rows}


def sensitive(
    session: Session, organisation_id: UUID | None, year: int
) -> list[tuple[str, Theme, tuple[Shown, Shown]]]:
    """Return for each district what may be told inside of what is told nowhere else."""
    month = extract("month", Conversation.held_on)
    rows = session.execute(
        select(District.name, Conversation.theme, month, func.count(Conversation.id))
        .join(Neighbourhood, Neighbourhood.id == Conversation.neighbourhood_id)
        .join(District, District.id == Neighbourhood.district_id)
        .where(
            _of(organisation_id), _within(Period(year)),
            Conversation.theme.in_(rules.SENSITIVE),
        )
        .group_by(District.id, District.name, Conversation.theme, month)
    ).all()  # fmt: skip
    counts: Counter[tuple[str, Theme, int]] = Counter()
    for name, theme, when, n in rows:
        counts[name, theme, 1 if when <= 6 else 2] += n
    names = sorted({name for name, *_ in rows})
    return [
        (name, theme, (rules.sensitive(counts[name, theme, 1]),
                       rules.sensitive(counts[name, theme, 2])))
        for name in names for theme in rules.SENSITIVE
    ]  # fmt: skip


def told(
    session: Session, organisation_id: UUID, neighbourhood_id: UUID | None = None,
    period: Period | None = None,
) -> Told | None:  # fmt: skip
    """Return what children talked about, safe for everybody: also for a report.

    Of one neighbourhood or of all that an organisation heard, in a half-year or a longer period
    that is settled; None where there is too little, or the period still runs.
    """
    newest = rules.settled(clock.today())
    asked = period or newest
    if asked.ends > newest.ends or asked.kind == "Q":
        return None
    wanted = select(Conversation.theme, func.count(Conversation.id)).where(
        _of(organisation_id), _within(asked)
    )
    if neighbourhood_id:
        wanted = wanted.where(Conversation.neighbourhood_id == neighbourhood_id)
    rows = session.execute(wanted.group_by(Conversation.theme))
    return rules.told(asked, {theme: n for theme, n in rows})


def heard_in(session: Session, organisation_id: UUID | None) -> list[Neighbourhood]:
    """Return the neighbourhoods of which there is enough to tell everybody."""
    many: Select[Any] = (
        select(Conversation.neighbourhood_id)
        .where(_of(organisation_id), _within(rules.settled(clock.today())))
        .group_by(Conversation.neighbourhood_id)
        .having(func.count(Conversation.id) >= SMALLEST_BASE)
    )
    found = select(Neighbourhood).where(Neighbourhood.id.in_(many))
    return list(session.scalars(found.order_by(Neighbourhood.name)))


def _of(organisation_id: UUID | None) -> ColumnElement[bool]:
    return Conversation.organisation_id == organisation_id


def _within(period: Period) -> ColumnElement[bool]:
    return Conversation.held_on.between(period.begins, period.ends)


@source
def contributions(session: Session) -> Iterator[Contribution]:
    yield from counted(session, session.scalars(select(Conversation)).all())


def counted(session: Session, found: Iterable[Conversation]) -> Iterator[Contribution]:
    """Yield what each talk adds to the counts; never what it was about."""
    found = list(found)
    places = located(session, [one.neighbourhood_id for one in found])
    for one in found:
        yield of_one(one, places.get(one.neighbourhood_id) if one.neighbourhood_id else None)


def of_one(one: Conversation, place: Place | None) -> Contribution:
    return facts.cells(Measure.CONVERSATIONS, one.organisation_id, one.held_on, place)

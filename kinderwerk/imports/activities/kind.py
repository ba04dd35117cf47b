"""Activities of an organisation: drafts, which somebody looks at before they are published."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import Actor, Resource
from kinderwerk.activities import queries as planned
from kinderwerk.activities import service as activities
from kinderwerk.activities.models import Activity
from kinderwerk.activities.rules import PRIVATE, Format, SignupKind
from kinderwerk.core.errors import Withheld
from kinderwerk.imports import drafts
from kinderwerk.imports.activities.rules import NEEDED, WAYS, Column, Line, read, same
from kinderwerk.imports.kinds import Called, Made
from kinderwerk.imports.rules import Read, Rows, Words, plain


class Activities:
    resource = Resource.ACTIVITY
    model = Activity
    most = drafts.MOST
    needed = NEEDED
    labels = ([one for one in Format if one not in PRIVATE], list(WAYS), list(SignupKind))

    def named(self, session: Session, actor: Actor) -> Mapping[Any, Mapping[str, UUID]]:
        here = actor.organisation_id
        if here is None:
            raise Withheld("somebody plans activities, for an organisation")
        goals = [(one.id, one.title) for one in planned.goals(session, here)]
        return {
            Column.GOAL: _by_name(goals),
            Column.VENUE: _by_name(planned.venues(session, here)),
            Column.STAFF: _by_name(planned.colleagues(session, here)),
        }

    def read(self, rows: Rows, columns: Mapping[Column, str], words: Words) -> Read[Line]:
        return read(rows, columns, words)

    def alike(
        self, session: Session, actor: Actor, lines: Sequence[Line]
    ) -> Mapping[int, Activity]:
        days = {one.plan.series.begins_on for one in lines}
        ours = select(Activity).where(
            Activity.organisation_id == actor.organisation_id, Activity.begins_on.in_(days)
        )
        known = {same(one.title, one.begins_on, one.starts): one for one in session.scalars(ours)}
        alike = {
            one.row: known.get(
                same(one.plan.title, one.plan.series.begins_on, one.plan.series.starts)
            )
            for one in lines
        }
        return {row: one for row, one in alike.items() if one}

    def write(
        self, session: Session, actor: Actor, lines: Sequence[Line], alike: Mapping[int, Any]
    ) -> Made:
        ids = [activities.plan(session, actor, one.plan).id for one in lines]
        return Made(ids, ids)

    def touched(self, session: Session, ids: Collection[UUID]) -> set[UUID]:
        return drafts.touched(session, ids)

    def called(self, session: Session, ids: Collection[UUID]) -> Sequence[Called]:
        return drafts.called(session, ids)

    def remove(
        self, session: Session, actor: Actor, organisation_id: UUID, ids: Sequence[UUID]
    ) -> Sequence[UUID]:
        return drafts.remove(session, ids)


def _by_name(rows: Sequence[tuple[UUID, str]]) -> dict[str, UUID]:
    return {plain(name): id for id, name in rows}

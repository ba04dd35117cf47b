"""Looking up what can stand in the way of a sign-up."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.activities import queries as activities
from kinderwerk.activities.models import Activity, Occurrence
from kinderwerk.families.models import Child
from kinderwerk.signups import queries
from kinderwerk.signups.models import Signup
from kinderwerk.signups.reasons import Audience, Candidate, Clash, Taken, clash
from kinderwerk.signups.rules import Ages, Window


def window(activity: Activity) -> Window:
    return Window(activity.signup_opens_at, activity.signup_closes_at)


def audience(session: Session, activity: Activity, *, at_door: bool = False) -> Audience:
    """Return for whom it is; whoever stands at the door decides for themselves from where."""
    homes = frozenset[UUID]() if at_door else activity.homes
    return Audience(
        ages=Ages(youngest=activity.age_from, oldest=activity.age_to), homes=homes,
        places=", ".join(activities.named(session, homes)),
    )  # fmt: skip


def candidate(child: Child) -> Candidate:
    return Candidate(child.first_name, child.born_on, child.neighbourhood_id)


def elsewhere(
    session: Session, activity_id: UUID, live: Iterable[Signup]
) -> dict[UUID, Sequence[Taken]]:
    """Return by child when it has a place at something else."""
    ids = [one.id for one in live if one.standing.holds and one.activity_id != activity_id]
    taken: dict[UUID, list[Taken]] = {}
    for one in queries.taken(session, ids) if ids else ():
        taken.setdefault(one.child_id, []).append(one)
    return {**taken}


def clashes(
    children: Iterable[Child], dates: Sequence[Occurrence], taken: Mapping[UUID, Sequence[Taken]]
) -> list[Clash]:
    found = (clash(one.first_name, dates, taken.get(one.id, ())) for one in children)
    return [one for one in found if one]

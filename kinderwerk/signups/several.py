"""Several activities in one go: each gives a place or a place in the line, or says why not."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_
from kinderwerk.families import service as families
from kinderwerk.families.models import Carer
from kinderwerk.families.reaching import tell_carer
from kinderwerk.families.rules import Adult, Particulars
from kinderwerk.signups import lines, service
from kinderwerk.signups.models import Signup
from kinderwerk.signups.rules import SignUp
from kinderwerk.storage.work import unit_of_work


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the wish for one activity: sign-ups, or a refusal of all of it."""

    activity_id: UUID
    signups: Sequence[Signup]
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewChild:
    """A child that its parent writes down on the same page, and to what it comes."""

    organisation_id: UUID
    told: Particulars
    neighbourhood_id: UUID | None
    me: Adult
    activity_ids: Collection[UUID]


class CannotCome(Refusal):
    """A new child cannot come to all it was to come to; the results say why not."""

    message = N_("The new child cannot come to all of this. Nothing was written down yet.")

    def __init__(self, results: Sequence[Result]) -> None:
        self.results = results
        super().__init__()


def sign_up(
    session: Session, actor: Actor, wishes: Sequence[SignUp], new: NewChild | None = None
) -> list[Result]:
    """Carry out each wish as a whole; one that is refused takes nothing from the others.

    All at once, in the order of the ids of the activities: two families that want the same ones
    wait for each other in turn and never in a circle. They are told in one message. A new child
    is written down only if it can come.
    """
    with unit_of_work(session):
        demand(actor, Action.CREATE, Resource.FAMILY)
        if new:
            wishes = _with_new(session, actor, wishes, new)
        ordered = sorted(wishes, key=lambda wish: wish.activity_id)
        results = [_carry_out(session, actor, wish) for wish in ordered]
        if new and any(one.refusal for one in results if one.activity_id in new.activity_ids):
            raise CannotCome(results)
        _tell(session, [one for result in results for one in result.signups])
    return results


def _with_new(
    session: Session, actor: Actor, wishes: Sequence[SignUp], new: NewChild
) -> list[SignUp]:
    child = families.add_own_child(
        session, actor, new.organisation_id, new.told, new.neighbourhood_id, new.me
    )
    return [
        replace(wish, child_ids=(*wish.child_ids, child.id))
        if wish.activity_id in new.activity_ids else wish
        for wish in wishes
    ]  # fmt: skip


def _carry_out(session: Session, actor: Actor, wish: SignUp) -> Result:
    try:
        with session.begin_nested():
            made = service.sign_up(session, actor, wish)
    except Refusal as refusal:
        return Result(wish.activity_id, (), refusal)
    return Result(wish.activity_id, made)


def _tell(session: Session, signups: Sequence[Signup]) -> None:
    """Put one message in the outbox for each carer who has to know of some of these."""
    told: dict[Carer, list[Signup]] = {}
    for one in signups:
        if carer := lines.reachable(one):
            told.setdefault(carer, []).append(one)
    for carer, own in told.items():
        first, many = own[0], len(own)  # more than before when a refused part came after all
        tell_carer(
            session, carer, key=f"form:{first.form_id}:{carer.id}:{many}",
            template="signup.several", about_id=first.form_id, needed=False, form=first.form_id,
        )  # fmt: skip

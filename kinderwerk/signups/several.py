"""Several activities in one go: each gives a place or a place in the line, or says why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.core.errors import Refusal
from kinderwerk.families.models import Carer
from kinderwerk.families.reaching import tell_carer
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


def sign_up(session: Session, actor: Actor, wishes: Sequence[SignUp]) -> list[Result]:
    """Carry out each wish as a whole; one that is refused takes nothing from the others.

    All at once, in the order of the ids of the activities: two families that want the same ones
    wait for each other in turn and never in a circle. They are told in one message.
    """
    with unit_of_work(session):
        demand(actor, Action.CREATE, Resource.FAMILY)
        ordered = sorted(wishes, key=lambda wish: wish.activity_id)
        results = [_carry_out(session, actor, wish) for wish in ordered]
        _tell(session, [one for result in results for one in result.signups])
    return results


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

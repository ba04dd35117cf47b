"""Reading what stands in a database before the demo goes on in it."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kinderwerk.access.vocabulary import Role
from kinderwerk.accounts.models import Membership, Municipality, Organisation, User
from kinderwerk.demo.models import Deployment
from kinderwerk.demo.town.people import DOORS

DEMO: Final = "demo"


def made_up(session: Session) -> bool:
    """Tell whether the demo made what is here."""
    return session.get(Deployment, DEMO) is not None


def anything(session: Session) -> bool:
    """Tell whether anybody or anything is here."""
    return any(
        session.scalar(select(kind.id).limit(1)) is not None
        for kind in (Municipality, Organisation, User)
    )


def who_opens(session: Session, role: Role) -> User | None:
    """Return the made-up person in whose place one comes in by that door."""
    behind = select(User).where(User.email == DOORS.get(role, ""))
    return session.scalar(behind.options(selectinload(User.memberships)))


def membership(user: User, role: Role) -> Membership | None:
    held: Sequence[Membership] = user.current_memberships
    return next((one for one in held if one.role is role), None)

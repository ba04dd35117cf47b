"""Reading people."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from sqlalchemy import Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kinderwerk.access.conditions import own, owner, same_organisation
from kinderwerk.access.policy import permits
from kinderwerk.access.vocabulary import Action, Actor, Resource, Role
from kinderwerk.accounts.areas import areas
from kinderwerk.accounts.models import (
    FactorReset,
    Invitation,
    Membership,
    Municipality,
    Organisation,
    OutsideAccount,
    Passkey,
    RecoveryCode,
    SignIn,
    User,
)
from kinderwerk.accounts.rules import WISH_LASTS
from kinderwerk.accounts.tokens import signer
from kinderwerk.core import clock
from kinderwerk.core.errors import Withheld
from kinderwerk.storage.scoping import scope, within

MEMBERS = scope(
    Resource.MEMBER, Membership, {same_organisation: within(Membership.organisation_id)}
)
RESETS = scope(
    Resource.FACTOR_RESET,
    FactorReset,
    {
        same_organisation: within(FactorReset.organisation_id),
        own: lambda actor, membership: FactorReset.asked_by_id == actor.id,
        owner: lambda actor, membership: FactorReset.user_id == actor.id,
    },
)
_WHOLE = selectinload(User.memberships).options(
    joinedload(Membership.organisation), joinedload(Membership.municipality)
)
#: Asked in every request, so it is written once; in one row for a parent, who has no role.
_SIGNED_IN = (
    select(SignIn)
    .where(SignIn.token_hash == bindparam("hash"))
    .options(
        joinedload(SignIn.user)
        .joinedload(User.memberships)
        .options(joinedload(Membership.organisation), joinedload(Membership.municipality)),
        joinedload(SignIn.user).joinedload(User.stands_in),
    )
)


def words_around(session: Session, user: User) -> list[str]:
    """Return the names of where somebody works, for those who would guess their password."""
    return [
        name
        for held in user.current_memberships
        for name in words_of(session, held.organisation, held.municipality)
    ]


def words_of(
    session: Session, organisation: Organisation | None, municipality: Municipality
) -> list[str]:
    """Return the names of an organisation, its municipality and the neighbourhoods there."""
    there = [municipality.name, *(label for _, label in areas.of(session, municipality.id))]
    return [organisation.name, *there] if organisation else there


def by_email(session: Session, email: str) -> User | None:
    wanted = select(User).where(User.email == email.strip().lower()).options(_WHOLE)
    return session.scalars(wanted).unique().one_or_none()


def by_id(session: Session, user_id: UUID) -> User | None:
    return session.get(User, user_id, options=[_WHOLE])


def myself(session: Session, actor: Actor) -> User:
    """Return the account of whoever acts."""
    user = by_id(session, actor.id) if actor.id else None
    if user is None:
        raise Withheld("only a person has an account")
    return user


def signed_in_by(session: Session, token: str) -> SignIn | None:
    """Return what a token in a cookie stands for, with the person and their roles."""
    return (
        session.scalars(_SIGNED_IN, {"hash": signer.disguise("signed in", token)})
        .unique()
        .one_or_none()
    )


def signed_in(session: Session, user: User) -> list[SignIn]:
    """Return where this person is signed in, where they were last seen first."""
    theirs = select(SignIn).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None))
    found = session.scalars(theirs.order_by(SignIn.last_seen_at.desc(), SignIn.id))
    return [one for one in found if one.is_open]


def passkeys(session: Session, user: User) -> Sequence[Passkey]:
    theirs = select(Passkey).where(Passkey.user_id == user.id)
    return session.scalars(theirs.order_by(Passkey.created_at, Passkey.id)).all()


def outside_accounts(session: Session, user: User) -> Sequence[OutsideAccount]:
    """Return by what identity providers know this person."""
    theirs = select(OutsideAccount).where(OutsideAccount.user_id == user.id)
    return session.scalars(theirs.order_by(OutsideAccount.created_at)).all()


def own_passkey(session: Session, actor: Actor, passkey_id: UUID) -> Passkey:
    """Return a passkey of whoever acts; that of anybody else is not there."""
    found = session.get(Passkey, passkey_id, with_for_update=True)
    if found is None or found.user_id != actor.id:
        raise Withheld("people look after their own passkeys")
    return found


def has_telephone(session: Session, user: User) -> bool:
    """Tell whether codes of a telephone are set up; what is sealed stays shut."""
    told = select(User.factor_secret.is_not(None)).where(User.id == user.id)
    return bool(session.scalar(told))


def codes_left(session: Session, user: User) -> int:
    """Count the recovery codes that were not used yet."""
    left = select(func.count()).where(
        RecoveryCode.user_id == user.id, RecoveryCode.used_at.is_(None)
    )
    return session.scalar(left) or 0


def membership_by_id(session: Session, membership_id: UUID) -> Membership:
    return session.get_one(
        Membership, membership_id,
        options=[joinedload(Membership.user), joinedload(Membership.organisation)],
    )  # fmt: skip


def members(session: Session, actor: Actor) -> Sequence[Membership]:
    """Return who has a role in this administrator's organisation now, by name."""
    return session.scalars(
        select(Membership)
        .join(Membership.user)
        .where(MEMBERS.visible(actor), Membership.ended_at.is_(None))
        .order_by(func.lower(User.name), User.email, Membership.id)
        .options(joinedload(Membership.user))
    ).all()


def invitation_by_id(session: Session, invitation_id: UUID) -> Invitation:
    return session.get_one(Invitation, invitation_id)


def invitations(session: Session, actor: Actor) -> list[Invitation]:
    """Return the invitations of this administrator's organisation that wait for an answer."""
    waiting = _waiting(actor.organisation_id).order_by(Invitation.created_at.desc())
    found = session.scalars(waiting)
    return [one for one in found if permits(actor, Action.VIEW, Resource.MEMBER, one.facts)]


def is_invited(session: Session, email: str, organisation_id: UUID) -> bool:
    waiting = _waiting(organisation_id).where(
        Invitation.email == email, Invitation.expires_at > clock.now()
    )
    return session.scalar(waiting.limit(1)) is not None


def holds(session: Session, email: str, organisation_id: UUID, role: Role) -> bool:
    user = by_email(session, email)
    current = user.current_memberships if user else []
    return any(one.role is role and one.organisation_id == organisation_id for one in current)


def other_administrators(session: Session, leaving: Membership) -> int:
    others = select(func.count()).where(
        Membership.organisation_id == leaving.organisation_id, Membership.role == Role.ADMIN,
        Membership.ended_at.is_(None), Membership.id != leaving.id,
    )  # fmt: skip
    return session.scalar(others) or 0


def open_administrators(session: Session, leaving: Membership) -> int:
    """Count who else can open accounts there."""
    others = (
        select(func.count())
        .select_from(Membership)
        .join(User, User.id == Membership.user_id)
        .where(
            Membership.organisation_id == leaving.organisation_id,
            Membership.role == Role.ADMIN, Membership.ended_at.is_(None),
            Membership.id != leaving.id, User.locked_at.is_(None),
        )
    )  # fmt: skip
    return session.scalar(others) or 0


def administrators(session: Session, held: Membership) -> Sequence[User]:
    """Return who can hand over what somebody carries in a role: never that person."""
    able = (
        select(User)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id == held.organisation_id, Membership.role == Role.ADMIN,
            Membership.ended_at.is_(None), User.id != held.user_id, User.locked_at.is_(None),
        )
        .order_by(User.id)
    )  # fmt: skip
    return session.scalars(able).unique().all()


def others_of(session: Session, leaving: Membership) -> Sequence[Membership]:
    """Return what else this person is in the same organisation."""
    others = select(Membership).where(
        Membership.user_id == leaving.user_id, Membership.id != leaving.id,
        Membership.organisation_id == leaving.organisation_id, Membership.ended_at.is_(None),
    )  # fmt: skip
    return session.scalars(others).all()


def reset_by_id(session: Session, reset_id: UUID) -> FactorReset:
    return session.get_one(FactorReset, reset_id)


def waiting_reset(session: Session, user_id: UUID) -> FactorReset | None:
    """Return a wish to reset this person's second factor that waits for a second person."""
    return session.scalar(_open_wishes().where(FactorReset.user_id == user_id).limit(1))


def resets_to_agree(session: Session, actor: Actor) -> Sequence[FactorReset]:
    """Return the wishes to which this actor may be the second person."""
    return session.scalars(
        _open_wishes()
        .where(RESETS.visible(actor, Action.EDIT))
        .order_by(FactorReset.created_at)
        .options(joinedload(FactorReset.user), joinedload(FactorReset.asked_by))
    ).all()


def seconds(session: Session, wish: FactorReset) -> list[User]:
    """Return who can be the second person to a wish."""
    here = select(Membership).where(
        Membership.organisation_id == wish.organisation_id, Membership.ended_at.is_(None)
    )
    held = session.scalars(here.options(joinedload(Membership.user))).all()
    able = {
        one.user_id: one.user
        for one in held
        if permits(Actor(one.user_id, one.held), Action.EDIT, Resource.FACTOR_RESET, wish.facts)
    }
    return list(able.values())


def coordinators(session: Session, actor: Actor) -> Sequence[str]:
    """Return whom somebody can ask in their organisation, by name."""
    if actor.organisation_id is None:
        return []
    able = holding(actor.organisation_id, (Role.COORDINATOR,), actor.neighbourhood_id)
    return [one.name for one in session.scalars(able) if one.id != actor.id]


def _waiting(organisation_id: UUID | None) -> Select[Invitation]:
    return select(Invitation).where(
        Invitation.organisation_id == organisation_id,
        Invitation.accepted_at.is_(None), Invitation.revoked_at.is_(None),
    )  # fmt: skip


def _open_wishes() -> Select[FactorReset]:
    return select(FactorReset).where(
        FactorReset.done_at.is_(None), FactorReset.created_at > clock.now() - WISH_LASTS
    )


def organisation_name(session: Session, offer: Invitation) -> str:
    return session.get_one(Organisation, offer.organisation_id).name


def unknown_organisations(session: Session, names: Iterable[str]) -> list[str]:
    """Return which of these names no organisation has."""
    known = session.scalars(select(Organisation.name).where(Organisation.name.in_(set(names))))
    return sorted(set(names) - set(known))


def holding(
    organisation_id: UUID, roles: Sequence[Role], neighbourhood_id: UUID | None
) -> Select[User]:
    """Return who holds one of these roles there, in the neighbourhood or without such a limit."""
    return (
        select(User)
        .where(
            exists().where(
                Membership.user_id == User.id,
                Membership.organisation_id == organisation_id,
                Membership.role.in_(roles),
                Membership.ended_at.is_(None),
                or_(
                    Membership.neighbourhood_id.is_(None),
                    Membership.neighbourhood_id == neighbourhood_id,
                ),
            )
        )
        .order_by(User.name)
    )

"""Referrals of two records that are one child; one that names the child goes to its family."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from kinderwerk.families.merging import Merge
from kinderwerk.families.moving import TOGETHER, shift
from kinderwerk.referrals.models import Referral


def move(session: Session, merge: Merge) -> None:
    session.execute(
        update(Referral)
        .where(Referral.child_id == merge.gone)
        .values(child_id=merge.kept, family_id=merge.family),
        execution_options=TOGETHER,
    )
    if merge.family_gone:
        shift(session, Referral.family_id, merge.family_gone, merge.family)

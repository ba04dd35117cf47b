"""What is held back, and what is to be forgotten, of two records that are one child."""

from sqlalchemy import update
from sqlalchemy.orm import Session

from kinderwerk.core import clock
from kinderwerk.families.merging import Merge
from kinderwerk.families.moving import TOGETHER, shift
from kinderwerk.privacy.models import Hold, Wish
from kinderwerk.privacy.rules import ErasureReason


def move(session: Session, merge: Merge) -> None:
    """A hold follows what it holds. Who asked to be forgotten is forgotten with both; that a
    record was there twice or by mistake is settled by merging it."""
    shift(session, Hold.subject_id, merge.gone, merge.kept)
    settled = (
        Wish.family_id.in_((merge.family, merge.family_gone)),
        Wish.reason != ErasureReason.ASKED, Wish.done_at.is_(None), Wish.withdrawn_at.is_(None),
    )  # fmt: skip
    session.execute(
        update(Wish).where(*settled).values(withdrawn_at=clock.now()), execution_options=TOGETHER
    )
    if merge.family_gone:
        shift(session, Hold.subject_id, merge.family_gone, merge.family)
        shift(session, Wish.family_id, merge.family_gone, merge.family)

"""Looking in an emergency at one of two records that are one child."""

from sqlalchemy import or_, update
from sqlalchemy.orm import Session

from kinderwerk.core import clock
from kinderwerk.families.merging import Merge
from kinderwerk.families.moving import TOGETHER, shift
from kinderwerk.trail.models import BreakGlass


def move(session: Session, merge: Merge) -> None:
    """Let the looking be on record for the one child, and end it: the reason was given for what
    was known of one record, and now there is more."""
    now = clock.now()
    about = or_(
        BreakGlass.child_id.in_((merge.kept, merge.gone)),
        BreakGlass.family_id.in_((merge.family, merge.old_family)),
    )
    session.execute(
        update(BreakGlass).where(about, BreakGlass.until > now).values(until=now),
        execution_options=TOGETHER,
    )
    session.execute(
        update(BreakGlass)
        .where(BreakGlass.child_id == merge.gone)
        .values(child_id=merge.kept, family_id=merge.family),
        execution_options=TOGETHER,
    )
    if merge.family_gone:
        shift(session, BreakGlass.family_id, merge.family_gone, merge.family)

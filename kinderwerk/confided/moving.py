"""Who was named around a family that becomes part of another record of it.

Nobody sees more because two records became one: whoever was named is asked again.
"""

from sqlalchemy.orm import Session

from kinderwerk.confided.models import Confided
from kinderwerk.families.merging import Merge
from kinderwerk.families.moving import drop


def move(session: Session, merge: Merge) -> None:
    drop(session, Confided, Confided.family_id.in_({merge.family, merge.old_family}))

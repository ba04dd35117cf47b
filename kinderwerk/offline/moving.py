"""What devices told, of two records that are one child."""

from sqlalchemy.orm import Session

from kinderwerk.families.merging import Merge
from kinderwerk.families.moving import shift
from kinderwerk.offline.models import RegisterChange


def move(session: Session, merge: Merge) -> None:
    shift(session, RegisterChange.child_id, merge.gone, merge.kept)

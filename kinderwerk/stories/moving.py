"""Stories of two records that are one child."""

from sqlalchemy.orm import Session

from kinderwerk.families.merging import Merge
from kinderwerk.families.moving import shift
from kinderwerk.stories.models import Story


def move(session: Session, merge: Merge) -> None:
    shift(session, Story.child_id, merge.gone, merge.kept)

"""Signals about two records that are one child. They move without a word: nobody learns of any."""

from sqlalchemy.orm import Session

from kinderwerk.families.merging import Merge
from kinderwerk.families.moving import shift
from kinderwerk.signals.models import Signal


def move(session: Session, merge: Merge) -> None:
    shift(session, Signal.child_id, merge.gone, merge.kept)
    if merge.family_gone:
        shift(session, Signal.family_id, merge.family_gone, merge.family)

"""Cases about two records that are one child. They move without a word."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kinderwerk.families.merging import Merge
from kinderwerk.families.moving import drop, shift
from kinderwerk.reporting_code.models import CodeCase, CodeChild


def move(session: Session, merge: Merge) -> None:
    known = select(CodeChild.case_id).where(CodeChild.child_id == merge.kept)
    both = session.scalars(known).all()
    drop(session, CodeChild, CodeChild.child_id == merge.gone, CodeChild.case_id.in_(both))
    shift(session, CodeChild.child_id, merge.gone, merge.kept)
    if merge.family_gone:
        shift(session, CodeCase.family_id, merge.family_gone, merge.family)

"""Access requests of two families that become one."""

from sqlalchemy.orm import Session

from kinderwerk.access_requests.models import AccessRequest
from kinderwerk.families.merging import Merge
from kinderwerk.families.moving import shift


def move(session: Session, merge: Merge) -> None:
    if merge.family_gone:
        shift(session, AccessRequest.family_id, merge.family_gone, merge.family)

"""Identifiers: sortable ones for what has a page, random ones whose age is nobody's business."""

from typing import Final
from uuid import UUID, uuid4

from uuid_utils.compat import uuid7

#: Stands where a key must be filled but means "all of them", as in a total over goals.
ALL: Final = UUID(int=0)


def sortable() -> UUID:
    return uuid7()


def confidential() -> UUID:
    return uuid4()

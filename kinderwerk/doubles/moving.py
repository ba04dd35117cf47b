"""How every row that is about a child or a family moves when two records are one.

A table that points at either says here how its rows move, or why they stay; a test goes through
all of them.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from sqlalchemy.orm import Session

from kinderwerk.access_requests import moving as access_requests
from kinderwerk.confided import moving as confided
from kinderwerk.families.merging import Merge
from kinderwerk.notes import moving as notes
from kinderwerk.offline import moving as offline
from kinderwerk.privacy import moving as privacy
from kinderwerk.referrals import moving as referrals
from kinderwerk.reporting_code import moving as code
from kinderwerk.safety import moving as safety
from kinderwerk.signals import moving as signals
from kinderwerk.stories import moving as stories
from kinderwerk.support import moving as support
from kinderwerk.trail import moving as trail

Move = Callable[[Session, Merge], None]
#: Each moves without a word, and in this order. Locks, standings and counts make the others
#: special: the service moves those.
MOVES: Final[Mapping[str, Move]] = MappingProxyType(
    {
        "access_request": access_requests.move,
        "care_note": notes.move,
        "confided": confided.move,
        "register_change": offline.move,
        "signal": signals.move,
        "story": stories.move,
        "referral": referrals.move,
        "support_trajectory": support.move,
        "support_answer": support.move_answers,
        "break_glass": trail.move,
        "incident_child": safety.move,
        "code_case": code.move,
        "code_child": code.move,
        "legal_hold": privacy.move,
        "erasure_wish": privacy.move,
    }
)
#: Moved by the service itself, each by its own rules.
BY_HAND: Final = frozenset(
    {
        "child", "family", "care", "care_request", "carer", "near_person", "calendar_key",
        "spoken_code", "residence", "signup", "absence", "attendance", "presence", "merged_child",
        "different_children",
    }
)  # fmt: skip
ONLY_GROWS: Final = "only grows; it stays under the record that went"
STAYS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "consent": ONLY_GROWS,
        "signup_step": "goes with its sign-up",
        "audit_entry": ONLY_GROWS,
        "child_limit": "nobody merges while the use of one is limited",
        "erasure": "names what is gone",
        "paper": "is gone within hours, and opens no more once its subject is gone",
    }
)


def move_all(session: Session, merge: Merge) -> None:
    for move in dict.fromkeys(MOVES.values()):
        move(session, merge)

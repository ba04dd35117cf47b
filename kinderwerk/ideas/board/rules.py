"""What a child can press, and how much of a board is shown."""

import secrets
from datetime import timedelta
from typing import Final

from kinderwerk.core.picture_words import CODES
from kinderwerk.core.words import N_

#: How many names a child can choose from, and how many posts stand on a board.
OFFERED: Final = 8
MOST: Final = 120
#: How long the board says that something was not placed, and why.
TOLD_FOR: Final = timedelta(days=21)
#: Stands for a drawing until somebody said what can be seen on it.
UNSEEN: Final = N_("A drawing of a child")


def names() -> list[str]:
    """Return names of two pictures each, others every time: nothing about anybody is in them."""
    found = secrets.SystemRandom().sample(CODES, 2 * OFFERED)
    return [f"{found[one]} {found[one + 1]}" for one in range(0, len(found), 2)]

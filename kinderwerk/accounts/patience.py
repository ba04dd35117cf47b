"""For how long an account at work may lie unused, for those who watch over it."""

from typing import Final


class Patience:
    """Days without a sign-in after which an account is locked; 0: never."""

    def __init__(self) -> None:
        self.days = 0

    def load(self, days: int) -> None:
        self.days = days


patience: Final = Patience()

"""Whether messages can go to telephones, for those who write them into the outbox."""

from typing import Final

from kinderwerk.messages.rules import Channel


class Ways:
    """By which ways this installation reaches people; mail is always one of them."""

    def __init__(self) -> None:
        self.country: str | None = None

    def load(self, country: str | None) -> None:
        """Take note of the country whose telephone numbers need no prefix; None: no messages."""
        self.country = country

    @property
    def there(self) -> list[Channel]:
        return [Channel.MAIL, Channel.SMS] if self.country else [Channel.MAIL]


ways: Final = Ways()

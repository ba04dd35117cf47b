"""What may be sent, how large it may be, and what is made of it."""

import struct
from dataclasses import dataclass
from typing import Final, Self

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled

#: As a telephone makes them; a form around them needs little.
LARGEST_PICTURE: Final = 12 * 1024 * 1024
LARGEST_PICTURE_FORM: Final = LARGEST_PICTURE + 64 * 1024
#: Of what is kept, in bytes and in pixels on the longer side; the small one is for lists.
LARGEST_KEPT: Final = 2 * 1024 * 1024
LARGE: Final = 1600
SMALL: Final = 640
WEBP: Final = "image/webp"


class Purpose(Labelled):
    """What a file is kept for."""

    ACTIVITY = "activity", N_("Photo of an activity")
    LOG = "log", N_("Photo in the log of a session")
    BOARD = "board", N_("Drawing on the board of children")


@dataclass(frozen=True, slots=True)
class Rendition:
    """A picture in one size, as WebP: one chunk of pixels, and nothing before or behind it."""

    content: bytes
    width: int
    height: int

    @classmethod
    def of(cls, content: bytes) -> Self:
        """Read the size from the first thirty bytes; raises ValueError for anything else."""
        tag, length, kind, chunk, inside = struct.unpack("<4sI4s4sI", content[:20].ljust(20, b" "))
        whole = (tag, kind, chunk) == (b"RIFF", b"WEBP", b"VP8 ")
        if not (whole and length + 8 == len(content) == 20 + inside + inside % 2):
            raise ValueError("not a plain picture")
        width, height = struct.unpack("<HH", content[26:30])
        return cls(content, width & 0x3FFF, height & 0x3FFF)


@dataclass(frozen=True, slots=True)
class Redrawn:
    """What somebody sent, drawn anew pixel by pixel: nothing else that was in the file is in it."""

    large: Rendition
    small: Rendition


class NotAPicture(Refusal):
    message = N_("This is not a photo that we can read. Choose a photo as JPEG, PNG or WebP.")
    field = "picture"


class Heic(Refusal):
    message = N_(
        "This photo is in the HEIC format of your telephone, which we cannot read. Take the photo"
        " from this page, or save it as JPEG first. On an iPhone: Settings, Camera, Formats, Most"
        " Compatible."
    )
    field = "picture"


class Broken(Refusal):
    message = N_("This photo did not arrive whole, or is damaged. Choose it again.")
    field = "picture"


class TooLarge(Refusal):
    message = N_("This photo is too large. Choose one of at most 12 MB and 50 million pixels.")
    field = "picture"


#: By the word with which the child refuses.
REFUSALS: Final[dict[str, type[Refusal]]] = {
    "kind": NotAPicture,
    "heic": Heic,
    "broken": Broken,
    "large": TooLarge,
}

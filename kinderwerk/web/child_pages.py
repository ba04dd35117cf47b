"""Where pages of children are: no log and no other site hears of them, no browser keeps them."""

import re
from typing import Final

from flask import request

PREFIX: Final = "/kids"
#: Their addresses wherever a log would tell one, written plainly or in code.
ADDRESS: Final = re.compile(r"/(?:k|%6b)(?:i|%69)(?:d|%64)(?:s|%73)(?![\w-])[^\s\"'<>\\]*", re.I)
UNTOLD: Final = "(a page of children)"


def is_one(path: str) -> bool:
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def here() -> bool:
    """Tell whether this request is for a page of children."""
    return is_one(request.path)


def untold(text: str) -> str:
    """Return the text without any address of a page of children."""
    return ADDRESS.sub(UNTOLD, text)

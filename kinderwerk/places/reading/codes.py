"""Codes of areas: how they are written, and how they are meant.

`nl_cbs` are those of Statistics Netherlands (GM0599, WK059917, BU05991701). `de_ags` begin with
the eight digits of the German municipality; what is below it, each city numbers for itself, so we
write 05515000-77. `free` is whatever an area has.
"""

import re
from dataclasses import dataclass
from typing import Final

from kinderwerk.core.words import N_, Labelled
from kinderwerk.places.reading.findings import Unreadable
from kinderwerk.places.rules import CodeScheme

LONGEST: Final = 32


class Level(Labelled):
    MUNICIPALITY = "municipality", N_("Municipality")
    DISTRICT = "district", N_("District")
    NEIGHBOURHOOD = "neighbourhood", N_("Neighbourhood")


@dataclass(frozen=True, slots=True)
class Code:
    level: Level
    text: str

    @property
    def key(self) -> str:
        """What two spellings of one code have in common: the leading zeros are often lost."""
        return "-".join(part.lstrip("0") or "0" for part in self.text.split("-"))


_CBS_PATTERNS: Final = {
    Level.MUNICIPALITY: re.compile(r"GM\d{4}"),
    Level.DISTRICT: re.compile(r"WK\d{4}[0-9A-Z]{2}"),
    Level.NEIGHBOURHOOD: re.compile(r"BU\d{4}[0-9A-Z]{4}"),
}
_CBS_PREFIX: Final = {"GM": Level.MUNICIPALITY, "WK": Level.DISTRICT, "BU": Level.NEIGHBOURHOOD}
_CBS_DIGITS: Final = {Level.MUNICIPALITY: 4, Level.DISTRICT: 6, Level.NEIGHBOURHOOD: 8}
_AGS: Final = re.compile(r"\d{8}")
_AGS_PART: Final = re.compile(r"\d{8}-[0-9A-Z._]{1,20}")
_BLANK: Final = re.compile(r"[\s\u00a0\u200b\ufeff]+")


def tidy(raw: str) -> str:
    return _BLANK.sub("", raw).upper()


def read(
    scheme: CodeScheme, raw: str, hint: Level = Level.NEIGHBOURHOOD, municipality: str = ""
) -> Code:
    """Read a code as published; `hint` says what it stands for where it does not say so itself."""
    if not tidy(raw):
        raise Unreadable(N_("It has no code."))
    if len(raw) > LONGEST:
        raise Unreadable(N_("Its code is longer than %(most)s characters."), most=LONGEST)
    return _READERS[scheme](raw, hint, municipality)


def municipality_of(scheme: CodeScheme, code: Code) -> str | None:
    """Return the code of the municipality that a code names, or None where it names none."""
    if scheme is CodeScheme.NL_CBS:
        return f"GM{code.text[2:6]}"
    return code.text[:8] if scheme is CodeScheme.DE_AGS else None


def district_of(scheme: CodeScheme, neighbourhood: Code) -> str | None:
    """Return the code of the district that a neighbourhood's code names, if it names one."""
    return f"WK{neighbourhood.text[2:8]}" if scheme is CodeScheme.NL_CBS else None


def _read_cbs(raw: str, hint: Level, municipality: str) -> Code:
    text = tidy(raw)
    level = _CBS_PREFIX.get(text[:2])
    if level is None:
        level = hint
        text = _prefix(level) + _with_lost_digits(text, _CBS_DIGITS[level], municipality)
    if not _CBS_PATTERNS[level].fullmatch(text):
        raise Unreadable(
            N_("“%(code)s” is not a code of Statistics Netherlands (such as BU05991701)."),
            code=raw.strip(),
        )
    return Code(level, text)


def _with_lost_digits(text: str, width: int, municipality: str) -> str:
    """Give back the zero that a spreadsheet took, or the municipality that everyone knew."""
    if not text.isdecimal():
        return text
    if len(text) == width - 1:
        return text.rjust(width, "0")
    if len(text) <= width - 4:
        return municipality[2:] + text.rjust(width - 4, "0")
    return text


def _read_ags(raw: str, hint: Level, municipality: str) -> Code:
    text = tidy(raw)
    if hint is Level.MUNICIPALITY:
        text = text.rjust(8, "0") if text.isdecimal() and len(text) == 7 else text
        if _AGS.fullmatch(text):
            return Code(hint, text)
    else:
        text = text if _AGS_PART.fullmatch(text) else f"{municipality}-{text}"
        if _AGS_PART.fullmatch(text):
            return Code(hint, text)
    raise Unreadable(
        N_("“%(code)s” does not go with the key of a German municipality."), code=raw.strip()
    )


def _read_free(raw: str, hint: Level, municipality: str) -> Code:
    return Code(hint, " ".join(raw.split()))


def _prefix(level: Level) -> str:
    return next(prefix for prefix, named in _CBS_PREFIX.items() if named is level)


_READERS: Final = {
    CodeScheme.NL_CBS: _read_cbs,
    CodeScheme.DE_AGS: _read_ags,
    CodeScheme.FREE: _read_free,
}

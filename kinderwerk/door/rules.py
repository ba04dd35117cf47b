"""What is asked of somebody who stands at the door: as little as will do."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_
from kinderwerk.families.merging import worked_out
from kinderwerk.families.rules import OLDEST

#: So long before it begins somebody who comes in is noted as there.
EARLY: Final = timedelta(minutes=45)


class NotABirthday(Refusal):
    message = N_("Write the day of birth as 04-05-2019, or only the age, such as 8.")
    field = "born"


class NobodyAnswers(Refusal):
    message = N_("Write a number that a parent answers, or choose a brother or sister.")
    field = "phone"


@dataclass(frozen=True, slots=True)
class Born:
    """A day of birth; `about` when it was worked out from an age."""

    on: date
    about: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A child whom nobody has written down yet, as far as its parent says it in half a minute."""

    first_name: str
    surname: str
    born: str
    parent: str
    phone: str
    goes_home_alone: bool
    picked_up_by: str
    sibling_id: UUID | None
    agreed: bool
    really: bool
    form_id: UUID | None


def read_birth(text: str, today: date) -> Born:
    """Read a day as people type it with one thumb, or an age, in any digits."""
    numbers = re.findall(r"\d+", latin(text))
    if any(sign.isalpha() for sign in text):
        raise NotABirthday
    if len(numbers) == 1:
        return _from_digits(numbers[0], today)
    if len(numbers) != 3:
        raise NotABirthday
    day, month, year = numbers if len(numbers[0]) < 4 else reversed(numbers)
    return Born(_date(int(day), int(month), _year(year, today)))


def _from_digits(digits: str, today: date) -> Born:
    if len(digits) <= 2:
        age = int(digits)
        if age > OLDEST:
            raise NotABirthday
        return Born(worked_out(age, today), about=True)
    if len(digits) not in (6, 8):
        raise NotABirthday
    return Born(_date(int(digits[:2]), int(digits[2:4]), _year(digits[4:], today)))


def _year(digits: str, today: date) -> int:
    year = int(digits)
    if len(digits) > 2:
        return year
    return year + (2000 if year <= today.year % 100 else 1900)


def _date(day: int, month: int, year: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise NotABirthday from None


def latin(text: str) -> str:
    """Return the same text with the digits that machines read: ٨ becomes 8."""
    return "".join(str(unicodedata.digit(sign)) if sign.isdigit() else sign for sign in text)

"""Days and moments as each language writes them."""

from datetime import date

import pytest
from flask import Flask
from flask_babel import force_locale

from kinderwerk.core import clock
from kinderwerk.web.pages import brief_day, day, wall
from tests.make import A_WEDNESDAY


@pytest.mark.parametrize(
    ("language", "in_words", "short", "moment"),
    [
        ("nl", "dinsdag 2 januari 2024", "di 2 jan", "woensdag 14 mei, 14:00"),
        ("de", "Dienstag, 2. Januar 2024", "Di., 2. Jan.", "Mittwoch, 14. Mai, 14:00"),
        ("ar", "الثلاثاء 2 يناير 2024", "الثلاثاء 2 يناير", "الأربعاء 14 مايو، 14:00"),
        ("pl", "wtorek 2 stycznia 2024", "wt. 2 sty", "środa 14 maja, 14:00"),
    ],
)
def test_a_day_stands_as_its_language_writes_it(
    app: Flask, language: str, in_words: str, short: str, moment: str
) -> None:
    with app.test_request_context(), force_locale(language), clock.stopped(A_WEDNESDAY):
        assert (day(date(2024, 1, 2)), brief_day(date(2024, 1, 2))) == (in_words, short)
        assert wall(A_WEDNESDAY) == moment

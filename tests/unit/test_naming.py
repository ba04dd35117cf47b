"""Names of known people are found in a text, however somebody wrote them; words stay words."""

import re

import pytest

from kinderwerk.core.naming import suspects
from kinderwerk.demo.chapters import learning, voices
from kinderwerk.demo.town.concerns import CONCERNS
from kinderwerk.demo.town.names import CIRCLES
from kinderwerk.demo.town.people import STAFF

KNOWN = (
    "Fatima Aârabi", "Roos de Wit", "Chin-A-Sin", "Ousmane N'Daw", "Emre Ar\u0131baş",
    "Jan van den Berg",
    "Ben Kok", "Lena Schröer", "Łukasz Ørsted", "Sanne Bakker", "يوسف",
)  # fmt: skip
NAMED = (
    "Fatima huilde.", "fatima huilde", "FATIMA", "Fa\u200btima", "Fátima", "Fatima's tas",
    "mevrouw Aarabi", "Roos de Wit kwam", "meester Chin A Sin", "N\u2019Daw", "Ndaw", "de Aribaş",
    "aribas", "Frau Schroeer", "Lukasz", "orsted", "met Jan naar huis", "juf Bakker zei", "يوسف",
    "Familie van den Berg", "De broer van Sanne",
)  # fmt: skip
WORDS = (
    "Ben ik te streng geweest?", "We gingen naar het bos en naar de berg.", "Ze kreeg een roos.",
    "De bakker op de hoek gaf een wit brood.", "K1 zegt niets tegen O1, en O2 weet van niets.",
    "Ik ben de kok.", "Wat kan ik doen? Ben benieuwd.",
)  # fmt: skip


@pytest.mark.parametrize("text", NAMED)
def test_a_name_is_found(text: str) -> None:
    assert suspects(text, KNOWN), text


@pytest.mark.parametrize("text", WORDS)
def test_a_word_is_taken_for_a_word(text: str) -> None:
    assert suspects(text, KNOWN) == []


def test_what_stands_there_as_a_name_does_is_sure() -> None:
    for text in ("Met mevrouw Bakker.", "Daar kwam Roos de Wit.", "Toen zei Fatima dat."):
        assert any(one.sure for one in suspects(text, KNOWN)), text
    for text in ("Roos is een mooie kleur.", "Dat was aribas."):
        assert not any(one.sure for one in suspects(text, KNOWN)), text


def test_few_texts_of_the_demo_are_taken_for_names() -> None:
    """Against every name that the made-up town puts together, and those who work there."""
    names = [
        f"{first} {last}"
        for circle in CIRCLES
        for first in (*circle.children, *circle.parents)
        for last in circle.surnames
    ]
    names += [one.name for one in STAFF]
    texts = [learning.CASE, learning.QUESTION, learning.STEP, *learning.ANSWERS]
    texts += [one[3] for one in learning.WORDS] + [one[1] for one in voices.SAID]
    told = [(one.fact, one.meaning, one.strength, one.later) for one in CONCERNS]
    texts += [text for each in told for text in each if text]
    sentences = [one for text in texts for one in re.split(r"(?<=[.!?])\s+", text) if one]
    alarms = [one for one in sentences if suspects(one, names)]
    share = len(alarms) / len(sentences)
    print(f"{len(alarms)} false alarms in {len(sentences)} sentences: {share:.1%}")  # noqa: T201
    assert len(sentences) > 50
    assert share < 0.05, alarms

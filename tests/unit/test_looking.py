"""What is marked in what children write: too much rather than too little, but not everything."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinderwerk.ideas import phrases
from kinderwerk.ideas.looking import PRIVATE, What, marks

DEMO = Path(__file__).parents[2] / "kinderwerk" / "demo" / "chapters"
WORDED = "nul een twee drie vier vijf zes zeven acht negen".split()  # noqa: SIM905


def found(text: str, **known: list[str]) -> set[What]:
    return {mark.what for mark in marks(text, **known)}


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("Bel me: 06 12345678", What.PHONE),
        ("+31 (0)6-12 34 56 78", What.PHONE),
        ("nul zes een twee drie vier vijf zes zeven acht", What.PHONE),
        ("Mijn nummer is nulzesééntweedrievier vijf", What.PHONE),
        ("null eins sieben zwei vier drei fünf sechs", What.PHONE),
        ("oh seven seven double two three four five six", What.PHONE),
        ("nul 6 een 2 drie 4 vijf 6", What.PHONE),
        ("sam@voorbeeld.nl", What.MAIL),
        ("sam apenstaartje voorbeeld punt nl", What.MAIL),
        ("kijk op www.voorbeeld.nl", What.LINK),
        ("Ik woon in de Bloemstraat 12", What.ADDRESS),
        ("kom naar Lindenstraße 5", What.ADDRESS),
        ("3011 AB", What.ADDRESS),
        ("mijn snap is noor2015", What.HANDLE),
        ("@noor_de_beste", What.HANDLE),
        ("voeg me toe op roblox", What.HANDLE),
        ("Ik heet sam van de panne en ik wil een doel", What.SURNAME),
        ("Gisteren was Noor de Vries er ook", What.SURNAME),
        ("Juf Bakker is streng", What.SURNAME),
        ("Ik zit op de Regenboogschool in groep 5", What.SCHOOL),
        ("Ich gehe in die Lindenschule, Klasse 3b", What.SCHOOL),
        ("wat een kutspel", What.SWEARING),
        ("\U0001f600\U0001f600", What.EMPTY),
        ("mijn papa slaat mij vaak", What.WORRY),
        ("Papa schlägt mich", What.WORRY),
        ("babam beni dövüyor", What.WORRY),
        ("хочу померти", What.WORRY),
        ("tata bije mnie", What.WORRY),
        ("Gebruik een condoom", What.ADVICE),
    ],
)
def test_it_is_marked(text: str, what: What) -> None:
    assert what in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "Een doel met een net, dan hoef je de bal niet steeds te halen.",
        "Op 12-03-2026 om 14 uur was het leuk.",
        "een twee drie vier vijf zes zeven, wie heeft de bal gekregen",
        "Ik vind TikTok leuk.",
        "We waren op het plein 3 keer.",
        "groep 5 mag nooit eerst",
        "Mehr Bälle für alle Kinder, und eine Schaukel!",
        "IK WIL EEN NIEUWE BAL",
        "Kunnen we naar de speeltuin?",
    ],
)
def test_it_is_left_alone(text: str) -> None:
    assert found(text) == set()


def test_names_that_are_known_here_are_caught_and_places_are_not() -> None:
    assert What.SURNAME in found("Geef Yildiz ook eens de bal", names=["Yildiz"])
    assert found("In Park Noord is het leuk", places=["Park Noord"]) == set()


@given(st.lists(st.integers(0, 9), min_size=8, max_size=10), st.sampled_from([" ", "", ", ", "-"]))
def test_a_number_in_words_is_a_number_unless_somebody_counts(digits: list[int], by: str) -> None:
    steps = {b - a for a, b in pairwise(digits)}
    spelled = by.join(WORDED[one] for one in digits)
    assert (What.PHONE in found(spelled)) == (len(steps) > 1 or by == "")


def test_a_drawing_needs_no_words() -> None:
    assert found("") == {What.EMPTY}
    assert {mark.what for mark in marks("", drawn=True)} == set()


def test_every_language_of_children_has_words_that_worry() -> None:
    languages = {language for name, language in phrases.OURS if name == phrases.WORRY}
    assert languages == {"nl", "de", "en", "tr", "ar", "uk", "pl"}


def demo_texts() -> list[str]:
    """Return the sentences of the made-up neighbourhood: what people there write."""
    told = "\n".join(path.read_text("utf-8") for path in sorted(DEMO.glob("*.py")))
    quoted = re.findall(r'"([A-ZÀ-Ž][^"\n{}]*? [^"\n{}]*?[.!?])"', told)
    return list(dict.fromkeys(quoted))


def test_few_sentences_of_the_demo_are_taken_for_private() -> None:
    texts = demo_texts()
    assert len(texts) > 100
    false = [text for text in texts if found(text) & PRIVATE]
    share = len(false) / len(texts)
    print(f"\nfalse alarms: {len(false)} of {len(texts)} sentences, {share:.1%}")  # noqa: T201
    assert share < 0.05, false

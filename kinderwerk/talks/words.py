# ruff: noqa: E501, RUF001  (words of seven languages, each list on as few lines as it needs)
"""Looking at words: danger in those of a child, and in those of staff what no child may be asked.

Words of danger only help. Nothing here decides what is read: everything is.
"""

import re
import tomllib
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_

FILE: Final = Path(__file__).with_name("danger.toml")
USUAL: Final[Mapping[str, Sequence[str]]] = tomllib.loads(FILE.read_text("utf-8"))
LONGEST_WORD: Final = 60
MOST_WORDS: Final = 200


class ContactData(Refusal):
    message = N_(
        "No telephone number, address or account: a child only hears from us here or at one of our"
        " venues. Take it out: %(found)s"
    )
    field = "words"


class OtherPlace(Refusal):
    message = N_(
        "We meet children only at our venues, never at home, outside or in a car. Choose a venue"
        " below, and take this out: %(found)s"
    )
    field = "words"


class Secrecy(Refusal):
    message = N_(
        "Never ask a child to keep a secret or to wipe something out. Take this out: %(found)s"
    )
    field = "words"


def folded(text: str) -> str:
    """Return a text as it is compared: no capitals, no accents, no marks, one space."""
    parts = unicodedata.normalize("NFKD", text.casefold().replace("’", "'").replace("ʼ", "'"))
    bare = "".join(sign for sign in parts if not unicodedata.combining(sign))
    return " ".join(re.sub(r"[^\w']+", " ", bare).split())


def danger(text: str, words: Collection[str]) -> bool:
    """Tell whether one of these words begins somewhere in the text, also s p a c e d out."""
    told = f" {folded(text)}"
    joined = re.sub(r"(?<= \w) (?=\w(?: |$))", "", told)
    return any(
        f" {word}" in each for one in words if (word := folded(one)) for each in (told, joined)
    )


def every_word(own: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the words of every language: an own list takes the place of ours in its language."""
    return [
        word for language in {*USUAL, *own} for word in own.get(language) or USUAL.get(language, ())
    ]


def listed(text: str) -> list[str]:
    """Read a list as somebody typed it: one a line."""
    lines = (" ".join(line.split())[:LONGEST_WORD] for line in text.splitlines())
    return list(dict.fromkeys(line for line in lines if line))[:MOST_WORDS]


_NUMERALS: Final = (
    r"nul|een|één|twee|drie|vier|vijf|zes|zeven|acht|negen|zero|one|two|three|four|five|six|seven"
    r"|eight|nine|null|eins|zwei|drei|fünf|sechs|sieben|neun|sıfır|bir|iki|üç|dört|beş|altı|yedi"
    r"|sekiz|dokuz|jeden|dwa|trzy|cztery|pięć|sześć|siedem|osiem|dziewięć|нуль|один|два|три|чотири"
    r"|п'ять|шість|сім|вісім|дев'ять|صفر|واحد|اثنان|ثلاثة|أربعة|خمسة|ستة|سبعة|ثمانية|تسعة"
)
_CONTACT: Final = (
    re.compile(r"[\w.+-]+\s*(?:@|\(at\)|\[at\]|\sapenstaartje\s|\sat\s)\s*[\w-]+\s*(?:\.|\spunt\s|\sdot\s)\s*\w+", re.I),
    re.compile(r"https?://\S+|www\.\S+|\b[\w-]+\.(?:nl|com|de|org|net|eu|io|me|be|gg|tv)\b", re.I),
    re.compile(r"(?<!\w)@\w{2,}"),
    re.compile(r"(?:\d[\s().\-–/]*){7,}"),
    re.compile(rf"\b(?:(?:{_NUMERALS}|\d)[\s,.\-–]*){{6,}}(?!\w)", re.I),
    re.compile(
        r"\b(?:whats\s?app\w*|app\s+(?:me|mij)|snap(?:chat)?|insta(?:gram)?|tik\s?tok|telegram|discord"
        r"|facebook|messenger|viber|signal[\s-]?app|roblox|skype|mijn\s+nummer|my\s+number"
        r"|meine\s+nummer|numaram|mój\s+numer|мій\s+номер|رقمي|bel\s+mij|call\s+me|ruf\s+mich\s+an)\b",
        re.I,
    ),
)  # fmt: skip
_SECRECY: Final = re.compile(
    r"\b(?:(?:vertel|zeg)\s+(?:het\s+|dit\s+)?(?:aan\s+|tegen\s+)?niemand|ons\s+geheim(?:pje)?|geheim\s+houden"
    r"|hou\s+(?:het\s+|dit\s+)?geheim|onder\s+ons|(?:wis|verwijder|gooi)\s+(?:dit|het|de)\b[^.]{0,20}(?:bericht|weg)?"
    r"|(?:don'?t|do\s+not)\s+tell\s+any\w+|our\s+secret|keep\s+(?:it|this)\s+(?:a\s+)?secret|between\s+us|delete\s+th\w+"
    r"|(?:sag|erzähl)\w*\s+(?:es\s+|das\s+)?niemand\w*|unser\s+geheimnis|unter\s+uns|lösch\w*\s+(?:das|die|es)"
    r"|kimseye\s+söyleme|aramızda|sırrımız|nikomu\s+nie\s+mów|nasz\s+sekret|między\s+nami"
    r"|нікому\s+не\s+(?:кажи|розповідай)|наш\s+секрет|між\s+нами)\b"
    r"|لا\s+تخبر\w*\s+أحد|سرنا|بيننا",
    re.I,
)
_MEETS: Final = (
    r"kom|komen|komt|ga|gaan|zie|zien|afspreken|spreken\s+we\s+af|spreek|ontmoet\w*|haal|ophalen|wacht|wachten"
    r"|come|go|meet\w*|see\s+you|pick|wait|visit"
    r"|komm|kommen|gehen|treffen|triff|sehen|hol\w*|abhol\w*|warte\w*|besuch\w*"
    r"|gel|gelin|buluş\w*|görüş\w*|al[ıi]r[ıi]m|bekle\w*"
    r"|przyjdź|chodź|spotka\w*|odbior\w*|czekam|прийди|приходь|зустрі\w*|заберу|чекаю"
)
_PLACES: Final = (
    r"(?:bij\s+(?:mij|me|jou|je)(?:\s+thuis)?|mijn\s+(?:huis|flat|kamer|auto|plek)|thuis|huis|park|bos|auto|busje|station|bushalte|winkel\w*"
    r"|strand|zwembad|plein|speeltuin|schuur|kelder|garage|bioscoop|mcdonald\w*|snackbar|hotel|buiten\s+(?:bij|achter|voor)|achter\s+de"
    r"|my\s+(?:place|house|home|car|flat|room)|at\s+home|your\s+(?:house|home|place)|car|woods|forest|beach|pool|shop\w*|mall|cinema|playground|behind\s+the"
    r"|(?:zu|bei)\s+mir(?:\s+nach\s+hause)?|zuhause|zu\s+hause|nach\s+hause|mein\w*\s+(?:haus|wohnung|auto|zimmer)|wald|bahnhof|laden|schwimmbad|spielplatz|keller|kino"
    r"|bana|evime|evde|evim\w*|araba\w*|orman|istasyon|plaj|havuz|sinema"
    r"|do\s+mnie|u\s+mnie|dom\w*|samoch\w*|las|lasu|dworzec|basen|kino"
    r"|до\s+мене|у\s+мене|дом\w*|машин\w*|ліс\w*|вокзал\w*|басейн|кіно)"
)
_MEETING: Final = re.compile(
    rf"\b(?:{_MEETS})\b[^.!?\n]{{0,60}}?\b{_PLACES}\b"
    rf"|\b{_PLACES}\b[^.!?\n]{{0,40}}?\b(?:afspreken|ontmoeten|treffen|meet|buluşalım|spotkamy|зустрінемось)\b"
    r"|(?:تعال|تعالي|نلتقي|نتقابل|أنتظرك)[^.!?؟\n]{0,60}(?:بيتي|عندي|البيت|منزلي|سيارتي|السيارة|الحديقة|الغابة|المحطة)",
    re.I,
)  # fmt: skip


def check_answer(text: str, venues: Collection[str]) -> None:
    """Refuse what leads a child away from where others can see it, and say which words do."""
    plain = unicodedata.normalize("NFC", text)
    for pattern in _CONTACT:
        if found := pattern.search(plain):
            raise ContactData(found=found.group(0).strip())
    if found := _SECRECY.search(plain):
        raise Secrecy(found=found.group(0).strip())
    if found := _MEETING.search(_without(plain, venues)):
        raise OtherPlace(found=found.group(0).strip())


def _without(text: str, venues: Collection[str]) -> str:
    """Return a text in which our own venues are no places any more."""
    for name in sorted(filter(None, venues), key=len, reverse=True):
        text = re.sub(re.escape(name), "✓", text, flags=re.I)
    return text

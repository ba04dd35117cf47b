"""What a moderator must look at in a text: who it could point at, what hurts, what worries. Pure.

It only marks. It is made to see too much rather than too little; a person decides.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from kinderwerk.core.words import N_, Labelled
from kinderwerk.ideas import phrases


class What(Labelled):
    PHONE = "phone", N_("Perhaps a telephone number")
    MAIL = "mail", N_("An e-mail address")
    LINK = "link", N_("A link")
    ADDRESS = "address", N_("Perhaps an address")
    HANDLE = "handle", N_("Perhaps a name on social media")
    SURNAME = "surname", N_("Perhaps a surname")
    SCHOOL = "school", N_("School and class together")
    SWEARING = "swearing", N_("Swearing")
    EMPTY = "empty", N_("No words, only signs")
    WORRY = "worry", N_("Words that worry")
    ADVICE = "advice", N_("About hurting, abuse or sex")


#: What can tell who or where somebody is.
PRIVATE: Final = frozenset(
    {What.PHONE, What.MAIL, What.LINK, What.ADDRESS, What.HANDLE, What.SURNAME, What.SCHOOL}
)


@dataclass(frozen=True, slots=True)
class Mark:
    """Why to look, and the words about which it is."""

    what: What
    words: str

    @property
    def plainly(self) -> str:
        return self.words.rstrip("*")


_MAIL: Final = re.compile(
    r"[\w.+-]+\s*(?:@|\(at\)|\[at\]|\bat\b|\bapenstaartje\b|\bklammeraffe\b)\s*[\w-]+"
    r"\s*(?:\.|\(dot\)|\bpunt\b|\bdot\b|\bpunkt\b)\s*"
    r"(?:nl|com|de|be|org|net|eu|me|tr|pl|ua)\b",
    re.I,
)
_LINK: Final = re.compile(
    r"https?://\S+|\bwww\.\S+|\b[\w-]+\.(?:nl|com|de|be|org|net|eu|gg|io|tv)\b(?:/\S*)?", re.I
)
_DIGITS: Final = re.compile(r"(?<!\w)(?:\+|00)?\d(?:[\s().\-/]{0,3}\d){6,14}(?!\w)")
_DATE: Final = re.compile(r"\d{1,2}[-./ ]\d{1,2}[-./ ](?:\d{2}|\d{4})|\d{4}-\d{2}-\d{2}")
_STREETS: Final = (
    "straat|laan|weg|plein|kade|gracht|hof|singel|dreef|steeg|pad|dijk|plantsoen|park|stra\u00dfe"
    "|strasse|allee|gasse|platz|ufer|sokak|caddesi|ulica"
)
_ADDRESS: Final = re.compile(
    rf"\b\w{{2,}}(?:{_STREETS})\s*(?:nummer|nr\.?|no\.?|#)?\s*\d{{1,4}}\s?[a-z]?\b"
    r"(?!\s*(?:keer|x\b|uur))"
    rf"|\b(?-i:[A-Z\u00c0-\u017d])\w+\s(?:{_STREETS}|street|road|lane|avenue)\s\d{{1,4}}\b"
    r"|\b\d{1,4}\s(?-i:[A-Z])\w+\s(?:street|road|lane|avenue)\b"
    r"|\b[1-9]\d{3}\s?(?-i:[A-Z]{2})\b"
    r"|\b(?:ik woon|wij wonen|we wonen|ich wohne|wir wohnen|i live|mijn adres|meine adresse"
    r"|my address|adresim|mieszkam)\b[^.!?\n]{0,40}\d",
    re.I,
)
_PLATFORMS: Final = (
    "snap|snapchat|insta|instagram|tiktok|tik tok|discord|whatsapp|telegram|signal app|roblox"
    "|fortnite|minecraft|facebook|youtube|twitch"
)
_HANDLE: Final = re.compile(
    r"(?<![\w.])@\w{2,}"
    rf"|\b(?:{_PLATFORMS})\b[^.!?\n]{{0,25}}?(?:\b\w*[a-z]\w*[\d_]\w*|\b\w*_\w+|\w+#\d+)"
    rf"|\b(?:mijn|mn|m'n|mein|my)\s+(?:{_PLATFORMS})(?:naam|name)?\s*(?:is|ist|:|=)\s*\w+"
    rf"|\b(?:{_PLATFORMS})\s*(?::|=)\s*\w+"
    r"|\b(?:voeg me toe|volg me|stuur me een dm|app me|add me|follow me|dm me|f\u00fcg mich hinzu"
    r"|folge? mir|schreib mir auf)\b",
    re.I,
)
_CLASS: Final = re.compile(
    r"\b(?:groep|klas|klasse|class|grade|group|sinif|s\u0131n\u0131f|klasa)\s*\d{1,2}\s?[a-e]?\b"
    r"|\b\d{1,2}\.?\s?(?:klasse|klas|sinif|s\u0131n\u0131f)\b|\b[1-8][a-e]\b",
    re.I,
)
_SCHOOL: Final = re.compile(r"\b\w*(?:school|schule|okul\w*)\b|\b(?:obs|cbs|rkbs|pcbs|ikc)\b", re.I)
_LETTER: Final = re.compile(r"[^\W\d_]")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['\u2019\-\u2010][^\W\d_]+)*")
#: As in van 't Hof: what stands before a small letter says nothing.
_BARE: Final = re.compile(r"(?<!\w)['\u2019](?=\w)")
_INTRODUCED: Final = re.compile(
    r"\b(?:ik heet|mijn naam is|ich hei\u00dfe|ich heisse|mein name ist|my name is"
    r"|benim ad\u0131m|nazywam si\u0119"
    r"|\u043c\u0435\u043d\u0435 \u0437\u0432\u0430\u0442\u0438)"
    r"\s+((?:[^\W\d_]+['\u2019\- ]?){2,5})",
    re.I,
)
_PARTICLES_WORDS: Final = """
van de der den het t s ten ter te tot von zu zum zur el al la le du des di da dos del bin ben in
op aan bij und en
"""
PARTICLES: Final = frozenset(_PARTICLES_WORDS.split())
#: Small words that end a name that was introduced.
_STOPS_WORDS: Final = """
en ik ben wil woon ook maar want die dat und ich bin will aber and i am want but is was ve
"""
_STOPS: Final = frozenset(_STOPS_WORDS.split())
#: Before these a capital is no first name.
_TITLES_WORDS: Final = """
juf juffrouw meester mevrouw meneer frau herr mrs mr miss ms bay bayan pani pan
"""
_TITLES: Final = frozenset(_TITLES_WORDS.split())
_NUMBERS: Final[Mapping[str, str]] = {
    "nul": "0", "een": "1", "\u00e9\u00e9n": "1", "twee": "2", "drie": "3", "vier": "4",
    "vijf": "5", "zes": "6", "zeven": "7", "acht": "8", "negen": "9",
    "null": "0", "eins": "1", "zwei": "2", "zwo": "2", "drei": "3", "f\u00fcnf": "5",
    "fuenf": "5", "sechs": "6", "sieben": "7", "neun": "9",
    "zero": "0", "oh": "0", "one": "1", "two": "2", "three": "3", "four": "4", "five": "5",
    "six": "6", "seven": "7", "eight": "8", "nine": "9",
    "tien": "10", "elf": "11", "twaalf": "12", "twintig": "20", "dertig": "30", "veertig": "40",
    "vijftig": "50", "zestig": "60", "zeventig": "70", "tachtig": "80", "negentig": "90",
    "zehn": "10", "zw\u00f6lf": "12", "zwanzig": "20", "drei\u00dfig": "30", "vierzig": "40",
    "f\u00fcnfzig": "50", "sechzig": "60", "siebzig": "70", "achtzig": "80", "neunzig": "90",
    "ten": "10", "eleven": "11", "twelve": "12", "twenty": "20", "thirty": "30", "forty": "40",
    "fifty": "50", "sixty": "60", "seventy": "70", "eighty": "80", "ninety": "90",
}  # fmt: skip
_LONGEST_FIRST: Final = sorted(_NUMBERS, key=len, reverse=True)
_GLUE: Final = frozenset({"dubbel", "double", "doppel", "plus", "dan", "en", "und", "and", "keer"})
_TOKEN: Final = re.compile(r"[^\W_]+")
FEWEST_DIGITS: Final = 7


def marks(
    text: str, *, worry: Collection[str] = phrases.of(phrases.WORRY), names: Iterable[str] = (),
    places: Collection[str] = (), drawn: bool = False,
) -> list[Mark]:  # fmt: skip
    """Return why somebody should look twice.

    `names` are surnames that are known here, `places` the names of streets and houses that are
    none; with a drawing beside it a text may be empty.
    """
    said, text = text, _BARE.sub(" ", text)
    found = [
        *(Mark(What.MAIL, each.group()) for each in _MAIL.finditer(text)),
        *_phones(text),
        *(Mark(What.LINK, each.group()) for each in _LINK.finditer(_MAIL.sub(" ", text))),
        *(Mark(What.ADDRESS, each.group().strip()) for each in _ADDRESS.finditer(text)),
        *(Mark(What.HANDLE, each.group()) for each in _HANDLE.finditer(_MAIL.sub(" ", text))),
        *(Mark(What.SURNAME, name) for name in dict.fromkeys(_surnames(text, names, places))),
        *_school(text),
        *(Mark(What.WORRY, each) for each in phrases.found(said, worry)),
        *(Mark(What.ADVICE, each) for each in phrases.found(said, _ADVICE)),
        *(Mark(What.SWEARING, each) for each in phrases.found(said, _SWEAR)),
    ]
    if not drawn and not _LETTER.search(said):
        found.append(Mark(What.EMPTY, said.strip()))
    return list(dict.fromkeys(found))


_ADVICE: Final = phrases.of(phrases.ADVICE)
_SWEAR: Final = phrases.of(phrases.SWEAR)


def worries(text: str, worry: Collection[str]) -> bool:
    return bool(phrases.found(text, worry))


def _phones(text: str) -> Iterator[Mark]:
    for each in _DIGITS.finditer(text):
        number = each.group()
        digits = re.sub(r"\D", "", number)
        if not _DATE.fullmatch(number) and (len(digits) > FEWEST_DIGITS or number[0] in "+0"):
            yield Mark(What.PHONE, number)
    yield from _spelled(text)


def _spelled(text: str) -> Iterator[Mark]:
    """Find numbers written as words, apart or in one, with digits between them or not."""
    run: list[tuple[str, str]] = []
    for each in _TOKEN.findall(text):
        token = each.casefold()
        digits = token if token.isdecimal() else _in_digits(token)
        if digits or (run and token in _GLUE):
            run.append((each, digits))
            continue
        yield from _a_number(run)
        run = []
    yield from _a_number(run)


def _a_number(run: list[tuple[str, str]]) -> Iterator[Mark]:
    digits = "".join(number for _, number in run)
    spelled = any(number and not word.isdecimal() for word, number in run)
    counted = [int(number) for _, number in run if number]
    counting = len(counted) > 2 and len({b - a for a, b in pairwise(counted)}) == 1
    if spelled and len(digits) >= FEWEST_DIGITS and not counting:
        yield Mark(What.PHONE, " ".join(word for word, _ in run))


def _in_digits(token: str) -> str:
    """Read a word that is made of numbers only, such as nulzestwee; empty if it is not."""
    digits, rest = "", token
    while rest:
        word = next((one for one in _LONGEST_FIRST if rest.startswith(one)), None)
        if word is None:
            return ""
        digits, rest = digits + _NUMBERS[word], rest[len(word) :]
    return digits


def _school(text: str) -> Iterator[Mark]:
    of_class, school = _CLASS.search(text), _SCHOOL.search(text)
    if of_class and school:
        yield Mark(What.SCHOOL, f"{school.group()} \u2026 {of_class.group()}")


def _surnames(text: str, names: Iterable[str], places: Collection[str]) -> Iterator[str]:
    for introduced in _INTRODUCED.finditer(text):
        said = introduced.group(1).split()
        end = next((n for n, word in enumerate(said) if word.casefold() in _STOPS), len(said))
        if end > 1:
            yield " ".join(said[:end])
    yield from _known(text, names)
    if _shouted(text):
        return
    known_places = {word.casefold() for place in places for word in _WORD.findall(place)}
    yield from _written_as_names(text, known_places)


def _known(text: str, names: Iterable[str]) -> Iterator[str]:
    said = " " + " ".join(_WORD.findall(text)).casefold() + " "
    capitals = " " + " ".join(_WORD.findall(text)) + " "
    for name in names:
        parts = _WORD.findall(name)
        if not parts or (len(parts) == 1 and len(name) < 3):
            continue
        whole = " ".join(parts)
        if (len(parts) > 1 and f" {whole.casefold()} " in said) or (
            len(parts) == 1 and f" {whole} " in capitals
        ):
            yield name


def _shouted(text: str) -> bool:
    letters = [sign for sign in text if sign.isalpha()]
    return sum(sign.isupper() for sign in letters) > len(letters) / 2


def _written_as_names(text: str, places: Collection[str]) -> Iterator[str]:
    """Find two capitals that belong together, with small words of names between them."""
    words = list(_WORD.finditer(text))
    at = 0
    while at < len(words) - 1:
        last = _second_part(text, words, at)
        first = words[at].group()
        if last and _is_first(text, words[at]) and not _place(words[at : last + 1], places):
            yield text[words[at].start() : words[last].end()]
            at = last
        elif first.casefold() in _TITLES and words[at + 1].group()[0].isupper() and last:
            yield text[words[at].start() : words[last].end()]
        at += 1


def _second_part(text: str, words: list[re.Match[str]], at: int) -> int | None:
    """Return where the surname after a first name ends, if one follows at once."""
    last, place = None, at + 1
    while place < len(words):
        between = text[words[place - 1].end() : words[place].start()]
        word = words[place].group()
        if between.strip(" \u00a0") or (place == at + 1 and not between):
            break
        if word[0].isupper() or _lower_name(word):
            last = place
        elif word.casefold() not in PARTICLES:
            break
        place += 1
    return last


def _lower_name(word: str) -> bool:
    """Tell whether it is written as d'Abreu is."""
    head, apostrophe, tail = word.replace("\u2019", "'").partition("'")
    return bool(apostrophe) and len(head) <= 2 and tail[:1].isupper()


def _is_first(text: str, word: re.Match[str]) -> bool:
    said = word.group()
    if not said[0].isupper() or said.casefold() in _NO_FIRST:
        return said.casefold() in _TITLES and said[0].isupper()
    return True


def _place(words: list[re.Match[str]], places: Collection[str]) -> bool:
    return all(
        word.group().casefold() in places or word.group().casefold() in PARTICLES for word in words
    )


#: With these sentences begin, in the languages in which children here write; no first names.
_NO_FIRST_WORDS: Final = """
de het een ik jij je hij zij ze wij we jullie mijn onze ons jouw hun die dat dit deze er daar
hier als wanneer waarom waar wie wat hoe kan kunnen mag mogen moet willen wil zou ook en maar
want of dus meer minder geen niet nooit altijd elke iedere alle allemaal met zonder voor na in
op bij naar van uit door over onder tussen tegen soms vaak graag liever laat misschien oma opa
mama papa mam pap tante oom broer zus vriend vriendin hallo hoi dag beste lieve super heel echt
nog weer eens nieuwe nieuw grote kleine mooie leuke samen buiten binnen sint koning prins
prinses stichting vereniging buurthuis speeltuin basisschool school albert der die das ein eine
einen einem ich du er sie es wir ihr mein meine unser unsere dein deine wenn warum wo wer was
wie kann können darf muss will möchte auch und aber oder mehr weniger kein keine nicht nie immer
jede jeder alle mit ohne für nach auf bei zu aus über unter manchmal oft gern vielleicht liebe
lieber hallo guten neue neuer große kleine the a an my our your his her their this that these
there here if when why where who what how can may must want would also and but or more less no
not never always every all with without for after in on at to from out about sometimes often
maybe dear hello new big small merry happy bir bu şu o ben sen biz siz ne neden nerede kim
daha çok
"""
_NO_FIRST: Final = frozenset(_NO_FIRST_WORDS.split())

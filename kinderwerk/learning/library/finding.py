"""Finding lessons by their words: the same question to FTS5 on SQLite and to PostgreSQL.

Whatever somebody types, only its words are asked for, each also as the beginning of a longer one.
So no sign of the search language ever reaches a database.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import DDL, Float, Subquery, TextClause, bindparam, column, text
from sqlalchemy.orm import Session

from kinderwerk.storage.types import Id

#: More than that nobody means.
MOST: Final = 8
LONGEST: Final = 40
AROUND: Final = 90
INDEX: Final = (
    """CREATE VIRTUAL TABLE lesson_index USING fts5(
        lesson_id UNINDEXED, title, tags, situation, lesson, helped,
        tokenize = 'unicode61 remove_diacritics 2'
    )""",
    """CREATE TRIGGER lesson_text_found AFTER INSERT ON lesson_text BEGIN
        INSERT INTO lesson_index (lesson_id, title, tags, situation, lesson, helped)
        VALUES (new.lesson_id, new.title, new.tags, new.situation, new.lesson, new.helped);
    END""",
    """CREATE TRIGGER lesson_text_changed AFTER UPDATE ON lesson_text BEGIN
        DELETE FROM lesson_index WHERE lesson_id = old.lesson_id;
        INSERT INTO lesson_index (lesson_id, title, tags, situation, lesson, helped)
        VALUES (new.lesson_id, new.title, new.tags, new.situation, new.lesson, new.helped);
        INSERT INTO lesson_index (lesson_index) VALUES ('optimize');
    END""",
    """CREATE TRIGGER lesson_text_forgotten AFTER DELETE ON lesson_text BEGIN
        DELETE FROM lesson_index WHERE lesson_id = old.lesson_id;
        INSERT INTO lesson_index (lesson_index) VALUES ('optimize');
    END""",
)
ON_SQLITE: Final = [
    DDL(one).execute_if(dialect="sqlite")  # type: ignore[no-untyped-call]
    for one in INDEX
]

#: What is found counts more where it stands for the whole: title, keywords, situation, the rest.
_SQLITE: Final = """SELECT lesson_id, bm25(lesson_index, 0, 8, 6, 3, 3, 2) AS place
    FROM lesson_index WHERE lesson_index MATCH :asked LIMIT 1000"""
_FORMS: Final = ("simple", "dutch", "german", "english")
_POSTGRESQL: Final = """SELECT lesson_id, -ts_rank(found, {asked}) AS place
    FROM lesson_text WHERE found @@ ({asked})"""

_ENDING: Final = re.compile(r"(?:en|ern|er|es|e|s|n)$")
_SHORTEST_STEM: Final = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """Some words of an excerpt; `marked` where they are what was asked for."""

    text: str
    marked: bool


def words(asked: str) -> list[str]:
    """Return the words that somebody asked for, small and without accents."""
    found = re.findall(r"\w+", _plain(asked))
    return list(dict.fromkeys(one[:LONGEST] for one in found if any(map(str.isalnum, one))))[:MOST]


def hits(session: Session, asked: Sequence[str]) -> Subquery:
    """Return a table of `lesson_id` and `place`, smaller for what fits better."""
    on_sqlite = session.get_bind().dialect.name == "sqlite"
    found = _on_sqlite(asked) if on_sqlite else _on_postgresql(asked)
    return found.columns(column("lesson_id", Id), column("place", Float)).subquery("hit")


def _on_sqlite(asked: Sequence[str]) -> TextClause:
    told = " ".join(f'"{stem(one)}" *' for one in asked)
    return text(_SQLITE).bindparams(bindparam("asked", told))


def _on_postgresql(asked: Sequence[str]) -> TextClause:
    """Ask for each word as it stands or in the forms that each language gives it."""
    each = [f"({' || '.join(f'to_tsquery({form!r}, :word{n})' for form in _FORMS)})"
            for n in range(len(asked))]  # fmt: skip
    told = {f"word{n}": f"'{one}':*" for n, one in enumerate(asked)}
    wanted = text(_POSTGRESQL.format(asked=" && ".join(each)))
    return wanted.bindparams(*(bindparam(name, value) for name, value in told.items()))


def stem(word: str) -> str:
    """Return with what other forms of a word begin as well, for want of a dictionary."""
    short = _ENDING.sub("", word)
    if len(short) < _SHORTEST_STEM:
        return word
    return short[:-1] if short[-1] == short[-2] and len(short) > _SHORTEST_STEM else short


def excerpt(texts: Sequence[str], asked: Sequence[str]) -> list[Piece]:
    """Return what stands around the first word that was asked for, with such words marked."""
    stems = tuple(stem(one) for one in asked)
    told = next((one for one in texts if any(_found(one, stems))), texts[0] if texts else "")
    first = next(_found(told, stems), None)
    begin = _border(told, first.start() - AROUND) if first else 0
    end = _border(told, (first.end() if first else 0) + 2 * AROUND)
    return list(_pieces(told, begin, end, stems))


def _pieces(told: str, begin: int, end: int, stems: tuple[str, ...]) -> Iterator[Piece]:
    at = begin
    if begin > 0:
        yield Piece("… ", marked=False)
    for one in _found(told, stems):
        if begin <= one.start() and one.end() <= end:
            yield Piece(told[at : one.start()], marked=False)
            yield Piece(one.group(), marked=True)
            at = one.end()
    yield Piece(told[at:end], marked=False)
    if end < len(told):
        yield Piece(" …", marked=False)


def _found(told: str, stems: tuple[str, ...]) -> Iterator[re.Match[str]]:
    return (
        one for one in re.finditer(r"\w+", told) if stems and _plain(one.group()).startswith(stems)
    )


def _border(told: str, at: int) -> int:
    """Return the next place from there at which a word begins."""
    if at <= 0 or at >= len(told):
        return max(0, min(at, len(told)))
    space = told.find(" ", at)
    return len(told) if space < 0 else space + 1


def _plain(told: str) -> str:
    apart = unicodedata.normalize("NFKD", told.lower())
    return "".join(sign for sign in apart if not unicodedata.combining(sign))

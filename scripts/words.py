"""Brings the catalogues up to date with the words in the code, and says what is not translated.

New words come in untranslated, words that nothing uses any more go. A catalogue holds no dates,
names or line numbers, so that two people who translate do not collide.
"""

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po, write_po

ROOT: Final = Path(__file__).resolve().parent.parent
CATALOGUES: Final = ROOT / "kinderwerk/translations"
COMPLETE: Final = ("nl", "de")  # the others hold what parents and children read
KEYWORDS: Final = DEFAULT_KEYWORDS | {"N_": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
NOISE: Final = (
    "POT-Creation-Date", "PO-Revision-Date", "Last-Translator", "Language-Team", "Generated-By",
    "Report-Msgid-Bugs-To",
)  # fmt: skip

Words = str | tuple[str, ...]


def in_the_code() -> set[Words]:
    with (ROOT / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    found = extract_from_dir(ROOT, methods, options, keywords=KEYWORDS)
    return {message for _, _, message, _, _ in found}


def first(message: Words) -> str:
    return message if isinstance(message, str) else message[0]


def renew(path: Path, language: str, words: Iterable[Words]) -> list[str]:
    """Rewrite a catalogue, and return the words that it does not translate."""
    with path.open("rb") as file:
        old = read_po(file, locale=language)
    fresh = Catalog(locale=language, project="Kinderwerk", charset="utf-8", fuzzy=False)
    missing = []
    for word in sorted(words, key=first):
        known = old.get(word)
        translated = known is not None and known.string and not known.fuzzy
        if not translated:
            missing.append(first(word))
        if translated or language in COMPLETE:
            fresh.add(word, known.string if known else None, flags=known.flags if known else ())
    with path.open("wb") as file:
        write_po(file, fresh, no_location=True, sort_output=True, width=100)
    kept = (
        line
        for line in path.read_text("utf-8").splitlines()
        if not line.startswith(("#  ", "# ", *(f'"{name}' for name in NOISE))) and line != "#"
    )
    path.write_text("\n".join(kept) + "\n", "utf-8")
    return missing


def main() -> None:
    words = in_the_code()
    for path in sorted(CATALOGUES.glob("*/LC_MESSAGES/messages.po")):
        language = path.parent.parent.name
        missing = renew(path, language, words)
        print(f"{language}: {len(words) - len(missing)} translated, {len(missing)} not")
        if language in COMPLETE:
            sys.stdout.writelines(f"   {word!r}\n" for word in missing)


if __name__ == "__main__":
    main()

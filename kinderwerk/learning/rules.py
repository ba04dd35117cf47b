"""What holds for every text from which colleagues learn: nobody can be recognised in it."""

from collections.abc import Iterable

from kinderwerk.core.errors import Refusal
from kinderwerk.core.naming import suspects
from kinderwerk.core.words import N_


class NamesInside(Refusal):
    message = N_(
        "Somebody whom we know is named here: %(places)s. Write K1 for the child, O1 for a parent."
    )


class PerhapsNames(Refusal):
    message = N_("This could be somebody whom we know: %(places)s. Is it a word and not a name?")
    field = "only_words"


def check_nameless(texts: Iterable[str], names: Iterable[str], *, only_words: bool) -> None:
    """Refuse texts in which somebody is named; where it may be a word too, the writer says so."""
    found = suspects("\n".join(texts), names)
    if sure := [one.around for one in found if one.sure]:
        raise NamesInside(places="; ".join(sure))
    if found and not only_words:
        raise PerhapsNames(places="; ".join(one.around for one in found))

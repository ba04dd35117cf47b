"""What people agree to: the words in their versions, who is asked at which age, what stands."""

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final, Protocol
from uuid import UUID

from kinderwerk import paths
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled, Translated, in_language, is_signed
from kinderwerk.families.rules import OF_AGE, Answer, Capacity, ConsentPurpose, PhotoScope

#: From this age on a child says yes or no for itself too.
ASKED_FROM: Final = 12
PHOTOS: Final[Mapping[ConsentPurpose, PhotoScope]] = {
    ConsentPurpose.PHOTO_ALBUM: PhotoScope.INTERNAL_ALBUM,
    ConsentPurpose.PHOTO_PRINT: PhotoScope.GROUP_PRINT,
    ConsentPurpose.PHOTO_WEBSITE: PhotoScope.WEBSITE,
    ConsentPurpose.PHOTO_SOCIAL: PhotoScope.SOCIAL_MEDIA,
    ConsentPurpose.PHOTO_PRESS: PhotoScope.PRESS,
}
OF_CHILD: Final = (Capacity.CHILD, Capacity.BOTH)
OF_PARENT: Final = (Capacity.PARENT, Capacity.BOTH)


class Standing(Labelled):
    """What all the answers come to; only the first lets anybody do anything."""

    AGREED = "agreed", N_("Yes")
    REFUSED = "refused", N_("No")
    ANEW = "anew", N_("The words are new. We ask you again; until then it is no.")
    ASKED = "asked", N_("Not answered yet, so it is no")
    CHILD_ASKED = "child_asked", N_("We still need to know what your child says, so it is no")


class NotTheirs(Refusal):
    message = N_("This is for somebody else to answer.")


@dataclass(frozen=True, slots=True)
class Text:
    """The words to which people agree, in one version."""

    purpose: ConsentPurpose
    version: int
    words: Translated

    def read_in(self, language: str, organisation: str) -> str:
        return in_language(self.words, language).format(organisation=organisation)

    def beside(self, language: str, organisation: str) -> str | None:
        """Return the Dutch words, where nobody has vouched for those in this language yet."""
        return None if is_signed(language) else self.read_in("nl", organisation)


class Said(Protocol):
    """An answer as it was written down."""

    @property
    def purpose(self) -> ConsentPurpose: ...
    @property
    def version(self) -> int: ...
    @property
    def capacity(self) -> Capacity: ...
    @property
    def answer(self) -> Answer: ...
    @property
    def carer_id(self) -> UUID | None: ...


@cache
def texts() -> tuple[Text, ...]:
    """Return every version of every text, the newest of each last."""
    with (paths.PACKAGE / "families/consents/texts.toml").open("rb") as file:
        found = tomllib.load(file)["text"]
    return tuple(
        Text(ConsentPurpose(one["purpose"]), one["version"], one["words"]) for one in found
    )


@cache
def newest(purpose: ConsentPurpose) -> Text:
    return [text for text in texts() if text.purpose is purpose][-1]


def read(purpose: ConsentPurpose, version: int, *, printed: bool) -> bool:
    """Tell whether these words can be answered: the newest, or on paper any that there were."""
    if not printed:
        return version == newest(purpose).version
    return version in {text.version for text in texts() if text.purpose is purpose}


def asked(age: int) -> frozenset[Capacity]:
    """Return whose yes it takes at that age: parents', the child's too, or the youth's alone."""
    if age >= OF_AGE:
        return frozenset({Capacity.CHILD})
    if age >= ASKED_FROM:
        return frozenset({Capacity.PARENT, Capacity.CHILD})
    return frozenset({Capacity.PARENT})


def standing(
    said: Iterable[Said], purpose: ConsentPurpose, age: int, deciders: Collection[UUID]
) -> Standing:
    """Return what the answers come to, given in their order; `deciders` are carers with custody.

    One yes of those who decide is enough, but for photos, where one no wins. A yes to older words
    holds no longer, a no does.
    """
    adults, child = last_words(said, purpose)
    parties = []
    if Capacity.PARENT in asked(age):
        parties.append(_adults([adults[id] for id in adults if id in deciders], purpose))
    if Capacity.CHILD in asked(age):
        parties.append(_weighed(child) if child else Standing.CHILD_ASKED)
    worst = (Standing.REFUSED, Standing.ANEW, Standing.ASKED, Standing.CHILD_ASKED)
    return next((state for state in worst if state in parties), Standing.AGREED)


def last_words(
    said: Iterable[Said], purpose: ConsentPurpose
) -> tuple[dict[UUID, Said], Said | None]:
    """Return the last answer of each carer, and of the child, whoever wrote that down."""
    adults: dict[UUID, Said] = {}
    child: Said | None = None
    for one in said:
        if one.purpose is purpose:
            if one.capacity in OF_PARENT and one.carer_id:
                adults[one.carer_id] = one
            if one.capacity in OF_CHILD:
                child = one
    return adults, child


def scopes(said: Collection[Said], age: int, deciders: Collection[UUID]) -> frozenset[PhotoScope]:
    """Return where photos of a child may be shown; nowhere, unless all who are asked said so."""
    return frozenset(
        scope for purpose, scope in PHOTOS.items()
        if standing(said, purpose, age, deciders) is Standing.AGREED
    )  # fmt: skip


def _adults(answers: Collection[Said], purpose: ConsentPurpose) -> Standing:
    weighed = [_weighed(one) for one in answers]
    if not weighed:
        return Standing.ASKED
    if purpose in PHOTOS and Standing.REFUSED in weighed:
        return Standing.REFUSED
    best = (Standing.AGREED, Standing.ANEW, Standing.REFUSED)
    return next(state for state in best if state in weighed)


def _weighed(one: Said) -> Standing:
    if one.answer is not Answer.GIVEN:
        return Standing.REFUSED
    return Standing.AGREED if one.version == newest(one.purpose).version else Standing.ANEW

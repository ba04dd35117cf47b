"""What goals are made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled, Translated

MOST: Final = 1_000_000


class ThemeCode(Labelled):
    """The twelve themes that every organisation begins with."""

    TALENT = "talent", N_("Talent development")
    SIGNALLING = "signalling", N_("Noticing worrying developments")
    INCLUSION = "inclusion", N_("Inclusion (everyone takes part)")
    PARTICIPATION = "participation", N_("Participation (children decide)")
    LIFESTYLE = "lifestyle", N_("Healthy lifestyle")
    PARENTING = "parenting", N_("Parenting support")
    COMPETENCE = "competence", N_("Personal and social skills")
    ENCOUNTER = "encounter", N_("Meeting, and living with differences")
    PLAY = "play", N_("Play and outdoor space")
    SAFETY = "safety", N_("Growing up safely in the neighbourhood")
    EQUAL_CHANCES = "equal_chances", N_("Equal chances and poverty")
    LANGUAGE = "language", N_("Language development")


class IndicatorKind(Labelled):
    REACH = "reach", N_("Reach")
    USEFULNESS = "usefulness", N_("Usefulness")
    GOAL_REACHED = "goal_reached", N_("Goal reached")
    DROPOUT = "dropout", N_("Dropout")
    SATISFACTION = "satisfaction", N_("Satisfaction")
    OBSERVATION = "observation", N_("Observation")
    STORY = "story", N_("Story")
    SCALE = "custom_0_10", N_("A scale from 0 to 10")


def _label(code: ThemeCode, nl: str, de: str) -> tuple[ThemeCode, Translated]:
    return code, {"nl": nl, "en": code.label, "de": de}


#: What each theme is called until an organisation calls it otherwise. These words are theirs to
#: change, so they are data and stand in no catalogue.
THEMES: Final[Mapping[ThemeCode, Translated]] = MappingProxyType(
    dict(
        [
            _label(ThemeCode.TALENT, "Talentontwikkeling", "Talentförderung"),
            _label(
                ThemeCode.SIGNALLING, "Signaleren van zorgelijke ontwikkelingen",
                "Früherkennung besorgniserregender Entwicklungen",
            ),
            _label(ThemeCode.INCLUSION, "Inclusie (iedereen doet mee)", "Inklusion"),
            _label(
                ThemeCode.PARTICIPATION, "Participatie (kinderen beslissen mee)",
                "Partizipation / Beteiligung",
            ),
            _label(ThemeCode.LIFESTYLE, "Gezonde leefstijl", "Gesunder Lebensstil"),
            _label(
                ThemeCode.PARENTING, "Opvoedondersteuning",
                "Elternarbeit / Erziehungsunterstützung",
            ),
            _label(
                ThemeCode.COMPETENCE, "Persoonlijke en sociale competenties",
                "Persönliche und soziale Kompetenzen",
            ),
            _label(
                ThemeCode.ENCOUNTER, "Ontmoeting en omgaan met verschillen",
                "Begegnung und Vielfalt",
            ),
            _label(ThemeCode.PLAY, "Spelen en buitenruimte", "Spiel und Freiraum"),
            _label(
                ThemeCode.SAFETY, "Veilig opgroeien en leefbare buurt",
                "Sicheres Aufwachsen im Quartier",
            ),
            _label(
                ThemeCode.EQUAL_CHANCES, "Kansengelijkheid en armoede",
                "Chancengleichheit und Armutsprävention",
            ),
            _label(ThemeCode.LANGUAGE, "Taalontwikkeling", "Sprachförderung"),
        ]
    )
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeWish:
    code: ThemeCode
    label: Translated
    archived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorWish:
    text: str
    kind: IndicatorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class GoalWish:
    theme: ThemeCode
    title: str
    description: str = ""
    begins_on: date
    ends_on: date
    target_visits: int | None = None
    target_children: int | None = None
    policy_goal_id: UUID | None = None
    grant_id: UUID | None = None
    areas: tuple[UUID, ...] = ()
    indicators: tuple[IndicatorWish, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyGoalWish:
    reference: str
    title: str
    begins_on: date
    ends_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantWish:
    reference: str
    begins_on: date
    ends_on: date
    agreed_hours: int | None = None
    agreed_activities: int | None = None
    agreed_children: int | None = None


class EndsBeforeItBegins(Refusal):
    message = N_("The last day comes before the first day.")
    field = "ends_on"


class TooLong(Refusal):
    message = N_("A plan runs for at most ten years.")
    field = "ends_on"


class MoreChildrenThanVisits(Refusal):
    message = N_("Every child who comes is at least one visit: aim for as many visits or more.")
    field = "target_visits"


class TakenReference(Refusal):
    message = N_("This reference is in use already.")
    field = "reference"


class OutsideThePeriod(Refusal):
    message = N_("This runs in another period than the goal: %(begins)s to %(ends)s.")


class ThemeInUse(Refusal):
    message = N_("There is a goal with this theme that has not ended yet.")
    field = "archived"


def check_period(begins_on: date, ends_on: date) -> None:
    if ends_on < begins_on:
        raise EndsBeforeItBegins
    if ends_on.year - begins_on.year > 10:
        raise TooLong


def check(wish: GoalWish) -> None:
    check_period(wish.begins_on, wish.ends_on)
    visits, children = wish.target_visits, wish.target_children
    if visits is not None and children is not None and children > visits:
        raise MoreChildrenThanVisits


def overlap(begins: date, ends: date, other_begins: date, other_ends: date) -> bool:
    return begins <= other_ends and other_begins <= ends

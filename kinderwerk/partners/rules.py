"""What kinds of partners there are, to which help system they belong, and what is told of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_, Labelled
from kinderwerk.places.rules import check_point


class PartnerType(Labelled):
    PRIMARY_SCHOOL = "primary_school", N_("Primary school")
    CHILDCARE_BSO = "childcare_bso", N_("Childcare or after-school care")
    YOUTH_WORK = "youth_work", N_("Youth work")
    SPORT_CLUB = "sport_club", N_("Sports club")
    CULTURE_LIBRARY = "culture_library", N_("Culture or library")
    PLAYGROUND_ORG = "playground_org", N_("Playground association")
    NEIGHBOURHOOD_TEAM = "neighbourhood_team", N_("Neighbourhood team")
    CJG_OKT = "cjg_okt", N_("Centre for youth and family")
    SCHOOL_SOCIAL_WORK = "school_social_work", N_("School social work")
    JGZ_GGD = "jgz_ggd", N_("Youth health care")
    GP = "gp", N_("General practitioner")
    YOUTH_CARE = "youth_care", N_("Youth care provider")
    VEILIG_THUIS = "veilig_thuis", N_("Veilig Thuis (advice and reports on domestic violence)")
    POLICE = "police", N_("Police")
    HOUSING_CORP = "housing_corp", N_("Housing association")
    POVERTY_FUND = "poverty_fund", N_("Fund for families with little money")
    DEBT_HELP = "debt_help", N_("Help with debts")
    REFUGEE_SUPPORT = "refugee_support", N_("Support for refugees")
    FAITH_ORG = "faith_org", N_("Faith organisation")
    VOLUNTEER_CENTRE = "volunteer_centre", N_("Volunteer centre")
    MUNICIPALITY = "municipality", N_("Municipality")
    JUSTICE_PROBATION = "justice_probation", N_("Justice or probation")
    DISABILITY_SERVICES = "disability_services", N_("Help with a disability")
    OTHER = "other", N_("Something else")


class HelpSystem(Labelled):
    YOUTH_HELP = "youth_help", N_("Youth help and social work")
    EDUCATION = "education", N_("Education and childcare")
    HEALTH = "health", N_("Health")
    DISABILITY = "disability", N_("Disability help")
    JUSTICE = "justice", N_("Justice and police")


#: The help system of a type unless somebody says otherwise; the rest is youth help and social work.
_ELSEWHERE: Final[Mapping[PartnerType, HelpSystem]] = MappingProxyType(
    {
        PartnerType.PRIMARY_SCHOOL: HelpSystem.EDUCATION,
        PartnerType.CHILDCARE_BSO: HelpSystem.EDUCATION,
        PartnerType.CULTURE_LIBRARY: HelpSystem.EDUCATION,
        PartnerType.SCHOOL_SOCIAL_WORK: HelpSystem.EDUCATION,
        PartnerType.JGZ_GGD: HelpSystem.HEALTH,
        PartnerType.GP: HelpSystem.HEALTH,
        PartnerType.DISABILITY_SERVICES: HelpSystem.DISABILITY,
        PartnerType.POLICE: HelpSystem.JUSTICE,
        PartnerType.JUSTICE_PROBATION: HelpSystem.JUSTICE,
    }
)
#: After which somebody should ask again how long people wait.
KNOWN_FOR: Final = timedelta(days=183)


def usual_system(kind: PartnerType) -> HelpSystem:
    return _ELSEWHERE.get(kind, HelpSystem.YOUTH_HELP)


@dataclass(frozen=True, slots=True, kw_only=True)
class PartnerWish:
    """What somebody wants to note of a partner; ages in years, both of them included."""

    name: str
    kind: PartnerType
    help_system: HelpSystem | None = None
    contact_name: str = ""
    phone: str = ""
    email: str = ""
    website: str = ""
    address: str = ""
    neighbourhood_id: UUID | None = None
    latitude: float | None = None
    longitude: float | None = None
    works_in: str = ""
    age_from: int | None = None
    age_to: int | None = None
    how_to_reach: str = ""
    waiting_weeks: int | None = None
    checked_on: date | None = None


class AgesTheWrongWay(Refusal):
    message = N_("The highest age cannot be lower than the lowest.")
    field = "age_to"


class CheckedInTheFuture(Refusal):
    message = N_("This was asked today at the latest.")
    field = "checked_on"


def check(wish: PartnerWish, today: date) -> None:
    check_point(wish.latitude, wish.longitude)
    if wish.age_from is not None and wish.age_to is not None and wish.age_to < wish.age_from:
        raise AgesTheWrongWay
    if wish.checked_on and wish.checked_on > today:
        raise CheckedInTheFuture


def checked_day(wish: PartnerWish, today: date) -> date | None:
    """Return the day for which a waiting time holds: today, unless another day is named."""
    return wish.checked_on or (today if wish.waiting_weeks is not None else None)


def outdated(checked_on: date | None, today: date) -> bool:
    """Tell whether it is too long ago, or not known, when somebody last asked."""
    return checked_on is None or today - checked_on > KNOWN_FOR

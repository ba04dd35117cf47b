"""What kinds of partners there are, to which help system they belong, and what is told of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Final
from uuid import UUID

from kinderwerk.accounts.rules import Country
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
    JUGENDAMT = "jugendamt", N_("Youth welfare office (Jugendamt, ASD)")
    KINDERSCHUTZ_ZENTRUM = "kinderschutz_zentrum", N_("Child protection centre")
    ERZIEHUNGSBERATUNG = "erziehungsberatung", N_("Family and parenting counselling")
    FRUEHE_HILFEN = "fruehe_hilfen", N_("Early help for families (Frühe Hilfen)")
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
#: Kinds that there are in one country only; the rest there are everywhere.
_ONLY_IN: Final[Mapping[PartnerType, Country]] = MappingProxyType(
    {
        PartnerType.CJG_OKT: Country.NETHERLANDS,
        PartnerType.JGZ_GGD: Country.NETHERLANDS,
        PartnerType.VEILIG_THUIS: Country.NETHERLANDS,
        PartnerType.JUGENDAMT: Country.GERMANY,
        PartnerType.KINDERSCHUTZ_ZENTRUM: Country.GERMANY,
        PartnerType.ERZIEHUNGSBERATUNG: Country.GERMANY,
        PartnerType.FRUEHE_HILFEN: Country.GERMANY,
    }
)
#: So long before an agreement ends somebody should see to a new one.
ENDS_SOON: Final = timedelta(days=60)
#: After which somebody should ask again how long people wait.
KNOWN_FOR: Final = timedelta(days=183)


def there_in(country: Country) -> list[PartnerType]:
    """Return the kinds of partners that there are in a country."""
    return [kind for kind in PartnerType if _ONLY_IN.get(kind, country) is country]


class Agreement(Labelled):
    """Whether personal data may go to a partner: only under an agreement that holds."""

    NONE = "none", N_("No agreement to share data")
    AHEAD = "ahead", N_("The agreement begins later")
    HOLDS = "holds", N_("Agreement to share data")
    ENDS_SOON = "ends_soon", N_("The agreement ends soon")
    OVER = "over", N_("The agreement is over")

    @property
    def holds(self) -> bool:
        return self in (Agreement.HOLDS, Agreement.ENDS_SOON)


def agreement(begins: date | None, ends: date | None, today: date) -> Agreement:
    """Tell how an agreement stands; one without an end holds until somebody notes one."""
    if begins is None:
        return Agreement.NONE
    if today < begins:
        return Agreement.AHEAD
    if ends is None or today + ENDS_SOON < ends:
        return Agreement.HOLDS
    return Agreement.ENDS_SOON if today <= ends else Agreement.OVER


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
    languages: tuple[str, ...] = ()
    agreed_from: date | None = None
    agreed_until: date | None = None
    agreement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactWish:
    """Somebody to ask for at a partner, and what about."""

    name: str
    role: str = ""
    phone: str = ""
    email: str = ""


class AgesTheWrongWay(Refusal):
    message = N_("The highest age cannot be lower than the lowest.")
    field = "age_to"


class AgreedTheWrongWay(Refusal):
    message = N_("An agreement ends on or after the day on which it begins.")
    field = "agreed_until"


class NobodyToAsk(Refusal):
    message = N_("Note a telephone number or an e-mail address.")
    field = "phone"


class CheckedInTheFuture(Refusal):
    message = N_("This was asked today at the latest.")
    field = "checked_on"


def check(wish: PartnerWish, today: date) -> None:
    check_point(wish.latitude, wish.longitude)
    if wish.age_from is not None and wish.age_to is not None and wish.age_to < wish.age_from:
        raise AgesTheWrongWay
    if wish.agreed_until and (wish.agreed_from is None or wish.agreed_until < wish.agreed_from):
        raise AgreedTheWrongWay
    if wish.checked_on and wish.checked_on > today:
        raise CheckedInTheFuture


def check_contact(wish: ContactWish) -> None:
    if not (wish.phone or wish.email):
        raise NobodyToAsk


def checked_day(wish: PartnerWish, today: date) -> date | None:
    """Return the day for which a waiting time holds: today, unless another day is named."""
    return wish.checked_on or (today if wish.waiting_weeks is not None else None)


def outdated(checked_on: date | None, today: date) -> bool:
    """Tell whether it is too long ago, or not known, when somebody last asked."""
    return checked_on is None or today - checked_on > KNOWN_FOR

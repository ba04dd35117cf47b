"""With whom the organisations work together. None of them exists."""

from dataclasses import dataclass
from typing import Final

from kinderwerk.demo.town.geography import Point
from kinderwerk.demo.town.people import FROG, WING
from kinderwerk.partners.rules import PartnerType as Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """A partner, with a point in kilometres from the middle of the town where it has a door.

    The agreement to share data ends so many days from today, or has no end; some have none.
    """

    key: str
    name: str
    kind: Kind
    house: str = WING
    contact: str = ""
    point: Point | None = None
    address: str = ""
    works_in: str = "Heel Zonnewaard"
    ages: tuple[int, int] | None = None
    reach: str = ""
    weeks: int | None = None
    agreed: bool = True
    ends_in: int | None = None


PARTNERS: Final = (
    Neighbour(
        key="lijster", name="Basisschool De Lijster", kind=Kind.PRIMARY_SCHOOL,
        contact="Intern begeleider", point=(0.38, 0.62), address="Lijsterweg 2", ages=(4, 12),
        reach="Bel de intern begeleider, op schooldagen tussen 8 en 9 uur.",
    ),
    Neighbour(
        key="regenboog", name="Kindcentrum De Brug", kind=Kind.PRIMARY_SCHOOL,
        contact="Directie", point=(0.78, -0.3), address="Klaverlaan 12", ages=(4, 12),
    ),
    Neighbour(
        key="molen", name="Basisschool Molenwiek", kind=Kind.PRIMARY_SCHOOL, point=(-0.6, 0.55),
        address="Molenpad 30", ages=(4, 12),
    ),
    Neighbour(
        key="bso", name="Buitenschoolse opvang Het Nest", kind=Kind.CHILDCARE_BSO,
        point=(0.9, 0.35), address="Merelplein 11", ages=(4, 12), ends_in=-24,
    ),
    Neighbour(
        key="buurtteam", name="Buurtteam Zonnewaard", kind=Kind.NEIGHBOURHOOD_TEAM,
        contact="Aanmeldpunt", point=(0.15, 0.12), address="Stationsplein 1",
        reach="Loop binnen op maandag- en donderdagochtend, of bel.", weeks=3,
    ),
    Neighbour(
        key="cjg", name="Centrum voor Jeugd en Gezin", kind=Kind.CJG_OKT,
        point=(0.2, -0.15), address="Waagstraat 9", ages=(0, 18), weeks=2,
        reach="Ouders bellen zelf; samen bellen mag ook.",
    ),
    Neighbour(
        key="smw", name="Schoolmaatschappelijk werk Zonnewaard", kind=Kind.SCHOOL_SOCIAL_WORK,
        ages=(4, 12), reach="Via de intern begeleider van de school.", weeks=4,
    ),
    Neighbour(
        key="jgz", name="Jeugdgezondheidszorg", kind=Kind.JGZ_GGD, contact="Jeugdverpleegkundige",
        point=(-0.2, -0.3), address="Werfdwarsstraat 5", ages=(0, 18), weeks=1,
    ),
    Neighbour(
        key="huisarts", name="Huisartsenpraktijk Het Kompas", kind=Kind.GP, point=(-0.35, 0.25),
        address="Molenpad 3",
    ),
    Neighbour(
        key="jeugdhulp", name="Jeugdhulp De Steiger", kind=Kind.YOUTH_CARE, ages=(6, 18),
        works_in="De hele regio", reach="Met een besluit van het buurtteam.", weeks=14,
        ends_in=400,
    ),
    Neighbour(
        key="vt", name="Veilig Thuis", kind=Kind.VEILIG_THUIS, works_in="De hele regio",
        reach="0800 2000, dag en nacht. Advies kan zonder naam.",
    ),
    Neighbour(
        key="fonds", name="Fonds Meedoen", kind=Kind.POVERTY_FUND, ages=(4, 18), weeks=2,
        reach="Wij vragen aan, ouders tekenen.",
    ),
    Neighbour(
        key="schuld", name="Schuldhulp Samen Vooruit", kind=Kind.DEBT_HELP, weeks=6,
        reach="Ouders melden zich zelf aan; meegaan helpt.", ends_in=38,
    ),
    Neighbour(
        key="hockey", name="Voetbalvereniging Waardboys", kind=Kind.SPORT_CLUB, point=(-0.9, -0.5),
        address="Sportlaan 1", ages=(5, 18),
    ),
    Neighbour(
        key="bieb", name="Bibliotheek Zonnewaard", kind=Kind.CULTURE_LIBRARY, point=(0.05, 0.2),
        address="Stationsplein 4",
    ),
    Neighbour(
        key="wijkagent", name="Wijkagent Noorderwaard", kind=Kind.POLICE,
        works_in="Molenhoek en Vogelnest", agreed=False,
    ),
    Neighbour(
        key="kikker-school", name="Kindcentrum De Brug", kind=Kind.PRIMARY_SCHOOL, house=FROG,
        point=(0.78, -0.3), address="Klaverlaan 12", ages=(4, 12),
    ),
    Neighbour(
        key="kikker-buurtteam", name="Buurtteam Zonnewaard", kind=Kind.NEIGHBOURHOOD_TEAM,
        house=FROG, contact="Aanmeldpunt", point=(0.15, 0.12), address="Stationsplein 1",
        reach="Loop binnen op maandag- en donderdagochtend, of bel.", weeks=3,
    ),
    Neighbour(
        key="kikker-fonds", name="Fonds Meedoen", kind=Kind.POVERTY_FUND, house=FROG, ages=(4, 18),
        weeks=2, reach="Wij vragen aan, ouders tekenen.",
    ),
)  # fmt: skip

"""Who works there, and through whose door a newcomer comes in. All of them are made up."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kinderwerk.access.vocabulary import Role

AT: Final = "@zonnewaard.example"

WING, FROG = "Stichting Buurtvleugel", "Speeltuin De Kikker"


@dataclass(frozen=True, slots=True)
class House:
    """An organisation that the town commissions."""

    name: str
    email: str
    phone: str


HOUSES: Final = (
    House(WING, f"welkom{AT}", "0399 55 01 00"),
    House(FROG, f"kikker{AT}", "0399 55 02 00"),
)


@dataclass(frozen=True, slots=True)
class Colleague:
    """Somebody with a role; `key` is how the rest of the story calls them."""

    key: str
    name: str
    role: Role
    house: str | None = WING
    also: Role | None = None

    @property
    def email(self) -> str:
        return f"{self.key}{AT}"


STAFF: Final = (
    Colleague("sanne", "Sanne Verhoeve", Role.WORKER),
    Colleague("koen", "Koen Brouwhuis", Role.WORKER),
    Colleague("aylin", "Aylin Demirkaya", Role.WORKER),
    Colleague("jurre", "Jurre Halma", Role.WORKER),
    Colleague("youssef", "Youssef Amranou", Role.VOLUNTEER),
    Colleague("tess", "Tess van Loonen", Role.VOLUNTEER),
    Colleague("gerrie", "Gerrie Postema", Role.VOLUNTEER),
    Colleague("marleen", "Marleen Dijkgraafs", Role.COORDINATOR),
    Colleague("femke", "Femke Oosterhuizen", Role.PROTECTION_OFFICER),
    Colleague("bram", "Bram Woltering", Role.CONFIDANT),
    Colleague("wies", "Wies Tolsma", Role.CONFIDANT),
    Colleague("ineke", "Ineke Stratinga", Role.PRIVACY_OFFICER),
    Colleague("priya", "Priya Ramdinsingh", Role.ADMIN),
    Colleague("tjeerd", "Tjeerd Hoekemans", Role.MUNICIPALITY, None),
    Colleague("ruud", "Ruud Kempenaar", Role.WORKER, FROG),
    Colleague("dunya", "Dunya Salehi", Role.VOLUNTEER, FROG),
    Colleague("hanneke", "Hanneke Vossen", Role.COORDINATOR, FROG, also=Role.ADMIN),
)
#: Behind the doors of these two roles.
WORKER, VOLUNTEER = "sanne", "youssef"
#: The parent whose door stands open, and her children.
PARENT: Final = "leila"
PARENT_NAME: Final = "Leila Haddadi"
#: By each role's door one takes the place of this person.
DOORS: Final[Mapping[Role, str]] = {
    Role.GUARDIAN: f"{PARENT}{AT}",
    **{one.role: one.email for one in reversed(STAFF)},
}

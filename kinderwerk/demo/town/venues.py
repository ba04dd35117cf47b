"""Where things take place."""

from dataclasses import dataclass
from typing import Final

from kinderwerk.demo.town.geography import Point


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A venue; `point` in kilometres from the middle of the town, `by` whoever keeps it."""

    key: str
    name: str
    by: str
    point: Point
    address: str
    postcode: str
    wheelchair: bool
    toilet: bool
    outdoors: bool = False
    accessibility: str = ""
    phone: str = ""


VENUES: Final = (
    Place(
        key="vleugel", name="Buurthuis De Vleugel", by="sanne", point=(0.62, 0.46),
        address="Merelplein 4", postcode="9990 VN", wheelchair=True, toilet=True,
        accessibility="Drempelloos, lift naar de keuken, ringleiding in de grote zaal.",
        phone="0399 55 01 10",
    ),
    Place(
        key="werf", name="Ateliers op de Werf", by="koen", point=(-0.55, -0.42),
        address="Teerkade 21", postcode="9990 OW", wheelchair=False, toilet=True,
        accessibility="Trap van acht treden. Bel even, dan komen we naar beneden.",
        phone="0399 55 01 12",
    ),
    Place(
        key="kikker", name="Speeltuin De Kikker", by="ruud", point=(0.71, -0.48),
        address="Klaverlaan 80", postcode="9990 KV", wheelchair=True, toilet=True, outdoors=True,
        accessibility="Verharde paden en een rolstoelschommel.", phone="0399 55 02 10",
    ),
)  # fmt: skip

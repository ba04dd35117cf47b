"""What the organisations say about their figures."""

from collections.abc import Mapping
from typing import Final

DIALOGUE: Final[Mapping[str, str]] = {
    "seen": (
        "De kookclub en de huttenbouwers zaten vol. In Oude Werf bereikten we weinig kinderen; "
        "daar is alleen op woensdag iets te doen."
    ),
    "thought": (
        "Kinderen uit Oude Werf komen niet vanzelf over de brug naar De Vleugel. Ouders noemen de "
        "oversteek bij de tunnel."
    ),
    "agreed": (
        "Vanaf de zomer is er een tweede middag in de ateliers. De gemeente kijkt met de "
        "kinderraad naar de oversteek."
    ),
    "asked": "Kan er nog voor de zomer een veilige oversteek bij de tunnel komen?",
}

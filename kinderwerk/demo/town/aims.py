"""What the town wants, what it pays for, and what the organisations aim at."""

from dataclasses import dataclass
from typing import Final

from kinderwerk.demo.town.people import FROG, WING
from kinderwerk.goals.rules import IndicatorKind, ThemeCode


@dataclass(frozen=True, slots=True)
class Wish:
    """A policy goal of the town hall."""

    reference: str
    title: str


@dataclass(frozen=True, slots=True)
class Money:
    house: str
    reference: str
    hours: int
    activities: int
    children: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    """A goal of an organisation for a year; `areas` are the neighbourhoods at which it aims."""

    house: str
    key: str
    theme: ThemeCode
    title: str
    description: str
    visits: int | None
    children: int | None
    policy: str
    areas: tuple[str, ...] = ()
    indicator: str
    kind: IndicatorKind = IndicatorKind.OBSERVATION


POLICY: Final = (
    Wish("JB-1", "Elk kind doet mee, ook als er thuis weinig geld is"),
    Wish("JB-2", "Kinderen groeien gezond en veilig op in hun eigen buurt"),
    Wish("JB-3", "Ouders vinden dichtbij steun bij het opvoeden"),
)
MONEY: Final = (
    Money(WING, "SUB-{year}-014", 5200, 420, 320),
    Money(FROG, "SUB-{year}-027", 1400, 160, 120),
)
AIMS: Final = (
    Aim(
        house=WING, key="mee", theme=ThemeCode.INCLUSION, policy="JB-1",
        title="Kinderen die nergens bij zitten, doen mee",
        description="We zoeken kinderen op die niet bij een club of vereniging zitten.",
        visits=2400, children=180, areas=("Vogelnest", "Klaverveld"),
        indicator="Kinderen brengen een vriendje of vriendinnetje mee",
    ),
    Aim(
        house=WING, key="talent", theme=ThemeCode.TALENT, policy="JB-1",
        title="Ontdekken waar je goed in bent",
        description="Elk kind probeert in een jaar minstens twee dingen die nieuw zijn.",
        visits=1500, children=140,
        indicator="Het kind laat aan anderen zien wat het maakte",
    ),
    Aim(
        house=WING, key="gezond", theme=ThemeCode.LIFESTYLE, policy="JB-2",
        title="Lekker en gezond leven", visits=1200, children=110, areas=("Vogelnest",),
        description="Samen koken, bewegen en buiten zijn.",
        indicator="Kinderen proeven iets wat ze nog niet kenden",
    ),
    Aim(
        house=WING, key="taal", theme=ThemeCode.LANGUAGE, policy="JB-1",
        title="Sterker in taal en op school", visits=900, children=60,
        description="Spelen met taal, huiswerk in rust, en lezen voor je plezier.",
        indicator="Het kind vertelt uit zichzelf in de kring",
    ),
    Aim(
        house=WING, key="stem", theme=ThemeCode.PARTICIPATION, policy="JB-2",
        title="Kinderen beslissen mee over hun buurt", visits=200, children=24,
        description="De kinderraad doet voorstellen en hoort wat ermee gebeurt.",
        indicator="Een voorstel van kinderen is uitgevoerd", kind=IndicatorKind.GOAL_REACHED,
    ),
    Aim(
        house=WING, key="ouders", theme=ThemeCode.PARENTING, policy="JB-3",
        title="Ouders staan er niet alleen voor", visits=300, children=None,
        description="Ouders kunnen dichtbij en zonder afspraak iets vragen.",
        indicator="Ouders zeggen dat ze verder kunnen", kind=IndicatorKind.USEFULNESS,
    ),
    Aim(
        house=FROG, key="buiten", theme=ThemeCode.PLAY, policy="JB-2",
        title="Elke dag buiten spelen", visits=2200, children=120, areas=("Klaverveld",),
        description="Een veilige plek om te rennen, bouwen en klimmen, het hele jaar door.",
        indicator="Kinderen bedenken zelf een spel",
    ),
    Aim(
        house=FROG, key="samen", theme=ThemeCode.ENCOUNTER, policy="JB-1",
        title="Kinderen en buren leren elkaar kennen", visits=800, children=90,
        description="Spelen en eten met wie je nog niet kent.",
        indicator="Buren helpen mee bij een activiteit",
    ),
)  # fmt: skip

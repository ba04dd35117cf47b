"""What people noticed, in their own words. None of it ever happened."""

from dataclasses import dataclass
from typing import Final

from kinderwerk.demo.town.people import FROG, WING
from kinderwerk.signals.rules import Area, Level, NoteKind, Status, Subject


@dataclass(frozen=True, slots=True, kw_only=True)
class Concern:
    """A signal: written `weeks` and `days` ago; `then` is where it stands now."""

    by: str
    weeks: int
    days: int = 0
    house: str = WING
    subject: Subject = Subject.CHILD
    area: Area
    level: Level
    fact: str
    kind: NoteKind = NoteKind.FACT_OWN
    source: str | None = None
    meaning: str | None = None
    strength: str | None = None
    later: str | None = None
    then: Status = Status.OPEN
    review_in: int | None = None  # days from today; None: as it was set when written
    shared_with: str | None = None
    place: str = ""
    passed_on: bool = False


_TIRED = "Viel tijdens het voorlezen in slaap en zei: 'Ik moest op mijn broertje passen.'"
CONCERNS: Final = (
    Concern(
        by="sanne",
        weeks=2,
        area=Area.FAMILY,
        level=Level.CONCERN,
        fact=_TIRED,
        meaning="Draagt thuis misschien te veel verantwoordelijkheid.",
        strength="Vertelt er open over en lacht veel met de andere kinderen.",
        later="Weer moe vandaag. Moeder gebeld: ze werkt deze weken 's avonds.",
    ),
    Concern(
        by="sanne",
        weeks=5,
        area=Area.MATERIAL,
        level=Level.CONCERN,
        review_in=-2,
        fact="Kwam drie keer achter elkaar zonder jas, bij vier graden.",
        meaning="Er is misschien geen geld voor een winterjas.",
        then=Status.DISCUSSED,
        later="Met vader gesproken. Hij weet niet waar hij hulp kan vragen.",
    ),
    Concern(
        by="sanne",
        weeks=3,
        area=Area.SOCIAL,
        level=Level.NOTICED,
        review_in=0,
        fact="Zat twee weken alleen aan tafel en wilde niet mee naar het plein.",
        strength="Helpt graag in de keuken.",
    ),
    Concern(
        by="koen",
        weeks=1,
        area=Area.SCHOOL_WORK,
        level=Level.NOTICED,
        shared_with="sanne",
        fact="Vertelde dat hij deze week niet naar school is geweest.",
        kind=NoteKind.STATEMENT_CHILD,
    ),
    Concern(
        by="aylin",
        weeks=0,
        days=2,
        area=Area.FAMILY,
        level=Level.SERIOUS,
        fact="Kromp in elkaar toen vader haar kwam halen en zei zacht: 'Niet weer boos zijn.'",
        meaning="Ze lijkt bang. Wat er thuis gebeurt weten we niet.",
        shared_with="marleen",
        later="Veilig Thuis om advies gevraagd, zonder naam. Morgen gesprek met moeder.",
    ),
    Concern(
        by="jurre",
        weeks=4,
        area=Area.HEALTH,
        level=Level.CONCERN,
        review_in=3,
        fact="Hoest al weken en zegt dat het thuis nat is aan de muur.",
        meaning="De woning is misschien vochtig.",
        then=Status.HELP_ARRANGED,
        later="Moeder heeft met hulp een melding gedaan bij de woningcorporatie.",
    ),
    Concern(
        by="jurre",
        weeks=0,
        days=5,
        subject=Subject.PLACE,
        area=Area.SOCIAL,
        level=Level.NOTICED,
        fact="Bij de fietstunnel lagen vanmiddag drie keer glasscherven.",
        place="Fietstunnel",
    ),
    Concern(
        by="youssef",
        weeks=0,
        days=1,
        subject=Subject.UNKNOWN,
        area=Area.FAMILY,
        level=Level.CONCERN,
        passed_on=True,
        fact="Een jongen bij de film zei dat hij niet naar huis durfde. Ik weet zijn naam niet.",
    ),
    Concern(
        by="tess",
        weeks=0,
        days=3,
        subject=Subject.UNKNOWN,
        area=Area.SOCIAL,
        level=Level.NOTICED,
        passed_on=True,
        fact="Twee meisjes werden buitengesloten bij het knutselen, de hele middag.",
    ),
    Concern(
        by="dunya",
        weeks=0,
        days=2,
        house=FROG,
        subject=Subject.UNKNOWN,
        area=Area.MATERIAL,
        level=Level.CONCERN,
        passed_on=True,
        fact="Een kind vroeg of het het brood van een ander mocht meenemen voor thuis.",
    ),
    Concern(
        by="marleen",
        weeks=6,
        subject=Subject.GROUP,
        area=Area.SOCIAL,
        level=Level.CONCERN,
        fact="Oudere jongens sturen kinderen van het plein weg. Vier kinderen vertelden het.",
        review_in=5,
        then=Status.MONITORED,
        later="Afgesproken met het jongerenwerk: zij zijn er op vrijdag ook bij.",
    ),
    Concern(
        by="sanne",
        weeks=10,
        area=Area.SCHOOL_WORK,
        level=Level.NOTICED,
        then=Status.RESOLVED,
        fact="Kan de opdracht op het bord niet lezen en knijpt de ogen dicht.",
        later="Opticien: er is een bril nodig. Hij heeft hem nu.",
    ),
    Concern(
        by="aylin",
        weeks=8,
        area=Area.FAMILY,
        level=Level.CONCERN,
        then=Status.REFERRED,
        fact="Moeder zei bij de koffie: 'Ik trek het niet meer met drie kinderen alleen.'",
        kind=NoteKind.STATEMENT_PARENT,
        later="Met moeder naar het buurtteam gegaan.",
        review_in=10,
    ),
    Concern(
        by="ruud",
        weeks=7,
        house=FROG,
        area=Area.SOCIAL,
        level=Level.NOTICED,
        fact="Slaat van zich af zodra iemand zijn hut aanraakt.",
        then=Status.RESOLVED,
        later="Met een vaste maat bouwt hij rustig. Moeder herkent het.",
    ),
)
#: Of these there are many, a year round; what is written is much alike.
OFTEN: Final = (
    (Area.SOCIAL, Level.NOTICED, "Speelt steeds alleen en zegt dat niemand meedoet."),
    (Area.MATERIAL, Level.CONCERN, "Kwam zonder ontbijt en vroeg om een tweede boterham."),
    (Area.FAMILY, Level.CONCERN, "Werd voor de derde keer niet opgehaald; niemand nam op."),
    (Area.HEALTH, Level.NOTICED, "Heeft al weken kiespijn en kauwt aan een kant."),
    (Area.SCHOOL_WORK, Level.NOTICED, "Zegt dat huiswerk thuis niet lukt door de drukte."),
    (Area.FAMILY, Level.NOTICED, "Vertelt dat de ouders uit elkaar gaan en huilde daarbij."),
)
ENDINGS: Final = (
    (Status.RESOLVED, "Het gaat beter. Ouders en wij zijn tevreden."),
    (Status.NO_CONCERN, "Met de ouder gesproken: er is een gewone verklaring."),
    (Status.MOVED, "Het gezin is verhuisd en heeft daar hulp."),
)

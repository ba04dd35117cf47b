"""To whom families were referred, in the words of who did it. None of it ever happened."""

from dataclasses import dataclass
from typing import Final

from kinderwerk.demo.town.people import PARENT
from kinderwerk.referrals.rules import ConsentMethod, Kind, Outcome, Status


@dataclass(frozen=True, slots=True)
class Then:
    """What happened so many days after it was prepared; `itself` says that the partner told it."""

    days: int
    status: Status
    said: str | None = None
    by: str | None = None
    outcome: Outcome | None = None
    itself: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A referral prepared `days` ago; of a child between these ages, or of its whole family.

    In the note stands `{name}` where it names the child. `of` is a parent who signs in and is
    named on it.
    """

    by: str
    to: str
    days: int
    kind: Kind = Kind.WARM
    note: str
    consent: ConsentMethod = ConsentMethod.ORAL
    ages: tuple[int, int] = (4, 11)
    family: bool = False
    of_signal: bool = False
    shared_with: str | None = None
    of: str | None = None
    course: tuple[Then, ...] = ()


SENT, RECEIVED, CONTACT = Status.SENT, Status.RECEIVED, Status.FIRST_CONTACT
STARTED = Outcome.HELP_STARTED


def _well(name: str, first: int = 1) -> tuple[Then, ...]:
    """How it goes when all goes well, until somebody of that name took over."""
    return (
        Then(first, SENT),
        Then(first + 3, RECEIVED),
        Then(first + 9, CONTACT),
        Then(first + 14, Status.TAKEN_OVER, by=name),
    )


def _closed(days: int, outcome: Outcome = STARTED, said: str | None = None) -> Then:
    return Then(days, Status.CLOSED, said, outcome=outcome)


HANDOVERS: Final = (
    Handover(
        by="sanne", to="fonds", days=340, kind=Kind.ACCOMPANIED,
        note="{name} wil graag op zwemles. Vader kan het dit jaar niet betalen. We"
        " vulden samen het formulier in; vader tekent het bij jullie.",
        course=(*_well("Ellen Swart"), _closed(30, said="De zwemles is begonnen.")),
    ),
    Handover(
        by="koen", to="hockey", days=322, kind=Kind.SIGNPOSTING,
        note="{name} voetbalt elke woensdag op het plein en wil bij een club. Moeder komt zelf"
        " kijken op zaterdag. Wat helpt: iemand die bij de kleedkamer staat te wachten.",
        course=(Then(1, SENT), Then(6, CONTACT), _closed(30)),
    ),
    Handover(
        by="aylin", to="cjg", days=301, family=True,
        note="Moeder wil hulp bij het naar bed brengen van de jongste twee. We spraken af dat zij"
        " zelf belt en dat Aylin ernaast zit. Bellen kan na half tien.",
        course=(*_well("Joke Wiersinga"), Then(90, Status.ENDED, "Na zes gesprekken afgerond."),
                Then(97, Status.FEEDBACK, "Moeder: 'Ik slaap zelf ook weer.'"), _closed(98)),
    ),
    Handover(
        by="jurre", to="schuld", days=288, family=True, kind=Kind.ACCOMPANIED,
        note="Ouders willen orde in de post. Ze namen alle brieven mee in een tas; Jurre gaat de"
        " eerste keer mee. Zij willen zelf aan tafel zitten bij elk besluit.",
        course=(Then(2, SENT), Then(5, RECEIVED), Then(6, Status.WAITING_LIST, "Zes weken."),
                Then(50, CONTACT), Then(55, Status.TAKEN_OVER, by="Peter Noordam"),
                _closed(120)),
    ),
    Handover(
        by="ruud", to="kikker-fonds", days=275, kind=Kind.ACCOMPANIED,
        note="{name} wil mee op kamp met de klas. Moeder vraagt een bijdrage en komt tekenen op"
        " dinsdag.",
        course=(Then(1, SENT), Then(4, RECEIVED), Then(20, Status.TAKEN_OVER, by="Ellen Swart"),
                _closed(40)),
    ),
    Handover(
        by="sanne", to="smw", days=262,
        note="Op school gaat het rekenen moeizaam en dat doet pijn. Moeder en {name} willen er met"
        " iemand over praten. Bij ons helpt het om eerst even te rennen.",
        course=(*_well("Iris Koelewijn"), _closed(75, said="Krijgt nu twee keer per week hulp.")),
    ),
    Handover(
        by="koen", to="jeugdhulp", days=249, ages=(9, 12), consent=ConsentMethod.PAPER,
        note="{name} zegt zelf: 'Ik wil leren niet meteen te ontploffen.' Ouders staan erachter."
        " Afgesproken: het eerste gesprek is bij ons in het gebouw.",
        course=(Then(3, SENT), Then(10, RECEIVED), Then(12, Status.WAITING_LIST, "Veertien weken."),
                Then(95, CONTACT), Then(99, Status.TAKEN_OVER, by="Mirjam Talsma")),
    ),
    Handover(
        by="marleen", to="bieb", days=236, kind=Kind.INFORMATION, family=True,
        note="Het gezin zoekt een rustige plek om huiswerk te maken. Moeder kent de weg nog niet.",
        course=(Then(1, SENT), _closed(20)),
    ),
    Handover(
        by="aylin", to="buurtteam", days=214, family=True,
        note="Vader wil weten welke regelingen er zijn na zijn ontslag. Hij komt maandag naar het"
        " inloopuur; Aylin loopt mee tot aan de balie.",
        course=(Then(2, SENT), Then(4, Status.DECLINED_BY_FAMILY,
                                    "Vader vond zelf werk en heeft het niet meer nodig."),
                _closed(9, Outcome.NOT_NEEDED)),
    ),
    Handover(
        by="jurre", to="jgz", days=205,
        note="Moeder maakt zich zorgen over het gehoor van {name}. Zij vraagt om een test en belt"
        " zelf terug.",
        course=(*_well("Annelies Bruggink"), _closed(40, said="Er kwamen buisjes.")),
    ),
    Handover(
        by="ruud", to="kikker-school", days=190, kind=Kind.JOINT_SUPPORT,
        note="{name} is bij ons vrolijk en op school stil. Moeder wil dat we samen optrekken; Ruud"
        " schuift aan bij het gesprek.",
        course=(Then(1, SENT), Then(2, RECEIVED), Then(8, Status.TAKEN_OVER, by="Wim Haverkate"),
                _closed(60)),
    ),
    Handover(
        by="sanne", to="cjg", days=176, family=True,
        note="Ouders gaan uit elkaar en willen het goed doen voor de kinderen. Ze vragen samen om"
        " een gesprek. Bellen naar moeder; vader weet ervan.",
        course=(*_well("Joke Wiersinga"), Then(110, Status.ENDED), _closed(115)),
    ),
    Handover(
        by="koen", to="schuld", days=160, family=True,
        note="Moeder wil hulp met de energierekening. Zij heeft nog geen brieven opengemaakt en"
        " schaamt zich daarvoor.",
        course=(Then(1, SENT), Then(12, Status.NOT_REACHED, "Nummer klopte niet."),
                Then(14, CONTACT), Then(30, Status.DECLINED_BY_FAMILY), _closed(31,
                                                                              Outcome.REFUSED)),
    ),
    Handover(
        by="aylin", to="jeugdhulp", days=141, ages=(6, 11),
        note="Moeder en {name} willen hulp bij het slapen; dat gaat slecht sinds de verhuizing.",
        course=(Then(2, SENT), Then(9, Status.DECLINED_BY_PARTNER,
                                    "Eerst een besluit van het buurtteam nodig."),
                _closed(12, Outcome.UNKNOWN, "Opnieuw verwezen, nu naar het buurtteam.")),
    ),
    Handover(
        by="aylin", to="buurtteam", days=129,
        note="Moeder en {name} willen hulp bij het slapen; dat gaat slecht sinds de verhuizing. De"
        " jeugdhulp vraagt om een besluit van jullie.",
        course=_well("Tamara Okkerse"),
    ),
    Handover(
        by="hanneke", to="kikker-buurtteam", days=118, family=True,
        note="Oma zorgt voor drie kleinkinderen en wil weten waar zij recht op heeft.",
        course=(*_well("Tamara Okkerse"), Then(70, Status.FEEDBACK, "Geld en opvang geregeld.")),
    ),
    Handover(
        by="jurre", to="hockey", days=104, kind=Kind.ACCOMPANIED, ages=(8, 14),
        note="{name} wil keepen. Jurre gaat de eerste training mee; daarna brengt oom.",
        course=(Then(1, SENT), Then(5, CONTACT), Then(20, Status.TAKEN_OVER, by="Rik Stoffers"),
                Then(80, Status.ENDED, "Verhuisd naar een andere stad.")),
    ),
    Handover(
        by="sanne", to="huisarts", days=83, kind=Kind.SIGNPOSTING,
        note="Moeder vraagt zich af of de hoofdpijn van het lezen komt. Zij maakt zelf een"
        " afspraak en wil dat Sanne weet hoe het afloopt.",
        course=(Then(0, SENT), Then(10, CONTACT), Then(12, Status.FEEDBACK, "Een bril.")),
    ),
    Handover(
        by="femke", to="vt", days=66, consent=ConsentMethod.WITHOUT,
        note="Wij vragen om onderzoek. Wat wij zelf zagen staat hieronder met dag en uur; bel"
        " Femke voor u contact zoekt met het gezin.",
        course=(Then(0, SENT), Then(1, RECEIVED), Then(3, CONTACT),
                Then(5, Status.TAKEN_OVER, by="Karin Meulendijk")),
    ),
    Handover(
        by="aylin", to="buurtteam", days=50, of_signal=True, shared_with="sanne",
        note="Moeder zegt: 'Ik trek het niet meer met drie kinderen alleen.' Zij wil iemand die"
        " meedenkt over de week. We liepen samen binnen op donderdag.",
        course=_well("Tamara Okkerse"),
    ),
    Handover(
        by="jurre", to="jeugdhulp", days=44, ages=(12, 12),
        note="{name} wil praten met iemand van buiten. Ouders en kind kozen dit samen. Liefst"
        " na schooltijd.",
        course=(
            Then(2, SENT), Then(6, RECEIVED, itself=True),
            Then(8, Status.WAITING_LIST, "Tien weken. Bel gerust als het eerder nodig is.",
                 itself=True),
        ),
    ),
    Handover(
        by="sanne", to="schuld", days=31, family=True, kind=Kind.ACCOMPANIED, shared_with="marleen",
        note="Ouders willen de achterstand in de huur aanpakken. Vader kan op maandag, moeder op"
        " donderdag. Sanne gaat de eerste keer mee.",
        course=(Then(1, SENT, "Brief gebracht en uitgelegd aan de balie."), Then(4, RECEIVED)),
    ),
    Handover(
        by="koen", to="jgz", days=26,
        note="Vader wil advies over eten. Hij vroeg er zelf naar na het koken.",
        course=(Then(1, SENT), Then(6, RECEIVED), Then(9, Status.NOT_REACHED,
                                                       "Twee keer gebeld, geen gehoor.")),
    ),
    Handover(
        by="ruud", to="kikker-buurtteam", days=22, family=True,
        note="Ouders zoeken een grotere woning en weten niet waar te beginnen.",
        course=(Then(1, SENT), Then(4, RECEIVED), Then(10, CONTACT)),
    ),
    Handover(
        by="koen", to="jeugdhulp", days=17, ages=(8, 11),
        note="Ouders en {name} willen leren hoe ruzies thuis minder hoog oplopen.",
        course=(Then(1, SENT), Then(8, Status.DECLINED_BY_PARTNER,
                                    "Kan alleen met een besluit van het buurtteam.")),
    ),
    Handover(
        by="aylin", to="fonds", days=15,
        note="{name} wil op muziekles. Moeder vraagt een gitaar aan.",
        course=(Then(1, SENT), Then(7, Status.DECLINED_BY_FAMILY, "Oom heeft er een over.")),
    ),
    Handover(
        by="sanne", to="fonds", days=13,
        note="{name} mag op judo als er een pak is. Moeder vraagt het aan; wij vulden samen in.",
        course=(Then(1, SENT),),
    ),
    Handover(
        by="sanne", to="smw", days=9, of=PARENT,
        note="Moeder en {name} willen dat er op school iemand meedenkt over het huiswerk. Bij ons"
        " helpt het om eerst te spelen.",
        course=(Then(1, SENT), Then(4, RECEIVED, "Wij bellen moeder deze week.", itself=True)),
    ),
    Handover(
        by="marleen", to="buurtteam", days=3, family=True,
        note="Het gezin kreeg een brief over de toeslagen en schrok. Zij willen dat er iemand"
        " meekijkt. Bellen mag de hele dag.",
        course=(Then(1, SENT),),
    ),
    Handover(
        by="sanne", to="smw", days=2,
        note="{name} wil niet meer naar gym en vertelt niet waarom. Moeder en {name} willen allebei"
        " dat er iemand op school is om mee te praten.",
    ),
    Handover(
        by="sanne", to="cjg", days=1, family=True, consent=ConsentMethod.PENDING,
        note="Moeder vroeg na afloop of er een cursus is over pubers. Vader nog spreken.",
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Often:
    """What is asked of a partner again and again: how often in the half-year that is reported."""

    to: str
    times: int
    note: str
    course: tuple[Then, ...]


def _soon(contact: int, *between: Then) -> tuple[Then, ...]:
    return (Then(1, SENT), *between, Then(contact, CONTACT), _closed(contact + 30))


OFTEN: Final = (
    Often("cjg", 12, "Moeder wil praten over opvoeden. Zij belt zelf, wij zitten ernaast.",
          _soon(9)),
    Often("buurtteam", 12, "Ouders willen samen naar hun geld en hun post kijken. We gaan mee.",
          _soon(38, Then(5, Status.WAITING_LIST, "Zes weken."))),
    Often("smw", 12, "{name} en moeder willen dat er op school iemand meedenkt.",
          _soon(12, Then(4, RECEIVED))),
    Often("jgz", 10, "Vader wil {name} laten meten en wegen, en vragen naar eten en slapen.",
          _soon(6)),
)  # fmt: skip
WHY_WITHOUT: Final = (
    "Het kind is thuis niet veilig, en vragen zou het gevaar groter maken. Besproken met Veilig"
    " Thuis, eerst zonder naam."
)

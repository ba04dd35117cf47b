"""What parents asked, at the gate and over months. None of it ever happened."""

from dataclasses import dataclass
from typing import Final

from kinderwerk.demo.town.people import FROG, PARENT, WING
from kinderwerk.support.rules import Channel, Helped, Status, Topic

#: Who writes short contacts down, and how many a year.
WRITERS: Final = (
    (("sanne", "aylin", "koen", "sanne", "jurre", "marleen"), 130),
    (("ruud", "hanneke", "ruud"), 50),
)
#: What is asked at the door, in the order in which it comes up.
DOOR: Final = (
    (Topic.BEHAVIOUR, Channel.AT_ACTIVITY, Helped.LISTENED, 10),
    (Topic.SCREENS, Channel.AT_ACTIVITY, Helped.ADVICE, 10),
    (Topic.SLEEP, Channel.STREET, Helped.ADVICE, 5),
    (Topic.MONEY, Channel.OFFICE, Helped.PRACTICAL, 30),
    (Topic.SCHOOL, Channel.SCHOOL, Helped.LISTENED, 15),
    (Topic.PLAYING, Channel.STREET, Helped.INFORMATION, 5),
    (Topic.STRESS, Channel.AT_ACTIVITY, Helped.LISTENED, 20),
    (Topic.SCREENS, Channel.PHONE, Helped.INFORMATION, 10),
    (Topic.SEPARATION, Channel.OFFICE, Helped.POINTED_ON, 30),
    (Topic.BEHAVIOUR, Channel.STREET, Helped.ADVICE, 10),
    (Topic.MONEY, Channel.AT_ACTIVITY, Helped.POINTED_ON, 15),
    (Topic.GROWING_UP, Channel.PHONE, Helped.INFORMATION, 15),
    (Topic.SCHOOL, Channel.AT_ACTIVITY, Helped.ADVICE, 10),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Aim:
    text: str
    start: int
    end: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """A talk, so many weeks after the beginning."""

    weeks: int
    text: str
    agreed: str | None = None
    channel: Channel = Channel.HOME
    minutes: int = 45


@dataclass(frozen=True, slots=True, kw_only=True)
class Support:
    """A trajectory: begun `weeks` ago; running ones are followed up `ask_in` days from today.

    `of` is a parent who signs in, is named on it and reads along on their own page.
    """

    by: str
    weeks: int
    house: str = WING
    topic: Topic
    question: str
    aims: tuple[Aim, ...] = ()
    talks: tuple[Talk, ...] = ()
    then: Status = Status.RUNNING
    ask_in: int = 14
    shared_with: str | None = None
    of: str | None = None


SUPPORT: Final = (
    Support(
        by="sanne",
        weeks=9,
        topic=Topic.SLEEP,
        ask_in=-1,
        question="'Elke avond strijd. Om elf uur is hij nog wakker en dan ben ik op.'",
        aims=(
            Aim(text="Om acht uur in bed, zonder ruzie.", start=2),
            Aim(text="Ik wil 's avonds een uur voor mezelf.", start=3),
        ),
        talks=(
            Talk(
                weeks=1,
                text="Moeder vertelt hoe de avond gaat. Na het eten staat de tv aan tot bedtijd.",
                agreed="Tv uit na het eten. Moeder leest voor, drie avonden in de week.",
            ),
            Talk(
                weeks=5,
                text="Het voorlezen lukt. Op vrijdag gaat het mis, dan is er visite.",
                agreed="Op vrijdag mag het een uur later. Dat weet hij van tevoren.",
                channel=Channel.PHONE,
                minutes=20,
            ),
        ),
    ),
    Support(
        by="sanne",
        weeks=4,
        topic=Topic.SCREENS,
        ask_in=2,
        shared_with="marleen",
        question="'Zodra ik de tablet pak, gooit hij met spullen. Ik durf het niet meer.'",
        aims=(Aim(text="De tablet gaat weg zonder dat er iets stuk gaat.", start=1),),
        talks=(
            Talk(
                weeks=2,
                text="Vader en moeder doen het nu elk anders. Daar schrikken ze zelf van.",
                agreed="Samen drie regels op de koelkast. We kijken er over twee weken naar.",
                minutes=60,
            ),
        ),
    ),
    Support(
        by="aylin",
        weeks=14,
        topic=Topic.STRESS,
        ask_in=9,
        question="'Ik trek het niet meer met drie kinderen alleen.'",
        aims=(
            Aim(text="Een middag in de week die van mij is.", start=0),
            Aim(text="Niet meer schreeuwen in de ochtend.", start=4),
        ),
        talks=(
            Talk(
                weeks=1,
                text="We hebben samen op papier gezet hoe een week eruitziet. Er is niemand.",
                agreed="Ik vraag of de jongste op woensdag naar de speelgroep kan.",
            ),
            Talk(
                weeks=6,
                text="De speelgroep is begonnen. Moeder ging voor het eerst weer zwemmen.",
                agreed="Kleren de avond ervoor klaarleggen, samen met de oudste.",
            ),
            Talk(
                weeks=12,
                text="De ochtend gaat beter. Met geld blijft het krap.",
                agreed="Samen naar het spreekuur over toeslagen.",
                channel=Channel.OFFICE,
                minutes=30,
            ),
        ),
    ),
    Support(
        by="sanne",
        weeks=30,
        topic=Topic.BEHAVIOUR,
        then=Status.ENDED,
        question="'Hij luistert bij jullie wel en thuis nooit. Wat doe ik verkeerd?'",
        aims=(
            Aim(text="Dat hij komt als ik hem twee keer roep.", start=3, end=7),
            Aim(text="Weer eens samen lachen.", start=4, end=8),
        ),
        talks=(
            Talk(
                weeks=2,
                text="Gekeken wat hier anders gaat: wij zeggen wat wel mag.",
                agreed="Een week lang opschrijven wat goed ging.",
            ),
            Talk(
                weeks=8,
                text="Vader las zijn lijstje voor. Er stond meer op dan hij dacht.",
                agreed="Op zaterdag samen iets doen dat de jongen kiest.",
            ),
        ),
    ),
    Support(
        by="aylin",
        weeks=38,
        topic=Topic.SEPARATION,
        then=Status.PASSED_ON,
        question="'We praten alleen nog via de kinderen. Dat moet stoppen.'",
        aims=(Aim(text="De kinderen hoeven niets door te geven.", start=1, end=4),),
        talks=(
            Talk(
                weeks=2,
                text="Apart met vader en met moeder gepraat. Allebei willen ze hulp.",
                agreed="We zoeken iemand die met hen samen om de tafel gaat.",
                channel=Channel.OFFICE,
                minutes=60,
            ),
        ),
    ),
    Support(
        by="jurre",
        weeks=20,
        topic=Topic.SCHOOL,
        then=Status.STOPPED,
        question="'School belt elke week. Ik weet niet meer wat ik moet zeggen.'",
        aims=(Aim(text="Een gesprek op school waar ik zelf iets in zeg.", start=2, end=None),),
        talks=(
            Talk(
                weeks=3,
                text="Het gesprek op school voorbereid. Moeder wil het verder zelf doen.",
                agreed="Ze belt als ze wil dat ik meega.",
                channel=Channel.SCHOOL,
                minutes=30,
            ),
        ),
    ),
    Support(
        by="ruud",
        weeks=6,
        house=FROG,
        topic=Topic.PLAYING,
        ask_in=1,
        question="'Ze durft niet zonder mij naar buiten, en ik durf haar niet te laten.'",
        aims=(Aim(text="Tien minuten zonder mij op de speeltuin.", start=2),),
        talks=(
            Talk(
                weeks=3,
                text="Moeder zat op het bankje en keek niet op. Het meisje merkte het pas laat.",
                agreed="Volgende week haalt moeder koffie om de hoek.",
                channel=Channel.AT_ACTIVITY,
                minutes=20,
            ),
        ),
    ),
    Support(
        by="ruud",
        weeks=26,
        house=FROG,
        topic=Topic.MONEY,
        then=Status.ENDED,
        question="'Ze vraagt om voetbal en ik zeg steeds: volgend jaar.'",
        aims=(Aim(text="Dat ze op voetbal zit.", start=0, end=10),),
        talks=(
            Talk(
                weeks=1,
                text="Samen het formulier ingevuld. Het was minder erg dan gedacht.",
                agreed="Ik loop mee naar de club voor de eerste training.",
                channel=Channel.OFFICE,
                minutes=30,
            ),
        ),
    ),
    Support(
        by="sanne",
        weeks=5,
        of=PARENT,
        topic=Topic.SCHOOL,
        ask_in=6,
        question="'Na school is het altijd ruzie over het huiswerk. Ik weet niet hoe het moet.'",
        aims=(
            Aim(text="Een half uur huiswerk zonder ruzie.", start=3),
            Aim(text="Daarna iets leuks samen.", start=5),
        ),
        talks=(
            Talk(
                weeks=1,
                text="We bekeken samen hoe de middag gaat. Eerst eten en spelen, dan pas werken.",
                agreed="Eerst een half uur spelen, dan huiswerk aan de keukentafel.",
            ),
            Talk(
                weeks=3,
                text="Het gaat beter. Op dinsdag lukt het nog niet, dan is er zwemles.",
                agreed="Op dinsdag geen huiswerk na het zwemmen.",
                channel=Channel.PHONE,
                minutes=20,
            ),
        ),
    ),
)

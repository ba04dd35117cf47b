"""What there is to do: for whom, why, where, with whom and when."""

from dataclasses import dataclass
from datetime import time
from typing import Final

from kinderwerk.activities.method import UNSAID as METHODLESS
from kinderwerk.activities.method import Method, Prevention, Recognised
from kinderwerk.activities.rules import Drawing, Format
from kinderwerk.demo.town.people import FROG, WING

MON, TUE, WED, THU, FRI, SAT, SUN = range(7)
WORKDAYS: Final = (MON, TUE, WED, THU, FRI)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Something to do. `asked` is how many children want it, `others` how many just come by.

    Signing up closes in the evening that many days before, if it closes earlier than it begins.

    Weekly ones have a weekday; others take place once, `in_days` from today or on the next of the
    days on which they can be. What was there `last_year` too has a history.
    """

    key: str
    title: str
    summary: str
    house: str = WING
    format: Format
    goals: tuple[str, ...]
    why: str
    ages: tuple[int, int] = (6, 12)
    capacity: int | None = None
    venue: str | None = "vleugel"
    staff: tuple[str, ...]
    partners: tuple[str, ...] = ()
    method: Method = METHODLESS
    weekday: int | None = None
    interval: int = 1  # weeks from one to the next
    rests: bool = False  # in the holidays that are written down
    in_days: int = 0
    only_on: tuple[int, ...] = ()
    days: int = 1
    starts: time
    ends: time
    drawing: Drawing
    price_cents: int = 0
    bring: str = ""
    languages: tuple[str, ...] = ()
    asked: int = 0
    others: int = 0
    closes: int = 0
    last_year: bool = False
    draft: bool = False
    photo: str = ""  # what can be seen on the scene of this key


OFFERS: Final = (
    Offer(
        key="kook", title="Kookclub De Pollepel", format=Format.CLUB, weekday=TUE,
        summary="Elke week koken we iets uit een ander land, en eten we het samen op.",
        goals=("gezond", "mee"), why="Wie zelf snijdt en roert, proeft ook wat nieuw is.",
        ages=(8, 12), capacity=12, staff=("sanne", "youssef"), drawing=Drawing.PAN,
        starts=time(15, 30), ends=time(17, 15), bring="Een bakje voor wat over is", asked=16,
        last_year=True,
        photo="Een houten tafel met drie volle borden, een snijplank met wortel en een mes",
    ),
    Offer(
        key="knutsel", title="Knutselwerkplaats", format=Format.CLUB, weekday=WED, venue="werf",
        summary="Zagen, verven, naaien en lijmen met spullen die anderen weggooien.",
        goals=("talent",), why="Met je handen iets maken waar je trots op bent.",
        capacity=16, staff=("koen", "tess"), drawing=Drawing.BRUSH, starts=time(13, 30),
        ends=time(15, 30), bring="Kleren die vies mogen worden", asked=20, last_year=True,
        photo="Een werkbank met vier potten verf, aan de muur een vel met stippen",
    ),
    Offer(
        key="inloop", title="Woensdaginloop", format=Format.DROPIN, weekday=WED,
        summary="Kom binnen wanneer je wilt: spelletjes, tafelvoetbal, of gewoon kletsen.",
        goals=("mee",), why="Een plek waar je niets hoeft en iedereen je naam kent.",
        ages=(6, 12), staff=("sanne", "gerrie"), drawing=Drawing.TABLE, starts=time(14),
        ends=time(16, 30), others=22, last_year=True,
    ),
    Offer(
        key="huiswerk", title="Huiswerk in rust", format=Format.HOMEWORK, weekday=MON,
        summary="Een stille tafel, iemand die helpt, en fruit erbij.",
        goals=("taal",), why="Niet elk kind heeft thuis een plek om te leren.",
        ages=(8, 12), capacity=14, staff=("aylin", "gerrie"), drawing=Drawing.BOOK,
        starts=time(15, 30), ends=time(17), languages=("nl", "tr", "ar"), asked=18,
        last_year=True, partners=("lijster", "bieb"),
        method=Method(
            prevention=Prevention.SELECTIVE, intervention="Leermaatjes aan tafel",
            recognised=Recognised.NO,
        ),
    ),
    Offer(
        key="taalspel", title="Spelen met taal", format=Format.COURSE, weekday=THU,
        summary="Liedjes, toneel en verhalen voor wie nog niet zo lang Nederlands spreekt.",
        goals=("taal", "mee"), why="Door te spelen durf je te praten.",
        ages=(5, 9), capacity=10, staff=("aylin",), drawing=Drawing.DRUM, starts=time(14, 45),
        ends=time(16), languages=("nl", "uk", "ar", "tr"), asked=9, last_year=True,
    ),
    Offer(
        key="sport", title="Sport op het Merelplein", format=Format.OUTREACH, weekday=FRI,
        summary="Voetbal, basket en dansen, onder begeleiding. Meedoen mag altijd.",
        goals=("gezond", "mee"), why="Op het plein bereiken we kinderen die nergens bij zitten.",
        ages=(6, 14), venue=None, staff=("jurre", "youssef"), drawing=Drawing.BALL,
        starts=time(15), ends=time(17), others=26, last_year=True, partners=("hockey",),
        method=Method(
            prevention=Prevention.UNIVERSAL, intervention="Meedoen op het plein",
            recognised=Recognised.UNKNOWN,
        ),
    ),
    Offer(
        key="drummen", title="Drummen op alles", format=Format.COURSE, weekday=FRI, venue="werf",
        summary="Van emmer tot djembé. Aan het eind treden we op.",
        goals=("talent", "mee"), why="Samen in de maat blijven is samenwerken.",
        ages=(8, 12), capacity=8, staff=("koen",), drawing=Drawing.DRUM, starts=time(15, 45),
        ends=time(17), asked=11, last_year=True,
    ),
    Offer(
        key="raad", title="Kinderraad Zonnewaard", format=Format.CHILD_COUNCIL, weekday=THU,
        summary="Kinderen praten mee over de buurt en gaan ermee naar het stadhuis.",
        goals=("stem",), why="Wie er woont, weet wat er nodig is.",
        ages=(8, 12), capacity=12, staff=("jurre",), drawing=Drawing.PUZZLE,
        starts=time(16), ends=time(17), asked=11, last_year=True, rests=True,
    ),
    Offer(
        key="koffie", title="Koffie met ouders", format=Format.DROPIN, weekday=THU,
        summary="Een uurtje praten over opvoeden, met koffie. Je baby mag mee.",
        goals=("ouders",), why="Van elkaar hoor je dat je niet de enige bent.",
        ages=(18, 99), staff=("aylin", "marleen"), drawing=Drawing.TABLE, starts=time(9),
        ends=time(10, 30), languages=("nl", "ar", "tr", "pl"), others=7, last_year=True,
        interval=2, rests=True,
    ),
    Offer(
        key="puber", title="Oudercursus Bijna puber", format=Format.PARENT_COURSE, weekday=TUE,
        summary="Zes avonden over grenzen, schermen en vertrouwen.",
        goals=("ouders",), why="Ouders oefenen samen en nemen het dezelfde week mee naar huis.",
        ages=(18, 99), capacity=12, staff=("aylin",), drawing=Drawing.TABLE, starts=time(19, 30),
        ends=time(21), partners=("cjg",),
        method=Method(
            prevention=Prevention.SELECTIVE, intervention="Samen Wijs, zes avonden",
            recognised=Recognised.YES,
        ),
    ),
    Offer(
        key="film", title="Zaterdagfilm en popcorn", format=Format.DROPIN, weekday=SAT,
        summary="Een kinderfilm op groot scherm. Kinderen kiezen welke.",
        goals=("mee", "stem"), why="Kinderen kiezen zelf en ontvangen elkaar als gastheer.",
        ages=(4, 12), staff=("sanne", "youssef", "tess"), drawing=Drawing.STREET,
        starts=time(14), ends=time(16, 15), others=28, last_year=True,
    ),
    Offer(
        key="lab", title="Uitvinderslab", format=Format.CLUB, weekday=SAT, venue="werf",
        summary="Bouw een robotarm van karton of een lamp die danst.",
        goals=("talent",), why="Proberen, mislukken en opnieuw: dat is leren.",
        ages=(8, 12), capacity=14, staff=("sanne", "youssef"), drawing=Drawing.PUZZLE,
        starts=time(10), ends=time(12), price_cents=100, asked=19,
    ),
    Offer(
        key="eten", title="Zondagtafel", format=Format.EVENT, weekday=SUN,
        summary="Samen eten met de buurt. Kinderen dekken de tafel en bedenken het toetje.",
        goals=("mee", "gezond"), why="Aan een lange tafel leer je je buren kennen.",
        ages=(0, 99), staff=("sanne", "youssef", "gerrie"), drawing=Drawing.PAN,
        starts=time(16), ends=time(18, 30), price_cents=200, others=31,
    ),
    Offer(
        key="kikker-open", title="Open speeltuin", house=FROG, format=Format.DROPIN, weekday=WED,
        summary="Klimmen, glijden, bouwen. De hele middag toezicht en ranja.",
        goals=("buiten",), why="Buiten spelen hoort bij elke week.",
        ages=(0, 12), venue="kikker", staff=("ruud", "dunya"), drawing=Drawing.TREE,
        starts=time(13), ends=time(17), others=38, last_year=True,
        photo="Een schommel met twee zitjes, een glijbaan en een boom",
    ),
    Offer(
        key="hutten", title="Huttenbouwers", house=FROG, format=Format.CLUB, weekday=SAT,
        summary="Met echt gereedschap bouwen aan een dorp van hout.",
        goals=("buiten", "samen"), why="Wie samen bouwt, moet overleggen.",
        ages=(7, 12), capacity=16, venue="kikker", staff=("ruud", "dunya"),
        drawing=Drawing.TENT, starts=time(10, 30), ends=time(12, 30),
        bring="Stevige schoenen", asked=20, last_year=True,
        photo="Drie houten hutten met gekleurde daken op een heuvel",
    ),
    Offer(
        key="moestuin", title="Moestuinmaatjes", house=FROG, format=Format.CLUB, weekday=SUN,
        summary="Kinderen en oudere buren verzorgen samen een tuin.",
        goals=("samen", "buiten"), why="Oud en jong leren van elkaar.",
        ages=(6, 12), capacity=12, venue="kikker", staff=("ruud", "dunya"),
        drawing=Drawing.TREE, starts=time(11), ends=time(12, 30), asked=10, last_year=True,
    ),
    Offer(
        key="kleuters", title="Kleuterdans", format=Format.COURSE, weekday=MON,
        summary="Springen als een kikker en draaien als een blad in de wind.",
        goals=("gezond", "talent"), why="Bewegen op muziek geeft zelfvertrouwen.",
        ages=(4, 6), capacity=14, staff=("jurre", "tess"), drawing=Drawing.DRUM,
        starts=time(15), ends=time(15, 50), asked=13, last_year=True,
    ),
    Offer(
        key="speeldag", title="Straatspeeldag Vogelnest", format=Format.EVENT, in_days=8,
        only_on=(WED, SAT),
        summary="De straat is dicht voor auto's: stoepkrijt, springkussen, limonade.",
        goals=("mee", "gezond"), why="Even is de straat van de kinderen.",
        ages=(0, 14), venue=None, staff=("sanne", "jurre", "tess"), drawing=Drawing.STREET,
        starts=time(13), ends=time(17), others=90,
    ),
    Offer(
        key="bos", title="Uitje naar het Elzenbos", format=Format.OUTING, in_days=11,
        only_on=(WED, SAT, SUN),
        summary="Met de bus naar het bos: hutten, een speurtocht, en broodjes boven het vuur.",
        goals=("gezond", "mee"), why="Veel kinderen komen nooit in het bos.",
        ages=(7, 12), capacity=16, venue=None, staff=("sanne", "koen", "youssef"),
        drawing=Drawing.TREE, starts=time(9, 30), ends=time(16), price_cents=250,
        bring="Lunch, drinken en regenkleding", asked=21, closes=3,
        photo="Een pad tussen hoge bomen, met paddenstoelen in het gras",
    ),
    Offer(
        key="lantaarn", title="Lantaarns maken en optocht", house=FROG, format=Format.HOLIDAY,
        in_days=4,
        only_on=(WED, FRI, SAT),
        summary="Overdag een lantaarn bouwen, bij schemer samen door de buurt.",
        goals=("samen",), why="Licht maken met elkaar in de donkere tijd.",
        ages=(5, 12), capacity=24, venue="kikker", staff=("ruud", "dunya"),
        drawing=Drawing.BRUSH, starts=time(14), ends=time(18), asked=15,
    ),
    Offer(
        key="gastles", title="Gastles Samen spelen", format=Format.SCHOOL_LESSON, in_days=5,
        only_on=(TUE, THU),
        summary="Een les in groep 5 over meedoen, plagen en pesten.",
        goals=("mee",), why="Op school bereiken we alle kinderen van een groep.",
        ages=(8, 9), venue=None, staff=("jurre",), drawing=Drawing.BOOK, starts=time(10, 30),
        ends=time(11, 30), partners=("molen",), method=Method(prevention=Prevention.UNIVERSAL),
    ),
    Offer(
        key="gastles_online", title="Gastles Wat deel je online?", format=Format.SCHOOL_LESSON,
        in_days=-12, only_on=(TUE, THU),
        summary="Een les in groep 7 over foto's, geheimen en groepsapps.",
        goals=("mee",), why="Wat online begint, komt de volgende dag het plein op.",
        ages=(10, 11), venue=None, staff=("jurre",), drawing=Drawing.BOOK, starts=time(9),
        ends=time(10), others=24, partners=("molen",),
        method=Method(prevention=Prevention.UNIVERSAL),
    ),
    Offer(
        key="overleg", title="Buurtnetwerk jeugd", format=Format.NETWORK, in_days=3,
        only_on=WORKDAYS,
        summary="Overleg met school, buurtteam en jeugdgezondheidszorg.",
        goals=("ouders",), why="Korte lijnen: wie doet wat voor welke buurt.",
        ages=(0, 99), staff=("sanne", "marleen"), drawing=Drawing.TABLE, starts=time(9),
        ends=time(10, 30),
    ),
    Offer(
        key="thuis", title="Kennismaken thuis", format=Format.HOME_VISIT, in_days=1,
        only_on=WORKDAYS,
        summary="", goals=("ouders",), why="Kennismaken gaat thuis het makkelijkst.",
        ages=(0, 99), venue=None, staff=("sanne",), drawing=Drawing.TABLE, starts=time(13),
        ends=time(14),
    ),
    Offer(
        key="kamp", title="Zomerkamp aan het water", format=Format.CAMP, in_days=180,
        only_on=(MON, TUE), days=3,
        summary="Drie dagen kamperen, kanoën en kampvuur.",
        goals=("talent", "mee"), why="Een vakantie voor kinderen die anders thuisblijven.",
        ages=(8, 12), capacity=20, venue=None, staff=("koen", "sanne"), drawing=Drawing.TENT,
        starts=time(10), ends=time(15), price_cents=2500, draft=True,
    ),
    Offer(
        key="schaak", title="Schaken voor beginners", format=Format.CLUB, in_days=21,
        only_on=(MON,),
        summary="Kennismaken met schaken, voor wie het nog nooit deed.",
        goals=("talent",), why="Eerst denken, dan doen.",
        ages=(7, 12), capacity=12, staff=("jurre",), drawing=Drawing.PUZZLE, starts=time(15, 30),
        ends=time(16, 45), draft=True,
    ),
)  # fmt: skip
#: What Aylin and her neighbours call their own activities.
WORDS: Final = {
    "huiswerk": {
        "en": "Homework in peace", "tr": "Sakin ödev saati", "ar": "واجبات منزلية بهدوء",
    },
    "taalspel": {
        "en": "Playing with language", "tr": "Dille oyun", "ar": "اللعب باللغة",
        "uk": "Граємо з мовою",
    },
}  # fmt: skip

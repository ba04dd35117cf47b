"""Dutch and German words that are names as well, and words that stand before a name."""

from typing import Final

#: What people are called, and what many sentences begin with.
_FREQUENT: Final = """
altijd an ander andere anders ans as bald bas beide ben bent best bij blij blijft can daar dag
dan die dit doe door dus eens eerst en er est ga gaat gaf geef gern ging goed gut had hans he
hou houd ik is ja jaar juist kan klaar kom komt kort kwam laat lang las later leek let lies loop
lot maak maan maar mag mai mee meer mei mij min morgen na niet noch nog nooit nu om ook op pas
per samen sein soms sta steeds stel te toen toon tot uit vaak van veel vind voor waar war wat
weer wel wil wim win zag zal zat zie zij zo zou
"""
FREQUENT: Final = frozenset(_FREQUENT.split())
#: What is a name and a word: written small it is taken for the word.
_ORDINARY: Final = """
abdij acker amber ananas appel april augustus avond baan baas bach backer bakker bal bank bauer
baum becker beek beer bella berg berk beuk bijl blad blank blauw bloem blok bo bob boer boerin
bok bol boom boon bos bosch brand breed brink broek broer brouwer brug bruin buis burg buurman
buurt celeste cobra dam dame deen dekker dijk dik dol donker doorn dorp draad draak drost duif
duin duits dwars eik einde engel engelen engels es ezel faith fee fischer fleur flora fluit
franse frei fries fuchs gast geel geest gerust goud graaf graan graf gras grens groen groot
gross grote haak haan haar haas hahn hal halm hamer hand hart haus haven heer heide heks held
helder hemel herder herfst hert herz heuvel hoed hoek hof hond hoog hoop hope hout huis huisman
hulst ijs ijzer ivy jager jasmijn jazz jet jong jonge jongen jonker joy juli jung juni kade
kaiser kamp kan kant kapitein kas kat kaufmann keizer kelder kerk kers ketting kind king klaver
klei klein kleine klok klug knecht koch koe koek koel kok kolk koning koopman koper koster kraai
kraan kreek kroes kroon kruid kruis kruk kuiper kunst kurz kwik laan lam land lange lee leeuw
lelie lente lief liefde linde lindeboom loof los lot lucht luis lux maarten maas maat madelief
mand mark markt mast maurer may meer mees meester meeuw melk mens merel meren messing meteen
metselaar mier mo mol molen molenaar moor mos mossel mug muis mulder munt mus muur naald nacht
natte nel nest neu nieuw nooit noor noord noot nova olijf oord oost os oud oude paard paas pad
palm parel park pater pauw peer pels pen piek pier pijl pip pit plaats plant plas plein poel pol
polder poort post pot prins pruim puck punt put raad raaf raam rand reed regen reus rex richter
ridder riet rijk ring rivier roest romeo rood roos rooster rots rover ruiter rust sam saus
schaap schaar schaduw scheer schilder schip schipper schoen school schouten sier sint sky sloot
slot smal smid snel snoek sol som sommer sparre spijker spit spoor spring sprong staal stad stam
stark steen steenman stein ster sterk stern sterre stijl stok stolk storm straat strand stroom
struik student summer sunny tak tas tent tijd timmer timmerman tol tom tuin tulp turk uil vaart
vader valk vanille varen vat veen veer veld veldman ven vermeer vijver vink viool vis visser
vlag vlam vliet vlinder vloed voet vogel vogels vonk vos vrede vreemd vriend vrij vrolijk vuur
waal waard wagen wagner wal wand water weber weg wei weide weiss werf werk west wester wever
wiek wiel wild winter wirt wit witte woest wolf wolk wortel wunder yes zand zee zegel zeil
zilver zimmer zoet zomer zon zout zuid zwaan zwaar zwager zwart zwarte zwier
"""
ORDINARY: Final = frozenset(_ORDINARY.split())
#: What stands before somebody's name.
_TITLES: Final = """
broer broertje bruder dhr dochter fam familie frau fräulein gezin heer herr juf juffrouw meester
meneer mevr mevrouw mijnheer moeder mw oma oom opa schwester tante vader zoon zus zusje
"""
TITLES: Final = frozenset(_TITLES.split())
#: Those after which nobody writes anything but a name, in small letters too.
_FORMAL: Final = """
mevrouw mevr mw meneer mijnheer dhr heer juf juffrouw meester familie fam frau herr
"""
FORMAL: Final = frozenset(_FORMAL.split())

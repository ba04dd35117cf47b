"""What each figure of a report is, where it comes from, and how it may be shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from kinderwerk.core.words import N_
from kinderwerk.facts.rules import Measure
from kinderwerk.reports.rules import HOURS

EXACT: Final = N_("It is told as it is.")
FROM_FIVE: Final = N_("One to four are not shown.")
FROM_TEN: Final = N_("Shown from ten on, rounded to five.")


@dataclass(frozen=True, slots=True)
class Meaning:
    """In words for the catalogue: the name, what is counted, from which records, which rule."""

    label: str
    is_what: str
    source: str
    shown: str


FROM_TEN_ANSWERS: Final = N_("Shown from ten answers on.")
IN_BAND: Final = "children_in_band"
#: How often a team talked with each other, and with children.
TALKED: Final = ("consultations", "conversations")
GROUPS: Final = N_("what groups answered at sessions")
REGISTERS: Final = N_("the registers of sessions")
VOICES: Final = N_("what children proposed, written down by workers")
PLANS: Final = N_("the plans of activities and the registers of their sessions")
LOGS: Final = N_("the logs of sessions and the weeks of workers")

MEANINGS: Final[Mapping[str, Meaning]] = {
    Measure.SESSIONS.value: Meaning(
        Measure.SESSIONS.label, N_("Sessions that took place and whose register was kept."),
        REGISTERS, EXACT,
    ),
    Measure.CHILDREN.value: Meaning(
        Measure.CHILDREN.label,
        N_("Children known by name who came at least once, each counted once per organisation."),
        REGISTERS, FROM_FIVE,
    ),
    IN_BAND: Meaning(
        N_("Different children of the published ages"),
        N_("Of the different children, those who on the day of a visit had an age for which it is"
           " published how many children live here, and whose data is still kept."),
        REGISTERS, FROM_FIVE,
    ),
    Measure.VISITS_NAMED.value: Meaning(
        Measure.VISITS_NAMED.label,
        N_("Each time that a child known by name came, in the area where it lived on that day."),
        REGISTERS, FROM_FIVE,
    ),
    Measure.VISITS_TALLY.value: Meaning(
        Measure.VISITS_TALLY.label,
        N_("Each child counted at an open activity, in the area of the activity."),
        N_("the registers of sessions, by counting or estimating"), FROM_FIVE,
    ),
    Measure.SIGNALS.value: Meaning(
        Measure.SIGNALS.label, N_("Concerns that were written down, whatever came of them."),
        N_("signals"), FROM_TEN,
    ),
    Measure.SUPPORT_CONTACTS.value: Meaning(
        Measure.SUPPORT_CONTACTS.label,
        N_("Talks with parents about bringing up children, without names."),
        N_("parenting support"), FROM_TEN,
    ),
    Measure.SUPPORT_FAMILIES.value: Meaning(
        Measure.SUPPORT_FAMILIES.label,
        N_("Families with whom a trajectory began in this period."),
        N_("parenting support"), FROM_TEN,
    ),
    Measure.REFERRALS.value: Meaning(
        Measure.REFERRALS.label, N_("Children or parents brought to a partner."),
        N_("referrals"), FROM_TEN,
    ),
    Measure.MEASURED.value: Meaning(
        Measure.MEASURED.label, N_("How often a group was asked something about this goal."),
        GROUPS, EXACT,
    ),
    Measure.ASKED.value: Meaning(
        Measure.ASKED.label, N_("How many people were there when it was asked."),
        GROUPS, FROM_TEN_ANSWERS,
    ),
    Measure.ANSWERS.value: Meaning(
        Measure.ANSWERS.label, N_("How many of them answered. Nobody's answer is kept by name."),
        GROUPS, FROM_TEN_ANSWERS,
    ),
    "consultations": Meaning(
        N_("Peer consultations"), N_("Consultations that colleagues held about a case."),
        N_("peer consultation, without any word of a case"), EXACT,
    ),
    "conversations": Meaning(
        Measure.CONVERSATIONS.label, N_("Talks with children that workers wrote down, of nobody."),
        N_("the register of conversations"), FROM_TEN,
    ),
    "volunteers": Meaning(
        N_("Volunteers"), N_("Volunteers who wrote down hours, each counted once."), LOGS, EXACT
    ),
    "volunteer_hours": Meaning(
        N_("Hours of volunteers"), N_("Hours that volunteers wrote down."), LOGS, EXACT
    ),
    "partners": Meaning(
        N_("Partners in activities"), N_("Partners who took part in activities that were held."),
        PLANS, EXACT,
    ),
    "agreements": Meaning(
        N_("Partners with an agreement"),
        N_("Partners with whom an agreement held on any day of this period."),
        N_("the directory of partners"), EXACT,
    ),
    "ideas": Meaning(
        N_("Ideas of children"), N_("What children proposed, without their name."), VOICES, EXACT
    ),
    "ideas_decided": Meaning(
        N_("Ideas decided"), N_("Of how many of them it was decided what to do, and why."),
        VOICES, EXACT,
    ),
    "ideas_answered": Meaning(
        N_("Ideas told back"), N_("Of how many of them children heard what became of it, and why."),
        VOICES, EXACT,
    ),
    "interventions": Meaning(
        N_("Sessions by an intervention"),
        N_("Sessions of activities that work by a named intervention; the organisation says"
           " whether it is recognised."),
        PLANS, EXACT,
    ),
    "hours": Meaning(
        N_("Hours"), N_("Hours that workers and volunteers wrote down, rounded to whole hours."),
        LOGS, EXACT,
    ),
    **{
        one.value: Meaning(
            one.label, N_("Minutes that workers and volunteers wrote down for such work."),
            LOGS, EXACT,
        )
        for one in HOURS
    },
}  # fmt: skip

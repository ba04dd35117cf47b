"""What each role finds in the menu, named by what people do: six at most, and a little more."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from flask import Flask, current_app, request
from flask_babel import get_locale
from markupsafe import Markup

from kinderwerk.access.vocabulary import Role
from kinderwerk.core.words import N_
from kinderwerk.web.access import actor, signed_in
from kinderwerk.web.routes import address

MOST: Final = 6
AT_THE_THUMB: Final = 4  # what a phone shows at the bottom; the rest folds


@dataclass(frozen=True, slots=True)
class Entry:
    endpoint: str
    label: str
    icon: str
    leads_to: tuple[str, ...] = ()  # where one still is below it, under other addresses


@dataclass(frozen=True, slots=True)
class Item:
    """An entry as one page shows it."""

    label: str
    url: str
    icon: str
    current: bool


#: Entries under a heading, or without one where it is empty.
Group = tuple[str, tuple[Entry, ...]]

TODAY = Entry("today.index", N_("Today"), "home")
PROGRAMME = Entry("activities.programme", N_("Programme"), "calendar")
ACTIVITIES = Entry("activities.index", N_("Activities"), "calendar")
PLANNER = Entry("planner.index", N_("Week planner"), "today")
CHILDREN = Entry("families.index", N_("Children"), "child")
FAMILY = Entry("families.mine", N_("My family"), "people")
HOURS = Entry("logbook.hours", N_("My hours"), "clock")
BACK = Entry("logbook.back", N_("What came of it"), "sun")
HOUR_TOTALS = Entry("logbook.totals", N_("Hours of everybody"), "chart")
TALKS = Entry("talks.index", N_("Talks with children"), "message")
CONVERSATIONS = Entry("conversations.index", N_("What children talk about"), "chart")
TALK_OFFICE = Entry("talks.setting_up", N_("Setting up talks"), "message")
IDEAS = Entry("ideas.index", N_("Ideas of children"), "participation")
COUNCIL = Entry("council.index", N_("Child council"), "people")
STORIES = Entry("stories.index", N_("Stories"), "book")
TO_READ = Entry("ideas.to_read", N_("Board of children"), "message")
SIGNALS = Entry("signals.index", N_("Signals"), "alert")
CODE = Entry("reporting_code.index", N_("Reporting code"), "flag")
INCIDENTS = Entry("safety.index", N_("Incidents"), "shield")
BOUNDARIES = Entry("safety.boundaries", N_("Past the line"), "shield")
BREACHES = Entry("safety.breaches", N_("Data breaches"), "alert")
SUPPORT = Entry("support.index", N_("Parents"), "parenting")
REFERRALS = Entry("referrals.index", N_("Referrals"), "refer")
IMPORTS = Entry("imports.index", N_("Bring in from a table"), "add")
ARCHIVES = Entry("archives.index", N_("Everything in one file"), "download")
PARTNERS = Entry("partners.index", N_("Partners"), "encounter")
LEARNING = Entry(
    "learning.index", N_("Learning"), "book", ("consulting.index", "library.index", "reviews.index")
)
MAP = Entry("neighbourhood_map.index", N_("Map"), "map")
REPORTS = Entry("reports.index", N_("Report"), "chart")
FIGURES = Entry("reports.live", N_("Our figures"), "chart")
MEASURING = Entry("measuring.index", N_("Measuring"), "question")
GOALS = Entry("goals.index", N_("Goals"), "target")
POLICY = Entry("goals.policy", N_("Policy goals"), "flag")
PLACES = Entry("places.index", N_("Neighbourhoods"), "pin")
VENUES = Entry("places.venues", N_("Venues"), "house")
ACCESS_REQUESTS = Entry("access_requests.index", N_("Requests about details"), "person")
HELPLINES = Entry("helplines.index", N_("Whom to call"), "phone")
HOLIDAYS = Entry("holidays.index", N_("Holidays"), "sun")
SCHOOL_YEAR = Entry("school_year.index", N_("New school year"), "calendar")
TEAM = Entry("team.index", N_("Team"), "people")
WHO_AWAY = Entry("absences.everybody", N_("Who is away"), "sun")
ABOUT_ME = Entry("team.me", N_("About you"), "person")
SHIFTS = Entry("staffing.mine", N_("Shifts"), "clock")
MEMBERS = Entry("accounts.members", N_("People"), "people")
MESSAGES = Entry("messages.index", N_("Messages"), "mail")
POST = Entry("messages.post", N_("Post"), "mail")
TRAIL = Entry("trail.index", N_("Access log"), "eye")
FINDINGS = Entry("trail.findings", N_("Striking readings"), "search")
RESETS = Entry("accounts.resets", N_("Second factors"), "lock")
TERMS = Entry("privacy.terms", N_("Terms of keeping"), "calendar")
GOING = Entry("privacy.going", N_("What goes soon"), "clock")

MAIN: Final = {
    Role.VISITOR: (PROGRAMME,),
    Role.GUARDIAN: (PROGRAMME, FAMILY),
    Role.VOLUNTEER: (TODAY, SHIFTS, ACTIVITIES, MAP, PARTNERS),
    Role.WORKER: (TODAY, ACTIVITIES, CHILDREN, SIGNALS, SUPPORT, MAP),
    Role.COORDINATOR: (TODAY, ACTIVITIES, CHILDREN, SIGNALS, MAP, REPORTS),
    Role.PROTECTION_OFFICER: (TODAY, SIGNALS, CHILDREN, REFERRALS, PARTNERS, MAP),
    Role.CONFIDANT: (TODAY, BOUNDARIES, TALKS),
    Role.PRIVACY_OFFICER: (TODAY, ACCESS_REQUESTS, TRAIL, FINDINGS, GOING, BREACHES),
    Role.MUNICIPALITY: (TODAY, REPORTS, POLICY, PLACES),
    Role.ADMIN: (TODAY, MEMBERS, PLACES, VENUES, GOALS, MESSAGES),
}
#: What is under "More", by what it is about; each role has some of it, always in this order.
GROUPS: Final[tuple[Group, ...]] = (
    (N_("You"), (ABOUT_ME, HOURS, BACK, SHIFTS)),
    (
        N_("Planning"),
        (PLANNER, ACTIVITIES, GOALS, MAP, VENUES, HOLIDAYS, SCHOOL_YEAR, LEARNING),
    ),
    (
        N_("What children say"),
        (IDEAS, COUNCIL, STORIES, TO_READ, TALKS, CONVERSATIONS, TALK_OFFICE),
    ),
    (N_("Concerns and help"), (SUPPORT, REFERRALS, PARTNERS, HELPLINES, CODE, INCIDENTS)),
    (N_("Figures"), (FIGURES, REPORTS, MEASURING, POLICY, PLACES)),
    (
        N_("Team and details"),
        (
            TEAM, WHO_AWAY, HOUR_TOTALS, MESSAGES, IMPORTS, ARCHIVES, ACCESS_REQUESTS, FINDINGS,
            GOING, TERMS, RESETS,
        ),
    ),
)  # fmt: skip
MORE: Final = {
    Role.WORKER: frozenset(
        {
            ABOUT_ME, HOURS, BACK, SHIFTS, PLANNER, GOALS, VENUES, HOLIDAYS, LEARNING, IDEAS,
            COUNCIL, STORIES, TO_READ, TALKS, CONVERSATIONS, REFERRALS, PARTNERS, HELPLINES, CODE,
            INCIDENTS, FIGURES, REPORTS, MEASURING, POLICY, PLACES,
        }
    ),
    Role.COORDINATOR: frozenset(
        {
            ABOUT_ME, HOURS, BACK, SHIFTS, PLANNER, GOALS, VENUES, HOLIDAYS, SCHOOL_YEAR, LEARNING,
            IDEAS, COUNCIL, STORIES, TO_READ, TALKS, CONVERSATIONS, TALK_OFFICE, SUPPORT,
            REFERRALS, PARTNERS, HELPLINES, CODE, INCIDENTS, FIGURES, MEASURING, POLICY, PLACES,
            TEAM, WHO_AWAY, HOUR_TOTALS, MESSAGES, IMPORTS, GOING, RESETS,
        }
    ),
    Role.PROTECTION_OFFICER: frozenset(
        {
            HOURS, ACTIVITIES, GOALS, VENUES, LEARNING, IDEAS, TO_READ, TALKS, CONVERSATIONS,
            HELPLINES, CODE, WHO_AWAY, ARCHIVES, ACCESS_REQUESTS, FINDINGS, GOING,
        }
    ),
    Role.ADMIN: frozenset(
        {
            ACTIVITIES, MAP, HOLIDAYS, SCHOOL_YEAR, TALK_OFFICE, PARTNERS, HELPLINES, POLICY, TEAM,
            ARCHIVES, TERMS, RESETS,
        }
    ),
    Role.VOLUNTEER: frozenset({ABOUT_ME, HOURS, BACK, GOALS, VENUES, HELPLINES}),
    Role.PRIVACY_OFFICER: frozenset({TERMS}),
}  # fmt: skip
#: So few are found without headings.
FEW: Final = 8


def _current(entries: tuple[Entry, ...]) -> tuple[bool, ...]:
    """Tell of each entry whether this page is its own, or lies below it."""
    places = _places(request.script_root, entries)
    above = _above(request.script_root + request.path)
    found = {number for address_ in above for number in places.get(address_, ())}
    return tuple(number in found for number in range(len(entries)))


def _above(path: str) -> Iterator[str]:
    """Yield an address and those that it lies below, without the slash at their ends."""
    yield (here := path.rstrip("/"))
    while here := here.rpartition("/")[0]:
        yield here


@lru_cache(maxsize=64)
def _places(root: str, entries: tuple[Entry, ...]) -> Mapping[str, Sequence[int]]:
    """Return which entries begin at an address, by their number."""
    found = defaultdict[str, list[int]](list)
    for number, entry in enumerate(entries):
        for there in (entry.endpoint, *entry.leads_to):
            found[address(there).rstrip("/")].append(number)
    return found


@lru_cache(maxsize=16)
def more(role: Role) -> tuple[Group, ...]:
    """Return what is under "More", with headings where it is much."""
    some = MORE.get(role, frozenset())
    groups = [(label, tuple(one for one in every if one in some)) for label, every in GROUPS]
    if len(some) > FEW:
        return tuple((label, entries) for label, entries in groups if entries)
    return (("", tuple(one for _, entries in groups for one in entries)),) if some else ()


def drawn(part: str = "main", kind: str = "kw-list") -> Markup:
    """Return a part of the menu as every page of this role has it, drawn once."""
    main, rest = MAIN[actor().role], more(actor().role)
    parts: dict[str, tuple[Group, ...]] = {
        "main": (("", main),), "more": rest,
        "thumbs": (("", main[:AT_THE_THUMB]),), "folded": (("", main[AT_THE_THUMB:]), *rest),
    }  # fmt: skip
    groups = parts[part]
    here = tuple(_current(entries) for _, entries in groups)
    return _drawn(str(get_locale()), request.script_root, groups, here, kind)


@lru_cache(maxsize=512)
def _drawn(
    locale: str, root: str, groups: tuple[Group, ...], here: tuple[tuple[bool, ...], ...], kind: str
) -> Markup:
    parts: Any = current_app.jinja_env.get_template("layouts/_parts.html").module
    items = (
        (label, _items(entries, now)) for (label, entries), now in zip(groups, here, strict=True)
    )
    return Markup(parts.groups([one for one in items if one[1]], kind))  # noqa: S704


def _items(entries: tuple[Entry, ...], current: tuple[bool, ...]) -> list[Item]:
    return [
        Item(entry.label, address(entry.endpoint), entry.icon, now)
        for entry, now in zip(entries, current, strict=True)
    ]


def more_here() -> bool:
    """Tell whether this page is one of those that stand under "More"."""
    return any(any(_current(entries)) for _, entries in more(actor().role))


def has_more() -> bool:
    return actor().role in MORE


def in_town_hall() -> bool:
    return actor().role is Role.MUNICIPALITY


def init_app(app: Flask) -> None:
    app.jinja_env.globals |= {"has_more": has_more, "signed_in": signed_in}
    app.jinja_env.globals |= {"in_town_hall": in_town_hall, "menu": drawn, "more_here": more_here}

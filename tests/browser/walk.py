"""The walk through the product: every page of every role, for pictures and for axe.

A stop names a path to open and the steps from there, because addresses of rows are not known
beforehand: a selector is pressed, a pair is a selector and what to fill in there. What a stop
writes is there for the stops after it. `make shots` takes each stop's picture on phone and
desktop, light and dark; the public ones in Arabic too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pyotp
from playwright.sync_api import FilePayload, Page

from kinderwerk.access.vocabulary import Role
from kinderwerk.demo.town import geography
from tests.browser.harness import sign_in
from tests.browser.visitor import years_ago

Given = str | FilePayload | Callable[[Page], str]
Step = str | tuple[str, Given]
NOBODY: Final = "00000000-0000-4000-8000-000000000000"
SECRET: Final = "correct horse battery staple"
MAIL: Final = "ouder.onderweg@zonnewaard.example"


@dataclass(frozen=True)
class Stop:
    name: str
    path: str
    steps: tuple[Step, ...] = ()


def file(name: str, content: bytes) -> FilePayload:
    return FilePayload(name=name, mimeType="application/octet-stream", buffer=content)


def code(page: Page) -> str:
    """Return what the app on a phone shows for the secret on this page."""
    return pyotp.TOTP((page.locator(".kw-secret").text_content() or "").replace(" ", "")).now()


SEND: Final = "main form:has(input:not([type=hidden])) button[type=submit]"
OFFER: Final = "article a[href^='/programme/']"
FULL: Final = "article:has(.kw-badge-neutral) a[href^='/programme/']"
CHANGE: Final = "main a[href$='/edit']"
PHOTO: Final = "main a[href$='/photo']"
ROW: Final = "main tbody a"
CHILD: Final = (
    ("[name=first_name]", "Pip"), ("[name=surname]", "Onderweg"),
    ("[name=born_on]", years_ago(9).isoformat()), ("[name=emergency_name]", "Opa"),
    ("[name=emergency_phone]", "06 1234 5678"), ("[name=picked_up_by]", "Opa"),
)  # fmt: skip

PROGRAMME: Final = (
    Stop("programme", "/"),
    Stop("programme-found", "/?free=1&age=9"),
    Stop("programme-nothing", "/?q=niemendal"),
    Stop("offer", "/?age=9", (FULL,)),
    Stop("offer-just-come", "/", (OFFER,)),
)
ACCOUNT: Final = (
    Stop("account", "/account"),
    Stop("act", "/act"),
    Stop("password", "/account/password"),
    Stop("set-up-factor", "/account/second-factor"),
    Stop("close-account", "/account/close"),
)
ACTIVITIES: Final = (
    Stop("activities", "/activities/"),
    Stop("activities-nothing", "/activities/?q=niemendal"),
    Stop("activity", "/activities/?q=kookclub", (ROW,)),
)
PLANNING: Final = (
    *ACTIVITIES,
    Stop("activity-kinds", "/activities/new"),
    Stop("activity-plan", "/activities/new?format=club"),
    Stop("activity-refused", "/activities/new?format=club", (SEND,)),
    Stop("activity-edit", "/activities/?mine=y", (ROW, CHANGE)),
    Stop("activity-photo", "/activities/?q=kookclub", (ROW, PHOTO)),
    Stop("activity-photo-refused", "/activities/?q=kookclub", (ROW, PHOTO, SEND)),
    Stop("activity-date-off", "/activities/?mine=y", (ROW, "main a[href*='/dates/']")),
    Stop("sign-ups", "/activities/?q=kookclub", (ROW, "main a[href$='/sign-ups']")),
    Stop(
        "sign-up-at-door",
        "/activities/?q=kookclub",
        (ROW, "main a[href$='/sign-ups']", "main a[href$='/sign-ups/new']"),
    ),
    Stop(
        "sign-up-at-door-found",
        "/activities/?q=kookclub",
        (
            ROW,
            "main a[href$='/sign-ups']",
            "main a[href$='/sign-ups/new']",
            ("[name=name]", "a"),
            "main form[role=search] button",
        ),
    ),
    Stop(
        "sign-up-at-door-check",
        "/activities/?q=kookclub",
        (
            ROW,
            "main a[href$='/sign-ups']",
            "main a[href$='/sign-ups/new']",
            ("[name=name]", "a"),
            "main form[role=search] button",
            "tbody a",
        ),
    ),
    Stop(
        "sign-off",
        "/activities/?q=kookclub",
        (ROW, "main a[href$='/sign-ups']", "main a[href*='/activities/sign-ups/']"),
    ),
)
CALLING_OFF: Final = (
    Stop(
        "call-off",
        "/activities/?q=kookclub",
        (ROW, "main a[href$='/sign-ups']", "main a[href$='/call-off']"),
    ),
)
SESSIONS: Final = (
    Stop("sessions", "/sessions/"),
    Stop("session", "/sessions/", (".reg-meetings a",)),
)
REGISTERS: Final = (
    Stop("sessions", "/sessions/"),
    Stop("sessions-all", "/sessions/?show=all"),
    Stop("session-named", "/sessions/?show=all", (".reg-meetings a:has-text('lab')",)),
    Stop("session-counted", "/sessions/?show=all", (".reg-meetings a:has-text('film')",)),
    Stop(
        "session-found",
        "/sessions/?show=all",
        (
            ".reg-meetings a:has-text('lab')",
            ".reg-closed button",
            ("[name=name]", "a"),
            ".reg-search button",
        ),
    ),
)
LOOKING_AT_CHILDREN: Final = (
    Stop("children", "/children"),
    Stop("children-nobody", "/children?youngest=17&oldest=17"),
    Stop("child", "/children", (ROW,)),
)
CHILDREN: Final = (
    *LOOKING_AT_CHILDREN,
    Stop("child-new", "/children/new"),
    Stop("child-refused", "/children/new", (SEND,)),
    Stop("child-edit", "/children", (ROW, CHANGE)),
    Stop("child-moves", "/children", (ROW, "main a[href$='/move']")),
    Stop("child-attendance", "/children", (ROW, "main a[href$='/attendance']")),
)
SIGNALS: Final = (
    Stop("signals", "/signals/"),
    Stop("signal", "/signals/", (ROW,)),
    Stop("signal-new", "/signals/new"),
    Stop("signal-refused", "/signals/new", (SEND,)),
)
CARRYING: Final = (
    Stop("signal-note", "/signals/", (ROW, "main a[href$='/note']")),
    Stop("signal-course", "/signals/", (ROW, "main a[href$='/course']")),
    Stop("signal-close", "/signals/", (ROW, "main a[href$='/close']")),
)
TAKING_ON: Final = (
    Stop("signal-passed-on", "/today", ("main .kw-tasks a",)),
    Stop("signal-take-on", "/today", ("main .kw-tasks a", "main a[href$='/take-on']")),
)
SUPPORT: Final = (
    Stop("support", "/support/"),
    Stop("trajectory", "/support/", (ROW,)),
    Stop("trajectory-new", "/support/new"),
    Stop("trajectory-talk", "/support/", (ROW, "main a[href$='/talk']")),
    Stop("trajectory-aim", "/support/", (ROW, "main a[href$='/aim']")),
    Stop("trajectory-end", "/support/", (ROW, "main a[href$='/end']")),
    Stop("contacts", "/support/contacts"),
    Stop("contact-new", "/support/contacts/new"),
    Stop("contact-refused", "/support/contacts/new", (SEND,)),
)
LOOKING_AT_REFERRALS: Final = (
    Stop("referrals", "/referrals/"),
    Stop("referral", "/referrals/", (ROW,)),
)
REFERRALS: Final = (
    *LOOKING_AT_REFERRALS,
    Stop("referral-partner", "/referrals/partner"),
    Stop("referral-new", "/referrals/new"),
    Stop("referral-hand-over", "/referrals/", (ROW, "main a[href$='/hand-over']")),
    Stop("referral-step", "/referrals/", (ROW, "main a[href*='/step/']")),
)
MAP: Final = (Stop("map", "/map/"),)
LOOKING_AT_PARTNERS: Final = (Stop("partners", "/partners/"), Stop("partner", "/partners/", (ROW,)))
PARTNERS: Final = (
    *LOOKING_AT_PARTNERS,
    Stop("partner-new", "/partners/new"),
    Stop("partner-edit", "/partners/", (ROW, CHANGE)),
)
LOOKING_AT_GOALS: Final = (
    Stop("goals", "/goals/"),
    Stop("goal", "/goals/", ("main a[href^='/goals/0']",)),
)
GOALS: Final = (
    *LOOKING_AT_GOALS,
    Stop("goal-new", "/goals/new"),
    Stop("goal-edit", "/goals/", ("main a[href^='/goals/0']", CHANGE)),
    Stop("themes", "/goals/themes"),
    Stop("theme-edit", "/goals/themes", ("main a[href*='/themes/edit']",)),
)
POLICY: Final = (
    Stop("policy", "/policy/"),
    Stop("grant", "/policy/", ("main a[href^='/policy/grants/0']",)),
)
POLICY_GOALS: Final = (
    Stop("policy-goal-new", "/policy/goals/new"),
    Stop("policy-goal-edit", "/policy/", (CHANGE,)),
)
GRANTS: Final = (
    Stop("grant-new", "/policy/grants/new"),
    Stop("grant-edit", "/policy/", ("main a[href^='/policy/grants/0']", CHANGE)),
)
LOOKING_AT_VENUES: Final = (Stop("venues", "/venues/"), Stop("venue", "/venues/", (ROW,)))
VENUES: Final = (
    *LOOKING_AT_VENUES,
    Stop("venues-retired", "/venues/?retired=1"),
    Stop("venue-new", "/venues/new"),
    Stop("venue-edit", "/venues/", (ROW, CHANGE)),
)
PLACES: Final = (
    Stop("neighbourhoods", "/neighbourhoods/"),
    Stop("neighbourhood", "/neighbourhoods/", (ROW,)),
)
REPORTS: Final = (
    Stop("reports", "/reports/"),
    Stop("report", "/reports/", ("tr:has(.kw-badge-good) a",)),
)
REPORT_DRAFT: Final = (Stop("report-draft", "/reports/", ("tr:has(.kw-badge-wait) a",)),)
TODAY: Final = (Stop("today", "/today"),)

PUBLIC: Final = "public"
FOR_EVERYBODY: Final = (PUBLIC, Role.GUARDIAN)  # in every language
WALK: Final[dict[str, tuple[Stop, ...]]] = {
    PUBLIC: (
        *PROGRAMME,
        Stop("sign-up", "/?age=9", (FULL, "main a[href$='/start']")),
        Stop("sign-in", "/sign-in"),
        Stop("sign-in-refused", "/sign-in", (SEND,)),
        Stop("link", "/sign-in/link"),
        Stop("link-sent", "/sign-in/link", (("main [name=email]", MAIL), SEND)),
        Stop("post", "/post"),
        Stop("link-followed", "/post", ("main a[href*='/sign-in/link/']",)),
        Stop("link-gone", f"/sign-in/link/{NOBODY}/x"),
        Stop("forgotten", "/sign-in/forgotten"),
        Stop(
            "forgotten-sent",
            "/sign-in/forgotten",
            (("main [name=email]", "sanne@zonnewaard.example"), SEND),
        ),
        Stop("new-password", "/post", ("main a[href*='/sign-in/password/']",)),
        Stop("not-found", "/nowhere"),
    ),
    Role.GUARDIAN: (
        *PROGRAMME[:1],
        Stop("family", "/family"),
        Stop("child-add", "/family", ("main a[href^='/family/children/new/']",)),
        Stop(
            "child-add-refused",
            "/family",
            ("main a[href^='/family/children/new/']", SEND),
        ),
        Stop(
            "child-edit",
            "/family",
            ("main a[href^='/family/children/']:not([href$='/move']):not([href*='/new/'])",),
        ),
        Stop("child-moves", "/family", ("main a[href$='/move']",)),
        Stop("sign-up-who", "/?age=9", (FULL, "main a[href$='/start']")),
        Stop(
            "sign-up-check",
            "/?age=9",
            (FULL, "main a[href$='/start']", "main input[name=children] + label", SEND),
        ),
        Stop(
            "sign-up-done",
            "/?age=9",
            (
                FULL,
                "main a[href$='/start']",
                "main input[name=children] + label",
                SEND,
                "main form[method=post] button",
            ),
        ),
        Stop("family-signed-up", "/family"),
        Stop("sign-off", "/family", ("main a[href$='/cancel']",)),
        *ACCOUNT,
    ),
    Role.VOLUNTEER: (
        *TODAY,
        *SESSIONS,
        *ACTIVITIES,
        Stop("pass-on", "/signals/pass-on"),
        Stop("pass-on-refused", "/signals/pass-on", (SEND,)),
        Stop("passed-on", "/signals/pass-on", (("[name=fact]", "Keek de hele middag sip."), SEND)),
        *MAP,
        *LOOKING_AT_PARTNERS,
        *LOOKING_AT_VENUES,
        *LOOKING_AT_GOALS,
        *PLACES,
        *ACCOUNT,
    ),
    Role.WORKER: (
        *TODAY,
        *REGISTERS,
        *PLANNING,
        *CHILDREN,
        *SIGNALS,
        *CARRYING,
        *SUPPORT,
        *REFERRALS,
        *MAP,
        *PARTNERS,
        *LOOKING_AT_GOALS,
        *POLICY,
        *VENUES,
        *PLACES,
        *REPORTS,
        *REPORT_DRAFT,
        *ACCOUNT,
        Stop(
            "codes",
            "/account/second-factor",
            (("main [name=code]", code), SEND),
        ),
        Stop(
            "password-chosen",
            "/account/password",
            (("[name=password]", SECRET), ("[name=repeated]", SECRET), SEND),
        ),
        Stop("account-locked", "/account"),
    ),
    Role.COORDINATOR: (
        *TODAY,
        *REGISTERS[:2],
        *PLANNING,
        *CALLING_OFF,
        *CHILDREN,
        *SIGNALS,
        *CARRYING,
        *SUPPORT[:2],
        *REFERRALS,
        *MAP,
        *PARTNERS,
        *GOALS,
        *POLICY,
        *POLICY_GOALS,
        *GRANTS,
        *VENUES,
        *PLACES,
        *REPORTS,
        *REPORT_DRAFT,
        Stop("report-new", "/reports/new"),
        Stop(
            "report-dialogue",
            "/reports/",
            ("tr:has(.kw-badge-wait) a", "main a[href$='/dialogue']"),
        ),
        Stop("messages", "/messages"),
        Stop("resets", "/second-factors"),
        Stop("school-year", "/school-year"),
        Stop("school-year-activities", "/school-year/activities"),
        Stop("school-year-team", "/school-year/team"),
        Stop("school-year-children", "/school-year/children"),
        Stop("school-year-keys", "/school-year/keys"),
        *ACCOUNT[:1],
    ),
    Role.PROTECTION_OFFICER: (
        *TODAY,
        *TAKING_ON,
        *SIGNALS,
        *LOOKING_AT_REFERRALS,
        *LOOKING_AT_CHILDREN,
        *ACTIVITIES,
        *MAP,
        *LOOKING_AT_PARTNERS,
        *LOOKING_AT_VENUES,
        *LOOKING_AT_GOALS,
        *PLACES,
        *ACCOUNT[:1],
    ),
    Role.CONFIDANT: (*TODAY, *ACCOUNT[:1]),
    Role.PRIVACY_OFFICER: (
        *TODAY,
        Stop("requests", "/access-requests/"),
        Stop("request", "/access-requests/", (ROW,)),
        *ACCOUNT[:1],
    ),
    Role.MUNICIPALITY: (*TODAY, *REPORTS, *POLICY, *POLICY_GOALS, *PLACES, *ACCOUNT[:1]),
    Role.ADMIN: (
        *TODAY,
        Stop("people", "/people"),
        Stop("person", "/people", (ROW,)),
        Stop("archives", "/archives/"),
        Stop("archive-asked-for", "/archives/new"),
        Stop("invite", "/people/invite"),
        Stop("invite-refused", "/people/invite", (SEND,)),
        Stop(
            "invited",
            "/people/invite",
            (("[name=name]", "Nieuwe Collega"), ("[name=email]", MAIL), SEND),
        ),
        Stop("invitation", "/post", ("main a[href*='/invitation/']",)),
        Stop("resets", "/second-factors"),
        *PLACES,
        Stop("import", "/neighbourhoods/import"),
        Stop(
            "import-refused",
            "/neighbourhoods/import",
            (("[name=outlines]", file("buurten.geojson", b"{}")), SEND),
        ),
        Stop(
            "import-preview",
            "/neighbourhoods/import",
            (
                ("[name=outlines]", file("buurten.geojson", geography.outlines())),
                ("[name=figures]", file("kerncijfers-2024.csv", geography.figures())),
                SEND,
            ),
        ),
        *VENUES,
        *GOALS,
        *POLICY,
        *POLICY_GOALS,
        *GRANTS,
        *ACTIVITIES,
        *PARTNERS,
        *MAP,
        Stop("messages", "/messages"),
        *ACCOUNT[:1],
    ),
}


def arrive(page: Page, role: str) -> None:
    """Come in as that role; the public just comes in."""
    if role != PUBLIC:
        sign_in(page, role)


def go(page: Page, stop: Stop) -> None:
    page.goto(stop.path)
    page.locator(":root:not(:has(.kw-map:not([data-ready])))").wait_for()
    for step in stop.steps:
        if isinstance(step, str):
            _press(page, step)
        else:
            _give(page, *step)


def _press(page: Page, selector: str) -> None:
    """Press it; a label chooses, and everything else leads to a page."""
    wanted = page.locator(selector).first
    if selector.endswith("label"):
        wanted.click()
        return
    with page.expect_event("load"):
        wanted.click()


def _give(page: Page, selector: str, given: Given) -> None:
    wanted = page.locator(selector).first
    if isinstance(given, str):
        wanted.fill(given)
    elif callable(given):
        wanted.fill(given(page))
    else:
        wanted.set_input_files(given)

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
from kinderwerk.demo.chapters.talks import KEY
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
FULL_FOR_BOTH: Final = "article:has-text('Knutselwerkplaats') a[href^='/programme/']"
SAMI: Final = "main form label:has-text('Sami')"
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

HERE: Final = "a.kw-big-choice:has-text('Vogelnest')"
BOARD: Final = (HERE, "main a[href$='/board/']")
SAY: Final = (*BOARD, "main a[href$='/board/say']", "main a[href$='/say/idea']")
PICTURES: Final = "main [name=pseudonym]"
TALK: Final = (HERE, "main a[data-replace]")


def step(name: str) -> str:
    """Return the button that takes this step of a talk."""
    return f"main form:has([name=step][value={name}]) button"


def picture(code: str) -> tuple[Step, Step]:
    """Return how one picture of a key is taken: out of a group that opens first."""
    return f"details:has([value={code}]) summary", f"main button[value={code}]"


CHILD_PAGES: Final = (
    Stop("places", "/kids/"),
    Stop("place", "/kids/", (HERE,)),
    Stop("board", "/kids/", BOARD),
    Stop("board-questions", "/kids/", (*BOARD, "main a[href$='kind=question']")),
    Stop("board-post", "/kids/", (*BOARD, "main article a[href*='/board/0']")),
    Stop("board-report", "/kids/", (*BOARD, "main a[href$='/report']")),
    Stop(
        "board-answer",
        "/kids/",
        (*BOARD, "main article a.btn", "main a[href$='/answer']"),
    ),
    Stop("board-say", "/kids/", SAY[:-1]),
    Stop("board-say-idea", "/kids/", SAY),
    Stop("board-refused", "/kids/", (*SAY, SEND)),
    Stop("board-thanks", "/kids/", (*SAY, ("[name=words]", "Een glijbaan."), PICTURES, SEND)),
    Stop("council", "/kids/", (HERE, "main a[href$='/council']")),
    Stop("talked-about", "/kids/", (HERE, "main a[href$='/talked-about']")),
    Stop("what-we-know", "/kids/", (HERE, "main a[href$='/about']")),
    Stop("talk", "/kids/", TALK),
    Stop("talk-about", "/kids/", (*TALK, step("about"))),
    Stop("talk-whom", "/kids/", (*TALK, step("about"), step("whom"))),
    Stop("talk-choose", "/kids/", (*TALK, step("about"), step("choose"))),
    Stop("talk-write", "/kids/", (*TALK, step("about"), step("choose"), step("write"))),
    Stop(
        "talk-refused",
        "/kids/",
        (*TALK, step("about"), step("choose"), step("write"), step("send")),
    ),
    Stop(
        "talk-sent",
        "/kids/",
        (
            *TALK,
            step("about"),
            step("choose"),
            step("write"),
            ("[name=words]", "Mag ik iets vragen?"),
            step("send"),
        ),
    ),
    Stop("talk-pictures", "/kids/", (*TALK, step("pictures"))),
    Stop("talk-picked", "/kids/", (*TALK, step("pictures"), *picture("cat"))),
    Stop(
        "talk-no-key",
        "/kids/",
        (*TALK, step("pictures"), *4 * picture("cat")),
    ),
    Stop(
        "talk-answer",
        "/kids/",
        (*TALK, step("pictures"), *(each for code in KEY for each in picture(code))),
    ),
)
FAMILY: Final = "main a[href^='/family/children/'][href$='{}']"
FAMILY_PAGES: Final = (
    Stop("family-plan", "/family", ("main a[href^='/family/plan/']",)),
    Stop("family-referral", "/family", ("main a[href^='/family/referrals/']",)),
    Stop("family-messages", "/family", ("main a[href^='/family/messages/']",)),
    Stop("family-calendar", "/family/calendar"),
    Stop("family-trail", "/family/trail"),
    Stop("family-known", "/family/known"),
    Stop("family-me", "/family/known", ("main a[href^='/family/me/']",)),
    Stop("family-erase", "/family/known", ("main a[href^='/family/erase/']",)),
    *(
        Stop(f"child-{name}", "/family", (FAMILY.format(f"/{name}"),))
        for name in ("consents", "carers", "people", "notes")
    ),
    Stop("child-people-refused", "/family", (FAMILY.format("/people"), SEND)),
    Stop("certificate", "/family", ("main a[href^='/papers/certificate/']",)),
    Stop("draw", "/family", ("main a[href$='/draw']",)),
    Stop("draw-again", "/family", ("main a[href$='/draw']", "main a[href$='/draw/again']")),
    Stop("your-data", "/your-data/"),
    Stop("your-data-ask", "/your-data/ask"),
)

PUBLIC: Final = "public"
KID: Final = "child"
OUTSIDE: Final = (PUBLIC, KID)  # without an account
FOR_EVERYBODY: Final = (*OUTSIDE, Role.GUARDIAN)  # in every language
WALK: Final[dict[str, tuple[Stop, ...]]] = {
    KID: CHILD_PAGES,
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
        Stop("paper-form", "/?age=9", (FULL, "main a[href^='/papers/form/']")),
        Stop("spoken-code", "/sign-in/code"),
        Stop("spoken-code-refused", "/sign-in/code", (SEND,)),
        Stop("your-data", "/your-data/"),
        Stop("your-data-ask", "/your-data/ask"),
        Stop("your-data-ask-refused", "/your-data/ask", (SEND,)),
        Stop("weak-spots", "/weak-spots"),
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
        Stop("sign-up-who", "/?age=9", (FULL_FOR_BOTH, "main a[href$='/start']")),
        Stop(
            "sign-up-check",
            "/?age=9",
            (FULL_FOR_BOTH, "main a[href$='/start']", SAMI, SEND),
        ),
        Stop(
            "sign-up-done",
            "/?age=9",
            (
                FULL_FOR_BOTH,
                "main a[href$='/start']",
                SAMI,
                SEND,
                "main form[method=post] button",
            ),
        ),
        Stop("family-signed-up", "/family"),
        Stop("sign-off", "/family", ("main a[href$='/cancel']",)),
        *FAMILY_PAGES,
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
        Stop("shifts", "/shifts/"),
        Stop("shifts-open", "/shifts/open"),
        Stop("away", "/away/"),
        Stop("about-you", "/team/me"),
        Stop("incident-new", "/incidents/new"),
        Stop("incident-refused", "/incidents/new", (SEND,)),
        Stop("lists-offline", "/offline/"),
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
    """Come in as that role; whoever has no account just comes in."""
    if role not in OUTSIDE:
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
    """Press it: it chooses, opens, or replaces what is shown, and else it leads to a page."""
    wanted = page.locator(selector).first
    pressed = wanted.element_handle()
    if pressed.evaluate("one => one.matches('label, summary, input')"):
        wanted.click()
    elif pressed.evaluate("one => !!one.closest('form[data-step]')"):
        wanted.click()
        pressed.wait_for_element_state("hidden")
    else:
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

"""What is offered: activities and their dates, who came, where it is, what it is for."""

from typing import Final

from tests.browser.walk.stops import CHANGE, KEEP, ROW, SEND, Stop, on

PHOTO: Final = "main a[href$='/photo']"
ACTIVITIES: Final = (
    Stop("activities", "/activities/"),
    Stop("activities-nothing", "/activities/?q=niemendal"),
    Stop("activity", "/activities/?q=kookclub", (ROW,)),
)
PLANNING: Final = (
    *ACTIVITIES,
    Stop("activity-kinds", "/activities/new"),
    Stop("activity-plan", "/activities/new?format=club"),
    Stop("activity-refused", "/activities/new?format=club", (KEEP,)),
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
COOKING: Final = "/activities/?q=kookclub"
DATES: Final = (
    Stop("agenda-import", "/activities/", on("import")),
    *(
        Stop(f"activity-{name}", COOKING, (ROW, f"main a[href$='/{step}']"))
        for name, step in (
            ("date-change", "change"),
            ("date-move", "move"),
            ("date-call-off", "call-off"),
            ("words", "words"),
        )
    ),
    Stop("activity-copy", "/activities/new", ("main a[href$='/copy']",)),
    Stop("activity-door", COOKING, (ROW, *on("sign-ups", "door"))),
    Stop("poster", COOKING, (ROW, "main a[href*='/papers/poster/']")),
)
PAPERS: Final = (
    Stop("papers", "/activities/", ("main a[href='/papers/']",)),
    Stop("papers-week", "/papers/", on("week")),
    Stop("papers-helplines", "/papers/", on("helplines")),
    Stop("papers-form", "/papers/", ("main a[href*='/papers/general-form/']",)),
)
PLANNER: Final = (
    Stop("planner", "/planner/"),
    Stop("planner-adults", "/planner/", on("adults")),
    Stop("planner-goals", "/planner/", on("goals")),
    Stop("planner-date", "/planner/", ("main a[href*='/planner/dates/']:visible",)),
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
            ".reg-meetings a:has-text('lab') >> nth=-1",
            ".reg-closed button",
            ("[name=name]", "a"),
            ".reg-search button",
        ),
    ),
)
MEETING: Final = ".reg-meetings a"
ASKED: Final = "main a[href*='/measuring/']:not([href$='/paper'])"
RUNNING: Final = (
    *(
        Stop(f"session-{name}", "/sessions/", (MEETING, f"main a[href$='/{name}']"))
        for name in ("kiosk", "vote", "measuring")
    ),
    Stop("session-log", "/hours", ("main a[href$='/log']",)),
    Stop("session-asked", "/sessions/", (MEETING, *on("measuring"), ASKED)),
    Stop("session-asked-paper", "/sessions/", (MEETING, *on("measuring", "paper"))),
    Stop("session-asked-counted", "/sessions/", (MEETING, *on("measuring"), ASKED, *on("numbers"))),
    Stop("session-list", "/sessions/", (MEETING, "main a[href*='/papers/list/']")),
    Stop("session-sheet", "/sessions/", (MEETING, "main a[href*='/papers/session/']")),
)
CARING: Final = (
    Stop("session-people", "/sessions/", (MEETING, *on("people"))),
    Stop("session-tell", "/sessions/", (MEETING, *on("tell"))),
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
MAP: Final = (
    Stop("map", "/map/"),
    Stop("map-table", "/map/", ("main a[href*='/map/table']",)),
    Stop("map-places", "/map/", ("main a[href*='/map/places']",)),
)
WALKING: Final = (
    Stop("map-walking", "/map/", on("walking")),
    Stop("map-barrier", "/map/", on("walking", "walking/barrier")),
    Stop("map-centre", "/map/", on("walking", "walking/centre")),
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

"""What keeps an organisation running: its people, its school year, its papers and imports."""

from typing import Final

from kinderwerk.demo.town import geography
from tests.browser.walk.stops import MAIL, ROW, SEND, Stop, file, on

MESSAGES: Final = (Stop("messages", "/messages"),)
RESETS: Final = (Stop("resets", "/second-factors"),)
TEAM: Final = (
    Stop("shifts", "/shifts/"),
    Stop("shifts-open", "/shifts/open"),
    Stop("away", "/away/"),
    Stop("about-you", "/team/me"),
    Stop("hours", "/hours"),
    Stop("what-came-back", "/what-came-back"),
    Stop("my-calendar", "/account", on("my-calendar")),
    Stop("my-trail", "/account", on("trail/mine")),
)
HOLIDAYS: Final = (Stop("holidays", "/holidays/"),)
SEASON: Final = (Stop("season", "/privacy/terms", on("season")),)
OFFLINE: Final = (Stop("lists-offline", "/offline/"),)
SCHOOL_YEAR: Final = (
    Stop("school-year", "/school-year"),
    *(
        Stop(f"school-year-{step}", f"/school-year/{step}")
        for step in ("activities", "team", "children", "keys")
    ),
)
REQUESTS: Final = (
    Stop("requests", "/access-requests/"),
    Stop("request", "/access-requests/", (ROW,)),
)
PEOPLE: Final = (
    Stop("people", "/people"),
    Stop("person", "/people", (ROW,)),
    Stop("invite", "/people/invite"),
    Stop("invite-refused", "/people/invite", (SEND,)),
    Stop(
        "invited",
        "/people/invite",
        (("[name=name]", "Nieuwe Collega"), ("[name=email]", MAIL), SEND),
    ),
    Stop("invitation", "/post", ("main a[href*='/invitation/']",)),
)
ARCHIVES: Final = (
    Stop("archives", "/archives/"),
    Stop("archive-asked-for", "/archives/new"),
)
IMPORTING_PLACES: Final = (
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
)
LOOKING_AFTER_TEAM: Final = (
    Stop("team", "/team/"),
    Stop("hours-of-everybody", "/hours/organisation"),
    Stop("away-everybody", "/away/everybody"),
)
HOLIDAYS_IN: Final = (
    Stop("holiday-new", "/holidays/new"),
    Stop("holiday-refused", "/holidays/new", (SEND,)),
    Stop("holidays-import", "/holidays/import"),
)
KINDS: Final = ("children", "venues", "partners", "activities")
IMPORTS: Final = (
    Stop("imports", "/imports/"),
    *(Stop(f"imports-{kind}", f"/imports/{kind}") for kind in KINDS),
    *(Stop(f"imports-{kind}-refused", f"/imports/{kind}", (SEND,)) for kind in KINDS[:1]),
    Stop(
        "imports-columns",
        "/imports/venues",
        (("[name=file]", file("venues.csv", b"Naam;Adres\nDe Brug;Kade 1\n")), SEND),
    ),
    Stop(
        "imports-fault",
        "/imports/activities",
        (("[name=file]", file("a.csv", b"Activiteit;Datum;Van;Tot\nSchaken;3-6;25;26\n")), SEND),
    ),
    Stop("calendar-in", "/activities/import"),
)
OUTWARDS: Final = (
    Stop("embedding", "/embedding"),
    Stop("referral-interfaces", "/referrals/interfaces"),
)
RIGHTS: Final = (
    Stop("request-new", "/access-requests/new"),
    Stop("request-refused", "/access-requests/new", (SEND,)),
    Stop("going", "/privacy/going"),
)
WATCHING: Final = (
    Stop("trail", "/trail"),
    Stop("striking", "/striking"),
    Stop("breaches", "/data-breaches/"),
    Stop("terms", "/privacy/terms"),
)

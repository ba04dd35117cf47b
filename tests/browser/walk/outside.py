"""What parents, children and whoever comes by see: in every language."""

from typing import Final

from kinderwerk.demo.chapters.talks import KEY
from tests.browser.visitor import years_ago
from tests.browser.walk.own import ACCOUNT
from tests.browser.walk.stops import MAIL, NOBODY, SEND, Step, Stop

OFFER: Final = "article a[href^='/programme/']"
FULL: Final = "article:has(.kw-badge-neutral) a[href^='/programme/']"
FULL_FOR_BOTH: Final = "article:has-text('Knutselwerkplaats') a[href^='/programme/']"
SAMI: Final = "main form label:has-text('Sami')"
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
PUBLIC_PAGES: Final = (
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
)
GUARDIAN_PAGES: Final = (
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
)

"""Children and what is done for them: signals, support, referrals, and who helps with that."""

from typing import Final

from tests.browser.walk.stops import CHANGE, ROW, SEND, Step, Stop, on, one

LOOKING_AT_CHILDREN: Final = (
    Stop("children", "/children"),
    Stop("children-nobody", "/children?youngest=17&oldest=17"),
    Stop("children-everyone", "/children/everyone"),
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
FAMILIES: Final = (
    Stop("children-from-paper", "/children", on("from-paper")),
    Stop("children-doubles", "/children", on("doubles")),
    Stop("children-merge", "/children", (*on("doubles"), "main a[href*='/merge/']")),
    Stop("child-consents", "/children", (ROW, *on("consents"))),
    Stop("child-notes", "/children", (ROW, *on("notes"))),
    Stop("child-emergency", "/children", (ROW, *on("emergency"))),
    Stop("child-carer-new", "/children", (ROW, *on("carers/new"))),
    Stop("carer", "/children", (ROW, one("/children/care/"))),
    Stop("carer-who", "/children", (ROW, "main a[href^='/children/care/'][href$='/who']")),
)
SIGNALS: Final = (
    Stop("signals", "/signals/"),
    Stop("signal", "/signals/", (ROW,)),
    Stop("signal-new", "/signals/new"),
    Stop("signal-refused", "/signals/new", (SEND,)),
)
QUICK: Final = (
    Stop("signal-quick", "/today", ("main a[href='/signals/quick']",)),
    Stop("signal-quick-refused", "/today", ("main a[href='/signals/quick']", SEND)),
)
ON_PAPER: Final = (Stop("signal-paper", "/signals/", (ROW, *on("paper"))),)
CARRYING: Final = (
    Stop("signal-signs", "/signals/", (ROW, *on("signs"))),
    Stop("signal-share", "/signals/", (ROW, *on("share"))),
    Stop("signal-consultation", "/signals/", (ROW, "main a[href^='/consultations/new']")),
    Stop("signal-note", "/signals/", (ROW, "main a[href$='/note']")),
    Stop("signal-course", "/signals/", (ROW, "main a[href$='/course']")),
    Stop("signal-close", "/signals/", (ROW, "main a[href$='/close']")),
)
OPEN: Final = "main tbody tr:has-text('Open') a"  # about which no case was begun
CASE: Final[tuple[Step, ...]] = (one("/reporting-code/"),)
CODE: Final = (
    Stop("code", "/reporting-code/"),
    Stop("signal-graver", "/signals/", (OPEN, *on("course"), "label:has-text('Ernstige')", SEND)),
    Stop("code-new", "/signals/", (OPEN, "main a[href^='/reporting-code/new']")),
    Stop("code-case", "/reporting-code/", CASE),
    *(
        Stop(f"code-{name}", "/reporting-code/", (*CASE, f"main a[href*='/{step}']"))
        for name, step in (
            ("kindcheck", "write/kindcheck"),
            ("consultation", "write/consultation"),
            ("talk-parents", "write/talk_parents"),
            ("talk-child", "write/talk_child"),
            ("weigh", "weigh/2"),
            ("decide", "decide/report"),
            ("report", "write/report"),
            ("follow-up", "write/follow_up"),
            ("child", "children/"),
            ("course", "course"),
            ("close", "close"),
            ("share", "share"),
        )
    ),
)
TAKING_ON: Final = (
    Stop("signal-passed-on", "/today", ("main .kw-tasks a[href^='/signals/']",)),
    Stop(
        "signal-take-on",
        "/today",
        ("main .kw-tasks a[href^='/signals/']", "main a[href$='/take-on']"),
    ),
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
AT_HOME: Final[tuple[Step, ...]] = (ROW,)
FIVE_MINUTES: Final = "main form button:has-text('5 min')"
FAMILY_SUPPORT: Final = (
    Stop("contact-tally", "/support/", on("contacts/tally")),
    Stop("contact-tallied", "/support/", (*on("contacts/tally"), "main form label", FIVE_MINUTES)),
    Stop("contact", "/support/contacts", (one("/support/contacts/"),)),
    *(
        Stop(f"trajectory-{name}", "/support/", (*AT_HOME, f"main a[href*='/{step}']"))
        for name, step in (
            ("aim-change", "aims/"),
            ("agreement", "agreements/new"),
            ("kindcheck", "check"),
            ("course", "course"),
            ("share", "share"),
            ("signal", "signal"),
        )
    ),
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
HANDING_OVER: Final = (
    *(
        Stop(f"referral-{name}", "/referrals/", (ROW, f"main a[href$='/{name}']"))
        for name in ("letter", "helped", "code", "share")
    ),
)
LOOKING_AT_PARTNERS: Final = (Stop("partners", "/partners/"), Stop("partner", "/partners/", (ROW,)))
PARTNERS: Final = (
    *LOOKING_AT_PARTNERS,
    Stop("partner-new", "/partners/new"),
    Stop("partner-edit", "/partners/", (ROW, CHANGE)),
)
PASSING_ON: Final = (
    Stop("pass-on", "/signals/pass-on"),
    Stop("pass-on-refused", "/signals/pass-on", (SEND,)),
    Stop("passed-on", "/signals/pass-on", (("[name=fact]", "Keek de hele middag sip."), SEND)),
)
WRITTEN: Final = (
    Stop("incidents", "/incidents/"),
    Stop("incident", "/incidents/", (one("/incidents/"),)),
    Stop("incident-complete", "/incidents/", (one("/incidents/"), *on("complete"))),
    Stop("incident-copy", "/incidents/", (one("/incidents/"), *on("copy"))),
    Stop("incidents-year", "/incidents/", on("year")),
)
HELPLINES: Final = (Stop("helplines", "/helplines/"),)
INCIDENTS: Final = (
    Stop("incident-new", "/incidents/new"),
    Stop("incident-refused", "/incidents/new", (SEND,)),
    Stop("incident-written", "/incidents/written"),
)
BOOK: Final = (Stop("incidents", "/incidents/"), Stop("incidents-year", "/incidents/year"))
BOUNDARIES: Final = (Stop("boundaries", "/boundaries/"), Stop("boundary", "/boundaries/", (ROW,)))

"""What is steered by: policy, grants and reports."""

from typing import Final

from tests.browser.walk.stops import CHANGE, Stop

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
REPORTS: Final = (
    Stop("reports", "/reports/"),
    Stop("report", "/reports/", ("tr:has(.kw-badge-good) a",)),
)
REPORT_DRAFT: Final = (Stop("report-draft", "/reports/", ("tr:has(.kw-badge-wait) a",)),)
DRAWING_UP: Final = (
    Stop("report-new", "/reports/new"),
    Stop(
        "report-dialogue",
        "/reports/",
        ("tr:has(.kw-badge-wait) a", "main a[href$='/dialogue']"),
    ),
)
LIVE: Final = (Stop("report-live", "/reports/live"),)

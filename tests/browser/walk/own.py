"""What everybody has who signs in: today, and an account."""

from typing import Final

import pyotp
from playwright.sync_api import Page

from tests.browser.walk.stops import SEND, Stop

SECRET: Final = "correct horse battery staple"


def code(page: Page) -> str:
    """Return what the app on a phone shows for the secret on this page."""
    return pyotp.TOTP((page.locator(".kw-secret").text_content() or "").replace(" ", "")).now()


TODAY: Final = (Stop("today", "/today"),)
ACCOUNT: Final = (
    Stop("account", "/account"),
    Stop("act", "/act"),
    Stop("password", "/account/password"),
    Stop("set-up-factor", "/account/second-factor"),
    Stop("close-account", "/account/close"),
)
CHANGED: Final = (
    Stop("codes", "/account/second-factor", (("main [name=code]", code), SEND)),
    Stop("recovery-codes", "/account", ("main a[href*='/account/recovery-codes']",)),
    Stop("passkey-new", "/account", ("main a[href$='/passkeys/new']",)),
    Stop(
        "password-chosen",
        "/account/password",
        (("[name=password]", SECRET), ("[name=repeated]", SECRET), SEND),
    ),
    Stop("account-locked", "/account"),
)

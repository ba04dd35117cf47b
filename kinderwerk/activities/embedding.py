"""The programme on somebody else's site: which sites may show it in a frame."""

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import urlsplit
from uuid import UUID

from sqlalchemy.orm import Session

from kinderwerk.access.policy import demand
from kinderwerk.access.vocabulary import Action, Actor, Resource
from kinderwerk.accounts.models import Organisation
from kinderwerk.audit import service as audit
from kinderwerk.core.errors import Refusal
from kinderwerk.core.words import N_
from kinderwerk.storage.work import unit_of_work

MOST: Final = 20
#: A host with a name; it goes into a header, so nothing else may come along.
_SITE: Final = re.compile(
    r"https://[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*\.[a-z][a-z0-9-]+"
    r"(?::\d{1,5})?"
)
_HERE: Final = re.compile(r"http://(?:localhost|127\.0\.0\.1)(?::\d{1,5})?")


class NoSite(Refusal):
    message = N_("“%(site)s” is no address of a site. Write it like https://www.school.example")
    field = "sites"


class TooManySites(Refusal):
    message = N_("At most %(most)d sites.")
    field = "sites"


def origin(written: str, *, demo: bool) -> str:
    """Return the site of an address as browsers name it, without a page on it."""
    try:
        parts = urlsplit(written.strip())
        host = (parts.hostname or "").encode("idna").decode("ascii")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:  # also what IDNA cannot write
        raise NoSite(site=written[:60]) from None
    found = f"{parts.scheme.lower()}://{host}{port}"
    if parts.username is not None or not (
        _SITE.fullmatch(found) or (demo and _HERE.fullmatch(found))
    ):
        raise NoSite(site=written[:60])
    return found.removesuffix(":443")


def origins(written: str, *, demo: bool) -> tuple[str, ...]:
    """Return the sites of a text, one on each line, each once."""
    found = tuple(dict.fromkeys(origin(line, demo=demo) for line in written.split()))
    if len(found) > MOST:
        raise TooManySites(most=MOST)
    return found


def organisation(session: Session, organisation_id: UUID) -> Organisation:
    return session.get_one(Organisation, organisation_id)


def admit(session: Session, actor: Actor, sites: Sequence[str]) -> Organisation:
    """Let these sites show the programme of one's organisation, and no others."""
    with unit_of_work(session):
        held = demand(actor, Action.EDIT, Resource.EMBEDDING)
        if held.organisation_id is None:
            raise ValueError("only an organisation has a programme")
        row = session.get_one(Organisation, held.organisation_id, with_for_update=True)
        row.framed_by = list(sites)
        audit.record(session, actor, "organisation.framed", row.id, sites=list(sites))
    return row

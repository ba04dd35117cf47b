"""What a partner is told of a family besides the note: as little as was chosen, and no more.

The letter, the page that the parents read first and the page of the partner show the same sheet;
once it is sent, word for word as it stood then.
"""

import json
from dataclasses import dataclass
from datetime import date

from kinderwerk.families.models import Care, Carer
from kinderwerk.families.rules import Relation
from kinderwerk.places.models import Neighbourhood
from kinderwerk.referrals.models import Referral
from kinderwerk.referrals.rules import Holders, Part


@dataclass(frozen=True, slots=True)
class Sheet:
    """Who is referred, and of the rest what goes along: adults by name and telephone number."""

    whom: str
    born_on: date | None = None
    home: str = ""
    carers: tuple[tuple[str, str], ...] = ()

    def written(self) -> str:
        born = self.born_on.isoformat() if self.born_on else None
        return json.dumps([self.whom, born, self.home, self.carers])


def read(written: str) -> Sheet:
    """Return a sheet as it was sent; what is no sheet stands as it is."""
    try:
        whom, born, home, carers = json.loads(written)
    except (ValueError, TypeError):
        return Sheet(written)
    return Sheet(
        whom, date.fromisoformat(born) if born else None, home,
        tuple((name, phone) for name, phone in carers),
    )  # fmt: skip


def cares(referral: Referral) -> list[Care]:
    """Return what the adults are to the child that is referred, or to any child of the family."""
    children = [referral.child] if referral.child else referral.family.children
    return [
        care for child in children for care in child.cares if care.relation is not Relation.SELF
    ]


def holders(referral: Referral) -> Holders:
    """Return who has custody as far as is known; of a family, of any of its children."""
    standing = [care for care in cares(referral) if care.decides]
    return Holders(
        known=frozenset(care.carer_id for care in standing if care.has_custody),
        possible=frozenset(care.carer_id for care in standing),
    )


def asked(referral: Referral) -> list[Carer]:
    """Return the adults whose consent counts, each once."""
    wanted = holders(referral).asked
    return list({care.carer for care in cares(referral) if care.carer_id in wanted})


def draft(referral: Referral, home: Neighbourhood | None) -> Sheet:
    """Return the sheet as it would go now; whoever may hear nothing of the child is not on it."""
    parts, child = referral.goes_along, referral.child
    heard = dict.fromkeys(care.carer for care in cares(referral) if not care.shut)
    adults = list(heard) if child or referral.family.children else referral.family.carers
    return Sheet(
        whom=child.full_name if child else ", ".join(carer.name for carer in adults),
        born_on=child.born_on if child and Part.BORN in parts else None,
        home=home.name if home and Part.HOME in parts else "",
        carers=tuple((one.name, one.phone) for one in adults) if Part.CARERS in parts else (),
    )  # fmt: skip

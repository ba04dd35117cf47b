"""Who changes a row asks the policy again under the lock: watched in every test of the run.

What the edge decided is stale once somebody waited for a lock. So each unit of work that changes
rows calls `demand` inside, and where a row was there already, after that row was locked; or the
function that opened the unit stands below with the reason why it need not.
"""

import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from types import FrameType
from typing import Any, Final
from unittest.mock import patch

from sqlalchemy import event
from sqlalchemy.orm import ORMExecuteState, Session

from kinderwerk.access import policy
from kinderwerk.audit.models import AuditEntry
from kinderwerk.storage.work import WRITES, changes, writes

OWN: Final = "one's own account, which no right of anybody else opens"
PROOF: Final = "shows who somebody is: there is nobody yet to be asked about"
LINK: Final = "whoever holds a link that was mailed may use it; the link is checked under the lock"
SYSTEM: Final = "the system itself, or a command on the machine; no page leads there"
WITHIN: Final = "in the unit of whoever asked"
DEVICE: Final = "whoever holds the key of a device tells what it noted; its rights are asked inside"
FIRST: Final = "makes the very first key, and nothing that is anybody's"
CHILD: Final = "a child of whom nobody knows who it is: hours, the two and the key are asked inside"
ANYBODY: Final = "a child without an account, whose post nobody sees before somebody read it"
RIGHT: Final = "whoever it is may ask; nothing is told before it is known who they are"
READING: Final = "puts a reading on record, which was allowed before"
EXCUSED: Final[Mapping[str, str]] = {
    "kinderwerk.notices.changes.tell": SYSTEM,
    "kinderwerk.team.service.remind": SYSTEM,
    "kinderwerk.access_requests.service.ask": RIGHT,
    "kinderwerk.access_requests.service.remind": SYSTEM,
    "kinderwerk.access_requests.service.tidy": SYSTEM,
    "kinderwerk.talks.service.ask": CHILD,
    "kinderwerk.talks.service.go_on": CHILD,
    "kinderwerk.talks.service.go_past": CHILD,
    "kinderwerk.talks.service.stop": CHILD,
    "kinderwerk.talks.service.watch": SYSTEM,
    "kinderwerk.talks.throttle.spend": PROOF,
    "kinderwerk.talks.throttle.tidy": SYSTEM,
    "kinderwerk.absences.service.watch": SYSTEM,
    "kinderwerk.absences.service.tidy": SYSTEM,
    "kinderwerk.kiosk.jobs.tidy": SYSTEM,
    "kinderwerk.notices.wishes.change_by_mail": LINK,
    "kinderwerk.notices.wishes.confirm": LINK,
    "kinderwerk.messages.service.bounced": SYSTEM,
    "kinderwerk.messages.holding.hold": SYSTEM,
    "kinderwerk.accounts.jobs.forget_day": SYSTEM,
    "kinderwerk.accounts.jobs.tidy": SYSTEM,
    "kinderwerk.accounts.passing.passing": ANYBODY,
    "kinderwerk.accounts.service.attempts.attempt": PROOF,
    "kinderwerk.accounts.service.factors.pass_by": PROOF,
    "kinderwerk.accounts.service.factors.renew_codes": OWN,
    "kinderwerk.accounts.service.factors.reset_by_system": SYSTEM,
    "kinderwerk.accounts.service.factors.set_up": OWN,
    "kinderwerk.accounts.service.idling.unlock_by_system": SYSTEM,
    "kinderwerk.accounts.service.idling.watch": SYSTEM,
    "kinderwerk.accounts.service.leaving.close": OWN,
    "kinderwerk.accounts.service.leaving.close_by_system": SYSTEM,
    "kinderwerk.accounts.service.links.ask": PROOF,
    "kinderwerk.door.texting.ask": PROOF,
    "kinderwerk.accounts.service.links.sign_in": LINK,
    "kinderwerk.accounts.service.members.accept": LINK,
    "kinderwerk.accounts.service.outside.connect": OWN,
    "kinderwerk.accounts.service.outside.disconnect": OWN,
    "kinderwerk.accounts.service.outside.refused": PROOF,
    "kinderwerk.accounts.service.outside.sign_in": PROOF,
    "kinderwerk.accounts.service.outside.take": PROOF,
    "kinderwerk.accounts.service.passkeys.add": OWN,
    "kinderwerk.accounts.service.passkeys.ask": PROOF,
    "kinderwerk.accounts.service.passkeys.pass_by": PROOF,
    "kinderwerk.accounts.service.passkeys.remove": OWN,
    "kinderwerk.accounts.service.passkeys.remove_telephone": OWN,
    "kinderwerk.accounts.service.passkeys.rename": OWN,
    "kinderwerk.accounts.service.passkeys.sign_in": PROOF,
    "kinderwerk.accounts.service.passwords.change": OWN,
    "kinderwerk.accounts.service.passwords.prove": PROOF,
    "kinderwerk.accounts.service.passwords.reset": LINK,
    "kinderwerk.accounts.service.passwords.sign_in": PROOF,
    "kinderwerk.accounts.service.people.add_user": SYSTEM,
    "kinderwerk.accounts.service.people.organisation_named": SYSTEM,
    "kinderwerk.accounts.service.profiles.change": OWN,
    "kinderwerk.accounts.service.profiles.choose_language": OWN,
    "kinderwerk.accounts.service.signed_in.act": OWN,
    "kinderwerk.accounts.service.signed_in.end": OWN,
    "kinderwerk.accounts.service.signed_in.end_others": OWN,
    "kinderwerk.accounts.service.signed_in.note": OWN,
    "kinderwerk.accounts.service.signed_in.renew": PROOF,
    "kinderwerk.accounts.service.signed_in.start": PROOF,
    "kinderwerk.imports.service.tidy": SYSTEM,
    "kinderwerk.archives.bringing.bring": SYSTEM,
    "kinderwerk.archives.service.make": SYSTEM,
    "kinderwerk.archives.service.tidy": SYSTEM,
    "kinderwerk.audit.purge.purge_before": SYSTEM,
    "kinderwerk.audit.seals.newest_key": SYSTEM,
    "kinderwerk.audit.seals.seal_all": SYSTEM,
    "kinderwerk.audit.service.disclose_together": READING,
    "kinderwerk.backup.service.restore": SYSTEM,
    "kinderwerk.draws.service.close": SYSTEM,
    "kinderwerk.draws.service.hold": SYSTEM,
    "kinderwerk.draws.service.prepare": SYSTEM,
    "kinderwerk.door.codes.redeem": LINK,
    "kinderwerk.facts.service.rebuild": SYSTEM,
    "kinderwerk.families.custody.service.accept": LINK,
    "kinderwerk.families.youth.service.tell_everybody": SYSTEM,
    "kinderwerk.goals.service.seed_themes": WITHIN,
    "kinderwerk.messages.service.claim_messages": SYSTEM,
    "kinderwerk.messages.service.claim_work": SYSTEM,
    "kinderwerk.messages.service.dropped": SYSTEM,
    "kinderwerk.messages.service.not_sent": SYSTEM,
    "kinderwerk.messages.service.see_to": SYSTEM,
    "kinderwerk.messages.service.sent": SYSTEM,
    "kinderwerk.messages.service.work_done": SYSTEM,
    "kinderwerk.messages.service.work_failed": SYSTEM,
    "kinderwerk.offline.jobs.tidy": SYSTEM,
    "kinderwerk.offline.service.end": OWN,
    "kinderwerk.offline.service.keep": DEVICE,
    "kinderwerk.offline.service.seen": DEVICE,
    "kinderwerk.offline.service.take_along": DEVICE,
    "kinderwerk.papers.service.give_up": SYSTEM,
    "kinderwerk.papers.service.keep": SYSTEM,
    "kinderwerk.papers.service.tidy": SYSTEM,
    "kinderwerk.partners.service.bring_in": SYSTEM,
    "kinderwerk.places.service.import_venues": SYSTEM,
    "kinderwerk.places.service.municipality_called": SYSTEM,
    "kinderwerk.places.service.write": SYSTEM,
    "kinderwerk.privacy.erasing.erase": WITHIN,
    "kinderwerk.privacy.rotation.rewrap": SYSTEM,
    "kinderwerk.privacy.rotation.rotate": SYSTEM,
    "kinderwerk.privacy.service.purge": SYSTEM,
    "kinderwerk.referrals.answers.service.answer": LINK,
    "kinderwerk.referrals.answers.service.open_link": LINK,
    "kinderwerk.referrals.answers.service.read": LINK,
    "kinderwerk.referrals.reminding.ask_whether_it_helped": SYSTEM,
    "kinderwerk.referrals.reminding.remind": SYSTEM,
    "kinderwerk.reports.service.keep_pdf": SYSTEM,
    "kinderwerk.reporting_code.service.remind": SYSTEM,
    "kinderwerk.safety.service.remind": SYSTEM,
    "kinderwerk.ideas.escalating.escalate": SYSTEM,
    "kinderwerk.ideas.posting.report": ANYBODY,
    "kinderwerk.ideas.posting.send": ANYBODY,
    "kinderwerk.signals.service.take_in": ANYBODY,
    "kinderwerk.signals.joining.escalate": SYSTEM,
    "kinderwerk.signals.joining.look_alike": SYSTEM,
    "kinderwerk.signups.absences.miss_by_mail": LINK,
    "kinderwerk.signups.offers.answer_by_mail": LINK,
    "kinderwerk.signups.offers.hand_out": SYSTEM,
    "kinderwerk.signups.offers.over": SYSTEM,
    "kinderwerk.signups.reminders.tomorrow": SYSTEM,
    "kinderwerk.storage.sealing.seal": FIRST,
    "kinderwerk.storage.sealing.sealer": FIRST,
    "kinderwerk.trail.service.review": SYSTEM,
    "kinderwerk.web.disclosing.put_on_record": READING,
}


@dataclass(slots=True)
class Unit:
    """What happened so far in one unit of work."""

    changed: bool = False  # anything at all, but for entries in the trail
    altered: bool = False  # rows that were there before
    locked: bool = False
    asked: bool = False
    asked_of_locked: bool = False


class Witness:
    """Sees what units of work of the product do, in every thread."""

    def __init__(self) -> None:
        self._here = threading.local()
        self.seen: list[str] = []

    @property
    def unit(self) -> Unit | None:
        return getattr(self._here, "unit", None)

    def begin(self, session: Session, *rest: Any) -> None:
        if session.info.get(WRITES) and not session.in_nested_transaction():
            self._here.unit = Unit()

    def end(self, session: Session, transaction: Any) -> None:
        if transaction.parent is None:
            self._here.unit = None

    def execute(self, state: ORMExecuteState) -> None:
        if self.unit is None:
            return
        if getattr(state.statement, "_for_update_arg", None) is not None:
            self.unit.locked = True
        if writes(state):
            self.unit.changed = True
            self.unit.altered |= not state.is_insert

    def flush(self, session: Session, *rest: Any) -> None:
        if self.unit is None:
            return
        rows = [row for row in changes(session) if not isinstance(row, AuditEntry)]
        self.unit.changed |= bool(rows)
        self.unit.altered |= any(row not in session.new for row in rows)

    def asks(self, facts: object) -> None:
        if self.unit is not None:
            self.unit.asked = True
            self.unit.asked_of_locked |= facts is None or self.unit.locked

    def commit(self, session: Session) -> None:
        if self.unit is None or not session.info.get(WRITES) or session.in_nested_transaction():
            return
        session.flush()
        name = opener(sys._getframe(1))
        if self.unit.changed and name and name not in EXCUSED:
            if not self.unit.asked:
                self.seen.append(f"{name} changes rows and does not ask again in its unit of work")
            elif self.unit.altered and not self.unit.asked_of_locked:
                self.seen.append(f"{name} asks about a row that it has not locked yet")

    def take(self) -> list[str]:
        taken, self.seen = self.seen, []
        return taken


def opener(frame: FrameType | None) -> str | None:
    """Name the public function of the product that opened the unit which is being committed."""
    while frame is not None:
        module, name = frame.f_globals.get("__name__", ""), frame.f_code.co_name
        if module.startswith("tests."):
            return f"{module}.{name}" if getattr(sys.modules[module], "STANDS_IN", False) else None
        ours = module.startswith("kinderwerk.") and module != "kinderwerk.storage.work"
        if ours and not name.startswith(("_", "<")):
            return f"{module}.{name}"
        frame = frame.f_back
    return None


@contextmanager
def watched() -> Iterator[Witness]:
    """Watch every session, and every question to the policy, until the end."""
    witness = Witness()
    real = policy.acting_as

    def acting_as(actor: Any, action: Any, resource: Any, facts: Any = None) -> Any:
        if sys._getframe(1).f_code is policy.demand.__code__:
            witness.asks(facts)
        return real(actor, action, resource, facts)

    heard = {
        "after_begin": witness.begin,
        "after_transaction_end": witness.end,
        "do_orm_execute": witness.execute,
        "after_flush": witness.flush,
        "before_commit": witness.commit,
    }
    for what, hears in heard.items():
        event.listen(Session, what, hears)
    try:
        with patch.object(policy, "acting_as", acting_as):
            yield witness
    finally:
        for what, hears in heard.items():
            event.remove(Session, what, hears)

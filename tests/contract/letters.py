"""Each kind of mail, and what one is about: something of ours, or something of others."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Final
from uuid import UUID, uuid4

from sqlalchemy import select, update

from kinderwerk.access.vocabulary import SYSTEM, Resource, Role
from kinderwerk.accounts.models import FactorReset, Invitation, Link, Membership, Organisation
from kinderwerk.accounts.rules import LinkPurpose
from kinderwerk.activities.models import Activity, PlanChange
from kinderwerk.activities.rules import State
from kinderwerk.audit import service as audit
from kinderwerk.confided.models import Confided
from kinderwerk.confided.rules import Kind, Way
from kinderwerk.core import clock
from kinderwerk.door.models import SpokenCode
from kinderwerk.families.models import Care, Carer, Child
from kinderwerk.families.rules import Relation
from kinderwerk.notices.models import Bulletin
from kinderwerk.notices.rules import Word
from kinderwerk.referrals.models import Referral, ReferralLink
from kinderwerk.referrals.rules import Status
from kinderwerk.reports.models import Edition
from kinderwerk.signups.models import Cancellation, Signup
from kinderwerk.signups.rules import Standing
from kinderwerk.storage.work import unit_of_work
from kinderwerk.talks.models import TalkAlert
from tests.contract.world import SECRET, World
from tests.make import Make

Subjects = dict[str, object]
#: Where the guardian reads what is sent to telephones.
TELEPHONE: Final = "+31612345678"
TEXTED: Final = frozenset({"door.code_texted", "door.number_asked"})


class Letters:
    """What mails are about: rows of ours, or rows of others and words that are not for us."""

    def __init__(self, world: World, make: Make, *, ours: bool) -> None:
        self.world, self.make, self.ours = world, make, ours
        self.session = world.session

    def link(self, purpose: LinkPurpose) -> Subjects:
        until = clock.now() + timedelta(hours=1)
        email = self.world.guardian.email if self.ours else "somebody@example.org"
        return {"link": self.make.save(Link(purpose=purpose, email=email, expires_at=until)).id}

    def report(self) -> Subjects:
        """A report is of a whole municipality, which holds nobody's words."""
        town = self.session.get_one(Organisation, self.world.here).municipality
        edition = Edition(
            municipality=town, period="2035" if self.ours else "2034",
            made_by_id=self.world.people[Role.COORDINATOR].id, content={}, digest="",
            released_at=clock.now() if self.ours else None,
        )  # fmt: skip
        return {"edition_id": self.make.save(edition).id}

    def invitation(self) -> Subjects:
        ours = self.session.get_one(Organisation, self.world.here)
        invited = Invitation(
            email="somebody@example.org", name="Somebody" if self.ours else SECRET,
            role=Role.VOLUNTEER, organisation_id=ours.id, municipality_id=ours.municipality_id,
            invited_by_id=self.world.people[Role.ADMIN].id,
            expires_at=clock.now() + timedelta(hours=1),
            revoked_at=None if self.ours else clock.now(),
        )  # fmt: skip
        return {"invitation": self.make.save(invited).id}

    def code_made(self) -> Subjects:
        if not self.ours:
            theirs = SpokenCode.organisation_id != self.world.here
            return {"code": self.session.scalars(select(SpokenCode.id).where(theirs)).first()}
        of_guardian = Care.carer.has(Carer.user_id == self.world.guardian.id)
        here = Care.organisation_id == self.world.here
        care = self.session.scalars(select(Care).where(here, of_guardian).limit(1)).one()
        code = SpokenCode(
            organisation_id=care.organisation_id, carer_id=care.carer_id, hash="0" * 64,
            by_id=None, expires_at=clock.now() + timedelta(minutes=15),
        )  # fmt: skip
        return {"code": self.make.save(code).id}

    def code_texted(self) -> Subjects:
        about = self.code_made()
        if self.ours:
            code = self.session.get_one(SpokenCode, about["code"])
            self.change(Carer, code.carer_id, phone=TELEPHONE)
        return about

    def answered(self) -> Subjects:
        """The link of a partner of ours, or of others; the mail goes where the link says."""
        ours = self.one("referral_id", Resource.REFERRAL)["referral_id"]
        referral = self.session.get_one(Referral, ours)
        link = self.session.scalar(
            select(ReferralLink).where(ReferralLink.referral_id == referral.id)
        )
        self.change(Referral, referral.id, status=Status.SENT)
        if link is None:
            link = self.make.save(
                ReferralLink(
                    organisation_id=referral.organisation_id, referral_id=referral.id,
                    address=self.world.guardian.email,
                    expires_at=clock.now() + timedelta(days=1),
                )
            )  # fmt: skip
        if self.ours:
            self.change(ReferralLink, link.id, address=self.world.guardian.email)
        return {"link_id": link.id}

    def invited(self) -> Subjects:
        here = Care.organisation_id == self.world.here
        of_guardian = Care.carer.has(Carer.user_id == self.world.guardian.id)
        found = (
            select(Care.id).where(here, of_guardian) if self.ours else select(Care.id).where(~here)
        )
        care = self.session.scalars(found.limit(1)).one()
        self.change(Care, care, invited_until=clock.now() + timedelta(days=1))
        return {"care": care}

    def young(self, *, oneself: bool) -> Subjects:
        if not self.ours:
            return {"child": self.world.ids(Resource.CHILD, ours=False)[0]}
        here = self.session.get_one(Organisation, self.world.here)
        born = clock.today() - timedelta(days=16 * 365 - 20)
        child = self.make.child(self.make.family(here, self.world.guardian), born_on=born)
        if oneself:
            self.change(Care, child.cares[0].id, relation=Relation.SELF)
        return {"child": child.id}

    def wish(self) -> Subjects:
        of_here = FactorReset.organisation_id == self.world.here
        found = select(FactorReset.id).where(of_here if self.ours else ~of_here)
        return {"wish": self.session.scalars(found.limit(1)).one()}

    def one(self, name: str, resource: Resource) -> Subjects:
        return {name: self.world.ids(resource, ours=self.ours)[0]}

    def signup(self, standing: Standing) -> Subjects:
        return {"signup": self._signup(standing).id}

    def form(self) -> Subjects:
        form = uuid4()
        self.change(Signup, self._signup(Standing.PLACED).id, form_id=form)
        return {"form": form}

    def alerted(self) -> Subjects:
        house = TalkAlert.organisation_id
        asked = select(TalkAlert.talk_id).where(
            TalkAlert.seen_at.is_(None),
            house == self.world.here if self.ours else house != self.world.here,
        )
        return {"talk_id": self.session.scalars(asked.limit(1)).one()}

    def drawn(self, standing: Standing) -> Subjects:
        signup = self._signup(standing)
        self.change(Activity, signup.activity_id, draw_closes_at=clock.now())
        return {"signup": signup.id}

    def offer(self) -> Subjects:
        signup, offer = self._signup(Standing.OFFERED), uuid4()
        kept = {"offer_id": offer, "offered_until": clock.now() + timedelta(days=1)}
        self.change(Signup, signup.id, **kept)
        return {"offer": offer}

    def expected(self) -> Subjects:
        about = self.signup(Standing.PLACED)
        signup = self.world.session.get_one(Signup, about["signup"])
        return about | {"occurrence": signup.activity.occurrences[0].id}

    def plan_change(self) -> Subjects:
        signup = self._signup(Standing.PLACED)
        place = "An older place" if self.ours else SECRET
        change = PlanChange(
            organisation_id=signup.organisation_id, activity_id=signup.activity_id,
            was={"dates": {}, "place": place, "bring": place, "price_cents": 1},
            told_at=clock.now(),
        )  # fmt: skip
        return {"change": self.make.save(change).id}

    def bulletin(self) -> Subjects:
        signup = self._signup(Standing.PLACED)
        occurrence = signup.activity.occurrences[0]
        said = Bulletin(
            organisation_id=signup.organisation_id, occurrence_id=occurrence.id, by_id=None,
            word=Word.INSIDE, words="See you!" if self.ours else SECRET, form_id=uuid4(),
        )  # fmt: skip
        reader = next(care.carer_id for care in signup.child.cares)
        return {"bulletin": self.make.save(said).id, "reader_id": reader}

    def colleague(self) -> Subjects:
        here = Membership.organisation_id == self.world.here
        held = select(Membership.id).where(here if self.ours else ~here)
        return {"colleague": self.session.scalars(held).first(), "own": "no"}

    def away(self) -> Subjects:
        return self.one("about", Resource.ABSENCE) | {"reader": self.world.guardian.id}

    def confided(self) -> Subjects:
        if not self.ours:
            return {"confided": self.session.scalars(select(Confided.id)).first()}
        here = Carer.organisation_id == self.world.here
        mine = select(Carer).where(here, Carer.user_id == self.world.guardian.id)
        carer = self.session.scalars(mine.limit(1)).one()
        named = Confided(
            organisation_id=self.world.here, kind=Kind.SUPPORT, record_id=uuid4(),
            family=carer.family, carer=carer, way=Way.MAIL, address=carer.email or "",
            epoch=carer.epoch, confirmed_by_id=self.world.people[Role.WORKER].id,
            confirmed_on=clock.today(),
        )  # fmt: skip
        return {"confided": self.make.save(named).id}

    def asked(self) -> Subjects:
        carer = select(Carer.id).where(Carer.user_id == self.world.guardian.id)
        theirs = select(Carer.id).where(Carer.organisation_id != self.world.here)
        return {"reader_id": self.session.scalars(carer if self.ours else theirs).first()}

    def called_off(self) -> Subjects:
        signup = self._signup(Standing.PLACED)
        called_off = Cancellation(
            organisation_id=signup.organisation_id, activity_id=signup.activity_id,
            occurrence_id=None, reason="It rains." if self.ours else SECRET, by_id=None,
        )  # fmt: skip
        return {"signup": signup.id, "cancellation": self.make.save(called_off).id}

    def dates_called_off(self) -> Subjects:
        return self.called_off() | {"dates": ""}

    def _signup(self, standing: Standing) -> Signup:
        guardian = self.world.guardian.id
        if self.ours:
            child = select(Child).join(Child.cares).join(Care.carer)
            club = select(Activity).where(
                Activity.organisation_id == self.world.here, Activity.state == State.PUBLISHED
            )
            made: Signup = self.make.save(
                Signup(
                    organisation_id=self.world.here,
                    activity=self.session.scalars(club.limit(1)).one(),
                    child=self.session.scalars(child.where(Carer.user_id == guardian)).one(),
                    standing=standing, queue=1, made_by_id=guardian,
                )
            )  # fmt: skip
            return made
        theirs = self.world.ids(Resource.SIGNUP, ours=False)[0]
        self.change(Signup, theirs, standing=standing)
        return self.session.get_one(Signup, theirs)

    def change(self, model: Any, id: UUID, **values: object) -> None:
        with unit_of_work(self.session):
            changed = update(model).where(model.id == id).values(values)
            self.session.execute(changed.execution_options(audited="test.made"))
            audit.record(self.session, SYSTEM, "test.made", id)


#: Of each kind of mail, how to have something to tell.
TOLD: Final[dict[str, Callable[[Letters], Subjects]]] = {
    "accounts.sign_in": lambda it: it.link(LinkPurpose.SIGN_IN),
    "accounts.password": lambda it: it.link(LinkPurpose.PASSWORD),
    "accounts.invitation": Letters.invitation,
    "accounts.changed": lambda it: {"what": "password"},
    "accounts.claim_gone": lambda it: {"held_id": it.colleague()["colleague"]},
    "accounts.idle": lambda it: {},
    "custody.invited": Letters.invited,
    "custody.corrected": Letters.invited,
    "door.code_made": Letters.code_made,
    "door.code_texted": Letters.code_texted,
    "door.number_asked": Letters.code_texted,
    "youth.soon": lambda it: it.young(oneself=False),
    "youth.soon_oneself": lambda it: it.young(oneself=True),
    "accounts.handed_over": lambda it: {"what": "taken", "count": 2},
    "accounts.second": Letters.wish,
    "team.renew": Letters.colleague,
    "team.ends": Letters.colleague,
    "staffing.open": lambda it: {},
    "absences.told": Letters.away,
    "absences.alone": lambda it: {"about": "-", "reader": it.world.guardian.id},
    "absences.privacy_officer": lambda it: {"about": "-", "reader": it.world.guardian.id},
    "absences.officer": lambda it: {"about": "-", "reader": it.world.guardian.id},
    "signup.confirmed": lambda it: it.signup(Standing.PLACED),
    "signup.entered": lambda it: it.drawn(Standing.ENTERED),
    "signup.not_drawn": lambda it: it.drawn(Standing.WAITING),
    "signup.waiting": lambda it: it.signup(Standing.WAITING),
    "signup.several": Letters.form,
    "signup.offered": Letters.offer,
    "signup.tomorrow": Letters.expected,
    "signup.missed": lambda it: it.signup(Standing.WAITING),
    "signup.cancelled": lambda it: it.signup(Standing.CANCELLED),
    "signup.date_cancelled": Letters.called_off,
    "signup.dates_cancelled": Letters.dates_called_off,
    "signup.activity_cancelled": Letters.called_off,
    "notice.changed": Letters.plan_change,
    "notice.bulletin": Letters.bulletin,
    "notice.address": Letters.asked,
    "notice.moved": lambda it: {},
    "signal_waits": lambda it: it.one("signal_id", Resource.SIGNAL),
    "signal_late": lambda it: it.one("signal_id", Resource.SIGNAL),
    "code_waits": lambda it: it.one("case_id", Resource.CODE_CASE),
    "incident_waits": lambda it: it.one("incident_id", Resource.INCIDENT),
    "boundary_waits": lambda it: it.one("incident_id", Resource.BOUNDARY),
    "breach_waits": lambda it: it.one("incident_id", Resource.INCIDENT),
    "confided_waits": Letters.confided,
    "support_waits": lambda it: it.one("trajectory_id", Resource.SUPPORT),
    "referral_waits": lambda it: it.one("referral_id", Resource.REFERRAL),
    "referral_answered": lambda it: it.one("referral_id", Resource.REFERRAL),
    "referral_stopped": lambda it: it.one("referral_id", Resource.REFERRAL),
    "referral_silent": lambda it: it.one("referral_id", Resource.REFERRAL),
    "referral_link": Letters.answered,
    "board_waits": lambda it: {},
    "board_late": lambda it: {},
    "talk_waits": lambda it: it.one("talk_id", Resource.TALK),
    "talk_alert": Letters.alerted,
    "findings_wait": lambda it: {},
    "access_request_waits": lambda it: it.one("access_request_id", Resource.ACCESS_REQUEST),
    "access_request_due": lambda it: it.one("access_request_id", Resource.ACCESS_REQUEST),
    "privacy.erased": lambda it: {},
    "report.released": Letters.report,
    "emergency_looked": lambda it: it.one("break_glass_id", Resource.EMERGENCY),
}

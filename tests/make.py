"""Builders: say only what the test is about; the rest is made up, the same every time."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from kinderwerk.access.vocabulary import SYSTEM, Role
from kinderwerk.accounts.models import Membership, Municipality, Organisation, User
from kinderwerk.activities.models import Activity, ActivityGoal, ActivityStaff, Occurrence
from kinderwerk.activities.repeating import Rule
from kinderwerk.activities.rules import HABITS, Format, PhotoWish, Seen, State
from kinderwerk.activities.service import hang
from kinderwerk.audit import service as audit
from kinderwerk.core import clock
from kinderwerk.core.periods import Period
from kinderwerk.families.models import Care, Carer, Child, Family, Residence
from kinderwerk.files.rules import Redrawn, Rendition
from kinderwerk.goals.models import Goal, Theme
from kinderwerk.goals.rules import ThemeCode
from kinderwerk.holidays.models import Holiday
from kinderwerk.holidays.rules import Kind as HolidayKind
from kinderwerk.holidays.rules import Region
from kinderwerk.partners.models import Partner
from kinderwerk.partners.rules import HelpSystem, PartnerType
from kinderwerk.places.models import District, Neighbourhood, Venue
from kinderwerk.storage import reach
from kinderwerk.storage.base import Base
from kinderwerk.storage.work import unit_of_work
from tests.planted import PLANTED

A_WEDNESDAY = datetime(2031, 5, 14, 12, tzinfo=UTC)


def past_half() -> Period:
    return Period.holding(clock.today())[1].previous


def past_quarter() -> Period:
    return Period.holding(clock.today())[0].previous


def all_seeing(engine: Engine, **given: Any) -> Session:
    """Return a session that reaches the rows of every organisation, as the system itself does."""
    return reach.say(Session(engine, **given), reach.EVERYTHING)


class Make:
    """Makes rows straight away; what has a service of its own is better made through that."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.numbers = count(1)
        self._here: Municipality | None = None

    @property
    def here(self) -> Municipality:
        """The municipality in which everything lies unless a test says otherwise."""
        if self._here is None:
            self._here = self.municipality()
        return self._here

    def municipality(self, **given: Any) -> Municipality:
        return self.save(Municipality(**{"name": f"Municipality {next(self.numbers)}"} | given))

    def organisation(self, **given: Any) -> Organisation:
        made_up = {"name": f"Organisation {next(self.numbers)}", "municipality": self.here}
        return self.save(Organisation(**made_up | given))

    def user(self, role: Role | None = None, **given: Any) -> User:
        """Someone with one role, or a parent, who has none."""
        n = next(self.numbers)
        organisation = given.pop("organisation", None)
        municipality = given.pop("municipality", None)
        neighbourhood_id = given.pop("neighbourhood_id", None)
        checked = given.pop("checked", True)
        held = []
        if role not in (None, Role.VISITOR, Role.GUARDIAN, Role.SYSTEM):
            if role is not Role.MUNICIPALITY:
                organisation = organisation or self.organisation()
            else:
                organisation, municipality = (
                    None,
                    municipality or (organisation.municipality if organisation else self.here),
                )
            place = organisation.municipality if organisation else municipality
            held = [
                Membership(
                    role=role, organisation=organisation, municipality=place,
                    neighbourhood_id=neighbourhood_id, checked=checked,
                )
            ]  # fmt: skip
        made_up = {"email": f"user{n}@example.org", "name": f"User {n}", "memberships": held}
        return self.save(User(**made_up | given), *held)

    def membership(self, user: User, role: Role, organisation: Organisation) -> Membership:
        """One more role for somebody."""
        with unit_of_work(self.session):
            held = Membership(
                role=role, organisation=organisation, municipality=organisation.municipality,
                checked=True,
            )  # fmt: skip
            user.memberships.append(held)
            audit.record(self.session, SYSTEM, "test.made", held.id, also=[user.id])
        return held

    def worker(self, **given: Any) -> User:
        return self.user(Role.WORKER, **given)

    def parent(self, **given: Any) -> User:
        return self.user(None, **given)

    def district(self, **given: Any) -> District:
        n = next(self.numbers)
        made_up = {
            "municipality_id": self.here.id,
            "code": f"WK0000{n:02d}",
            "name": f"District {n}",
        }
        return self.save(District(**made_up | given))

    def neighbourhood(self, **given: Any) -> Neighbourhood:
        n = next(self.numbers)
        district = given.pop("district", None) or self.district()
        made_up = {
            "municipality_id": district.municipality_id, "district": district,
            "code": f"BU0000{n:04d}", "name": f"Neighbourhood {n}",
        }  # fmt: skip
        return self.save(Neighbourhood(**made_up | given))

    def venue(self, organisation: Organisation, **given: Any) -> Venue:
        made_up = {"organisation_id": organisation.id, "name": f"Venue {next(self.numbers)}"}
        return self.save(Venue(**made_up | given))

    def theme(self, organisation: Organisation, **given: Any) -> Theme:
        code = given.pop("code", ThemeCode.TALENT)
        made_up = {"code": code, "label": {"nl": code.label}, "position": 1}
        return self.save(Theme(organisation_id=organisation.id, **made_up | given))

    def some_theme(self, organisation: Organisation) -> Theme:
        """The organisation's theme, made if it has none yet."""
        there = self.session.scalars(
            select(Theme).where(Theme.organisation_id == organisation.id).limit(1)
        ).first()
        return there or self.theme(organisation)

    def goal(self, organisation: Organisation, **given: Any) -> Goal:
        theme = given.pop("theme", None) or self.some_theme(organisation)
        made_up = {
            "title": f"Goal {next(self.numbers)}", "theme": theme,
            "begins_on": date(2031, 1, 1), "ends_on": date(2031, 12, 31),
        }  # fmt: skip
        return self.save(Goal(organisation_id=organisation.id, **made_up | given))

    def activity(self, author: User | None = None, **given: Any) -> Activity:
        """An activity with one date, `A_WEDNESDAY`, unless `starts_at` says otherwise."""
        author = author or self.worker()
        organisation = author.current_memberships[0].organisation
        assert organisation is not None
        goal = given.pop("goal", None) or self.goal(organisation)
        starts_at = given.pop("starts_at", A_WEDNESDAY)
        kind = given.pop("format", Format.CLUB)
        made_up: dict[str, Any] = {
            "author_id": author.id, "title": f"Activity {next(self.numbers)}", "format": kind,
            "state": State.PUBLISHED, "capacity": 2, "signup": HABITS[kind].signup,
            "register": HABITS[kind].register, "begins_on": starts_at.date(),
            "ends_on": starts_at.date(), "starts": time(14), "ends": time(16),
            "goals": [ActivityGoal(goal=goal, position=0, why="Because it fits.")],
            "staff": [ActivityStaff(user_id=author.id)],
        }  # fmt: skip
        if "weekday" in given:
            weekday = given.pop("weekday")
            made_up |= {"rule": Rule.weekly(weekday).text, "weekdays": 1 << weekday}
        else:
            made_up["weekdays"] = 1 << (made_up | given)["begins_on"].weekday()
        activity = Activity(organisation_id=organisation.id, **made_up | given)
        self.save(activity)
        self.occurrence(activity, starts_at=starts_at)
        return activity

    def photo(self, activity: Activity) -> Activity:
        """Hang a photo there; nothing in tests of others looks at its pixels."""
        pixel = Rendition(b"a picture", 1, 1)
        author = self.session.get_one(User, activity.author_id).actor()
        alt = f"What can be seen on photo {next(self.numbers)}"
        wish = PhotoWish(content=None, alt=alt, seen=Seen.NOBODY)
        return hang(self.session, author, activity.id, Redrawn(pixel, pixel), wish, None)

    def occurrence(self, activity: Activity, **given: Any) -> Occurrence:
        starts_at = given.pop("starts_at", A_WEDNESDAY)
        made_up = {"starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2)} | given
        with unit_of_work(self.session):
            made = Occurrence(
                organisation_id=activity.organisation_id, activity=activity, **made_up
            )
            self.session.add(made)
            audit.record(self.session, SYSTEM, "test.made", made.id)
        return made

    def family(self, organisation: Organisation, parent: User | None = None) -> Family:
        family = Family(organisation_id=organisation.id)
        user = parent or self.parent()
        carer = Carer(
            organisation_id=organisation.id, family=family, user_id=user.id, name=user.name,
            email=user.email, phone="06 12345678",
        )  # fmt: skip
        self.save(family, carer)
        return family

    def child(self, family: Family, **given: Any) -> Child:
        n = next(self.numbers)
        neighbourhood, care_given = given.pop("neighbourhood", None), given.pop("care", {})
        made_up: dict[str, Any] = {
            "first_name": f"Child {n}", "surname": f"{PLANTED} {n}", "born_on": date(2022, 3, 1),
            "emergency_name": f"Gran {PLANTED}", "emergency_phone": "06 87654321",
        }  # fmt: skip
        with unit_of_work(self.session):
            where = neighbourhood.id if neighbourhood else None
            child = Child(organisation_id=family.organisation_id, family=family, **made_up | given)
            child.residences = [
                Residence(
                    organisation_id=family.organisation_id, since=date(2022, 3, 1),
                    neighbourhood_id=where,
                )
            ]  # fmt: skip
            self.session.add(child)
            cares = [
                Care(organisation_id=family.organisation_id, child=child, carer=carer, **care_given)
                for carer in family.carers
            ]
            self.session.add_all(cares)
            also = [care.id for care in cares]
            audit.record(self.session, SYSTEM, "test.made", child.id, also=also)
        return child

    def cared_for_by(self, child: Child, *parents: User, **given: Any) -> list[Family]:
        """Let people who keep households of their own care for the child too."""
        homes = [
            self.family(self.session.get_one(Organisation, child.organisation_id), parent)
            for parent in parents
        ]
        with unit_of_work(self.session):
            for home in homes:
                (carer,) = home.carers
                care = Care(
                    organisation_id=child.organisation_id, child=child, carer=carer, **given
                )
                self.session.add(care)
                audit.record(self.session, SYSTEM, "test.made", care.id, also=[child.id, carer.id])
        return homes

    def partner(self, organisation: Organisation, **given: Any) -> Partner:
        made_up = {
            "name": f"Partner {next(self.numbers)}", "kind": PartnerType.NEIGHBOURHOOD_TEAM,
            "help_system": HelpSystem.YOUTH_HELP, "agreed_from": date(2020, 1, 1),
        }  # fmt: skip
        return self.save(Partner(organisation_id=organisation.id, **made_up | given))

    def holiday(self, organisation: Organisation, **given: Any) -> Holiday:
        """A week of May in which there is no school anywhere."""
        made_up: dict[str, Any] = {
            "kind": HolidayKind.SCHOOL, "region": Region.ALL, "name": "May holidays",
            "first_on": date(2031, 5, 17), "last_on": date(2031, 5, 25), "source": "Made up",
            "checked_on": date(2025, 1, 1),
        }  # fmt: skip
        return self.save(Holiday(organisation_id=organisation.id, **made_up | given))

    def save(self, row: Any, *also: Base) -> Any:
        """Write rows of a kind that has no service to write it, with a record of it."""
        with unit_of_work(self.session):
            for one in (row, *also):
                self.session.add(one)
                audit.record(self.session, SYSTEM, "test.made", one.audited_as)
        return row

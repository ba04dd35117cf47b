"""Activities, the goals they serve, who runs them, and the dates on which they take place."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ColumnElement,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    func,
    text,
)
from sqlalchemy.orm import Mapped, MappedAsDataclass, mapped_column, relationship, validates

from kinderwerk.access.vocabulary import Facts
from kinderwerk.activities.duties import Duty, on_duty
from kinderwerk.activities.guide import GoingHome, Rain
from kinderwerk.activities.method import LONGEST_NAME, Method, Prevention, Recognised
from kinderwerk.activities.repeating import Rule
from kinderwerk.activities.rules import (
    HOMES,
    PRIVATE,
    ByDraw,
    Drawing,
    Format,
    RegisterMode,
    SignupKind,
    State,
)
from kinderwerk.activities.series import Series, Slot, Turn
from kinderwerk.core import clock
from kinderwerk.core.retention import Retention, Whose
from kinderwerk.files.models import StoredFile
from kinderwerk.goals.models import Goal
from kinderwerk.holidays.rules import Free, Region
from kinderwerk.partners.models import Partner
from kinderwerk.places.models import Venue
from kinderwerk.storage.base import Base, Identified, Owned, OwnedPart, Versioned


def _listed(formats: Iterable[Format]) -> str:
    return ", ".join(f"'{kind.value}'" for kind in sorted(formats))


class Guided(MappedAsDataclass, kw_only=True, repr=False, eq=False):
    """What parents ask beside when and where; see `activities.guide`."""

    way_there: Mapped[str] = mapped_column(
        String(300), default="", server_default="", sort_order=92
    )
    going_home: Mapped[GoingHome] = mapped_column(
        default=GoingHome.UNSAID, server_default="unsaid", sort_order=92
    )
    late_minutes: Mapped[int | None] = mapped_column(default=None, sort_order=92)
    in_rain: Mapped[Rain] = mapped_column(
        default=Rain.UNSAID, server_default="unsaid", sort_order=92
    )
    quiet_place: Mapped[bool] = mapped_column(default=False, server_default=false(), sort_order=92)
    discount_how: Mapped[str] = mapped_column(
        String(200), default="", server_default="", sort_order=92
    )
    names_shown: Mapped[bool] = mapped_column(default=False, server_default=false(), sort_order=92)


class Methodical(MappedAsDataclass, kw_only=True, repr=False, eq=False):
    """What funders ask; see `activities.method`."""

    prevention: Mapped[Prevention] = mapped_column(
        default=Prevention.UNSAID, server_default="unsaid", sort_order=93
    )
    intervention: Mapped[str] = mapped_column(
        String(LONGEST_NAME), default="", server_default="", sort_order=93
    )
    recognised: Mapped[Recognised] = mapped_column(
        default=Recognised.UNKNOWN, server_default="unknown", sort_order=93
    )

    @property
    def method(self) -> Method:
        return Method(
            prevention=self.prevention, intervention=self.intervention, recognised=self.recognised
        )


class Activity(Identified, Owned, Versioned, Guided, Methodical, Base):
    """Something to do for a reason: once, or by a rule between two days.

    Times are wall times in `zone`. Its dates are `Occurrence` rows; `weekdays` are those on which
    the plan has them, a bit for each. `closed` are the holidays that fell out, with their names;
    `source_uid` is its name in the calendar that it came from, and `template` the one under which
    it is a model for new ones.
    `only_for` are the neighbourhoods whose children can come; none: all of them.
    Places are drawn where a draw closes; `entered` children are in it until it was `drawn_at`.
    """

    __tablename__ = "activity"
    __retention__: ClassVar[Retention] = Retention.kept(
        "what the organisation did; the names of staff go with their account"
    )
    __table_args__ = (
        CheckConstraint("age_from >= 0 AND age_to >= age_from", name="ages"),
        CheckConstraint("capacity IS NULL OR capacity > 0", name="capacity_positive"),
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        CheckConstraint("capacity IS NULL OR taken <= capacity", name="never_oversold"),
        CheckConstraint("ends_on >= begins_on", name="ends_after_begin"),
        CheckConstraint(
            f"state != 'published' OR format NOT IN ({_listed(PRIVATE)})", name="private_format"
        ),
        CheckConstraint(
            f"venue_id IS NULL OR format NOT IN ({_listed(HOMES)})", name="private_place"
        ),
    )
    __audited__: ClassVar[bool] = True

    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    title: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(String(300), default="")
    description: Mapped[str] = mapped_column(String(4000), default="")
    format: Mapped[Format]
    state: Mapped[State] = mapped_column(default=State.DRAFT, index=True)
    age_from: Mapped[int] = mapped_column(default=4)
    age_to: Mapped[int] = mapped_column(default=12)
    capacity: Mapped[int | None] = mapped_column(default=None)
    taken: Mapped[int] = mapped_column(default=0, init=False)
    signup: Mapped[SignupKind]
    register: Mapped[RegisterMode]
    drawing: Mapped[Drawing] = mapped_column(default=Drawing.BALL)
    venue_id: Mapped[UUID | None] = mapped_column(ForeignKey("venue.id"), init=False, index=True)
    venue: Mapped[Venue | None] = relationship(default=None)
    price_cents: Mapped[int] = mapped_column(default=0)
    discount: Mapped[bool] = mapped_column(default=False)
    bring: Mapped[str] = mapped_column(String(300), default="")
    languages: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    only_for: Mapped[list[str]] = mapped_column(
        JSON, default_factory=list, server_default=text("'[]'")
    )
    signup_opens_at: Mapped[datetime | None] = mapped_column(default=None)
    signup_closes_at: Mapped[datetime | None] = mapped_column(default=None)
    published_at: Mapped[datetime | None] = mapped_column(default=None)
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    rule: Mapped[str | None] = mapped_column(String(200), default=None)
    starts: Mapped[time]
    ends: Mapped[time]
    zone: Mapped[str] = mapped_column(String(40), default="Europe/Amsterdam")
    skipped: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    extra: Mapped[list[str]] = mapped_column(JSON, default_factory=list, server_default="[]")
    closed: Mapped[list[list[str]]] = mapped_column(JSON, default_factory=list, server_default="[]")
    turns: Mapped[list[list[str | None]]] = mapped_column(
        JSON, default_factory=list, server_default="[]"
    )
    template: Mapped[str] = mapped_column(String(80), default="", server_default="")
    source_uid: Mapped[str | None] = mapped_column(String(255), default=None, index=True)
    free_school: Mapped[str] = mapped_column(String(16), default="", server_default="")
    free_public: Mapped[bool] = mapped_column(default=False, server_default=false())
    weekdays: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    draw_closes_at: Mapped[datetime | None] = mapped_column(default=None)
    draw_reserved: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    draw_near: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    draw_new: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    draw_unlucky: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    draw_months: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    reserved_taken: Mapped[int] = mapped_column(default=0, server_default=text("0"), init=False)
    entered: Mapped[int] = mapped_column(default=0, server_default=text("0"), init=False)
    drawn_at: Mapped[datetime | None] = mapped_column(default=None, init=False)
    photo_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("stored_file.id"), init=False, index=True, sort_order=91
    )
    photo: Mapped[StoredFile | None] = relationship(default=None)
    goals: Mapped[list["ActivityGoal"]] = relationship(
        default_factory=list, cascade="all, delete-orphan", order_by="ActivityGoal.position"
    )
    staff: Mapped[list["ActivityStaff"]] = relationship(
        default_factory=list, cascade="all, delete-orphan", lazy="selectin"
    )
    partners: Mapped[list["ActivityPartner"]] = relationship(
        default_factory=list, cascade="all, delete-orphan"
    )
    words: Mapped[list["ActivityWords"]] = relationship(
        default_factory=list, cascade="all, delete-orphan", order_by="ActivityWords.language"
    )
    occurrences: Mapped[list["Occurrence"]] = relationship(
        default_factory=list, back_populates="activity", order_by="Occurrence.starts_at"
    )

    @validates("goals", "staff", "partners", "words")
    def _take_in(self, name: str, part: OwnedPart) -> OwnedPart:
        part.organisation_id = self.organisation_id
        return part

    @property
    def series(self) -> Series:
        return Series(
            begins_on=self.begins_on, ends_on=self.ends_on, starts=self.starts, ends=self.ends,
            rule=None if self.rule is None else Rule(self.rule), zone=self.zone,
            skipped=frozenset(map(date.fromisoformat, self.skipped)),
            extra=frozenset(map(date.fromisoformat, self.extra)),
            closed={date.fromisoformat(day): name for day, name in self.closed},
            turns=tuple(
                Turn(
                    date.fromisoformat(since or ""), time.fromisoformat(starts or ""),
                    time.fromisoformat(ends or ""),
                )
                for since, starts, ends, _venue in self.turns
            ),
        )  # fmt: skip

    def venue_on(self, day: date) -> UUID | None:
        """Return where it is from a turn on, if that is elsewhere."""
        before = [turn for turn in self.turns if date.fromisoformat(turn[0] or "") <= day]
        venue = max(before, key=lambda turn: turn[0] or "")[3] if before else None
        return UUID(venue) if venue else None

    @property
    def free(self) -> Free:
        """Which holidays it keeps."""
        school = Region(self.free_school) if self.free_school else None
        return Free(school=school, public=self.free_public)

    @property
    def homes(self) -> frozenset[UUID]:
        """Where the children live for whom it is; nowhere in particular when that is empty."""
        return frozenset(map(UUID, self.only_for))

    @property
    def draw(self) -> ByDraw | None:
        """What was said about the draw, where places are drawn."""
        if self.draw_closes_at is None:
            return None
        return ByDraw(
            closes_at=self.draw_closes_at, reserved=self.draw_reserved, near=self.draw_near,
            new=self.draw_new, unlucky=self.draw_unlucky, months=self.draw_months,
        )  # fmt: skip

    @property
    def undrawn(self) -> bool:
        """Tell whether nobody has a place yet, because it is still to be drawn."""
        return self.draw_closes_at is not None and self.drawn_at is None

    @property
    def entering(self) -> bool:
        """Tell whether whoever signs up now comes into the draw."""
        closes_at = self.draw_closes_at
        return self.undrawn and closes_at is not None and clock.now() < closes_at

    @property
    def kept(self) -> int:
        """How many of the places that are kept apart from the draw are still to be handed out."""
        return max(0, self.draw_reserved - self.reserved_taken)

    @property
    def spoken_for(self) -> int:
        """How many places nobody can have who signs up now."""
        return self.taken + self.kept

    @property
    def facts(self) -> Facts:
        return Facts(
            organisation_id=self.organisation_id,
            author_id=self.author_id,
            readers=frozenset(one.user_id for one in self.staff),
            published=self.state is State.PUBLISHED,
            restricted=self.format in HOMES,
        )


class ActivityGoal(OwnedPart, Base):
    """A goal that an activity serves; position 0 is the primary one, and says why."""

    __tablename__ = "activity_goal"
    __retention__: ClassVar[Retention] = Retention.kept("what the organisation did")
    __table_args__ = (
        UniqueConstraint("activity_id", "position"),
        CheckConstraint("position BETWEEN 0 AND 2", name="at_most_three"),
    )

    activity_id: Mapped[UUID] = mapped_column(
        ForeignKey("activity.id"), primary_key=True, init=False
    )
    goal_id: Mapped[UUID] = mapped_column(ForeignKey("goal.id"), primary_key=True, init=False)
    goal: Mapped[Goal] = relationship()
    position: Mapped[int]
    why: Mapped[str] = mapped_column(String(300), default="")


class ActivityStaff(OwnedPart, Base):
    """Who runs it: workers and volunteers."""

    __tablename__ = "activity_staff"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.STAFF, "user_account")

    activity_id: Mapped[UUID] = mapped_column(
        ForeignKey("activity.id"), primary_key=True, init=False
    )
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)


class ActivityPartner(OwnedPart, Base):
    """Who takes part in it: a school, a sports club, the library."""

    __tablename__ = "activity_partner"
    __retention__: ClassVar[Retention] = Retention.kept("what the organisation did")

    activity_id: Mapped[UUID] = mapped_column(
        ForeignKey("activity.id"), primary_key=True, init=False
    )
    partner_id: Mapped[UUID] = mapped_column(
        ForeignKey("partner.id"), primary_key=True, init=False, index=True
    )
    partner: Mapped[Partner] = relationship()


class ActivityWords(OwnedPart, Base):
    """What an activity is called in a language besides Dutch."""

    __tablename__ = "activity_words"
    __retention__: ClassVar[Retention] = Retention.kept("what the organisation did")

    activity_id: Mapped[UUID] = mapped_column(
        ForeignKey("activity.id"), primary_key=True, init=False
    )
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    title: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(String(300), default="")


class Occurrence(Identified, Owned, Base):
    """One date of an activity. It has its own room when children sign up per date.

    `moved`: somebody gave this one date a time of its own, which the rule leaves as it is.
    A date can be elsewhere than the others (`venue`), and say what is different (`note`).
    """

    __tablename__ = "occurrence"
    __retention__: ClassVar[Retention] = Retention.kept("what the organisation did")
    __table_args__ = (
        UniqueConstraint("activity_id", "starts_at"),
        CheckConstraint("ends_at > starts_at", name="ends_after_start"),
        CheckConstraint("taken >= 0", name="taken_not_negative"),
        CheckConstraint("capacity IS NULL OR taken <= capacity", name="never_oversold"),
        Index("ix_occurrence_coming", "starts_at", sqlite_where=text("cancelled_at IS NULL"),
              postgresql_where=text("cancelled_at IS NULL")),
    )  # fmt: skip
    __audited__: ClassVar[bool] = True

    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"), init=False, index=True)
    activity: Mapped[Activity] = relationship(back_populates="occurrences", innerjoin=True)
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    capacity: Mapped[int | None] = mapped_column(default=None)
    taken: Mapped[int] = mapped_column(default=0, init=False)
    cancelled_at: Mapped[datetime | None] = mapped_column(default=None)
    cancel_reason: Mapped[str] = mapped_column(String(200), default="")
    moved: Mapped[bool] = mapped_column(default=False, server_default=false())
    venue_id: Mapped[UUID | None] = mapped_column(ForeignKey("venue.id"), init=False)
    venue: Mapped[Venue | None] = relationship(default=None, lazy="selectin")
    note: Mapped[str] = mapped_column(String(300), default="", server_default="")
    shifts: Mapped[list["Shift"]] = relationship(
        default_factory=list, back_populates="occurrence", passive_deletes="all"
    )

    @property
    def place(self) -> Venue | None:
        """Where this date is: the venue of the activity, unless it is elsewhere."""
        return self.venue or self.activity.venue

    @property
    def slot(self) -> Slot:
        return Slot(self.starts_at, self.ends_at)

    @property
    def on_duty(self) -> frozenset[UUID]:
        return on_duty((one.user_id for one in self.activity.staff), self.shifts)

    @property
    def facts(self) -> Facts:
        return replace(self.activity.facts, on_duty=self.on_duty)


class Shift(Identified, Owned, Base):
    """What is otherwise than always on one date: who is there too, or is `off`, or is looked for.

    Without anybody it is open. Hours of its own are wall times where the activity takes place.
    """

    __tablename__ = "shift"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.STAFF, "user_account")
    __table_args__ = (
        UniqueConstraint("occurrence_id", "user_id"),
        CheckConstraint("user_id IS NOT NULL OR NOT off", name="nobody_is_off"),
    )
    __audited__: ClassVar[bool] = True

    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrence.id"), init=False)
    occurrence: Mapped[Occurrence] = relationship(back_populates="shifts", innerjoin=True)
    user_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("user_account.id"), index=True, default=None
    )
    duty: Mapped[Duty]
    off: Mapped[bool] = mapped_column(default=False)
    starts: Mapped[time | None] = mapped_column(default=None)
    ends: Mapped[time | None] = mapped_column(default=None)

    @property
    def facts(self) -> Facts:
        return self.occurrence.facts


def at_its_place() -> ColumnElement[bool]:
    """Tie a venue to the dates that are there, in a statement about dates and their activity."""
    return Venue.id == func.coalesce(Occurrence.venue_id, Activity.venue_id)


class PlanChange(Identified, Owned, Base):
    """How a published plan was before it changed, until and since the families were told."""

    __tablename__ = "plan_change"
    __retention__: ClassVar[Retention] = Retention.kept("what the organisation did")
    __table_args__ = (
        Index("uq_plan_change_untold", "activity_id", unique=True,
              sqlite_where=text("told_at IS NULL"), postgresql_where=text("told_at IS NULL")),
    )  # fmt: skip

    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"))
    was: Mapped[dict[str, Any]] = mapped_column(JSON)
    told_at: Mapped[datetime | None] = mapped_column(default=None)

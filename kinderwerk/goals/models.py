"""Themes, goals with targets and indicators, policy goals and grants."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from kinderwerk.access.vocabulary import Facts
from kinderwerk.core.retention import Retention
from kinderwerk.core.words import Translated
from kinderwerk.goals.rules import IndicatorKind, ThemeCode
from kinderwerk.places.models import Neighbourhood
from kinderwerk.storage.base import Base, Identified, Owned, OwnedPart, Versioned


class Theme(Identified, Owned, Base):
    """A theme of the catalogue; `code` gives its colour and drawing."""

    __tablename__ = "theme"
    __retention__: ClassVar[Retention] = Retention.kept("the organisation's goals")
    __table_args__ = (UniqueConstraint("organisation_id", "code"),)
    __audited__: ClassVar[bool] = True

    code: Mapped[ThemeCode]
    label: Mapped[Translated]
    position: Mapped[int]
    archived_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id)


class PolicyGoal(Identified, Versioned, Base):
    """What the municipality wants, in its own words and under its own reference."""

    __tablename__ = "policy_goal"
    __retention__: ClassVar[Retention] = Retention.kept("the municipality's goals")
    __table_args__ = (
        UniqueConstraint("municipality_id", "reference"),
        CheckConstraint("ends_on >= begins_on", name="ends_after_begin"),
    )
    __audited__: ClassVar[bool] = True

    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    reference: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    begins_on: Mapped[date]
    ends_on: Mapped[date]

    @property
    def facts(self) -> Facts:
        return Facts(municipality_id=self.municipality_id)


class Grant(Identified, Owned, Versioned, Base):
    """Money for a period, and what was agreed for it."""

    __tablename__ = "subsidy"
    __retention__: ClassVar[Retention] = Retention.kept("agreements between organisations")
    __table_args__ = (
        UniqueConstraint("organisation_id", "reference"),
        CheckConstraint("ends_on >= begins_on", name="ends_after_begin"),
    )
    __audited__: ClassVar[bool] = True

    municipality_id: Mapped[UUID] = mapped_column(ForeignKey("municipality.id"), index=True)
    reference: Mapped[str] = mapped_column(String(40))
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    agreed_hours: Mapped[int | None] = mapped_column(default=None)
    agreed_activities: Mapped[int | None] = mapped_column(default=None)
    agreed_children: Mapped[int | None] = mapped_column(default=None)

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id, municipality_id=self.municipality_id)


class Goal(Identified, Owned, Versioned, Base):
    __tablename__ = "goal"
    __retention__: ClassVar[Retention] = Retention.kept("the organisation's goals")
    __table_args__ = (CheckConstraint("ends_on >= begins_on", name="ends_after_begin"),)
    __audited__: ClassVar[bool] = True

    theme_id: Mapped[UUID] = mapped_column(ForeignKey("theme.id"), init=False, index=True)
    theme: Mapped[Theme] = relationship()
    title: Mapped[str] = mapped_column(String(120))
    description: Mapped[str] = mapped_column(String(2000), default="")
    begins_on: Mapped[date]
    ends_on: Mapped[date]
    target_visits: Mapped[int | None] = mapped_column(default=None)
    target_children: Mapped[int | None] = mapped_column(default=None)
    policy_goal_id: Mapped[UUID | None] = mapped_column(ForeignKey("policy_goal.id"), default=None)
    policy_goal: Mapped[PolicyGoal | None] = relationship(init=False, viewonly=True)
    grant_id: Mapped[UUID | None] = mapped_column(ForeignKey("subsidy.id"), default=None)
    grant: Mapped[Grant | None] = relationship(init=False, viewonly=True)
    areas: Mapped[list["GoalArea"]] = relationship(
        default_factory=list, cascade="all, delete-orphan"
    )
    indicators: Mapped[list["Indicator"]] = relationship(
        default_factory=list, cascade="all, delete-orphan", order_by="Indicator.position"
    )

    @validates("areas", "indicators")
    def _take_in(self, name: str, part: OwnedPart) -> OwnedPart:
        part.organisation_id = self.organisation_id
        return part

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id)


class GoalArea(OwnedPart, Base):
    """A neighbourhood at which a goal aims; a goal without any aims at all of them."""

    __tablename__ = "goal_area"
    __retention__: ClassVar[Retention] = Retention.kept("the organisation's goals")

    goal_id: Mapped[UUID] = mapped_column(ForeignKey("goal.id"), primary_key=True, init=False)
    neighbourhood_id: Mapped[UUID] = mapped_column(ForeignKey("neighbourhood.id"), primary_key=True)
    neighbourhood: Mapped[Neighbourhood] = relationship(init=False, viewonly=True)


class Indicator(Identified, OwnedPart, Base):
    __tablename__ = "indicator"
    __retention__: ClassVar[Retention] = Retention.kept("the organisation's goals")

    goal_id: Mapped[UUID] = mapped_column(ForeignKey("goal.id"), init=False, index=True)
    text: Mapped[str] = mapped_column(String(200))
    kind: Mapped[IndicatorKind]
    position: Mapped[int] = mapped_column(default=0)

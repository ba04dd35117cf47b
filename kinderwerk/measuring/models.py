"""Questions, what groups answered, and what a team makes of it."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access.vocabulary import Facts
from kinderwerk.core import clock
from kinderwerk.core.retention import Retention
from kinderwerk.goals.models import Goal
from kinderwerk.measuring.rules import (
    LONGEST_NAMES,
    LONGEST_QUESTION,
    LONGEST_READING,
    STEPS,
    Audience,
    Instrument,
)
from kinderwerk.storage.base import Base, Identified, Owned, Versioned


class Question(Identified, Owned, Versioned, Base):
    """What is asked for a goal, and how; of which indicator, as long as the goal has that."""

    __tablename__ = "question"
    __retention__: ClassVar[Retention] = Retention.kept("the organisation's goals")
    __audited__: ClassVar[bool] = True

    goal_id: Mapped[UUID] = mapped_column(ForeignKey("goal.id"), init=False, index=True)
    goal: Mapped[Goal] = relationship()
    indicator_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("indicator.id", ondelete="SET NULL"), default=None
    )
    text: Mapped[str] = mapped_column(String(LONGEST_QUESTION))
    instrument: Mapped[Instrument]
    audience: Mapped[Audience] = mapped_column(default=Audience.CHILDREN)
    options: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    put_away: Mapped[bool] = mapped_column(default=False, server_default=false())

    @property
    def steps(self) -> tuple[str, ...]:
        return tuple(self.options) or STEPS[self.instrument]

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id)


class Measurement(Identified, Owned, Base):
    """One question at one session. `last_step` is the tap that can still be taken back.

    Of no answer is known who gave it or when. It remembers where and when the session was, so that
    counts stay exact whatever happens to the plan.
    """

    __tablename__ = "measurement"
    __retention__: ClassVar[Retention] = Retention.kept("counts without persons")
    __table_args__ = (
        UniqueConstraint("occurrence_id", "question_id"),
        CheckConstraint("asked >= 0", name="asked_not_negative"),
    )
    __audited__: ClassVar[bool] = True

    occurrence_id: Mapped[UUID] = mapped_column(ForeignKey("occurrence.id"))
    question_id: Mapped[UUID] = mapped_column(ForeignKey("question.id"), init=False, index=True)
    question: Mapped[Question] = relationship()
    activity_id: Mapped[UUID] = mapped_column(ForeignKey("activity.id"), index=True)
    neighbourhood_id: Mapped[UUID | None] = mapped_column(ForeignKey("neighbourhood.id"))
    held_on: Mapped[date]
    asked: Mapped[int] = mapped_column(default=0)
    last_step: Mapped[int | None] = mapped_column(default=None)
    answers: Mapped[list["Answers"]] = relationship(
        default_factory=list, cascade="all, delete-orphan", order_by="Answers.step"
    )

    @property
    def answered(self) -> int:
        return sum(one.n for one in self.answers)

    @property
    def counts(self) -> tuple[int, ...]:
        """Return how many chose each step."""
        chosen = {one.step: one.n for one in self.answers}
        return tuple(chosen.get(step, 0) for step in range(len(self.question.steps)))

    @property
    def written_on(self) -> date:
        """Return the day on which the first of it was written down."""
        return max(self.held_on, clock.to_wall(self.created_at).date())

    @property
    def stands(self) -> bool:
        """Tell whether it was written down on an earlier day, and may be told since."""
        return self.written_on < clock.today()


class Answers(Base):
    """How many chose one step of the scale."""

    __tablename__ = "measured_answers"
    __retention__: ClassVar[Retention] = Retention.kept("counts without persons")
    __table_args__ = (CheckConstraint("n > 0", name="some"),)

    measurement_id: Mapped[UUID] = mapped_column(
        ForeignKey("measurement.id"), primary_key=True, init=False
    )
    step: Mapped[int] = mapped_column(primary_key=True)
    n: Mapped[int]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)


class Reading(Identified, Owned, Versioned, Base):
    """What a team thinks that a period of measuring means for a goal, and what it will change."""

    __tablename__ = "measured_reading"
    __retention__: ClassVar[Retention] = Retention.kept("what the organisation learned, of nobody")
    __table_args__ = (UniqueConstraint("goal_id", "period"),)
    __audited__: ClassVar[bool] = True

    goal_id: Mapped[UUID] = mapped_column(ForeignKey("goal.id"), init=False)
    goal: Mapped[Goal] = relationship()
    period: Mapped[str] = mapped_column(String(8))
    means: Mapped[str] = mapped_column(String(LONGEST_READING))
    talked_with: Mapped[str] = mapped_column(String(LONGEST_NAMES), default="")
    agreed: Mapped[str] = mapped_column(String(LONGEST_READING), default="")

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id)


class Week(Identified, Owned, Base):
    """A week of measuring: which sessions are asked was drawn once, by this seed."""

    __tablename__ = "measuring_week"
    __retention__: ClassVar[Retention] = Retention.kept("what the organisation did")
    __table_args__ = (UniqueConstraint("organisation_id", "monday"),)
    __audited__: ClassVar[bool] = True

    monday: Mapped[date]
    seed: Mapped[int]
    could: Mapped[int]

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id)


class Drawn(Base):
    """A session that was drawn, for which goal."""

    __tablename__ = "measuring_draw"
    __retention__: ClassVar[Retention] = Retention.kept("what the organisation did")

    week_id: Mapped[UUID] = mapped_column(ForeignKey("measuring_week.id"), primary_key=True)
    occurrence_id: Mapped[UUID] = mapped_column(
        ForeignKey("occurrence.id"), primary_key=True, index=True
    )
    goal_id: Mapped[UUID] = mapped_column(ForeignKey("goal.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)

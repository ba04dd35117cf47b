"""Lessons: sealed until a second person lets them in, then also in words that can be searched."""

from datetime import date
from typing import ClassVar, Final
from uuid import UUID

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, mapped_column
from typing_extensions import override

from kinderwerk.access.vocabulary import Facts
from kinderwerk.core import ids
from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.learning.library import rules
from kinderwerk.learning.library.finding import ON_SQLITE
from kinderwerk.learning.library.rules import Origin, Standing, Tongue
from kinderwerk.signals.rules import Area
from kinderwerk.storage.base import Base, Confidential, Owned, Versioned, sealed

SEALED: Final = ("title", "lesson", "situation", "helped", "tags")


class Lesson(Confidential, Owned, Versioned, Base):
    """What somebody learned. Nothing points at the case from which it came."""

    __tablename__ = "lesson"
    __retention__: ClassVar[Retention] = Retention.by(Whose.FAMILY, Line.LEARNING)
    __table_args__ = (
        UniqueConstraint("author_id", "once"),
        CheckConstraint("checker_id <> author_id", name="second_person"),
    )
    __audited__: ClassVar[bool] = True

    author_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"))
    checker_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    once: Mapped[UUID] = mapped_column(default_factory=ids.confidential)
    origin: Mapped[Origin]
    language: Mapped[Tongue]
    areas: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    standing: Mapped[Standing] = mapped_column(default=Standing.WAITING)
    stands_since: Mapped[date] = mapped_column(index=True)
    confirmed: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    title: Mapped[bytes] = sealed()
    lesson: Mapped[bytes] = sealed()
    situation: Mapped[bytes | None] = sealed(optional=True)
    helped: Mapped[bytes | None] = sealed(optional=True)
    tags: Mapped[bytes | None] = sealed(optional=True)
    because: Mapped[bytes | None] = sealed(optional=True)

    @property
    def about(self) -> list[Area]:
        return [Area(one) for one in self.areas]

    @property
    def facts(self) -> Facts:
        return Facts(
            organisation_id=self.organisation_id, author_id=self.author_id,
            readers=frozenset({self.checker_id}), released=self.standing is Standing.RELEASED,
        )  # fmt: skip


class LessonText(Owned, Base):
    """The words of a lesson that stands in the library, and of no other; they are searched."""

    __tablename__ = "lesson_text"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.NOBODY, "lesson")

    lesson_id: Mapped[UUID] = mapped_column(ForeignKey("lesson.id"), primary_key=True)
    language: Mapped[Tongue]
    title: Mapped[str] = mapped_column(String(rules.TITLE))
    lesson: Mapped[str] = mapped_column(String(rules.LONGEST))
    situation: Mapped[str] = mapped_column(String(rules.SHORT), default="")
    helped: Mapped[str] = mapped_column(String(rules.SHORT), default="")
    tags: Mapped[str] = mapped_column(String(rules.TAGS * (rules.TAG + 2)), default="")

    @property
    @override
    def audited_as(self) -> UUID:
        return self.lesson_id

    @property
    def keywords(self) -> list[str]:
        return rules.split(self.tags)


for _each in ON_SQLITE:
    event.listen(LessonText.__table__, "after_create", _each)

"""What children say, without the child; and the boards on which it stands."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access.vocabulary import Facts
from kinderwerk.activities.rules import AgeBand
from kinderwerk.core import ids
from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.files.models import StoredFile
from kinderwerk.ideas.deciding import Decided, why_before_told
from kinderwerk.ideas.rules import (
    LONGEST,
    ON_THE_BOARD,
    Degree,
    Form,
    Kind,
    State,
)
from kinderwerk.ideas.said import Why
from kinderwerk.places.models import Neighbourhood
from kinderwerk.places.opening import Opening
from kinderwerk.storage.base import Base, Identified, Owned, Versioned


class Idea(Decided, Identified, Owned, Versioned, Base):
    """What a child said, in its own words; whose it was nobody writes down.

    Told to somebody who works here, who then is the author, or sent to the board of a
    neighbourhood, and then nobody is. `waits_since` is set while somebody has still to read it;
    `escalated` counts who heard of that. What was passed on to the protection officer keeps no
    words here.
    """

    __tablename__ = "idea"
    __retention__: ClassVar[Retention] = Retention.by(Whose.FAMILY, Line.CHILD_VOICE)
    __table_args__ = (
        UniqueConstraint("author_id", "once"),
        *why_before_told(),
        CheckConstraint(
            "state NOT IN ('answered', 'archived') OR told_back_on IS NOT NULL"
            " OR (state = 'archived' AND kind IN ('dream', 'poem', 'question', 'answer'))",
            name="closed_when_told_back",
        ),
        CheckConstraint(
            "(state = 'declined') = (declined_for IS NOT NULL)", name="declined_for_a_reason"
        ),
        CheckConstraint("state != 'new' OR waits_since IS NOT NULL", name="new_waits"),
        CheckConstraint("state != 'needs_adult' OR words = ''", name="worrying_is_sealed"),
        CheckConstraint("(kind = 'answer') = (parent_id IS NOT NULL)", name="answers_something"),
        CheckConstraint(
            "words != '' OR picture_id IS NOT NULL OR state = 'needs_adult'", name="says_something"
        ),
        CheckConstraint(
            "author_id IS NOT NULL OR (pseudonym != '' AND neighbourhood_id IS NOT NULL)",
            name="from_somebody",
        ),
        CheckConstraint("escalated BETWEEN 0 AND 3 AND reports >= 0", name="counted_up"),
        Index(
            "ix_idea_waits_since", "waits_since",
            sqlite_where=text("waits_since IS NOT NULL"),
            postgresql_where=text("waits_since IS NOT NULL"),
        ),
    )  # fmt: skip
    __audited__: ClassVar[bool] = True

    author_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    once: Mapped[UUID] = mapped_column(default_factory=ids.confidential)
    said_on: Mapped[date] = mapped_column(index=True)
    words: Mapped[str] = mapped_column(String(LONGEST))
    band: Mapped[AgeBand | None]
    occurrence_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("occurrence.id"), default=None, index=True
    )
    neighbourhood_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("neighbourhood.id"), init=False, index=True
    )
    neighbourhood: Mapped[Neighbourhood | None] = relationship(default=None)
    kind: Mapped[Kind] = mapped_column(default=Kind.IDEA, server_default="idea", sort_order=91)
    state: Mapped[State] = mapped_column(
        default=State.APPROVED, server_default="approved", sort_order=91
    )
    form: Mapped[Form] = mapped_column(default=Form.TOLD, server_default="told", sort_order=91)
    on_board: Mapped[bool] = mapped_column(default=False, server_default=false(), sort_order=91)
    pseudonym: Mapped[str] = mapped_column(String(40), default="", server_default="", sort_order=91)
    parent_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("idea.id"), default=None, index=True, sort_order=91
    )
    picture_id: Mapped[UUID | None] = mapped_column(
        ForeignKey("stored_file.id"), init=False, index=True, sort_order=91
    )
    picture: Mapped[StoredFile | None] = relationship(default=None)
    waits_since: Mapped[datetime | None] = mapped_column(default=None, sort_order=91)
    escalated: Mapped[int] = mapped_column(default=0, server_default=text("0"), sort_order=91)
    reports: Mapped[int] = mapped_column(default=0, server_default=text("0"), sort_order=91)
    declined_for: Mapped[Why | None] = mapped_column(default=None, sort_order=91)
    how_asked: Mapped[str] = mapped_column(
        String(300), default="", server_default="", sort_order=91
    )
    who_missing: Mapped[str] = mapped_column(
        String(300), default="", server_default="", sort_order=91
    )
    heard_by: Mapped[str] = mapped_column(String(120), default="", server_default="", sort_order=91)
    heard_on: Mapped[date | None] = mapped_column(default=None, sort_order=91)
    degree: Mapped[Degree | None] = mapped_column(default=None, sort_order=91)

    @property
    def is_public(self) -> bool:
        return self.on_board and self.state in ON_THE_BOARD

    @property
    def facts(self) -> Facts:
        return Facts(
            organisation_id=self.organisation_id,
            neighbourhood_id=self.neighbourhood_id,
            author_id=self.author_id,
            restricted=self.state is State.NEEDS_ADULT,
        )


class ChildBoard(Identified, Owned, Versioned, Base):
    """The board of an organisation in one neighbourhood, and when somebody looks after it."""

    __tablename__ = "child_board"
    __retention__: ClassVar[Retention] = Retention.kept("where children can say something")
    __table_args__ = (UniqueConstraint("organisation_id", "neighbourhood_id"),)
    __audited__: ClassVar[bool] = True

    neighbourhood_id: Mapped[UUID] = mapped_column(
        ForeignKey("neighbourhood.id"), init=False, index=True
    )
    neighbourhood: Mapped[Neighbourhood] = relationship()
    open: Mapped[bool] = mapped_column(default=True, server_default=true())
    opening: Mapped[list[list[str] | None]] = mapped_column(
        JSON, default_factory=list, server_default=text("'[]'")
    )

    @property
    def hours(self) -> Opening:
        return Opening.read(self.opening)

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id, neighbourhood_id=self.neighbourhood_id)


class WorryList(Identified, Owned, Versioned, Base):
    """The words that worry in one language, as an organisation wants them."""

    __tablename__ = "worry_list"
    __retention__: ClassVar[Retention] = Retention.kept("words that worry, of nobody")
    __table_args__ = (UniqueConstraint("organisation_id", "language"),)
    __audited__: ClassVar[bool] = True

    language: Mapped[str] = mapped_column(String(8))
    phrases: Mapped[str] = mapped_column(String(8000))

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id)

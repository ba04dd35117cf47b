"""Talks with children whose names nobody knows, and who is there for them. The words are sealed."""

from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import (
    JSON,
    CheckConstraint,
    ForeignKey,
    LargeBinary,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from kinderwerk.access.vocabulary import Facts
from kinderwerk.core import ids
from kinderwerk.core.retention import Line, Retention, Whose
from kinderwerk.storage.base import Base, Confidential, Identified, Owned, sealed
from kinderwerk.talks import promises
from kinderwerk.talks.rules import AlertKind, Why


class TalkOffice(Identified, Owned, Base):
    """Whether an organisation offers talks, and on which conditions. `secret` is the key of keys:
    what stands for the key of a child is computed with it."""

    __tablename__ = "talk_office"
    __retention__: ClassVar[Retention] = Retention.kept("how talks are offered")
    __table_args__ = (UniqueConstraint("organisation_id"),)
    __audited__: ClassVar[bool] = True

    secret: Mapped[bytes] = sealed()
    opened: Mapped[bool] = mapped_column(default=False)
    read_within: Mapped[int] = mapped_column(default=60)
    assessed_on: Mapped[date | None] = mapped_column(default=None)
    assessed_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    danger_words: Mapped[dict[str, list[str]]] = mapped_column(JSON, default_factory=dict)

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id)


class TalkKeeper(Identified, Owned, Base):
    """Somebody who answers. Children see their name and picture once they agreed to that
    themselves."""

    __tablename__ = "talk_keeper"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.STAFF, "user_account")
    __table_args__ = (UniqueConstraint("organisation_id", "user_id"),)
    __audited__: ClassVar[bool] = True

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    trained_on: Mapped[date | None] = mapped_column(default=None)
    first_name: Mapped[str] = mapped_column(String(40), default="")
    picture: Mapped[str] = mapped_column(String(32), default="")
    agreed_on: Mapped[date | None] = mapped_column(default=None)

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id, owner_id=self.user_id)


class TalkDuty(Identified, Owned, Base):
    """When a keeper is there: from when until when on a day of the week, in minutes on the wall."""

    __tablename__ = "talk_duty"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.STAFF, "user_account")
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 0 AND 6", name="day_of_week"),
        CheckConstraint("begins >= 0 AND begins < ends AND ends <= 1440", name="in_order"),
    )
    __audited__: ClassVar[bool] = True

    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    weekday: Mapped[int]
    begins: Mapped[int]
    ends: Mapped[int]

    @property
    def facts(self) -> Facts:
        return Facts(organisation_id=self.organisation_id, owner_id=self.user_id)


class Talk(Confidential, Owned, Base):
    """A child and the two who can read it; there is none without the second.

    `past_line`: it lies with two confidential advisers, and nobody of the line knows of it.
    `about_id` is whom it is about then, who never gets to see it. `promised` is the wording that
    the child read before it wrote, `read_within` the minutes that stood in it.
    """

    __tablename__ = "talk"
    __retention__: ClassVar[Retention] = Retention.by(Whose.FAMILY, Line.LETTERBOX)
    __table_args__ = (
        UniqueConstraint("organisation_id", "key_tag"),
        CheckConstraint("keeper_id != second_id", name="two_people"),
        CheckConstraint("NOT past_line OR why IS NOT NULL", name="why_past_line"),
    )
    __audited__: ClassVar[bool] = True

    neighbourhood_id: Mapped[UUID] = mapped_column(ForeignKey("neighbourhood.id"), index=True)
    keeper_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    second_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), index=True)
    key_tag: Mapped[str] = mapped_column(String(64))
    last_at: Mapped[datetime] = mapped_column(index=True)
    waiting_since: Mapped[datetime | None] = mapped_column(default=None, index=True)
    past_line: Mapped[bool] = mapped_column(default=False)
    why: Mapped[Why | None] = mapped_column(default=None)
    about_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    promised: Mapped[int] = mapped_column(default=promises.NEWEST, server_default="1")
    read_within: Mapped[int] = mapped_column(default=60, server_default="60")
    told: Mapped[bool] = mapped_column(default=False)
    passed_on_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    alerts: Mapped[list["TalkAlert"]] = relationship(
        default_factory=list, back_populates="talk", lazy="selectin",
        order_by="TalkAlert.created_at",
    )  # fmt: skip

    @property
    def open_alerts(self) -> list["TalkAlert"]:
        return [one for one in self.alerts if one.seen_at is None]

    @property
    def facts(self) -> Facts:
        hearing = {one.user_id for alert in self.open_alerts for one in alert.told}
        return Facts(
            organisation_id=self.organisation_id, neighbourhood_id=self.neighbourhood_id,
            owner_id=self.keeper_id, readers=frozenset({self.second_id}),
            on_duty=frozenset(hearing), lasting=bool(self.open_alerts),
            past_line=self.past_line,
            family=frozenset({self.about_id} if self.about_id else ()),
        )  # fmt: skip


class TalkMessage(Confidential, Owned, Base):
    """What the child (by nobody) or a keeper wrote, where they would meet, and nothing after."""

    __tablename__ = "talk_message"
    __append_only__: ClassVar[bool] = True
    __lets_go__: ClassVar[bool] = True
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "talk")
    __table_args__ = (UniqueConstraint("talk_id", "once"),)

    talk_id: Mapped[UUID] = mapped_column(ForeignKey("talk.id"), index=True)
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"))
    once: Mapped[UUID] = mapped_column(default_factory=ids.confidential)
    tells: Mapped[bool] = mapped_column(default=False)
    words: Mapped[bytes] = sealed()
    meeting: Mapped[bytes | None] = sealed(optional=True)


class TalkAlert(Confidential, Owned, Base):
    """Somebody has to look: it tells no word of what was written, and goes on until it was seen."""

    __tablename__ = "talk_alert"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "talk")
    __audited__: ClassVar[bool] = True

    talk_id: Mapped[UUID] = mapped_column(ForeignKey("talk.id"), index=True, init=False)
    talk: Mapped[Talk] = relationship(back_populates="alerts")
    kind: Mapped[AlertKind]
    step: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime] = mapped_column(index=True)
    seen_at: Mapped[datetime | None] = mapped_column(default=None)
    seen_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("user_account.id"), default=None)
    told: Mapped[list["TalkTold"]] = relationship(
        default_factory=list, lazy="selectin", order_by="TalkTold.at"
    )


class TalkTold(Base):
    """That somebody was told of an alert, and said that they saw it, if they did."""

    __tablename__ = "talk_told"
    __retention__: ClassVar[Retention] = Retention.with_(Whose.FAMILY, "talk_alert")

    alert_id: Mapped[UUID] = mapped_column(
        ForeignKey("talk_alert.id"), primary_key=True, init=False
    )
    user_id: Mapped[UUID] = mapped_column(ForeignKey("user_account.id"), primary_key=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisation.id"), index=True)
    at: Mapped[datetime]


class TalkDayKey(Base):
    """The key of one day, with which tries are counted; the next day it is destroyed."""

    __tablename__ = "talk_day_key"
    __retention__: ClassVar[Retention] = Retention.tidied_by(Whose.NOBODY, "talks.tidy")

    day: Mapped[date] = mapped_column(primary_key=True)
    secret: Mapped[bytes] = mapped_column(LargeBinary)


class TalkTry(Base):
    """How often something was tried, under a keyed hash that nobody can compute the day after."""

    __tablename__ = "talk_try"
    __retention__: ClassVar[Retention] = Retention.tidied_by(Whose.NOBODY, "talks.tidy")

    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    window_start: Mapped[datetime] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(default=0)

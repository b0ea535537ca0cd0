"""Tables of what callers report. Columns that Open311 names are spelled as Open311 spells them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ..change_marks import mark_changes
from ..clock import utc_now
from ..database import Base, BigId, EnumText, OrderedText, UTCDateTime
from ..places.models import Address, Area
from ..staff.models import User


class Family(Base):
    """A problem family: service types that are symptoms of one kind of problem and count together."""

    __tablename__ = "families"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    harm_weight: Mapped[int] = mapped_column(default=1)
    """How much harm one call of this family stands for, 1 to 5; feeds a case's priority."""
    color: Mapped[str] = mapped_column(String(20), default="gray")


class ServicePace(StrEnum):
    """When a system that posts a report is told its number: Open311's «type» of a service."""

    REALTIME = "realtime"
    BATCH = "batch"
    BLACKBOX = "blackbox"


class ServiceType(Base):
    """What a call asks for: an Open311 «service»."""

    __tablename__ = "service_types"

    id: Mapped[int] = mapped_column(primary_key=True)
    service_code: Mapped[str] = mapped_column(String(120), unique=True)
    service_name: Mapped[str] = mapped_column(String(160))
    group: Mapped[str] = mapped_column(String(120), default="")
    keywords: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    family_id: Mapped[int] = mapped_column(ForeignKey(Family.id), index=True)
    weight: Mapped[int] = mapped_column(default=1)
    default_priority: Mapped[int] = mapped_column(default=3)
    due_days: Mapped[int | None]
    is_public: Mapped[bool] = mapped_column(default=False)
    is_confidential: Mapped[bool] = mapped_column(default=False)
    is_test: Mapped[bool] = mapped_column(default=False)
    publish_after_days: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    """How many whole days a call waits before the public sees it; for what a witness could be known by."""
    pace: Mapped[ServicePace] = mapped_column(
        EnumText(ServicePace), default=ServicePace.REALTIME, server_default=ServicePace.REALTIME.value
    )
    is_unsorted: Mapped[bool] = mapped_column(default=False)
    """True: an import met this type and nobody has filed it yet; it has a family of its own until somebody does."""

    family: Mapped[Family] = relationship()

    @property
    def counts(self) -> bool:
        """Whether calls of this type may join or open a case."""
        return not (self.is_confidential or self.is_test)


mark_changes(Family, ServiceType)


class Caller(Base):
    """The person who called. Personal data, kept in a table of its own and never shown to the public."""

    __tablename__ = "callers"
    __table_args__ = (
        Index("ix_callers_call_back", "id", sqlite_where=text("wants_call_back <> ''"),
              postgresql_where=text("wants_call_back <> ''")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(160), default="")
    phone: Mapped[str] = mapped_column(String(40), default="", index=True)
    """As it was typed; `callers.py` keeps the two columns below in step with it."""
    phone_digits: Mapped[str] = mapped_column(OrderedText, default="", server_default="", index=True)
    """With the country's prefix, see `phones.py`."""
    phone_backwards: Mapped[str] = mapped_column(OrderedText, default="", server_default="", index=True)
    """The same from its end, so that its last digits find it."""
    email: Mapped[str] = mapped_column(String(254), default="")
    language: Mapped[str] = mapped_column(String(10), default="en")
    wants_call_back: Mapped[str] = mapped_column(Text, default="", server_default="")
    """When and about what she wants to be called back, in words; empty for no wish."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("callers.id"), index=True)
    """The row that stands for this person since somebody found both to be one."""


class CallerWord(Base):
    """A word of a caller's name, folded as `words.py` does; `callers.py` keeps them in step with the name."""

    __tablename__ = "caller_words"
    __table_args__ = (Index(None, "word", "caller_id"),)

    caller_id: Mapped[int] = mapped_column(ForeignKey(Caller.id), primary_key=True, autoincrement=False)
    word: Mapped[str] = mapped_column(OrderedText, primary_key=True)


class CallerMerge(Base):
    """Somebody found two callers to be one person. Both rows stay; undoing gives back exactly the calls that moved."""

    __tablename__ = "caller_merges"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    from_id: Mapped[int] = mapped_column(ForeignKey(Caller.id), index=True)
    into_id: Mapped[int] = mapped_column(ForeignKey(Caller.id), index=True)
    merged_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    merged_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))

    duplicate: Mapped[Caller] = relationship(foreign_keys=[from_id])
    merged_by: Mapped[User] = relationship(foreign_keys=[merged_by_id])


class CallImport(Base):
    """One run of `import-calls`: which file, read how, with which counts."""

    __tablename__ = "call_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(String(255))
    source: Mapped[str] = mapped_column(String(60))
    encoding: Mapped[str] = mapped_column(String(40))
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    rows: Mapped[int] = mapped_column(default=0)
    accepted: Mapped[int] = mapped_column(default=0)
    duplicates: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    rejected: Mapped[int] = mapped_column(default=0)


class Channel(StrEnum):
    """How a call reached the city."""

    PHONE = "phone"
    TRANSFER_911 = "transfer_911"
    WALK_IN = "walk_in"
    WEB = "web"
    OPEN311 = "open311"
    SOCIAL = "social"
    OUTBOUND = "outbound"
    OFFICER = "officer"
    IMPORT = "import"


class Placement(StrEnum):
    """Who says where the call lies."""

    SOURCE = "source"
    GAZETTEER = "gazetteer"
    GEOCODER = "geocoder"
    STAFF = "staff"
    UNLOCATED = "unlocated"


class CallStatus(StrEnum):
    """Our own status of a call, as Open311 knows it."""

    OPEN = "open"
    CLOSED = "closed"


_PUBLIC = text("public_day IS NOT NULL")
_SHOWN = [text(f"public_day IS NOT NULL AND withdrawn_at IS NULL AND is_outside IS {no}") for no in ("0", "false")]
"""For SQLite and for PostgreSQL: each knows again only its own words for no."""


class ServiceRequest(Base):
    """One 311 call; what the caller said is kept as said. In code a `ServiceRequest` is called `call`."""

    __tablename__ = "service_requests"
    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        # Beyond type and time it holds what assessments ask of years of calls, so that they read no rows.
        Index("ix_service_requests_history", "service_type_id", "requested_datetime", "x_dm", "y_dm", "center_id",
              "neighborhood_id", "weight", "is_outside", "withdrawn_at"),
        Index(None, "cell"),
        # In the very words of `is_taken.is_(False)`: SQLite takes a partial index for nothing else.
        Index("ix_service_requests_untaken", "service_type_id", "id", sqlite_where=text("is_taken IS 0"),
              postgresql_where=text("is_taken IS false")),
        Index("ix_service_requests_unmasked", "id", sqlite_where=text("public_label IS NULL AND lat IS NOT NULL"),
              postgresql_where=text("public_label IS NULL AND lat IS NOT NULL")),
        Index(None, "placement", "id"),
        # What strangers ask for, by day and a number without meaning: all they may ask stands in the index itself.
        Index("ix_service_requests_public", "public_day", "service_request_id", "service_type_id", "status",
              "public_lat", "public_long", "public_updated_day", "public_label",
              sqlite_where=_SHOWN[0], postgresql_where=_SHOWN[1], postgresql_include=["id"]),
        Index("ix_service_requests_public_updated", "public_updated_day", "service_request_id", "service_type_id",
              "status", "public_lat", "public_long", "public_day", "public_label",
              sqlite_where=_SHOWN[0], postgresql_where=_SHOWN[1], postgresql_include=["id"]),
        Index("ix_service_requests_public_place", "public_label", "public_day",
              sqlite_where=_PUBLIC, postgresql_where=_PUBLIC),
        Index("ix_service_requests_heard", "channel", "requested_datetime", sqlite_where=text("channel <> 'import'"),
              postgresql_where=text("channel <> 'import'")),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    service_request_id: Mapped[str] = mapped_column(String(40), unique=True)
    """Our own number, which the caller is told; unguessable."""
    source: Mapped[str] = mapped_column(OrderedText)
    source_id: Mapped[str] = mapped_column(OrderedText)
    channel: Mapped[Channel] = mapped_column(EnumText(Channel))
    import_id: Mapped[int | None] = mapped_column(ForeignKey(CallImport.id))
    service_type_id: Mapped[int] = mapped_column(ForeignKey(ServiceType.id))
    status: Mapped[CallStatus] = mapped_column(EnumText(CallStatus), default=CallStatus.OPEN)
    source_status: Mapped[str] = mapped_column(String(80), default="")
    status_notes: Mapped[str] = mapped_column(Text, default="")
    agency_responsible: Mapped[str] = mapped_column(String(160), default="")
    service_notice: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")
    media_url: Mapped[str] = mapped_column(Text, default="")
    requested_datetime: Mapped[datetime] = mapped_column(UTCDateTime, index=True)
    updated_datetime: Mapped[datetime | None] = mapped_column(UTCDateTime)
    expected_datetime: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    followed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When its case last closed it or opened it again; None when its status is its source's or a person's own."""
    stepped_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the work on its case last went to another phase while it was open."""
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    address: Mapped[str] = mapped_column(Text, default="")
    """The address as the caller or the source said it."""
    address_key: Mapped[str] = mapped_column(String(200), default="", index=True)
    address_id: Mapped[int | None] = mapped_column(ForeignKey(Address.id))
    unit: Mapped[str] = mapped_column(String(40), default="")
    zipcode: Mapped[str] = mapped_column(String(10), default="")
    source_lat: Mapped[float | None]
    source_long: Mapped[float | None]
    """The coordinates as the source gave them, kept even where they are a sink or out of the city."""
    lat: Mapped[float | None]
    long: Mapped[float | None]
    x_dm: Mapped[int | None]
    y_dm: Mapped[int | None]
    cell: Mapped[int | None] = mapped_column(BigId)
    placement: Mapped[Placement] = mapped_column(EnumText(Placement), default=Placement.UNLOCATED)
    placement_score: Mapped[float | None]
    """Certainty of the match in per cent, for gazetteer and geocoder placements."""
    is_on_sink: Mapped[bool] = mapped_column(default=False, server_default=false())
    is_outside: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Flagged: its position lies outside the city's bounds; it neither joins nor counts."""
    caller_id: Mapped[int | None] = mapped_column(ForeignKey(Caller.id), index=True)
    weight: Mapped[int] = mapped_column(default=1)
    """0 for a follow-up on the same matter or a repeat within the hour by the same caller; else its type's weight."""
    is_taken: Mapped[bool] = mapped_column(default=False, server_default=false())
    """False until the grouping has taken it (or found that it never counts); set back when type or place change."""
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    center_id: Mapped[int | None] = mapped_column(ForeignKey(Area.id))
    neighborhood_id: Mapped[int | None] = mapped_column(ForeignKey(Area.id))
    public_label: Mapped[str | None] = mapped_column(String(200))
    public_lat: Mapped[float | None]
    public_long: Mapped[float | None]
    public_day: Mapped[int | None]
    public_updated_day: Mapped[int | None]
    """Ordinals of the city's dates, of the request and its last change: all that the public may order and filter by."""

    service_type: Mapped[ServiceType] = relationship()
    caller: Mapped[Caller | None] = relationship()


class MovedCall(Base):
    """A call that a merge of callers moved."""

    __tablename__ = "moved_calls"

    merge_id: Mapped[int] = mapped_column(ForeignKey(CallerMerge.id), primary_key=True, autoincrement=False)
    call_id: Mapped[int] = mapped_column(ForeignKey(ServiceRequest.id), primary_key=True, autoincrement=False)


class SinkCandidate(Base):
    """One point, many different address texts and types: perhaps a geocoder's «don't know». A person decides."""

    __tablename__ = "sink_candidates"
    __table_args__ = (UniqueConstraint("x_dm", "y_dm"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lat: Mapped[float]
    long: Mapped[float]
    x_dm: Mapped[int]
    y_dm: Mapped[int]
    calls: Mapped[int]
    texts: Mapped[int]
    types: Mapped[int]
    found_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey(User.id))
    is_sink: Mapped[bool | None]

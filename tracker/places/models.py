"""Tables of the city and its places. Positions are kept twice: degrees for people, integer decimetres for rules."""

from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ..change_marks import mark_changes
from ..database import Base, BigId, EnumText


class City(Base):
    """The one city of this database: its clock, its origin and its bounds (degrees)."""

    __tablename__ = "cities"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(120))
    time_zone: Mapped[str] = mapped_column(String(60))
    origin_lat: Mapped[float]
    origin_long: Mapped[float]
    south: Mapped[float]
    west: Mapped[float]
    north: Mapped[float]
    east: Mapped[float]
    is_live: Mapped[bool] = mapped_column(default=False)
    """False: pages show the city as of its newest call. True: as of now."""
    localities: Mapped[list[str]] = mapped_column(JSON, default=list)
    """Names of city parts as they stand in address texts, upper case; they belong to no street."""
    phone_prefix: Mapped[str] = mapped_column(String(4), default="1", server_default="1")
    """The country's telephone prefix: what stands before a number that is written without one."""
    jurisdiction_id: Mapped[str] = mapped_column(String(120), default="", server_default="")
    """As other systems name the city (Open311): its web domain without «www»."""
    contact: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Where people and other systems turn with questions about the published data."""
    data_license: Mapped[str] = mapped_column(Text, default="", server_default="")
    """Under which terms the published data may be used."""


class AreaKind(StrEnum):
    """What a polygon is for."""

    SERVICE_CENTER = "service_center"
    NEIGHBORHOOD = "neighborhood"
    BEAT = "beat"


class Area(Base):
    """A polygon with a name: a service center's district, a neighborhood, a beat."""

    __tablename__ = "areas"
    __table_args__ = (UniqueConstraint("kind", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[AreaKind] = mapped_column(EnumText(AreaKind))
    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(120))
    geometry: Mapped[dict[str, object]] = mapped_column(JSON)
    """GeoJSON Polygon or MultiPolygon, longitude first."""
    point_lat: Mapped[float]
    point_long: Mapped[float]
    """A point inside the polygon that stands for the whole area on public pages."""


mark_changes(City, Area)


class Street(Base):
    """A street segment between two crossings, with the house numbers along it and its line (GeoJSON LineString)."""

    __tablename__ = "streets"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    key: Mapped[str] = mapped_column(String(120), index=True)
    from_number: Mapped[int | None]
    to_number: Mapped[int | None]
    priority: Mapped[str] = mapped_column(String(20), default="residential")
    geometry: Mapped[dict[str, object]] = mapped_column(JSON)


class AddressSource(StrEnum):
    """Who says that an address lies where it lies, best first."""

    STAFF = "staff"
    POINT = "point"
    STREET = "street"
    LEARNED = "learned"


class Address(Base):
    """A canonical place with a position: an address point, an intersection, or one learned from located calls."""

    __tablename__ = "addresses"
    __table_args__ = (
        Index(None, "street_key", "number"),
        Index(None, "cell"),
        Index("ix_addresses_source_public_point", "public_point_id", "source"),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    """What `normalize_address` makes of every spelling of this place."""
    display: Mapped[str] = mapped_column(String(200))
    number: Mapped[int | None]
    street_key: Mapped[str] = mapped_column(String(120))
    zipcode: Mapped[str] = mapped_column(String(10), default="")
    lat: Mapped[float]
    long: Mapped[float]
    x_dm: Mapped[int]
    y_dm: Mapped[int]
    cell: Mapped[int] = mapped_column(BigId)
    """Packed grid cell of 250 m, see `projection.py`."""
    source: Mapped[AddressSource] = mapped_column(EnumText(AddressSource))
    public_point_id: Mapped[int | None] = mapped_column(ForeignKey("public_points.id"))


class PointKind(StrEnum):
    """How coarse a public point is, finest first."""

    BLOCK = "block"
    WIDENED = "widened"
    INTERSECTION = "intersection"
    NEIGHBORHOOD = "neighborhood"
    GRID = "grid"


class PublicPoint(Base):
    """A fixed point that stands in public for every address of its block; nothing finer is ever shown."""

    __tablename__ = "public_points"

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    kind: Mapped[PointKind] = mapped_column(EnumText(PointKind))
    label: Mapped[str] = mapped_column(String(200))
    lat: Mapped[float]
    long: Mapped[float]
    address_count: Mapped[int]


class Sink(Base):
    """A position that a geocoder uses as «don't know». Calls there are placed from their text or left unlocated."""

    __tablename__ = "sinks"
    __table_args__ = (UniqueConstraint("x_dm", "y_dm"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    lat: Mapped[float]
    long: Mapped[float]
    x_dm: Mapped[int]
    y_dm: Mapped[int]
    note: Mapped[str] = mapped_column(Text, default="")


mark_changes(Sink)


class GeocodeAnswer(Base):
    """What an outside geocoder answered for a text, kept so that it is asked once."""

    __tablename__ = "geocode_answers"
    __table_args__ = (UniqueConstraint("provider", "query"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    provider: Mapped[str] = mapped_column(String(40))
    query: Mapped[str] = mapped_column(String(400))
    lat: Mapped[float | None]
    long: Mapped[float | None]
    label: Mapped[str] = mapped_column(String(400), default="")

"""The table of what the city's calls teach about words."""

from datetime import datetime

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from ...database import Base, UTCDateTime


class TypeModel(Base):
    """What the city's calls teach about which words mean which service type. The newest row counts, older ones go."""

    __tablename__ = "type_models"
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    trained_at: Mapped[datetime] = mapped_column(UTCDateTime)
    calls: Mapped[int]
    """How many calls it learned from."""
    accuracy: Mapped[float | None]
    """On the newest calls, which it had not seen: how often the likeliest type was the right one."""
    data: Mapped[bytes] = mapped_column(LargeBinary)
    """Plain arrays as an .npz file; `type_words/model.py` reads it."""

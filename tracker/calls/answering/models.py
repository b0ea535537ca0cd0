"""The table of the city's own answers to what people often ask."""

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from ...clock import utc_now
from ...database import Base, UTCDateTime


class CityAnswer(Base):
    """One question that people often ask, with the words the city answers it in."""

    __tablename__ = "city_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    title: Mapped[str] = mapped_column(String(160))
    text_en: Mapped[str] = mapped_column(Text)
    text_es: Mapped[str] = mapped_column(Text, default="")
    keywords: Mapped[str] = mapped_column(Text, default="")
    """In both languages, separated by commas."""
    link: Mapped[str] = mapped_column(String(400), default="")
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)

    @property
    def keyword_list(self) -> list[str]:
        """The keywords one by one."""
        return [word.strip() for word in self.keywords.split(",") if word.strip()]

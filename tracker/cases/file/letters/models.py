"""Tables of letter templates, and of the letters that were made of them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from ....clock import utc_now
from ....database import Base, BigId, EnumText, UTCDateTime
from ....staff.models import User
from ...models import ProblemCase
from ..people.models import CaseParticipant
from ..privacy import Privacy

LONGEST_SUBJECT = 200
_UNSENT = text("channel = 'mail' AND mailed_at IS NULL AND mail_problem = ''")


class LetterTemplate(Base):
    """A letter with {{fields}}, in English and perhaps in Spanish. Letters keep the text they were made with."""

    __tablename__ = "letter_templates"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(60), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    subject_en: Mapped[str] = mapped_column(String(200))
    body_en: Mapped[str] = mapped_column(Text)
    subject_es: Mapped[str] = mapped_column(String(200), default="")
    body_es: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column(default=1)
    changed_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    retired_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """No new letters are made of it since then."""

    def language_for(self, language: str) -> str:
        """The language of a letter to somebody who reads this one: that, or English where the template lacks it."""
        return "es" if language == "es" and self.subject_es and self.body_es else "en"

    def words_in(self, language: str) -> tuple[str, str]:
        """Subject and body for somebody who reads a language, both in one language."""
        if self.language_for(language) == "es":
            return self.subject_es, self.body_es
        return self.subject_en, self.body_en


class LetterChannel(StrEnum):
    """How a letter goes out."""

    PRINT = "print"
    MAIL = "mail"


CHANNEL_LABELS = {LetterChannel.PRINT: "Print and post it", LetterChannel.MAIL: "Send it by e-mail"}


class CaseLetter(Base):
    """A letter as it was written and to whom; its text never changes."""

    __tablename__ = "case_letters"
    __table_args__ = (
        Index(None, "case_id", "id"),
        Index("ix_case_letters_unsent", "id", sqlite_where=_UNSENT, postgresql_where=_UNSENT),
    )

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey(ProblemCase.id))
    template_id: Mapped[int] = mapped_column(ForeignKey(LetterTemplate.id))
    template_version: Mapped[int]
    participant_id: Mapped[int | None] = mapped_column(ForeignKey(CaseParticipant.id))
    recipient_name: Mapped[str] = mapped_column(String(300))
    recipient_address: Mapped[str] = mapped_column(Text, default="")
    recipient_email: Mapped[str] = mapped_column(String(254), default="")
    language: Mapped[str] = mapped_column(String(10), default="en")
    subject: Mapped[str] = mapped_column(String(LONGEST_SUBJECT))
    body: Mapped[str] = mapped_column(Text)
    channel: Mapped[LetterChannel] = mapped_column(EnumText(LetterChannel))
    privacy: Mapped[Privacy] = mapped_column(EnumText(Privacy), default=Privacy.WORKERS)
    written_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now)
    written_by_id: Mapped[int] = mapped_column(ForeignKey(User.id))
    printed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    posted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    mailed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    """When the mail server took it."""
    mail_problem: Mapped[str] = mapped_column(String(400), default="", server_default="")
    """Why it was not mailed and will not be; such a letter may be printed and posted after all."""

    case: Mapped[ProblemCase] = relationship()
    template: Mapped[LetterTemplate] = relationship()
    participant: Mapped[CaseParticipant | None] = relationship()
    written_by: Mapped[User] = relationship()

    @property
    def goes_on_paper(self) -> bool:
        """Whether it is printed and posted: from the start, or because it could not be mailed."""
        return self.channel is LetterChannel.PRINT or bool(self.mail_problem)

    @property
    def level(self) -> Privacy:
        """Who may read it: never more people than may know the recipient, or where a person named in it lives."""
        if self.participant is not None and self.participant.privacy is Privacy.WORKERS:
            return Privacy.WORKERS
        return Privacy.WORKERS if self.tells_address else self.privacy

    @property
    def tells_address(self) -> bool:
        """Whether its words say how the recipient is reached, however the lines are broken.

        A line of the address without a number is a city's name; and where the case is, every letter may say.
        """
        text, place = _plain(f"{self.subject} {self.body}"), _plain(self.case.address)
        lines = [_plain(line) for line in self.recipient_address.splitlines() if any(map(str.isdigit, line))]
        telling = {*lines, _plain(self.recipient_address), _plain(self.recipient_email)} - {"", place}
        return any(one in text for one in telling)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())

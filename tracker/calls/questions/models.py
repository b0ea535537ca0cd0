"""Tables of a service type's questions and of what callers answered."""

from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from ...change_marks import mark_changes
from ...database import Base, BigId, EnumText
from ..models import ServiceRequest, ServiceType


class Datatype(StrEnum):
    """What an answer is made of, in Open311's words."""

    STRING = "string"
    NUMBER = "number"
    DATETIME = "datetime"
    TEXT = "text"
    SINGLE = "singlevaluelist"
    MULTIPLE = "multivaluelist"

    @property
    def is_list(self) -> bool:
        """Whether the answer is chosen from the question's values."""
        return self in {Datatype.SINGLE, Datatype.MULTIPLE}


class ServiceQuestion(Base):
    """One question of a service type: an Open311 «attribute»."""

    __tablename__ = "service_questions"
    __table_args__ = (UniqueConstraint("service_type_id", "code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    service_type_id: Mapped[int] = mapped_column(ForeignKey(ServiceType.id))
    code: Mapped[str] = mapped_column(String(60))
    datatype: Mapped[Datatype] = mapped_column(EnumText(Datatype))
    is_required: Mapped[bool] = mapped_column(default=False)
    prompt: Mapped[str] = mapped_column(String(300))
    """What is asked; Open311's `description`."""
    datatype_description: Mapped[str] = mapped_column(String(300), default="")
    """How to answer, for instance «in feet»."""
    order: Mapped[int]
    """1 comes first; unique within the type."""
    values: Mapped[list[dict[str, str]]] = mapped_column(JSON, default=list)
    """What can be chosen: `[{"key": ..., "name": ...}]`; empty for what is not a list."""
    variable: Mapped[bool] = mapped_column(default=True)
    """False: nothing is asked, the prompt is only read out."""


mark_changes(ServiceQuestion)


class CallAnswer(Base):
    """What a caller answered. It keeps the question as it was asked, whatever becomes of the question."""

    __tablename__ = "call_answers"
    __table_args__ = (UniqueConstraint("call_id", "code"),)

    id: Mapped[int] = mapped_column(BigId, primary_key=True)
    call_id: Mapped[int] = mapped_column(ForeignKey(ServiceRequest.id))
    code: Mapped[str] = mapped_column(String(60))
    prompt: Mapped[str] = mapped_column(String(300))
    value: Mapped[str] = mapped_column(Text)
    """As said; the names of what was chosen, separated by semicolons."""
    keys: Mapped[list[str]] = mapped_column(JSON, default=list)
    """The keys of what was chosen, for other systems; empty for what is not a list."""

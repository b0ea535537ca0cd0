"""Service types as whoever takes a call needs them: from a copy that this process keeps."""

from dataclasses import dataclass

from sqlalchemy import select

from ..change_marks import Kept, Marks, current_marks
from ..extensions import db
from .models import ServicePace, ServiceType


@dataclass(frozen=True, slots=True)
class KnownType:
    """A service type as it stands in the database."""

    id: int
    service_code: str
    family_id: int
    weight: int
    pace: ServicePace
    is_public: bool
    is_confidential: bool
    is_test: bool
    is_unsorted: bool


_COLUMNS = select(*(getattr(ServiceType, name) for name in KnownType.__dataclass_fields__))


def _read_types() -> dict[int, KnownType]:
    return {row.id: KnownType(*row) for row in db.session.execute(_COLUMNS)}


_kept = Kept(_read_types)


def find_type(service_type_id: int, marks: Marks | None = None) -> KnownType | None:
    """The type with this id, or None; `marks` are those of this transaction, if known."""
    return _kept.get(marks or current_marks()).get(service_type_id)


def type_with_id(service_type_id: int, marks: Marks | None = None) -> KnownType:
    """The type of a call, to which the call refers."""
    return _kept.get(marks or current_marks())[service_type_id]


def find_type_coded(service_code: str, marks: Marks | None = None) -> KnownType | None:
    """The type with this code, or None."""
    types = _kept.get(marks or current_marks()).values()
    return next((known for known in types if known.service_code == service_code), None)

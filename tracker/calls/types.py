"""Service types as imports and desks look them up: by code or name, and new ones filed under «unsorted»."""

import re
from dataclasses import dataclass

from sqlalchemy import select

from ..extensions import db
from ..formatters import fold
from .models import Family, ServiceType


@dataclass(frozen=True, slots=True)
class TypeEntry:
    """What an import needs of a service type."""

    id: int
    family_id: int
    weight: int
    counts: bool
    name: str
    """Folded: however it is spelled."""


class TypeBook:
    """All service types by folded code and name; reads the table once."""

    def __init__(self) -> None:
        self._entries: dict[str, TypeEntry] = {}
        self._names: dict[int, str] = {}
        for service_type in db.session.scalars(select(ServiceType).order_by(ServiceType.id.desc())):
            self._add(service_type)

    def _add(self, service_type: ServiceType) -> TypeEntry:
        name = fold(service_type.service_name)
        entry = TypeEntry(
            service_type.id, service_type.family_id, service_type.weight, service_type.counts, name
        )  # fmt: skip
        self._entries[name] = entry
        self._names[service_type.id] = name
        self._entries[fold(service_type.service_code)] = entry
        return entry

    def find_or_file(self, name: str) -> TypeEntry:
        """The type called `name`; one that nobody knows is filed under «unsorted», in a family of its own.

        Of its own, so that it is grouped per service type by the default rule until a supervisor files it.
        """
        return self._entries.get(fold(name)) or self._add(_file_unsorted(name))

    def name_of(self, service_type_id: int) -> str:
        """The folded name of a type that is in the book."""
        return self._names[service_type_id]


def _file_unsorted(name: str) -> ServiceType:
    code = "unsorted-" + (re.sub(r"[^a-z0-9]+", "-", fold(name)).strip("-")[:40] or "type")
    taken = set(db.session.scalars(select(Family.code).where(Family.code.startswith(code))))
    taken |= set(db.session.scalars(select(ServiceType.service_code).where(ServiceType.service_code.startswith(code))))
    free = next(c for c in (code, *(f"{code}-{n}" for n in range(2, 1_000_000))) if c not in taken)
    family = Family(code=free, name=f"Unsorted: {name[:100]}")
    service_type = ServiceType(service_code=free, service_name=name[:160], group="Unsorted", is_unsorted=True)
    service_type.family = family
    db.session.add(service_type)
    db.session.flush()
    return service_type

"""The service types that strangers may hear of, and how long each is held back."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, false, literal_column, select

from ..calls.models import Family, ServicePace, ServiceType
from ..extensions import db

IS_PUBLIC_TYPE = (
    ServiceType.is_public.is_(True), ServiceType.is_confidential.is_(False), ServiceType.is_test.is_(False),
)  # fmt: skip
"""What a service type has to be for strangers to hear of its calls."""


@dataclass(frozen=True, slots=True)
class PublicKind:
    """A service type as strangers know it."""

    id: int
    service_code: str
    service_name: str
    description: str
    group: str
    keywords: str
    pace: ServicePace
    publish_after_days: int
    family_code: str
    family_name: str
    family_id: int


def read_kinds() -> dict[int, PublicKind]:
    """All of them by id, in the order of their groups and names."""
    columns: tuple[Any, ...] = (
        ServiceType.id, ServiceType.service_code, ServiceType.service_name, ServiceType.description, ServiceType.group,
        ServiceType.keywords, ServiceType.pace, ServiceType.publish_after_days, Family.code, Family.name, Family.id,
    )  # fmt: skip
    query = select(*columns).join(Family, Family.id == ServiceType.family_id).where(*IS_PUBLIC_TYPE)
    rows = db.session.execute(query.order_by(ServiceType.group, ServiceType.service_name, ServiceType.id))
    return {row[0]: PublicKind(*row) for row in rows}


def by_delay(kinds: Iterable[PublicKind]) -> dict[int, list[int]]:
    """The ids of kinds by the whole days for which their calls are held back."""
    ids: dict[int, list[int]] = defaultdict(list)
    for kind in kinds:
        ids[kind.publish_after_days].append(kind.id)
    return dict(ids)


def families_by_delay(kinds: Iterable[PublicKind]) -> list[tuple[timedelta, list[int]]]:
    """The ids of families with a public type, by how long the slowest of these is held back; shortest first."""
    slowest: dict[int, int] = {}
    for kind in kinds:
        slowest[kind.family_id] = max(kind.publish_after_days, slowest.get(kind.family_id, 0))
    families: dict[int, list[int]] = defaultdict(list)
    for family_id, days in sorted(slowest.items()):
        families[days].append(family_id)
    return [(timedelta(days=days), ids) for days, ids in sorted(families.items())]


def among(column: Any, ids: Iterable[int]) -> ColumnElement[bool]:
    """Whether a column holds one of these numbers of ours, written out: bound ones are spelled anew at every asking."""
    listed = ", ".join(str(int(number)) for number in ids)
    return column.op("IN", is_comparison=True)(literal_column(f"({listed})")) if listed else false()

"""The service types that strangers may hear of, and how long each is held back."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ..calls.models import Family, ServicePace, ServiceType
from ..extensions import db
from .visible import IS_PUBLIC_TYPE


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


def public_kinds(only: Collection[int] | None = None) -> dict[int, PublicKind]:
    """All of them by id, in the order of their groups and names; or those of some ids that are public."""
    columns: tuple[Any, ...] = (
        ServiceType.id, ServiceType.service_code, ServiceType.service_name, ServiceType.description, ServiceType.group,
        ServiceType.keywords, ServiceType.pace, ServiceType.publish_after_days, Family.code, Family.name, Family.id,
    )  # fmt: skip
    query = select(*columns).join(Family, Family.id == ServiceType.family_id).where(*IS_PUBLIC_TYPE)
    if only is not None:
        query = query.where(ServiceType.id.in_(only))
    rows = db.session.execute(query.order_by(ServiceType.group, ServiceType.service_name, ServiceType.id))
    return {row[0]: PublicKind(*row) for row in rows}


def public_families() -> dict[str, str]:
    """Code and name of every family of which strangers may hear, in the order of the names."""
    names = {kind.family_code: kind.family_name for kind in public_kinds().values()}
    return dict(sorted(names.items(), key=lambda pair: (pair[1], pair[0])))


def by_delay(kinds: Iterable[PublicKind]) -> dict[int, list[int]]:
    """The ids of kinds by the whole days for which their calls are held back."""
    ids: dict[int, list[int]] = defaultdict(list)
    for kind in kinds:
        ids[kind.publish_after_days].append(kind.id)
    return dict(ids)

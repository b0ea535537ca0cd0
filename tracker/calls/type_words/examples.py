"""What the model learns from: the city's newest calls with their types, and the types' own names and keywords."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from sqlalchemy import select

from ...extensions import db
from ..models import ServiceRequest, ServiceType
from .features import LONGEST_TEXT

MOST_CALLS = 40_000
"""The newest calls with a description: what people say and what a city does about it changes with the years."""
HELD_SHARE, MOST_HELD = 10, 4_000
"""One in ten of them, the newest, is kept aside to find out how sure the model may be."""


@dataclass(frozen=True, slots=True)
class Examples:
    """Pairs of a text and a type's id: `names` from the city's own words, `calls` from callers, newest first."""

    names: list[tuple[str, int]]
    calls: list[tuple[str, int]]

    @property
    def held(self) -> int:
        """How many of the newest calls are kept aside."""
        return min(MOST_HELD, len(self.calls) // HELD_SHARE)

    def as_bytes(self) -> bytes:
        """For the process that fits."""
        return json.dumps({**asdict(self), "held": self.held}).encode()


def read_examples(*, until: datetime | None = None) -> Examples:
    """The examples as they are now, or with the calls before `until` only.

    Nothing is learned from withdrawn calls, from tests, and from what was said in confidence: of confidential types
    only the city's own words are read.
    """
    types = list(db.session.scalars(select(ServiceType).where(ServiceType.is_test.is_(False)).order_by(ServiceType.id)))
    return Examples(names=[pair for one in types for pair in _names_of(one)], calls=_calls(until))


def _names_of(service_type: ServiceType) -> Iterator[tuple[str, int]]:
    keywords = [word.strip() for word in service_type.keywords.split(",")]
    for text in dict.fromkeys([service_type.service_name, *keywords, service_type.description]):
        if text:
            yield text, service_type.id


def _calls(until: datetime | None) -> list[tuple[str, int]]:
    query = (
        select(ServiceRequest.description, ServiceRequest.service_type_id)
        .join(ServiceType, ServiceType.id == ServiceRequest.service_type_id)
        .where(ServiceType.is_test.is_(False), ServiceType.is_confidential.is_(False))
        .where(ServiceRequest.withdrawn_at.is_(None), ServiceRequest.description != "")
        .order_by(ServiceRequest.requested_datetime.desc(), ServiceRequest.id.desc())
        .limit(MOST_CALLS)
    )
    if until is not None:
        query = query.where(ServiceRequest.requested_datetime < until)
    return [(text[:LONGEST_TEXT], type_id) for text, type_id in db.session.execute(query)]

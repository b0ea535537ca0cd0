"""The city's grouping in figures: what `scan --json` prints, over every case ever opened."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter

import numpy as np
from numpy.typing import NDArray
from shapely import MultiPoint, get_coordinates
from sqlalchemy import func, select

from ..calls.models import ServiceRequest
from ..extensions import db
from .models import CaseCall, ProblemCase


@dataclass(frozen=True, slots=True)
class Measures:
    """`calls` recorded, `linked` to cases now, `cases` ever opened, the widest case in metres, the partition's hash."""

    calls: int
    linked: int
    cases: int
    max_extent_m: float
    partition_sha256: str


def measure_city() -> Measures:
    """Read every active link once and sum up."""
    groups: list[list[str]] = []
    widest, linked = 0.0, 0
    for sources, sites in _cases_with_links():
        groups.append(sources)
        linked += len(sources)
        widest = max(widest, extent_dm(sites))
    cases = db.session.scalar(select(func.count()).select_from(ProblemCase)) or 0
    groups += [[]] * (cases - len(groups))
    return Measures(
        calls=db.session.scalar(select(func.count()).select_from(ServiceRequest)) or 0,
        linked=linked,
        cases=cases,
        max_extent_m=round(widest / 10, 1),
        partition_sha256=hash_partition(groups),
    )


def hash_partition(groups: Iterable[Iterable[str]]) -> str:
    """SHA-256 over one line per case: its calls' source ids sorted and joined by commas, the lines sorted, UTF-8."""
    lines = sorted(",".join(sorted(group)) for group in groups)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def extent_dm(sites: Iterable[tuple[int, int]]) -> float:
    """The greatest distance between two of the sites, in decimetres: it lies between corners of their hull."""
    distinct = sorted(set(sites))
    if len(distinct) < 2:
        return 0.0
    corners = np.array(distinct, dtype=float)
    if len(distinct) > 50:
        corners = get_coordinates(MultiPoint(corners).convex_hull)
    return float(_pairwise(corners).max())


def _pairwise(corners: NDArray[np.float64]) -> NDArray[np.float64]:
    difference = corners[:, None, :] - corners[None, :, :]
    return np.hypot(difference[..., 0], difference[..., 1])


def _cases_with_links() -> Iterator[tuple[list[str], list[tuple[int, int]]]]:
    """Per case its calls' source ids, and the sites of those that a rule linked."""
    query = (
        select(
            CaseCall.case_id, ServiceRequest.source_id, CaseCall.is_pinned, ServiceRequest.x_dm, ServiceRequest.y_dm
        )
        .join(ServiceRequest, ServiceRequest.id == CaseCall.call_id)
        .where(CaseCall.unlinked_at.is_(None))
        .order_by(CaseCall.case_id)
    )
    rows = db.session.execute(query.execution_options(yield_per=10_000))
    for _, links in groupby(rows, key=itemgetter(0)):
        members = list(links)
        sites = [(x, y) for _, _, pinned, x, y in members if not pinned and x is not None and y is not None]
        yield [source_id for _, source_id, *_ in members], sites


def source_ids_by_case() -> dict[int, set[str]]:
    """The source ids of every case's calls, for holding the cases against a known truth."""
    query = (
        select(CaseCall.case_id, ServiceRequest.source_id)
        .join(ServiceRequest, ServiceRequest.id == CaseCall.call_id)
        .where(CaseCall.unlinked_at.is_(None))
    )
    members: dict[int, set[str]] = {}
    for case_id, source_id in db.session.execute(query):
        members.setdefault(case_id, set()).add(source_id)
    return members

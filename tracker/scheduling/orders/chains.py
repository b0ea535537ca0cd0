"""Work of a merged case goes on: it counts with the case that its own went into, and further."""

from collections.abc import Collection

from sqlalchemy import select

from ...batches import in_chunks
from ...cases.models import ProblemCase
from ...extensions import db

_MOST_MERGES = 50


def cases_behind(ids: Collection[int]) -> list[int]:
    """These cases and all that were merged into them."""
    return sorted(survivors_of(ids))


def survivors_of(ids: Collection[int]) -> dict[int, int]:
    """Each of these cases, and each that was merged into one of them, to the one asked about that it goes on in.

    A case that is itself merged into another of them goes on in that one.
    """
    own = {case_id: case_id for case_id in ids}
    edge = dict(own)
    for _ in range(_MOST_MERGES):
        found: dict[int, int] = {}
        for some in in_chunks(sorted(edge)):
            query = select(ProblemCase.id, ProblemCase.merged_into_id).where(ProblemCase.merged_into_id.in_(some))
            found |= {gone: edge[into] for gone, into in db.session.execute(query) if into is not None}
        edge = {gone: last for gone, last in found.items() if own.get(gone) != last}
        if not edge:
            break
        own |= edge
    return own


def surviving_case(case: ProblemCase) -> ProblemCase:
    """The case itself, or the one in which a merged case goes on."""
    for _ in range(_MOST_MERGES):
        if case.merged_into is None:
            break
        case = case.merged_into
    return case

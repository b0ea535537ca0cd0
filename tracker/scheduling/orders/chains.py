"""Work of a merged case goes on: it counts with the case that its own went into, and further."""

from collections.abc import Collection

from sqlalchemy import CTE, literal, select

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
    own = {case_id: (0, case_id) for case_id in ids}
    for some in in_chunks(sorted(own)):
        for case_id, home, depth in db.session.execute(select(chains_behind(some))):
            own[case_id] = max(own.get(case_id, (0, home)), (depth, home))
    return {case_id: home for case_id, (_, home) in own.items()}


def chains_behind(ids: Collection[int]) -> CTE:
    """For a query: `id` of each of these cases and of each that went into one, its `home` among them, and how deep."""
    asked = (
        select(ProblemCase.id, ProblemCase.id.label("home"), literal(0).label("depth"))
        .where(ProblemCase.id.in_(list(ids)))
        .cte("behind", recursive=True)
    )
    further = (
        select(ProblemCase.id, asked.c.home, asked.c.depth + 1)
        .join(asked, ProblemCase.merged_into_id == asked.c.id)
        .where(asked.c.depth < _MOST_MERGES)
    )
    return asked.union_all(further)


def surviving_case(case: ProblemCase) -> ProblemCase:
    """The case itself, or the one in which a merged case goes on."""
    for _ in range(_MOST_MERGES):
        if case.merged_into is None:
            break
        case = case.merged_into
    return case

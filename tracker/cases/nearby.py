"""Cases around a place, whatever their family."""

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from ..calls.models import Family
from ..extensions import db
from ..places.projection import cells_around
from .models import CaseStatus, Contact, ProblemCase

_MOST = 200


def cases_within(x_dm: int, y_dm: int, reach_m: int) -> list[tuple[int, ProblemCase]]:
    """(metres, case) of every case that is not merged with its anchor within `reach_m`, nearest first.

    0 stands for the very same site. Of more than 200 those that were called about last are kept.
    """
    reach_dm = 10 * reach_m
    families = list(db.session.scalars(select(Family.id)))
    query = (
        select(ProblemCase)
        .options(
            joinedload(ProblemCase.family, innerjoin=True),
            joinedload(ProblemCase.rule, innerjoin=True),
            joinedload(ProblemCase.center),
            joinedload(ProblemCase.contact).lazyload(Contact.families),
        )
        .where(ProblemCase.family_id.in_(families))  # lets the index on family and cell answer
        .where(ProblemCase.anchor_cell.in_(cells_around(x_dm, y_dm, reach_dm)))
        .where(ProblemCase.status != CaseStatus.MERGED)
        .where(func.abs(ProblemCase.anchor_x_dm - x_dm) <= reach_dm)
        .where(func.abs(ProblemCase.anchor_y_dm - y_dm) <= reach_dm)
        .order_by(ProblemCase.last_call_at.desc().nulls_last())
        .limit(_MOST)
    )

    def squared_dm(case: ProblemCase) -> int:
        return (case.anchor_x_dm - x_dm) ** 2 + (case.anchor_y_dm - y_dm) ** 2

    found = [(squared_dm(case), case) for case in db.session.scalars(query)]
    near = sorted((pair for pair in found if pair[0] <= reach_dm**2), key=lambda pair: pair[0])
    return [(max(1, round(squared**0.5 / 10)) if squared else 0, case) for squared, case in near]

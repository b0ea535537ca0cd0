"""Calls by words: each is looked for in the small tables of types and public places first, then in no text at all."""

import re
from collections.abc import Sequence

from sqlalchemy import ColumnElement, or_, select, union

from ..calls.models import ServiceRequest
from ..extensions import db
from ..places.models import Area, AreaKind, PublicPoint
from .call_conditions import TYPE_ID
from .kinds import PublicKind

_FEW = 300
"""Up to so many places are named one by one; more are so frequent that the newest calls soon hold enough of them."""
_OF_A_SQUARE = re.compile(r"[-\d.,]+|[near]+|[(aproximte)]+")
"""What may be a part of «Near 42.350, -71.060 (approximate)»: such places stand in no table."""


def saying(words: Sequence[str], kinds: dict[int, PublicKind]) -> list[ColumnElement[bool]] | None:
    """One condition a word: it stands in the type or in the place's public label. None: no call can have them all."""
    conditions = []
    for word in dict.fromkeys(words):
        condition = _says(word, kinds)
        if condition is None:
            return None
        conditions.append(condition)
    return conditions


def _says(word: str, kinds: dict[int, PublicKind]) -> ColumnElement[bool] | None:
    folded = word.casefold()
    types = [
        kind.id
        for kind in kinds.values()
        if folded in f"{kind.service_name} {kind.group} {kind.keywords}".casefold()
    ]  # fmt: skip
    labels = [] if _OF_A_SQUARE.fullmatch(folded) else _labels(word)
    if labels is not None and len(labels) <= _FEW and not _OF_A_SQUARE.fullmatch(folded):
        places = ServiceRequest.public_label.in_(labels)
        if not types:
            return places if labels else None
        return or_(TYPE_ID.in_(types), places) if labels else TYPE_ID.in_(types)
    return or_(TYPE_ID.in_(types), ServiceRequest.public_label.icontains(word, autoescape=True))


def _labels(word: str) -> list[str]:
    """Labels of public places in which a word stands: one more than few when there are many."""
    blocks = select(PublicPoint.label).where(PublicPoint.label.icontains(word, autoescape=True)).limit(_FEW + 1)
    areas = select(Area.name).where(Area.kind == AreaKind.NEIGHBORHOOD, Area.name.icontains(word, autoescape=True))
    return list(db.session.scalars(union(select(blocks.subquery()), areas)))

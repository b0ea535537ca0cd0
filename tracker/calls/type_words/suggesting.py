"""Which service type a caller's words mean, as the city's own calls say."""

import logging
from collections import defaultdict
from dataclasses import dataclass

from flask import current_app
from sqlalchemy import select

from ...extensions import db
from ..models import ServiceType
from .model import WordModel, read_model
from .models import TypeModel

FLOOR = 0.1
"""Types that are less likely than this are not worth the aide's look."""
_CACHE = "type_words"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TypeSuggestion:
    """A service type that the words may mean. Of such suggestions the share `confidence` is right."""

    service_type_id: int
    name: str
    confidence: float


def suggest_types(text: str, *, limit: int = 3) -> list[TypeSuggestion]:
    """At most `limit` types, likeliest first; [] for a text that says nothing, and while no model is trained.

    For staff: a confidential type may be among them, because an aide has to find it; tests never are.
    """
    shares = _shares(text)
    likeliest = sorted(shares, key=lambda type_id: (-shares[type_id], type_id))[:limit]
    wanted = [type_id for type_id in likeliest if shares[type_id] >= FLOOR]
    if not wanted:
        return []
    query = select(ServiceType.id, ServiceType.service_name).where(
        ServiceType.id.in_(wanted), ServiceType.is_test.is_(False)
    )
    names = {type_id: name for type_id, name in db.session.execute(query)}  # noqa: C416  # rows are no plain pairs
    return [TypeSuggestion(type_id, names[type_id], shares[type_id]) for type_id in wanted if type_id in names]


def family_shares(text: str) -> dict[int, float]:
    """The probability of each problem family by its id; {} as above."""
    shares = _shares(text)
    families: dict[int, float] = defaultdict(float)
    if shares:
        for type_id, family_id in db.session.execute(select(ServiceType.id, ServiceType.family_id)):
            families[family_id] += shares.get(type_id, 0.0)
    return dict(families)


def _shares(text: str) -> dict[int, float]:
    model = _current_model() if text.strip() else None
    return model.shares(text) if model else {}


def _current_model() -> WordModel | None:
    """The newest model, read once per process; one that cannot be read counts as none, and the log says so."""
    newest = db.session.execute(
        select(TypeModel.id, TypeModel.trained_at).order_by(TypeModel.id.desc()).limit(1)
    ).first()
    if newest is None:
        return None
    key = (newest.id, newest.trained_at)
    known: tuple[object, WordModel | None] | None = current_app.extensions.get(_CACHE)
    if known is None or known[0] != key:
        data = db.session.scalar(select(TypeModel.data).where(TypeModel.id == newest.id))
        known = (key, read_model(data or b""))
        if known[1] is None:
            log.warning("The model of service types is damaged or old: no types are suggested. Run train-types.")
        current_app.extensions[_CACHE] = known
    return known[1]

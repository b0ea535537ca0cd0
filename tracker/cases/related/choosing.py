"""The calls of a case to choose from when it is split: all addresses with their weight, and a page of single calls."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select
from sqlalchemy.orm import contains_eager

from ...calls.models import ServiceRequest
from ...extensions import db
from ..models import CaseCall, CaseStatus, ProblemCase
from .moving import links_of

PER_PAGE = 100
ADDRESSES_SHOWN = 200
_TARGETS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Choice:
    """What can be chosen: addresses (key, text, calls, weight, last call), and one page of the case's links."""

    places: Sequence[Row[*tuple[Any, ...]]]
    at: str
    page: int
    pages: int
    total: int
    links: Sequence[CaseCall]


def gather_choice(case: ProblemCase, *, at: str, page: int) -> Choice:
    """The addresses of the case's calls, most calls first, and a page of calls, of one address if `at` names it."""
    query = (
        select(CaseCall)
        .join(CaseCall.call)
        .options(contains_eager(CaseCall.call).joinedload(ServiceRequest.service_type))
        .where(CaseCall.case_id == case.id, CaseCall.unlinked_at.is_(None))
    )
    if at:
        query = query.where(ServiceRequest.address_key == at)
    total = db.session.scalar(select(func.count()).select_from(query.with_only_columns(CaseCall.id).subquery())) or 0
    pages = max(1, -(-total // PER_PAGE))
    page = min(max(page, 1), pages)
    newest = query.order_by(ServiceRequest.requested_datetime.desc(), CaseCall.id.desc())
    links = db.session.scalars(newest.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    return Choice(_places(case), at, page, pages, total, links)


def link_ids_at(case: ProblemCase, address_keys: Collection[str]) -> set[int]:
    """The links of every call of the case at these addresses."""
    if not address_keys:
        return set()
    query = links_of(case).where(ServiceRequest.address_key.in_(list(address_keys)[:ADDRESSES_SHOWN]))
    return set(db.session.scalars(query.with_only_columns(CaseCall.id)))


def targets(case: ProblemCase) -> Sequence[Row[str, str]]:
    """Open cases of the family that could take the calls, those called about last first: (number, address)."""
    query = (
        select(ProblemCase.public_id, ProblemCase.address)
        .where(ProblemCase.status == CaseStatus.OPEN, ProblemCase.family_id == case.family_id)
        .where(ProblemCase.id != case.id, ProblemCase.last_call_at.is_not(None))
        .order_by(ProblemCase.last_call_at.desc())
        .limit(_TARGETS_SHOWN)
    )
    return db.session.execute(query).all()


def _places(case: ProblemCase) -> Sequence[Row[*tuple[Any, ...]]]:
    calls = func.count().label("calls")
    query = (
        select(
            ServiceRequest.address_key.label("key"), func.max(ServiceRequest.address).label("text"), calls,
            func.sum(ServiceRequest.weight).label("weight"), func.max(ServiceRequest.requested_datetime).label("last"),
        )
        .join(CaseCall, CaseCall.call_id == ServiceRequest.id)
        .where(CaseCall.case_id == case.id, CaseCall.unlinked_at.is_(None), ServiceRequest.address_key != "")
        .group_by(ServiceRequest.address_key)
        .order_by(calls.desc(), ServiceRequest.address_key)
        .limit(ADDRESSES_SHOWN)
    )  # fmt: skip
    return db.session.execute(query).all()

"""Photos that residents may see or not: those that nobody has looked at, and those of one case."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from ..calls.models import ServiceRequest
from ..calls.photos.models import CallPhoto
from ..cases.models import CaseCall, CaseStatus, ProblemCase
from ..extensions import db
from ..places.city import city_zone, the_city
from ..published.facts import public_day
from ..published.visible import is_for_the_public
from .blueprint import blueprint

MOST_LISTED = 60
_OF_A_CASE = 24


@dataclass(frozen=True, slots=True)
class CasePhoto:
    """A photo with the case that its call is linked to."""

    photo: CallPhoto
    case: ProblemCase


def unseen_photos() -> list[CasePhoto]:
    """Photos of public cases that nobody has looked at, oldest first, at most `MOST_LISTED`."""
    city = the_city()
    query = _with_cases().where(
        CallPhoto.looked_at.is_(None),
        CallPhoto.is_released.is_(False),
        ProblemCase.status.in_((CaseStatus.OPEN, CaseStatus.CLOSED)),
        is_for_the_public(public_day(city), city_zone(city)),
    )
    return _read(query.order_by(CallPhoto.added_at, CallPhoto.id).limit(MOST_LISTED))


@blueprint.app_template_global()
def photos_of_linked_calls(case_id: int) -> Sequence[CallPhoto]:
    """The newest photos of a case's calls, for its page."""
    query = _with_cases().where(CaseCall.case_id == case_id).order_by(CallPhoto.added_at.desc(), CallPhoto.id)
    return [one.photo for one in _read(query.limit(_OF_A_CASE))]


def case_of_photo(photo: CallPhoto) -> ProblemCase | None:
    """The case that the photo's call is linked to."""
    query = select(ProblemCase).join(CaseCall, CaseCall.case_id == ProblemCase.id)
    return db.session.scalars(query.where(CaseCall.call_id == photo.call_id, CaseCall.unlinked_at.is_(None))).first()


def _with_cases() -> Select[*tuple[Any, ...]]:
    """Photos with their cases, looked up from the photo on: photos are few, and there may be none.

    A reckoned id keeps SQLite from beginning with all cases.
    """
    return (
        select(CallPhoto, ProblemCase)
        .options(joinedload(CallPhoto.call).joinedload(ServiceRequest.service_type))
        .join(CaseCall, CaseCall.call_id == CallPhoto.call_id)
        .join(ProblemCase, ProblemCase.id == CaseCall.case_id + 0)
        .where(CaseCall.unlinked_at.is_(None))
    )


def _read(query: Select[*tuple[Any, ...]]) -> list[CasePhoto]:
    return [CasePhoto(photo, case) for photo, case in db.session.execute(query)]

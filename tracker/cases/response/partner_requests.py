"""What cases ask of partner agencies: asked, promised, done or taken back, each said in the log."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ...clock import utc_now
from ...errors import Conflict, Invalid, NotFound
from ...extensions import db
from ...staff.models import User
from ..models import ProblemCase
from ..touching import touch_case
from .conditions import check_day, check_owner, require_workable
from .models import PartnerAgency, PartnerRequest

SHOWN = 200


def ask_partner(
    case: ProblemCase, partner: PartnerAgency, *, what: str, due_on: date, asked_on: date, owner: User, actor: User,
    key: str = "",
) -> PartnerRequest:  # fmt: skip
    """Write down that the partner was asked on `asked_on` for something by `due_on`; `owner` asks again when late.

    Raises `Conflict` when the case takes no more work or the partner is retired, and `Invalid` without words.
    """
    require_workable(case)
    check_owner(owner)
    check_day(asked_on)
    check_day(due_on)
    if partner.retired_at is not None:
        raise Conflict(f"{partner.name} is retired. Choose another partner.")
    if not what.strip():
        raise Invalid("Say what the partner is asked for.")
    request = PartnerRequest(
        case_id=case.id, partner=partner, what=what.strip(), owner=owner, asked_on=asked_on, due_on=due_on,
        created_by_id=actor.id,
    )  # fmt: skip
    db.session.add(request)
    text = f"{partner.name} was asked, by {due_on:%-d %b %Y}: {request.what}"
    touch_case(case, actor, "partner_asked", text, key=key)
    db.session.flush()
    return request


def note_promise(
    request: PartnerRequest, *, words: str, promised_on: date | None, owner: User, actor: User, key: str = ""
) -> None:
    """Keep what the partner says now, the day they promise (None: none new), and who asks again."""
    _require_open(request)
    if not words.strip():
        raise Invalid("Say what they answered, or that nobody answered.")
    if owner.id != request.owner_id:
        check_owner(owner)
    if promised_on is not None:
        check_day(promised_on)
        request.promised_on = request.due_on = promised_on
    request.owner, request.answer, request.answered_at = owner, words.strip(), utc_now()
    promise = f" Promised by {promised_on:%-d %b %Y}." if promised_on else ""
    touch_case(request.case, actor, "partner_answered", f"{request.partner.name}: {request.answer}{promise}", key=key)


def finish_request(request: PartnerRequest, *, result: str, actor: User, key: str = "") -> None:
    """The partner has done it; `result` says what, and may be empty."""
    _require_open(request)
    request.done_at, request.result = utc_now(), result.strip()
    text = f"Done by {request.partner.name}: {request.what} {request.result}".strip()
    touch_case(request.case, actor, "partner_done", text, key=key)


def withdraw_request(request: PartnerRequest, *, reason: str, actor: User, key: str = "") -> None:
    """It is not wanted any more, or they will not do it; with the reason."""
    _require_open(request)
    if not reason.strip():
        raise Invalid("Say why it is taken back; the reason stays in the history.")
    request.cancelled_at, request.result = utc_now(), reason.strip()
    text = f"No longer asked of {request.partner.name}: {request.what} {request.result}"
    touch_case(request.case, actor, "partner_request_withdrawn", text, key=key)


def find_request(case: ProblemCase, request_id: int) -> PartnerRequest:
    """A request of this case, as it stands now; raises `NotFound`."""
    request = db.session.get(PartnerRequest, request_id, populate_existing=True)
    if request is None or request.case_id != case.id:
        raise NotFound("The case asks no such thing of a partner. Look at its response as it stands now.")
    return request


def partner_requests_of(case_id: int) -> Sequence[PartnerRequest]:
    """What the case asks of partners: open first, the earliest due first."""
    is_over = PartnerRequest.done_at.is_not(None) | PartnerRequest.cancelled_at.is_not(None)
    query = (
        select(PartnerRequest)
        .options(joinedload(PartnerRequest.owner), joinedload(PartnerRequest.partner).lazyload(PartnerAgency.families))
        .where(PartnerRequest.case_id == case_id)
        .order_by(is_over, PartnerRequest.due_on, PartnerRequest.id)
    )
    return db.session.scalars(query.limit(SHOWN)).all()


def _require_open(request: PartnerRequest) -> None:
    if not request.is_open:
        raise Conflict(f"This is {'done' if request.done_at else 'taken back'} already; nothing is asked any more.")

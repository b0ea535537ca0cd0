"""What other systems send with their key: reports, and what became of requests. And what a token stands for.

No CSRF token is asked for here, because no cookie is looked at: only the key counts.
"""

from collections.abc import Callable, Sequence
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from ..calls.known_types import KnownType
from ..calls.models import ServicePace
from ..calls.reporting.posting import Posted, find_by_token
from ..calls.reporting.told_status import read_status
from ..calls.reporting.updating import ToldUpdate, record_update
from ..clock import utc_now
from ..errors import Forbidden, Invalid, NotFound, TooOften, TrackerError
from ..extensions import csrf, db
from ..places.city import the_city
from ..staff.api_keys.using import UsedKey, use_key
from ..staff.permissions import Permission, requires
from .answers import answer
from .arguments import Arguments, SeveralFaults
from .blueprint import SUFFIX, blueprint
from .errors import answer_errors
from .jurisdiction import check_jurisdiction
from .posting import SentRequest, notice_of, take_request
from .sending import sent_fields, sent_key, sent_values
from .spark import Many

_TRIES = 2


@blueprint.post("/v2/requests" + SUFFIX)
@requires(Permission.PUBLIC)
def post_request(suffix: str) -> ResponseReturnValue:
    """Take a report; the same one sent again gives the same number."""

    def do(api_key: UsedKey) -> Response:
        files = [*request.files.getlist("media"), *request.files.getlist("media[]")]
        sent = SentRequest(
            sent_values(), sent_fields(), [file for file in files if file.filename],
            request.headers.get("Idempotency-Key", "").strip(),
        )  # fmt: skip
        receipt = _receipt(*take_request(api_key, sent))
        return answer("service_requests", Many("request", [receipt]), suffix)

    return _write_with_key(do)


def _receipt(report: Posted, kind: KnownType) -> dict[str, Any]:
    """The number at once, a token in its place, or neither, as the pace of the service is."""
    pace = _pace_of(report, kind)
    given: dict[str, dict[str, Any]] = {
        "realtime": {"service_request_id": report.number},
        "batch": {"token": report.token},
        "blackbox": {},
    }
    return {**given[pace], "service_notice": notice_of(kind, the_city(), pace), "account_id": None}


def _pace_of(report: Posted, kind: KnownType) -> str:
    """How the report was answered first: a retry is answered alike, whatever became of its service since."""
    if report.token is not None:
        return "batch"
    return "realtime" if kind.pace is ServicePace.BATCH else kind.pace.value


@blueprint.get("/v2/tokens/<token>" + SUFFIX)
@requires(Permission.PUBLIC)
def show_token(token: str, suffix: str) -> ResponseReturnValue:
    """The number of the report for which this token was given."""
    check_jurisdiction(request.args)
    report = find_by_token(token)
    if report is None:
        raise NotFound("token was not found.")
    found = {"service_request_id": report.call.service_request_id, "token": report.token}
    response = answer("service_requests", Many("request", [found]), suffix)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.post("/v2/servicerequestupdates" + SUFFIX)
@requires(Permission.PUBLIC)
def post_update(suffix: str) -> ResponseReturnValue:
    """Keep what a city's own system tells of a request."""

    def do(api_key: UsedKey) -> Response:
        if not api_key.may_update:
            raise Forbidden("This API key may send reports, and not say what became of requests.")
        check_jurisdiction(sent_values())
        update = record_update(api_key, _read_update())
        told = {"update_id": update.update_id}
        return answer("service_request_updates", Many("request_update", [told]), suffix)

    return _write_with_key(do)


def _read_update() -> ToldUpdate:
    arguments = Arguments(sent_values())
    number, update_id = arguments.needed("service_request_id"), arguments.needed("update_id")
    status, at = arguments.needed("status"), arguments.instant("updated_datetime", utc_now())
    words, link = arguments.text("description"), arguments.link("media_url")
    try:
        status = read_status(status) if status else ""
    except Invalid as refusal:
        arguments.faults.append(str(refusal))
    arguments.require_right()
    return ToldUpdate(number, update_id, status, at, words, link)


def _write_with_key(do: Callable[[UsedKey], Response]) -> Response:
    """Do it and commit. Of what is refused nothing is kept but that the key was used once more.

    The same thing that comes in at the same moment is refused by the database: then it is tried again, and found.
    """
    for left in reversed(range(_TRIES)):
        try:
            response = do(use_key(sent_key()))
            db.session.commit()
            return response
        except IntegrityError:
            db.session.rollback()
            if not left:
                raise
        except TrackerError as refusal:
            db.session.rollback()
            _count_refused()
            return _refuse(refusal)
    raise AssertionError("the last try returns or raises")


def _count_refused() -> None:
    """What is refused is a use of the key too, if there is such a key and its minute is not full anyway."""
    try:
        use_key(sent_key())
    except (Forbidden, TooOften):
        db.session.rollback()
    else:
        db.session.commit()


def _descriptions(refusal: TrackerError) -> Sequence[str]:
    return refusal.faults if isinstance(refusal, SeveralFaults) else [str(refusal)]


def _refuse(refusal: TrackerError) -> Response:
    response = answer_errors(refusal.http_status, _descriptions(refusal))
    if isinstance(refusal, TooOften):
        response.headers["Retry-After"] = str(refusal.seconds)
    return response


for _view in (post_request, post_update):
    csrf.exempt(_view)

"""What other systems send with their key: reports, and what became of requests. And what a token stands for.

No CSRF token is asked for here, because no cookie is looked at: only the key counts.
"""

from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue

from ..calls.reporting.models import SentReport
from ..calls.reporting.posting import find_by_token
from ..calls.reporting.told_status import read_status
from ..calls.reporting.updating import ToldUpdate, record_update
from ..clock import utc_now
from ..errors import Forbidden, Invalid, NotFound
from ..extensions import csrf
from ..places.city import the_city
from ..staff.api_keys.models import ApiKey
from ..staff.permissions import Permission, requires
from .answers import answer
from .arguments import Arguments
from .blueprint import SUFFIX, blueprint
from .jurisdiction import check_jurisdiction
from .posting import SentRequest, notice_of, take_request
from .spark import Many
from .with_key import sent_fields, sent_values, write_with_key


@blueprint.post("/v2/requests" + SUFFIX)
@requires(Permission.PUBLIC)
def post_request(suffix: str) -> ResponseReturnValue:
    """Take a report; the same one sent again gives the same number."""

    def do(api_key: ApiKey) -> Response:
        files = [*request.files.getlist("media"), *request.files.getlist("media[]")]
        sent = SentRequest(
            sent_values(), sent_fields(), [file for file in files if file.filename],
            request.headers.get("Idempotency-Key", "").strip(),
        )  # fmt: skip
        report, _ = take_request(api_key, sent)
        return answer("service_requests", Many("request", [_receipt(report)]), suffix)

    return write_with_key(do)


def _receipt(report: SentReport) -> dict[str, Any]:
    """The number at once, a token in its place, or neither, as the pace of the service is."""
    kind = report.call.service_type
    pace = _pace_of(report)
    given: dict[str, dict[str, Any]] = {
        "realtime": {"service_request_id": report.call.service_request_id},
        "batch": {"token": report.token},
        "blackbox": {},
    }
    return {**given[pace], "service_notice": notice_of(kind, the_city(), pace), "account_id": None}


def _pace_of(report: SentReport) -> str:
    """How the report was answered first: a retry is answered alike, whatever became of its service since."""
    if report.token is not None:
        return "batch"
    pace: str = report.call.service_type.pace.value
    return "realtime" if pace == "batch" else pace


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

    def do(api_key: ApiKey) -> Response:
        if not api_key.may_update:
            raise Forbidden("This API key may send reports, and not say what became of requests.")
        check_jurisdiction(sent_values())
        update = record_update(api_key, _read_update())
        told = {"update_id": update.update_id}
        return answer("service_request_updates", Many("request_update", [told]), suffix)

    return write_with_key(do)


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


for _view in (post_request, post_update):
    csrf.exempt(_view)

"""The list of calls, on a page and as CSV, and ticked calls put into a case."""

from collections.abc import Sequence
from typing import Any

from flask import Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from ..calls.filters import CHANNELS, LINKED, PLACEMENTS, SORTS, STATUSES, CallFilters, read_call_filters
from ..calls.models import ServiceType
from ..cases.choices import center_choices, family_choices
from ..errors import Conflict, Forbidden, Invalid, NotFound
from ..extensions import db
from ..places.city import city_zone, the_city
from ..staff.current import current_staff
from ..staff.permissions import Permission, may, requires
from .blueprint import blueprint
from .bulk_linking import Outcome, link_ticked, read_ticks
from .call_listing import LOOKED_THROUGH, PER_PAGE, call_page, read_key, stream_call_csv, write_key
from .forms import BulkLinkForm


@blueprint.get("/calls")
@requires(Permission.SEE_CASES)
def list_calls() -> ResponseReturnValue:
    """Calls by search and filters, a page at a time."""
    return _render(BulkLinkForm(prefix="bulk", formdata=None))


def _read() -> CallFilters:
    """The filters of the address; by caller only for who may see callers."""
    filters = read_call_filters(request.args)
    if filters.caller is not None and not may(current_staff().role, Permission.SEE_CALLERS):
        raise Forbidden("Your role may not see callers. Take the caller out of the address.")
    return filters


def _render(form: Any, *, ticked: Sequence[str] = (), outcomes: Sequence[Outcome] = (), case: Any = None) -> str:
    filters = _read()
    after = request.args.get("after", "")
    page = call_page(filters, city_zone(the_city()), read_key(after))
    types = db.session.execute(select(ServiceType.id, ServiceType.service_name).order_by(ServiceType.service_name))
    return render_template(
        "desk/calls.html",
        page=page,
        filters=filters,
        after=after,
        next=write_key(page.after),
        looked_through=LOOKED_THROUGH,
        form=form,
        ticked=set(ticked),
        outcomes=outcomes,
        case=case,
        types=types.all(),
        families=family_choices(),
        centers=center_choices(),
        words={"status": STATUSES, "channel": CHANNELS, "placement": PLACEMENTS, "linked": LINKED, "sort": SORTS},
    )


@blueprint.get("/calls.csv")
@requires(Permission.SEE_CASES)
def export_calls() -> ResponseReturnValue:
    """The same calls as a file for a spreadsheet."""
    lines = stream_call_csv(_read(), city_zone(the_city()))
    headers = {"Content-Disposition": "attachment; filename=calls.csv"}
    return Response(stream_with_context(lines), mimetype="text/csv", headers=headers)


@blueprint.post("/calls/link")
@requires(Permission.LINK_CALLS)
def link_calls() -> ResponseReturnValue:
    """Put the ticked calls into a case, and show the list again with what became of each."""
    form, ticked = BulkLinkForm(prefix="bulk"), request.form.getlist("call")
    status = 400
    if form.validate_on_submit():
        try:
            ticks = read_ticks(ticked, most=PER_PAGE)
            case, outcomes = link_ticked(form.case.data, ticks, reason=form.reason.data or "", actor=current_staff())
            db.session.commit()
        except (Invalid, Conflict, NotFound) as error:
            db.session.rollback()
            form.form_errors.append(str(error))
            status = error.http_status
        else:
            left = [tick for tick, outcome in zip(ticked, outcomes, strict=False) if not outcome.is_linked]
            status = 409 if all(outcome.is_conflict for outcome in outcomes) else 200
            return _render(form, ticked=left, outcomes=outcomes, case=case), status
    return _render(form, ticked=ticked), status

"""The list of cases, on a page and as CSV."""

from flask import Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from ..calls.as_of import as_of
from ..extensions import db
from ..identifiers import read_number
from ..places.city import city_zone, the_city
from ..staff.permissions import Permission, requires
from .alive import alive_at
from .blueprint import blueprint
from .choices import center_choices, contact_choices, family_choices
from .filters import FLAGS, PHASES, QUEUES, SORTS, STATUSES, read_filters
from .listing import case_ids, load_shown, stream_csv
from .models import ProblemCase

PER_PAGE = 50


@blueprint.get("/cases")
@requires(Permission.SEE_CASES)
def list_cases() -> ResponseReturnValue:
    """Cases by search and filters, a page at a time."""
    at = as_of(the_city())
    filters = read_filters(request.args)
    page = db.paginate(
        case_ids(filters, at),
        page=request.args.get("page", 1, read_number),
        per_page=PER_PAGE,
        max_per_page=PER_PAGE,
        error_out=False,
    )
    alive = db.session.scalars(db.select(ProblemCase.id).where(ProblemCase.id.in_(page.items), alive_at(at)))
    return render_template(
        "cases/list.html",
        page=page,
        cases=load_shown(page.items),
        alive=set(alive),
        filters=filters,
        families=family_choices(),
        centers=center_choices(),
        contacts=contact_choices(),
        words={"status": STATUSES, "sort": SORTS, "queue": QUEUES, "phase": PHASES, "flag": FLAGS},
    )


@blueprint.get("/cases.csv")
@requires(Permission.SEE_CASES)
def export_cases() -> ResponseReturnValue:
    """The same cases, all of them, as a file for a spreadsheet."""
    city = the_city()
    lines = stream_csv(read_filters(request.args), as_of(city), city_zone(city))
    headers = {"Content-Disposition": "attachment; filename=cases.csv"}
    return Response(stream_with_context(lines), mimetype="text/csv", headers=headers)

"""What is late and what soon will be: on a page and as CSV, with what waits for a supervisor's answer on top."""

from flask import Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from ...clock import utc_now
from ...extensions import db
from ...identifiers import read_number
from ...places.city import city_zone, the_city
from ...staff.current import current_staff
from ...staff.permissions import Permission, may, requires
from ..blueprint import blueprint
from ..choices import center_choices, contact_choices, family_choices
from ..models import ProblemCase
from .escalating import escalated_deadlines
from .filters import KINDS, WHICH, read_late_filters
from .lines import DeadlineLine, write_lines
from .listing import late_ids, load_deadlines, stream_late_csv
from .queries import late_counts
from .working_calendar import read_city_time, read_clock

PER_PAGE = 50
TOLD_AT_MOST = 20


@blueprint.get("/late")
@requires(Permission.WORK_CASES)
def list_late() -> ResponseReturnValue:
    """A contact's own late cases; those of everybody for supervisors."""
    me, filters = current_staff(), read_late_filters(request.args)
    time = read_city_time(the_city(), utc_now())
    page = db.paginate(
        late_ids(filters, me, time.clock),
        page=request.args.get("page", 1, read_number),
        per_page=PER_PAGE,
        max_per_page=PER_PAGE,
        error_out=False,
    )
    leads = may(me.role, Permission.ASSIGN_CASES)
    return render_template(
        "cases/deadlines/late.html", page=page, filters=filters, leads=leads, counts=late_counts(me),
        lines=write_lines(load_deadlines(page.items), time), is_emergency=time.stands_still,
        told=_by_case(write_lines(escalated_deadlines(TOLD_AT_MOST), time)) if leads else [],
        told_at_most=TOLD_AT_MOST,
        families=family_choices(), centers=center_choices(), contacts=contact_choices() if leads else [],
        words={"which": WHICH, "kind": KINDS},
    )  # fmt: skip


def _by_case(lines: list[DeadlineLine]) -> list[tuple[ProblemCase, list[DeadlineLine]]]:
    """What was told of each case, in the order in which its first came due."""
    found: dict[int, list[DeadlineLine]] = {}
    for line in lines:
        found.setdefault(line.deadline.case_id, []).append(line)
    return [(of_case[0].deadline.case, of_case) for of_case in found.values()]


@blueprint.get("/late.csv")
@requires(Permission.WORK_CASES)
def export_late() -> ResponseReturnValue:
    """The same as a file for a spreadsheet."""
    lines = stream_late_csv(
        read_late_filters(request.args), current_staff(), read_clock(utc_now()), city_zone(the_city())
    )
    headers = {"Content-Disposition": "attachment; filename=late-cases.csv"}
    return Response(stream_with_context(lines), mimetype="text/csv", headers=headers)

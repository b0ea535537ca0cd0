"""A contact's caseload, on a page and as CSV."""

from flask import Response, render_template, request, stream_with_context
from flask.typing import ResponseReturnValue

from ...calls.as_of import as_of
from ...errors import Forbidden, NotFound
from ...identifiers import read_number
from ...places.city import city_today, city_zone, the_city
from ...staff.current import current_staff
from ...staff.permissions import Permission, may, requires
from ..blueprint import blueprint
from ..choices import contact_choices, family_choices
from ..contacts import contact_of, find_contact
from ..filters import PHASES
from ..models import Contact
from .caseload import PER_PAGE, Reckoning, gather_caseload, stream_caseload
from .caseload_filters import CaseloadFilters, read_caseload_filters
from .handing_over import covers_of


@blueprint.get("/caseload")
@requires(Permission.WORK_CASES)
def caseload() -> ResponseReturnValue:
    """The live cases of one contact, by what they ask for: one's own, or for a supervisor anybody's."""
    filters = read_caseload_filters(request.args)
    contact = _whose(filters)
    leads = may(current_staff().role, Permission.ASSIGN_CASES)
    page = max(request.args.get("page", 1, read_number), 1)
    sections = gather_caseload(contact, filters, _reckoning(), page) if contact else []
    return render_template(
        "cases/caseload.html", contact=contact, filters=filters, sections=sections, families=family_choices(),
        phases=PHASES.items(), contacts=contact_choices() if leads else [], page=page,
        has_more=bool(filters.section and sections and sections[0].total > page * PER_PAGE),
        covers=covers_of(contact) if contact else [],
        mine=contact is not None and contact.user_id == current_staff().id,
    )  # fmt: skip


@blueprint.get("/caseload.csv")
@requires(Permission.WORK_CASES)
def export_caseload() -> ResponseReturnValue:
    """The same as a file for a spreadsheet."""
    filters = read_caseload_filters(request.args)
    contact = _whose(filters)
    if contact is None:
        raise NotFound("You own no cases. Choose a contact first.")
    lines = stream_caseload(contact, filters, _reckoning(), city_zone(the_city()))
    headers = {"Content-Disposition": "attachment; filename=caseload.csv"}
    return Response(stream_with_context(lines), mimetype="text/csv", headers=headers)


def _reckoning() -> Reckoning:
    return Reckoning(as_of(the_city()), city_today())


def _whose(filters: CaseloadFilters) -> Contact | None:
    """Whose caseload was asked for; somebody else's is for supervisors."""
    me = current_staff()
    own = contact_of(me)
    if filters.contact is None or (own is not None and own.id == filters.contact):
        return own
    if not may(me.role, Permission.ASSIGN_CASES):
        raise Forbidden("Only supervisors look at other people's caseloads. Yours is under «My caseload».")
    return find_contact(filters.contact)

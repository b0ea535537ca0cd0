"""Properties under enforcement: the list, one property with its standing line by line, its owner, and the notice."""

from dataclasses import asdict

from flask import Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, and_, case, or_, select
from wtforms.fields.choices import SelectChoice

from ..extensions import db
from ..formatters import csv_line
from ..identifiers import read_number
from ..places.city import city_today, city_zone, the_city
from ..places.models import Address
from ..staff.audit import record_audit
from ..staff.changing import do_or_say_why, show_what_stands
from ..staff.current import current_staff
from ..staff.log import history_of
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .forms import OwnerForm, PropertyForm
from .foundations import lost_grounds
from .models import Property, PropertyVersion
from .notices import notice_of, sent_notice
from .procedure import LABELS, ProcedureStatus, next_words
from .properties import PropertyEntry, change_property, find_address, get_property, register_property
from .rule_sets import get_rule_set, list_rule_sets
from .standing import Reckoned, reckon_properties
from .steps import next_steps
from .violations import ViolationStatus, count_waiting, status_of

_VERSIONS = 20
MOST_EXPORTED = 5_000
_COLUMNS = ("address", "units", "standing", "threshold_reached", "procedure", "due")


@blueprint.app_template_global()
def step_label(status: ProcedureStatus) -> str:
    """A step of the nuisance procedure in words."""
    return LABELS[status]


blueprint.app_template_global()(next_words)


@blueprint.get("")
@requires(Permission.ENFORCE)
def list_properties() -> ResponseReturnValue:
    """Each property's standing, where its procedure stands and what is due."""
    status, typed = _asked()
    page = db.paginate(
        _wanted(status, typed), page=request.args.get("page", 1, read_number), per_page=30, error_out=False
    )
    today = city_today()
    return render_template(
        "nuisance/list.html", page=page, lines=reckon_properties(page.items, today), today=today, status=status,
        typed=typed, statuses=[(one.value, LABELS[one]) for one in ProcedureStatus], waiting=count_waiting(),
    )  # fmt: skip


@blueprint.get("/properties.csv")
@requires(Permission.ENFORCE)
def export_properties() -> ResponseReturnValue:
    """The same list as a spreadsheet, without the owners."""
    zone = city_zone(the_city())
    found = db.session.scalars(_wanted(*_asked()).limit(MOST_EXPORTED)).all()
    lines = (_cells(one) for one in reckon_properties(found, city_today()))
    text = "".join(csv_line(cells, zone) for cells in (_COLUMNS, *lines))
    return Response(text, mimetype="text/csv", headers={"Content-Disposition": "attachment; filename=nuisance.csv"})


def _cells(line: Reckoned) -> tuple[object, ...]:
    measures = line.standing.measures if line.standing else ()
    standing = "; ".join(f"{one.total} of {one.threshold.needed} in {one.threshold.window.words}" for one in measures)
    due = line.known.due_on if line.status is line.known.status else None
    return (line.known.address.display, line.known.units, standing, line.is_reached, LABELS[line.status], due)


def _asked() -> tuple[str, str]:
    return request.args.get("status", ""), request.args.get("q", "").strip()[:120]


def _wanted(status: str, typed: str) -> Select[Property]:
    """By where each stands today: what nobody followed up has expired by itself, and nothing of it is due."""
    query = select(Property).join(Property.address)
    has_expired = and_(Property.expires_on.is_not(None), Property.expires_on < city_today())
    if status == ProcedureStatus.EXPIRED:
        query = query.where(or_(Property.status == ProcedureStatus.EXPIRED, has_expired))
    elif status in set(ProcedureStatus):
        query = query.where(Property.status == ProcedureStatus(status), ~has_expired)
    if typed:
        query = query.where(Address.display.icontains(typed, autoescape=True))
    due = case((has_expired, None), else_=Property.due_on)
    return query.order_by(due.is_(None), due, Property.id)


@blueprint.route("/properties/new", methods=["GET", "POST"])
@requires(Permission.ENFORCE)
def add_property() -> ResponseReturnValue:
    """Put a property on the list, merely watched."""
    city_today()
    form = PropertyForm(data={"units": 1})
    form.rule_set.choices = [SelectChoice(str(one.id), one.name) for one in list_rule_sets() if one.versions]

    def register() -> tuple[str, str]:
        known = register_property(
            find_address(form.address.data), get_rule_set(form.rule_set.data), _entry(form), current_staff(),
            key=form.key.data,
        )  # fmt: skip
        address = url_for("nuisance.show_property", property_id=known.id)
        db.session.commit()
        return "The property is on the list, merely watched.", address

    def show(status: int) -> str:
        return render_template("nuisance/property_form.html", form=form, known=None)

    return show(200) if request.method == "GET" else do_or_say_why(form, register, show)


@blueprint.get("/properties/<int:property_id>")
@requires(Permission.ENFORCE, writes_on_get=True)
def show_property(property_id: int) -> ResponseReturnValue:
    """One property: what counts, what does not and why, and the procedure. Reading it leaves an audit row."""
    known = get_property(property_id)
    _record_reading(known)
    today = city_today()
    reckoned = reckon_properties([known], today)[0]
    return render_template(
        "nuisance/property.html", known=known, reckoned=reckoned, today=today,
        by_id={violation.id: violation for violation in reckoned.violations},
        waiting=[one for one in reckoned.violations if status_of(one) is ViolationStatus.WAITING],
        next_steps=next_steps(reckoned, current_staff(), today), versions=_versions_of(known),
        history=history_of("property", known.id, limit=60),
        lost=lost_grounds(reckoned), has_notice=reckoned.is_reached or sent_notice(reckoned) is not None,
    )  # fmt: skip


def _record_reading(known: Property) -> None:
    record_audit("read nuisance property", f"property {known.id}", actor=current_staff())
    db.session.commit()


def _versions_of(known: Property) -> list[PropertyVersion]:
    query = select(PropertyVersion).where(PropertyVersion.property_id == known.id)
    return list(db.session.scalars(query.order_by(PropertyVersion.number.desc()).limit(_VERSIONS)))


@blueprint.route("/properties/<int:property_id>/edit", methods=["GET", "POST"])
@requires(Permission.ENFORCE, writes_on_get=True)
def edit_property(property_id: int) -> ResponseReturnValue:
    """Change units or owner; what was known before stays on record. It shows the owner, so it leaves an audit row."""
    known = get_property(property_id)
    if request.method == "GET":
        _record_reading(known)
    form = OwnerForm(obj=known)

    def change() -> tuple[str, str]:
        change_property(known, _entry(form), current_staff(), seen_version=form.seen)
        db.session.commit()
        return "Changed. What was known before stays on record.", url_for(
            "nuisance.show_property", property_id=property_id
        )

    def show(status: int) -> str:
        standing = get_property(property_id)
        if status == 409:
            _record_reading(standing)
            form.version.data = str(standing.version)
            show_what_stands(form, asdict(PropertyEntry.of(standing)))
        return render_template("nuisance/property_form.html", form=form, known=standing)

    return show(200) if request.method == "GET" else do_or_say_why(form, change, show)


@blueprint.get("/properties/<int:property_id>/notice")
@requires(Permission.ENFORCE, writes_on_get=True)
def print_notice(property_id: int) -> ResponseReturnValue:
    """The notice to the owner, to be printed: what counted, under which rules, and how to appeal."""
    known = get_property(property_id)
    notice = notice_of(known, city_today())
    record_audit("read nuisance notice", f"property {known.id}", actor=current_staff())
    db.session.commit()
    return render_template("nuisance/notice.html", known=known, notice=notice)


def _entry(form: PropertyForm | OwnerForm) -> PropertyEntry:
    return PropertyEntry(
        form.units.data, form.owner_name.data, form.owner_address.data, form.owner_email.data or ""
    )  # fmt: skip

"""The partner agencies that a city asks for help: the list, and for supervisors adding, changing, retiring."""

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from wtforms.fields.choices import SelectChoice

from ...calls.models import Family
from ...extensions import db
from ...staff.changing import do_or_say_why
from ...staff.current import current_staff
from ...staff.log import history_of
from ...staff.permissions import Permission, requires
from ..blueprint import blueprint
from ..choices import family_choices
from .forms import PartnerButton, PartnerForm
from .models import PartnerAgency
from .partners import (
    PartnerEntry,
    add_partner,
    change_partner,
    find_partner,
    list_partners,
    require_partner_version,
    restore_partner,
    retire_partner,
)


@blueprint.get("/partners")
@requires(Permission.SEE_CASES)
def list_partner_agencies() -> ResponseReturnValue:
    """Every partner by name, with whom to ask and for what."""
    with_retired = request.args.get("retired") == "1"
    names = dict(db.session.execute(select(Family.id, Family.name)).all())
    partners = list_partners(with_retired=with_retired)
    return render_template("cases/response/partners.html", partners=partners, families=names, with_retired=with_retired)


@blueprint.route("/partners/new", methods=["GET", "POST"])
@requires(Permission.SET_RULES)
def add_partner_agency() -> ResponseReturnValue:
    """Add a partner."""
    form = _make_form(None)

    def add() -> tuple[str, str]:
        add_partner(_entry(form), current_staff())
        db.session.commit()
        return "The partner was added.", url_for("cases.list_partner_agencies")

    if request.method == "GET":
        return _page(form, None)
    return do_or_say_why(form, add, lambda _: _page(form, None))


@blueprint.route("/partners/<int:partner_id>", methods=["GET", "POST"])
@requires(Permission.SET_RULES)
def edit_partner_agency(partner_id: int) -> ResponseReturnValue:
    """Change a partner, unless somebody else just did."""
    form = _make_form(find_partner(partner_id))

    def change() -> tuple[str, str]:
        partner = find_partner(partner_id, lock=True)
        require_partner_version(partner, form.version.data)
        change_partner(partner, _entry(form), current_staff())
        db.session.commit()
        return "The partner was changed.", url_for("cases.list_partner_agencies")

    def show(status: int) -> str:
        partner = find_partner(partner_id)
        if status == 409:
            form.version.data = partner.version  # she sees now what stands, and may send it again
        return _page(form, partner)

    return show(200) if request.method == "GET" else do_or_say_why(form, change, show)


@blueprint.post("/partners/<int:partner_id>/retire")
@requires(Permission.SET_RULES)
def retire_partner_agency(partner_id: int) -> ResponseReturnValue:
    """Retire a partner, or bring a retired one back."""
    form = PartnerButton()

    def turn() -> tuple[str, str]:
        partner = find_partner(partner_id, lock=True)
        require_partner_version(partner, form.version.data)
        is_retired = partner.retired_at is not None
        (restore_partner if is_retired else retire_partner)(partner, current_staff())
        db.session.commit()
        done = "Cases may ask it again." if is_retired else "The partner is retired; what was asked of it stays."
        return done, url_for("cases.list_partner_agencies", retired=None if is_retired else "1")

    def show(_: int) -> str:
        edit = _make_form(find_partner(partner_id), sent=False)
        edit.form_errors.extend(form.form_errors)
        return _page(edit, find_partner(partner_id))

    return do_or_say_why(form, turn, show)


def _make_form(partner: PartnerAgency | None, *, sent: bool = True) -> Any:
    names = ("version", "name", "purpose", "contact_person", "phone", "email")
    data: dict[str, object] = {name: getattr(partner, name) for name in names} if partner else {}
    data["families"] = sorted(partner.family_ids) if partner else []
    form = PartnerForm(data=data) if sent else PartnerForm(None, data=data)
    form.families.choices = [SelectChoice(str(number), name) for number, name in family_choices()]
    return form


def _entry(form: Any) -> PartnerEntry:
    return PartnerEntry(
        name=form.name.data,
        purpose=form.purpose.data or "",
        contact_person=form.contact_person.data or "",
        phone=form.phone.data or "",
        email=form.email.data or "",
        families=frozenset(form.families.data or ()),
    )


def _page(form: Any, partner: PartnerAgency | None) -> str:
    history = history_of("partner", partner.id) if partner else []
    return render_template("cases/response/partner_form.html", form=form, partner=partner, history=history)

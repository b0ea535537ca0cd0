"""The contacts of the centers: where, for what, when away, and how much each carries."""

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from ..calls.as_of import as_of
from ..cases.choices import center_choices, family_choices
from ..cases.contacts import (
    Load,
    add_absence,
    contact_of,
    find_contact,
    people_without_contact,
    remove_absence,
    set_contact,
    settings_mark,
    team_loads,
)
from ..cases.models import Absence, Contact
from ..errors import Conflict, Invalid, NotFound
from ..extensions import db
from ..places.city import city_today, the_city
from ..staff.accounts import get_user
from ..staff.current import current_staff
from ..staff.models import User
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .forms import AbsenceForm, ContactForm


@blueprint.get("/contacts")
@requires(Permission.SEE_CASES)
def contacts() -> ResponseReturnValue:
    """Every contact with her load."""
    names, waiting = dict(family_choices()), people_without_contact()
    return render_template("desk/contacts.html", loads=_loads(), waiting=waiting, names=names)


def _loads() -> list[Load]:
    return team_loads(city_today(), as_of(the_city()))


def _form(contact: Contact | None) -> Any:
    form = ContactForm(
        prefix="contact",
        seen=settings_mark(contact),
        center=contact.center_id or 0 if contact else 0,
        families=[row.family_id for row in contact.families] if contact else [],
    )
    form.center.choices = [(0, "None: gets no cases by rule"), *center_choices()]
    form.families.choices = family_choices()
    return form


def _render(user: User, form: Any = None, absence: Any = None) -> str:
    contact = contact_of(user)
    load = next((load for load in _loads() if contact and load.contact.id == contact.id), None)
    return render_template(
        "desk/contact.html",
        user=user,
        contact=contact,
        load=load,
        form=form or _form(contact),
        absence=absence or AbsenceForm(prefix="absence", formdata=None),
    )


@blueprint.get("/contacts/<int:user_id>")
@requires(Permission.ASSIGN_CASES)
def show_contact(user_id: int) -> ResponseReturnValue:
    """One contact, to be changed."""
    return _render(get_user(user_id))


@blueprint.post("/contacts/<int:user_id>")
@requires(Permission.ASSIGN_CASES)
def change_contact(user_id: int) -> ResponseReturnValue:
    """Set center and families."""
    user, status = get_user(user_id), 400
    form = _form(contact_of(user))
    if form.validate_on_submit():
        try:
            set_contact(
                user, center_id=form.center.data or None, family_ids=form.families.data,
                actor=current_staff(), seen=form.seen.data,
            )  # fmt: skip
            db.session.commit()
        except (Invalid, Conflict) as error:
            db.session.rollback()
            form.form_errors.append(str(error))
            form.seen.data = settings_mark(contact_of(get_user(user_id)))  # she sees now what stands
            status = error.http_status
        else:
            flash("Kept. New cases follow from now on; present ones stay where they are.", "success")
            return redirect(url_for("desk.show_contact", user_id=user_id))
    return _render(get_user(user_id), form=form), status


@blueprint.post("/contacts/<int:user_id>/absences")
@requires(Permission.ASSIGN_CASES)
def add_leave(user_id: int) -> ResponseReturnValue:
    """Say when a contact is away."""
    user, form = get_user(user_id), AbsenceForm(prefix="absence")
    if form.validate_on_submit():
        contact = contact_of(user)
        try:
            if contact is None:
                raise Invalid("Set the center first; then note the leave.")
            add_absence(contact, first_day=form.first_day.data, last_day=form.last_day.data, actor=current_staff())
            db.session.commit()
        except Invalid as error:
            db.session.rollback()
            form.form_errors.append(str(error))
        else:
            flash("Noted. No new case comes on these days.", "success")
            return redirect(url_for("desk.show_contact", user_id=user_id))
    return _render(get_user(user_id), absence=form), 400


@blueprint.post("/contacts/absences/<int:absence_id>/remove")
@requires(Permission.ASSIGN_CASES)
def remove_leave(absence_id: int) -> ResponseReturnValue:
    """Take an absence back."""
    absence = db.session.get(Absence, absence_id)
    if absence is None:
        raise NotFound("This absence was taken back already.")
    user_id = find_contact(absence.contact_id).user_id
    remove_absence(absence, actor=current_staff())
    db.session.commit()
    flash("Taken back.", "success")
    return redirect(url_for("desk.show_contact", user_id=user_id))

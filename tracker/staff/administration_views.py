"""Pages for administrators: the people, their invitations and roles, and the audit trail."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from ..errors import Conflict, Invalid
from ..extensions import db
from ..identifiers import read_number
from .accounts import change_role, create_user, disable_user, enable_user, get_user, invite_user
from .audit import verify_chain
from .blueprint import blueprint
from .current import current_staff
from .forms import ROLE_NAMES, InviteForm, RoleForm
from .models import AuditEntry, Role, User
from .permissions import Permission, requires


def _page() -> int:
    return request.args.get("page", 1, read_number)


@blueprint.get("/users")
@requires(Permission.ADMINISTER)
def list_users() -> ResponseReturnValue:
    """Everybody with an account, by name."""
    people = db.paginate(
        select(User).order_by(User.disabled_at.is_not(None), User.display_name, User.id), page=_page(), per_page=50
    )
    return render_template("staff/users.html", people=people, role_names=ROLE_NAMES)


@blueprint.route("/users/invite", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def invite() -> ResponseReturnValue:
    """Invite a colleague; the one-time link is shown once, on the answer to the form."""
    form = InviteForm()
    if form.validate_on_submit():
        try:
            user = create_user(
                form.sign_in_name.data,
                Role(form.role.data),
                display_name=form.display_name.data,
                email=form.email.data or "",
                by=current_staff(),
            )
        except (Conflict, Invalid) as error:
            db.session.rollback()
            form.sign_in_name.errors = [*form.sign_in_name.errors, str(error)]
        else:
            return _show_link(user)
    return render_template("staff/invite.html", form=form), 400 if form.errors else 200


def _show_link(user: User) -> ResponseReturnValue:
    """Make a new invitation, keep it, and show its link this once."""
    token = invite_user(user, by=current_staff())
    db.session.commit()
    link = url_for("staff.accept_invitation", token=token, _external=True)
    return render_template("staff/invited.html", user=user, link=link)


@blueprint.get("/users/<int:user_id>")
@requires(Permission.ADMINISTER)
def show_user(user_id: int) -> ResponseReturnValue:
    """One account and what can be done with it."""
    return _user_page(get_user(user_id))


def _user_page(user: User, form: RoleForm | None = None) -> str:
    form = form or RoleForm(role=user.role.value, seen=user.role.value)
    return render_template("staff/user.html", user=user, form=form, role_names=ROLE_NAMES)


@blueprint.post("/users/<int:user_id>/reset")
@requires(Permission.ADMINISTER)
def reset_user(user_id: int) -> ResponseReturnValue:
    """Take the password away and show a new one-time link once."""
    return _show_link(get_user(user_id))


@blueprint.post("/users/<int:user_id>/role")
@requires(Permission.ADMINISTER)
def change_user_role(user_id: int) -> ResponseReturnValue:
    """Give an account another role."""
    user, form = get_user(user_id), RoleForm()
    if not form.validate_on_submit():
        raise Invalid("Choose one of the roles in the list.")
    try:
        change_role(user, Role(form.role.data), by=current_staff(), seen=form.seen.data)
    except Conflict as conflict:
        db.session.rollback()
        form.role.errors = [*form.role.errors, str(conflict)]
        form.seen.data = user.role.value  # she sees now what stands
        return _user_page(user, form), 409
    return _done(user, f"{user.display_name} is now {ROLE_NAMES[user.role].lower()}.")


@blueprint.post("/users/<int:user_id>/disable")
@requires(Permission.ADMINISTER)
def disable(user_id: int) -> ResponseReturnValue:
    """Close an account."""
    user = get_user(user_id)
    disable_user(user, by=current_staff())
    return _done(user, f"{user.display_name} can no longer sign in.")


@blueprint.post("/users/<int:user_id>/enable")
@requires(Permission.ADMINISTER)
def enable(user_id: int) -> ResponseReturnValue:
    """Open a disabled account again."""
    user = get_user(user_id)
    enable_user(user, by=current_staff())
    return _done(user, f"{user.display_name} can sign in again.")


def _done(user: User, message: str) -> ResponseReturnValue:
    address = url_for("staff.show_user", user_id=user.id)
    db.session.commit()
    flash(message, "success")
    return redirect(address)


@blueprint.get("/audit")
@requires(Permission.ADMINISTER)
def list_audit() -> ResponseReturnValue:
    """The audit trail, newest first; `?check=1` also recomputes its whole chain of hashes."""
    entries = db.paginate(select(AuditEntry).order_by(AuditEntry.id.desc()), page=_page(), per_page=100)
    checked = bool(request.args.get("check"))
    broken = verify_chain() if checked else None
    return render_template("staff/audit.html", entries=entries, checked=checked, broken=broken)

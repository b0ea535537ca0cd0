"""Who drives out with what: set by administrators on the page of an account."""

from collections.abc import Sequence

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select

from ...extensions import db
from ...staff.accounts import get_user
from ...staff.changing import do_or_say_why
from ...staff.current import current_staff
from ...staff.models import User
from ...staff.permissions import Permission, may, requires
from ..blueprint import blueprint
from ..resources.models import CityResource, CrewMember
from .driving import drive_with, driven_by, mark_of_driving
from .forms import CrewForm
from .whose import own_resources

_MOST = 500


@blueprint.route("/users/<int:user_id>/crew", methods=["GET", "POST"])
@requires(Permission.ADMINISTER)
def set_crew(user_id: int) -> ResponseReturnValue:
    """Choose whose run sheets an account shows."""
    user = get_user(user_id)
    form = CrewForm(data={"resources": sorted(driven_by(user)), "seen": mark_of_driving(user)})
    form.resources.choices = [(one.id, f"{one.name} ({one.code})") for one in _offered(user)]

    def change() -> tuple[str, str]:
        drive_with(user, form.resources.data or [], by=current_staff(), seen=form.seen.data or "")
        db.session.commit()
        return "Kept. It counts at once.", url_for("staff.show_user", user_id=user_id)

    def show(status: int) -> str:
        if status == 409:
            form.seen.data = mark_of_driving(user)  # she reads what was changed, and may send it again
        return render_template("scheduling/crew/account.html", user=user, form=form)

    return show(200) if request.method == "GET" else do_or_say_why(form, change, show)


@blueprint.app_template_global()
def drives_with(user: User) -> Sequence[CityResource] | None:
    """With what somebody drives out, for the page of the account; None for those who never do."""
    return own_resources(user) if may(user.role, Permission.DO_WORK) else None


def _offered(user: User) -> Sequence[CityResource]:
    """Everything in service, and what the account has already."""
    has = select(CrewMember.resource_id).where(CrewMember.user_id == user.id)
    query = select(CityResource).where(or_(CityResource.retired_at.is_(None), CityResource.id.in_(has)))
    return db.session.scalars(query.order_by(CityResource.name, CityResource.id).limit(_MOST)).all()

"""Who is in a team."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import or_, select
from wtforms.fields.choices import SelectChoice

from ..errors import Conflict
from ..extensions import db
from ..formatters import plural
from ..staff.changing import do_or_say_why
from ..staff.current import current_staff
from ..staff.permissions import Permission, requires
from .blueprint import blueprint
from .bookings.locking import lock_row
from .bookings.members import change_members
from .queries import get_resource
from .resource_forms import MembersForm
from .resources.exceptions import teams_of
from .resources.models import CityResource, TeamMember

_MOST_CANDIDATES = 500


@blueprint.route("/resources/<int:resource_id>/members", methods=["GET", "POST"])
@requires(Permission.SCHEDULE)
def edit_members(resource_id: int) -> ResponseReturnValue:
    """Choose a team's members; its coming bookings then take their time."""
    team = get_resource(resource_id)
    form = MembersForm(data={"members": _member_ids(team), "seen": _mark(team)})
    form.members.choices = [SelectChoice(str(one.id), _label(one)) for one in _candidates(team)]

    def do() -> tuple[str, str]:
        lock_row(team)
        if form.seen.data != _mark(team):
            names = ", ".join(sorted(one.member.name for one in team.members)) or "nobody"
            form.seen.data = _mark(team)
            raise Conflict(f"Somebody changed the members meanwhile. Now they are: {names}. "
                           "Send it again if you know better.")  # fmt: skip
        coming = change_members(team, form.members.data or [], current_staff())
        db.session.commit()
        taken = f" {plural(len(coming), 'booking')} to come changed with them." if coming else ""
        return f"The members of {team.name} were changed.{taken}", _page_of(team)

    def show(status: int) -> str:
        return render_template("scheduling/resources/members.html", team=team, form=form, above=teams_of(team))

    return do_or_say_why(form, do, show) if form.is_submitted() else show(200)


def _member_ids(team: CityResource) -> list[int]:
    return sorted(one.member_id for one in team.members)


def _mark(team: CityResource) -> str:
    return ",".join(map(str, _member_ids(team)))


def _candidates(team: CityResource) -> list[CityResource]:
    """Who may be a member: in service, no team, not the team itself; and who is one now."""
    is_team = select(TeamMember.team_id)
    query = (
        select(CityResource)
        .where(CityResource.id != team.id)
        .where(or_(CityResource.id.in_(_member_ids(team)),
                   CityResource.retired_at.is_(None) & CityResource.id.not_in(is_team)))
        .order_by(CityResource.kind, CityResource.name)
        .limit(_MOST_CANDIDATES)
    )  # fmt: skip
    return list(db.session.scalars(query))


def _label(one: CityResource) -> str:
    skills = ", ".join(sorted(row.skill for row in one.skills))
    return f"{one.name} ({one.kind.value}: {skills})" + (", out of service" if one.retired_at else "")


def _page_of(team: CityResource) -> str:
    return url_for("scheduling.show_resource", resource_id=team.id)

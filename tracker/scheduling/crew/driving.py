"""Set with what an account drives out: its phone then shows those run sheets."""

from collections.abc import Collection

from sqlalchemy import delete, select

from ...errors import Conflict
from ...extensions import db
from ...staff.accounts import hold_user
from ...staff.audit import record_audit
from ...staff.models import User
from ..resources.models import CityResource, CrewMember


def driven_by(user: User) -> set[int]:
    """The numbers of the resources with which an account drives out."""
    return set(db.session.scalars(select(CrewMember.resource_id).where(CrewMember.user_id == user.id)))


def mark_of_driving(user: User) -> str:
    """What stands, as a form keeps it to notice that somebody changed it meanwhile."""
    return ".".join(str(number) for number in sorted(driven_by(user)))


def drive_with(user: User, resource_ids: Collection[int], *, by: User | None, seen: str | None = None) -> None:
    """From now on `user` drives out with these and no others; flushes, and the audit trail says so.

    Raises `Conflict` when it is no longer what was `seen`.
    """
    hold_user(user)
    before, wanted = driven_by(user), set(resource_ids)
    if seen is not None and seen != mark_of_driving(user):
        raise Conflict("Somebody changed this meanwhile. Look at what stands now, then send it again.")
    if before == wanted:
        return
    gone = CrewMember.user_id == user.id, CrewMember.resource_id.in_(before - wanted)
    db.session.execute(delete(CrewMember).where(*gone))
    db.session.add_all([CrewMember(user_id=user.id, resource_id=number) for number in sorted(wanted - before)])
    codes = db.session.scalars(select(CityResource.code).where(CityResource.id.in_(wanted)).order_by(CityResource.code))
    record_audit("changed_crew", f"{user.sign_in_name} drives with {', '.join(codes) or 'nothing'}", actor=by)
    db.session.flush()

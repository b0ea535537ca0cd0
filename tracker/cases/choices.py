"""What selects offer: families, centers, contacts."""

from sqlalchemy import func, select

from ..calls.models import Family
from ..extensions import db
from ..places.models import Area, AreaKind
from ..staff.models import User
from .models import Contact

Choices = list[tuple[int, str]]


def family_choices() -> Choices:
    """Every family by name."""
    rows = db.session.execute(select(Family.id, Family.name).order_by(Family.name))
    return [(number, name) for number, name in rows]  # a row is no tuple, and a form wants tuples


def center_choices() -> Choices:
    """Every service center by name."""
    query = select(Area.id, Area.name).where(Area.kind == AreaKind.SERVICE_CENTER).order_by(Area.name)
    return [(number, name) for number, name in db.session.execute(query)]


def contact_choices() -> Choices:
    """Every contact who still works here, by center and name."""
    query = (
        select(Contact.id, User.display_name, Area.name)
        .join(User, User.id == Contact.user_id)
        .outerjoin(Area, Area.id == Contact.center_id)
        .where(User.disabled_at.is_(None))
        .order_by(func.coalesce(Area.name, ""), User.display_name)
    )
    return [(number, f"{name} · {center}" if center else name) for number, name, center in db.session.execute(query)]

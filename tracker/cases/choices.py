"""What selects offer: families, centers, contacts."""

from sqlalchemy import select
from sqlalchemy.orm import selectinload

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
        select(Contact)
        .join(User, User.id == Contact.user_id)
        .options(selectinload(Contact.families))
        .where(User.disabled_at.is_(None))
    )
    people = sorted(db.session.scalars(query), key=lambda c: (c.center.name if c.center else "", c.user.display_name))
    return [(c.id, f"{c.user.display_name} · {c.center.name}" if c.center else c.user.display_name) for c in people]

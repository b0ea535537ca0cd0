"""One after the other: whoever changes cases of a family holds the family until the transaction ends."""

from sqlalchemy import select

from ..calls.models import Family
from ..extensions import db

_ALL = select(Family.id).order_by(Family.id).with_for_update(key_share=True)


def take_turns(*family_ids: int) -> frozenset[int] | None:
    """Wait until nobody else changes cases of these families (none named: of any), then hold them.

    `intake` holds a family the same way while it groups. What is read after this call stands until the commit: no call
    joins a case that is being dismissed, and no scan takes back a case that somebody is just touching. Always by
    ascending id, so that two who want several wait for each other and never cross. Returns which are held now; None
    means all, whatever comes: SQLite has one writer anyway, from the first statement of its transaction.
    """
    session = db.session()
    session.flush()
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        return None
    if family_ids:
        return frozenset(connection.scalars(_ALL.where(Family.id.in_(family_ids))))
    step = session.get_nested_transaction() or session.get_transaction()  # what is held ends with it
    held: tuple[object, frozenset[int]] | None = session.info.get("turns")
    if held is None or held[0] is not step:
        held = session.info["turns"] = (step, frozenset(connection.scalars(_ALL)))
    return held[1]

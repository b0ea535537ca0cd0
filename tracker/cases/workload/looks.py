"""When a member of staff last said that she has seen something; what is new is counted from then."""

from datetime import datetime

from ...batches import insert_missing
from ...clock import utc_now
from ...extensions import db
from ...staff.models import LastLook

QUEUE = "queue"
"""Her first page, `/staff`."""
NEWS = "news"


def looked_at(user_id: int, subject: str) -> datetime | None:
    """When she last looked; None if never."""
    look = db.session.get(LastLook, (user_id, subject))
    return look.at if look else None


def look_now(user_id: int, subject: str) -> None:
    """She has seen it as it is. Flushes."""
    now = utc_now()
    row = {"user_id": user_id, "subject": subject, "at": now}
    insert_missing(LastLook.__table__, ["user_id", "subject"], [row])  # type: ignore[arg-type]  # a declarative table is one
    db.session.get_one(LastLook, (user_id, subject), with_for_update=True).at = now
    db.session.flush()

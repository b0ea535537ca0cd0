"""When a member of staff last said that she has seen something; what is new is counted from then."""

from datetime import datetime

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
    look = db.session.get(LastLook, (user_id, subject), with_for_update=True)
    if look is None:
        db.session.add(LastLook(user_id=user_id, subject=subject, at=utc_now()))
    else:
        look.at = utc_now()
    db.session.flush()

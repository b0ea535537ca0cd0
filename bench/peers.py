"""What other 311 programs propose: the nearest earlier call of the same type, within some metres and twelve weeks."""

from collections import defaultdict
from datetime import timedelta

import numpy as np
from sqlalchemy import select

from bench.held_back import HeldCall
from tracker.calls.models import ServiceRequest
from tracker.clock import to_microseconds
from tracker.extensions import db

WEEKS_US = timedelta(weeks=12) // timedelta(microseconds=1)


class Peers:
    """Every located call by its type; what came later than the call in question is passed over."""

    def __init__(self) -> None:
        """Read them all."""
        call = ServiceRequest
        query = select(call.service_type_id, call.id, call.x_dm, call.y_dm, call.requested_datetime).where(
            call.x_dm.is_not(None)
        )
        rows: dict[int, list[tuple[int, int, int, int]]] = defaultdict(list)
        for type_id, call_id, x_dm, y_dm, at in db.session.execute(query):
            rows[type_id].append((call_id, x_dm, y_dm, to_microseconds(at)))
        self._calls = {type_id: np.array(calls, dtype=np.int64).T for type_id, calls in rows.items()}

    def nearest(self, call: HeldCall, metres: int) -> int | None:
        """The id of the nearest one, of equals the latest."""
        ids, x, y, at = self._calls[call.type_id]
        now = to_microseconds(call.at)
        distance = (x - (call.x_dm or 0)) ** 2 + (y - (call.y_dm or 0)) ** 2
        fits = np.flatnonzero((distance <= (10 * metres) ** 2) & (at < now) & (at >= now - WEEKS_US) & (ids != call.id))
        if not fits.size:
            return None
        return int(ids[fits[np.lexsort((-at[fits], distance[fits]))[0]]])

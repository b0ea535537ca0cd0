"""The planner: who does which order when. Pure: facts in, proposal out, the same for the same facts."""

from .facts import Facts
from .nearest_first import propose_nearest
from .proposal import Proposal

PAGE_SECONDS = 10.0
"""How long a page's plan may look for better routes."""
COMMAND_SECONDS = 30.0
"""How long the command's may."""


def propose(facts: Facts, *, limit: int, seconds: float = PAGE_SECONDS) -> Proposal:
    """Place the orders, looking for room for at most `limit` of them, for at most about `seconds`.

    Bookings that may be moved (`OrderFacts.standing`) are moved only where that makes room; each keeps a place.
    """
    return propose_nearest(facts, limit=limit)

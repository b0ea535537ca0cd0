"""Where a case stands that a person makes of chosen calls: the site with the most weight among them. Pure."""

from collections import defaultdict
from collections.abc import Iterable

from ..ledger import CallRow


def calls_at_anchor(calls: Iterable[CallRow]) -> list[CallRow]:
    """The placed calls at the site of the greatest weight, in order key; of equal sites the one called about latest.

    The same choice as the rule makes when it opens a case. Empty when no call has a place.
    """
    sites: dict[tuple[int, int], list[CallRow]] = defaultdict(list)
    for call in sorted(calls, key=_order_key):
        sites[call.x_dm, call.y_dm].append(call)
    if not sites:
        return []
    return max(sites.values(), key=lambda there: (sum(call.weight for call in there), _order_key(there[-1])))


def _order_key(call: CallRow) -> tuple[object, str, str]:
    return call.at, call.source, call.source_id

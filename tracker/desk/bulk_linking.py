"""Ticked calls put into one case, each by itself: what cannot be linked is told, and holds nothing else up."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select

from ..calls.models import ServiceRequest
from ..cases.linking import active_link, link_call
from ..cases.models import ProblemCase
from ..cases.touching import find_case
from ..cases.turns import take_turns
from ..errors import Conflict, Invalid, NotFound
from ..extensions import db
from ..identifiers import read_number
from ..staff.models import User


@dataclass(frozen=True, slots=True)
class Tick:
    """A ticked call, and the link that the person saw it have (0 for none)."""

    call_id: int
    link_id: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one ticked call, in words."""

    number: str
    text: str
    is_linked: bool
    is_conflict: bool = False


def read_ticks(values: Iterable[str], *, most: int) -> list[Tick]:
    """The ticks of a form; raises `Invalid` for none, for rubbish, and for more than a page shows."""
    ticks = []
    for value in dict.fromkeys(values):
        call_id, _, link_id = value.partition(".")
        try:
            ticks.append(Tick(read_number(call_id), read_number(link_id)))
        except ValueError:
            raise Invalid("The list of ticked calls cannot be read. Reload the page and tick them again.") from None
    if not ticks:
        raise Invalid("Tick the calls that belong to the case.")
    if len(ticks) > most:
        raise Invalid(f"At most {most} calls at a time; tick fewer.")
    return ticks


def link_ticked(number: str, ticks: list[Tick], *, reason: str, actor: User) -> tuple[ProblemCase, list[Outcome]]:
    """Link calls to the case with this number; each one's outcome. Flushes. Raises `NotFound` for no such case."""
    take_turns()  # before calls and case are locked, as everybody does
    case = find_case(number, lock=True)
    query = select(ServiceRequest).where(ServiceRequest.id.in_([tick.call_id for tick in ticks]))
    calls = {call.id: call for call in db.session.scalars(query.order_by(ServiceRequest.id).with_for_update())}
    return case, [_link_one(case, calls.get(tick.call_id), tick, reason, actor) for tick in ticks]


def _link_one(case: ProblemCase, call: ServiceRequest | None, tick: Tick, reason: str, actor: User) -> Outcome:
    if call is None:
        return Outcome(str(tick.call_id), "There is no such call.", is_linked=False)
    number = call.service_request_id
    try:
        with db.session.begin_nested():
            _require_seen(call, tick)
            link_call(case, call, reason=reason, actor=actor)
    except Conflict as error:
        return Outcome(number, str(error), is_linked=False, is_conflict=True)
    except (Invalid, NotFound) as error:
        return Outcome(number, str(error), is_linked=False)
    return Outcome(number, f"Linked to case {case.public_id}.", is_linked=True)


def _require_seen(call: ServiceRequest, tick: Tick) -> None:
    """Raise `Conflict` when the call was linked, moved or taken out since the list was shown."""
    if call.withdrawn_at is not None:
        raise Invalid("It is withdrawn and counts nowhere; let it stand again first.")
    link = active_link(call)
    if (link.id if link else 0) == tick.link_id:
        return
    where = f"it is in case {link.case.public_id} now" if link else "it is in no case now"
    raise Conflict(f"Somebody changed where it counts meanwhile: {where}.")

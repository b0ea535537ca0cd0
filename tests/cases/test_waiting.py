"""Which calls wait to be grouped, and which are settled without it: each is one of the two, and never both."""

from itertools import product

from sqlalchemy import select

from tests.cases.world import World
from tests.factories import NOW, make_call, make_case_call, make_service_type
from tracker.calls.models import ServiceRequest
from tracker.cases.ledger import IS_NOT_GROUPED, waiting
from tracker.extensions import db

EITHER = (False, True)


def test_every_untaken_call_either_waits_or_is_settled(world: World) -> None:
    case = world.case()
    db.session.query(ServiceRequest).update({"is_taken": True})
    kinds = [make_service_type(is_confidential=secret, is_test=trial) for secret, trial in product(EITHER, EITHER)]
    groupable = set()
    for kind, (has_place, is_outside, is_withdrawn, is_linked) in product(kinds, product(EITHER, repeat=4)):
        place = {} if has_place else {"lat": None}
        call = make_call(service_type=kind, is_outside=is_outside, withdrawn_at=NOW if is_withdrawn else None, **place)
        if is_linked:
            make_case_call(case=case, call=call)
        if kind is kinds[0] and has_place and not (is_outside or is_withdrawn or is_linked):
            groupable.add(call.id)
    db.session.flush()
    untaken = select(ServiceRequest.id).where(ServiceRequest.is_taken.is_(False))
    assert len(groupable) == 1 and set(db.session.scalars(waiting(ServiceRequest.id))) == groupable
    assert set(db.session.scalars(untaken.where(IS_NOT_GROUPED))) == set(db.session.scalars(untaken)) - groupable

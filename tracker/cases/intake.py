"""The one verb by which calls become cases. Import, desk, web form and feeds all end here."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sqlalchemy import delete, func, select, update

from ..batches import Same, in_chunks, update_columns
from ..calls.arriving import HAS_ARRIVED
from ..calls.masking import mask_new_calls
from ..calls.models import Family, ServiceRequest, ServiceType
from ..change_marks import Marks
from ..extensions import db
from ..places.addresses import NormalizedAddress
from ..places.city import city_zone, the_city
from ..places.models import City
from ..staff.models import User
from .grouping import group_calls
from .ledger import (
    IS_NOT_GROUPED,
    CallRow,
    NewCall,
    few_untaken_calls,
    in_order,
    load_delivery,
    untaken_call,
    untaken_calls,
)
from .models import LooseCall
from .recording import record_grouping
from .rules import RuleInForce, rule_in_force
from .turns import take_turns

_AT_ONCE = 5_000
"""From so many calls on a step of the taking is worth a commit."""


@dataclass(slots=True)
class Taken:
    """What one taking did: families and calls looked at, links made, cases opened and recurred (ids); calls masked."""

    families: int = 0
    calls: int = 0
    linked: int = 0
    opened: list[int] = field(default_factory=list)
    recurred: list[int] = field(default_factory=list)
    masked: int = 0

    def add(self, other: "Taken") -> None:
        """Count what another taking did as well."""
        self.families += other.families
        self.calls += other.calls
        self.linked += other.linked
        self.opened += other.opened
        self.recurred += other.recurred
        self.masked += other.masked


def take_calls() -> Taken:
    """Group every call that is not yet taken: mask, join or open, assign. Flushes; the caller commits.

    Calls are taken in their order key, family by family; families are independent, so their order does not matter.
    """
    held = take_turns()  # every family's, before the masks lock any call: who holds a call never waits for a family
    for _ in mask_new_calls({}):
        pass  # one transaction for all of it
    few = few_untaken_calls()
    return _sum(_take_few(*few) if few is not None and _all_held(held, few[0]) else take_families())


def take_one(call_id: int) -> Taken:
    """Group one call that was just written, with its mask, and no other. Flushes; the caller commits.

    While a file is imported a hundred thousand calls may wait: they are the import's to take, not a caller's.
    """
    held = take_turns()
    calls, marks = untaken_call(call_id)
    return _sum(_take_few(calls, marks)) if _all_held(held, calls) else take_calls()


def _all_held(held: frozenset[int] | None, calls: list[NewCall]) -> bool:
    return held is None or held.issuperset(call.family_id for call in calls)


def _sum(parts: Iterable[Taken]) -> Taken:
    total = Taken()
    for part in parts:
        total.add(part)
    return total


def _take_few(calls: list[NewCall], marks: Marks) -> Iterator[Taken]:
    """Take calls that were read already, of families that are all held. As a rule it is one call, of one family."""
    if not calls:
        return
    _forget_loose(call.row.id for call in calls if call.counts and call.was_loose)
    counting: dict[int, list[CallRow]] = {}
    for call in calls:
        if call.counts:
            counting.setdefault(call.family_id, []).append(call.row)
    for family_id, new in sorted(counting.items()):
        yield _group(family_id, sorted(new, key=in_order), rule_in_force(family_id, marks))
    _mark_taken([call.row.id for call in calls])
    for row in db.session.identity_map.values():
        if not isinstance(row, City | User):  # which most answers need, and no grouping changes
            db.session.expire(row)


def take_in_steps() -> Iterator[Taken]:
    """The same as `take_calls` in steps, for callers who commit after each and so let others write in between."""
    for masked in mask_waiting({}):
        yield Taken(masked=masked)
    yield from take_families()


def mask_waiting(read: Mapping[str, NormalizedAddress]) -> Iterator[int]:
    """Mask what waits, portion by portion, for callers who commit in between; gives how many calls each was.

    `read`: addresses by key that the caller has read already.
    """
    take_turns()  # before the masks lock any call: who holds a call never waits for a family
    for masked in mask_new_calls(read):
        yield masked
        take_turns()


def take_families() -> Iterator[Taken]:
    """The same as `take_calls` of calls that are masked, some families at a time: for callers who commit in between.

    Small families go together, since each commit writes every page that it touched. The last step settles the rest.
    """
    for family_ids in _in_steps(_count_waiting()):
        take_turns(*family_ids)
        yield _sum(map(_take_family, family_ids))
    take_turns()  # whoever makes a call count again holds its family
    _settle_uncountable()
    yield Taken()


def families_waiting() -> list[int]:
    """Families with calls that are not yet taken and may be, in the order of their ids."""
    return list(_count_waiting())


def _count_waiting() -> dict[int, int]:
    """How many calls of each family are not yet taken and may be, in the order of the families' ids."""
    waiting = (
        select(ServiceType.family_id, func.count())
        .join(ServiceRequest, ServiceRequest.service_type_id == ServiceType.id)
        .where(ServiceRequest.is_taken.is_(False), HAS_ARRIVED)
        .group_by(ServiceType.family_id)
        .order_by(ServiceType.family_id)
    )
    return dict(db.session.execute(waiting).all())


def _in_steps(calls: Mapping[int, int]) -> Iterator[list[int]]:
    """Families, given with how many calls each has, together until they have enough for a commit."""
    step: list[int] = []
    so_far = 0
    for family_id, count in calls.items():
        step.append(family_id)
        so_far += count
        if so_far >= _AT_ONCE:
            yield step
            step, so_far = [], 0
    if step:
        yield step


def _take_family(family_id: int) -> Taken:
    """Take one family's new calls. The family's row is locked, so that two writers never group it at once."""
    db.session.execute(select(Family.id).where(Family.id == family_id).with_for_update()).one()
    new, were_loose = untaken_calls(family_id)
    if not new:
        return Taken(families=1)
    _forget_loose(were_loose)
    taken = _group(family_id, new, rule_in_force(family_id))
    _mark_taken([row.id for row in new])
    db.session.flush()
    return taken


def _group(family_id: int, new: list[CallRow], rule: RuleInForce) -> Taken:
    delivery = load_delivery(family_id, rule, new, city_zone(the_city()))
    grouping = group_calls(delivery.arrays, delivery.case_arrays, rule.measures, delivery.bans)
    recorded = record_grouping(family_id, rule, delivery, grouping)
    return Taken(1, len(new), recorded.linked, recorded.opened, recorded.recurred)


def _forget_loose(anew: Iterable[int]) -> None:
    """A call that is taken anew leaves its old loose place first."""
    for ids in in_chunks(anew):
        forget = delete(LooseCall).where(LooseCall.call_id.in_(ids))
        db.session.execute(forget, execution_options={"synchronize_session": False})


def _mark_taken(call_ids: list[int]) -> None:
    update_columns(ServiceRequest.__table__, {"id": call_ids, "is_taken": Same(True)})


def _settle_uncountable() -> None:
    """Settle without grouping what never counts (unplaced, outside, confidential, tests) or keeps a pinned link.

    Calls that count and came in meanwhile, from another delivery, wait for their own turn.
    """
    db.session.execute(
        update(ServiceRequest)
        .where(ServiceRequest.is_taken.is_(False), HAS_ARRIVED, IS_NOT_GROUPED)
        .values(is_taken=True),
        execution_options={"synchronize_session": False},
    )
    db.session.expire_all()

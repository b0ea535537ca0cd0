"""Work on many cases at once: each is done whole or refused with its reason, and the report keeps both."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select

from ...errors import Conflict, Invalid, NotFound
from ...extensions import db
from ...staff.models import User
from ..assigning import assign_case
from ..models import CaseStatus, Contact, ProblemCase
from ..response.tasks import add_task
from ..touching import require_version
from ..turns import take_turns
from .models import BulkWork
from .selection import MOST, Selected
from .snoozing import snooze_case

Change = Callable[[ProblemCase], str]
"""What is done to one case; gives the words for the report, or raises why not."""


@dataclass(frozen=True, slots=True)
class SelectedCase:
    """A selected case as it stands now; None when it is gone."""

    selected: Selected
    case: ProblemCase | None


def find_selected(selection: Sequence[Selected]) -> list[SelectedCase]:
    """The cases of a selection, in its order."""
    query = select(ProblemCase).where(ProblemCase.id.in_([one.case_id for one in selection]))
    found = {case.id: case for case in db.session.scalars(query)}
    return [SelectedCase(one, found.get(one.case_id)) for one in selection]


def do_for_each(
    selection: Sequence[Selected], change: Change, *, title: str, actor: User, key: str, takers: Iterable[int] = ()
) -> BulkWork:
    """Do it to every selected case that still stands as it was seen; the same `key` again gives the first report.

    Families, cases and the contacts who are given some (`takers`) are held in one order before anything is changed, so
    two who work on many cases wait for each other and never cross. Flushes.
    """
    if not selection:
        raise Invalid("No case is selected. Tick the cases in the list first.")
    if len(selection) > MOST:
        raise Invalid(f"At most {MOST} cases are worked on at once. Take fewer, and do the rest afterwards.")
    cases = _hold([one.case_id for one in selection])
    in_order = select(Contact.id).where(Contact.id.in_(sorted(set(takers)))).order_by(Contact.id)
    db.session.execute(in_order.with_for_update()).all()
    done = db.session.scalars(select(BulkWork).where(BulkWork.key == key)).first()
    if done is not None:
        return done
    report = [_do(cases.get(one.case_id), one, change) for one in selection]
    work = BulkWork(key=key, title=title[:200], by_id=actor.id, report=report)
    db.session.add(work)
    db.session.flush()
    return work


def _hold(ids: list[int]) -> dict[int, ProblemCase]:
    families = set(db.session.scalars(select(ProblemCase.family_id).where(ProblemCase.id.in_(ids)).distinct()))
    if families:
        take_turns(*sorted(families))
    held = select(ProblemCase).where(ProblemCase.id.in_(ids)).order_by(ProblemCase.id).with_for_update(of=ProblemCase)
    return {case.id: case for case in db.session.scalars(held.execution_options(populate_existing=True))}


def _do(case: ProblemCase | None, selected: Selected, change: Change) -> dict[str, Any]:
    """One case: whole, or not at all."""
    if case is None:
        return {"id": selected.case_id, "case": "", "address": "", "done": False,
                "words": "The case is gone: its calls were grouped anew meanwhile."}  # fmt: skip
    row: dict[str, Any] = {"id": case.id, "case": case.public_id, "address": case.address}
    try:
        with db.session.begin_nested():
            require_version(case, selected.version)
            if case.status in (CaseStatus.DISMISSED, CaseStatus.MERGED):
                raise Conflict(f"The case is {case.status.value}: nothing more is done for it.")
            words = change(case)
    except (Conflict, Invalid, NotFound) as why:
        return row | {"done": False, "words": str(why)}
    return row | {"done": True, "words": words}


def assign_each(contact_of: Callable[[ProblemCase], Contact | None], reason: str, actor: User) -> Change:
    """Give each to the contact that `contact_of` names (None: back to the queue)."""

    def assign(case: ProblemCase) -> str:
        contact = contact_of(case)
        name = contact.user.display_name if contact else "its queue"
        if contact is not None and contact.user.disabled_at is not None:
            raise Invalid(f"{name} works here no longer. Choose somebody else.")
        if case.contact_id == (contact.id if contact else None):
            raise Conflict(f"The case is with {name} already.")
        assign_case(case, contact=contact, reason=reason, actor=actor)
        return f"Now with {name}."

    return assign


def give_task_each(*, title: str, owner: User | None, due_on: date, details: str, actor: User) -> Change:
    """Add a task to each, for `owner` or (None) for each case's own contact."""

    def give(case: ProblemCase) -> str:
        whose = owner or (case.contact.user if case.contact else None)
        if whose is None:
            raise Invalid("The case has no contact; choose who does the task.")
        add_task(case, title=title, owner=whose, due_on=due_on, details=details, actor=actor)
        return f"Task for {whose.display_name} by {due_on:%-d %b %Y}."

    return give


def snooze_each(*, until: date, reason: str, actor: User) -> Change:
    """Let each sleep until a day."""

    def sleep(case: ProblemCase) -> str:
        snooze_case(case, until=until, reason=reason, actor=actor)
        return f"Sleeps until {until:%-d %b %Y}."

    return sleep


def select_again(work: BulkWork) -> list[Selected]:
    """What was refused, as those cases stand now: to be looked at and tried again."""
    ids = [row["id"] for row in work.report if not row["done"]]
    return as_they_stand(ids)


def as_they_stand(ids: Iterable[int]) -> list[Selected]:
    """A selection of these cases in their present versions; those that are gone are left out."""
    query = select(ProblemCase.id, ProblemCase.version).where(ProblemCase.id.in_(list(ids))).order_by(ProblemCase.id)
    return [Selected(case_id, version) for case_id, version in db.session.execute(query)]


def find_bulk_work(work_id: int, actor: User) -> BulkWork:
    """A report of one's own; raises `NotFound`."""
    work = db.session.get(BulkWork, work_id)
    if work is None or work.by_id != actor.id:
        raise NotFound("There is no such report of yours. What was done stands in each case's history.")
    return work

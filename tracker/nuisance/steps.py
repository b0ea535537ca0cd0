"""Steps of the procedure about a property, each with what it was founded on. Verbs flush and never commit."""

from datetime import date

from sqlalchemy import select

from ..errors import Conflict, Invalid
from ..extensions import db
from ..staff.models import User
from .foundations import foundations_of, why_not_upheld
from .models import ProcedureStep, Property
from .procedure import (
    LABELS,
    NEEDS_THRESHOLD,
    STEPS,
    ProcedureStatus,
    days_begin,
    due_on,
    expiry_of,
    proposer_of,
    why_not,
)
from .properties import hold_property, touch_property
from .standing import Reckoned, reckon_properties


def next_steps(reckoned: Reckoned, actor: User, on: date) -> dict[ProcedureStatus, str]:
    """What may follow, each with why this person may not take it; empty when she may."""
    if reckoned.terms is None:
        return {}
    following = [status for status in ProcedureStatus if status in STEPS[reckoned.status]]
    return {then: _why_not(reckoned, then, actor, on) for then in following}


def take_step(
    known: Property, then: ProcedureStatus, actor: User, *, on: date, today: date, reason: str, key: str,
    seen_version: int,
) -> ProcedureStep:  # fmt: skip
    """Take a step on a day; the same `key` again gives the step that was taken then. Raises `Conflict` with the reason
    when the procedure does not allow it, and `Invalid` for a day to come or a step without a reason."""
    hold_property(known)
    present = db.session.scalars(select(ProcedureStep).where(ProcedureStep.key == key)).first()
    if present is not None:
        return present
    hold_property(known, seen_version)
    if on > today:
        raise Invalid("The step lies in the future. Give the day on which it was taken.")
    if not reason.strip():
        raise Invalid("Say why: each step is kept with its reason.")
    reckoned = reckon_properties([known], on)[0]
    if reckoned.terms is None or reckoned.version is None:
        raise Conflict(f"No rules are in force on {on:%d %b %Y}. Put some into force first.")
    if refusal := _why_not(reckoned, then, actor, on) or _why_not_dated_back(known, then, on, today):
        raise Conflict(refusal)
    step = ProcedureStep(
        key=key, property_id=known.id, number=len(reckoned.steps) + 1, status=then, on_day=on,
        entered_on=today, reason=reason.strip(), due_on=due_on(then, days_begin(then, on, today), reckoned.terms),
        expires_on=expiry_of(then, on, reckoned.terms),
        rule_version_id=reckoned.version.id, founded_on=foundations_of(reckoned), by=actor,
        proposed_by_id=proposer_of(reckoned.past, then) if reckoned.status is not ProcedureStatus.APPEAL else None,
    )  # fmt: skip
    db.session.add(step)
    known.status, known.due_on, known.expires_on = then, step.due_on, step.expires_on
    touch_property(known, actor, f"step_{then.value}", f"Step: {LABELS[then]}, {on:%d %b %Y}.")
    return step


def _why_not(reckoned: Reckoned, then: ProcedureStatus, actor: User, on: date) -> str:
    if reckoned.terms is None:
        return "No rules are in force on that day."
    refusal = why_not(
        reckoned.past, then, by_id=actor.id, on=on, terms=reckoned.terms, is_reached=reckoned.is_reached
    )  # fmt: skip
    if refusal or reckoned.status is not ProcedureStatus.APPEAL or then is ProcedureStatus.WITHDRAWN:
        return refusal
    return why_not_upheld(reckoned)


def _why_not_dated_back(known: Property, then: ProcedureStatus, on: date, today: date) -> str:
    """An earlier day gets nobody past what holds today: neither past an expiry nor past a ground that is gone."""
    if on == today:
        return ""
    now = reckon_properties([known], today)[0]
    if now.status is ProcedureStatus.EXPIRED and then is not ProcedureStatus.WATCH:
        return "The procedure has expired by today; no earlier day revives it. Watch the property again first."
    if then in NEEDS_THRESHOLD and now.status is not ProcedureStatus.APPEAL and not now.is_reached:
        return "No threshold is reached today, so no step against the owner can be entered, not for an earlier day."
    return ""

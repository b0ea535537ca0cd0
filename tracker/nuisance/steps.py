"""Steps of the procedure about a property, each with what it was founded on. Verbs flush and never commit."""

from datetime import date
from typing import Any

from sqlalchemy import select

from ..errors import Conflict, Invalid
from ..extensions import db
from ..staff.models import User
from .models import ProcedureStep, Property
from .procedure import LABELS, STEPS, ProcedureStatus, due_on, expiry_of, proposer_of, why_not
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
    if refusal := _why_not(reckoned, then, actor, on):
        raise Conflict(refusal)
    step = ProcedureStep(
        key=key, property_id=known.id, number=len(reckoned.steps) + 1, status=then, on_day=on,
        entered_on=today, reason=reason.strip(), due_on=due_on(then, on, reckoned.terms),
        expires_on=expiry_of(then, on, reckoned.terms),
        rule_version_id=reckoned.version.id, founded_on=_founded_on(reckoned), by=actor,
        proposed_by_id=proposer_of(reckoned.past, then) if reckoned.status is not ProcedureStatus.APPEAL else None,
    )  # fmt: skip
    db.session.add(step)
    known.status, known.due_on, known.expires_on = then, step.due_on, step.expires_on
    touch_property(known, actor, f"step_{then.value}", f"Step: {LABELS[then]}, {on:%d %b %Y}.")
    return step


def _why_not(reckoned: Reckoned, then: ProcedureStatus, actor: User, on: date) -> str:
    if reckoned.terms is None:
        return "No rules are in force on that day."
    return why_not(
        reckoned.past, then, by_id=actor.id, on=on, terms=reckoned.terms, is_reached=reckoned.is_reached
    )  # fmt: skip


def _founded_on(reckoned: Reckoned) -> list[dict[str, Any]]:
    measures = reckoned.standing.measures if reckoned.standing else ()
    return [
        {
            "window": measure.threshold.window.words, "needed": measure.threshold.needed, "total": measure.total,
            "violations": [line.act_id for line in measure.lines if line.adds],
        }
        for measure in measures
    ]  # fmt: skip

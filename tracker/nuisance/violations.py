"""Violations: entered by one person with evidence, confirmed or excluded by another. Verbs flush and never commit.

Nothing here takes a call, a case or a number of either: what counts is typed by a person, with the evidence at hand.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from ..errors import Conflict, Invalid, NotFound
from ..extensions import db
from ..staff.models import User
from .exclusions import Exclusion, exclusions_of
from .incidents import plain_number
from .models import DecisionKind, Property, Violation, ViolationDecision
from .properties import hold_property, touch_property
from .rule_sets import terms_of, version_on
from .rule_terms import Evidence, Outcome


class ViolationStatus(StrEnum):
    """Where a violation stands between its entry and its counting."""

    WAITING = "waiting"
    CONFIRMED = "confirmed"
    NOT_COUNTABLE = "not_countable"
    EXCLUDED = "excluded"


@dataclass(frozen=True, slots=True)
class ViolationEntry:
    """What a person enters; `answers` is by exclusion, and whatever is missing there excludes."""

    occurred_on: date
    offense: str
    evidence: Evidence
    evidence_number: str
    incident_number: str
    outcome: Outcome
    words: str
    answers: Mapping[str, str]


def status_of(violation: Violation) -> ViolationStatus:
    """Where it stands, by its answers and decisions; any exclusion outweighs any confirmation."""
    kinds = {decision.kind for decision in violation.decisions}
    if DecisionKind.NOT_COUNTABLE in kinds or exclusions_of(violation.answers):
        return ViolationStatus.NOT_COUNTABLE
    if DecisionKind.EXCLUDED in kinds:
        return ViolationStatus.EXCLUDED
    return ViolationStatus.CONFIRMED if confirmation_of(violation) else ViolationStatus.WAITING


def confirmation_of(violation: Violation) -> ViolationDecision | None:
    """The decision by which another person confirmed it, if one did."""
    return next(
        (
            decision
            for decision in violation.decisions
            if decision.kind is DecisionKind.CONFIRMED and decision.by_id != violation.entered_by_id
        ),
        None,
    )


def why_barred(violation: Violation) -> str:
    """Why it cannot count, in words; empty once another person has confirmed it."""
    status = status_of(violation)
    if status is ViolationStatus.CONFIRMED:
        return ""
    if status is ViolationStatus.WAITING:
        return "Nobody else has reviewed it yet."
    reasons = [one.reason for one in violation.decisions if one.kind is not DecisionKind.CONFIRMED]
    return " ".join(reasons) or "Not countable by its answers."


def get_violation(violation_id: int) -> Violation:
    """The violation with this number; raises `NotFound`."""
    violation = db.session.get(Violation, violation_id)
    if violation is None:
        raise NotFound("There is no such violation. Look for it on its property's page.")
    return violation


_DECIDED = select(ViolationDecision.id).where(ViolationDecision.violation_id == Violation.id)


def count_waiting() -> int:
    """How many violations nobody has decided yet."""
    return db.session.scalar(select(func.count()).select_from(Violation).where(~_DECIDED.exists())) or 0


def waiting_violations() -> Select[Violation]:
    """What nobody has decided yet, the oldest first."""
    query = select(Violation).where(~_DECIDED.exists()).order_by(Violation.id)
    return query.options(joinedload(Violation.property), joinedload(Violation.entered_by))


def enter_violation(known: Property, entry: ViolationEntry, actor: User, *, today: date, key: str) -> Violation:
    """Enter a violation. It counts for nothing until another person confirms it, and never when an answer excludes it.

    The rules are those in force on the day of the event; where none were, it is refused: no law reaches back.
    """
    hold_property(known)
    present = db.session.scalars(select(Violation).where(Violation.key == key)).first()
    if present is not None:
        return present
    version = version_on(known.rule_set.versions, entry.occurred_on)
    _check(entry, today)
    if version is None:
        raise Invalid(f"No rules were in force on {entry.occurred_on:%d %b %Y}: what happened then cannot count.")
    if terms_of(version).offense(entry.offense) is None:
        raise Invalid("The rules of that day do not know this offense. Choose one that they name.")
    _refuse_again(known, entry)
    violation = Violation(
        key=key, property=known, rule_version=version, occurred_on=entry.occurred_on, offense=entry.offense,
        evidence=entry.evidence, evidence_number=entry.evidence_number.strip(), outcome=entry.outcome,
        incident_number=entry.incident_number.strip(), words=entry.words.strip(), answers=dict(entry.answers),
        entered_by=actor,
    )  # fmt: skip
    db.session.add(violation)
    db.session.flush()
    touch_property(known, actor, "violation_entered", f"Violation {violation.id} was entered.")
    for exclusion, reason in exclusions_of(violation.answers):
        _decide(violation, DecisionKind.NOT_COUNTABLE, reason, actor, exclusion)
    return violation


def _refuse_again(known: Property, entry: ViolationEntry) -> None:
    """One citation holds one offense against a property once. A wrong entry is excluded and entered anew; what one of
    the questions excluded is not, by whomever it is typed."""
    like = select(Violation).where(
        Violation.property_id == known.id, Violation.evidence == entry.evidence, Violation.offense == entry.offense
    )
    number = plain_number(entry.evidence_number)
    for other in db.session.scalars(like.order_by(Violation.id)):
        if plain_number(other.evidence_number) == number and not _is_wrong_entry(other):
            excluded = status_of(other) in (ViolationStatus.EXCLUDED, ViolationStatus.NOT_COUNTABLE)
            raise Conflict(
                f"This evidence is on record for this offense already, as violation {other.id} of "
                f"{other.occurred_on:%d %b %Y}{', which is excluded for good' if excluded else ''}. "
                "Look there; if the number is another, correct it."
            )


def _is_wrong_entry(violation: Violation) -> bool:
    """Whether somebody excluded it for what was typed, and for none of the reasons that the questions ask about."""
    named = any(decision.exclusion for decision in violation.decisions)
    return status_of(violation) is ViolationStatus.EXCLUDED and not named


def confirm_violation(violation: Violation, reason: str, actor: User) -> ViolationDecision:
    """A second person finds it countable; from then on the rules decide whether it does count."""
    _hold_for_review(violation, reason, actor)
    status = status_of(violation)
    if status is not ViolationStatus.WAITING:
        words = status.value.replace("_", " ")
        raise Conflict(f"It is {words} already. An exclusion stays, and nothing is confirmed twice.")
    return _decide(violation, DecisionKind.CONFIRMED, reason.strip(), actor)


def exclude_violation(
    violation: Violation, reason: str, actor: User, exclusion: Exclusion | None = None
) -> ViolationDecision:
    """A second person finds that it must not count, at once or whenever that comes out; for good."""
    _hold_for_review(violation, reason, actor)
    if status_of(violation) in (ViolationStatus.EXCLUDED, ViolationStatus.NOT_COUNTABLE):
        raise Conflict("It is excluded already.")
    return _decide(violation, DecisionKind.EXCLUDED, reason.strip(), actor, exclusion)


def _hold_for_review(violation: Violation, reason: str, actor: User) -> None:
    hold_property(violation.property)
    db.session.refresh(violation, ["decisions"])
    if violation.entered_by_id == actor.id:
        raise Conflict("You entered this violation. Another person has to review it.")
    if not reason.strip():
        raise Invalid("Say why: each inclusion and each exclusion is kept with its reason.")


def _decide(
    violation: Violation, kind: DecisionKind, reason: str, actor: User, exclusion: Exclusion | None = None
) -> ViolationDecision:
    decision = ViolationDecision(
        violation=violation, entered_by_id=violation.entered_by_id, kind=kind, exclusion=exclusion, reason=reason,
        by=actor,
    )  # fmt: skip
    db.session.add(decision)
    db.session.flush()
    verb = f"violation_{kind.value}"
    about = f" ({exclusion.value.replace('_', ' ')})" if exclusion else ""
    touch_property(violation.property, actor, verb, f"Violation {violation.id}: {kind.value.replace('_', ' ')}{about}.")
    return decision


def _check(entry: ViolationEntry, today: date) -> None:
    if entry.occurred_on > today:
        raise Invalid("The event lies in the future. Check its date.")
    if not entry.evidence_number.strip():
        raise Invalid("Give the number of the evidence: without it nothing is substantiated.")
    if not entry.words.strip():
        raise Invalid("Say in a sentence what was found.")

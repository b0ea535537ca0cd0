"""Rule sets: drafted by one person, put into force by another, and never changed afterwards. Verbs flush only."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from ..errors import Conflict, Invalid, NotFound
from ..extensions import db
from ..staff.audit import record_audit
from ..staff.log import append_log
from ..staff.models import User
from ..staff.turns import take_turn
from .models import RuleSet, RuleSetVersion
from .rule_checks import faults_of
from .rule_terms import RuleTerms, read_terms

_TURN = 8_311_000_051


def list_rule_sets() -> Sequence[RuleSet]:
    """All rule sets with their versions, by name."""
    return db.session.scalars(select(RuleSet).options(selectinload(RuleSet.versions)).order_by(RuleSet.name)).all()


def get_rule_set(rule_set_id: int) -> RuleSet:
    """The rule set with this number; raises `NotFound`."""
    rule_set = db.session.get(RuleSet, rule_set_id)
    if rule_set is None:
        raise NotFound("There is no such rule set. Choose one from the list.")
    return rule_set


def hold_rule_set(rule_set: RuleSet, seen_version: int) -> None:
    """Hold a rule set; raises `Conflict` when somebody changed it since `seen_version`."""
    db.session.execute(select(RuleSet.id).where(RuleSet.id == rule_set.id).with_for_update())
    db.session.refresh(rule_set)
    if rule_set.version != seen_version:
        raise Conflict("Somebody changed this rule set meanwhile. Look at what stands now, then do it again.")


def version_on(versions: Sequence[RuleSetVersion], day: date) -> RuleSetVersion | None:
    """The version in force on a day: the last that has begun, unless it has ended; None when there is none."""
    begun = [one for one in versions if one.in_force_from <= day]
    last = max(begun, key=lambda one: one.number, default=None)
    ended = last is None or (last.in_force_until is not None and last.in_force_until < day)
    return None if ended else last


def terms_of(version: RuleSetVersion) -> RuleTerms:
    """What a version says."""
    return read_terms(version.terms)


def create_rule_set(name: str, note: str, terms: RuleTerms, actor: User, *, key: str) -> RuleSet:
    """Begin a rule set with a draft; the same `key` again gives the one that was made then."""
    take_turn(_TURN)
    present = db.session.scalars(select(RuleSet).where(RuleSet.key == key)).first()
    if present is not None:
        return present
    if db.session.scalar(select(RuleSet.id).where(RuleSet.name == name)) is not None:
        raise Invalid(f"There is a rule set «{name}» already. Give this one another name.")
    rule_set = RuleSet(key=key, name=name, note=note, draft=terms.as_data(), drafted_by=actor, version=1)
    db.session.add(rule_set)
    db.session.flush()
    append_log("rule_set", rule_set.id, "drafted", f"«{name}» was drafted.", actor=actor)
    return rule_set


def change_draft(rule_set: RuleSet, terms: RuleTerms, actor: User, *, note: str, seen_version: int) -> None:
    """Write the draft anew; what is in force stays as it is. Raises `Invalid` with every fault of the terms."""
    hold_rule_set(rule_set, seen_version)
    _require_sound(terms)
    rule_set.draft, rule_set.drafted_by, rule_set.note = terms.as_data(), actor, note
    rule_set.version += 1
    append_log("rule_set", rule_set.id, "redrafted", "The draft was changed.", actor=actor, data=terms.as_data())
    db.session.flush()


def put_in_force(
    rule_set: RuleSet, actor: User, *, begins: date, until: date | None, today: date, seen_version: int
) -> RuleSetVersion:
    """Make the draft law from a day on, by another person than who wrote it.

    Raises `Invalid` for a draft with faults and for days that overlap those of an earlier version. Only the first
    version may begin in the past: later ones would change what has been reckoned already.
    """
    hold_rule_set(rule_set, seen_version)
    if rule_set.draft is None or rule_set.drafted_by is None:
        raise Conflict("There is no draft to put into force. Begin one first.")
    if rule_set.drafted_by_id == actor.id:
        raise Conflict("You wrote this draft. Another person has to check it and put it into force.")
    terms = read_terms(rule_set.draft)
    _require_sound(terms)
    _check_days(rule_set.versions, begins, until, today)
    version = RuleSetVersion(
        rule_set=rule_set, number=len(rule_set.versions) + 1, terms=terms.as_data(), in_force_from=begins,
        in_force_until=until, drafted_by=rule_set.drafted_by, approved_by=actor,
    )  # fmt: skip
    db.session.add(version)
    rule_set.draft, rule_set.drafted_by = None, None
    rule_set.version += 1
    db.session.flush()
    said = f"Version {version.number} is in force from {begins:%d %b %Y} on."
    append_log("rule_set", rule_set.id, "in_force", said, actor=actor)
    record_audit("put nuisance rules in force", f"rule set {rule_set.id}, version {version.number}", actor=actor)
    return version


def _require_sound(terms: RuleTerms) -> None:
    if faults := faults_of(terms):
        raise Invalid(" ".join(faults))


def _check_days(versions: Sequence[RuleSetVersion], begins: date, until: date | None, today: date) -> None:
    if until is not None and until < begins:
        raise Invalid("It would end before it begins. Check both days.")
    if not versions:
        return
    last = versions[-1]
    if begins <= last.in_force_from or (last.in_force_until is not None and begins <= last.in_force_until):
        until_words = f" until {last.in_force_until:%d %b %Y}" if last.in_force_until else ""
        spans = f"version {last.number}, in force from {last.in_force_from:%d %b %Y}{until_words}"
        raise Invalid(f"It would overlap {spans}. Choose a later day.")
    if begins < today:
        raise Invalid("A later version cannot begin in the past: what was reckoned stays as it was.")

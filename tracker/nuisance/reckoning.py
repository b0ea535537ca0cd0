"""The standing of a property on a day: which violations count, which do not, and why. Pure.

Only what people entered and a second person confirmed comes in here; calls are unknown to this file and to its floor.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from .rule_terms import OUTCOME_WORDS, Outcome, RuleKind, RuleTerms, Threshold, months_after


@dataclass(frozen=True, slots=True)
class Act:
    """One violation as the rules see it; `barred` says why it cannot count at all, and is empty once confirmed."""

    id: int
    on: date
    incident: str
    points: int
    is_serious: bool
    outcome: Outcome
    barred: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """What else matters: the building's units, when notices went out, and when plans were accepted."""

    units: int = 1
    notices: tuple[date, ...] = ()
    plans: tuple[date, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """What one violation adds, and why so."""

    act_id: int
    adds: int
    why: str


@dataclass(frozen=True, slots=True)
class Measure:
    """One threshold on the day: what was reached of it, violation by violation."""

    threshold: Threshold
    first_day: date
    total: int
    lines: tuple[Line, ...]

    @property
    def is_reached(self) -> bool:
        """Whether the threshold is reached."""
        return self.total >= self.threshold.needed

    @property
    def missing(self) -> int:
        """How far it is from there."""
        return max(0, self.threshold.needed - self.total)


@dataclass(frozen=True, slots=True)
class Standing:
    """A property on a day: each threshold that applies to it, and what counts toward none."""

    on: date
    measures: tuple[Measure, ...]
    left_out: tuple[Line, ...]

    @property
    def is_reached(self) -> bool:
        """Whether any threshold is reached."""
        return any(measure.is_reached for measure in self.measures)


def reckon(terms: RuleTerms, acts: Iterable[Act], history: History, on: date) -> Standing:
    """The standing on a day. The order of `acts` does not matter, and barred ones change nothing but `left_out`."""
    eligible, left_out = [], []
    for act in sorted(acts, key=lambda one: (one.on, one.id)):
        why = act.barred or _why_never(terms, act, history, on)
        if why:
            left_out.append(Line(act.id, 0, why))
        else:
            eligible.append(act)
    standing, waived = _waive(terms, eligible, history, on)
    measures = (_measure(terms, one, standing, on) for one in terms.thresholds if one.is_for(history.units))
    return Standing(on, tuple(measures), (*left_out, *waived))


def _why_never(terms: RuleTerms, act: Act, history: History, on: date) -> str:
    if act.on > on:
        return "It lies after the day of this reckoning."
    if act.outcome not in terms.outcomes:
        return f"Its outcome, a {OUTCOME_WORDS[act.outcome]}, does not qualify."
    grace = timedelta(days=terms.days_after_notice)
    if grace and any(notice <= act.on <= notice + grace for notice in history.notices):
        return f"The owner had {terms.days_after_notice} days after the notice, and it lies within them."
    return ""


def _waive(terms: RuleTerms, acts: Sequence[Act], history: History, on: date) -> tuple[list[Act], list[Line]]:
    """Violations up to an accepted plan are waived once the waiver's months went by without a new one.

    Each plan stands by itself: what one has waived, no later plan and no later act brings back.
    """
    kept = max((plan for plan in history.plans if _is_kept(terms, acts, plan, on)), default=None)
    if kept is None:
        return list(acts), []
    why = f"Waived: the plan of {kept:%d %b %Y} was kept for {terms.waiver_months} months."
    return [act for act in acts if act.on > kept], [Line(act.id, 0, why) for act in acts if act.on <= kept]


def _is_kept(terms: RuleTerms, acts: Sequence[Act], accepted: date, on: date) -> bool:
    ends = months_after(accepted, terms.waiver_months)
    return bool(terms.waiver_months) and on >= ends and not any(accepted < act.on <= ends for act in acts)


def _measure(terms: RuleTerms, threshold: Threshold, acts: Sequence[Act], on: date) -> Measure:
    first = threshold.window.first_day(on)
    ranked = sorted(acts, key=lambda act: (-_worth(terms, act), act.on, act.id))
    incidents: dict[str, int] = {}
    days: dict[date, int] = {}
    lines = {}
    for act in ranked:
        why = _why_not_here(terms, threshold, act, first)
        if not why:
            why = _why_again(terms, act, incidents, days)
            incidents.setdefault(act.incident, act.id)  # spent with its first act, even if that day has counted already
            if not why:
                days.setdefault(act.on, act.id)
        adds = 0 if why else _worth(terms, act)
        lines[act.id] = Line(act.id, adds, why or f"Counts: confirmed, and between {first:%d %b %Y} and {on:%d %b %Y}.")
    in_order = tuple(lines[act.id] for act in acts)
    return Measure(threshold, first, sum(line.adds for line in in_order), in_order)


def _worth(terms: RuleTerms, act: Act) -> int:
    return act.points if terms.kind is RuleKind.POINTS else 1


def _why_not_here(terms: RuleTerms, threshold: Threshold, act: Act, first: date) -> str:
    if act.on < first:
        return f"Before {first:%d %b %Y}, the first day of the {threshold.window.words}."
    if threshold.only_serious and not act.is_serious:
        return "Not a serious offense, and this threshold counts only those."
    return ""


def _why_again(terms: RuleTerms, act: Act, incidents: dict[str, int], days: dict[date, int]) -> str:
    if terms.incident_once and act.incident and act.incident in incidents:
        return (
            f"Same incident report or evidence as violation {incidents[act.incident]}: "
            "several acts of one incident count once."
        )
    if terms.distinct_days and act.on in days:
        return f"Same day as violation {days[act.on]}: only separate days count."
    return ""

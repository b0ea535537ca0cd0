"""What a rule set must be before it can be put into force, each fault in words. Pure.

A tier that allows a larger building less than a smaller one, a rule without appeal, and runs that led to no enforcement
are what a federal suit against Cincinnati was about: none of them can be written down here.
"""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from .rule_terms import RuleKind, RuleTerms, Threshold, Unit

LARGEST = 10_000
LONGEST = {Unit.DAYS: 3_650, Unit.MONTHS: 120}


def faults_of(terms: RuleTerms) -> list[str]:
    """Everything that keeps these terms from coming into force; empty when nothing does."""
    return [*_offense_faults(terms), *_threshold_faults(terms), *_owner_faults(terms)]


def _offense_faults(terms: RuleTerms) -> Iterator[str]:
    if not terms.offenses:
        yield "Name at least one offense."
    for code, times in Counter(one.code for one in terms.offenses).items():
        if times > 1:
            yield f"The offense «{code}» stands {times} times. Keep one of them."
    for one in terms.offenses:
        if not one.code or not one.name:
            yield f"The offense «{one.code or one.name}» needs a code and a name."
        if not 1 <= one.points <= LARGEST:
            yield f"The offense «{one.code}» has {one.points} points; points go from 1 to {LARGEST:,}."


def _threshold_faults(terms: RuleTerms) -> Iterator[str]:
    if not terms.thresholds:
        yield "Say at least one threshold."
    if terms.kind is RuleKind.POINTS and terms.distinct_days:
        yield "Separate days belong to rules that count; points are added up. Switch one of the two off."
    series: dict[tuple[object, ...], list[Threshold]] = {}
    for one in terms.thresholds:
        yield from _single_faults(terms, one)
        series.setdefault((one.window.unit, one.window.length, one.only_serious), []).append(one)
    for tiers in series.values():
        yield from _tier_faults(sorted(tiers, key=lambda tier: (tier.least_units, tier.most_units or LARGEST)))


def _single_faults(terms: RuleTerms, one: Threshold) -> Iterator[str]:
    where = f"«{one.tier_words}, {one.window.words}»"
    if not 1 <= one.needed <= LARGEST:
        yield f"The threshold of {where} is {one.needed}; it goes from 1 to {LARGEST:,}."
    if not 1 <= one.window.length <= LONGEST[one.window.unit]:
        yield f"The window of {where} must go from 1 to {LONGEST[one.window.unit]:,} {one.window.unit.value}."
    if one.least_units < 1 or (one.most_units is not None and one.most_units < one.least_units):
        yield f"The tier {where} holds no building: its units must go from 1 upward."
    if one.only_serious and terms.kind is RuleKind.POINTS:
        yield f"{where} asks for serious violations, but this rule set adds points: give those offenses more points."
    if one.only_serious and not any(offense.is_serious for offense in terms.offenses):
        yield f"{where} asks for serious violations, but no offense is marked serious."


def _tier_faults(tiers: list[Threshold]) -> Iterator[str]:
    """Tiers of one window: 1 and up, without gap or overlap, and the allowance never falls."""
    window = tiers[0].window.words
    if tiers[0].least_units > 1:
        yield f"The tiers of {window} begin at {tiers[0].tier_words}; say what holds from 1 unit on."
    for low, high in pairwise(tiers):
        if low.most_units is None or high.least_units <= low.most_units:
            yield f"In {window}, the tiers {low.tier_words} and {high.tier_words} overlap."
        elif high.least_units > low.most_units + 1:
            yield f"In {window}, nothing is said for buildings between {low.tier_words} and {high.tier_words}."
        if high.needed < low.needed:
            yield (
                f"In {window}, the tier {high.tier_words} allows {high.needed}, less than the {low.needed} of "
                f"{low.tier_words}: more units must never mean a smaller allowance."
            )
    if tiers[-1].most_units is not None:
        yield f"The tiers of {window} end at {tiers[-1].tier_words}; say what holds for larger buildings, as in «40+»."


def _owner_faults(terms: RuleTerms) -> Iterator[str]:
    if not terms.outcomes:
        yield "Say which outcomes qualify."
    if terms.appeal_days < 1:
        yield "Give the owner days to appeal: a rule set without an appeal cannot come into force."
    for value, name in (
        (terms.answer_days - 1, "days to answer"), (terms.days_after_notice, "days after the notice"),
        (terms.waiver_months, "months of the waiver"), (terms.expiry_months - 1, "months until a step expires"),
    ):  # fmt: skip
        if value < 0:
            yield f"The {name} are too few."
    for days in (terms.appeal_days, terms.answer_days, terms.days_after_notice):
        if days > LONGEST[Unit.DAYS]:
            yield f"{days:,} days are more than ten years. Check the number."
    for months in (terms.waiver_months, terms.expiry_months):
        if months > LONGEST[Unit.MONTHS]:
            yield f"{months:,} months are more than ten years. Check the number."

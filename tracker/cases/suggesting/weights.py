"""What each piece of evidence weighs, in log-odds: a small rule set by hand.

A sum of weights s makes the score 1 / (1 + exp(-s)). How far it can be read as the share of such suggestions that are
right is measured on real calls, on which none of these numbers was tuned, by `python -m bench.suggestions`. What a
logistic regression on real calls would give instead, print with

    .venv/bin/python -m bench.suggestions --fit 14000
"""

KNOWN: dict[str, float] = {
    "start": -6.0,
    "in_reach": 2.0,
    "nearest": 6.0,
    "site_near": 1.0,
    "same_address": 1.0,
    "fresh": 0.5,
    "words": 0.5,
}
"""For cases of the family that the aide chose."""

UNKNOWN: dict[str, float] = {
    "start": -8.0,
    "in_reach": 2.0,
    "nearest": 2.0,
    "site_near": 1.0,
    "same_address": 1.0,
    "fresh": 0.5,
    "words": 3.0,
    "sounds_like": 3.0,
}
"""While the aide has not chosen a type: the words have to tell what the call is about."""

OTHER_FAMILY = -5.0
"""Added for a case of another family than the chosen one: no rule links across families, people sometimes do."""
LIKE_LINKED = 3.0
"""Taken back of that when a call of the chosen family is in the case already, which only a person can have done."""
SAME_CALLER, SAME_UNIT, OTHER_UNIT = 3.0, 0.5, -0.5
"""Set by hand: the files of cities name neither callers nor units, so nothing can be fitted."""

"""What is looked for at a place, as one table: the code that is kept, and its words. Pure."""

from collections.abc import Iterable

CONDITIONS = {
    "lighting": "Lights out, or too dark",
    "litter": "Litter or dumping",
    "graffiti": "Graffiti",
    "vehicles": "Abandoned or badly parked vehicles",
    "vegetation": "Overgrown, blocks the view",
    "structure": "Broken, open or unsafe structure",
    "pavement": "Sidewalk or street damaged",
    "gathering": "People gathering",
    "noise": "Noise",
    "needles": "Needles or drug litter",
    "animals": "Rats or loose animals",
    "no_sign": "No sign of the problem",
}
"""In the order of a walk around the place. Codes are kept; one that is no longer here is shown as it is."""


def known_conditions(codes: Iterable[str]) -> list[str]:
    """The codes that there are, each once, in the table's order; whatever else was sent is left out."""
    given = set(codes)
    return [code for code in CONDITIONS if code in given]


def condition_words(codes: Iterable[str]) -> list[str]:
    """What the codes mean."""
    return [CONDITIONS.get(code, code) for code in codes]

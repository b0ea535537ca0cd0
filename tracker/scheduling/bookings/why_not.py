"""Why work could not be done, as a crew says it with one tap and a few words. Pure."""

from enum import StrEnum


class WhyNot(StrEnum):
    """What stood in the way."""

    NOBODY_HOME = "nobody_home"
    NO_ACCESS = "no_access"
    CARS = "cars"
    WEATHER = "weather"
    EQUIPMENT = "equipment"
    OTHER = "other"


WHY_NOT_LABELS = {
    WhyNot.NOBODY_HOME: "Nobody home",
    WhyNot.NO_ACCESS: "No access",
    WhyNot.CARS: "Cars in the way",
    WhyNot.WEATHER: "Weather",
    WhyNot.EQUIPMENT: "Equipment",
    WhyNot.OTHER: "Something else",
}


def say_why_not(why: WhyNot, words: str) -> str:
    """One sentence: «Cars in the way: a red van.» Of something else only the words count."""
    told = words.strip().rstrip(".")
    if why is WhyNot.OTHER and told:
        return f"{told[0].upper()}{told[1:]}."
    return f"{WHY_NOT_LABELS[why]}: {told}." if told else f"{WHY_NOT_LABELS[why]}."

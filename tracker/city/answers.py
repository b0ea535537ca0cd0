"""Read `answers.toml`: what the city answers to what people often ask."""

from pathlib import Path

from ..errors import ProfileError
from . import keys
from .checks import refuse_twins
from .contents import AnswerFacts
from .entries import read_entry
from .reading import read_toml, shown

MOST_ANSWERS = 1_000


def read_answers(path: Path) -> tuple[AnswerFacts, ...]:
    """The answers of the file; neither code nor title twice."""
    values = read_entry(read_toml(path), keys.ANSWERS, path.name)
    found = {}
    for number, entry in enumerate(values["answers"], 1):
        code = entry.get("code") if isinstance(entry, dict) else None
        where = f"{path.name}: answer {number}" + (f" ({shown(code)})" if code is not None else "")
        found[where] = AnswerFacts(**read_entry(entry, keys.ANSWER, where))
    refuse_twins(((where, answer.code) for where, answer in found.items()), "the code")
    refuse_twins(((where, answer.title) for where, answer in found.items()), "the title")
    if len(found) > MOST_ANSWERS:
        raise ProfileError(f"{path.name}: has {len(found)} answers; at most {MOST_ANSWERS} are kept. Take some out")
    return tuple(found.values())

"""Read the questions of a service type in `service_types.toml`."""

from collections.abc import Iterable
from typing import Any

from ..errors import ProfileError
from . import keys
from .checks import refuse_twins
from .contents import QuestionFacts
from .entries import read_entry
from .reading import shown

MOST_QUESTIONS = 20
"""A caller is on the line; more than this nobody asks her."""
MOST_VALUES = 100


def read_questions(entries: Iterable[Any], where: str) -> tuple[QuestionFacts, ...]:
    """The questions of the service type at `where`, in the order of the file."""
    found = {}
    for number, entry in enumerate(entries, 1):
        code = entry.get("code") if isinstance(entry, dict) else None
        here = f"{where}: question {number}" + (f" ({shown(code)})" if code is not None else "")
        found[here] = _read_question(entry, here)
    refuse_twins(((here, question.code) for here, question in found.items()), "the code")
    if len(found) > MOST_QUESTIONS:
        raise ProfileError(f"{where}: has {len(found)} questions; at most {MOST_QUESTIONS} are asked. Take some out")
    return tuple(found.values())


def _read_question(entry: Any, where: str) -> QuestionFacts:
    values = read_entry(entry, keys.QUESTION, where)
    choices = [read_entry(raw, keys.QUESTION_VALUE, f"{where}: value {n}") for n, raw in enumerate(values["values"], 1)]
    pairs = tuple((choice["key"], choice["name"]) for choice in choices)
    for part, what in ((0, "the key"), (1, "the name")):
        refuse_twins(((f"{where}: value {n}", pair[part]) for n, pair in enumerate(pairs, 1)), what)
    question = QuestionFacts(**values | {"values": pairs})
    _check_values(question, where)
    return question


def _check_values(question: QuestionFacts, where: str) -> None:
    """Only a list has values, and it has some; what is only read out cannot be required."""
    kind = question.datatype.value
    if question.datatype.is_list and not question.values and question.variable:
        raise ProfileError(f"{where}: datatype {kind} needs values to choose from; add them")
    if not question.datatype.is_list and question.values:
        raise ProfileError(f"{where}: values are for lists; take them out, or set datatype to a list")
    if len(question.values) > MOST_VALUES:
        raise ProfileError(f"{where}: has {len(question.values)} values; at most {MOST_VALUES} can be chosen from")
    if question.required and not question.variable:
        raise ProfileError(f"{where}: is only read out (variable = false), so it cannot be required")

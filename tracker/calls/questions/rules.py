"""What answers a service type's questions take; pure. Each refusal names the question and says how to mend it."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ...errors import Invalid
from .models import Datatype, ServiceQuestion

LONGEST = {Datatype.STRING: 255, Datatype.TEXT: 4_000}
_FIELD = re.compile(r"attribute\[([^\[\]]{1,60})\](?:\[\])?")
_NUMBER = re.compile(r"[+-]?(\d{1,15}|\d{1,3}(,\d{3}){1,4})(\.\d{1,10})?", re.ASCII)
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
_FIRST_YEAR, _LAST_YEAR = 1900, 2199


@dataclass(frozen=True, slots=True)
class ReadAnswer:
    """An answer that fits its question: the question as asked, what was said, the keys of what was chosen."""

    code: str
    prompt: str
    value: str
    keys: tuple[str, ...] = ()


def attribute_values(fields: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The texts given by question code, out of a form whose fields are named as Open311 names them.

    That is `attribute[code]`, and `attribute[code][]` where there may be several; other fields are passed over.
    """
    values: dict[str, list[str]] = {}
    for name, given in fields.items():
        found = _FIELD.fullmatch(name)
        if found:
            values.setdefault(found[1], []).extend(given)
    return values


def read_answers(questions: Sequence[ServiceQuestion], values: Mapping[str, list[str]]) -> list[ReadAnswer]:
    """What was answered, in the order of the questions; `values` are the texts given, by question code.

    An empty text is no answer, and codes that no question has are passed over: a form that changed its type may still
    send them. Raises `Invalid` that names every question whose answer is missing or does not fit.
    """
    found, wrong = [], []
    for question in sorted(questions, key=lambda one: one.order):
        if not question.variable:
            continue
        try:
            answer = _read_one(question, [value.strip() for value in values.get(question.code, []) if value.strip()])
        except ValueError as error:
            wrong.append(f"«{question.prompt}»: {error}.")
        else:
            found += [answer] if answer else []
    if wrong:
        raise Invalid(" ".join(wrong))
    return found


def _read_one(question: ServiceQuestion, given: list[str]) -> ReadAnswer | None:
    if not given:
        if question.is_required:
            raise ValueError("needs an answer; choose one" if question.datatype.is_list else "needs an answer")
        return None
    if question.datatype.is_list:
        return _read_choice(question, given)
    if len(given) > 1:
        raise ValueError("has more than one answer; give one")
    check = {Datatype.NUMBER: _check_number, Datatype.DATETIME: _check_datetime}.get(question.datatype)
    if check:
        check(given[0])
    else:
        _check_text(given[0], question.datatype)
    return ReadAnswer(question.code, question.prompt, given[0])


def _read_choice(question: ServiceQuestion, given: list[str]) -> ReadAnswer:
    """The chosen keys in the order of the question's values, each once, with their names."""
    names = {value["key"]: value["name"] for value in question.values}
    for key in given:
        if key not in names:
            raise ValueError(f"{key[:40]!r} is none of its answers; choose one of {', '.join(names.values())}")
    keys = tuple(key for key in names if key in given)
    if question.datatype is Datatype.SINGLE and len(keys) > 1:
        raise ValueError("has more than one answer; choose one")
    return ReadAnswer(question.code, question.prompt, "; ".join(names[key] for key in keys), keys)


def _check_number(text: str) -> None:
    if not _NUMBER.fullmatch(text) or not math.isfinite(float(text.replace(",", ""))):
        raise ValueError(f"{text[:40]!r} is no number; write one such as 3 or 2.5")


def _check_datetime(text: str) -> None:
    try:
        year = datetime.fromisoformat(text).year
    except ValueError as error:
        raise ValueError(f"{text[:40]!r} is no date; write one such as 2026-05-31 or 2026-05-31T14:30") from error
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        raise ValueError(f"the year {year} cannot be meant; write one from {_FIRST_YEAR} to {_LAST_YEAR}")


def _check_text(text: str, datatype: Datatype) -> None:
    longest = LONGEST[datatype]
    if len(text) > longest:
        raise ValueError(f"has {len(text):,} characters; at most {longest:,} are kept. Shorten it")
    if _UNPRINTABLE.search(text) or (datatype is Datatype.STRING and re.search(r"[\n\r\u2028\u2029]", text)):
        raise ValueError(
            "must be one line of printable characters"
            if datatype is Datatype.STRING
            else "holds characters that cannot be printed; take them out"
        )

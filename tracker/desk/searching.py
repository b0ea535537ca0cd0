"""One box for everything: numbers, addresses, phones, people and words, each kind bounded, by what a role may see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from ..calls.callers import callers_ending_in, callers_named, normalize_phone
from ..calls.finding import address_keys, ids_at, ids_by_number, load_calls
from ..calls.models import Caller, ServiceRequest
from ..calls.phones import any_digits
from ..calls.words import CALL_TEXTS
from ..cases.listing import load_shown
from ..cases.models import ProblemCase
from ..cases.words import CASE_TEXTS
from ..errors import Invalid
from ..extensions import db
from ..identifiers import read_identifier
from ..staff.models import LogEntry, Role
from ..staff.notes import NOTE_TEXTS
from ..staff.permissions import Permission, may
from ..words import Wanted, read_wanted

EACH, ALL = 6, 50
"""Records of each kind on the page of all kinds, and on the page of one."""
LONGEST = 120
_FEWEST_DIGITS = 4
_PHONE_SIGNS = frozenset("0123456789+-.()/ \u00a0")
_SPARE = 200
"""Notes that are read at most for the few that a role may see and whose record still stands."""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind, and whether there is more than is shown."""

    kind: str
    title: str
    rows: Sequence[Any]
    has_more: bool = False


@dataclass(slots=True)
class Results:
    """All that was found for what was typed; `is_behind`: newer records wait to be indexed."""

    typed: str
    groups: list[Group] = field(default_factory=list)
    is_behind: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed, as words too, who asks, and how many of each kind are wanted."""

    typed: str
    wanted: Wanted | None
    role: Role
    limit: int


@dataclass(frozen=True, slots=True)
class Note:
    """What a person wrote, and the record it stands in."""

    entry: LogEntry
    label: str
    endpoint: str
    values: dict[str, Any]


def search(typed: str, role: Role, *, kind: str = "") -> Results:
    """Everything that `typed` may mean, newest first within a kind; with `kind` only that, and more of it."""
    typed = " ".join(typed.split())[:LONGEST]
    results = Results(typed)
    if not typed:
        return results
    asked = Asked(typed, read_wanted(typed), role, ALL if kind else EACH)
    for name, (title, permission, find) in KINDS.items():
        if kind in ("", name) and may(role, permission):
            rows, is_behind = find(asked)
            results.is_behind |= is_behind
            if rows:
                results.groups.append(Group(name, title, rows[: asked.limit], len(rows) > asked.limit))
    return results


def ids_meant(typed: str, *, limit: int) -> list[int]:
    """Calls that a text means: by number, else by address and by words; what the call list's search box narrows by."""
    numbered = ids_by_number(typed, limit=limit)
    if numbered:
        return numbered
    wanted = read_wanted(typed)
    said = CALL_TEXTS.find(wanted, limit=limit).ids if wanted else []
    return list(dict.fromkeys([*ids_at(address_keys(typed), limit=limit), *said]))[:limit]


Found = tuple[Sequence[Any], bool]


def _numbered_calls(asked: Asked) -> Found:
    return load_calls(ids_by_number(asked.typed, limit=asked.limit + 1)), False


def _numbered_cases(asked: Asked) -> Found:
    number = read_identifier(asked.typed)
    is_meant = ProblemCase.public_id == number
    if len(number) > _FEWEST_DIGITS:
        is_meant |= ProblemCase.public_id.startswith(number, autoescape=True)
    query = select(ProblemCase.id).where(is_meant).order_by(ProblemCase.id.desc())
    return load_shown(db.session.scalars(query.limit(asked.limit + 1)).all()), False


def _people(asked: Asked) -> Found:
    digits = any_digits(asked.typed) if _PHONE_SIGNS.issuperset(asked.typed) else ""
    if len(digits) >= _FEWEST_DIGITS:
        return _by_phone(asked, digits), False
    return callers_named(asked.wanted, limit=asked.limit + 1) if asked.wanted else [], False


def _by_phone(asked: Asked, digits: str) -> list[Caller]:
    """By the whole number, or by its last digits, which is all that many people remember."""
    try:
        whole = normalize_phone(asked.typed)
    except Invalid:
        whole = digits
    found = callers_ending_in(whole, limit=asked.limit + 1)
    return found or callers_ending_in(digits, limit=asked.limit + 1)


def _called_cases(asked: Asked) -> Found:
    if asked.wanted is None:
        return [], False
    found = CASE_TEXTS.find(asked.wanted, limit=asked.limit + 1)
    return load_standing(found.ids), found.is_behind


def load_standing(ids: Sequence[int]) -> list[ProblemCase]:
    """The cases that still are; a regrouping may have taken some back since they were indexed."""
    still = set(db.session.scalars(select(ProblemCase.id).where(ProblemCase.id.in_(ids))))
    return load_shown([number for number in ids if number in still])


def _calls_at_address(asked: Asked) -> Found:
    return load_calls(ids_at(address_keys(asked.typed), limit=asked.limit + 1)), False


def _said_calls(asked: Asked) -> Found:
    if asked.wanted is None:
        return [], False
    found = CALL_TEXTS.find(asked.wanted, limit=asked.limit + 1)
    return load_calls(found.ids), found.is_behind


def _notes(asked: Asked) -> Found:
    """What people wrote about cases and calls, and about callers for those who may see them."""
    if asked.wanted is None:
        return [], False
    found = NOTE_TEXTS.find(asked.wanted, limit=_SPARE)
    kinds = ["case", "call", *(["caller"] if may(asked.role, Permission.SEE_CALLERS) else [])]
    query = (
        select(LogEntry)
        .options(joinedload(LogEntry.actor))
        .where(LogEntry.id.in_(found.ids), LogEntry.subject_kind.in_(kinds))
        .order_by(LogEntry.id.desc())
        .limit(asked.limit + 1)
    )
    return _with_subjects(db.session.scalars(query).all()), found.is_behind


def _with_subjects(entries: Sequence[LogEntry]) -> list[Note]:
    def ids(kind: str) -> list[int]:
        return [entry.subject_id for entry in entries if entry.subject_kind == kind]

    cases = select(ProblemCase.id, ProblemCase.public_id).where(ProblemCase.id.in_(ids("case")))
    calls = select(ServiceRequest.id, ServiceRequest.service_request_id).where(ServiceRequest.id.in_(ids("call")))
    numbers = {("case", row[0]): row[1] for row in db.session.execute(cases)}
    numbers |= {("call", row[0]): row[1] for row in db.session.execute(calls)}
    pages = {"case": ("cases.show_case", "public_id"), "call": ("desk.show_call", "service_request_id")}
    notes = []
    for entry in entries:
        subject = (entry.subject_kind, entry.subject_id)
        if entry.subject_kind == "caller":
            values = {"caller_id": entry.subject_id}
            notes.append(Note(entry, f"Caller {entry.subject_id}", "desk.show_caller", values))
        elif subject in numbers:
            endpoint, name = pages[entry.subject_kind]
            label = f"{entry.subject_kind.capitalize()} {numbers[subject]}"
            notes.append(Note(entry, label, endpoint, {name: numbers[subject]}))
    return notes


KINDS: dict[str, tuple[str, Permission, Callable[[Asked], Found]]] = {
    "call": ("Calls with this number", Permission.SEE_CASES, _numbered_calls),
    "case": ("Cases with this number", Permission.SEE_CASES, _numbered_cases),
    "people": ("People", Permission.SEE_CALLERS, _people),
    "place": ("Cases at such an address", Permission.SEE_CASES, _called_cases),
    "address": ("Calls at this address", Permission.SEE_CASES, _calls_at_address),
    "said": ("Calls in which this was said", Permission.SEE_CASES, _said_calls),
    "notes": ("Notes and reasons", Permission.SEE_CASES, _notes),
}

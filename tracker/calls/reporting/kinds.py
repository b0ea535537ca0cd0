"""What residents can report: every service type that is filed and no test, found by words or chosen from the list."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from ...change_marks import Kept, current_marks
from ...errors import Invalid
from ...extensions import db
from ...formatters import fold
from ..models import ServiceType
from ..type_words.suggesting import suggest_types

MOST_OFFERED = 5
_SHORTEST = 3
"""Letters of a word that may speak for a type."""


@dataclass(frozen=True, slots=True)
class ReportKind:
    """A service type as a resident chooses it. Of a hidden type nobody else hears anything."""

    id: int
    code: str
    name: str
    group: str
    description: str
    keywords: str
    family_id: int
    is_public: bool
    is_confidential: bool


def report_kinds() -> list[ReportKind]:
    """All of them, confidential ones too, in the order of their groups and names."""
    return list(_kept.get(current_marks()))


def _read_kinds() -> list[ReportKind]:
    columns: tuple[Any, ...] = (
        ServiceType.id, ServiceType.service_code, ServiceType.service_name, ServiceType.group, ServiceType.description,
        ServiceType.keywords, ServiceType.family_id, ServiceType.is_public, ServiceType.is_confidential,
    )  # fmt: skip
    query = select(*columns).where(ServiceType.is_test.is_(False), ServiceType.is_unsorted.is_(False))
    rows = db.session.execute(query.order_by(ServiceType.group, ServiceType.service_name, ServiceType.id))
    return [ReportKind(*row) for row in rows]


_kept = Kept(_read_kinds)


def find_kind_coded(code: str) -> ReportKind:
    """The one with this code; raises `Invalid` for one that residents cannot report."""
    found = next((kind for kind in report_kinds() if kind.code == code), None)
    if found is None:
        raise Invalid("Choose what it is about.")
    return found


def suggest_kinds(words: str) -> list[ReportKind]:
    """What the words may mean, likeliest first: as calls of the past say, then by names and keywords."""
    kinds = {kind.id: kind for kind in report_kinds()}
    likely = [one.service_type_id for one in suggest_types(words)]
    said = {word for word in fold(words).replace(",", " ").replace(".", " ").split() if len(word) >= _SHORTEST}
    scores = {kind.id: _shared(kind, said) for kind in kinds.values()}
    by_words = sorted((one for one in kinds if scores[one]), key=lambda one: (-scores[one], one))
    order = dict.fromkeys([*likely, *by_words])
    return [kinds[one] for one in order if one in kinds][:MOST_OFFERED]


def _shared(kind: ReportKind, said: set[str]) -> int:
    """How many of the words stand in its name (twice as good) and among its keywords, endings aside."""
    names = fold(f"{kind.name} {kind.group}").split()
    keywords = fold(kind.keywords).replace(",", " ").split()
    return sum(2 * _holds(names, word) + _holds(keywords, word) for word in said)


def _holds(words: list[str], word: str) -> bool:
    return any(one == word or (len(one) > _SHORTEST and one.rstrip("s") == word.rstrip("s")) for one in words)

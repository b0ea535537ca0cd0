"""Read `service_types.toml` and `rules.toml`: families of problems, what is called in, and when calls make a case."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

from ..errors import ProfileError
from . import keys
from .checks import check_reference, check_type_names, check_visibility, refuse_twins
from .contents import FamilyFacts, RuleBook, RuleFacts, TypeFacts
from .entries import read_entry
from .questions import read_questions
from .reading import read_toml, shown

UNSORTED = "unsorted"
"""Families of this name, or beginning with it, belong to types that an import met and nobody has filed."""


def read_service_types(path: Path) -> tuple[tuple[FamilyFacts, ...], tuple[TypeFacts, ...]]:
    """The families and the service types of the file, checked against each other."""
    values = read_entry(read_toml(path), keys.SERVICE_TYPES, path.name)
    families = {_where(path, "family", n, entry, "code"): entry for n, entry in enumerate(values["families"], 1)}
    numbered = enumerate(values["service_types"], 1)
    types = {_where(path, "service type", n, entry, "service_code"): entry for n, entry in numbered}
    read_families = {where: _read_family(entry, where) for where, entry in families.items()}
    refuse_twins(((where, family.code) for where, family in read_families.items()), "the code")
    codes = {family.code for family in read_families.values()}
    read_types = {where: _read_type(entry, codes, where) for where, entry in types.items()}
    refuse_twins(((where, item.service_code) for where, item in read_types.items()), "the service_code")
    if not read_types:
        raise ProfileError(f"{path.name}: service_types is empty; a city has at least one")
    check_type_names(list(read_types.values()), path.name)
    return tuple(read_families.values()), tuple(read_types.values())


def _where(path: Path, what: str, number: int, entry: Any, key: str) -> str:
    value = entry.get(key) if isinstance(entry, dict) else None
    return f"{path.name}: {what} {number} ({shown(value)})" if value is not None else f"{path.name}: {what} {number}"


def _read_family(entry: Any, where: str) -> FamilyFacts:
    family = FamilyFacts(**read_entry(entry, keys.FAMILY, where))
    if family.code.startswith(UNSORTED):
        raise ProfileError(
            f"{where}: a code that begins with {UNSORTED} means that nobody filed the type; choose another"
        )
    return family


def _read_type(entry: Any, families: Collection[str], where: str) -> TypeFacts:
    values = read_entry(entry, keys.SERVICE_TYPE, where)
    item = TypeFacts(**values | {"questions": read_questions(values["questions"], where)})
    check_reference(item.family, families, "family", where)
    check_visibility(item, where)
    return item


def read_rules(path: Path, families: Collection[str]) -> RuleBook:
    """The rules of the file; a family's table need only say what differs from the default."""
    values = read_entry(read_toml(path), keys.RULES, path.name)
    default = _read_rule(values["default"], f"{path.name}: [default]")
    overrides = {}
    for code, entry in values["families"].items():
        where = f"{path.name}: [families.{shown(code)[1:-1]}]"
        check_reference(code, families, "family", where)
        base = {key.name: getattr(default, key.name) for key in keys.RULE}
        overrides[code] = _read_rule(base | entry if isinstance(entry, dict) else entry, where)
    return RuleBook(default, overrides)


def _read_rule(entry: Any, where: str) -> RuleFacts:
    rule = RuleFacts(**read_entry(entry, keys.RULE, where))
    if rule.distinct_days > rule.threshold:
        raise ProfileError(
            f"{where}: distinct_days {rule.distinct_days} is more than the threshold {rule.threshold}; "
            "calls on so many days are more calls than that. Lower distinct_days"
        )
    return rule
